"""Evidence: bytes kept once by their hash, and the attachments that say what they belong to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anyuan.foundation.kernel.public import Actor, Scoped, clock
from anyuan.foundation.org.public import Person, Unit


class Role(models.TextChoices):
    """What an attachment shows of its subject."""

    BEFORE = "before", _("Before")
    AFTER = "after", _("After")
    EVIDENCE = "evidence", _("Evidence")
    PAPER = "paper", _("Signed page")
    PHOTO = "photo", _("Photo")


class Capture(models.TextChoices):
    """Where the bytes came from."""

    CAMERA = "camera", _("Taken now")
    ALBUM = "album", _("From the album")
    FILE = "file", pgettext_lazy("capture", "File")


class Blob(models.Model):
    """Bytes in the store, once per content. ``mime`` was found by looking inside."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    """Bytes."""
    mime = models.CharField(max_length=100)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "files_blob"


class Attachment(Scoped):
    """A file that belongs to a business row; a draft, seen by its uploader only, until it is attached.

    ``original`` is what was sent. ``shown`` is what people see: for a picture, encoded anew without
    EXIF; for a paper, the same bytes. ``thumb`` exists for pictures only.
    """

    view_verb: ClassVar[str] = "files.view"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    uploader = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    uploader_name = models.TextField()
    subject_kind = models.CharField(max_length=40, default="", blank=True)
    subject_id = models.UUIDField(null=True)
    role = models.CharField(max_length=10, choices=Role.choices, default="", blank=True)
    capture = models.CharField(max_length=8, choices=Capture.choices)
    taken_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    original = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    shown = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    thumb = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    order = models.IntegerField(default=0)

    class Meta(Scoped.Meta):
        db_table = "files_attachment"
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_kind="", subject_id__isnull=True, role="")
                | (Q(subject_id__isnull=False) & ~Q(subject_kind="") & ~Q(role="")),
                name="files_draft_or_attached",
            )
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "order"], name="files_subject"),
            models.Index(fields=["received_at"], condition=Q(subject_id__isnull=True), name="files_drafts"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """One's own drafts."""
        if actor.person_id is None:
            return Q(pk__in=[])
        return Q(subject_id__isnull=True, uploader_id=actor.person_id)

    @property
    def is_draft(self) -> bool:
        return self.subject_id is None

    @property
    def is_image(self) -> bool:
        return self.thumb_id is not None

    @property
    def url(self) -> str:
        return reverse("files:show", args=[self.pk])

    @property
    def thumb_url(self) -> str:
        """The small picture's address; "" for a paper."""
        return reverse("files:thumb", args=[self.pk]) if self.is_image else ""
