"""Puts the term into the database: records, histories of hazards, photos, and what happens today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from anyuan.response.hazard.public import load_many

from . import shown, today
from . import term as terms
from .city import LOADER, City
from .photos import Album

Step = tuple[str, Callable[[], object]]


def steps(city: City) -> list[Step]:
    """A term of ordinary life up to yesterday, then today, in named steps."""
    lives = _Life(city)
    return [
        ("what a term brings", lives.imagine),
        ("rounds and checks", lambda: terms.write_records(lives.term)),
        ("hazards with their histories", lives.load),
        ("photos", lives.show),
        ("what happens today", lambda: today.happen(city, lives.hand_in)),
    ]


class _Life:
    """Carries the term from step to step."""

    term: terms.Term

    def __init__(self, city: City) -> None:
        self.city = city

    def imagine(self) -> None:
        self.term = terms.begin(self.city)
        terms.live(self.term)
        self.hand_in = shown.to_hand_in(self.term)
        self.term.stories += [*shown.prepare(self.term), *self.hand_in]
        self.term.stories.sort(key=lambda s: (s.finding.at, s.school.unit.label, s.theme.title))
        for place, story in enumerate(self.term.stories):
            # No two at the same instant: the running numbers then never depend on chance.
            at = story.finding.at + timedelta(microseconds=place)
            story.finding = replace(story.finding, at=at)

    def load(self) -> None:
        load_many(LOADER, (story.history() for story in self.term.stories))

    def show(self) -> None:
        Album(self.city).show([shot for story in self.term.stories for shot in story.shots])
