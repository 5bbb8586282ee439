"""From what people enter to periods: terms of a county, days of a school, another county without terms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from tests.cast import NOW, World

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import NewDay, calendars_for, set_day, set_term
from anyuan.rules.policy.public import Cadence, periods

from .school import state

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with clock.at(NOW):
        yield


def test_each_school_has_the_periods_of_its_own_calendar(world: World) -> None:
    county = world.actor("county_officer")
    set_term(county, world.county, "春", date(2026, 3, 2), date(2026, 7, 11))
    set_day(county, world.school, NewDay(date(2026, 3, 21), True, "补课"))
    set_day(county, world.school, NewDay(date(2026, 3, 18), False, "停水"))
    found = calendars_for([world.school, world.sister, world.stranger_school])
    weekly = Cadence("week", on="last-school-day")

    def last_days(unit: object) -> list[str]:
        calendar = found[unit.pk]  # type: ignore[attr-defined]
        made = periods(calendar, weekly, date(2026, 3, 16), date(2026, 3, 22))
        return [str(p.day or state(p)) for p in made]

    assert last_days(world.school) == ["2026-03-21"]
    assert last_days(world.sister) == ["2026-03-20"]
    assert last_days(world.stranger_school) == ["unknown:term:2025-26/2"]
    holidays = [
        [p.key for p in periods(found[u.pk], Cadence("before-holiday"), date(2026, 3, 9), date(2026, 3, 27))]
        for u in (world.school, world.sister)
    ]
    assert holidays == [["holiday:2026-03-18"], []]
