"""A local Xero Practice Manager: its OAuth 2.0, its API 3.1 and its pages, kept in one SQLite file.

Xero offers no public sandbox for Practice Manager. This one is started with ``xpm-sandbox serve`` and
behaves as the published reference says, oddities included, so that an integration can be built (and broken)
on it.
"""
