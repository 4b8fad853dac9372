"""Who the rows of an import tell of. Rows become one contact only where their identity is certain.

Certain is: one contact reference, one director ID, one name with one date of birth, one ACN; and one name
among the officeholders and members of a single company, as long as nothing else speaks against it.
"""

import re
from collections.abc import Container, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minutebook.contacts.addresses import AddressParts
from minutebook.contacts.models import Contact
from minutebook.contacts.names import Form, fold_name
from minutebook.spreadsheets.lines import Line

FIELDS = (
    "kind",
    "name",
    "given_names",
    "family_name",
    "former_names",
    "born_on",
    "birth_place",
    "acn",
    "abn",
    "director_id",
    "email",
    "phone",
)
_TELLING = ("director_id", "born_on", "acn", "abn")  # where these differ, it is somebody else
_KIND_OF_FORM = {
    Form.COMPANY: "COMPANY",
    Form.TRUST: "TRUST",
    Form.FUND: "SMSF",
    Form.JOINT: "JOINT",
    Form.NONE: "PERSON",
}
_TRUSTEE = re.compile(r"(?P<trustee>.+?)[\s,]+(?:as trustees? (?:for|of)|atf)\s+(?P<trust>.+)", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class ContactDraft:
    """A contact as the file tells of it, in as many rows as it does."""

    line: Line
    fields: dict[str, Any]
    reference: str = ""
    address: AddressParts | None = None
    postal_address: AddressParts | None = None
    joint_holders: list[str] = field(default_factory=list)  # references
    known: Contact | None = None  # the contact that it is, when it is here already
    is_used: bool = False  # by a row that is to be imported

    def contradicts(self, fields: dict[str, Any], reference: str) -> bool:
        if self.reference and reference:
            return self.reference != reference
        return any(
            self.fields.get(name) and fields.get(name) and self.fields[name] != fields[name]
            for name in _TELLING
        )


class People:
    """Everybody the file tells of."""

    def __init__(self) -> None:
        self.drafts: list[ContactDraft] = []
        self._by_key: dict[Hashable, ContactDraft] = {}

    def meet(
        self, line: Line, fields: dict[str, Any], *, reference: str = "", company: str = ""
    ) -> ContactDraft:
        """Return the draft of whom the row tells, an earlier one if it is certainly the same."""
        keys = list(_keys(fields, reference, company))
        for key in keys:
            found = self._by_key.get(key)
            if found is not None and (key[0] == "reference" or not found.contradicts(fields, reference)):
                self._add(found, line, fields, reference)
                break
        else:
            found = ContactDraft(line=line, fields=dict(fields), reference=reference)
            self.drafts.append(found)
        for key in keys:
            self._by_key.setdefault(key, found)
        return found

    def by_reference(self, reference: str) -> ContactDraft | None:
        return self._by_key.get(("reference", reference))

    def keys_of(self, draft: ContactDraft) -> list[tuple[str, ...]]:
        return [key for key, each in self._by_key.items() if each is draft]  # type: ignore[misc]

    def _add(self, draft: ContactDraft, line: Line, fields: dict[str, Any], reference: str) -> None:
        """Fill in what a further row knows of somebody; where it differs, the first row stands."""
        draft.reference = draft.reference or reference
        for name, value in fields.items():
            if not value:
                continue
            if not draft.fields.get(name):
                draft.fields[name] = value
            elif draft.fields[name] != value and name not in {"kind", "name", "given_names", "family_name"}:
                line.warn(
                    name,
                    f"Row {draft.line.number} says otherwise of {draft.fields['name']}; that one is taken.",
                )


def _keys(fields: dict[str, Any], reference: str, company: str) -> Iterator[tuple[Any, ...]]:
    if reference:
        yield ("reference", reference)
    if fields.get("director_id"):
        yield ("director_id", fields["director_id"])
    name = fold_name(fields["name"])
    if fields.get("born_on") and fields["kind"] == "PERSON":
        yield ("born", name.key, fields["born_on"])
    if fields.get("acn"):
        yield ("acn", fields["acn"])
    if (company and not reference) or company:
        yield ("within", company, name.key, name.form)


def fields_of(line: Line, *, name: str, kind: str = "", acn: str = "") -> dict[str, Any]:
    """Return what a row says of a contact, by the contact's own fields."""
    given, family = line.get("given_names") or "", line.get("family_name") or ""
    name = name or f"{given} {family}".strip()
    kind = kind or ("PERSON" if family else _KIND_OF_FORM[fold_name(name).form])
    if kind == "PERSON" and not family:
        given, family = _parted(name)
    if kind == "PERSON" and "," in name:
        name = f"{given} {family}".strip()
    return {
        "kind": kind,
        "name": name,
        "given_names": given if kind == "PERSON" else "",
        "family_name": family if kind == "PERSON" else "",
        "acn": acn,
        **{
            key: line.get(key) or ""
            for key in ("former_names", "birth_place", "abn", "director_id", "email", "phone")
        },
        "born_on": line.get("born_on"),
    }


def trusteeship_of(name: str) -> tuple[str, str]:
    """Return the trustee and the trust of "Moreau Pty Ltd ATF The Moreau Trust", or the name and nothing."""
    found = _TRUSTEE.fullmatch(name)
    return (found["trustee"], found["trust"]) if found else (name, "")


def find_known(drafts: Iterable[ContactDraft]) -> None:
    """Tell each draft which of the firm's contacts it certainly is. Reads the whole firm, once and lightly."""
    drafts = list(drafts)
    certain = _certain_ids(days={draft.fields.get("born_on") for draft in drafts} - {None})
    found = {
        id(draft): certain.get(key) for draft in drafts for key in _certain_keys(draft) if key in certain
    }
    contacts = Contact.objects.in_bulk({pk for pk in found.values() if pk})
    for draft in drafts:
        contact = contacts.get(found.get(id(draft)) or 0)
        if contact and not _is_another(draft, contact):
            draft.known = contact


def _certain_keys(draft: ContactDraft) -> Iterator[Hashable]:
    """Yield what proves who somebody is, the strongest last."""
    told = draft.fields
    yield "born", fold_name(told["name"]).key, told.get("born_on")
    yield "acn", told.get("acn")
    yield "director_id", told.get("director_id")


def _certain_ids(*, days: Container[date | None]) -> dict[Hashable, int]:
    """Return the firm's contacts by what proves who they are; names only of those born on one of the days."""
    found: dict[Hashable, int] = {}
    rows = Contact.objects.order_by("-pk").values_list("pk", "kind", "name", "born_on", "acn", "director_id")
    for pk, kind, name, born_on, acn, director_id in rows.iterator(
        chunk_size=2000
    ):  # the oldest of several wins
        if director_id:
            found["director_id", director_id] = pk
        if acn:
            found["acn", acn] = pk
        if born_on in days and kind == Contact.Kind.PERSON:
            found["born", fold_name(name).key, born_on] = pk
    return found


def _is_another(draft: ContactDraft, contact: Contact) -> bool:
    told = draft.fields
    return any(
        told.get(name) and getattr(contact, name) and told[name] != getattr(contact, name)
        for name in _TELLING
    )


def _parted(name: str) -> tuple[str, str]:
    """Return given names and family name of "Aroha Mereana Ngata" or "Ngata, Aroha Mereana"."""
    family, comma, given = name.partition(",")
    if comma and given.strip():
        return given.strip(), family.strip()
    given, _, family = name.rpartition(" ")
    return given.strip(), family.strip()


def is_of_age(born_on: date | None, day: date | None, *, years: int) -> bool:
    """Tell whether somebody was so old on a day; unknown counts as old enough."""
    if born_on is None or day is None:
        return True
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day)) >= years
