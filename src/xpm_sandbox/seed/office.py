"""How the practices are set up: states, categories, task library, templates, price list."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from xpm_sandbox.models.practice import (
    Category,
    JobState,
    LibraryTask,
    Practice,
    PriceItem,
    Template,
    TemplateCost,
    TemplateMilestone,
    TemplateTask,
)
from xpm_sandbox.seed.identifiers import fixed_uuid

_STATES = (  # name, interface code, completed, closed
    ("Planned", "PLANNED", False, False),
    ("In Progress", "INPROGRESS", False, False),
    ("On Hold", "ONHOLD", False, False),
    ("Completed", "COMPLETED", True, True),
    ("Cancelled", "CANCELLED", False, True),
)
_CATEGORIES = ("Compliance", "Consulting", "Internal", "Company secretarial")
_TASKS = (
    ("Prepare documents", "Draft the resolutions, consents and forms."),
    ("Partner review", "Review before anything leaves the office."),
    ("Send for signing", "Send to the client and chase the signatures."),
    ("Lodge with ASIC", "Lodge the form and keep the confirmation."),
    ("Update registers", "Enter the change in the company's registers."),
    ("Annual statement", "Check the annual statement against the register."),
    ("Invoice", "Bill fees and disbursements."),
    ("Bookkeeping", ""),
    ("Prepare financial statements", ""),
    ("Prepare tax return", ""),
    ("Prepare activity statement", ""),
    ("Client meeting", ""),
    ("Xero Setup", ""),
    ("Research", ""),
)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A template to be: tasks as (name, minutes), costs as (description, code, cost, price)."""

    name: str
    tasks: tuple[tuple[str, int], ...] = ()
    costs: tuple[tuple[str, str, str, str], ...] = ()
    milestones: tuple[tuple[str, int], ...] = ()


_SECRETARIAL = (
    ("Prepare documents", 30),
    ("Partner review", 15),
    ("Send for signing", 10),
    ("Lodge with ASIC", 10),
)
_FILE_AND_POSTAGE = ("File and postage", "FILE", "12.50", "12.50")
_TEMPLATES = (
    _Plan("Activity Statement", (("Bookkeeping", 60), ("Prepare activity statement", 45))),
    _Plan(
        "Annual Accounts",
        (("Bookkeeping", 240), ("Prepare financial statements", 300), ("Partner review", 60)),
    ),
    _Plan(
        "ASIC Annual Review",
        (("Annual statement", 20), ("Prepare documents", 15), ("Send for signing", 10), ("Invoice", 5)),
        (_FILE_AND_POSTAGE, ("ASIC company extract", "EXTRACT", "10.00", "18.00")),
        (("Solvency resolution due", 60),),
    ),
    _Plan(
        "Company secretarial - Change of address", _SECRETARIAL, (_FILE_AND_POSTAGE,), (("Form 484 due", 28),)
    ),
    _Plan(
        "Company secretarial - Change of officeholder",
        (*_SECRETARIAL, ("Update registers", 10)),
        (_FILE_AND_POSTAGE, ("Director ID check", "DIRID", "0.00", "25.00")),
        (("Form 484 due", 28),),
    ),
    _Plan(
        "Company secretarial - Company name change",
        _SECRETARIAL,
        (("ASIC name fee", "NAME", "487.00", "487.00"),),
    ),
    _Plan(
        "Company secretarial - Share issue",
        (*_SECRETARIAL, ("Update registers", 15)),
        (_FILE_AND_POSTAGE, ("Share certificate", "CERT", "1.20", "15.00")),
        (("Form 484 due", 28),),
    ),
    _Plan(
        "Company secretarial - Share transfer",
        (*_SECRETARIAL, ("Update registers", 15)),
        (_FILE_AND_POSTAGE,),
    ),
    _Plan("Consulting", (("Client meeting", 60), ("Research", 120))),
    _Plan("FBT Nil Return", (("Prepare tax return", 15),)),
    _Plan("FBT Return", (("Prepare tax return", 120), ("Partner review", 30))),
    _Plan("SMSF Annual Accounts", (("Prepare financial statements", 240), ("Partner review", 45))),
    _Plan("Tax Return - Company NIL", (("Prepare tax return", 15),)),
    _Plan("Tax Return - Individual", (("Prepare tax return", 60), ("Partner review", 15))),
    _Plan("Xero Consulting", (("Client meeting", 60),)),
    _Plan("Xero Setup/Conversion", (("Xero Setup", 0),)),
)
_PRICES = (  # description, code, unit cost, unit price; dollars excluding GST
    ("Change of officeholder - documents", "CS-OFF", "0.00", "220.00"),
    ("Change of address - documents", "CS-ADD", "0.00", "150.00"),
    ("Share issue - documents", "CS-ISS", "0.00", "330.00"),
    ("Share transfer - documents", "CS-TRF", "0.00", "330.00"),
    ("Company name change - documents", "CS-NAM", "0.00", "350.00"),
    ("Dividend documents", "CS-DIV", "0.00", "180.00"),
    ("Annual review - preparation", "CS-ANN", "0.00", "165.00"),
    ("Company registration", "CS-REG", "0.00", "680.00"),
    ("Deregistration documents", "CS-DER", "0.00", "420.00"),
    ("Share certificate", "CERT", "1.20", "15.00"),
    ("Replacement company register", "REGSTR", "28.00", "95.00"),
    ("Director ID check", "DIRID", "0.00", "25.00"),
    ("ASIC company extract", "EXTRACT", "10.00", "18.00"),
    ("ASIC annual review fee", "ASIC-ANN", "329.00", "329.00"),
    ("ASIC late fee - up to one month", "ASIC-L1", "98.00", "98.00"),
    ("ASIC late fee - over one month", "ASIC-L2", "411.00", "411.00"),
    ("ASIC name change fee", "ASIC-NAM", "487.00", "487.00"),
    ("File and postage", "FILE", "12.50", "12.50"),
    ("Registered office service - annual", "RO", "0.00", "220.00"),
    ("Courier", "COUR", "14.80", "18.50"),
    ("Certified copy", "COPY", "0.50", "8.00"),
    ("Trust deed variation", "TR-VAR", "120.00", "550.00"),
    ("SMSF trustee change", "SM-TRU", "85.00", "495.00"),
    ("Bankruptcy search", "BANKR", "17.00", "30.00"),
    ("Title search", "TITLE", "18.65", "32.00"),
)


