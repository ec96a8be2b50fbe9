"""The image under the contract of a deployment: started by runc, asked, watched, and ended."""
