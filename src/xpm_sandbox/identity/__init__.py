"""Xero's identity server: consent, OAuth 2.0 tokens, OpenID Connect, connections."""
