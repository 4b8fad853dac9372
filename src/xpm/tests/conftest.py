"""A practice that answers what a test says: only the wire is fake."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import httpx2
import pytest

import xpm

type Handler = Callable[[httpx2.Request], httpx2.Response]
type Connect = Callable[..., xpm.Client]


@pytest.fixture
def client_of() -> Connect:
    """Return a function: an answer (XML text, response, exception or handler) becomes a client."""

    def connect(
        answer: str | httpx2.Response | Exception | Handler,
        *,
        before_call: Callable[[str, str], None] | None = None,
        may_send: Callable[[], bool] | None = None,
        on_call: Callable[[xpm.Call], None] | None = None,
    ) -> xpm.Client:
        def handle(request: httpx2.Request) -> httpx2.Response:
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, httpx2.Response):
                return answer
            return answer(request) if callable(answer) else httpx2.Response(200, text=answer)

        return xpm.Client(
            access_token="a-token",
            tenant_id="70784a63-d24b-46a9-a4db-0e70a274b056",
            transport=httpx2.MockTransport(handle),
            before_call=before_call,
            may_send=may_send,
            on_call=on_call,
        )

    return connect


@pytest.fixture
def annual_review() -> xpm.NewJob:
    return xpm.NewJob(
        name="Annual review",
        description="For the year to 30 June 2026",
        client_uuid="39a02ce2-f877-4d40-a5a7-d7355e88025b",
        start_on=date(2026, 11, 22),
        due_on=date(2026, 12, 6),
        client_number="MB-000481-7K3Q",
    )


@pytest.fixture
def late_fee() -> xpm.NewCost:
    return xpm.NewCost(
        date=date(2026, 11, 22),
        description="ASIC late fee",
        quantity=Decimal(1),
        unit_cost=Decimal("98.00"),
        unit_price=Decimal("98.00"),
        note="MB-000481-7K3Q/2",
    )
