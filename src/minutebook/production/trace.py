"""Trace numbers: printed on every document of a pack, and how its job is found again."""

import secrets
from collections.abc import Callable, Sequence

# Without 0 1 I L O U: read aloud over the telephone, and never a word.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_trace_number(number: int, *, choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """Return such as "MB-000481-7K3Q" for the firm's 481st pack.

    The four characters at the end make it unique beyond this database: two installations of one firm, or
    a restored backup, must not find each other's jobs.
    """
    return f"MB-{number:06d}-{''.join(choose(ALPHABET) for _ in range(4))}"
