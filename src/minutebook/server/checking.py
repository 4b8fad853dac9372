"""`minutebook check`: the checks of this server, read out in plain sentences."""

from collections.abc import Callable

from django.core.checks import ERROR, run_checks

from minutebook.server.checks import TAG


def check(*, deploy: bool, say: Callable[[str], None]) -> int:
    """Say what is wrong, the gravest first; return 1 when something is unsafe, else 0."""
    found = run_checks(tags=[TAG], include_deployment_checks=deploy)
    for message in sorted(found, key=lambda each: (-each.level, str(each.id))):
        say(f"{'Unsafe' if message.level >= ERROR else 'Look at'}: {message.msg} [{message.id}]")
    if not found:
        say("Nothing unsafe was found.")
    return int(any(message.level >= ERROR for message in found))
