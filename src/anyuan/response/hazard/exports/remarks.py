"""The remarks column: what is not as usual with a hazard."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..models import Hazard


def remarks(hazard: Hazard) -> list[str]:
    """Short words, the gravest first."""
    said = [
        (hazard.awaits_judgement, _("Suspected major")),
        (hazard.listed_at is not None and hazard.delisted_at is None, _("Listed")),
        (hazard.recurrence_of_id is not None, _("Recurrence")),
        (hazard.on_the_spot, _("Fixed on the spot")),
        (hazard.owner_unit_id != hazard.unit_id, _("Handed over")),
        (hazard.returns > 0, _("Returned %(n)d times") % {"n": hazard.returns}),
        (hazard.extensions > 0, _("Extended %(n)d times") % {"n": hazard.extensions}),
        (hazard.recorded_later, _("Entered later")),
        (hazard.in_time is False, _("Rectified too late")),
    ]
    return [text for holds, text in said if holds]
