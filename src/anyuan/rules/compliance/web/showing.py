"""What the pages show of a state: a shape, a word and a class. Colour alone never says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anyuan.rules.ledger.public import SubjectKind

from ..shapes import Behind, Counts
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


def each_at(unit: UUID, key: str, period: str, month: str = "") -> str:
    """The address of all rows of a requirement in a period: one per class, dormitory ..."""
    return rows_at(unit, key=key, month=month, alone="1", each="1") + f"&{urlencode({'period': period})}"


def unit_url(unit: UUID) -> str:
    return reverse("compliance:unit", args=[unit])


def verdict_url(verdict: UUID) -> str:
    """Written down: a board has hundreds."""
    return f"/compliance/verdicts/{verdict}/"


def own_words(chinese: str, english: str) -> str:
    """A pack's title in the reader's language."""
    return english if english and (get_language() or "").startswith("en") else chinese


def amounts(have: float | None, need: float | None, op: str, measure: str) -> str:
    """Have and need in a few signs; empty for a yes or no."""
    if need is None or have is None or op == "holds":
        return ""
    sign = {"at-most": "≤", "equals": "="}.get(op, "≥")
    return f"{have:g}{measure}（{sign} {need:g}{measure}）"


def words() -> dict[str, str]:
    """Each state in the reader's language, looked up once for a whole board."""
    return {state: str(mark.word) for state, mark in MARKS.items()}


def cards(counts: Counts, node: UUID, **asked: str) -> list[dict[str, Any]]:
    """The rate and the number of each state, each with the address of its rows."""
    found = [
        {
            "label": _("Compliance rate"),
            "number": rate_text(counts),
            "note": f"{counts[State.MET]:,} / {counts.rated:,}",
            "href": rows_at(node, state="rated", **asked) if counts.rated else "",
            "tone": "",
        }
    ]
    for mark in MARKS.values():
        number = counts[mark.state]
        if number:
            href = rows_at(node, state=mark.state, **asked)
            tone = "late" if mark.state in {"unmet", "late"} else ""
            label = f"{mark.shape} {mark.word}"
            found.append({"label": label, "number": f"{number:,}", "note": "", "href": href, "tone": tone})
    return found


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


def subjects(found: Behind, base: str, words: dict[str, str], only: str = "") -> SafeString:
    """How many classes, dormitories ... stand behind a row, and in which states; each number opens its rows.

    ``base``: an address of :func:`each_at`; ``only``: those in this state, which need not be said again.
    """
    start = (f"{base}&state={only}" if only else base).replace("&", "&amp;")
    said = _("%(kind)s × %(n)s") % {"kind": SubjectKind(found.kind).label, "n": found.total}
    states = "".join(
        f' <a href="{start}&amp;state={state}" class="s-{state}">{words[state]} {found.counts[state]}</a>'
        for state in words
        if found.counts[state] and not only
    )
    return mark_safe(f'<span class="behind"><a href="{start}">{escape(said)}</a>{states}</span>')  # noqa: S308 - as above


def standing(state: str, word: str, verdict: UUID, share: str, css: str = "") -> SafeString:
    """A state as a sign: of a cell of schools × requirements with how many of its rows are not in order."""
    return mark_safe(  # noqa: S308 - as above
        f'<a href="{verdict_url(verdict)}" class="s s-{state} {css}"><i aria-hidden="true">'
        f"{SHAPES[state]}</i><span>{word}</span>{share}</a>"
    )
