"""Global Contacts in the browser: found, shown, added, corrected; nothing typed is lost."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from minutebook.contacts.models import Contact
from minutebook.firms.models import Firm, User
from minutebook.scope import firm_scope
from tests.cast import make_person, signed_in

HOSTILE = ["<b>Bold</b>", "{{7*7}}", "{% x %}", 'O\'Hara & "Sons"', "שלום", "🏉 Footy"]


def add(as_preparer: Browser, **fields: str) -> int:
    return as_preparer.post(
        reverse("contacts:add"), {"kind": "PERSON", "given_names": "Aroha"} | fields
    ).status_code


def test_a_person_is_added_with_an_address(as_preparer: Browser, firm: Firm) -> None:
    status = add(
        as_preparer,
        family_name="Ngata",
        **{
            "address-street": "17 Bastings Street",
            "address-suburb": "Northcote",
            "address-state": "VIC",
            "address-postcode": "3070",
        },
    )

    aroha = Contact.objects.select_related("address").get()
    assert status == 302
    assert aroha.name == "Aroha Ngata"
    assert aroha.address is not None
    assert aroha.address.one_line == "17 Bastings Street, Northcote VIC 3070"


def test_a_wrong_number_is_refused_beside_its_field_and_stays_in_it(as_preparer: Browser, firm: Firm) -> None:
    answer = as_preparer.post(
        reverse("contacts:add"), {"kind": "COMPANY", "name": "Southern Star Pty Ltd", "acn": "004 085 617"}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The check digit of this ACN does not fit" in page
    assert 'value="004 085 617"' in page
    assert 'value="Southern Star Pty Ltd"' in page


def test_a_postcode_is_asked_for_in_australia_only(as_preparer: Browser, firm: Firm) -> None:
    street = {"address-street": "1 Queen Street", "address-suburb": "Auckland"}

    assert add(as_preparer, **street) == 422
    assert add(as_preparer, **street, **{"address-country": "NZ"}) == 302


def test_joint_holders_are_named_in_their_order(as_preparer: Browser, firm: Firm) -> None:
    make_person("Daniel", "Moreau")
    make_person("Elise", "Moreau")

    as_preparer.post(reverse("contacts:add"), {"kind": "JOINT", "holders": "Elise Moreau\nDaniel Moreau"})

    joint = Contact.objects.get(kind=Contact.Kind.JOINT)
    assert joint.name == "Elise Moreau and Daniel Moreau"
    assert [each.holder.given_names for each in joint.joint_holders.order_by("position")] == [
        "Elise",
        "Daniel",
    ]


def test_correcting_a_person_keeps_what_was_not_changed(as_preparer: Browser, firm: Firm) -> None:
    aroha = make_person()
    url = reverse("contacts:edit", args=[aroha.pk])

    as_preparer.post(
        url,
        {
            "given_names": "Aroha Mere",
            "family_name": "Ngata",
            "birth_place": aroha.birth_place,
            "born_on": "1984-05-09",
        }
        | {f"address-{name}": value for name, value in _address_of(aroha).items()},
    )

    again = Contact.objects.get(pk=aroha.pk)
    assert again.name == "Aroha Mere Ngata"
    assert again.address_id == aroha.address_id


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_comes_out_literally(as_preparer: Browser, firm: Firm, name: str) -> None:
    add(as_preparer, given_names=name)

    contact = Contact.objects.get()
    page = as_preparer.get(reverse("contacts:contact", args=[contact.pk])).content.decode()
    assert contact.name == name
    assert "<b>Bold" not in page
    assert "49" not in page.partition("<h1>")[2].partition("</h1>")[0]


@pytest.mark.parametrize("name", ["A\u202eroha", "Aro\u200bha", "Aro\ue000ha"])
def test_a_name_that_could_deceive_is_refused(as_preparer: Browser, firm: Firm, name: str) -> None:
    assert add(as_preparer, given_names=name) == 422
    assert not Contact.objects.exists()


def test_another_firms_contact_is_not_found(as_preparer: Browser, other_firm: Firm) -> None:
    with firm_scope(other_firm.pk):
        theirs = make_person()

    for name in ("contacts:contact", "contacts:edit"):
        assert as_preparer.get(reverse(name, args=[theirs.pk])).status_code == 404


def test_a_viewer_sees_and_may_not_change(viewer: User, firm: Firm) -> None:
    aroha = make_person()
    browser = signed_in(viewer)

    assert browser.get(reverse("contacts:contact", args=[aroha.pk])).status_code == 200
    assert browser.get(reverse("contacts:edit", args=[aroha.pk])).status_code == 403


def test_the_picker_answers_with_options(as_preparer: Browser, firm: Firm) -> None:
    aroha = make_person()

    page = as_preparer.get(reverse("contacts:options"), {"q": "aro"}).content.decode()

    assert f'data-id="{aroha.pk}"' in page
    assert "1 found by name" in page


def test_a_stranger_is_sent_to_sign_in(db: None) -> None:
    answer = Browser().get(reverse("contacts:list"))

    assert answer.status_code == 302
    assert reverse("account_login") in answer.headers["Location"]


def _address_of(contact: Contact) -> dict[str, str]:
    assert contact.address is not None
    names = ("street", "suburb", "state", "postcode", "country")
    return {name: getattr(contact.address, name) for name in names}
