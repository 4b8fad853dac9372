"""A company and its registers: officeholders, addresses, share classes and holdings.

Registers are filled by corporate events. A row names the event that entered it and the event that ended
it; while that event is only released, its entries are pending (in pencil), and once signed they are final.
A row without an event was there when the register was taken over.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from minutebook.contacts.models import Address, Contact
from minutebook.firms.models import Membership
from minutebook.scope import FirmManager, FirmRow, Limit, limited_membership


class CompanyManager(FirmManager["Company"]):
    """Companies come with their contact: it holds their name and numbers."""

    def get_queryset(self) -> models.QuerySet["Company"]:
        return super().get_queryset().select_related("contact")

    def in_name_order(self) -> models.QuerySet["Company"]:
        return self.get_queryset().order_by("contact__name", "pk")


class Company(FirmRow):
    """A body corporate with an ACN whose registers the firm keeps. Its contact carries name, ACN and ABN.

    Who sees chosen companies only sees also those that they add.
    """

    limit = Limit.SHUT  # but for the chosen ones: see `within`

    class Status(models.TextChoices):
        REGISTERED = "REGD", "Registered"
        DEREGISTERED = "DRGD", "Deregistered"

    class Subclass(models.TextChoices):
        PROPRIETARY = "PROP", "Proprietary, limited by shares"
        SUPER_TRUSTEE = "PSTC", "Superannuation trustee company"
        HOME_UNIT = "HUNT", "Home unit company"
        NOT_FOR_PROFIT = "PNPC", "Not-for-profit company"

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="company")
    status = models.CharField(max_length=4, choices=Status, default=Status.REGISTERED)
    subclass = models.CharField(max_length=4, choices=Subclass, default=Subclass.PROPRIETARY)
    registered_on = models.DateField()
    registered_in = models.CharField(max_length=3)  # state or territory, such as VIC
    review_on = models.DateField()  # the next annual review date, s 345A
    former_names = models.CharField(max_length=300, blank=True)
    has_constitution = models.BooleanField(default=False)  # otherwise the replaceable rules govern it, s 135
    signing_contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    billing_contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    partner = models.CharField(max_length=100, blank=True)  # of the firm, who looks after the company

    objects = CompanyManager()

    def __str__(self) -> str:
        return f"company {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:  # Django's own signature, passed through whole
        is_new = self._state.adding
        super().save(*args, **kwargs)
        membership_id = limited_membership()
        if is_new and membership_id is not None:
            ChosenCompany.objects.create(membership_id=membership_id, company=self)

    @classmethod
    def within(cls, membership_id: int) -> Q:
        return Q(pk__in=cls.ids_within(membership_id))

    @classmethod
    def ids_within(cls, membership_id: int) -> models.QuerySet[Any, Any]:
        return ChosenCompany._base_manager.filter(membership=membership_id).values("company")

    @property
    def name(self) -> str:
        return self.contact.name

    @property
    def acn(self) -> str:
        return self.contact.acn

    @property
    def abn(self) -> str:
        return self.contact.abn


class ChosenCompany(FirmRow):
    """A company that a person with limited access sees. Whoever is not limited needs none."""

    limit = "company"

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="chosen_companies")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")

    objects = FirmManager["ChosenCompany"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "company"], name="company_chosen_once_per_person")
        ]

    def __str__(self) -> str:
        return f"company {self.company_id} for {self.membership_id}"


class CorporateEvent(FirmRow):
    """Something that changed in a company, or must be resolved: an appointment, an issue of shares."""

    limit = "company"

    class Status(models.TextChoices):
        DRAFT = "DRAFT", "Draft"  # being prepared; nothing is in the registers
        PENDING = "PENDING", "Pending"  # released: in the registers in pencil
        SIGNED = "SIGNED", "Signed"  # final
        WITHDRAWN = "WITHDRAWN", "Withdrawn"  # its entries are reversed

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=40)  # the code of an EventKind, such as "appoint_officeholder"
    fields = models.JSONField(default=dict)  # what the form held, as typed and checked; see EventKind
    position = models.PositiveSmallIntegerField(default=1)  # its place among the events of its pack
    effective_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)

    objects = FirmManager["CorporateEvent"]()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of company {self.company_id}"


class RegisterQuerySet[M: models.Model](models.QuerySet[M]):
    """Entries of a register. Withdrawn ones are gone from every view of it."""

    def current(self, *, on: date) -> Self:
        """Return the entries in force on a day, final and pending alike."""
        return self.filter(_begun(on)).exclude(_ended(on))

    def final(self) -> Self:
        """Leave out entries that only a released, unsigned event has made."""
        return self.exclude(entered_by__status=CorporateEvent.Status.PENDING)


def _begun(on: date) -> Q:
    return Q(since__lte=on)


def _ended(on: date) -> Q:
    return Q(until__isnull=False, until__lte=on)


class RegisterEntry(FirmRow):
    """A row of a register: in force from `since` (first day) up to, but not on, `until`.

    An officeholder who ceases on a day holds office on the day before and not on that day.
    """

    limit = "company"

    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    entered_by = models.ForeignKey(
        CorporateEvent, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    ended_by = models.ForeignKey(
        CorporateEvent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def is_in_pencil(self) -> bool:
        """Whether a released, unsigned event entered it. Asks for the event unless it was fetched along."""
        return self.entered_by is not None and self.entered_by.status == CorporateEvent.Status.PENDING

    @property
    def is_made_by_a_pack(self) -> bool:
        """Whether an event entered or ended it, so that only its pack corrects it."""
        return bool(self.entered_by_id or self.ended_by_id)


def _ends_after_it_begins(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name=name)


class OfficeholderQuerySet(RegisterQuerySet["Officeholder"]):
    def directors(self) -> Self:
        return self.filter(office=Officeholder.Office.DIRECTOR)

    def secretaries(self) -> Self:
        return self.filter(office=Officeholder.Office.SECRETARY)


OfficeholderManager = FirmManager.from_queryset(OfficeholderQuerySet)


class Officeholder(RegisterEntry):
    """A contact's appointment to an office of a company: appointed `since`, ceased `until`."""

    class Office(models.TextChoices):
        DIRECTOR = "DIRECTOR", "Director"
        SECRETARY = "SECRETARY", "Secretary"
        ALTERNATE = "ALTERNATE", "Alternate director"

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="officeholders")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="offices")
    office = models.CharField(max_length=20, choices=Office)

    objects = OfficeholderManager()

    class Meta:
        constraints = [_ends_after_it_begins("officeholder_ceases_after_appointment")]

    def __str__(self) -> str:
        return f"{self.office} {self.contact_id} of company {self.company_id} since {self.since}"


