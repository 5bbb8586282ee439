"""Two in the same second: one round and one clear message; one allowance, both decisions on the trail."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import connection
from tests.cast import NOW, World

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Conflict, clock, job_actor
from anyuan.foundation.org.public import Term
from anyuan.rules.ledger.models import LateAllowance
from anyuan.rules.ledger.public import Record, allow_late, file_round


@pytest.mark.django_db(transaction=True)
def test_one_of_two_wins(world: World, term: Term) -> None:
    actors = [world.actor("safety_officer"), world.actor("principal")]
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def walk(number: int) -> None:
        try:
            with clock.at(NOW):
                start.wait(10)
                file_round(actors[number], world.school, no_photo="赶课")
            outcomes.append("filed")
        except Conflict as conflict:
            outcomes.append(conflict.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=walk, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert Record.everything.count() == 1
    assert len(outcomes) == 2
    assert outcomes.count("filed") == 1
    assert any("没有重复录入" in words for words in outcomes)


@pytest.mark.django_db(transaction=True)
def test_two_first_allowances_of_one_region(world: World) -> None:
    start = threading.Barrier(2)
    faults: list[Exception] = []

    def say(days: int) -> None:
        try:
            with clock.at(NOW):
                start.wait(10)
                allow_late(job_actor("test"), world.county, days, "通知")
        except Exception as fault:  # noqa: BLE001 - whatever it is, the test shows it
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=say, args=(days,)) for days in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert faults == []
    entries = Entry.everything.filter(verb="ledger.allow-late").order_by("id")
    first, second = (json.loads(entry.body.text) for entry in entries)
    assert second["before"]["days"] == first["after"]["days"]
    assert LateAllowance.everything.get().days == second["after"]["days"]
