"""Whom the practices work for: the companies of `seed_companies.csv`, and believable others around them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import count
from random import Random

from sqlalchemy.orm import Session

from xpm_sandbox.models.client import Client, Contact, ContactLink, Relationship
from xpm_sandbox.models.practice import Practice, Staff
from xpm_sandbox.seed import words
from xpm_sandbox.seed.identifiers import (
    abn_of_company,
    fixed_uuid,
    make_abn,
    make_acn,
    make_phone,
    make_tax_file_number,
)

SEEDED_AT = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
_WITH_PEOPLE = 200  # clients from which on a practice has the listed people: small ones are for tests
_STRUCTURES = (  # structure, share of all clients in per cent
    ("Individual", 36),
    ("Company", 30),
    ("Trust", 11),
    ("Self Managed Superannuation Fund", 8),
    ("Partnership", 6),
    ("Sole Trader", 4),
    ("Discretionary Trust", 2),
    ("Incorporated Association", 1),
    ("", 2),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SeedCompany:
    """One line of `seed_companies.csv`. `xpm_name` is what the practice typed: it may differ from `name`."""

    name: str
    acn: str
    abn: str
    xpm_name: str
    street: str
    suburb: str
    state: str
    postcode: str
    phone: str
    email: str
    contact: str


def seed_companies() -> list[SeedCompany]:
    """Return the companies that other systems' demonstrations may share, in their stable order."""
    text = files("xpm_sandbox").joinpath("seed_companies.csv").read_text(encoding="utf-8")
    return [SeedCompany(**row) for row in csv.DictReader(text.splitlines())]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeedPerson:
    """One line of `seed_people.csv`: somebody whom another system may know as well, as the practice typed it."""

    xpm_name: str
    first_name: str
    last_name: str
    born_on: str
    street: str
    suburb: str
    state: str
    postcode: str
    phone: str
    email: str


def seed_people() -> list[SeedPerson]:
    """Return the people that other systems' demonstrations may share, in their stable order."""
    text = files("xpm_sandbox").joinpath("seed_people.csv").read_text(encoding="utf-8")
    return [SeedPerson(**row) for row in csv.DictReader(text.splitlines())]


