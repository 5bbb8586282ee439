"""Puts the term into the database: records, histories of hazards, photos."""

from __future__ import annotations

from anyuan.response.hazard.public import load_many

from . import term as terms
from .city import LOADER, City
from .photos import Album


def live(city: City) -> terms.Term:
    """A term of ordinary life up to yesterday."""
    term = terms.begin(city)
    terms.live(term)
    terms.write_records(term)
    term.stories.sort(key=lambda s: s.finding.at)
    load_many(LOADER, (s.history() for s in term.stories))
    Album(city).show([shot for s in term.stories for shot in s.shots])
    return term
