"""Global Contacts: every person and organisation the firm knows, once."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import Q

from minutebook.contacts.addresses import AUSTRALIA, country_name
from minutebook.firms.models import Membership
from minutebook.scope import FirmManager, FirmRow, Limit, limited_membership, whole_firm

type ContactIds = models.QuerySet[Any, Any]  # a query of ids, to be a part of another
type UsedWithin = Callable[[int], list[ContactIds]]
_used_within: list[UsedWithin] = []


def tell_used_within(used_within: UsedWithin) -> None:
    """Register how a package above knows which contacts the companies within a membership's limit use.

    Call once, when apps are ready.
    """
    _used_within.append(used_within)


class Address(FirmRow):
    """A street or postal address. Never edited once used: a move is a new row."""

    limit = Limit.OPEN

    care_of = models.CharField(max_length=200, blank=True)  # the occupier or agent, without "c/-"
    street = models.CharField(max_length=200)  # "Level 9, 120 Collins Street", or "GPO Box 2214"
    suburb = models.CharField(max_length=100)
    state = models.CharField(max_length=3, blank=True)  # ACT … WA; blank outside Australia
    postcode = models.CharField(max_length=12, blank=True)
    country = models.CharField(max_length=2, default="AU")  # ISO 3166-1 alpha-2

    objects = FirmManager["Address"]()

    def __str__(self) -> str:
        return self.one_line

    @property
    def one_line(self) -> str:
        """Return such as "c/- Kauri & Wattle, Level 9, 120 Collins Street, Melbourne VIC 3000"."""
        place = " ".join(part for part in (self.suburb, self.state, self.postcode) if part)
        care_of = f"c/- {self.care_of}" if self.care_of else ""
        country = "" if self.in_australia else country_name(self.country)
        return ", ".join(part for part in (care_of, self.street, place, country) if part)

    @property
    def in_australia(self) -> bool:
        return self.country == AUSTRALIA


class ContactManager(FirmManager["Contact"]):
    """The contacts that stand; one that was merged into another is found through that one."""

    def get_queryset(self) -> models.QuerySet["Contact"]:
        return super().get_queryset().filter(merged_into__isnull=True)

    def standing_for(self, pk: int) -> "Contact":
        """Return the contact of that number, or the one it was merged into. Raises Contact.DoesNotExist."""
        with whole_firm():  # whoever may read what names a contact by number may read whom it names
            all_of_them = Contact.with_merged.select_related("address")
        contact = all_of_them.get(pk=pk)
        while contact.merged_into_id is not None:
            contact = all_of_them.get(pk=contact.merged_into_id)
        return contact


class Contact(FirmRow):
    """A person or organisation in the firm's register.

    Who sees chosen companies only sees the contacts that those use, the holders of a joint one with it, and those
    that they add themselves.
    """

    limit = Limit.SHUT  # but for those: see `within`

    class Kind(models.TextChoices):
        PERSON = "PERSON", "Individual"
        COMPANY = "COMPANY", "Company"
        JOINT = "JOINT", "Joint holders"
        TRUST = "TRUST", "Trust"
        PARTNERSHIP = "PARTNERSHIP", "Partnership"
        SMSF = "SMSF", "Self managed superannuation fund"
        OTHER = "OTHER", "Other entity"

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=200)  # as it prints; a person's is given names then family name
    given_names = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=20, blank=True)  # "Ms", "Dr"; not part of the name
    gender = models.CharField(max_length=20, blank=True)  # as the person says it
    former_names = models.CharField(max_length=300, blank=True)
    born_on = models.DateField(null=True, blank=True)
    birth_place = models.CharField(max_length=120, blank=True)  # town and state, or town and country
    acn = models.CharField("ACN", max_length=9, blank=True)  # nine digits, no spaces
    abn = models.CharField("ABN", max_length=11, blank=True)  # eleven digits, no spaces
    director_id = models.CharField("director ID", max_length=15, blank=True)  # 036 and twelve digits
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.ForeignKey(Address, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    postal_address = models.ForeignKey(
        Address, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed"
    )

    objects = ContactManager()
    with_merged = FirmManager["Contact"]()

    class Meta:
        indexes = [
            models.Index(fields=["firm", "name"]),
            models.Index(fields=["firm", "kind"], condition=Q(merged_into=None), name="contact_by_kind"),
            models.Index(fields=["firm", "acn"], condition=~Q(acn=""), name="contact_by_acn"),
            models.Index(fields=["firm", "abn"], condition=~Q(abn=""), name="contact_by_abn"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    def save(self, *args: Any, **kwargs: Any) -> None:  # Django's own signature, passed through whole
        is_new = self._state.adding
        super().save(*args, **kwargs)
        membership_id = limited_membership()
        if is_new and membership_id is not None:
            OwnContact.objects.create(membership_id=membership_id, contact=self)

    @classmethod
    def within(cls, membership_id: int) -> Q:
        used = _all_used_within(membership_id)
        holders = JointHolder._base_manager.filter(joint__in=used).values("holder")
        return Q(pk__in=used) | Q(pk__in=holders) | Q(merged_into__in=used)

    @property
    def is_person(self) -> bool:
        return self.kind == self.Kind.PERSON

    @property
    def short_name(self) -> str:
        """Return "A. Ngata" for Aroha Ngata; organisations keep their whole name."""
        if self.is_person and self.given_names and self.family_name:
            return f"{self.given_names[0]}. {self.family_name}"
        return self.name


class OwnContact(FirmRow):
    """A contact that a person who sees chosen companies only has added: no company may use it yet."""

    limit = "contact"

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")

    objects = FirmManager["OwnContact"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "contact"], name="own_contact_once_per_person")
        ]

    def __str__(self) -> str:
        return f"contact {self.contact_id} of {self.membership_id}"


def _all_used_within(membership_id: int) -> ContactIds:
    own = OwnContact._base_manager.filter(membership=membership_id)
    told = (ids for used_within in _used_within for ids in used_within(membership_id))
    return own.values("contact").union(own.values("contact__merged_into"), *told)


class JointHolder(FirmRow):
    """One of the contacts that hold something together, in the order they are named."""

    limit = "joint"

    joint = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="joint_holders")
    holder = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="held_jointly_as")
    position = models.PositiveSmallIntegerField()

    objects = FirmManager["JointHolder"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["joint", "position"], name="joint_holder_position_once"),
            models.UniqueConstraint(fields=["joint", "holder"], name="joint_holder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.holder_id} in {self.joint_id} at {self.position}"


class ContactMerge(FirmRow):
    """One contact taken up by another, and all that is needed to part them again."""

    limit = Limit.SHUT

    kept = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="merges")
    absorbed = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField()  # [[model label, field, pk], …]: what pointed at the absorbed one
    taken = models.JSONField()  # field -> [before, after] of the kept one
    merged_by = models.ForeignKey("firms.User", on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField()
    undone_by = models.ForeignKey("firms.User", on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = FirmManager["ContactMerge"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(undone_at__isnull=True), name="contact_absorbed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} into {self.kept_id}"


class KeptApart(FirmRow):
    """Two contacts that look alike and are two, because a person said so. `first` has the lower number."""

    limit = Limit.SHUT

    first = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    said_by = models.ForeignKey("firms.User", on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    objects = FirmManager["KeptApart"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="kept_apart_once"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="kept_apart_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"
