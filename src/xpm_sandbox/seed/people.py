"""Who signs in and who works where."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from xpm_sandbox.models.identity import Membership, User
from xpm_sandbox.models.practice import Practice, Staff
from xpm_sandbox.seed.identifiers import fixed_uuid

OWNER_EMAIL = "jo.bloggs@kauriwattle.example"
STAFF_EMAIL = "m.tran@kauriwattle.example"


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    email: str
    phone: str = ""


_KAURI_STAFF = (
    _Person("Jo Bloggs", OWNER_EMAIL, "(03) 5550 0101"),
    _Person("Priya Raman", "priya.raman@kauriwattle.example", "(03) 5550 0102"),
    _Person("Daniel Okafor", "daniel.okafor@kauriwattle.example", "(03) 5550 0103"),
    _Person("Hanna Lindqvist", "hanna.lindqvist@kauriwattle.example", "(03) 5550 0104"),
    _Person("Minh Tran", STAFF_EMAIL, "(03) 5550 0105"),
    _Person("S. Petrov", "s.petrov@kauriwattle.example", "(03) 5550 0106"),
    _Person("A. Rossi", "a.rossi@kauriwattle.example"),
    _Person("Sarah Chen", "sarah.chen@kauriwattle.example", "(03) 5550 0108"),
    _Person("Sarah Chen", "sarah.chen2@kauriwattle.example", "(03) 5550 0109"),  # two people, one name
    _Person("Tāne Wiremu", "tane.wiremu@kauriwattle.example", "(03) 5550 0110"),
    _Person("Grace O'Sullivan", "grace.osullivan@kauriwattle.example", "(03) 5550 0111"),
    _Person("Luca Bianchi-Moore", "luca.bianchi-moore@kauriwattle.example"),
)
_HARBOUR_STAFF = (
    _Person("Jo Bloggs", "jo.bloggs@harbourpine.example", "(02) 5550 0201"),
    _Person("Imogen Hartley", "imogen.hartley@harbourpine.example", "(02) 5550 0202"),
    _Person("Ravi Deshmukh", "ravi.deshmukh@harbourpine.example"),
)


def plant_users(session: Session, kauri: Practice, harbour: Practice) -> None:
    """An owner of both practices, and a staff user who may not connect apps."""
    owner = User(uuid=fixed_uuid("user", "owner"), email=OWNER_EMAIL, given_name="Jo", family_name="Bloggs")
    staff = User(uuid=fixed_uuid("user", "staff"), email=STAFF_EMAIL, given_name="Minh", family_name="Tran")
    for position, practice in enumerate((kauri, harbour), start=1):
        owner.memberships.append(
            Membership(practice=practice, position=position, role="Owner", may_authorise_addons=True)
        )
    staff.memberships.append(Membership(practice=kauri, position=1, role="Staff", may_authorise_addons=False))
    session.add_all([owner, staff])


def plant_staff(session: Session, practice: Practice) -> list[Staff]:
    people = _KAURI_STAFF if practice.position == 1 else _HARBOUR_STAFF
    staff = [
        Staff(
            uuid=fixed_uuid("staff", person.email),
            practice_uuid=practice.uuid,
            name=person.name,
            email=person.email,
            phone=person.phone,
        )
        for person in people
    ]
    session.add_all(staff)
    return staff
