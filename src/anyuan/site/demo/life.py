"""Puts the term into the database: records, histories of hazards, photos, and what happens today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from anyuan.response.hazard.public import load_many
from anyuan.rules.ledger.public import record_many

from . import duties, past, shown, standing, today
from . import term as terms
from .city import LOADER, City
from .photos import Album, Shot

Step = tuple[str, Callable[[], object]]


def steps(city: City) -> list[Step]:
    """A term of ordinary life up to yesterday, then today, in named steps."""
    lives = _Life(city)
    return [
        ("what a term brings", lives.imagine),
        ("rounds and checks", lambda: terms.write_records(lives.term)),
        ("facts, dormitories and classes", lives.declare),
        ("duties of the term", lives.keep),
        ("hazards with their histories", lives.load),
        ("photos", lives.show),
        ("what happens today", lambda: today.happen(city, lives.hand_in)),
    ]


class _Life:
    """Carries the term from step to step."""

    term: terms.Term
    schools: list[standing.Keep]
    shots: list[Shot]

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

    def declare(self) -> None:
        self.schools = standing.keeps(self.city)
        standing.declare(self.city, self.schools)

    def keep(self) -> None:
        kept = duties.keep_them(self.city, self.schools)
        past.remember(kept, self.schools)
        kept.rows.sort(key=lambda r: r.occurred_at)
        record_many(LOADER, kept.rows)
        self.shots = kept.shots

    def load(self) -> None:
        load_many(LOADER, (story.history() for story in self.term.stories))

    def show(self) -> None:
        album = Album(self.city)
        album.show([shot for story in self.term.stories for shot in story.shots])
        album.show(self.shots)
