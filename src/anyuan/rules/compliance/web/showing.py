"""What the pages show of a state: a shape, a word and a class. Colour alone never says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ..shapes import Counts
from ..states import WORST_FIRST, State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHAPES: dict[str, str] = {
    State.UNMET: "✕",
    State.LATE: "!",
    State.UNKNOWN: "?",
    State.DUE: "○",
    State.MADE_UP: "◐",
    State.MET: "✓",
    State.EXCUSED: "–",
    State.NOT_APPLICABLE: "·",
}
TONES: dict[str, str] = {
    State.UNMET: "late",
    State.LATE: "late",
    State.UNKNOWN: "unknown",
    State.DUE: "act",
    State.MADE_UP: "wait",
    State.MET: "done",
    State.EXCUSED: "off",
    State.NOT_APPLICABLE: "off",
}
"""Tones of ``status_badge``."""

IN_A_CELL = (State.UNMET, State.LATE, State.UNKNOWN, State.MADE_UP, State.MET)
"""What a cell of schools × areas names; due, excused and not-applicable are no news there."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as a table shows it."""

    state: str
    shape: str
    word: StrOrPromise


MARKS: dict[str, Mark] = {str(s): Mark(str(s), SHAPES[s], s.label) for s in WORST_FIRST}


def rate_text(counts: Counts) -> str:
    rate = counts.rate
    return "—" if rate is None else f"{percent(rate):.1f}%"


def percent(rate: float) -> float:
    """Of a share between 0 and 1; cut, not rounded: 99.96 % is not 100 %."""
    return int(rate * 1000 + 1e-9) / 10


def rows_at(unit: UUID, **asked: str) -> str:
    """The address of the rows of a number."""
    query = {name: value for name, value in asked.items() if value}
    return f"{reverse('compliance:rows')}?{urlencode({'unit': str(unit), **query})}"


def unit_url(unit: UUID) -> str:
    return reverse("compliance:unit", args=[unit])


def own_words(chinese: str, english: str) -> str:
    """A pack's title in the reader's language."""
    return english if english and (get_language() or "").startswith("en") else chinese


def words() -> dict[str, str]:
    """Each state in the reader's language, looked up once for a whole board."""
    return {state: str(mark.word) for state, mark in MARKS.items()}


def counted(counts: Counts, base: str, words: dict[str, str]) -> SafeString:
    """The states of a cell with their numbers, each a link to its rows.

    A board has hundreds of cells, so they are put together here and not by a template. ``base`` is an address
    of :func:`rows_at`: nothing in it or in a mark needs escaping but the ampersands.
    """
    start = base.replace("&", "&amp;")
    return mark_safe(  # noqa: S308 - built of addresses, numbers and the marks above
        "".join(
            f'<a href="{start}&amp;state={state}" class="s s-{state}" title="{words[state]}">'
            f"<i>{SHAPES[state]}</i>{counts[state]}</a>"
            for state in IN_A_CELL
            if counts[state]
        )
        or "—"
    )


def standing(state: str, word: str, verdict: UUID, share: str) -> SafeString:
    """A cell of schools × requirements: the worst state, and how many of its rows are not in order."""
    return mark_safe(  # noqa: S308 - as above
        f'<a href="/compliance/verdicts/{verdict}/" class="s s-{state}"><i aria-hidden="true">'
        f"{SHAPES[state]}</i><span>{word}</span>{share}</a>"
    )
