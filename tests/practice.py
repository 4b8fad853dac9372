"""A connected practice without any network: what a reading would have left in the cache."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from minutebook.firms.models import Firm, User
from minutebook.practice.models import Client, Connection, JobTemplate, Price, StaffMember

CONNECTED_AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
TENANT = "70784a63-d24b-46a9-a4db-0e70a274b056"


def make_connection(
    firm: Firm,
    *,
    by: User | None = None,
    tenant_id: str = TENANT,
    read_at: datetime | None = CONNECTED_AT,
    expires_at: datetime = CONNECTED_AT + timedelta(minutes=30),
) -> Connection:
    """Return a connection that has been read once."""
    return Connection.objects.create(
        firm=firm,
        tenant_id=tenant_id,
        remote_id="e1eede29-f875-4a5d-8470-17f6a29a88b1",
        label="Kauri & Wattle",
        access_token="access-1",
        refresh_token="refresh-1",
        access_expires_at=expires_at,
        token_version=1,
        connected_by=by,
        connected_at=CONNECTED_AT,
        read_at=read_at,
    )


def make_client(
    connection: Connection,
    name: str = "Southern Star Pty Ltd",
    acn: str = "004085616",
    *,
    is_archived: bool = False,
) -> Client:
    return Client.objects.create(
        firm_id=connection.firm_id,
        tenant_id=connection.tenant_id,
        remote_id=f"39a02ce2-f877-4d40-a5a7-{Client.objects.count():012d}",
        name=name,
        acn=acn,
        structure="Company",
        is_archived=is_archived,
        read_at=CONNECTED_AT,
    )


def make_template(connection: Connection, name: str = "ASIC Annual Review") -> JobTemplate:
    return JobTemplate.objects.create(
        firm_id=connection.firm_id,
        tenant_id=connection.tenant_id,
        remote_id=f"3f863a3b-87ce-4ccb-a112-{JobTemplate.objects.count():012d}",
        name=name,
    )


def make_staff(
    connection: Connection, name: str = "Jo Bloggs", email: str = "jo@kauriwattle.example"
) -> StaffMember:
    return StaffMember.objects.create(
        firm_id=connection.firm_id,
        tenant_id=connection.tenant_id,
        remote_id=f"1f8a7853-87ce-4ccb-a112-{StaffMember.objects.count():012d}",
        name=name,
        email=email,
    )


def make_price(
    connection: Connection, description: str = "ASIC company extract", price: str = "18.00"
) -> Price:
    return Price.objects.create(
        firm_id=connection.firm_id,
        tenant_id=connection.tenant_id,
        remote_id=f"2a8a7853-87ce-4ccb-a112-{Price.objects.count():012d}",
        description=description,
        code="EXTRACT",
        unit_cost=Decimal("9.00"),
        unit_price=Decimal(price),
    )
