"""A contact's particulars as plain JSON, for the wording of documents."""

from minutebook.companies.events.kinds import Json, JsonDict
from minutebook.companies.models import Officeholder
from minutebook.contacts.models import Contact


def particulars_of(contact: Contact) -> JsonDict:
    """Return what documents say of a person or organisation. What is not known is None."""
    return {
        "id": contact.pk,
        "name": contact.name,
        "short_name": contact.short_name,
        "is_person": contact.is_person,
        "is_company": contact.kind == Contact.Kind.COMPANY,
        "is_joint": contact.kind == Contact.Kind.JOINT,
        "given_names": contact.given_names or None,
        "family_name": contact.family_name or None,
        "former_names": contact.former_names or None,
        "born_on": contact.born_on.isoformat() if contact.born_on else None,
        "birth_place": contact.birth_place or None,
        "director_id": spaced_director_id(contact.director_id) or None,
        "acn": contact.acn or None,
        "address": contact.address.one_line if contact.address else None,
        "signers": _signers_of(contact),
    }


def spaced_director_id(digits: str) -> str:
    """Return such as "036 4408 2196 4417"; anything that is not fifteen digits stays as it is."""
    if len(digits) != 15:  # noqa: PLR2004 - the length of a director ID
        return digits
    return f"{digits[:3]} {digits[3:7]} {digits[7:11]} {digits[11:]}"


def _signers_of(contact: Contact) -> list[Json]:
    """Return who signs for the contact: joint holders each; a company's officers; else the contact."""
    if contact.kind == Contact.Kind.JOINT:
        joint = contact.joint_holders.select_related("holder").order_by("position")
        return [{"name": entry.holder.name, "capacity": "Joint holder"} for entry in joint]
    if contact.kind == Contact.Kind.COMPANY:
        return _officers_of(contact)
    return [{"name": contact.name}]


def _officers_of(contact: Contact) -> list[Json]:
    """Return who signs for a company under s 127(1); blanks to fill in, if its officers are not on record."""
    entries = Officeholder.objects.filter(company__contact=contact, until__isnull=True)
    current = list(entries.select_related("contact").order_by("since", "pk"))
    directors = {
        one.contact_id: one.contact.name for one in current if one.office == Officeholder.Office.DIRECTOR
    }
    secretaries = [one for one in current if one.office == Officeholder.Office.SECRETARY]
    if not directors:
        return [{"name": "", "capacity": "Director"}, {"name": "", "capacity": "Director or secretary"}]
    if len(directors) > 1:
        return [{"name": name, "capacity": "Director"} for name in list(directors.values())[:2]]
    others = [one.contact.name for one in secretaries if one.contact_id not in directors]
    (name,) = directors.values()
    if not others:
        return [{"name": name, "capacity": "Sole director"}]
    return [{"name": name, "capacity": "Director"}, {"name": others[0], "capacity": "Secretary"}]