class CompanyAddressQuerySet(RegisterQuerySet["CompanyAddress"]):
    pass


CompanyAddressManager = FirmManager.from_queryset(CompanyAddressQuerySet)


class CompanyAddress(RegisterEntry):
    """An address a company uses, over a time."""

    class Use(models.TextChoices):
        REGISTERED_OFFICE = "REGISTERED_OFFICE", "Registered office"
        PRINCIPAL_PLACE = "PRINCIPAL_PLACE", "Principal place of business"
        CONTACT = "CONTACT", "ASIC contact address"

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="addresses")
    use = models.CharField(max_length=20, choices=Use)
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    occupier = models.CharField(max_length=200, blank=True)  # blank: the company occupies it itself, s 143

    objects = CompanyAddressManager()

    class Meta:
        constraints = [_ends_after_it_begins("company_address_ends_after_it_begins")]

    def __str__(self) -> str:
        return f"{self.use} of company {self.company_id} since {self.since}"


class ShareClass(FirmRow):
    """A class of a company's shares, such as ORD "Ordinary"."""

    limit = "company"

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="share_classes")
    code = models.CharField(max_length=4)
    title = models.CharField(max_length=100)

    objects = FirmManager["ShareClass"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="share_class_code_once_per_company")
        ]

    def __str__(self) -> str:
        return f"{self.code} of company {self.company_id}"


class ShareholdingQuerySet(RegisterQuerySet["Shareholding"]):
    pass


ShareholdingManager = FirmManager.from_queryset(ShareholdingQuerySet)


class Shareholding(RegisterEntry):
    """A parcel of shares that a member holds under one certificate; a holding is the sum of its parcels."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="shareholdings")
    member = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="shareholdings")
    share_class = models.ForeignKey(ShareClass, on_delete=models.PROTECT, related_name="shareholdings")
    quantity = models.PositiveBigIntegerField()
    paid_per_share = models.DecimalField(max_digits=18, decimal_places=6)  # dollars
    unpaid_per_share = models.DecimalField(max_digits=18, decimal_places=6, default=Decimal(0))  # dollars
    certificate_number = models.PositiveIntegerField(null=True, blank=True)
    beneficially_held = models.BooleanField(default=True)
    held_for = models.CharField(max_length=200, blank=True)  # the trust, when not beneficially held

    objects = ShareholdingManager()

    class Meta:
        constraints = [
            _ends_after_it_begins("shareholding_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shareholding_of_at_least_one_share"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of class {self.share_class_id} held by {self.member_id} since {self.since}"
