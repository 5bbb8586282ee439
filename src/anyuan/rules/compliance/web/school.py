"""The page of one school: its requirements by area, what is to do first. Lines are put together here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.org.public import Unit
from anyuan.rules.policy.public import period_label

from ..queries.school import Due, Line, Period, Row, school_view
from ..shapes import Behind, Counts
from ..states import State
from . import showing

FOLDED = (State.MET, State.DUE, State.EXCUSED, State.NOT_APPLICABLE)
"""What does not have to be looked at: folded below the rest of an area, what is due stands above."""


def school_context(actor: Actor, unit: Unit) -> dict[str, Any]:
    """What the page shows: numbers, what is to do, the areas."""
    view = school_view(actor, unit)
    maker = _Maker(unit)
    parts = []
    for part in view.parts:
        lines = [(line.first.state in FOLDED, maker.line(line)) for line in part.lines]
        parts.append(
            {
                "area": part.area,
                "label": part.label,
                "rate": showing.rate_text(part.counts),
                "rows": showing.rows_at(unit.pk, area=part.area, state="rated", alone="1"),
                "open": [text for folded, text in lines if not folded],
                "folded": [text for folded, text in lines if folded],
            }
        )
    return {
        "view": view,
        "cards": showing.cards(view.counts, unit.pk, alone="1"),
        "parts": parts,
        "due": [maker.due(one) for one in view.due],
    }


class _Maker:
    """Lines of a school: hundreds, so no template is asked for each, and what repeats is worked out once."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.words = showing.words()
        self.periods: dict[str, str] = {}
        self.waits: dict[datetime, SafeString] = {}

    def line(self, line: Line) -> SafeString:
        """A requirement: the worst of its periods large, the others small."""
        worst = line.periods[0]
        pieces = [
            "" if worst.behind else self._amounts(worst.first),
            self._period(worst.first),
            *map(self._other, line.periods[1:]),
        ]
        pieces += [
            self._behind(worst),
            f"<span>{escape(f'{line.first.document} {line.first.clause}')}</span>",
        ]
        return self._row(line.first, self._name(worst), pieces)

    def due(self, due: Due) -> SafeString:
        """A period of a duty that waits, with its deadline."""
        first = due.first
        assert first.due_at is not None
        if first.due_at not in self.waits:
            self.waits[first.due_at] = render_to_string("compliance/deadline.html", {"at": first.due_at})
        pieces: list[str] = [self.waits[first.due_at]]
        if len(due.rows) > 1:
            base = showing.each_at(self.unit.pk, first.key, first.period)
            counts = Counts({first.state: len(due.rows)})
            pieces.append(showing.subjects(Behind(first.kind or "", counts), base, self.words, first.state))
        else:
            pieces.append(self._amounts(first))
        name = f" · {escape(first.subject)}" if first.subject and len(due.rows) == 1 else ""
        return self._row(first, name, pieces)

    def _row(self, row: Row, name: str, pieces: list[str]) -> SafeString:
        title = escape(showing.own_words(row.title, row.title_en))
        href = showing.verdict_url(row.id)
        sign = showing.standing(row.state, self.words[row.state], row.id, "", "s-big")
        return mark_safe(  # noqa: S308 - of escaped words, addresses and numbers
            f'<li>{sign}<div class="row-main"><a class="row-title" href="{href}">{title}{name}</a>'
            f'<span class="row-sub">{"".join(pieces)}</span></div></li>'
        )

    def _name(self, period: Period) -> str:
        subject = period.first.subject
        return f" · {escape(subject)}" if subject and period.behind is None else ""

    def _amounts(self, row: Row) -> str:
        said = showing.amounts(row.have, row.need, row.op or "", row.measure)
        return f"<strong>{escape(said)}</strong>" if said else ""

    def _label(self, row: Row) -> str:
        if row.period not in self.periods:
            self.periods[row.period] = escape(period_label(row.period)) if row.period else ""
        return self.periods[row.period]

    def _period(self, row: Row) -> str:
        return f"<span>{self._label(row)}</span>" if row.period else ""

    def _other(self, period: Period) -> str:
        row, word = period.first, self.words[period.first.state]
        label = self._label(row) or word
        return (
            f'<a class="s s-{row.state}" href="{showing.verdict_url(row.id)}" title="{word}">'
            f'<i aria-hidden="true">{showing.SHAPES[row.state]}</i>{label}</a>'
        )

    def _behind(self, period: Period) -> str:
        if period.behind is None:
            return ""
        base = showing.each_at(self.unit.pk, period.first.key, period.first.period)
        return showing.subjects(period.behind, base, self.words)
