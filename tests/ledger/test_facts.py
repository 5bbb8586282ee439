"""Facts on two time axes: what held when, what was believed when, and until when it is taken as true."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from tests.cast import NOW, World, as_action

from anyuan.foundation.journal.models import Body
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Conflict, Invalid, NotFound, NotPermitted, clock, job_actor
from anyuan.rules.ledger.public import (
    FactValue,
    NewRecord,
    NewSubject,
    Standing,
    Subject,
    UnitFacts,
    add_subject,
    close_subject,
    confirm_facts,
    fact_history,
    fact_lines,
    facts_on,
    record_many,
    refresh_facts,
    set_facts,
)
from anyuan.rules.policy.public import load_packs

pytestmark = pytest.mark.django_db
TODAY = clock.day_of(NOW)
JOB = job_actor("test")


@pytest.fixture(autouse=True)
def _common(world: World) -> None:
    load_packs()


def known(world: World, day: date = TODAY, **more: object) -> dict[str, object]:
    return facts_on([world.school.pk], day, **more)[world.school.pk]  # type: ignore[arg-type]


def certificate(world: World, number: str, until: str, *, full_time: bool = True, days: int = 1) -> NewRecord:
    data = {
        "name": "张三",
        "certificate": number,
        "full_time": full_time,
        "employer": "school",
        "valid_until": until,
    }
    return NewRecord("guard-certificate", world.school, NOW - timedelta(days=days), data)


def test_a_fact_is_absent_until_somebody_declares_it(world: World) -> None:
    assert "check_points" not in known(world)
    set_facts(world.actor("safety_officer"), world.school, {"check_points": 18})
    assert known(world)["check_points"] == 18
    assert refresh_facts([world.school.pk]) == {world.school.pk}
    assert UnitFacts.objects.get(unit=world.school).facts["check_points"] == 18
    assert refresh_facts([world.school.pk]) == set()


def test_a_correction_of_the_past_keeps_what_was_believed(world: World) -> None:
    officer = world.actor("safety_officer")
    set_facts(officer, world.school, {"check_points": 10}, valid_from=date(2026, 3, 1))
    later = NOW + timedelta(hours=1)
    with clock.at(later):
        set_facts(officer, world.school, {"check_points": 12}, valid_from=date(2026, 3, 10))
        assert known(world, date(2026, 3, 9))["check_points"] == 10
        assert known(world, date(2026, 3, 10))["check_points"] == 12
    evening = NOW + timedelta(hours=9)
    with clock.at(evening):
        set_facts(officer, world.school, {"check_points": 11}, valid_from=date(2026, 3, 5))
    with clock.at(evening):
        assert [known(world, date(2026, 3, d))["check_points"] for d in (4, 5, 9, 10)] == [10, 11, 11, 12]
        before = later + timedelta(minutes=1)
        assert known(world, date(2026, 3, 5), known_at=before)["check_points"] == 10
        rows = fact_history(world.actor("principal"), world.school, "check_points")
    assert len(rows) == 5
    assert {r.value for r in rows if r.superseded_at is None} == {10, 11, 12}
    believed = sorted((r.valid_from, r.valid_to) for r in rows if r.superseded_at is None)
    assert believed == [
        (date(2026, 3, 1), date(2026, 3, 5)),
        (date(2026, 3, 5), date(2026, 3, 10)),
        (date(2026, 3, 10), None),
    ]


def test_it_counts_to_the_last_day_it_is_confirmed_for(world: World) -> None:
    set_facts(world.actor("safety_officer"), world.school, {"check_points": 18})
    last = TODAY + timedelta(days=365)
    assert FactValue.everything.get().confirmed_until == last
    assert known(world, last)["check_points"] == 18
    assert "check_points" not in known(world, last + timedelta(days=1))


def test_confirming_extends_it_and_changes_no_value(world: World) -> None:
    officer = world.actor("safety_officer")
    set_facts(officer, world.school, {"check_points": 18}, valid_from=date(2026, 3, 1))
    with clock.at(NOW + timedelta(days=300)):
        confirm_facts(officer, world.school, ["check_points"])
    row = FactValue.everything.get(superseded_at=None)
    assert (row.value, row.valid_from) == (18, date(2026, 3, 1))
    assert row.confirmed_until == TODAY + timedelta(days=665)
    with pytest.raises(Invalid):
        confirm_facts(officer, world.school, ["check_points_assigned"])


@pytest.mark.parametrize(
    ("key", "value", "fits"),
    [
        ("check_points", 0, True),
        ("check_points", -1, False),
        ("check_points", 5000, True),
        ("check_points", 5000.5, False),
        ("check_points", 2.5, False),
        ("check_points", 2.0, True),
        ("check_points", "18", False),
        ("check_points", True, False),
        ("check_points", float("nan"), False),
        ("headcount", 100, False),
        ("pupils", 100, False),
        ("nothing", 1, False),
        ("managers", 1, False),
    ],
)
def test_what_does_not_fit_is_refused_in_words(world: World, key: str, value: object, fits: bool) -> None:
    officer = world.actor("safety_officer")
    if fits:
        set_facts(officer, world.school, {key: value})
        return
    with pytest.raises(Invalid) as refused:
        set_facts(officer, world.school, {"check_points_assigned": 1, key: value})
    assert set(refused.value.fields) == {key}
    assert not FactValue.everything.exists()


@pytest.mark.parametrize(("day", "fits"), [(TODAY, True), (TODAY + timedelta(days=1), False)])
def test_nothing_is_declared_for_the_future(world: World, day: date, fits: bool) -> None:
    if fits:
        set_facts(world.actor("safety_officer"), world.school, {"check_points": 1}, valid_from=day)
    else:
        with pytest.raises(Invalid):
            set_facts(world.actor("safety_officer"), world.school, {"check_points": 1}, valid_from=day)


def test_nothing_is_declared_for_the_time_before_the_school(world: World) -> None:
    with as_action():
        world.school.opened_on = date(2026, 3, 2)
        world.school.save()
    officer = world.actor("safety_officer")
    with pytest.raises(Invalid):
        set_facts(officer, world.school, {"check_points": 1}, valid_from=date(2026, 3, 1))
    set_facts(officer, world.school, {"check_points": 1}, valid_from=date(2026, 3, 2))


def test_who_may_declare(world: World) -> None:
    for who in ("teacher", "logistics", "stranger_officer", "county_leader"):
        with pytest.raises(NotPermitted):
            set_facts(world.actor(who), world.school, {"check_points": 1})
    for who in ("safety_officer", "principal", "county_officer"):
        set_facts(world.actor(who), world.school, {"check_points": 1})
    with pytest.raises(NotFound):
        fact_lines(world.actor("stranger_officer"), world.school)


def test_the_trail_says_what_was_before(world: World) -> None:
    officer = world.actor("safety_officer")
    set_facts(officer, world.school, {"check_points": 17})
    set_facts(officer, world.school, {"check_points": 18})
    entry = Entry.everything.latest("id")
    body = json.loads(Body.objects.get(entry=entry).text)
    assert (entry.verb, entry.unit_path, entry.subject_id) == (
        "ledger.set-facts", world.school.path, world.school.pk,
    )  # fmt: skip
    assert (body["before"], body["after"]["check_points"]) == ({"check_points": 17}, 18)
    assert "检查点位 18 处" in entry.sentence


def test_taking_back_makes_it_unknown_again(world: World) -> None:
    officer = world.actor("safety_officer")
    set_facts(officer, world.school, {"check_points": 17}, valid_from=date(2026, 3, 1))
    set_facts(officer, world.school, {"check_points": None})
    assert "check_points" not in known(world)
    assert known(world, TODAY - timedelta(days=1))["check_points"] == 17


def test_facts_of_the_organisation_and_worked_out_ones(world: World) -> None:
    with as_action():
        world.school.pupils, world.school.staff, world.school.boarding = 900, 60, "partial"
        world.school.save()
    facts = known(world)
    assert (facts["pupils"], facts["headcount"], facts["boarding"], facts["is_school"]) == (
        900,
        960,
        True,
        True,
    )
    with as_action():
        world.school.staff, world.school.boarding = None, ""
        world.school.save()
    facts = known(world)
    assert "headcount" not in facts
    assert "boarding" not in facts


def test_a_number_beyond_its_range_is_unknown_not_an_error(world: World) -> None:
    with as_action():
        world.school.pupils, world.school.staff = 100_001, 60
        world.school.save()
    facts = known(world)
    assert "pupils" not in facts
    assert "headcount" not in facts
    with as_action():
        world.school.pupils = 100_000
        world.school.save()
    assert known(world)["headcount"] == 100_060


def test_the_register_counts_and_its_certificates_run_out(world: World) -> None:
    record_many(
        JOB,
        [
            certificate(world, "A", "2026-03-18"),
            certificate(world, "B", "2026-12-31"),
            certificate(world, "C", "2026-12-31", full_time=False),
        ],
    )
    assert known(world)["guards_certified"] == 2
    assert known(world, TODAY + timedelta(days=1))["guards_certified"] == 1
    assert known(world, date(2027, 1, 1))["guards_certified"] == 0


def test_the_newest_record_of_a_certificate_speaks(world: World) -> None:
    record_many(JOB, [certificate(world, "A", "2026-12-31", days=n) for n in (3, 2)])
    assert known(world)["guards_certified"] == 1
    record_many(JOB, [certificate(world, "A", "2026-12-31", days=1, full_time=False)])
    assert known(world)["guards_certified"] == 0


def test_a_declared_count_serves_until_the_register_has_a_record(world: World) -> None:
    assert "guards_certified" not in known(world)
    set_facts(world.actor("safety_officer"), world.school, {"guards_certified": 3})
    assert known(world)["guards_certified"] == 3
    record_many(JOB, [certificate(world, "A", "2026-12-31")])
    assert known(world)["guards_certified"] == 1


def test_records_of_the_future_of_a_day_do_not_count(world: World) -> None:
    record_many(JOB, [certificate(world, "A", "2026-12-31", days=1)])
    assert "guards_certified" not in known(world, TODAY - timedelta(days=2))
    assert known(world, TODAY - timedelta(days=1))["guards_certified"] == 1


def test_facts_of_a_dormitory_stay_its_own(world: World) -> None:
    officer = world.actor("safety_officer")
    one = add_subject(officer, world.school, NewSubject("dormitory", "1", "一号宿舍楼"))
    two = add_subject(officer, world.school, NewSubject("dormitory", "2", "二号宿舍楼"))
    set_facts(officer, world.school, {"managers": 2, "for_girls": True}, subject=one)
    with pytest.raises(Invalid):
        set_facts(officer, world.school, {"check_points": 2}, subject=one)
    assert refresh_facts([world.school.pk]) == {world.school.pk}
    one.refresh_from_db()
    two.refresh_from_db()
    assert one.facts == {"managers": 2, "for_girls": True}
    assert two.facts == {}
    stranger = add_subject(
        world.actor("sister_principal"), world.sister, NewSubject("dormitory", "1", "宿舍楼")
    )
    with pytest.raises(Invalid):
        set_facts(officer, world.school, {"managers": 2}, subject=stranger)


def test_lines_show_missing_first_and_who_said_it(world: World) -> None:
    set_facts(world.actor("safety_officer"), world.school, {"check_points": 18})
    lines = {line.key: line for line in fact_lines(world.actor("principal"), world.school)}
    assert lines["check_points"].standing is Standing.KNOWN
    assert (lines["check_points"].text, lines["check_points"].said.confirmed_name) == (  # type: ignore[union-attr]
        "18 处", world.actor("safety_officer").label,
    )  # fmt: skip
    assert lines["check_points_assigned"].standing is Standing.MISSING
    with clock.at(NOW + timedelta(days=352)):
        lines = {line.key: line for line in fact_lines(world.actor("principal"), world.school)}
        assert lines["check_points"].standing is Standing.SOON
    with clock.at(NOW + timedelta(days=366)):
        lines = {line.key: line for line in fact_lines(world.actor("principal"), world.school)}
        assert (lines["check_points"].standing, lines["check_points"].text) == (Standing.EXPIRED, "未知")


def test_stages_places_and_posts_follow_the_organisation(world: World) -> None:
    refresh_facts([world.school.pk])
    mine = Subject.everything.filter(unit=world.school)
    assert mine.get(kind="stage").code == "primary"
    gate = mine.get(place=world.places["gate"])
    assert (gate.name, gate.valid_to) == (world.places["gate"].name, None)
    assert mine.filter(kind="post", code="principal").exists()
    with as_action():
        world.places["gate"].closed_on = TODAY
        world.places["gate"].save()
        world.school.unit_type = "nine-year"
        world.school.save()
    refresh_facts([world.school.pk])
    gate.refresh_from_db()
    assert gate.valid_to == TODAY
    assert set(mine.filter(kind="stage").values_list("code", flat=True)) == {"primary", "junior"}
    count = Entry.everything.count()
    refresh_facts([world.school.pk])
    assert Entry.everything.count() == count


def test_closing_a_class(world: World) -> None:
    officer = world.actor("safety_officer")
    row = add_subject(officer, world.school, NewSubject("class", "101", "一（1）班"))
    with pytest.raises(Conflict):
        add_subject(officer, world.school, NewSubject("class", "101", "又一个"))
    with pytest.raises(Invalid):
        add_subject(officer, world.school, NewSubject("stage", "x", "高中"))
    close_subject(officer, row)
    with pytest.raises(Conflict):
        close_subject(officer, row)
    assert Subject.everything.filter(Subject.standing(TODAY - timedelta(days=1)), pk=row.pk).exists()
    assert not Subject.everything.filter(Subject.standing(TODAY), pk=row.pk).exists()


def test_what_somebody_else_declared_meanwhile_is_not_overwritten(world: World) -> None:
    seen = datetime(2026, 3, 18, 1, 0, tzinfo=UTC)
    set_facts(world.actor("safety_officer"), world.school, {"check_points": 17})
    with pytest.raises(Conflict) as refused:
        set_facts(world.actor("principal"), world.school, {"check_points": 18}, seen=seen)
    assert world.actor("safety_officer").name in refused.value.message
    set_facts(world.actor("principal"), world.school, {"check_points": 18}, seen=NOW)
    assert known(world)["check_points"] == 18


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_leave_one_value_believed(world: World) -> None:
    actors = [world.actor("safety_officer"), world.actor("principal")]
    start = threading.Barrier(2)
    failed: list[BaseException] = []

    def declare(number: int) -> None:
        try:
            with clock.at(NOW):
                start.wait(10)
                set_facts(actors[number], world.school, {"check_points": 10 + number})
        except BaseException as error:  # noqa: BLE001 - a thread's failure is asserted below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=declare, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failed == []
    assert FactValue.everything.filter(superseded_at=None).count() == 1
    assert FactValue.everything.count() == 2


def test_a_record_no_fact_counts_leaves_facts_alone(
    world: World, django_assert_max_num_queries: object
) -> None:
    assert refresh_facts([world.school.pk]) == {world.school.pk}
    record_many(JOB, [certificate(world, "A", "2026-12-31")])
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        assert refresh_facts([world.school.pk], registers=["drill"]) == set()
    assert refresh_facts([world.school.pk], registers=["guard-certificate"]) == {world.school.pk}
    assert UnitFacts.objects.get(unit=world.school).facts["guards_certified"] == 1


def test_refreshing_many_schools_takes_as_many_statements_as_one(
    world: World, django_assert_max_num_queries: object
) -> None:
    refresh_facts(None)
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        refresh_facts(None)
