"""Many histories at once: the same core as one by one, in memory; COPY; one journal entry per batch.

For loading what happened before (a demo's term, a former system's ledger). Every step passes the gates a
teacher's phone passes, at the instant it is dated. Nobody is told and no old reminder is sent.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg.types.json import Jsonb

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Invalid, NotPermitted, Problem, clock, new_id
from anyuan.foundation.notify.public import set_ladder
from anyuan.foundation.org.public import Unit, calendars_for

from ..deadlines import Calendar, Terms
from ..loop import core, ladders, stage
from ..loop.change import Change
from ..loop.inputs import Assess, Input, Judge, Registration, Suspect
from ..loop.scene import Scene
from ..models import Extension, HandOver, Hazard, NumberCounter, Step
from ..states import OPEN, Move
from .runner import KIND, notice_text, number, step_of, year_key

BATCH = 5_000
PROBLEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Past:
    """One dated move. ``before`` and ``after`` count the photos the caller shows under the hazard."""

    move: Move
    at: datetime
    actor: Actor
    data: Input
    recorded_at: datetime | None = None
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """A hazard from its entry on. ``data.key`` may name its id; ``recurs`` an earlier one named so."""

    data: Registration
    at: datetime
    actor: Actor
    steps: Sequence[Past] = ()
    recorded_at: datetime | None = None
    recurs: UUID | None = None


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How many hazards and steps went in, by state, and the digests the journal keeps."""

    hazards: int
    steps: int
    states: dict[str, int]
    digests: tuple[str, ...]


def load_many(
    actor: Actor, histories: Iterable[History], *, remind: bool = True, batch: int = BATCH
) -> LoadReport:
    """Load dated histories, ``batch`` per transaction and journal entry.

    ``remind`` gives open hazards the rungs of their ladders that still lie ahead. Only jobs of the system
    load the past. Raises ``Invalid`` with the row (from 1) of each history a gate refuses; what earlier
    batches wrote stays.
    """
    if not actor.everywhere:
        raise NotPermitted(_("Only the system itself loads what happened before."))
    loader = _Loader(actor, remind)
    for chunk in _chunks(histories, batch):
        loader.load(chunk)
    return LoadReport(loader.count, loader.steps, dict(loader.states), tuple(loader.digests))


def _chunks(rows: Iterable[History], size: int) -> Iterator[list[History]]:
    chunk: list[History] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@dataclass(slots=True)
class _Row:
    """One history run to its end in memory."""

    hazard: Hazard
    steps: list[Step]
    rows: list[models.Model]
    scene: Scene


