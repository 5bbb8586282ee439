"""Counts of verdicts by state, and the rate they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..states import State

ORDER: tuple[State, ...] = (
    State.UNMET,
    State.LATE,
    State.UNKNOWN,
    State.DUE,
    State.MADE_UP,
    State.MET,
    State.EXCUSED,
    State.NOT_APPLICABLE,
)
"""The worst first: what a unit is over several subjects or periods."""

RATED = (State.UNMET, State.LATE, State.UNKNOWN, State.MADE_UP, State.MET)
"""What the rate is a share of; due, excused and not-applicable are left out."""

RANK = {str(state): rank for rank, state in enumerate(ORDER)}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many verdicts of each state, in :data:`ORDER`."""

    numbers: tuple[int, ...] = (0,) * len(ORDER)

    def of(self, *states: str) -> int:
        return sum(self.numbers[RANK[str(state)]] for state in states)

    def plus(self, other: Counts) -> Counts:
        return Counts(tuple(a + b for a, b in zip(self.numbers, other.numbers, strict=True)))

    @property
    def rated(self) -> int:
        return self.of(*RATED)

    @property
    def met(self) -> int:
        return self.of(State.MET)

    @property
    def exceptions(self) -> int:
        return self.of(State.UNMET, State.LATE)

    @property
    def all(self) -> int:
        return sum(self.numbers)

    @property
    def rate(self) -> float | None:
        """Share in percent of what is rated; None where nothing is."""
        return 100 * self.met / self.rated if self.rated else None


def rate_of(counts: Counts) -> float | None:
    """Met ÷ (met + made-up + unmet + late + unknown), in percent; None where nothing is rated."""
    return counts.rate


def worst(states: Iterable[str]) -> str:
    """What a unit is over the states of its subjects and periods."""
    return min(states, key=RANK.__getitem__)


def together(parts: Iterable[Counts]) -> Counts:
    total = Counts()
    for part in parts:
        total = total.plus(part)
    return total
