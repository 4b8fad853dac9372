"""Firms, the people who sign in, and which firm each of them works for."""

from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction

from minutebook.firms import abilities
from minutebook.firms.abilities import Ability, is_allowed
from minutebook.scope import FirmManager, FirmRow, Limit


def check_time_zone(name: str) -> None:
    """Refuse a name that is no IANA time zone, such as "Australia/Melbourne"."""
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Choose one such as Australia/Melbourne.")


class Firm(models.Model):
    """An accounting practice using Minutebook; it owns every other row."""

    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=60, default="Australia/Melbourne", validators=[check_time_zone])
    # The firm's own letterhead: only for its letters, never for a company's documents.
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    two_step_required = models.BooleanField(default=True)  # to sign in, beside the password; see signin
    latest_pack_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    def local(self, moment: datetime) -> datetime:
        """Return the moment on the firm's own clock."""
        return moment.astimezone(ZoneInfo(self.time_zone))

    def day_of(self, moment: datetime) -> date:
        """Return the firm's calendar day of a moment: what "today" means to its people."""
        return self.local(moment).date()

    def take_pack_number(self) -> int:
        """Return the next number of the firm's packs. Call inside the transaction that makes the pack."""
        with transaction.atomic():
            number = Firm.objects.select_for_update().get(pk=self.pk).latest_pack_number + 1
            Firm.objects.filter(pk=self.pk).update(latest_pack_number=number)
        self.latest_pack_number = number
        return number


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address. What they may do is on their memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    is_staff = False
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.email

    @property
    def short_name(self) -> str:
        """Return "P. Raman" for Priya Raman, as histories show people."""
        given, _, family = self.name.rpartition(" ")
        return f"{given[0]}. {family}" if given else self.name


class _PresentManager(models.Manager["Membership"]):
    """Memberships of every firm that have not ended."""

    def get_queryset(self) -> models.QuerySet["Membership"]:
        return super().get_queryset().filter(ended_at=None)


class _PresentInFirmManager(FirmManager["Membership"]):
    """Memberships of the firm in scope that have not ended."""

    def get_queryset(self) -> models.QuerySet["Membership"]:
        return super().get_queryset().filter(ended_at=None)


class Membership(FirmRow):
    """A person's place in a firm, with what they may do there. One that has ended gives no right to anything."""

    limit = Limit.OPEN

    Role = abilities.Role

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role, default=Role.PREPARER)
    # To companies chosen for them, and what hangs on those; see scope. Administrators see all companies.
    limited = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)  # taken out of the firm, or gone

    # Which firms a person belongs to is asked before a firm is in scope.
    everywhere: ClassVar[_PresentManager] = _PresentManager()
    objects = _PresentInFirmManager()
    # Those that have ended are there only for whoever asks for them by name.
    ever = FirmManager["Membership"]()
    ever_everywhere: ClassVar[models.Manager["Membership"]] = models.Manager()

    class Meta:
        base_manager_name = "ever_everywhere"
        constraints = [
            models.UniqueConstraint(fields=["firm", "user"], name="membership_once_per_firm_and_user")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.firm_id} as {self.role}"

    def may(self, ability: Ability) -> bool:
        return is_allowed(self.role, ability)

    @property
    def is_limited(self) -> bool:
        return self.limited and self.role != self.Role.ADMINISTRATOR

    @property
    def may_prepare(self) -> bool:
        return self.may(Ability.PREPARE)

    @property
    def may_connect(self) -> bool:
        return self.may(Ability.CONNECT)

    @property
    def may_administer(self) -> bool:
        return self.may(Ability.ADMINISTER)


class Invitation(FirmRow):
    """What was mailed to somebody so that they join the firm. Of its link only the hash is kept."""

    limit = Limit.OPEN

    email = models.EmailField()  # in small letters: only whoever signs in as this may accept
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=20, choices=abilities.Role)
    note = models.CharField(max_length=500, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)  # why the latest mail did not leave
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = FirmManager["Invitation"]()
    everywhere: ClassVar[models.Manager["Invitation"]] = (
        models.Manager()
    )  # whoever holds a link has no firm yet

    class Meta:
        base_manager_name = "everywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once_per_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.firm_id} as {self.role}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None
