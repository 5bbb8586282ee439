"""All units are derived in shares side by side, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import current_thread
from uuid import UUID

import pytest
from django.db import connection, transaction
from tests.cast import World, make_world
from tests.compliance.engine import JOB, on, prepare, shape

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Unit
from anyuan.rules.compliance.actions import sharing
from anyuan.rules.compliance.actions.sharing import Share, in_shares
from anyuan.rules.compliance.models import Verdict
from anyuan.rules.compliance.public import Change, begin_day, rebuild, refresh, refresh_soon

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "_LEAST_UNITS", 2)
    monkeypatch.setattr(sharing.os, "cpu_count", lambda: 3)


@pytest.fixture
def world() -> Iterator[World]:
    with on("2026-05-20"):
        yield make_world()


def test_shares_come_to_what_one_statement_comes_to(world: World) -> None:
    prepare(world)
    shape(world.school, pupils=1200, staff=80, boarding="none")
    written = rebuild(JOB).differences
    assert {change.unit_id for change in written} == set(Verdict.everything.values_list("unit", flat=True))
    assert len(written) == Verdict.everything.count()
    with transaction.atomic():  # in one
        assert rebuild(JOB, check=True).differences == ()
    assert rebuild(JOB, check=True).differences == ()
    assert rebuild(JOB).differences == ()


def test_every_unit_is_in_one_share(world: World) -> None:
    seen: list[UUID] = []
    threads: set[str] = set()

    def work(share: Share) -> list[Change]:
        assert share.units is not None
        threads.add(current_thread().name)
        seen.extend(share.units)
        extent = share.extent
        assert all(extent.least is None or pk >= extent.least for pk in share.units)
        assert all(extent.beyond is None or pk < extent.beyond for pk in share.units)
        return []

    in_shares(work)
    assert sorted(seen) == sorted(Unit.everything.values_list("pk", flat=True))
    assert len(threads) > 1


def test_a_share_that_fails_leaves_the_others_done_and_lets_go_of_the_lock(world: World) -> None:
    def work(share: Share) -> list[Change]:
        with connection.cursor() as cursor:
            cursor.execute("set local anyuan.action = 'test'")
        Unit.everything.filter(pk__in=share.units or ()).update(short_name="出")
        if share.extent.beyond is None:
            raise ValueError("the last one")
        return []

    units = Unit.everything.count()
    with pytest.raises(ValueError, match="the last one"):
        in_shares(work)
    assert 0 < Unit.everything.filter(short_name="出").count() < units
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks l join pg_database d on d.oid = l.database"
            " where l.locktype = 'advisory' and d.datname = current_database()"
        )
        assert cursor.fetchone() == (0,)


def test_one_who_waits_for_a_page_gives_up_and_loses_nothing(world: World) -> None:
    prepare(world)
    shape(world.school, pupils=500, staff=40)
    with sharing._alone():
        other = ThreadPoolExecutor(1)
        assert other.submit(copy_context().run, _soon, world.school.pk).result() is False
    assert other.submit(copy_context().run, _soon, world.school.pk).result() is True


def _soon(unit: UUID) -> bool:
    try:
        with transaction.atomic():
            done = refresh_soon([unit], {"drill"})
            return done and Unit.everything.filter(pk=unit).exists()
    finally:
        connection.close()


def test_the_night_is_derived_in_shares_and_once(world: World) -> None:
    prepare(world)
    day = clock.today()
    with ThreadPoolExecutor(1) as other, sharing.alone_for(day) as mine:
        assert mine
        assert other.submit(copy_context().run, _night).result() is None
    assert begin_day() == Verdict.everything.count()
    assert begin_day() is None
    with transaction.atomic():
        assert rebuild(JOB, check=True).differences == ()


def _night() -> int | None:
    try:
        return begin_day()
    finally:
        connection.close()


def test_the_plan_for_a_school_is_kept(world: World) -> None:
    prepare(world)
    connection.close()  # what earlier tests had planned goes with it
    refresh([world.school.pk], registers={"drill"})
    refresh([world.sister.pk], registers={"drill"})
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), sum(generic_plans) from pg_prepared_statements where statement like '%verdict%'"
        )
        assert cursor.fetchone() == (1, 2)
