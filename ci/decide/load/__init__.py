"""The load on an image: what is asked, what was measured, and the verdict. Pure."""
