"""A note of law beside the field it governs."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class LawNote:
    """What a section asks of a field: `section` as cited, such as "s 201D(1)"; `text`, one sentence."""

    section: str
    text: str
