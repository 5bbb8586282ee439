"""Nothing is missed: following the trail gives what deriving everything anew gives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import connection
from tests.cast import World
from tests.compliance.engine import CITY, GUYUAN, JOB, drill, instant, know, leave_empty, on, prepare, stored

from anyuan.foundation.journal.public import Entry, follow, seal, step_followers, unfollow
from anyuan.foundation.kernel.public import Actor, ActorKind, Problem, clock
from anyuan.foundation.org.public import Unit, change_facts, close_unit, merge_units, move_unit
from anyuan.rules.compliance.actions.following import follow_journal
from anyuan.rules.compliance.models import Ended, Night, Tally, Verdict
from anyuan.rules.compliance.public import State, begin_day, rebuild, refresh
from anyuan.rules.ledger.public import (
    NewSubject,
    Record,
    add_subject,
    approve_record,
    close_subject,
    record,
    refuse_record,
    replace_record,
    void_record,
)
from anyuan.rules.policy.public import Pack, activate, override_param, switch_off

SECOND = Actor(kind=ActorKind.JOB, name="second", everywhere=True)


@pytest.fixture(autouse=True)
def _ready(world: World) -> Iterator[None]:
    with on("2026-03-18"):
        prepare(world)
        yield


def catch_up() -> None:
    """Seal what was done and let the followers see it."""
    while seal() or step_followers():
        pass


def checked() -> list[str]:
    """What a rebuild would change; the proof that what is stored is derived."""
    return [
        f"{c.key} {c.subject} {c.period} {c.before}→{c.after}" for c in rebuild(JOB, check=True).differences
    ]


def everything() -> dict[object, object]:
    found: dict[object, object] = {u: stored(u) for u in Unit.everything.values_list("pk", flat=True)}
    found["tallies"] = sorted(Tally.everything.values_list(*[f.attname for f in Tally._meta.fields][1:]))
    months = [f.attname for f in Ended._meta.fields][1:]
    found["ended"] = sorted(Ended.everything.values_list(*months))
    return found


def levels(unit: Unit, level: str = "school", **more: object) -> Record:
    data = {"level": level, "full": True, "points": 3, "found": 0}
    return record(JOB, register="self-check", unit=unit, data=data, **more)  # type: ignore[arg-type]


def test_a_record_is_seen_and_twice_is_harmless(world: World) -> None:
    catch_up()
    key = CITY + "check-monthly"
    verdict = Verdict.everything.get(unit=world.school, key=key, period="2026-03")
    assert verdict.state == State.DUE
    levels(world.school)
    catch_up()
    verdict.refresh_from_db()
    assert verdict.state == State.MET
    entries = list(Entry.everything.filter(verb="ledger.record").select_related("seal", "body"))
    before = everything()
    follow_journal(entries)
    follow_journal(entries)
    assert everything() == before
    assert checked() == []


def test_a_corrected_entry_counts_as_it_is_corrected(world: World) -> None:
    made = levels(world.school)
    catch_up()
    verdict = Verdict.everything.get(unit=world.school, key=CITY + "check-monthly", period="2026-03")
    assert verdict.state == State.MET
    new = replace_record(JOB, made, {**made.data, "level": "department"}, "录错")
    catch_up()
    verdict.refresh_from_db()
    assert verdict.state == State.DUE
    replace_record(JOB, new, made.data, "没有录错")
    catch_up()
    verdict.refresh_from_db()
    assert verdict.state == State.MET
    assert checked() == []


def test_a_correction_that_waits_changes_nothing_until_it_is_approved(world: World) -> None:
    with clock.at(clock.now() - timedelta(days=6)):
        made = levels(world.school)
    wrong = {**made.data, "level": "department"}

    def state() -> str:
        catch_up()
        assert checked() == []
        return Verdict.everything.get(unit=world.school, key=CITY + "check-monthly", period="2026-03").state

    assert state() == State.MET
    refused = replace_record(JOB, made, wrong, "录错")
    assert state() == State.MET
    refuse_record(SECOND, refused, "没有录错")
    assert state() == State.MET
    new = replace_record(JOB, made, wrong, "确实录错")
    assert state() == State.MET
    approve_record(SECOND, new)
    assert state() == State.DUE


def test_a_change_is_written_into_the_trail_once(world: World) -> None:
    catch_up()
    levels(world.school)
    catch_up()
    entry = Entry.everything.filter(verb="compliance.change", unit_path=world.school.path).last()
    assert entry is not None
    assert '"due", "met"' in entry.body.text
    count = Entry.everything.filter(verb="compliance.change").count()
    refresh([world.school.pk])
    assert Entry.everything.filter(verb="compliance.change").count() == count


def _fill(world: World, choice: random.Random) -> None:
    know(choice.choice(_schools(world)), guards_certified=choice.randint(0, 3), safety_managers_trained=1)


def _count(world: World, choice: random.Random) -> None:
    change_facts(JOB, choice.choice(_schools(world)), {"pupils": choice.randint(0, 2000), "staff": 40})


def _record(world: World, choice: random.Random) -> None:
    back = timedelta(days=choice.randint(0, 20))
    made = {"occurred_at": clock.now() - back} if choice.random() < 0.7 else {}
    late = {"stands_for": clock.today() - timedelta(days=30)} if choice.random() < 0.2 else {}
    levels(choice.choice(_schools(world)), choice.choice(["department", "school"]), **made, **late)


def _approve(world: World, choice: random.Random) -> None:
    row = Record.everything.filter(state="pending").first()
    if row is not None:
        approve_record(SECOND, row)


def _void(world: World, choice: random.Random) -> None:
    row = Record.everything.filter(state="valid").order_by("?").first()
    if row is not None:
        void_record(SECOND, row, "录错")


def _correct(world: World, choice: random.Random) -> None:
    row = Record.everything.filter(state="valid", register__code="self-check").order_by("?").first()
    if row is not None:
        level = choice.choice(["department", "school"])
        replace_record(SECOND, row, {**row.data, "level": level}, "录错")


def _tune(world: World, choice: random.Random) -> None:
    county = choice.choice([world.county, world.city])
    override_param(JOB, GUYUAN.rstrip("/"), "guard_step", county, choice.randint(100, 300), basis="文件")


def _subject(world: World, choice: random.Random) -> None:
    kind, unit = choice.choice(["dormitory", "class"]), choice.choice(_schools(world))
    code = str(choice.randint(1, 10**9))
    made = add_subject(JOB, unit, NewSubject(kind, code, code))
    if choice.random() < 0.3:
        close_subject(JOB, made)


def _switch(world: World, choice: random.Random) -> None:
    code = CITY.rstrip("/")
    pack = Pack.objects.filter(code=code).order_by("-version").first()
    assert pack is not None
    if choice.random() < 0.5:
        activate(JOB, pack, world.county, clock.today())
    else:
        switch_off(JOB, pack, world.county, "另有规定")


def _reshape(world: World, choice: random.Random) -> None:
    if choice.random() < 0.5:
        home = Unit.everything.get(pk=world.sister.pk)
        if home.closed_on is None:
            move_unit(JOB, home, choice.choice([world.county, world.next_county]))
    elif Unit.everything.get(pk=world.stranger_school.pk).closed_on is None:
        if choice.random() < 0.5:
            leave_empty(world.stranger_school)
            close_unit(JOB, world.stranger_school, clock.today(), "停办")
        else:
            merge_units(JOB, world.stranger_school, world.school, clock.today())


def _schools(world: World) -> list[Unit]:
    keys = [world.school.pk, world.sister.pk, world.managing.pk]
    return list(Unit.everything.filter(pk__in=keys))


EDITS: tuple[Callable[[World, random.Random], None], ...] = (
    _fill, _count, _record, _record, _record, _approve, _void, _correct, _tune, _subject, _switch, _reshape,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_following_equals_deriving_everything(world: World, seed: int) -> None:
    choice = random.Random(seed)
    catch_up()
    for step in range(25):
        with clock.at(instant("2026-03-18T08:00") + timedelta(minutes=step)):
            with suppress(Problem):
                choice.choice(EDITS)(world, choice)
            if choice.random() < 0.4:
                catch_up()
    with clock.at(instant("2026-03-18T09:00")):
        catch_up()
        assert checked() == []
        followed = everything()
        rebuild(JOB)
        assert everything() == followed


def test_a_change_in_the_database_itself_is_seen(world: World) -> None:
    levels(world.school)
    catch_up()
    with connection.cursor() as cursor:
        cursor.execute("update ledger_record set state = 'void'")
    catch_up()
    verdict = Verdict.everything.get(unit=world.school, key=CITY + "check-monthly", period="2026-03")
    assert verdict.state == State.DUE


def test_check_names_what_differs(world: World) -> None:
    rebuild(JOB)
    assert checked() == []
    Verdict.everything.filter(unit=world.school, key=CITY + "check-monthly", period="2026-03").update(
        state=State.MET
    )
    Verdict.everything.filter(unit=world.sister, key=CITY + "check-monthly", period="2026-03").delete()
    assert sorted(checked()) == [
        f"{CITY}check-monthly  2026-03 met→due",
        f"{CITY}check-monthly  2026-03 →due",
    ]
    rebuild(JOB)
    assert checked() == []


def test_each_day_is_begun_once_and_a_missed_one_caught_up(world: World) -> None:
    key = CITY + "evacuation-drill-monthly"
    with on("2026-03-31T23:59"):
        assert begin_day() is not None
        assert begin_day() is None
        march = Verdict.everything.get(unit=world.school, key=key, period="2026-03")
        assert march.state == State.DUE
    with on("2026-04-03T07:00"):  # nobody was awake for three nights
        assert begin_day()
        march.refresh_from_db()
        assert march.state == State.LATE
        assert checked() == []
    assert list(Night.objects.order_by("day").values_list("day", flat=True)) == [
        date(2026, 3, 31),
        date(2026, 4, 3),
    ]


def test_what_a_full_derivation_holds_is_not_followed_again(world: World) -> None:
    levels(world.school)
    seal()
    rebuild(JOB)
    seen = []
    follow("test.seen", seen.extend)
    try:
        catch_up()
    finally:
        unfollow("test.seen")
    assert seen
    assert checked() == []


def test_history_is_kept_and_derived_again_on_request(world: World) -> None:
    key = CITY + "check-weekly"
    with on("2026-03-18"):
        levels(world.school, "department")
        begin_day()
        assert Verdict.everything.get(unit=world.school, key=key, period="2026-W12").state == State.MET
    with on("2026-06-30"):
        begin_day()
        old = Verdict.everything.get(unit=world.school, key=key, period="2026-W12")
        assert (old.state, old.standing) == (State.MET, False)
        assert not Verdict.everything.filter(unit=world.school, key=key, period="2025-W45").exists()
        void_record(SECOND, Record.everything.get(unit=world.school, register__code="self-check"), "录错")
        rebuild(JOB, since=date(2025, 11, 1))
        old.refresh_from_db()
        assert old.state == State.UNMET
        assert Verdict.everything.filter(unit=world.school, key=key, period="2025-W45").exists()


def test_drill_in_one_county_leaves_the_other_alone(world: World) -> None:
    rebuild(JOB)
    drill(world.school, "2026-03-18T09:00")
    found = refresh([world.school.pk], registers={"drill"})
    assert {c.unit_id for c in found.changes} == {world.school.pk}
    assert {c.key for c in found.changes} == {
        CITY + "evacuation-drill-monthly",
        GUYUAN + "rescue-drill-monthly",
    }
    assert checked() == []
