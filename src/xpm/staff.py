"""The practice's staff."""

from dataclasses import dataclass

from xpm.calls import Calls
from xpm.xml import Element, list_of, text_of, uuid_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """A staff member. Two may share a name, so show the e-mail address with it."""

    uuid: str
    name: str
    email: str
    phone: str
    mobile: str
    web_url: str


class StaffCalls(Calls):
    """The reading call of staff.api."""

    def staff(self) -> tuple[Staff, ...]:
        """Return all staff. Their roles, and whether they are still active, are not told.

        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt.

        Source: Practice Manager API 3.1, Staff, GET staff.api/list.
        """
        return self._get("staff.api/list", read_staff)


def read_staff(root: Element) -> tuple[Staff, ...]:
    return tuple(
        Staff(
            uuid=uuid_of(staff),
            name=text_of(staff, "Name"),
            email=text_of(staff, "Email"),
            phone=text_of(staff, "Phone"),
            mobile=text_of(staff, "Mobile"),
            web_url=text_of(staff, "WebUrl"),
        )
        for staff in list_of(root, "StaffList", "Staff")
    )
