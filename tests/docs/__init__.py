"""The pages of docs/ that are written from the code: `make docs` writes them, a test says if they are old."""
