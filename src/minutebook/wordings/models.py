"""The firm's own wordings with all their versions, and what single packs were told to use."""

from typing import Self

from django.db import models
from django.db.models import Q

from minutebook.documents.blocks import INK, MARGIN_SIDE, MARGIN_TOP
from minutebook.documents.models import Document, DocumentPack
from minutebook.documents.sources import supplied_text
from minutebook.firms.models import User
from minutebook.scope import FirmManager, FirmRow, Limit

LONGEST = 60_000  # characters of one wording


class WordingVersionQuerySet(models.QuerySet["WordingVersion"]):
    def latest(self) -> Self:  # type: ignore[override]  # of every wording, not of the table
        return self.filter(is_latest=True)


class WordingVersion(FirmRow):
    """One wording of the firm as it was saved. Never changed afterwards, but for `is_latest`."""

    limit = Limit.OPEN

    name = models.CharField(max_length=80)  # of the supplied wording it stands in for
    number = models.PositiveIntegerField()
    source = models.TextField(blank=True)  # empty: back to what Minutebook supplies
    base = models.TextField(blank=True)  # the supplied text that it was last compared with
    note = models.CharField(max_length=200, blank=True)
    is_latest = models.BooleanField(default=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = FirmManager.from_queryset(WordingVersionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "name", "number"], name="wording_version_once"),
            models.UniqueConstraint(
                fields=["firm", "name"], condition=Q(is_latest=True), name="wording_latest_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} version {self.number} of firm {self.firm_id}"

    @property
    def is_own(self) -> bool:
        return bool(self.source)

    @property
    def supplied_has_changed(self) -> bool:
        """Tell whether Minutebook supplies another text now than when this was last compared with it."""
        return self.is_own and self.base != supplied_text(self.name)


class PackWordings(FirmRow):
    """Which versions of the firm's wordings a pack uses: those current when its documents were made."""

    limit = "pack"

    pack = models.OneToOneField(DocumentPack, on_delete=models.CASCADE, related_name="wordings")
    versions = models.JSONField(default=dict)  # the id of a WordingVersion by name; absent: supplied
    declined = models.JSONField(default=dict)  # the same, of what was current when the user kept the old

    objects = FirmManager["PackWordings"]()

    def __str__(self) -> str:
        return f"wordings of pack {self.pack_id}"


class OwnWording(FirmRow):
    """The wording of one document of one pack, changed for this pack alone."""

    limit = "document"

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="own_wording")
    source = models.TextField()
    base = models.TextField()  # the template's text when it was changed
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = FirmManager["OwnWording"]()

    def __str__(self) -> str:
        return f"own wording of document {self.document_id}"


class Logo(FirmRow):
    """A logo as it is printed. Never changed or removed: released packs are printed with it."""

    limit = Limit.OPEN

    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=4)  # "png" or "jpeg"
    content = models.BinaryField()
    width = models.PositiveIntegerField()  # pixels
    height = models.PositiveIntegerField()

    objects = FirmManager["Logo"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["firm", "sha256"], name="logo_once")]

    def __str__(self) -> str:
        return f"logo {self.sha256[:12]} of firm {self.firm_id}"


class Letterhead(FirmRow):
    """How the firm's letters begin, and the head of companies' papers."""

    limit = Limit.OPEN

    class PartyAlign(models.TextChoices):
        CENTER = "center", "In the middle"
        LEFT = "left", "On the left"

    name = models.CharField(max_length=200, blank=True)
    lines = models.TextField(blank=True)
    logo = models.ForeignKey(Logo, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    logo_mm = models.PositiveSmallIntegerField(default=45)
    ink = models.CharField(max_length=7, default=INK)
    rule = models.CharField(max_length=7, default=INK)
    top_mm = models.PositiveSmallIntegerField(default=MARGIN_TOP)
    side_mm = models.PositiveSmallIntegerField(default=MARGIN_SIDE)
    party_align = models.CharField(max_length=6, choices=PartyAlign, default=PartyAlign.CENTER)
    acn_beside = models.BooleanField(default=False)
    party_top_mm = models.PositiveSmallIntegerField(default=MARGIN_TOP)
    party_side_mm = models.PositiveSmallIntegerField(default=MARGIN_SIDE)
    watermark = models.CharField(max_length=24, default="DRAFT")
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    objects = FirmManager["Letterhead"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["firm"], name="letterhead_once")]

    def __str__(self) -> str:
        return f"letterhead of firm {self.firm_id}"
