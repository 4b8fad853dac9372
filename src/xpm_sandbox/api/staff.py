"""Staff: list and get."""

from sqlalchemy import select

from xpm_sandbox.api.endpoint import Call, Routes
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.values import clean_uuid
from xpm_sandbox.api.wire import Items, Node, OnlyInJson, OnlyInXml, Tree
from xpm_sandbox.models.practice import Staff

routes = Routes("staff")


@routes.get("staff.api/list")
def list_staff(call: Call) -> Tree:
    mine = select(Staff).where(Staff.practice_uuid == call.practice.uuid).order_by(Staff.name, Staff.email)
    return {"StaffList": Items("Staff", [_describe(call, staff) for staff in call.session.scalars(mine)])}


@routes.get("staff.api/get/<uuid>")
def get_staff(call: Call, uuid: str) -> Tree:
    staff = find_staff(call, uuid)
    if staff is None:
        raise Refused("Invalid staff identifier")
    return {"WebUrl": OnlyInXml(_web_url(call)), "Staff": _describe(call, staff)}


def find_staff(call: Call, uuid: str) -> Staff | None:
    staff = call.session.get(Staff, clean_uuid(uuid))
    return staff if staff is not None and staff.practice_uuid == call.practice.uuid else None


def staff_reference(staff: Staff | None) -> Node:
    """Return the {UUID, Name} by which other records name a member of staff."""
    return None if staff is None else {"UUID": staff.uuid, "Name": staff.name}


def _describe(call: Call, staff: Staff) -> Tree:
    return {
        "UUID": staff.uuid,
        "Name": staff.name,
        "Email": staff.email,
        "Phone": staff.phone,
        "Mobile": staff.mobile,
        "Address": staff.address,
        "PayrollCode": staff.payroll_code,
        "WebUrl": OnlyInJson(_web_url(call)),
    }


def _web_url(call: Call) -> str:
    return f"{call.origin}/practices/{call.practice.uuid}/staff"
