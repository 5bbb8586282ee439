"""Two people file the same round in the same second: one record, one clear message."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from tests.cast import NOW, World

from anyuan.foundation.kernel.public import Conflict, clock
from anyuan.foundation.org.public import Term
from anyuan.rules.ledger.public import Record, file_round


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
