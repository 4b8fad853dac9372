"""Every wording that a firm may make its own: what it is called, where it is used, what it is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from minutebook.companies.events import KINDS
from minutebook.documents.produce import listed
from minutebook.documents.sources import SUPPLIED, supplied_names

_PEOPLE = ("appoint_director", "appoint_secretary")
_DOCUMENTS: dict[str, tuple[str, tuple[str, ...]]] = {  # title, and the events it is about one of
    "consent_to_act": ("Consent to act as director or secretary", _PEOPLE),
    "resignation_letter": ("Letter of resignation", ("cease_officeholder",)),
    "share_application": ("Application for shares", ("issue_shares",)),
    "pre_emption_waiver": ("Waiver of pre-emption (s254D)", ("issue_shares",)),
    "directors_resolution": ("Resolution of directors", ()),
    "solvency_resolution": ("Solvency resolution (s347A)", ()),
    "members_resolution_s201g": ("Members’ resolution (s201G)", ("appoint_director",)),
    "members_resolution_s201h": ("Members’ resolution (s201H)", ("appoint_director",)),
    "members_name_resolution": ("Members’ special resolution (s157)", ("change_company_name",)),
    "members_removal_resolution": ("Members’ resolution to remove a director", ("cease_officeholder",)),
    "register_of_officeholders": ("Register of officeholders", ()),
    "register_of_addresses": ("Register of addresses", ()),
    "register_of_members": ("Register of members", ()),
    "share_certificate": ("Share certificate", ("issue_shares",)),
    "form_484_data_sheet": ("Form 484 data sheet", ()),
    "occupier_consent": ("Consent of occupier", ("change_registered_office",)),
    "annual_review_checklist": ("Annual review checklist", ()),
    "cover_letter": ("Cover letter", ()),
    "director_id_letter": ("Director ID letter", ("appoint_director",)),
}
_FOLDERS = {
    "items": "Clauses of the resolution of directors",
    "background": "Background of the resolution of directors",
    "schedules": "Schedules of the resolution of directors",
    "letter": "Paragraphs of the cover letter",
    "data_sheet": "Sections of the Form 484 data sheet",
    "shared": "Passages that several documents share",
}
_SHARED = {
    "members_resolve": "The members resolve",
    "members_sign": "Signatures of the members",
    "holders_sign": "Signatures of the holders",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording by its name, such as "items/appoint_director"."""

    name: str
    title: str
    group: str
    kinds: tuple[str, ...]  # of events it is about one of; none: it is about the whole pack
    printed_in: tuple[str, ...]  # the documents that print it

    @property
    def is_part(self) -> bool:
        return "/" in self.name

    @property
    def whole_title(self) -> str:
        return f"{self.group}: {self.title}" if self.is_part else self.title


@cache
def all_wordings() -> dict[str, Wording]:
    """Return every wording by name, in the order of the page."""
    documents = {
        name: Wording(name, title, "Documents", kinds, (name,)) for name, (title, kinds) in _DOCUMENTS.items()
    }
    return documents | {part.name: part for part in _parts()}


def find_wording(name: str) -> Wording | None:
    return all_wordings().get(name)


def wordings_printed(code: str, kinds: list[str]) -> set[str]:
    """Return the names of the wordings that a document prints in a pack of events of these kinds."""
    head = SUPPLIED.options_of(code) or {}
    parts = {f"{folder}/{kind}" for folder in listed(head.get("parts", "")) for kind in (*kinds, "closing")}
    shared = {f"shared/{name}" for name in listed(head.get("shared", ""))}
    return {code} | ((parts | shared) & supplied_names())


def _parts() -> Iterator[Wording]:
    for folder, group in _FOLDERS.items():
        users = tuple(code for code in _DOCUMENTS if _prints(code, folder))
        for kind in KINDS.values():
            if (name := f"{folder}/{kind.code}") in supplied_names():
                yield Wording(name, kind.label, group, (kind.code,), users)
        if (name := f"{folder}/closing") in supplied_names():
            yield Wording(name, "For every pack, at the end", group, (), users)
    for name, title in _SHARED.items():
        users = tuple(code for code in _DOCUMENTS if name in _shared(code))
        kinds = tuple(dict.fromkeys(kind for code in users for kind in _DOCUMENTS[code][1]))
        yield Wording(f"shared/{name}", title, _FOLDERS["shared"], kinds, users)


def _prints(code: str, folder: str) -> bool:
    return folder in listed((SUPPLIED.options_of(code) or {}).get("parts", ""))


def _shared(code: str) -> list[str]:
    return listed((SUPPLIED.options_of(code) or {}).get("shared", ""))
