"""The paths and verbs we use are those of the vendor's own description, where a copy of it is at hand."""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import httpx2
import pytest
import yaml

import xpm

CHANGES = xpm.ClientChanges(name="Southern Star Pty Ltd")
RELATIONSHIP = xpm.NewRelationship(client_uuid="u", related_uuid="v", type="Director")
FILE = os.environ.get("XPM_OPENAPI_FILE")
CALLS: dict[str, Callable[[xpm.Client, xpm.NewJob, xpm.NewCost], object]] = {
    "templates": lambda client, _job, _cost: client.templates(),
    "staff": lambda client, _job, _cost: client.staff(),
    "categories": lambda client, _job, _cost: client.categories(),
    "job_states": lambda client, _job, _cost: client.job_states(),
    "price_list": lambda client, _job, _cost: client.price_list(),
    "price_list_page": lambda client, _job, _cost: client.price_list_page(1),
    "clients": lambda client, _job, _cost: list(client.clients(detailed=True)),
    "client_page": lambda client, _job, _cost: client.client_page(token="t", size=10),
    "search_clients": lambda client, _job, _cost: client.search_clients("q", detailed=True),
    "get_client": lambda client, _job, _cost: client.get_client("u"),
    "add_client": lambda client, _job, _cost: client.add_client(CHANGES),
    "update_client": lambda client, _job, _cost: client.update_client("u", CHANGES),
    "archive_client": lambda client, _job, _cost: client.archive_client("u"),
    "add_relationship": lambda client, _job, _cost: client.add_relationship(RELATIONSHIP),
    "update_relationship": lambda client, _job, _cost: client.update_relationship(
        "u", xpm.RelationshipChange(shares=1)
    ),
    "delete_relationship": lambda client, _job, _cost: client.delete_relationship("u"),
    "add_job": lambda client, job, _cost: client.add_job(job),
    "get_job": lambda client, _job, _cost: client.get_job("J1"),
    "jobs_of_client": lambda client, _job, _cost: client.jobs_of_client("u"),
    "jobs_created": lambda client, _job, _cost: client.jobs_created(date(2026, 11, 1), date(2026, 11, 2)),
    "assign": lambda client, _job, _cost: client.assign("J1", add=["s"]),
    "set_state": lambda client, _job, _cost: client.set_state("J1", "COMPLETED"),
    "costs": lambda client, _job, _cost: client.costs("J1"),
    "add_cost": lambda client, _job, cost: client.add_cost("J1", cost),
    "update_cost": lambda client, _job, cost: client.update_cost("u", cost),
    "documents": lambda client, _job, _cost: client.documents("J1"),
    "add_document": lambda client, _job, _cost: client.add_document(
        "J1", title="t", file_name="f.pdf", content=b"%PDF-"
    ),
}


def public_calls() -> set[str]:
    return {name for name in dir(xpm.Client) if not name.startswith("_")} - {"close"}


def test_every_public_call_is_tried_against_the_vendors_description() -> None:
    assert set(CALLS) == public_calls()


@pytest.mark.parametrize("name", sorted(public_calls()))
def test_every_public_call_names_its_source_and_its_errors(name: str) -> None:
    told = getattr(xpm.Client, name).__doc__

    assert "Source: Practice Manager API 3.1" in told
    assert "Raises NotSent, Throttled, Unauthorised, Refused" in told


@pytest.mark.skipif(
    FILE is None, reason="Set XPM_OPENAPI_FILE to the vendor's OpenAPI file for 3.1 to compare."
)
@pytest.mark.parametrize("name", sorted(CALLS))
def test_path_verb_and_query_are_the_vendors(
    name: str, annual_review: xpm.NewJob, late_fee: xpm.NewCost, operations: dict[tuple[str, str], set[str]]
) -> None:
    sent: list[httpx2.Request] = []

    def keep(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(200, text="<Response><Status>OK</Status></Response>")

    client = xpm.Client(access_token="a", tenant_id="t", transport=httpx2.MockTransport(keep))
    with client, suppress(xpm.InDoubt):  # the answer lacks the record; here the question matters
        CALLS[name](client, annual_review, late_fee)

    method, path = sent[0].method, sent[0].url.path.removeprefix("/practicemanager/3.1/")
    known = next(
        (query for (verb, pattern), query in operations.items() if verb == method and _fits(path, pattern)),
        None,
    )
    assert known is not None, f"{method} {path} is not in the vendor's file"
    assert {parameter.lower() for parameter in sent[0].url.params} <= known


@pytest.fixture(scope="module")
def operations() -> dict[tuple[str, str], set[str]]:
    """Return verb and path -> names of the query parameters, in lower case."""
    described = yaml.load(Path(FILE or "").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {
        (verb.upper(), path.partition("/v3.1/")[2]): {
            parameter["name"].lower()
            for parameter in operation.get("parameters", [])
            if parameter.get("in") == "query"
        }
        for path, verbs in described["paths"].items()
        for verb, operation in verbs.items()
    }


def _fits(path: str, pattern: str) -> bool:
    ours, theirs = path.split("/"), pattern.split("/")
    return len(ours) == len(theirs) and all(
        mine == their or their.startswith("{") for mine, their in zip(ours, theirs, strict=True)
    )
