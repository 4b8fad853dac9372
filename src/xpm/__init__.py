"""A client library for Xero Practice Manager API 3.1 and Xero OAuth 2.0.

Get a firm's permission once:

    app = xpm.OAuthApp(xpm.Endpoints(), client_id, client_secret)
    going = app.authorise(redirect_uri, ["offline_access", "practicemanager"])
    # send the browser to going.url; it comes back with ?code=…&state=…, and state must be going.state
    tokens = app.exchange(code=code, code_verifier=going.code_verifier, redirect_uri=redirect_uri)
    practices = [c for c in app.connections(tokens.access_token) if c.tenant_type == xpm.PRACTICE_MANAGER]

Then call:

    with xpm.Client(access_token=tokens.access_token, tenant_id=practices[0].tenant_id) as practice:
        job = practice.add_job(
            xpm.NewJob(name="Annual review", description="", client_uuid=client_uuid,
                       client_number="MB-000481", start_on=date(2026, 11, 22), due_on=date(2026, 12, 20)))
        practice.add_cost(
            job.number,
            xpm.NewCost(date=date(2026, 11, 22), description="ASIC annual review fee", quantity=Decimal(1),
                        unit_cost=Decimal("329.00"), unit_price=Decimal("329.00")))

Every failure is an `XpmError` named after what may be done next; `xpm.errors` shows them as a tree. The
library keeps no state, waits for nothing and repeats nothing: what to do about a limit or a doubt is for the
caller to say.
"""

from xpm.client import Client
from xpm.client_changes import ClientChanges, NewRelationship, RelationshipChange
from xpm.clients import Address, ClientContact, ClientPage, ClientRecord, Relationship
from xpm.costs import Cost, NewCost, PriceListItem
from xpm.documents import Document
from xpm.endpoints import Endpoints, InsecureEndpoint
from xpm.errors import (
    Forbidden,
    GrantLost,
    InDoubt,
    NotSent,
    Outcome,
    Refused,
    Throttled,
    Unauthorised,
    Unwritable,
    XpmError,
)
from xpm.jobs import Job, JobTask, NewJob
from xpm.limits import APP_CALLS_A_MINUTE, CALLS_A_DAY, CALLS_A_MINUTE, CALLS_AT_ONCE, Limits
from xpm.oauth import PRACTICE_MANAGER, Authorisation, OAuthApp, TenantConnection, Tokens
from xpm.staff import Staff
from xpm.wire import Call
from xpm.xml import Named

__all__ = [
    "APP_CALLS_A_MINUTE",
    "CALLS_AT_ONCE",
    "CALLS_A_DAY",
    "CALLS_A_MINUTE",
    "PRACTICE_MANAGER",
    "Address",
    "Authorisation",
    "Call",
    "Client",
    "ClientChanges",
    "ClientContact",
    "ClientPage",
    "ClientRecord",
    "Cost",
    "Document",
    "Endpoints",
    "Forbidden",
    "GrantLost",
    "InDoubt",
    "InsecureEndpoint",
    "Job",
    "JobTask",
    "Limits",
    "Named",
    "NewCost",
    "NewJob",
    "NewRelationship",
    "NotSent",
    "OAuthApp",
    "Outcome",
    "PriceListItem",
    "Refused",
    "Relationship",
    "RelationshipChange",
    "Staff",
    "TenantConnection",
    "Throttled",
    "Tokens",
    "Unauthorised",
    "Unwritable",
    "XpmError",
]
