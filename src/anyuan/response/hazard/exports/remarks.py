"""The remarks column: what is not as usual with a hazard."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..models import Hazard


def remarks(hazard: Hazard) -> list[str]:
    """Short words, the gravest first. Only what holds is put into words: most rows have nothing to say."""
    return [*_standing(hazard), *_course(hazard)]


def _standing(hazard: Hazard) -> list[str]:
    said = []
    if hazard.awaits_judgement:
        said.append(_("Suspected major"))
    if hazard.listed_at is not None and hazard.delisted_at is None:
        said.append(_("Listed"))
    if hazard.recurrence_of_id is not None:
        said.append(_("Recurrence"))
    if hazard.on_the_spot:
        said.append(_("Fixed on the spot"))
    if hazard.owner_unit_id != hazard.unit_id:
        said.append(_("Handed over"))
    return said


def _course(hazard: Hazard) -> list[str]:
    said = []
    if hazard.returns > 0:
        said.append(_("Returned %(n)d times") % {"n": hazard.returns})
    if hazard.extensions > 0:
        said.append(_("Extended %(n)d times") % {"n": hazard.extensions})
    if hazard.recorded_later:
        said.append(_("Entered later"))
    if hazard.in_time is False:
        said.append(_("Rectified too late"))
    return said
