"""Imports of spreadsheets: what was sent, how its columns were read, and what became of it."""

from datetime import datetime, timedelta

from django.db import models

from minutebook.scope import FirmManager, FirmRow, Limit

SILENT = timedelta(minutes=3)  # after which a worker that says nothing is taken to be gone


class SpreadsheetImport(FirmRow):
    """One upload, of one file or several, from its reading to the registers and back."""

    limit = Limit.SHUT

    class State(models.TextChoices):
        READING = "READING", "Being read"
        COLUMNS = "COLUMNS", "Columns to confirm"
        CHECKING = "CHECKING", "Being checked"
        CHECKED = "CHECKED", "Checked"
        IMPORTING = "IMPORTING", "Being imported"
        IMPORTED = "IMPORTED", "Imported"
        UNDONE = "UNDONE", "Undone"
        UNREADABLE = "UNREADABLE", "Not read"

    class Known(models.TextChoices):
        """What happens with what is in the registers already."""

        SKIP = "SKIP", "Leave as it is"
        UPDATE = "UPDATE", "Update from the file"

    class KnownPerson(models.TextChoices):
        USE = "USE", "Use the contact as it is"
        UPDATE = "UPDATE", "Use it, and update it from the file"
        NEW = "NEW", "Make a new contact"

    MOVING = frozenset({State.READING, State.CHECKING, State.IMPORTING})

    name = models.CharField(max_length=300)  # of the file, or of the files
    files = models.JSONField(default=list)  # [{"name", "path", "sha256"}], the path until it was read
    sha256 = models.CharField(max_length=64)  # of the bytes sent
    content_sha256 = models.CharField(max_length=64, blank=True)  # of the cells alone
    state = models.CharField(max_length=12, choices=State, default=State.READING)
    sheets = models.JSONField(default=list)  # what `sheets.SheetLayout` holds, in order
    order = models.CharField(max_length=3, blank=True)  # of day and month, once known
    known_companies = models.CharField(max_length=6, choices=Known, default=Known.SKIP)
    known_people = models.CharField(max_length=6, choices=KnownPerson, default=KnownPerson.USE)
    problem = models.TextField(blank=True)  # why it stopped, in a sentence
    done = models.PositiveIntegerField(default=0)  # rows of the present step
    rows = models.PositiveIntegerField(default=0)
    heard_at = models.DateTimeField(null=True)  # when a worker last said something
    counts = models.JSONField(default=dict)  # what an import would make, or made, by noun
    made = models.JSONField(default=dict)  # model label -> keys of what was made
    changed = models.JSONField(default=list)  # [model label, key, {field: [before, after]}]
    sent_by = models.ForeignKey("firms.User", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = FirmManager["SpreadsheetImport"]()

    class Meta:
        indexes = [models.Index(fields=["firm", "sent_at"], name="import_by_time")]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    @property
    def is_moving(self) -> bool:
        return self.state in self.MOVING

    @property
    def amounts(self) -> list[tuple[str, int]]:
        """Return what an import would make, or made, without what it makes none of."""
        return [(noun, count) for noun, count in self.counts.items() if count]

    def is_silent(self, *, now: datetime) -> bool:
        """Tell whether its worker was stopped: it should be moving, and nothing was heard for minutes."""
        return self.is_moving and (self.heard_at or self.sent_at) < now - SILENT


class StagedRow(FirmRow):
    """A row of the spreadsheet as it was read and mended, with what is wrong in it."""

    limit = Limit.SHUT

    class Finding(models.IntegerChoices):
        ERROR = 0, "To mend"
        WARNING = 1, "To look at"
        FINE = 2, "Fine"
        SKIPPED = 3, "Here already"

    upload = models.ForeignKey(SpreadsheetImport, on_delete=models.CASCADE, related_name="staged")
    sheet = models.PositiveSmallIntegerField()  # index among the import's sheets
    number = models.PositiveIntegerField()  # as the spreadsheet shows it
    cells = models.JSONField()  # the row's texts, in the sheet's order
    finding = models.PositiveSmallIntegerField(choices=Finding, default=Finding.FINE)
    says = models.JSONField(default=list)  # [[column key, sentence, is an error]]
    is_left_out = models.BooleanField(default=False)  # by the person who looked at it

    objects = FirmManager["StagedRow"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "sheet", "number"], name="staged_row_once"),
        ]
        indexes = [
            models.Index(fields=["upload", "finding", "sheet", "number"], name="staged_by_finding"),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of sheet {self.sheet} of import {self.upload_id}"


class RememberedColumns(FirmRow):
    """How a firm reads a set of headings, since somebody said so."""

    limit = Limit.OPEN

    headings = models.CharField(max_length=64)  # hash of the headings in their order
    register = models.CharField(max_length=20)
    mapping = models.JSONField()  # index of the heading, as text -> column key

    objects = FirmManager["RememberedColumns"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["firm", "headings"], name="columns_remembered_once")]

    def __str__(self) -> str:
        return f"{self.register} by {self.headings[:12]}"
