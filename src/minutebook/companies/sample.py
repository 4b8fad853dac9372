"""Synthetic registers for trying Minutebook: forty companies, and the people in them."""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

from django.db import transaction
from django.utils import timezone

from minutebook.companies.models import Company, CompanyAddress, Officeholder, ShareClass, Shareholding
from minutebook.companies.review import next_review
from minutebook.contacts.models import Address, Contact, JointHolder
from minutebook.firms.models import Firm

type Entry = Mapping[str, Any]  # a table of the TOML file; sample_registers.toml shows its keys


@transaction.atomic
def load_sample_registers(firm: Firm) -> None:
    """Enter the sample companies, with everybody in them. What is there already stays as it is.

    Call it in the firm's scope.
    """
    registers = tomllib.loads(
        files("minutebook.companies").joinpath("sample_registers.toml").read_text("utf-8")
    )
    today = firm.day_of(timezone.now())
    known = _enter_contacts(registers)
    for entry in registers["companies"]:
        if not Company.objects.filter(contact=known[entry["name"]]).exists():
            _enter_company(entry, known=known, office=registers["office"], today=today)


def _enter_contacts(registers: Entry) -> dict[str, Contact]:
    """Return every contact the registers name, by name, entering those the firm does not know yet."""
    known = {}
    for person in registers["people"]:
        name = f"{person['given_names']} {person['family_name']}"
        known[name] = _contact(Contact.Kind.PERSON, {"name": name, **person})
    for entry in [*registers["organisations"], *registers["companies"]]:
        details = {key: entry[key] for key in _CONTACT_KEYS & entry.keys()}
        known[entry["name"]] = _contact(Contact.Kind.COMPANY, details)
    for entry in registers["joint_holders"]:
        known[entry["name"]] = _joint(entry, known=known)
    return known


_CONTACT_KEYS = frozenset({"name", "acn", "abn", "email", "phone", "address"})


def _contact(kind: Contact.Kind, details: Entry) -> Contact:
    same = {"acn": details["acn"]} if "acn" in details else {"kind": kind, "name": details["name"]}
    found = Contact.objects.filter(**same).order_by("pk").first()
    if found:
        return found
    address = Address.objects.create(**details["address"]) if "address" in details else None
    return Contact.objects.create(**{**details, "kind": kind, "address": address})


def _joint(entry: Entry, *, known: Mapping[str, Contact]) -> Contact:
    joint = _contact(Contact.Kind.JOINT, {"name": entry["name"]})
    for position, name in enumerate(entry["holders"], start=1):
        JointHolder.objects.get_or_create(joint=joint, position=position, defaults={"holder": known[name]})
    return joint


def _enter_company(entry: Entry, *, known: Mapping[str, Contact], office: Entry, today: date) -> None:
    company = Company.objects.create(
        contact=known[entry["name"]],
        registered_on=entry["registered_on"],
        registered_in=entry["registered_in"],
        review_on=next_review(entry["registered_on"], today=today),
        former_names=entry.get("former_names", ""),
        has_constitution=entry.get("has_constitution", False),
        signing_contact=known[entry["signing_contact"]],
        partner=entry["partner"],
    )
    _enter_addresses(company, entry, office=office)
    for held in entry["officeholders"]:
        Officeholder.objects.create(company=company, **{**held, "contact": known[held["contact"]]})
    _enter_shares(company, entry, known=known)


def _enter_addresses(company: Company, entry: Entry, *, office: Entry) -> None:
    CompanyAddress.objects.create(
        company=company,
        use=CompanyAddress.Use.REGISTERED_OFFICE,
        address=Address.objects.create(**office),
        occupier=office["care_of"],
        since=entry["registered_office_since"],
    )
    for used in entry["addresses"]:
        address = Address.objects.create(**used["address"])
        CompanyAddress.objects.create(company=company, **{**used, "address": address})


def _enter_shares(company: Company, entry: Entry, *, known: Mapping[str, Contact]) -> None:
    classes = {
        code: ShareClass.objects.create(company=company, code=code, title=title)
        for code, title in entry["share_classes"].items()
    }
    for parcel in entry["holdings"]:
        Shareholding.objects.create(
            company=company,
            member=known[parcel["member"]],
            share_class=classes[parcel["share_class"]],
            quantity=parcel["quantity"],
            paid_per_share=Decimal(parcel["paid"]),
            unpaid_per_share=Decimal(parcel.get("unpaid", "0")),
            certificate_number=parcel["certificate"],
            beneficially_held="held_for" not in parcel,
            held_for=parcel.get("held_for", ""),
            since=parcel["since"],
        )
