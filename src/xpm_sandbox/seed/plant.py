"""Planting everything, once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from xpm_sandbox.database import Database
from xpm_sandbox.identity.keys import make_signing_key
from xpm_sandbox.models.practice import Practice
from xpm_sandbox.seed.clients import plant_clients
from xpm_sandbox.seed.identifiers import fixed_uuid
from xpm_sandbox.seed.jobs import plant_jobs
from xpm_sandbox.seed.office import plant_office
from xpm_sandbox.seed.people import plant_staff, plant_users

KAURI_UUID = fixed_uuid("practice", 1)
HARBOUR_UUID = fixed_uuid("practice", 2)
_SEED = 2026


def is_seeded(database: Database) -> bool:
    with database.reading() as session:
        return session.scalar(select(Practice.uuid)) is not None


def seed(database: Database, *, clients: int = 1200) -> bool:
    """Plant both practices unless something is there already; return whether it was done."""
    with database.writing() as session:
        make_signing_key(session)
        if session.scalar(select(Practice.uuid)) is not None:
            return False
        _plant(session, clients=clients)
    return True


def reset(database: Database, *, clients: int = 1200) -> None:
    """Forget everything, tokens and connections too, and plant anew."""
    database.empty()
    seed(database, clients=clients)


def _plant(session: Session, *, clients: int) -> None:
    kauri = Practice(uuid=KAURI_UUID, name="Kauri & Wattle", position=1, job_prefix="J", next_job=31)
    harbour = Practice(
        uuid=HARBOUR_UUID, name="Harbour & Pine Partners", position=2, job_prefix="J", next_job=31
    )
    session.add_all([kauri, harbour])
    session.flush()
    plant_users(session, kauri, harbour)
    for practice in (kauri, harbour):
        plant_office(session, practice)
    session.flush()
    kauri_staff, harbour_staff = plant_staff(session, kauri), plant_staff(session, harbour)
    kauri_clients = plant_clients(session, kauri, kauri_staff, how_many=clients, seed=_SEED)
    plant_clients(session, harbour, harbour_staff, how_many=min(clients, 60), seed=_SEED)
    plant_jobs(session, kauri, kauri_clients, kauri_staff)
