"""A proposed hazard: a requirement that is not met, until somebody decides on it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q, TextChoices
from django.utils.translation import pgettext_lazy

from anyuan.foundation.kernel.public import Scoped
from anyuan.foundation.org.public import Domain, Person, Unit

from ..permits import VIEW
from .hazard import Hazard


class ProposalState(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("proposal", "To decide")
    ACCEPTED = "accepted", pgettext_lazy("proposal", "Became a hazard")
    DISMISSED = "dismissed", pgettext_lazy("proposal", "Dismissed")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "No longer unmet")


def title_of(requirement: str, subject: str) -> str:
    """What a proposal is called: what its document calls the hazard, and the class or dormitory it is of."""
    return "：".join(part for part in (requirement, subject) if part)[:100]


class Proposal(Scoped):
    """At ``unit`` the requirement ``key`` is unmet for ``subject_code`` ("": the unit itself).

    ``need`` and ``have`` are in the requirement's own measure; ``why`` says the same in words. ``verdict``
    is the verdict it was made from, ``period`` the period of a duty ("" for a standard).
    """

    scope_domain: ClassVar[str] = "domain"
    view_verb: ClassVar[str] = VIEW

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="proposals", db_index=False)
    key = models.CharField(max_length=121)
    subject_code = models.CharField(max_length=60, default="", blank=True)
    subject_name = models.CharField(max_length=80, default="", blank=True)
    period = models.CharField(max_length=40, default="", blank=True)
    verdict = models.UUIDField()
    area = models.CharField(max_length=20)
    domain = models.CharField(max_length=20, choices=Domain.choices)
    title = models.CharField(max_length=100)
    clause = models.CharField(max_length=120, default="", blank=True)
    why = models.TextField()
    need = models.FloatField(null=True)
    have = models.FloatField(null=True)
    grave = models.BooleanField(default=False)
    """The document holds it to be major: the county judges."""
    days = models.SmallIntegerField(null=True)
    """Working days to put it right; null: those of the grade."""

    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.PROPOSED)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_name = models.CharField(max_length=80, default="", blank=True)
    reason = models.TextField(default="", blank=True)
    hazard = models.OneToOneField(Hazard, models.PROTECT, null=True, related_name="proposal")
    met_at = models.DateTimeField(null=True)
    """When the requirement was seen met after the decision: only then is it proposed anew."""

    class Meta(Scoped.Meta):
        db_table = "hazard_proposal"
        indexes = [
            models.Index(fields=["unit", "-id"], name="hazard_proposal_unit"),
            models.Index(fields=["unit", "key", "subject_code", "-id"], name="hazard_proposal_cause"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "key", "subject_code"],
                condition=Q(state="proposed"),
                name="hazard_one_proposal",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(hazard__isnull=False), name="hazard_proposal_accepted"
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(reason=""), name="hazard_proposal_dismissed"
            ),
        ]

    def __str__(self) -> str:
        return self.title
