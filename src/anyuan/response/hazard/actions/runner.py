"""One change, one action: lock, ask the core, save, journal, ladder, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _

from anyuan.foundation.files.public import Role, attach
from anyuan.foundation.journal.public import Act, action
from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.notify.public import clear_ladder, set_ladder

from ..loop import core, ladders, stage, tells
from ..loop.change import Change
from ..loop.inputs import Assess, Fix, Input, Judge, Registration, Stamp, Submit, Suspect
from ..loop.scene import Scene
from ..models import Hazard, NumberCounter, Step
from ..states import OPEN, Move

KIND = "hazard.Hazard"


def run(actor: Actor, hazard: Hazard, move: Move, data: Input, stamp: Stamp) -> Hazard:
    """Make ``move``; the errors are those of :mod:`..moves`, and then nothing was changed."""
    with action(actor, f"hazard.{move}") as act:
        row = stage.lock(actor, hazard, stamp)
        scene = stage.build(actor, row, move, data, stamp, _sent(data))
        if isinstance(data, Judge) and data.major and not data.notice.strip():
            data = replace(data, notice=notice_text(clock.today().year))
        was = {name: getattr(row, name) for name in ("state", "grade", "due_at", "owner_unit_id")}
        change = core.apply(row, move, data, scene)
        row.save(update_fields=[*_columns(change), "version"])
        for extra in change.rows:
            extra.save()
        _attach(actor, row, data, stamp)
        _write(act, row, move, change, scene, was)
        if change.climbs:
            climb(row, scene)
    return row


def begin(actor: Actor, data: Registration, stamp: Stamp) -> Hazard:
    """Enter a new hazard."""
    with action(actor, f"hazard.{Move.REGISTER}") as act:
        unit = data.unit
        blank = Hazard(unit=unit, owner_unit=unit, finder_unit=unit, accept_unit=unit)
        photos = len(set(data.before)) + data.shared_before
        scene = stage.build(actor, blank, Move.REGISTER, data, stamp, (photos, 0))
        hazard, change = core.enter(data, scene)
        number(hazard, NumberCounter.take(year_key(hazard)))
        hazard.words = core.index_words(hazard, scene.unit.name)
        hazard.save(force_insert=True)
        _attach(actor, hazard, data, stamp)
        change.tell = tells.told(Move.REGISTER, hazard, data, scene)
        _write(act, hazard, Move.REGISTER, change, scene, {})
        climb(hazard, scene)
        if data.suspected.strip():
            return run(actor, hazard, Move.SUSPECT, Suspect(data.suspected), replace(stamp, version=None))
        if data.general:
            return run(actor, hazard, Move.ASSESS, Assess(), replace(stamp, version=None))
    return hazard


def number(hazard: Hazard, serial: int) -> None:
    """The number people say: the year it was entered, and its place in that year."""
    hazard.number = f"AY-{clock.day_of(hazard.recorded_at).year}-{serial:06d}"


def year_key(hazard: Hazard) -> str:
    return f"hazard-{clock.day_of(hazard.recorded_at).year}"


def notice_text(year: int) -> str:
    """The next number of a listing notice in ``year``."""
    serial = NumberCounter.take(f"listing-{year}")
    return _("Listing notice [%(year)d] No. %(serial)d") % {"year": year, "serial": serial}


def _columns(change: Change) -> list[str]:
    """Column names for ``update_fields``: attribute names with ``_id`` belong to their foreign key."""
    names = {f.attname: f.name for f in Hazard._meta.concrete_fields}
    return [names.get(name, name) for name in change.fields]


def _sent(data: Input) -> tuple[int, int]:
    if isinstance(data, Submit):
        return 0, len(set(data.after))
    return (len(set(data.before)), len(set(data.after))) if isinstance(data, Fix) else (0, 0)


def _attach(actor: Actor, hazard: Hazard, data: Input, stamp: Stamp) -> None:
    before: Sequence[UUID | str] = data.before if isinstance(data, Registration | Fix) else ()
    after: Sequence[UUID | str] = data.after if isinstance(data, Submit | Fix) else ()
    paper = stamp.proxy.paper if stamp.proxy else ()
    for ids, role in ((before, Role.BEFORE), (after, Role.AFTER), (paper, Role.PAPER)):
        if ids:
            attach(actor, ids, hazard, role)


def step_of(hazard: Hazard, move: Move, change: Change, scene: Scene, from_state: str) -> Step:
    """The line of the hazard's own history."""
    return Step(
        hazard=hazard,
        order=hazard.version,
        move=move,
        from_state=from_state,
        to_state=hazard.state,
        occurred_at=scene.at,
        recorded_at=scene.now,
        person_id=scene.signer_id,
        name=scene.actor.label,
        entered_by=scene.typist.label if scene.typist else "",
        sentence=change.sentence,
        reason=change.reason.strip(),
    )


def _write(
    act: Act, hazard: Hazard, move: Move, change: Change, scene: Scene, was: dict[str, object]
) -> None:
    step = step_of(hazard, move, change, scene, str(was.get("state", "")))
    sentence = f"{change.sentence}（{hazard.number} {hazard.title}）"
    if scene.typist is not None:
        proxied = _("for %(name)s, from a signed paper: %(sentence)s")
        sentence = proxied % {"name": scene.actor.label, "sentence": sentence}
    after = {k: v for k, v in change.fields.items() if k not in was or was[k] != v}
    entry = act.entry(
        sentence,
        on=hazard,
        path=scene.unit.path,
        domain=hazard.domain,
        before={k: v for k, v in was.items() if k in after},
        after=after | {"version": hazard.version, "reason": change.reason},
        tell=change.tell,
        occurred_at=scene.at,
    )
    step.entry_id = entry.pk
    step.save(force_insert=True)


def climb(hazard: Hazard, scene: Scene) -> None:
    """Give the hazard the ladder of its state, or none when it is closed."""
    if hazard.state not in OPEN:
        clear_ladder(KIND, hazard.pk)
        return
    rungs = ladders.rungs(hazard, scene)
    set_ladder(KIND, hazard.pk, scene.unit.path, rungs, domain=hazard.domain)
