"""The same day gives the same city; another day gives one that fits it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from anyuan.foundation.access.public import DemoCard, actor_of
from anyuan.foundation.files.public import Attachment
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Holding, Person, Place, Unit
from anyuan.response.hazard import public as hz
from anyuan.rules.ledger.public import Record, RoundState, round_today
from anyuan.site.demo import fill

from .conftest import SATURDAY, SCHOOLS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path)


def _content() -> list[object]:
    """Everything a person would see, without keys, tokens and the minute it was made."""
    return [
        sorted(Unit.everything.values_list("name", "code", "longitude", "latitude", "pupils")),
        sorted(Person.everything.values_list("name", "phone", "unit__name")),
        sorted(Holding.everything.values_list("person__name", "unit__name", "post", "deputy", "starts")),
        sorted(Place.everything.values_list("unit__name", "name", "kind")),
        sorted(Record.everything.values_list("unit__name", "slot", "domain", "person_name")),
        sorted(hz.Hazard.everything.values_list("number", "unit__name", "title", "state", "due_at")),
        sorted(hz.Step.objects.values_list("hazard__number", "order", "move", "name", "reason")),
        sorted(Attachment.everything.values_list("unit__name", "name", "role", "original_id")),
    ]  # fmt: skip


def _filled(instant: datetime) -> list[object]:
    with transaction.atomic(), clock.at(instant):
        fill.fill(SCHOOLS, tell=lambda _line: None)
        found = _content()
        transaction.set_rollback(True)
    return found


def test_the_same_day_gives_the_same_city() -> None:
    first, second = _filled(SATURDAY), _filled(SATURDAY + timedelta(hours=5))
    for one, other in zip(first, second, strict=True):
        assert one == other


@pytest.mark.parametrize("instant", [
    datetime(2027, 2, 11, 3, 0, tzinfo=UTC), datetime(2026, 8, 2, 23, 59, tzinfo=UTC),
    datetime(2028, 12, 31, 16, 1, tzinfo=UTC),
])  # fmt: skip
def test_today_is_a_school_day_whenever_the_demo_is_filled(instant: datetime) -> None:
    """In the holidays, in a year without an official list, a minute after midnight in Shanghai."""
    with transaction.atomic(), clock.at(instant):
        city = fill.fill(SCHOOLS, tell=lambda _line: None)
        officer = actor_of(DemoCard.objects.get(title="安全办主任").person)
        assert round_today(officer, city.shown.unit).state == RoundState.DUE
        assert not hz.Hazard.everything.filter(found_at__gt=clock.now()).exists()
        assert not Record.everything.filter(occurred_at__gt=clock.now()).exists()
        assert len(hz.to_do(officer).leads) == 2
        transaction.set_rollback(True)


def test_an_interrupted_filling_leaves_nothing_behind() -> None:
    def interrupt(line: str) -> None:
        if "rounds" in line:
            raise KeyboardInterrupt

    with clock.at(SATURDAY), pytest.raises(KeyboardInterrupt), transaction.atomic():
        fill.fill(SCHOOLS, tell=interrupt)
    assert not Unit.everything.exists()
    assert not fill.is_filled()
