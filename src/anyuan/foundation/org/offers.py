"""What can be done at a place: rooms above offer links for the page behind a QR code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from anyuan.foundation.kernel.public import Actor

from .models import Place


@dataclass(frozen=True, slots=True)
class Offer:
    """A link with its words and icon; ``main`` is the one a thumb should find first."""

    label: str
    url: str
    icon: str
    main: bool = False


Offerer = Callable[[Actor, Place], list[Offer]]

_offerers: list[Offerer] = []


def offer_at_place(offerer: Offerer) -> Offerer:
    """Register (in ``AppConfig.ready``) what a room offers at a place; twice counts once."""
    if offerer not in _offerers:
        _offerers.append(offerer)
    return offerer


def offers_at(actor: Actor, place: Place) -> list[Offer]:
    """Everything offered to ``actor`` at ``place``, main offers first."""
    found = [offer for offerer in _offerers for offer in offerer(actor, place)]
    return sorted(found, key=lambda offer: not offer.main)
