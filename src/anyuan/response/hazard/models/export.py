"""An export that is written in the background; its maker alone sees it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anyuan.foundation.kernel.public import Actor, Scoped
from anyuan.foundation.org.public import Person


class ExportKind(TextChoices):
    """What can be made of a list of hazards."""

    LEDGER = "ledger", _("Hazard ledger (Excel)")
    FOUR = "four", _("The four lists in one workbook (Excel)")
    WORK = "work", _("Work list (Excel)")
    PROBLEM = "problem", _("Problem list (Excel)")
    RESPONSIBILITY = "duty", _("Responsibility list (Excel)")
    RECTIFICATION = "rectify", _("Rectification list (Excel)")
    WORD = "word", _("Photos before and after (Word)")


class ExportState(TextChoices):
    WAITING = "waiting", pgettext_lazy("export", "Waiting")
    RUNNING = "running", pgettext_lazy("export", "Being written")
    READY = "ready", pgettext_lazy("export", "Ready")
    FAILED = "failed", pgettext_lazy("export", "Failed")
    EXPIRED = "expired", pgettext_lazy("export", "Expired")


class Export(Scoped):
    """``wanted`` are the packed filters, ``title`` the same in words. No role shows it, only having made it.

    A work slip, not business: who exported what stands in the journal, so the table carries no trace.
    """

    view_verb: ClassVar[str] = ""
    scope_path: ClassVar[str] = "maker__unit__path"

    maker = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=ExportKind.choices)
    wanted = models.JSONField()
    title = models.TextField()
    order = models.CharField(max_length=8)
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    rows = models.IntegerField(default=0)
    """How many are expected (counted when it was asked for, to a limit), then how many were written."""
    done = models.IntegerField(default=0)
    size = models.BigIntegerField(default=0)
    """Bytes."""
    problem = models.TextField(default="", blank=True)
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        db_table = "hazard_export"
        indexes = [models.Index(fields=["maker", "-id"], name="hazard_export_maker")]

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        return Q(maker=actor.person_id) if actor.person_id else Q(pk__in=[])

    @property
    def is_over(self) -> bool:
        return self.state not in {ExportState.WAITING, ExportState.RUNNING}

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.rows) if self.rows else 0

    @property
    def ending(self) -> str:
        return "docx" if self.kind == ExportKind.WORD else "xlsx"
