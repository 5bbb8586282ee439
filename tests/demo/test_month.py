"""A month passes in the demo: what is stored is what would be derived, and it changed as it must."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction

from anyuan.foundation.journal.public import Entry, status, verify
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Unit
from anyuan.response.hazard.public import proposals
from anyuan.rules.compliance.actions.ended import count_ended
from anyuan.rules.compliance.models import Night
from anyuan.rules.compliance.public import Ended, State, Tally, Verdict, rebuild
from anyuan.rules.ledger.public import Record
from anyuan.site import compliance
from anyuan.site.demo.city import City, moment

from .month import CITY, GUARDS, JOB, Month

DAYS = 30


@pytest.fixture(scope="module")
def month(filled: City) -> Iterator[Month]:
    """The month, lived once; tests stand in the evening of its last day."""
    made = Month(filled, DAYS)
    made.live()
    with clock.at(moment(filled.today + timedelta(days=DAYS), 21)):
        yield made


def _sums() -> list[list[tuple[object, ...]]]:
    tallies = [f.attname for f in Tally._meta.fields if not f.primary_key]
    ended = [f.attname for f in Ended._meta.fields if not f.primary_key]
    return [
        sorted(Tally.everything.values_list(*tallies)),
        sorted(Ended.everything.values_list(*ended)),
    ]


def test_what_is_stored_is_what_is_derived(month: Month, capsys: pytest.CaptureFixture[str]) -> None:
    assert month.differences == []
    assert compliance.main(["rebuild", "--check"]) == 0
    assert "What is stored is what is derived" in capsys.readouterr().out


def test_facts_and_sums_are_what_is_derived_too(month: Month) -> None:
    """``--check`` trusts the facts and leaves the sums alone; deriving everything does neither."""
    before = _sums()
    with transaction.atomic():
        assert rebuild(JOB).differences == ()
        count_ended(list(Unit.everything.values_list("pk", flat=True)))
        assert _sums() == before
        transaction.set_rollback(True)


def test_a_verdict_changed_by_hand_is_named(month: Month, capsys: pytest.CaptureFixture[str]) -> None:
    unit = month.schools["lean"].unit
    with transaction.atomic():
        Verdict.everything.filter(unit=unit, key=GUARDS).update(state=State.MET)
        assert compliance.main(["rebuild", "--check"]) == 1
        said = capsys.readouterr().err
        assert f"{unit.path} {GUARDS}: stored met, derived unmet" in said
        transaction.set_rollback(True)


def test_the_trail_is_whole_and_followed_to_its_end(month: Month) -> None:
    assert verify().fault is None
    found = status()
    assert {f.error for f in found.followers} == {""}
    assert Entry.everything.filter(verb="compliance.change").count() > DAYS


def test_every_day_was_begun_once(month: Month) -> None:
    first = month.city.today
    days = Night.objects.filter(day__gt=first, done_at__isnull=False).values_list("day", flat=True)
    assert sorted(days) == [first + timedelta(days=n + 1) for n in range(DAYS)]
    assert sum(month.mornings) > 1000


CLASSES = "reminds reminder-daily 2026-11-24"
COURSES = {
    # nothing done; entered late and approved; entered in time and voided; made up
    "forgets check-weekly 2026-W48": "due late unmet",
    "late check-weekly 2026-W48": "due late met",
    "voids check-weekly 2026-W48": "due met late unmet",
    "again check-weekly 2026-W48": "due late made-up",
    "keeps fire-day-self-check 2026-12": "due met",
    "forgets fire-day-self-check 2026-12": "due late",
    "keeps check-daily 2026-11-24": "due met",
    "forgets check-daily 2026-11-24": "due late unmet",
    "drills evacuation-drill-monthly 2026-12": "due met",
    "forgets evacuation-drill-monthly 2026-12": "due",
    "forgets evacuation-drill-monthly 2026-11": "due late",
    "shown fire-day-drill 2026-11": "late made-up",
    f"{CLASSES} 101": "due met",
    f"{CLASSES} 102": "due late unmet",
    # a certificate that ran out, a number corrected for the past, one confirmed in time and one not
    "lean guards-quota": "met unmet",
    "loose three-levels": "unmet met",
    "asked guards-quota": "met",
    "silent guards-quota": "met unknown",
}


@pytest.mark.parametrize("watched", COURSES)
def test_states_changed_as_they_must(month: Month, watched: str) -> None:
    assert " ".join(state for state in month.seen[watched] if state) == COURSES[watched]


def test_a_day_off_owes_nothing_told_before_or_after(month: Month) -> None:
    assert month.seen["light check-daily 2026-12-10"] == [""]
    assert month.seen["light check-daily 2026-12-11"] == ["", "due", "late", ""]


def test_a_merged_and_a_closed_school_owe_nothing_more(month: Month) -> None:
    assert month.seen["gone check-weekly 2026-W48"] == ["", "due", "late", ""]
    for name in ("gone", "point"):
        unit = Unit.everything.get(pk=month.schools[name].unit.pk)
        assert unit.closed_on == date(2026, 12, 4)
        assert not Verdict.everything.filter(unit=unit, standing=True).exists()
        assert not Tally.everything.filter(unit=unit).exists()
        assert Record.everything.filter(unit=unit).exists(), "what was done there stays"


def test_a_county_that_begins_owes_from_its_first_day(month: Month) -> None:
    rows = Verdict.everything.filter(unit__path__startswith=month.city.newest.unit.path)
    assert {key.split("/")[0] for key in rows.values_list("key", flat=True)} == {CITY}
    assert {"unmet", "late", "due", "unknown"} <= set(rows.values_list("state", flat=True))
    assert min(rows.exclude(ends=None).values_list("ends", flat=True)) > date(2026, 12, 4)


def test_more_is_asked_where_the_county_asks_more(month: Month) -> None:
    """A step of 200 pupils instead of 500, for a school that told of 4,321 pupils a week before."""
    found = Verdict.everything.get(unit=month.schools["drills"].unit, key=GUARDS)
    assert (found.state, found.need) == (State.UNMET, 2 + (4321 - 1000) // 200)


def test_what_ran_out_is_proposed_as_a_hazard(month: Month) -> None:
    officer, unit = month.city.main.actor("officer"), month.schools["lean"].unit
    assert proposals(officer, unit=unit).filter(key=GUARDS).count() == 1
