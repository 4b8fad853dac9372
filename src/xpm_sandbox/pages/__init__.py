"""Plain pages to look at what the API did."""

from flask import Flask


def register(app: Flask) -> None:
    """Mount the pages on the app."""
