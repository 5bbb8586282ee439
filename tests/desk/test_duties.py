"""What documents ask today: when a duty is shown, what its form knows, what an entry counted for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import World
from tests.compliance.engine import shape

from anyuan.edge.desk.queries.duties import AHEAD, Duties, duties, filled, late_duties, suggested
from anyuan.edge.desk.queries.receipts import entries_this_week, receipt
from anyuan.edge.desk.queries.region import late_schools, overview, reminder
from anyuan.foundation.kernel.public import clock, job_actor
from anyuan.foundation.org.public import Term
from anyuan.rules.compliance import public as compliance
from anyuan.rules.ledger import public as ledger
from anyuan.rules.policy import public as policy

pytestmark = pytest.mark.usefixtures("term", "packs")
CITY, RISK = "city-2023-hazard-sweep", "guyuan-2018-risk-control"
JOB = job_actor("test")


def _at(day: date, hour: float = 9) -> datetime:
    return clock.start_of(day).astimezone(UTC) + timedelta(hours=hour)


def _duties(world: World) -> Duties:
    compliance.refresh([world.school.pk])
    return duties(world.actor("safety_officer"), world.school)


def _titles(lines: list) -> set[str]:
    return {line.title for line in lines}


def _check(world: World, at: datetime | None = None, **data: object) -> ledger.Record:
    values = {"level": "school", "full": True, "points": 5, "found": 0} | data
    return ledger.record(
        world.actor("safety_officer"), register="self-check", unit=world.school, data=values, occurred_at=at
    )


def test_a_month_is_shown_ten_days_before_it_ends(world: World) -> None:
    eve = date(2026, 3, 31) - timedelta(days=AHEAD + 1)
    with clock.at(_at(eve)):
        found = _duties(world)
        assert "学校每月检查" not in _titles(found.soon)
        assert found.later
    with clock.at(_at(eve + timedelta(days=1))):
        assert "学校每月检查" in _titles(_duties(world).soon)


def test_a_week_stands_under_this_week_and_on_sunday_under_today(world: World) -> None:
    with clock.at(_at(date(2026, 3, 18))):
        found = _duties(world)
        assert "责任部门每周检查" in _titles(found.week)
        assert "责任部门每周检查" not in _titles(found.today)
    with clock.at(_at(date(2026, 3, 22))):
        assert "责任部门每周检查" in _titles(_duties(world).today)


def test_the_fire_day_is_asked_on_its_wednesday_only(world: World) -> None:
    with clock.at(_at(date(2026, 3, 3))):
        found = _duties(world)
        assert not {t for g in found.groups for t in _titles(g[3]) if "消防日" in t}
    with clock.at(_at(date(2026, 3, 4))):
        assert "消防日全面自查" in _titles(_duties(world).today)
    with clock.at(_at(date(2026, 3, 5))):
        found = _duties(world)
        assert "消防日全面自查" in _titles(found.late)
        assert "消防日全面自查" not in _titles(found.today)


def test_one_line_names_every_document(world: World) -> None:
    with clock.at(_at(date(2026, 3, 30))):
        line = next(x for x in _duties(world).soon + _duties(world).week if x.title == "学校每月检查")
    assert len(line.documents) == 2


def test_rounds_stand_among_the_rounds(world: World) -> None:
    found = _duties(world)
    assert not {t for g in found.groups for t in _titles(g[3])} & {"责任人每天检查", "每日隐患排查"}


def test_classes_of_one_day_are_one_line(world: World) -> None:
    officer = world.actor("safety_officer")
    rows = [ledger.NewSubject("class", f"10{n}", f"一年级{n}班") for n in range(1, 6)]
    ledger.add_subjects(officer, world.school, rows)
    lines = [x for x in _duties(world).today if x.register == "1530 安全提醒"]
    assert len(lines) == 1
    assert "5" in lines[0].about
    assert lines[0].who == "班主任"
    known = filled(officer, world.school, f"{CITY}/reminder-daily", clock.today().isoformat())
    assert known is not None
    assert len(known.subjects) == 5
    assert known.fields == {"kind": "daily", "minutes": "1"}


def test_of_several_answers_none_is_chosen_beforehand(world: World) -> None:
    with clock.at(_at(date(2026, 3, 18))):
        regions = policy.regions_of(world.school, clock.today())
    params = {region.pack_code: region.params for region in regions}
    open_ones = 0
    for rule in (r for region in regions for r in region.rules if r.where is not None):
        answers = policy.plain_answers(rule.where, params[rule.pack_code])
        given = suggested([rule], params)
        assert all(len(answers[key]) == 1 for key in given)
        open_ones += any(len(found) > 1 for found in answers.values())
    assert open_ones > 0


def test_the_form_of_a_late_duty_names_the_day_it_was_due(world: World) -> None:
    with clock.at(_at(date(2026, 3, 6))):
        compliance.refresh([world.school.pk])
        officer = world.actor("safety_officer")
        known = filled(officer, world.school, f"{CITY}/fire-day-self-check", "2026-03")
        assert known is not None
        assert (known.register, known.stands_for) == ("self-check", date(2026, 3, 4))
        assert known.fields == {"level": "school", "full": "yes"}
        address = f"/desk/do/{world.school.pk}/?key={CITY}/fire-day-self-check&period=2026-03"
        leads = world.client("safety_officer").get(address).headers["Location"]
        assert "/registers/self-check/new/" in leads
        assert "stands_for=2026-03-04" in leads
        assert late_duties(officer, world.school.pk) >= 4


def test_what_is_done_already_leads_home(world: World) -> None:
    compliance.refresh([world.school.pk])
    address = f"/desk/do/{world.school.pk}/?key={CITY}/fire-day-self-check&period=2026-01"
    assert world.client("safety_officer").get(address).headers["Location"] == "/"


def test_an_entry_says_what_it_counted_for(world: World) -> None:
    with clock.at(_at(date(2026, 3, 4))):
        record = _check(world)
        compliance.refresh([world.school.pk])
        found = receipt(world.actor("safety_officer"), record)
        counted = {line.title for lines in found.documents.values() for line in lines}
        assert counted == {"消防日全面自查", "学校每月检查", "每周隐患排查", "每月隐患排查"}
        assert (found.requirements, len(found.documents)) == (4, 2)
        assert entries_this_week(world.actor("safety_officer"), world.school).saved == 3
        page = world.client("safety_officer").get(f"/desk/filed/{record.pk}/").content.decode()
    assert "消防日全面自查" in page
    assert "本周已免重复填报 3 项" in page


def test_what_was_saved_counts_from_monday(world: World) -> None:
    officer = world.actor("safety_officer")
    with clock.at(_at(date(2026, 3, 8), 10)):  # a Sunday
        _check(world, full=False)
        compliance.refresh([world.school.pk])
        assert entries_this_week(officer, world.school).saved == 2
    with clock.at(_at(date(2026, 3, 9), 1)):
        compliance.refresh([world.school.pk])
        assert entries_this_week(officer, world.school).saved == 0


def test_the_same_drill_entered_again_saves_nothing_more(world: World) -> None:
    officer = world.actor("safety_officer")
    with clock.at(_at(date(2026, 3, 4), 15)):
        _check(world)
        compliance.refresh([world.school.pk])
        saved = entries_this_week(officer, world.school).saved
        assert saved > 0
        _check(world)
        compliance.refresh([world.school.pk])
        again = entries_this_week(officer, world.school)
        assert (again.made, again.saved) == (2, saved)


def test_an_entry_that_waits_says_so_once_and_is_not_called_entered(world: World) -> None:
    client = world.client("safety_officer")
    sent = {
        "f_level": "school", "f_full": "yes", "f_points": "5", "f_found": "0", "once": str(uuid4()),
        "occurred_at": "2026-03-10T10:00",
    }  # fmt: skip
    with clock.at(_at(date(2026, 3, 18))):
        url = reverse("ledger:new-record", args=[world.school.pk, "self-check"])
        page = client.get(client.post(url, sent)["Location"]).content.decode()
        assert page.count("审批后计入") == 1
        assert "已入账" not in page
        assert "补录待批" in page
        record = ledger.Record.everything.get()
        ledger.approve_record(world.actor("principal"), record)
        page = client.get(f"/desk/filed/{record.pk}/").content.decode()
        assert "已入账" in page


def test_a_principal_sees_the_gaps_of_the_three_defences(world: World) -> None:
    page = f"/desk/gaps/{world.school.pk}/"
    shape(world.school, pupils=500, staff=40, boarding="none")
    ledger.set_facts(world.actor("principal"), world.school, {"guards_certified": 0})
    compliance.refresh([world.school.pk])
    shown = world.client("principal").get(page).content.decode()
    assert shown.count("专职保安员") == 2, "two documents ask for guards"
    assert "未达标" in shown
    rows = compliance.verdicts(world.actor("principal")).filter(unit=world.school, area="security")
    open_ones = rows.filter(standing=True, leads=True, state__in=["unmet", "unknown"]).count()
    assert shown.count("/verdicts/") == min(open_ones, 6)
    assert "已填报 0 项" in shown
    assert "三防差距" not in world.client("teacher").get(page).content.decode()


def test_an_entry_of_no_use_says_so(world: World) -> None:
    record = _check(world, level="person", full=False)
    compliance.refresh([world.school.pk])
    assert receipt(world.actor("safety_officer"), record).requirements == 0
    page = world.client("safety_officer").get(f"/desk/filed/{record.pk}/").content.decode()
    assert "现行文件中没有要求这样的记录" in page


def test_the_county_sees_who_is_late_and_copies_a_reminder(world: World, term: Term) -> None:
    with clock.at(_at(date(2026, 3, 5))):
        compliance.refresh(None)
        officer = world.actor("county_officer")
        schools = late_schools(officer, world.county)
        assert world.school.title in {s.name for s in schools}
        assert world.stranger_school.title not in {s.name for s in schools}
        text = reminder(world.county, schools)
        assert text.count("\n") == len(schools)
        assert "学校每月检查" in text
        assert "等 " in text
        head = overview(officer, world.county)
        assert head.late >= len(schools)
        assert head.lacking == 4
        page = world.client("county_officer").get(f"/desk/county/{world.county.pk}/").content.decode()
    assert "文件要求落实" in page


def test_a_teacher_sees_no_duties_of_the_school(world: World) -> None:
    assert world.client("teacher").get(f"/desk/duties/{world.school.pk}/").status_code == 403
    assert world.client("stranger_safety_officer").get(f"/desk/duties/{world.school.pk}/").status_code == 404
