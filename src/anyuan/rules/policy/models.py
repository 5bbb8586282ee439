"""Policy documents as loaded. A pack row is one version and never changes; what applies is its activation."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from anyuan.foundation.kernel.public import Row, Scoped
from anyuan.foundation.org.public import Domain, Unit

from .areas import Area
from .permits import POLICY_VIEW


class Pack(Row):
    """One immutable version of one policy document. ``code`` is the pack's id in its file."""

    code = models.CharField(max_length=60)
    version = models.IntegerField()
    digest = models.CharField(max_length=64, unique=True)
    document = models.CharField(max_length=3)
    title = models.CharField(max_length=100)
    issuer = models.CharField(max_length=100)
    level = models.CharField(max_length=12)
    region = models.CharField(max_length=100)
    force = models.CharField(max_length=12)
    published = models.DateField(null=True)
    effective = models.DateField(null=True)
    until = models.DateField(null=True)
    note = models.TextField(default="", blank=True)
    content = models.JSONField()
    """The whole pack as validated; clauses and checklists are its rows for reading."""
    loaded_at = models.DateTimeField()

    class Meta:
        db_table = "policy_pack"
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="policy_pack_version")]

    def __str__(self) -> str:
        return self.title


class Clause(Row):
    """A place in a document: its number there, and a heading in our words."""

    pack = models.ForeignKey(Pack, models.PROTECT, related_name="clauses")
    label = models.CharField(max_length=30)
    heading = models.CharField(max_length=100)
    depth = models.IntegerField(default=1)
    order = models.IntegerField()

    class Meta:
        db_table = "policy_clause"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["pack", "label"], name="policy_clause_label")]

    def __str__(self) -> str:
        return f"{self.label} {self.heading}"


class Checklist(Row):
    """A list of questions an inspector answers."""

    pack = models.ForeignKey(Pack, models.PROTECT, related_name="checklists")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="checklists")
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=100)
    domain = models.CharField(max_length=20, choices=Domain.choices)
    by = models.JSONField()
    applies = models.JSONField()
    order = models.IntegerField()

    class Meta:
        db_table = "policy_checklist"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["pack", "code"], name="policy_checklist_code")]

    def __str__(self) -> str:
        return self.title


class CheckItem(Row):
    """One question, its basis, and what a "no" means."""

    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="items")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="items")
    code = models.CharField(max_length=60)
    rows = models.JSONField()
    question = models.TextField()
    how = models.TextField()
    fails = models.TextField()
    remedy = models.TextField()
    domain = models.CharField(max_length=20, choices=Domain.choices)
    grade = models.CharField(max_length=16)
    on_fail = models.CharField(max_length=8)
    by = models.JSONField()
    applies = models.JSONField()
    only_if = models.TextField(default="", blank=True)
    places = models.JSONField()
    photo = models.CharField(max_length=8)
    order = models.IntegerField()

    class Meta:
        db_table = "policy_check_item"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["checklist", "code"], name="policy_item_code")]

    def __str__(self) -> str:
        return self.question


class Requirement(Row):
    """One requirement of one pack version. ``key`` (``<pack code>/<code>``) stays the same over versions."""

    pack = models.ForeignKey(Pack, models.PROTECT, related_name="requirements")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="requirements")
    code = models.CharField(max_length=60)
    key = models.CharField(max_length=121)
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    """``standard``, ``duty``, ``check`` or ``principle``."""
    area = models.CharField(max_length=12, choices=Area.choices)
    domain = models.CharField(max_length=20, choices=Domain.choices)
    post = models.CharField(max_length=24, default="", blank=True)
    rows = models.JSONField()
    per = models.CharField(max_length=12, default="", blank=True)
    order = models.IntegerField()
    spec = models.JSONField()
    """The whole part as validated."""

    class Meta:
        db_table = "policy_requirement"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["pack", "code"], name="policy_requirement_code"),
        ]
        indexes = [models.Index(fields=["key"], name="policy_requirement_key")]

    def __str__(self) -> str:
        return self.title


class Activation(Scoped):
    """A pack version applies to a region and everything below it, from a day to a day (half-open).

    With ``off`` it does not apply there, whatever applies above.
    """

    view_verb: ClassVar[str] = POLICY_VIEW

    pack = models.ForeignKey(Pack, models.PROTECT, related_name="activations")
    code = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="activations")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    off = models.BooleanField(default=False)
    basis = models.CharField(max_length=200, default="", blank=True)
    """Why it is switched off here, or kept in force beyond the end the document itself says."""

    class Meta(Scoped.Meta):
        db_table = "policy_activation"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="policy_activation_order"
            ),
            models.UniqueConstraint(
                fields=["code", "unit"], condition=Q(ends__isnull=True), name="policy_activation_one"
            ),
        ]


class ParamOverride(Scoped):
    """A region's own value of a param of a document, from a day to a day (half-open)."""

    view_verb: ClassVar[str] = POLICY_VIEW

    code = models.CharField(max_length=60)
    """The pack's id; the value holds for every version that has such a param."""
    name = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="param_overrides")
    value = models.JSONField()
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=200)
    """The paper or decision it rests on."""

    class Meta(Scoped.Meta):
        db_table = "policy_param_override"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="policy_param_order"
            ),
            models.UniqueConstraint(
                fields=["code", "name", "unit"],
                condition=Q(ends__isnull=True),
                name="policy_param_one",
            ),
        ]
