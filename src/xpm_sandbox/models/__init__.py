"""What the sandbox remembers: identities, practices, their clients and jobs."""

from xpm_sandbox.models import client, identity, job, practice

__all__ = ["client", "identity", "job", "practice"]