class ClientMaker:
    """Makes the clients of one practice; the same seed makes the same clients."""

    def __init__(self, practice: Practice, staff: list[Staff], *, seed: int) -> None:
        self._practice = practice
        self._staff = staff
        self._chance = Random(f"{seed}/{practice.position}")  # noqa: S311 - repeatable, not secret
        self._numbers = count(1)

    def known(self, company: SeedCompany) -> Client:
        """Make the client of a line of the list."""
        client = self._blank(company.xpm_name, "Company")
        client.company_number, client.business_number = company.acn, company.abn
        client.address, client.city = company.street, company.suburb
        client.region, client.post_code = company.state, company.postcode
        client.phone, client.email = company.phone, company.email
        self._post_to_the_same_address(client)
        self._add_contact(client, company.contact, "Director")
        return client

    def person(self, person: SeedPerson) -> Client:
        """Make the client of a line of the list of people."""
        client = self._blank(person.xpm_name, "Individual")
        client.first_name, client.last_name = person.first_name, person.last_name
        client.date_of_birth = date.fromisoformat(person.born_on) if person.born_on else None
        client.address, client.city = person.street, person.suburb
        client.region, client.post_code = person.state, person.postcode
        client.phone, client.email = person.phone, person.email
        return client

    def others(self, how_many: int) -> Iterator[Client]:
        """Make believable clients of every structure, some archived, some hardly filled in."""
        names, weights = zip(*_STRUCTURES, strict=True)
        for structure in self._chance.choices(names, weights, k=how_many):
            yield self._other(structure)

    def _other(self, structure: str) -> Client:
        chance = self._chance
        given, family = chance.choice(words.GIVEN_NAMES), chance.choice(words.FAMILY_NAMES)
        client = self._blank(self._name(structure, given, family), structure)
        if structure in {"Individual", "Sole Trader"}:
            client.first_name, client.last_name = given, family
            client.date_of_birth = date(1940, 1, 1) + timedelta(days=chance.randrange(24_000))
        if structure == "Company":
            client.company_number = make_acn(chance)
            client.business_number = abn_of_company(client.company_number)
        elif structure and structure != "Individual":
            client.business_number = make_abn(chance)
        self._locate(client)
        self._add_contact(client, f"{given} {family}", "Director" if structure == "Company" else "")
        if chance.random() < 0.3:  # noqa: PLR2004 - a share of clients
            self._add_contact(client, f"{chance.choice(words.GIVEN_NAMES)} {family}", "Accounts")
        client.is_archived = chance.random() < 0.04  # noqa: PLR2004 - a share of clients
        client.is_prospect = not client.is_archived and chance.random() < 0.02  # noqa: PLR2004 - a share of clients
        return client

    def _blank(self, name: str, structure: str) -> Client:
        number = next(self._numbers)
        chance = self._chance
        return Client(
            uuid=fixed_uuid("client", self._practice.position, number),
            practice_uuid=self._practice.uuid,
            name=name,
            client_code=f"{''.join(filter(str.isalpha, name))[:4].upper()}{number:04d}",
            business_structure=structure,
            country="Australia",
            tax_number=make_tax_file_number(chance),
            gst_registered="Yes" if structure not in {"Individual", ""} else "No",
            gst_period="Quarterly" if structure == "Company" else "",
            balance_month=6,
            account_manager=chance.choice(self._staff),
            job_manager=chance.choice(self._staff),
            modified_at=SEEDED_AT - timedelta(hours=number),
        )

    def _name(self, structure: str, given: str, family: str) -> str:
        chance = self._chance
        trade = f"{chance.choice(words.PLACES)} {chance.choice(words.TRADES)}"
        family_or_trade = chance.choice((family, trade))
        match structure:
            case "Company":
                return f"{chance.choice((trade, f'{family} Holdings', f'{family} & Co', trade))} Pty Ltd"
            case "Trust" | "Discretionary Trust":
                return chance.choice((f"The {family} Family Trust", f"{trade} Unit Trust"))
            case "Self Managed Superannuation Fund":
                return f"{family_or_trade} Superannuation Fund"
            case "Partnership":
                return f"{given} {family} & {chance.choice(words.GIVEN_NAMES)} {family}"
            case "Incorporated Association":
                return f"{chance.choice(words.PLACES)} {chance.choice(words.CLUBS)} Inc"
            case _:
                return f"{given} {family}"

    def _locate(self, client: Client) -> None:
        chance = self._chance
        if chance.random() < 0.03:  # noqa: PLR2004 - a share of clients nobody filled in
            return
        suburb, state, postcode, area_code = chance.choice(words.SUBURBS)
        client.address = f"{chance.randrange(1, 400)} {chance.choice(words.STREETS)}"
        client.city, client.region, client.post_code = suburb, state, postcode
        client.phone = make_phone(chance, area_code)
        client.email = f"client{next(self._numbers)}@mail.example"
        if chance.random() < 0.6:  # noqa: PLR2004 - a share of clients
            self._post_to_the_same_address(client)
        else:
            client.postal_address = f"PO Box {chance.randrange(1, 2000)}"
            client.postal_city, client.postal_region = suburb, state
            client.postal_post_code, client.postal_country = postcode, "Australia"

    def _post_to_the_same_address(self, client: Client) -> None:
        client.postal_address, client.postal_city = client.address, client.city
        client.postal_region, client.postal_post_code = client.region, client.post_code
        client.postal_country = client.country

    def _add_contact(self, client: Client, name: str, position_held: str) -> None:
        place = len(client.contact_links) + 1
        contact = Contact(
            uuid=fixed_uuid("contact", client.uuid, place),
            practice_uuid=self._practice.uuid,
            name=name,
            salutation=name.split(maxsplit=1)[0],
            addressee=name,
            email=client.email if place == 1 else "",
            phone=client.phone,
            mobile="0491 570 006" if place == 1 else "",
        )
        client.contact_links.append(
            ContactLink(contact=contact, position=place, position_held=position_held, is_primary=place == 1)
        )


def plant_clients(
    session: Session, practice: Practice, staff: list[Staff], *, how_many: int, seed: int
) -> list[Client]:
    """Plant `how_many` clients; the first practice begins with the companies of the list."""
    maker = ClientMaker(practice, staff, seed=seed)
    listed = seed_companies() if practice.position == 1 else []
    clients = [maker.known(company) for company in listed]
    people = seed_people() if listed and how_many >= _WITH_PEOPLE else []
    clients.extend(maker.others(how_many - len(clients) - len(people)))
    clients.extend(map(maker.person, people))
    session.add_all(clients)
    _plant_relationships(clients, seed=seed)
    return clients


def _plant_relationships(clients: list[Client], *, seed: int) -> None:
    """Give companies their directors and shareholders among the clients who are people."""
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    people = [client for client in clients if client.business_structure == "Individual"]
    companies = [client for client in clients if client.business_structure == "Company"]
    if not people:
        return
    for company in companies[::3]:
        person = chance.choice(people)
        for place, (kind, shares) in enumerate((("Director", None), ("Shareholder", 100)), start=1):
            company.relationships.append(
                Relationship(
                    uuid=fixed_uuid("relationship", company.uuid, place),
                    position=place,
                    related_client=person,
                    type=kind,
                    number_of_shares=shares,
                    start_date=date(2015, 7, 1),
                )
            )
