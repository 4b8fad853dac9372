"""The practices the sandbox starts with: the same every time, down to the UUIDs, so that examples hold."""

from xpm_sandbox.seed.plant import is_seeded, reset, seed

__all__ = ["is_seeded", "reset", "seed"]
