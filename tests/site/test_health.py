"""What a load balancer and an operator ask, and what becomes of a killed worker's job."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django import app

from anyuan.site import health, upkeep


@pytest.fixture(autouse=True)
def forget_what_was_applied() -> Iterator[None]:
    health._applied.clear()
    yield
    health._applied.clear()


def run(job: Coroutine[Any, Any, None]) -> None:
    """Run ``job`` in another thread: in this one a browser of an earlier test may still hold a loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, job).result()


@pytest.mark.django_db
def test_ready_when_all_is_well(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "database": "ok", "disk": "ok"})


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_due(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from django_migrations where id ="
            " (select max(id) from django_migrations where app = 'journal')"
        )
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "migrations are due")
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_not_ready_on_a_full_disk(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ENOUGH_DISK", 2**62)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["disk"]) == (503, "full")


def test_alive_without_asking_the_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_static_files_carry_their_version_and_stay_in_the_browser(client: Client) -> None:
    from django.templatetags.static import static

    answer = client.get(static("vendor/htmx.min.js"))
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    answer.close()


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_killed_worker_is_done_by_the_next() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - interval '5 minutes')"
        )
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now())")
        cursor.execute(
            """insert into procrastinate_jobs (queue_name, task_name, status, worker_id)
            select 'default', case when last_heartbeat < now() - interval '1 minute' then 'lost'
                              else 'running' end, 'doing', id from procrastinate_workers"""
        )
    run(upkeep.retry_stalled(SimpleNamespace(app=app), timestamp=0))  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("select task_name, status::text from procrastinate_jobs order by task_name")
        assert cursor.fetchall() == [("lost", "todo"), ("running", "doing")]
        cursor.execute("set role anyuan_owner")
        cursor.execute("delete from procrastinate_jobs; delete from procrastinate_workers")
        cursor.execute("set role anyuan_app")


@pytest.mark.django_db(transaction=True)
def test_a_lost_tick_whose_successor_waits_does_not_keep_the_others_from_being_handed_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - interval '5 minutes')"
        )
        cursor.execute(
            """insert into procrastinate_jobs (queue_name, task_name, queueing_lock, status, worker_id)
            select 'default', task, lock, status::procrastinate_job_status, worker
            from (values ('tick', 'tick', 'doing'), ('tick', 'tick', 'todo'), ('lost', null, 'doing'))
                 as jobs (task, lock, status),
                 (select id from procrastinate_workers) as workers (worker)"""
        )
        cursor.execute("update procrastinate_jobs set worker_id = null where status = 'todo'")
    run(upkeep.retry_stalled(SimpleNamespace(app=app), timestamp=0))  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("select task_name, status::text from procrastinate_jobs order by task_name")
        assert cursor.fetchall() == [("lost", "todo"), ("tick", "todo")]
        cursor.execute("set role anyuan_owner")
        cursor.execute("delete from procrastinate_jobs; delete from procrastinate_workers")
        cursor.execute("set role anyuan_app")


def test_the_worker_keeps_house_by_the_clock() -> None:
    from procrastinate import App
    from procrastinate.testing import InMemoryConnector

    made = App(connector=InMemoryConnector())
    upkeep.register(made)
    ticking = {task.task.name for task in made.periodic_registry.periodic_tasks.values()}
    assert ticking == {"site.retry-stalled", "site.delete-old-jobs", "site.forget-writes"}


@pytest.mark.django_db(transaction=True)
def test_old_failed_jobs_go() -> None:
    run(upkeep.delete_old_jobs(SimpleNamespace(app=app), timestamp=0))  # type: ignore[arg-type]
