"""Practice Manager API 3.1, one file per resource of the vendor's documentation."""
