"""Jobs and what hangs on them: staff, tasks, milestones, notes, costs, documents."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Column, ForeignKey, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from xpm_sandbox.models.base import Base, new_uuid
from xpm_sandbox.models.client import Client, Contact
from xpm_sandbox.models.practice import Category, JobState, LibraryTask, OfPractice, Staff

job_staff = Table(
    "job_staff",
    Base.metadata,
    Column("job_uuid", ForeignKey("job.uuid"), primary_key=True),
    Column("staff_uuid", ForeignKey("staff.uuid"), primary_key=True),
)
task_staff = Table(
    "task_staff",
    Base.metadata,
    Column("job_task_uuid", ForeignKey("job_task.uuid"), primary_key=True),
    Column("staff_uuid", ForeignKey("staff.uuid"), primary_key=True),
)


class Job(OfPractice, Base):
    """A piece of work for a client. `number` is what people and the API call it, such as J000031."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("practice_uuid", "number", name="job_number_is_unique"),)

    number: Mapped[str]
    internal_id: Mapped[int]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    client_order_number: Mapped[str] = mapped_column(default="")
    budget: Mapped[Decimal | None]
    start_date: Mapped[date]
    due_date: Mapped[date]
    completed_date: Mapped[date | None]
    created_at: Mapped[datetime]
    is_deleted: Mapped[bool] = mapped_column(default=False)
    state_uuid: Mapped[str] = mapped_column(ForeignKey("job_state.uuid"))
    category_uuid: Mapped[str | None] = mapped_column(ForeignKey("category.uuid"))
    client_uuid: Mapped[str] = mapped_column(ForeignKey("client.uuid"), index=True)
    contact_uuid: Mapped[str | None] = mapped_column(ForeignKey("contact.uuid"))
    manager_uuid: Mapped[str | None] = mapped_column(ForeignKey("staff.uuid"))
    partner_uuid: Mapped[str | None] = mapped_column(ForeignKey("staff.uuid"))
    template_name: Mapped[str] = mapped_column(
        default=""
    )  # for the sandbox's own pages; the API never tells it

    state: Mapped[JobState] = relationship()
    category: Mapped[Category | None] = relationship()
    client: Mapped[Client] = relationship()
    contact: Mapped[Contact | None] = relationship()
    manager: Mapped[Staff | None] = relationship(foreign_keys=[manager_uuid])
    partner: Mapped[Staff | None] = relationship(foreign_keys=[partner_uuid])
    assigned: Mapped[list[Staff]] = relationship(secondary=job_staff, order_by="Staff.name")
    tasks: Mapped[list["JobTask"]] = relationship(back_populates="job", order_by="JobTask.position")
    milestones: Mapped[list["Milestone"]] = relationship(order_by="Milestone.position")
    notes: Mapped[list["JobNote"]] = relationship(order_by="JobNote.position")
    costs: Mapped[list["JobCost"]] = relationship(back_populates="job", order_by="JobCost.position")
    documents: Mapped[list["JobDocument"]] = relationship(order_by="JobDocument.position")


class OfJob:
    uuid: Mapped[str] = mapped_column(primary_key=True, default=new_uuid)
    job_uuid: Mapped[str] = mapped_column(ForeignKey("job.uuid"), index=True)
    position: Mapped[int]


class JobTask(OfJob, Base):
    """`label` is shown in place of the library task's name when it is filled in."""

    __tablename__ = "job_task"

    library_task_uuid: Mapped[str] = mapped_column(ForeignKey("library_task.uuid"))
    label: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    estimated_minutes: Mapped[int] = mapped_column(default=0)
    actual_minutes: Mapped[int] = mapped_column(default=0)
    completed: Mapped[bool] = mapped_column(default=False)
    billable: Mapped[bool] = mapped_column(default=True)
    folder: Mapped[str] = mapped_column(default="")
    start_date: Mapped[date | None]
    due_date: Mapped[date | None]

    job: Mapped[Job] = relationship(back_populates="tasks")
    library_task: Mapped[LibraryTask] = relationship()
    assigned: Mapped[list[Staff]] = relationship(secondary=task_staff, order_by="Staff.name")

    @property
    def name(self) -> str:
        return self.label or self.library_task.name


class Milestone(OfJob, Base):
    __tablename__ = "milestone"

    due_on: Mapped[date]
    description: Mapped[str]
    completed: Mapped[bool] = mapped_column(default=False)
    folder: Mapped[str] = mapped_column(default="")


class JobNote(OfJob, Base):
    __tablename__ = "job_note"

    title: Mapped[str]
    text: Mapped[str]
    folder: Mapped[str] = mapped_column(default="")
    public: Mapped[bool] = mapped_column(default=False)
    noted_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(default="")


class JobCost(OfJob, Base):
    """One line of a job's costs; dollars excluding GST, for XPM stores no tax."""

    __tablename__ = "job_cost"

    incurred_on: Mapped[date]
    description: Mapped[str]
    code: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Decimal]
    unit_cost: Mapped[Decimal]
    unit_price: Mapped[Decimal]
    billable: Mapped[bool] = mapped_column(default=True)

    job: Mapped[Job] = relationship(back_populates="costs")

    @property
    def amount(self) -> Decimal:
        """What the line adds to the client's bill."""
        return self.quantity * self.unit_price if self.billable else Decimal(0)


class JobDocument(OfJob, Base):
    __tablename__ = "job_document"

    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    folder: Mapped[str] = mapped_column(default="")
    public: Mapped[bool] = mapped_column(default=False)
    file_name: Mapped[str]
    content: Mapped[bytes]
    filed_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(default="")
