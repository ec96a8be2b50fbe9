"""Speed beside other ways to an image: cases, subjects, rounds, and what came out. Run by `make bench`."""