def plant_office(session: Session, practice: Practice) -> None:
    """Set up a practice. Only the first has templates and a price list."""
    _plant_states(session, practice)
    _plant_categories(session, practice)
    tasks = _plant_tasks(session, practice)
    if practice.position == 1:
        _plant_templates(session, practice, tasks)
        _plant_prices(session, practice)


def _plant_states(session: Session, practice: Practice) -> None:
    for position, (name, code, is_completed, is_closed) in enumerate(_STATES, start=1):
        session.add(
            JobState(
                uuid=fixed_uuid("state", practice.position, code),
                practice_uuid=practice.uuid,
                name=name,
                code=code,
                position=position,
                is_completed=is_completed,
                is_closed=is_closed,
            )
        )


def _plant_categories(session: Session, practice: Practice) -> None:
    for position, name in enumerate(_CATEGORIES, start=1):
        uuid = fixed_uuid("category", practice.position, name)
        session.add(Category(uuid=uuid, practice_uuid=practice.uuid, name=name, position=position))


def _plant_tasks(session: Session, practice: Practice) -> dict[str, LibraryTask]:
    tasks = {
        name: LibraryTask(
            uuid=fixed_uuid("task", practice.position, name),
            practice_uuid=practice.uuid,
            name=name,
            description=description,
            position=position,
        )
        for position, (name, description) in enumerate(_TASKS, start=1)
    }
    session.add_all(tasks.values())
    return tasks


def _plant_templates(session: Session, practice: Practice, tasks: dict[str, LibraryTask]) -> None:
    for position, plan in enumerate(_TEMPLATES, start=1):
        session.add(
            Template(
                uuid=fixed_uuid("template", practice.position, plan.name),
                practice_uuid=practice.uuid,
                name=plan.name,
                position=position,
                tasks=[
                    TemplateTask(
                        uuid=fixed_uuid("template-task", plan.name, place),
                        position=place,
                        library_task=tasks[name],
                        estimated_minutes=minutes,
                    )
                    for place, (name, minutes) in enumerate(plan.tasks, start=1)
                ],
                milestones=[
                    TemplateMilestone(
                        uuid=fixed_uuid("template-milestone", plan.name, place),
                        position=place,
                        description=description,
                        days=days,
                    )
                    for place, (description, days) in enumerate(plan.milestones, start=1)
                ],
                costs=[
                    TemplateCost(
                        uuid=fixed_uuid("template-cost", plan.name, place),
                        position=place,
                        description=description,
                        code=code,
                        quantity=Decimal(1),
                        unit_cost=Decimal(cost),
                        unit_price=Decimal(price),
                    )
                    for place, (description, code, cost, price) in enumerate(plan.costs, start=1)
                ],
            )
        )


def _plant_prices(session: Session, practice: Practice) -> None:
    for position, (description, code, cost, price) in enumerate(_PRICES, start=1):
        session.add(
            PriceItem(
                uuid=fixed_uuid("price", practice.position, code),
                practice_uuid=practice.uuid,
                description=description,
                code=code,
                unit_cost=Decimal(cost),
                unit_price=Decimal(price),
                position=position,
            )
        )
