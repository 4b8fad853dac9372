"""Costs: the lines of a job, and the practice's price list."""

from sqlalchemy import select

from xpm_sandbox.api.body import Body
from xpm_sandbox.api.endpoint import Call, Routes
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.job_fields import find_job
from xpm_sandbox.api.values import clean_uuid, read_date, read_decimal, read_flag, read_money
from xpm_sandbox.api.wire import Items, Tree
from xpm_sandbox.models.job import Job, JobCost
from xpm_sandbox.models.practice import PriceItem

routes = Routes("job")
price_routes = Routes()
_PAGE = 1000  # price items on one page, as Xero has it


@routes.get("job.api/costs/<number>")
def list_job_costs(call: Call, number: str) -> Tree:
    job = find_job(call, number)
    return {"Costs": Items("Cost", [_describe_job_cost(cost) for cost in job.costs])}


@price_routes.get("cost.api/list")
def list_prices(call: Call) -> Tree:
    """One page of the price list; a page without records is past the end."""
    page = call.query.get("page", "")
    if not page.isdecimal() or int(page) < 1:
        raise Refused("The page parameter is required and must be 1 or more", status=400)
    mine = select(PriceItem).where(PriceItem.practice_uuid == call.practice.uuid).order_by(PriceItem.position)
    found = call.session.scalars(mine.offset((int(page) - 1) * _PAGE).limit(_PAGE)).all()
    return {"Records": len(found), "Costs": Items("Cost", [_describe_price(item) for item in found])}


@price_routes.get("cost.api/get/<uuid>")
def get_price(call: Call, uuid: str) -> Tree:
    item = call.session.get(PriceItem, clean_uuid(uuid))
    if item is None or item.practice_uuid != call.practice.uuid:
        raise Refused("Invalid cost identifier")
    return {"Cost": _describe_price(item)}


@routes.post("job.api/cost", root="Cost")
def add_job_cost(call: Call) -> Tree:
    """Add one line; the API has no bulk form of it, and no way to remove one."""
    body = call.body
    job = find_job(call, body.require("Job"))
    for name in ("Date", "Description", "Quantity", "UnitCost", "UnitPrice"):
        body.require(name)
    cost = JobCost(position=_next_position(job), billable=True, code="", note="")
    _fill(cost, body)
    job.costs.append(cost)
    call.session.flush()
    return {"UUID": cost.uuid}


@routes.put("job.api/cost", root="Cost")
def update_job_cost(call: Call) -> Tree:
    """Change what the body names and leave the rest."""
    cost = call.session.get(JobCost, clean_uuid(call.body.require("UUID")))
    if cost is None or cost.job.practice_uuid != call.practice.uuid or cost.job.is_deleted:
        raise Refused("Invalid cost identifier")
    _fill(cost, call.body)
    return {"UUID": cost.uuid}


def _fill(cost: JobCost, body: Body) -> None:
    if text := body.text("Date"):
        cost.incurred_on = read_date(text, element="Date")
    if text := body.text("Quantity"):
        cost.quantity = read_decimal(text, element="Quantity")
    if text := body.text("UnitCost"):
        cost.unit_cost = read_money(text, element="UnitCost")
    if text := body.text("UnitPrice"):
        cost.unit_price = read_money(text, element="UnitPrice")
    if text := body.text("Billable"):
        cost.billable = read_flag(text)
    for name, attribute in (("Description", "description"), ("Code", "code"), ("Note", "note")):
        if (value := body.text(name)) is not None:
            setattr(cost, attribute, value)


def _next_position(job: Job) -> int:
    return max((cost.position for cost in job.costs), default=0) + 1


def _describe_job_cost(cost: JobCost) -> Tree:
    return {
        "UUID": cost.uuid,
        "Date": cost.incurred_on,
        "Description": cost.description,
        "Code": cost.code,
        "Note": cost.note,
        "Quantity": cost.quantity,
        "UnitCost": cost.unit_cost,
        "UnitPrice": cost.unit_price,
        "Billable": cost.billable,
    }


def _describe_price(item: PriceItem) -> Tree:
    return {
        "UUID": item.uuid,
        "Description": item.description,
        "Code": item.code,
        "Note": item.note,
        "UnitCost": item.unit_cost,
        "UnitPrice": item.unit_price,
        "IncomeAccount": "",
        "CostOfSaleAccount": "",
    }
