"""What may be chosen for each document of a pack, from what the pack knows. No database, no clock: plain values.

A resolution passes in the form that the Act has for the company: a sole director records it (s 248B), a sole
member too (s 249B); several sign a circulating resolution (ss 248A, 249A) or meet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from minutebook.documents.merge import addressees, executants, pack_fields
from minutebook.documents.models import Document

type Snapshot = Mapping[str, Any]
type Person = Mapping[str, Any]

_BY_DIRECTORS = frozenset({"directors_resolution", "solvency_resolution"})
_BY_MEMBERS = frozenset(
    {
        "members_resolution_s201g",
        "members_resolution_s201h",
        "members_removal_resolution",
        "members_name_resolution",
    }
)
_ADDRESSED = frozenset({"cover_letter"})
_EXECUTED = frozenset({"share_certificate"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What one document lets its user choose. An empty list means there is nothing to choose."""

    forms: tuple[tuple[str, str], ...] = ()
    only_form: str = ""  # why there is no choice of form
    signers: Sequence[Person] = ()  # the directors in office immediately before the event
    excluded: Sequence[Person] = ()  # who was or is a director and does not resolve, with "reason"
    addressees: Sequence[Person] = ()
    default_addressee: str = ""
    executants: Sequence[Person] = field(default=())  # who may sign for the company, s 127(1)


def choices_for(code: str, snapshot: Snapshot) -> Choices:
    """Return what may be chosen for a document of a pack."""
    fields = pack_fields(snapshot, options={}, dated_on=None)
    if code in _BY_DIRECTORS:
        return _of_directors(fields)
    if code in _BY_MEMBERS:
        return _of_members(fields)
    if code in _ADDRESSED:
        known = addressees(snapshot)
        return Choices(addressees=known, default_addressee=str(fields["addressee_name"]))
    if code in _EXECUTED:
        signing = executants(fields["directors"], fields["officeholders"], fields["events"])
        return Choices(executants=signing if len(signing) > 1 else ())
    return Choices()


def _of_directors(fields: Mapping[str, Any]) -> Choices:
    if fields["form"] == "sole":
        why = "There is one director, who records the resolution and signs it. Nobody meets, s 248B(1)."
        return Choices(only_form=why, excluded=fields["excluded"])
    return Choices(
        forms=(
            ("circulating", "Circulating resolution, s 248A: all who may vote sign"),
            ("minutes", "Minutes of a meeting: the chair signs"),
        ),
        signers=fields["directors"],
        excluded=fields["excluded"],
    )


def _of_members(fields: Mapping[str, Any]) -> Choices:
    if fields["members_form"] == "sole":
        return Choices(only_form="There is one member, who records the resolution and signs it, s 249B(1).")
    return Choices(
        forms=(
            ("circulating", "Circulating resolution, s 249A: all members who may vote sign"),
            ("minutes", "Minutes of a general meeting: the chair signs"),
        )
    )


def chosen_in_words(document: Document, snapshot: Snapshot) -> str:
    """Return what was chosen for a document otherwise than as a rule: "Minutes, dated 25/11/2026"."""
    options, said = document.options, []
    if options.get("form") == "minutes":
        said.append("minutes of a meeting")
    people = {one["id"]: one["name"] for one in (*snapshot["electors"]["signing"], *addressees(snapshot))}
    signing = options.get("signing") or []
    away = [one["name"] for one in snapshot["electors"]["signing"] if signing and one["id"] not in signing]
    if away:
        said.append(f"without {', '.join(away)}")
    if document.addressee_id in people:
        said.append(f"to {people[document.addressee_id]}")
    if executing := [people[one] for one in options.get("executing", ()) if one in people]:
        said.append(f"signed by {' and '.join(executing)}")
    if document.dated_on:
        said.append(f"dated {document.dated_on:%d/%m/%Y}")
    return ", ".join(said)[:1].upper() + ", ".join(said)[1:]
