"""A practice (Xero's tenant) and what it set up: staff, categories, states, tasks, templates, prices."""

from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from xpm_sandbox.models.base import Base, new_uuid


class Practice(Base):
    """A tenant of type PRACTICEMANAGER. `next_job` is the number its next job gets."""

    __tablename__ = "practice"

    uuid: Mapped[str] = mapped_column(primary_key=True, default=new_uuid)
    name: Mapped[str]
    position: Mapped[int]
    job_prefix: Mapped[str] = mapped_column(default="J")
    next_job: Mapped[int] = mapped_column(default=31)


class OfPractice:
    """The two columns that everything a practice owns begins with."""

    uuid: Mapped[str] = mapped_column(primary_key=True, default=new_uuid)
    practice_uuid: Mapped[str] = mapped_column(ForeignKey("practice.uuid"), index=True)


class Staff(OfPractice, Base):
    __tablename__ = "staff"

    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    mobile: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    payroll_code: Mapped[str] = mapped_column(default="")


class Category(OfPractice, Base):
    __tablename__ = "category"

    name: Mapped[str]
    position: Mapped[int]


class JobState(OfPractice, Base):
    """A state a job can be in. The API reads its name and writes its code."""

    __tablename__ = "job_state"

    name: Mapped[str]
    code: Mapped[str]
    position: Mapped[int]
    is_completed: Mapped[bool] = mapped_column(default=False)
    is_closed: Mapped[bool] = mapped_column(default=False)  # completed and cancelled jobs are not current


class LibraryTask(OfPractice, Base):
    """A kind of work the practice does; tasks of jobs are made from it."""

    __tablename__ = "library_task"

    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    position: Mapped[int]


class PriceItem(OfPractice, Base):
    """A line of the practice's price list; prices are dollars excluding GST."""

    __tablename__ = "price_item"

    description: Mapped[str]
    code: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    unit_cost: Mapped[Decimal]
    unit_price: Mapped[Decimal]
    position: Mapped[int]


class Template(OfPractice, Base):
    """What a job starts with: the API tells its name and nothing else."""

    __tablename__ = "template"

    name: Mapped[str]
    position: Mapped[int]

    tasks: Mapped[list["TemplateTask"]] = relationship(order_by="TemplateTask.position")
    milestones: Mapped[list["TemplateMilestone"]] = relationship(order_by="TemplateMilestone.position")
    costs: Mapped[list["TemplateCost"]] = relationship(order_by="TemplateCost.position")


class OfTemplate:
    uuid: Mapped[str] = mapped_column(primary_key=True, default=new_uuid)
    template_uuid: Mapped[str] = mapped_column(ForeignKey("template.uuid"), index=True)
    position: Mapped[int]


class TemplateTask(OfTemplate, Base):
    __tablename__ = "template_task"

    library_task_uuid: Mapped[str] = mapped_column(ForeignKey("library_task.uuid"))
    estimated_minutes: Mapped[int] = mapped_column(default=0)
    billable: Mapped[bool] = mapped_column(default=True)

    library_task: Mapped[LibraryTask] = relationship()


class TemplateMilestone(OfTemplate, Base):
    """`days` are counted from the job's start date."""

    __tablename__ = "template_milestone"

    description: Mapped[str]
    days: Mapped[int]


class TemplateCost(OfTemplate, Base):
    __tablename__ = "template_cost"

    description: Mapped[str]
    code: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Decimal]
    unit_cost: Mapped[Decimal]
    unit_price: Mapped[Decimal]
    billable: Mapped[bool] = mapped_column(default=True)