class _Loader:
    def __init__(self, actor: Actor, remind: bool) -> None:
        self._actor = actor
        self._remind = remind
        self._units: dict[UUID, Unit] = {}
        self._by_path: dict[str, Unit] = {}
        self._terms: dict[UUID, Terms] = {}
        self._calendars: dict[UUID, Calendar] = {}
        self._known: dict[UUID, Hazard] = {}
        self.count = self.steps = 0
        self.states: Counter[str] = Counter()
        self.digests: list[str] = []

    def load(self, chunk: list[History]) -> None:
        """Run, then write one chunk."""
        self._look_up(chunk)
        with action(self._actor, "hazard.load-many") as act:
            rows = self._run(chunk)
            _number(rows)
            for row in rows:
                row.hazard.words = core.index_words(row.hazard, row.scene.unit.name)
            digest = _digest(rows)
            path = _common([row.scene.unit.path for row in rows])
            states = Counter(str(row.hazard.state) for row in rows)
            said = ngettext("loaded %(count)d hazard", "loaded %(count)d hazards", len(rows))
            entry = act.entry(
                said % {"count": len(rows)},
                path=path,
                after={"count": len(rows), "states": states, "digest": digest,
                       "first": rows[0].hazard.number, "last": rows[-1].hazard.number},
            )  # fmt: skip
            for row in rows:
                for step in row.steps:
                    step.entry_id = entry.pk
            self._write(rows)
        self.count += len(rows)
        self.steps += sum(len(row.steps) for row in rows)
        self.states += states
        self.digests.append(digest)

    def _look_up(self, chunk: list[History]) -> None:
        """The units, settings and calendars of a chunk, each asked for once in a load."""
        fresh = {h.data.unit.pk: h.data.unit for h in chunk if h.data.unit.pk not in self._calendars}
        if not fresh:
            return
        paths = {p for u in fresh.values() for p in stage.prefixes(u.path)} - self._by_path.keys()
        self._add(stage.units_at(paths))
        self._calendars |= calendars_for(fresh.values())
        for unit in fresh.values():
            self._terms[unit.pk] = stage.terms_of(self._line(unit))

    def _add(self, units: Iterable[Unit]) -> None:
        for unit in units:
            self._units[unit.pk] = unit
            self._by_path[unit.path] = unit

    def _line(self, unit: Unit) -> tuple[Unit, ...]:
        paths = stage.prefixes(unit.path)
        missing = [p for p in paths if p not in self._by_path]
        if missing:
            self._add(stage.units_at(missing))
        return tuple(self._by_path[p] for p in paths)

    def _run(self, chunk: list[History]) -> list[_Row]:
        rows: list[_Row] = []
        problems: dict[str, list[str]] = {}
        for place, history in enumerate(chunk, start=self.count + 1):
            try:
                row = self._one(history)
            except Problem as problem:
                problems[str(place)] = [problem.message]
                if len(problems) == PROBLEMS_SHOWN:
                    break
                continue
            rows.append(row)
            if history.data.key is not None:
                self._known[row.hazard.pk] = row.hazard
        if problems:
            first = next(iter(problems.items()))
            message = _("History %(row)s is refused: %(why)s") % {"row": first[0], "why": first[1][0]}
            raise Invalid(message, problems)
        return rows

    def _scene(self, actor: Actor, unit: Unit, owner: Unit, at: datetime, now: datetime | None) -> Scene:
        return Scene(
            actor=actor,
            at=at,
            now=now or at,
            line=self._line(unit),
            owner_line=self._line(owner),
            terms=self._terms[unit.pk],
            calendar=self._calendars[unit.pk],
            units=self._units,
            quiet=True,
        )

    def _one(self, history: History) -> _Row:
        data = history.data
        unit = data.unit
        self._want(
            data.finder_unit.pk if data.finder_unit else None, *(g.unit_id for g in history.actor.grants)
        )
        if history.recurs is not None:
            old = self._known.get(history.recurs) or Hazard.everything.get(pk=history.recurs)
            data = replace(data, recurrence_of=old)
        scene = self._scene(history.actor, unit, unit, history.at, history.recorded_at)
        scene = replace(scene, before=len(set(data.before)) + data.shared_before)
        hazard, change = core.enter(data, scene)
        if data.key is None:
            with clock.at(scene.now):
                hazard.pk = new_id()
        row = _Row(hazard, [_step(hazard, Move.REGISTER, change, scene, "")], [], scene)
        for past in _expanded(history):
            self._step(row, past)
        return row

    def _step(self, row: _Row, past: Past) -> None:
        hazard = row.hazard
        data = past.data
        if isinstance(data, Judge) and data.major and not data.notice:
            data = replace(data, notice=notice_text(clock.day_of(past.at).year))
        for node in (getattr(data, "to_unit", None), row.scene.unit):
            self._want(node.pk if node is not None else None)
        owner = self._units[hazard.owner_unit_id]
        scene = self._scene(past.actor, row.scene.unit, owner, past.at, past.recorded_at)
        scene = replace(
            scene,
            before=hazard.photos_before + past.before,
            after=hazard.photos_after + past.after,
            extension=_last(row.rows, Extension, "granted"),
            hand_over=_last(row.rows, HandOver, "taken"),
        )
        was = str(hazard.state)
        change = core.apply(hazard, past.move, data, scene)
        row.rows += [extra for extra in change.rows if extra not in row.rows]
        row.steps.append(_step(hazard, past.move, change, scene, was))
        row.scene = scene

    def _want(self, *ids: UUID | None) -> None:
        missing = {i for i in ids if i and i not in self._units}
        if missing:
            self._add(Unit.everything.filter(pk__in=missing).select_related("loop_settings"))

    def _write(self, rows: list[_Row]) -> None:
        _copy(Hazard, [row.hazard for row in rows])
        _copy(Step, [step for row in rows for step in row.steps])
        beside: dict[type[models.Model], list[models.Model]] = {}
        for row in rows:
            for extra in row.rows:
                beside.setdefault(type(extra), []).append(extra)
        for model, extras in beside.items():
            model._default_manager.bulk_create(extras, batch_size=1000)
        if self._remind:
            self._set_ladders(rows)

    def _set_ladders(self, rows: list[_Row]) -> None:
        now = clock.now()
        for row in rows:
            if row.hazard.state not in OPEN:
                continue
            scene = replace(row.scene, now=now)
            ahead = [rung for rung in ladders.rungs(row.hazard, scene) if rung.at > now]
            if ahead:
                set_ladder(KIND, row.hazard.pk, scene.unit.path, ahead, domain=row.hazard.domain)


