"""The demo's people and the sandbox's clients show a suggestion of each certainty, and who is nobody here."""

from datetime import date

from minutebook.companies.sample import load_sample_registers
from minutebook.contacts.duplicates import particulars_of
from minutebook.contacts.matching import Certainty, Particulars, find_matches
from minutebook.contacts.models import Contact
from minutebook.firms.models import Firm
from xpm_sandbox.seed.clients import SeedPerson, seed_people


def _as_read(person: SeedPerson) -> Particulars:
    return Particulars(
        key=person.xpm_name,
        kind="PERSON",
        name=f"{person.first_name} {person.last_name}",
        born_on=date.fromisoformat(person.born_on) if person.born_on else None,
        street=person.street,
        postcode=person.postcode,
        email=person.email,
        phone=person.phone,
    )


def test_each_certainty_is_there(firm: Firm) -> None:
    load_sample_registers(firm)

    people = Contact.objects.filter(kind="PERSON").select_related("address")
    found = {
        match.theirs.key: match
        for match in find_matches(map(particulars_of, people), map(_as_read, seed_people()))
    }

    certain = {key for key, match in found.items() if match.certainty is Certainty.CERTAIN}
    assert certain == {"Ngata, Aroha", "Rao, Sunita", "Margaret Wren"}
    likely = {key for key, match in found.items() if match.certainty is Certainty.LIKELY}
    assert {"Nock, Trevor", "Dr Harriet Wren", "Moretti, Giulia", "Wiremu Tamati"} <= likely
    assert found["Gwen Nock"].certainty is Certainty.POSSIBLE
    assert any("2 there fit it" in caution for caution in found["Wiremu Tamati"].cautions)
    assert "Moreau, Daniel (snr)" not in found
