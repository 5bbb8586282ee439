"""A region's settings of the loop. A node may tighten what lies above it, never loosen it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from anyuan.foundation.kernel.public import Scoped
from anyuan.foundation.org.public import Unit

from ..permits import VIEW


class LoopSettings(Scoped):
    """One row per node that sets something of its own; an empty column takes what lies above."""

    view_verb: ClassVar[str] = VIEW

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="loop_settings")
    general_days = models.IntegerField(null=True, blank=True)
    """Working days for a general hazard, from the day it was found."""
    major_days = models.IntegerField(null=True, blank=True)
    """Working days for a major hazard, from the day it was judged."""
    judge_days = models.IntegerField(null=True, blank=True)
    """Working days for the county to judge a suspected major hazard."""
    warn_days = models.IntegerField(null=True, blank=True)
    """Working days before the deadline at which the responsible person is reminded; more is tighter."""
    county_days = models.IntegerField(null=True, blank=True)
    """Working days after the deadline at which the county is told."""
    late_record_days = models.IntegerField(null=True, blank=True)
    """Calendar days within which something done may be entered later without approval."""
    interim_days = models.IntegerField(null=True, blank=True)
    """Longest validity of one interim protection, calendar days."""

    class Meta(Scoped.Meta):
        db_table = "hazard_loop_settings"