def _expanded(history: History) -> Iterator[Past]:
    """The moves the entry itself brings along, then the steps."""
    data = history.data
    if data.suspected.strip():
        yield Past(Move.SUSPECT, history.at, history.actor, Suspect(data.suspected), history.recorded_at)
    elif data.general:
        yield Past(Move.ASSESS, history.at, history.actor, Assess(), history.recorded_at)
    yield from history.steps


def _step(hazard: Hazard, move: Move, change: Change, scene: Scene, was: str) -> Step:
    step = step_of(hazard, move, change, scene, was)
    with clock.at(scene.now):
        step.pk = new_id()
    return step


def _last(rows: list[models.Model], kind: type[Any], open_while: str) -> Any:
    """The open request or hand-over among the rows of a history."""
    return next((r for r in reversed(rows) if isinstance(r, kind) and getattr(r, open_while) is None), None)


def _number(rows: list[_Row]) -> None:
    """Numbers in the order of entry, a range per year taken at once."""
    years: dict[str, list[Hazard]] = {}
    for row in sorted(rows, key=lambda r: (r.hazard.recorded_at, r.hazard.pk)):
        years.setdefault(year_key(row.hazard), []).append(row.hazard)
    for key, hazards in sorted(years.items()):
        first = NumberCounter.take(key, len(hazards))
        for place, hazard in enumerate(hazards):
            number(hazard, first + place)


def _digest(rows: list[_Row]) -> str:
    """Over what was loaded, row by row: number, state and every step."""
    digest = hashlib.sha256()
    for row in rows:
        line = [row.hazard.number, str(row.hazard.pk), str(row.hazard.state), row.hazard.title]
        line += [f"{s.order} {s.move} {s.occurred_at.isoformat()} {s.name}" for s in row.steps]
        digest.update(json.dumps(line, ensure_ascii=False).encode())
    return digest.hexdigest()


def _common(paths: list[str]) -> str:
    """The tree path that covers all ``paths``."""
    low, high = min(paths).split("/"), max(paths).split("/")
    same = 0
    while same < min(len(low), len(high)) and low[same] == high[same]:
        same += 1
    return "/".join(low[:same]).rstrip("/") + "/"


def _copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """COPY the stored columns of unsaved rows."""
    fields = [f for f in model._meta.concrete_fields if not f.generated]
    names = ", ".join(f'"{f.column}"' for f in fields)
    json_names = {f.attname for f in fields if isinstance(f, models.JSONField)}
    attributes = [f.attname for f in fields]
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f'copy "{model._meta.db_table}" ({names}) from stdin') as copy,
    ):
        for row in rows:
            copy.write_row([_value(getattr(row, a), a in json_names) for a in attributes])


def _value(value: object, as_json: bool) -> object:
    if as_json:
        return Jsonb(value)
    return str(value.value) if isinstance(value, Enum) else value
