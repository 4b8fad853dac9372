"""What each role may do, in one table. No database, no clock.

A view names the ability it asks for (see `access`); a page asks a membership for the same.
"""

from collections.abc import Sequence
from enum import Enum

from django.db.models import TextChoices


class Role(TextChoices):
    ADMINISTRATOR = "ADMINISTRATOR", "Administrator"
    PARTNER = "PARTNER", "Partner"
    PREPARER = "PREPARER", "Preparer"
    VIEWER = "VIEWER", "Viewer"


class Ability(Enum):
    """One kind of thing to do; its value ends the sentence "Only a partner can …"."""

    READ = "open this"
    PREPARE = "prepare documents or change anything here"
    CONFIRM = "confirm costs"
    RELEASE = "release or send documents"
    CONNECT = "connect, import or decide for the whole firm"
    ADMINISTER = "do this"


_PREPARER = frozenset({Ability.READ, Ability.PREPARE, Ability.CONFIRM, Ability.RELEASE})

ABILITIES: dict[str, frozenset[Ability]] = {
    Role.ADMINISTRATOR: frozenset(Ability),
    Role.PARTNER: _PREPARER | {Ability.CONNECT},
    Role.PREPARER: _PREPARER,
    Role.VIEWER: frozenset({Ability.READ}),
}
_SUMMARIES = {
    Role.ADMINISTRATOR: "Everything, also people and settings",
    Role.PARTNER: "Prepares, confirms, releases, connects Xero Practice Manager and imports",
    Role.PREPARER: "Prepares, confirms costs and releases",
    Role.VIEWER: "Looks, and changes nothing",
}
_NAMED = 4  # people in a sentence


def is_allowed(role: str, ability: Ability) -> bool:
    return ability in ABILITIES.get(role, frozenset())


def roles_that_may(ability: Ability) -> list[Role]:
    return [role for role in Role if is_allowed(role, ability)]


def role_choices() -> list[tuple[str, str]]:
    """Return the roles with what each may do, as a form offers them."""
    return [(role.value, f"{role.label}: {_SUMMARIES[role]}") for role in Role]


def refusal(ability: Ability, *, to: str, names: Sequence[str]) -> str:
    """Return the sentence that says who can do what somebody may not: by role and by name."""
    roles = _joined(
        [f"{_article(role.label)} {role.label.lower()}" for role in roles_that_may(ability)], "or"
    )
    return f"Only {roles} can {to or ability.value}: {names_of(names)}. Ask one of them."


def names_of(names: Sequence[str]) -> str:
    """Return a few names, and how many there are beside them."""
    if not names:
        return "nobody at present"
    more = len(names) - _NAMED
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:_NAMED])} and {more} more"


def _joined(words: Sequence[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else words[0]


def _article(word: str) -> str:
    return "an" if word[0] in "AEIOU" else "a"
