"""An image under load: started by runc, asked by autocannon, its memory sampled."""
