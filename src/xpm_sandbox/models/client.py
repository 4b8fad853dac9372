"""Clients of a practice, their contacts, relationships, notes and documents."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from xpm_sandbox.models.base import Base, new_uuid
from xpm_sandbox.models.practice import OfPractice, Staff


def _text() -> Mapped[str]:
    return mapped_column(default="")


class Client(OfPractice, Base):
    """Whom the practice works for: a person, a company, a trust. Empty text means not filled in."""

    __tablename__ = "client"

    name: Mapped[str] = mapped_column(index=True)
    title: Mapped[str] = _text()
    gender: Mapped[str] = _text()
    first_name: Mapped[str] = _text()
    middle_name: Mapped[str] = _text()
    last_name: Mapped[str] = _text()
    other_name: Mapped[str] = _text()
    date_of_birth: Mapped[date | None]
    email: Mapped[str] = _text()
    address: Mapped[str] = _text()
    city: Mapped[str] = _text()
    region: Mapped[str] = _text()
    post_code: Mapped[str] = _text()
    country: Mapped[str] = _text()
    postal_address: Mapped[str] = _text()
    postal_city: Mapped[str] = _text()
    postal_region: Mapped[str] = _text()
    postal_post_code: Mapped[str] = _text()
    postal_country: Mapped[str] = _text()
    phone: Mapped[str] = _text()
    fax: Mapped[str] = _text()
    website: Mapped[str] = _text()
    referral_source: Mapped[str] = _text()
    export_code: Mapped[str] = _text()
    client_code: Mapped[str] = _text()
    tax_number: Mapped[str] = _text()
    company_number: Mapped[str] = _text()
    business_number: Mapped[str] = _text()
    branch_number: Mapped[str] = _text()
    business_structure: Mapped[str] = _text()
    balance_month: Mapped[int | None]
    gst_registered: Mapped[str] = _text()
    gst_period: Mapped[str] = _text()
    gst_basis: Mapped[str] = _text()
    prepare_gst: Mapped[str] = _text()
    prepare_activity_statement: Mapped[str] = _text()
    prepare_tax_return: Mapped[str] = _text()
    active_ato_client: Mapped[str] = _text()
    is_prospect: Mapped[bool] = mapped_column(default=False)
    is_archived: Mapped[bool] = mapped_column(default=False)
    is_deleted: Mapped[bool] = mapped_column(default=False)
    account_manager_uuid: Mapped[str | None] = mapped_column(ForeignKey("staff.uuid"))
    job_manager_uuid: Mapped[str | None] = mapped_column(ForeignKey("staff.uuid"))
    billing_client_uuid: Mapped[str | None] = mapped_column(ForeignKey("client.uuid"))
    modified_at: Mapped[datetime] = mapped_column(index=True)

    account_manager: Mapped[Staff | None] = relationship(foreign_keys=[account_manager_uuid])
    job_manager: Mapped[Staff | None] = relationship(foreign_keys=[job_manager_uuid])
    billing_client: Mapped["Client | None"] = relationship(remote_side="Client.uuid")
    contact_links: Mapped[list["ContactLink"]] = relationship(
        back_populates="client", order_by="ContactLink.position"
    )
    relationships: Mapped[list["Relationship"]] = relationship(
        foreign_keys="Relationship.client_uuid", order_by="Relationship.position", back_populates="client"
    )
    notes: Mapped[list["ClientNote"]] = relationship(order_by="ClientNote.position")
    documents: Mapped[list["ClientDocument"]] = relationship(order_by="ClientDocument.position")


class Contact(OfPractice, Base):
    """A person to talk to; one contact may belong to several clients."""

    __tablename__ = "contact"

    name: Mapped[str]
    salutation: Mapped[str] = _text()
    addressee: Mapped[str] = _text()
    mobile: Mapped[str] = _text()
    email: Mapped[str] = _text()
    phone: Mapped[str] = _text()
    is_deleted: Mapped[bool] = mapped_column(default=False)

    links: Mapped[list["ContactLink"]] = relationship(back_populates="contact")


class ContactLink(Base):
    """What a contact is to one client; `position_held` is XPM's Position."""

    __tablename__ = "contact_link"

    client_uuid: Mapped[str] = mapped_column(ForeignKey("client.uuid"), primary_key=True)
    contact_uuid: Mapped[str] = mapped_column(ForeignKey("contact.uuid"), primary_key=True, index=True)
    position: Mapped[int]
    position_held: Mapped[str] = _text()
    is_primary: Mapped[bool] = mapped_column(default=False)

    client: Mapped[Client] = relationship(back_populates="contact_links")
    contact: Mapped[Contact] = relationship(back_populates="links")


class OfClient:
    uuid: Mapped[str] = mapped_column(primary_key=True, default=new_uuid)
    client_uuid: Mapped[str] = mapped_column(ForeignKey("client.uuid"), index=True)
    position: Mapped[int]


class Relationship(OfClient, Base):
    __tablename__ = "relationship"

    related_client_uuid: Mapped[str] = mapped_column(ForeignKey("client.uuid"))
    type: Mapped[str]
    number_of_shares: Mapped[int | None]
    percentage: Mapped[Decimal | None]
    start_date: Mapped[date | None]
    end_date: Mapped[date | None]

    client: Mapped[Client] = relationship(
        foreign_keys="Relationship.client_uuid", back_populates="relationships"
    )
    related_client: Mapped[Client] = relationship(foreign_keys=[related_client_uuid])


class ClientNote(OfClient, Base):
    __tablename__ = "client_note"

    title: Mapped[str]
    text: Mapped[str] = _text()
    folder: Mapped[str] = _text()
    noted_at: Mapped[datetime]
    created_by: Mapped[str] = _text()


class ClientDocument(OfClient, Base):
    __tablename__ = "client_document"

    title: Mapped[str]
    text: Mapped[str] = _text()
    folder: Mapped[str] = _text()
    file_name: Mapped[str]
    content: Mapped[bytes]
    filed_at: Mapped[datetime]
    created_by: Mapped[str] = _text()
