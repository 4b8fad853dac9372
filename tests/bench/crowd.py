"""A large firm, always the same, with contacts and companies as a busy practice has them; and a neighbour."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from minutebook.companies.models import Company, CompanyAddress, Officeholder, ShareClass, Shareholding
from minutebook.contacts.models import Address, Contact
from minutebook.documents.models import DocumentPack, PackStage
from minutebook.firms.models import Firm, User
from minutebook.production.stages import start_with_usual
from minutebook.scope import firm_scope
from tests.bench.loading import load, search_built_afterwards
from tests.bench.measure import Size
from tests.cast import make_company, make_firm, make_user

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
_SEED = 20261122
_BATCH = 2000

_GIVEN = ("Aroha", "Daniel", "Thi Lan", "Priya", "Zoë", "Liam", "Fatima", "Siobhán", "Wei", "Chloe", "Tom")
_FAMILY = ("Ngata", "Moreau", "Huynh", "Raman", "O’Brien", "Nguyễn", "Smith", "Haddad", "Kowalski", "Singh")
_TRADES = ("Plumbing", "Holdings", "Joinery", "Investments", "Dental", "Transport", "Pastoral", "Bakery")
_PLACES = ("Northcote", "Ballarat", "Geelong", "Fremantle", "Hobart", "Cairns", "Dubbo", "Whyalla", "Bendigo")


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """The firm under measurement, and rows of it to ask for."""

    firm: Firm
    user: User
    company: Company  # from the tests' cast: complete, so that documents can be made for it
    company_ids: tuple[int, ...]
    line: str  # how much there is, in words


def make_crowd(size: Size) -> Crowd:
    """Build the firm and, with a tenth as much, a neighbour whose rows must be passed over."""
    dice = random.Random(_SEED)  # noqa: S311  # the same firm every time; nothing secret
    neighbour, firm = make_firm("Harbour Advisory"), make_firm()
    with search_built_afterwards():
        with firm_scope(neighbour.pk):
            _make_contacts(neighbour, dice, count=size.contacts // 10)
        with firm_scope(firm.pk):
            contacts = _make_contacts(firm, dice, count=size.contacts - size.companies)
    with firm_scope(firm.pk):
        user, company = make_user(firm), make_company()
        companies = _make_companies(firm, dice, people=contacts, count=size.companies)
        _make_packs(firm, user, dice, companies=companies, count=size.packs)
    _let_the_database_look_at_it()
    return Crowd(
        firm=firm,
        user=user,
        company=company,
        company_ids=tuple(dice.sample([company.pk for company in companies], min(50, len(companies)))),
        line=f"{size.contacts:,} contacts, {size.companies:,} companies and {size.packs:,} packs.",
    )


def _make_contacts(firm: Firm, dice: random.Random, *, count: int) -> list[Contact]:
    """Load that many people; return some of them to be officeholders and members."""
    places = range(max(1, count // 4))
    latest = Address.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    load(Address, _ADDRESS, (_address(firm, dice, number) for number in places))
    ids = list(Address.objects.filter(pk__gt=latest).values_list("pk", flat=True))
    load(Contact, _CONTACT, (_person(firm, dice, dice.choice(ids)) for _ in range(count)))
    return list(Contact.objects.select_related("address").order_by("-pk")[:_TO_CHOOSE_FROM])


_TO_CHOOSE_FROM = 20_000
_ADDRESS = ("firm_id", "care_of", "street", "suburb", "state", "postcode", "country")
_CONTACT = (
    "firm_id", "kind", "name", "title", "gender", "given_names", "family_name", "former_names", "born_on",
    "birth_place", "acn", "abn", "director_id", "email", "phone", "address_id", "changed_at",
)  # fmt: skip


def _address(firm: Firm, dice: random.Random, number: int) -> tuple[Any, ...]:
    street, suburb = f"{number} {dice.choice(_FAMILY)} Street", dice.choice(_PLACES)
    return firm.pk, "", street, suburb, "VIC", str(3000 + number % 900), "AU"


def _person(firm: Firm, dice: random.Random, address_id: int) -> tuple[Any, ...]:
    given, family = f"{dice.choice(_GIVEN)} {dice.choice(_GIVEN)}", dice.choice(_FAMILY)
    born_on = date(1950, 1, 1) + timedelta(days=dice.randrange(18_000))
    place, email = (
        f"{dice.choice(_PLACES)}, Australia",
        f"{family.lower()}{dice.randrange(10**6)}@clients.example",
    )
    return (
        firm.pk, "PERSON", f"{given} {family}", "", "", given, family, "", born_on.isoformat(),
        place, "", "", "", email, "", address_id, f"{NOW:%Y-%m-%d %H:%M:%S}+00:00",
    )  # fmt: skip


def _make_companies(firm: Firm, dice: random.Random, *, people: list[Contact], count: int) -> list[Company]:
    identities = Contact.objects.bulk_create(
        [_identity(firm, dice, number) for number in range(count)], batch_size=_BATCH
    )
    companies = Company.objects.bulk_create(
        [_company(firm, dice, contact, dice.choice(people)) for contact in identities], batch_size=_BATCH
    )
    Officeholder.objects.bulk_create(_officeholders(firm, dice, companies, people), batch_size=_BATCH)
    CompanyAddress.objects.bulk_create(_addresses(firm, companies), batch_size=_BATCH)
    classes = ShareClass.objects.bulk_create(
        [ShareClass(firm=firm, company=company, code="ORD", title="Ordinary") for company in companies],
        batch_size=_BATCH,
    )
    Shareholding.objects.bulk_create(_holdings(firm, dice, classes, people), batch_size=_BATCH)
    return companies


def _identity(firm: Firm, dice: random.Random, number: int) -> Contact:
    name = f"{dice.choice(_FAMILY)} {dice.choice(_TRADES)} {dice.choice(_PLACES)} {number} Pty Ltd"
    return Contact(firm=firm, kind=Contact.Kind.COMPANY, name=name, acn=f"{100_000_000 + number}")


def _company(firm: Firm, dice: random.Random, contact: Contact, signing: Contact) -> Company:
    return Company(
        firm=firm,
        contact=contact,
        registered_on=date(2000, 1, 1) + timedelta(days=dice.randrange(9000)),
        registered_in="VIC",
        review_on=TODAY + timedelta(days=dice.randrange(365)),
        signing_contact=signing,
    )


def _officeholders(
    firm: Firm, dice: random.Random, companies: list[Company], people: list[Contact]
) -> Iterator[Officeholder]:
    for company in companies:
        first, second = dice.sample(people, 2)
        for contact, office in (
            (first, Officeholder.Office.DIRECTOR),
            (second, Officeholder.Office.DIRECTOR),
            (second, Officeholder.Office.SECRETARY),
        ):
            yield Officeholder(
                firm=firm, company=company, contact=contact, office=office, since=company.registered_on
            )


def _addresses(firm: Firm, companies: list[Company]) -> Iterator[CompanyAddress]:
    for company in companies:
        signing = company.signing_contact
        assert signing
        assert signing.address
        for use in (CompanyAddress.Use.REGISTERED_OFFICE, CompanyAddress.Use.PRINCIPAL_PLACE):
            yield CompanyAddress(
                firm=firm, company=company, use=use, address=signing.address, since=company.registered_on
            )


def _holdings(
    firm: Firm, dice: random.Random, classes: list[ShareClass], people: list[Contact]
) -> Iterator[Shareholding]:
    for share_class in classes:
        for certificate, member in enumerate(dice.sample(people, 2), start=1):
            yield Shareholding(
                firm=firm,
                company=share_class.company,
                member=member,
                share_class=share_class,
                quantity=dice.randrange(1, 10_000),
                paid_per_share=Decimal(1),
                certificate_number=certificate,
                since=share_class.company.registered_on,
            )


def _make_packs(firm: Firm, user: User, dice: random.Random, *, companies: list[Company], count: int) -> None:
    start_with_usual(firm, by=user)
    numbered, last = range(1, count + 1), PackStage.objects.order_by("-position").first()
    DocumentPack.objects.bulk_create(
        [_pack(user, dice, dice.choice(companies), number=number, last=last) for number in numbered],
        batch_size=_BATCH,
    )
    Firm.objects.filter(pk=firm.pk).update(latest_pack_number=count)


def _pack(
    user: User, dice: random.Random, company: Company, *, number: int, last: PackStage | None
) -> DocumentPack:
    """Return a pack: of fifty the latest is in preparation and to be lodged some day, the others are filed."""
    at = NOW - timedelta(hours=number)
    pack = DocumentPack(
        firm=company.firm,
        company=company,
        trace_number=f"MB-{number:06d}-BNCH",
        title="Appoint director",
        summary=f"{dice.choice(_GIVEN)} {dice.choice(_FAMILY)} appointed director",
        made_by=user,
        made_at=at,
        saved_at=at,
    )
    if number % 50 == 0:
        due_on = TODAY + timedelta(days=dice.randrange(-20, 60))
        pack.lodge_by = pack.due_on = due_on
        pack.deadlines = [
            {"title": "Tell ASIC", "form": "484", "section": "s 205B(1)", "due_on": due_on.isoformat()}
        ]
    else:
        pack.status, pack.stage, pack.staged_at = DocumentPack.Status.SIGNED, last, at
        pack.released_at, pack.released_by, pack.snapshot, pack.signed_on = at, user, {}, at.date()
    return pack


def _let_the_database_look_at_it() -> None:
    """PostgreSQL counts rows by itself, some time after they came; SQLite does when it is told to."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
