"""Loading the past runs the very same rules, and ends in the very same rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import NOW, World

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Invalid, NotPermitted, clock, job_actor, new_id
from anyuan.foundation.notify.public import Ladder
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import Move, Past, State

from . import helpers as h

LOADER = job_actor("test.load")
DAY = timedelta(days=1)
THEN = NOW - 40 * DAY


def _steps(world: World, until: str = "accept") -> list[Past]:
    officer, principal = world.actor("safety_officer"), world.actor("principal")
    steps = [
        Past(Move.ASSESS, THEN + DAY, officer, hz.Assess("一般")),
        Past(Move.COMMIT, THEN + DAY, officer, h.commitments(world)),
        Past(Move.SUBMIT, THEN + 3 * DAY, world.actor("logistics"), h.submission()),
        Past(Move.ACCEPT, THEN + 4 * DAY, principal, hz.Accept("好")),
    ]
    moves = [s.move for s in steps]
    return steps[: moves.index(Move(until)) + 1]


def _history(world: World, until: str = "accept", **changes: object) -> hz.History:
    interim_until = clock.day_of(THEN) + 20 * DAY
    data = h.registration(world, interim_until=interim_until, **changes)
    return hz.History(data, THEN, world.actor("safety_officer"), _steps(world, until))


def test_a_loaded_history_equals_one_made_step_by_step(world: World) -> None:
    history = _history(world)
    with clock.at(THEN):
        made = hz.register(history.actor, history.data)
    actions = {Move.ASSESS: hz.assess, Move.COMMIT: hz.commit, Move.SUBMIT: hz.submit, Move.ACCEPT: hz.accept}
    for past in history.steps:
        with clock.at(past.at):
            made = actions[past.move](past.actor, made, past.data)  # type: ignore[operator]
    report = hz.load_many(LOADER, [history])
    assert (report.hazards, report.steps, report.states) == (1, 5, {"closed": 1})
    loaded = hz.Hazard.everything.exclude(pk=made.pk).get()
    left, right = (hz.Hazard.everything.filter(pk=x.pk).values().get() for x in (made, loaded))
    differing = {k for k in left if left[k] != right[k]}
    assert differing == {"id", "number", "words", "search"}
    columns = (
        "order",
        "move",
        "from_state",
        "to_state",
        "occurred_at",
        "recorded_at",
        "person_id",
        "name",
        "sentence",
    )
    assert list(made.steps.values(*columns)) == list(loaded.steps.values(*columns))


def test_one_entry_per_batch_with_a_digest(world: World) -> None:
    before = Entry.everything.count()
    report = hz.load_many(LOADER, (_history(world, title=f"隐患{n}") for n in range(7)), batch=3)
    assert (report.hazards, len(report.digests)) == (7, 3)
    entries = Entry.everything.filter(verb="hazard.load-many")
    assert entries.count() == Entry.everything.count() - before == 3
    assert set(hz.Step.objects.values_list("entry_id", flat=True)) == {e.pk for e in entries}
    numbers = sorted(hz.Hazard.everything.values_list("number", flat=True))
    assert numbers == [f"AY-2026-{n:06d}" for n in range(1, 8)]
    assert h.registered(world).number == "AY-2026-000008"


def test_a_loaded_hazard_is_found_and_goes_on(world: World) -> None:
    hz.load_many(LOADER, [_history(world, until="submit", title="栏杆松动")])
    actor = world.actor("principal")
    (found,) = hz.hazards(actor, hz.Filters(text="栏杆"))
    assert hz.accept(actor, found).state == State.CLOSED


def test_a_gate_refuses_the_past_too(world: World) -> None:
    good = _history(world)
    rectifier = world.actor("logistics")
    bad_step = Past(Move.ACCEPT, THEN + 4 * DAY, rectifier, hz.Accept())
    bad = hz.History(good.data, THEN, good.actor, [*good.steps[:3], bad_step])
    with pytest.raises(Invalid) as caught:
        hz.load_many(LOADER, [good, bad])
    assert list(caught.value.fields) == ["2"]
    assert not hz.Hazard.everything.exists()


def test_only_the_system_loads(world: World) -> None:
    with pytest.raises(NotPermitted):
        hz.load_many(world.actor("city_officer"), [_history(world)])


def test_only_rungs_ahead_are_set(world: World) -> None:
    hz.load_many(LOADER, [_history(world, until="commit")])
    hazard = hz.Hazard.everything.get()
    ladder = Ladder.objects.filter(subject_id=hazard.pk).first()
    assert hazard.due_at < NOW
    assert ladder is None or (ladder.next_rung_at is not None and ladder.next_rung_at > NOW)


def test_recurrences_extensions_and_majors_load(world: World) -> None:
    old = new_id()
    first = _history(world, key=old)
    data = h.registration(world, interim_until=clock.day_of(NOW) + 3 * DAY, suspected="再次发现")
    then = NOW - 2 * DAY
    county = world.actor("county_officer")
    again = hz.History(
        data,
        then,
        world.actor("safety_officer"),
        [
            Past(Move.JUDGE, then + timedelta(hours=1), county, h.judgement(world)),
            Past(
                Move.COMMIT,
                then + timedelta(hours=2),
                world.actor("principal"),
                h.commitments(world, root_cause="无人管理", lasting_measure="专人负责"),
            ),
            Past(
                Move.ASK_EXTENSION,
                then + timedelta(hours=3),
                world.actor("logistics"),
                hz.AskExtension(clock.day_of(NOW) + 90 * DAY, "需设计"),
            ),
            Past(Move.DECIDE_EXTENSION, then + timedelta(hours=4), county, hz.DecideExtension(True)),
        ],
        recurs=old,
    )
    hz.load_many(LOADER, [first, again])
    hazard = hz.Hazard.everything.get(recurrence_of=old)
    assert hazard.extensions == 1
    assert hazard.listing_number
    assert hazard.extension_requests.get().granted is True
    assert hazard.due_at == clock.end_of(clock.day_of(NOW) + 90 * DAY)
