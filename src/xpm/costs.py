"""The cost lines of a job, and the practice's price list that they may be filled in from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count

from xpm.calls import Calls, nothing, segment
from xpm.xml import (
    Element,
    Unreadable,
    date_of,
    day,
    decimal,
    decimal_of,
    flag,
    flag_of,
    list_of,
    text,
    text_if,
    text_of,
    uuid_of,
    write,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewCost:
    """A cost line to add to a job, or what a line is to become."""

    date: date
    description: str
    quantity: Decimal
    unit_cost: Decimal  # dollars the practice pays for one, excl. GST
    unit_price: Decimal  # dollars the client pays for one, excl. GST
    billable: bool = True
    note: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """A cost line of a job. Practice Manager keeps no tax and no total with it."""

    uuid: str
    date: date | None
    description: str
    quantity: Decimal
    unit_cost: Decimal  # dollars, excl. GST
    unit_price: Decimal  # dollars, excl. GST
    billable: bool
    note: str
    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceListItem:
    """A line of the practice's price list. A job's cost keeps no link to it."""

    uuid: str
    description: str
    code: str
    note: str
    unit_cost: Decimal  # dollars, excl. GST
    unit_price: Decimal  # dollars, excl. GST


class CostCalls(Calls):
    """The calls for a job's costs, and those of cost.api."""

    def costs(self, number: str) -> tuple[Cost, ...]:
        """Return the cost lines of a job, those its template brought included.

        Raises NotSent, Throttled, Unauthorised, Refused (also when there is no such job), InDoubt.

        Source: Practice Manager API 3.1, Jobs, GET job.api/costs/{number}.
        """
        return self._get(f"job.api/costs/{segment(number)}", read_costs)

    def add_cost(self, number: str, cost: NewCost) -> str:
        """Add one line to a job and return its UUID. There is no call for several, and none to delete one.

        Not idempotent: after InDoubt look through `costs` before trying again.
        Raises NotSent, Throttled, Unauthorised, Refused (in the server's words), InDoubt.

        Source: Practice Manager API 3.1, Jobs, POST job.api/cost.
        """
        body = write("Cost", text("Job", number), *_cost_parts(cost))
        return self._post("job.api/cost", body, read_cost_uuid)

    def update_cost(self, uuid: str, cost: NewCost) -> None:
        """Make a line say what `cost` says. Quantity 0 neutralises a line that should not be there.

        Idempotent: after InDoubt it may simply be made again.
        Raises NotSent, Throttled, Unauthorised, Refused (in the server's words), InDoubt.

        Source: Practice Manager API 3.1, Jobs, PUT job.api/cost.
        """
        self._put("job.api/cost", write("Cost", text("UUID", uuid), *_cost_parts(cost)), nothing)

    def price_list(self) -> tuple[PriceListItem, ...]:
        """Return the whole price list: one call a page of up to 1,000, and one that finds no more.

        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt.

        Source: Practice Manager API 3.1, Costs, GET cost.api/list.
        """
        items: dict[str, PriceListItem] = {}
        for number in count(1):
            page = self.price_list_page(number)
            if all(item.uuid in items for item in page):  # empty, or a server that ignores the page number
                break
            items |= {item.uuid: item for item in page}
        return tuple(items.values())

    def price_list_page(self, number: int) -> tuple[PriceListItem, ...]:
        """Return one page of the price list, the first being 1; empty after the last.

        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt.

        Source: Practice Manager API 3.1, Costs, GET cost.api/list.
        """
        return self._get("cost.api/list", read_price_list, page=str(number))


def _cost_parts(cost: NewCost) -> tuple[Element | None, ...]:
    return (
        day("Date", cost.date),
        text("Description", cost.description),
        text_if("Code", cost.code),
        text_if("Note", cost.note),
        decimal("Quantity", cost.quantity),
        decimal("UnitCost", cost.unit_cost),
        decimal("UnitPrice", cost.unit_price),
        flag("Billable", cost.billable),
    )


def read_costs(root: Element) -> tuple[Cost, ...]:
    """Read the lines, whether or not a Response is around them: the documentation shows both."""
    return tuple(
        Cost(
            uuid=uuid_of(cost),
            date=date_of(cost, "Date"),
            description=text_of(cost, "Description"),
            quantity=decimal_of(cost, "Quantity") or Decimal(0),
            unit_cost=decimal_of(cost, "UnitCost") or Decimal(0),
            unit_price=decimal_of(cost, "UnitPrice") or Decimal(0),
            billable=flag_of(cost, "Billable"),
            note=text_of(cost, "Note"),
            code=text_of(cost, "Code"),
        )
        for cost in list_of(root, "Costs", "Cost")
    )


def read_cost_uuid(root: Element) -> str:
    """Read the UUID of a new line, which stands beside Status or in a Cost."""
    for place in (root, root.find("Cost")):
        if place is not None and text_of(place, "UUID"):
            return uuid_of(place)
    raise Unreadable("the new cost line has no UUID")


def read_price_list(root: Element) -> tuple[PriceListItem, ...]:
    return tuple(
        PriceListItem(
            uuid=uuid_of(cost),
            description=text_of(cost, "Description"),
            code=text_of(cost, "Code"),
            note=text_of(cost, "Note"),
            unit_cost=decimal_of(cost, "UnitCost") or Decimal(0),
            unit_price=decimal_of(cost, "UnitPrice") or Decimal(0),
        )
        for cost in list_of(root, "Costs", "Cost")
    )
