"""Every figure equals its rows in the hazard list, and every level adds up to the one above."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import QueryDict
from tests.cast import NOW, World, as_action
from tests.hazard import helpers as h

from anyuan.foundation.kernel.public import Actor, NotPermitted, clock
from anyuan.foundation.org.public import Term, Unit
from anyuan.oversight.cockpit.public import FIGURES, Board, Span, Tally, board, period_of, rows_at, tops
from anyuan.oversight.cockpit.web import showing
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.web.asked import asked

WHO = ["city_officer", "county_officer", "fire_officer", "managing_principal", "principal"]


def behind(actor: Actor, url: str) -> int:
    """How many rows the hazard list shows at this address."""
    found = asked(actor, QueryDict(urlsplit(url).query))
    assert {name for name, _v in parse_qsl(urlsplit(url).query)} <= {"tab", "unit", *found.form.fields}
    return hz.hazards(actor, found.filters).count()


def at(actor: Actor, unit: Unit, span: str = "month") -> Board:
    return board(actor, unit, period_of(span, unit))


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("span", Span.values)
def test_every_figure_equals_its_rows(town: World, who: str, span: str) -> None:
    actor = town.actor(who)
    for unit in (tops(actor)[0], town.school, town.managing, town.county):
        if not actor.may("cockpit.view", unit.path):
            continue
        found = at(actor, unit, span)
        for figure in FIGURES:
            url = rows_at(unit.pk, figure.query(found.period))
            assert figure.count(found.total) == behind(actor, url), (unit, figure.code)


@pytest.mark.parametrize("who", ["city_officer", "fire_officer", "managing_principal"])
def test_every_number_of_the_table_charts_and_bars_equals_its_rows(town: World, who: str) -> None:
    actor = town.actor(who)
    found = at(actor, tops(actor)[0])
    counts = [(f, line.tally) for line in found.lines for f in FIGURES]
    cells = [cell for row in showing.table(found) for cell in row.numbers]
    assert len(cells) == len(counts)
    for (figure, tally), cell in zip(counts, cells, strict=True):
        assert figure.count(tally) == (behind(actor, cell.href) if cell.href else 0)
    for week in showing.weeks(found)[-6:]:
        assert week["found"] == behind(actor, week["foundRows"])
        assert week["closed"] == behind(actor, week["closedRows"])
    for line in showing.domains(found):
        assert line["open"] == behind(actor, line["openRows"])
        assert line["late"] == behind(actor, line["lateRows"])


@pytest.mark.parametrize("who", ["city_officer", "fire_officer"])
@pytest.mark.parametrize("span", ["week", "year"])
def test_each_level_adds_up_to_the_one_above(town: World, who: str, span: str) -> None:
    actor = town.actor(who)
    queue, seen = [town.city], 0
    while queue:
        found = at(actor, queue.pop(), span)
        if not found.lines:
            continue
        seen += 1
        for figure in FIGURES:
            assert sum(figure.count(x.tally) for x in found.lines) == figure.count(found.total)
        assert sum(x.tally.seconds for x in found.lines) == pytest.approx(found.total.seconds)
        assert sum(x.open for x in found.domains) == found.total.open
        assert sum(x.late for x in found.domains) == found.total.late
        for line in found.lines:
            if not line.alone:
                below = at(actor, line.unit, span)
                for figure in FIGURES:
                    assert figure.count(below.total) == figure.count(line.tally)
                queue.append(line.unit)
    assert seen == 4  # the city, two counties, the managing school


def test_the_sums_are_not_of_nothing(town: World) -> None:
    found = at(town.actor("city_officer"), town.city, "year").total
    fire = at(town.actor("fire_officer"), town.city, "year").total
    for figure in FIGURES:
        assert figure.count(found) > 0
    assert 0 < fire.found < found.found
    assert found.in_time < found.closed


def test_a_department_sees_its_domain_alone(town: World) -> None:
    found = at(town.actor("fire_officer"), town.city, "year")
    assert [line.domain for line in found.domains] == ["fire"]


def test_a_handed_over_hazard_of_another_domain_counts_as_it_lists(world: World) -> None:
    """The fire brigade sees what was handed to it although food is not its domain; both sides count it."""
    hazard = h.assessed(world, domain="food")
    hz.hand_over(world.actor("safety_officer"), hazard, hz.HandOverTo(world.fire, "市政"))
    hazard = h.fresh(hazard)
    actor = world.actor("fire_officer")
    if hazard.owner_unit_id != world.fire.pk:
        pending = hazard.hand_overs.get()
        hz.answer_hand_over(actor, hazard, hz.AnswerHandOver(taken=True))
        assert pending.hazard_id == hazard.pk
    found = at(actor, world.city)
    assert found.total.open == hz.hazards(actor, hz.Filters(unit=world.city)).count() == 1


def test_late_begins_at_the_deadline(world: World) -> None:
    hazard = h.rectifying(world)
    actor = world.actor("county_officer")
    with clock.at(hazard.due_at - timedelta(microseconds=1)):
        assert at(actor, world.county).total.late == 0
    with clock.at(hazard.due_at):
        assert at(actor, world.county).total.late == 1
        assert behind(actor, rows_at(world.county.pk, FIGURES[1].query(period_of("", world.county)))) == 1


def test_the_loop_moves_the_figures_at_once(world: World) -> None:
    actor = world.actor("county_officer")
    assert at(actor, world.county).total == Tally()
    hazard = h.submitted(world)
    now = at(actor, world.county).total
    assert (now.open, now.found, now.closed) == (1, 1, 0)
    with clock.at(NOW + timedelta(days=2)):
        hz.accept(world.actor("principal"), hazard)
        now = at(actor, world.county).total
    assert (now.open, now.found, now.closed, now.in_time, now.days) == (0, 1, 1, 1, 2.0)


def test_dismissed_leaves_every_figure(world: World) -> None:
    hazard = h.registered(world)
    hz.dismiss(world.actor("principal"), hazard, hz.Dismiss("重复登记", kind="mistake"))
    found = at(world.actor("county_officer"), world.county)
    assert found.total == Tally()
    assert sum(week.found for week in found.weeks) == 0


def test_a_suspected_hazard_counts_as_major_until_it_is_judged(world: World) -> None:
    hazard = h.suspected(world)
    actor = world.actor("county_officer")
    assert at(actor, world.county).total.major == 1
    hz.judge(actor, hazard, h.judgement(world, major=False))
    assert at(actor, world.county).total.major == 0


def test_exceptions_come_first(town: World) -> None:
    lines = at(town.actor("county_officer"), town.county).lines
    order = [(line.tally.major, line.tally.late, line.tally.open) for line in lines]
    assert order == sorted(order, reverse=True)


def test_periods_end_today(world: World) -> None:
    today = clock.today()
    assert today == date(2026, 3, 18)
    starts = {span: period_of(span, world.school).starts for span in ("week", "month", "year", "rubbish")}
    assert starts == {
        "week": date(2026, 3, 16),
        "month": date(2026, 3, 1),
        "year": date(2026, 1, 1),
        "rubbish": date(2026, 3, 1),
    }
    for span in Span.values:
        period = period_of(span, world.school)
        assert period.last == today
        assert period.weeks[-1] == date(2026, 3, 16)
        assert len(period.weeks) == 12


def test_the_term_is_that_of_the_unit_or_else_the_month(world: World) -> None:
    period = period_of("term", world.school)
    assert period.span == Span.MONTH
    assert period.note
    with as_action():
        Term.objects.create(unit=world.county, name="春季", starts=date(2026, 2, 23), ends=date(2026, 7, 4))
    period = period_of("term", world.school)
    assert (period.span, period.starts, period.note) == (Span.TERM, date(2026, 2, 23), "")
    assert period_of("term", world.stranger_school).span == Span.MONTH


def test_the_day_of_finding_counts_in_shanghai(world: World) -> None:
    """Half past midnight on Monday in Shanghai is still Sunday by the clock of Greenwich."""
    with h.day("2026-03-16", 0):
        h.registered(world)
    with h.day("2026-03-15", 23):
        h.registered(world)
    found = at(world.actor("county_officer"), world.county, "week")
    assert found.total.found == 1
    assert [week.found for week in found.weeks[-2:]] == [1, 1]


@pytest.mark.parametrize(("who", "unit"), [("principal", "county"), ("teacher", "school"), ("admin", "city")])
def test_who_does_not_oversee_a_unit_is_refused(world: World, who: str, unit: str) -> None:
    with pytest.raises(NotPermitted):
        at(world.actor(who), world.units[unit])
