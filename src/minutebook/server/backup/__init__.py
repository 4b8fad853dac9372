"""Backups of everything that Minutebook remembers but its keys, and what brings one back."""
