"""What a unit owes now, one line per thing to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from anyuan.foundation.kernel.public import Actor, Grant
from anyuan.foundation.org.public import Unit
from anyuan.rules.ledger.public import kept_by

from ..models import Verdict
from ..shapes import Todo
from ..states import State


def todos(actor: Actor, unit: Unit) -> list[Todo]:
    """What is late, then what is due, each by its deadline; one query.

    Requirements of different documents that ask the same register in the same period are one line: one
    record may serve them all.
    """
    return _lines(Verdict.objects.visible_to(actor).filter(unit=unit))


def todos_kept(actor: Actor) -> list[Todo]:
    """What is owed for the classes, dormitories ... the actor keeps himself; like :func:`todos`.

    Keeping something lets one see what is owed for it, whatever else one may see.
    """
    kept = kept_by(actor)
    if not kept:
        return []
    grants = {s.unit.path: Grant("keeper", s.unit.path, frozenset({Verdict.view_verb})) for s in kept}
    keeper = replace(actor, grants=(*actor.grants, *grants.values()))
    rows = Verdict.objects.visible_to(keeper).filter(subject__in=[s.pk for s in kept])
    return _lines(rows)


def _lines(verdicts: QuerySet[Verdict]) -> list[Todo]:
    rows = (
        verdicts.filter(standing=True, state__in=[State.LATE, State.DUE], due_at__isnull=False)
        .select_related("unit", "subject", "requirement__pack")
        .defer("requirement__pack__content")
        .order_by("due_at", "key", "subject_code")
    )
    groups: dict[tuple[Any, ...], list[list[Verdict]]] = {}
    for row in rows:
        place = (row.unit_id, row.state, _duty(row)["register"], row.subject_code, row.starts, row.ends)
        _join(groups.setdefault(place, []), row)
    found = [_todo(group) for several in groups.values() for group in several]
    return sorted(found, key=_urgency)


def _join(several: list[list[Verdict]], row: Verdict) -> None:
    """Into the first line that holds no requirement of the same document yet."""
    for group in several:
        if all(one.requirement.pack_id != row.requirement.pack_id for one in group):
            group.append(row)
            return
    several.append([row])


def _duty(row: Verdict) -> dict[str, Any]:
    found: dict[str, Any] = row.requirement.spec["duty"]
    return found


def _todo(group: Sequence[Verdict]) -> Todo:
    """The line speaks with the requirement that lacks most."""
    first = max(group, key=lambda v: (v.need or 0) - (v.have or 0))
    assert first.starts is not None
    assert first.ends is not None
    assert first.due_at is not None
    return Todo(
        key=first.key,
        title=first.requirement.title,
        title_en=first.requirement.title_en,
        register=_duty(first)["register"],
        post=first.requirement.post,
        unit=first.unit,
        subject=first.subject,
        period=first.period,
        starts=first.starts,
        ends=first.ends,
        due_at=first.due_at,
        state=State(first.state),
        documents=tuple(dict.fromkeys(v.requirement.pack.title for v in group)),
        keys=tuple(v.key for v in group),
        need=first.need,
        have=first.have,
        measure=_duty(first).get("unit", ""),
        url=first.url,
    )


def _urgency(todo: Todo) -> tuple[bool, datetime, date, str, str]:
    subject = todo.subject.code if todo.subject else ""
    return todo.state != State.LATE, todo.due_at, todo.starts, todo.title, subject
