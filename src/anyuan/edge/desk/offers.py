"""What a scanned place offers: a quick snap, and checks for those who make records."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.org.public import Offer, Place


def offers_here(actor: Actor, place: Place) -> list[Offer]:
    """The desk's offers at ``place``."""
    found = []
    if actor.may("hazard.report", place.unit.path):
        snap = reverse("desk:snap-at", args=[place.token])
        found.append(Offer(_("Quick snap"), snap, "camera", main=True))
    if actor.may("ledger.record", place.unit.path):
        checks = f"{reverse('desk:checks')}?unit={place.unit_id}"
        found.append(Offer(_("Checks"), checks, "checklist"))
    return found
