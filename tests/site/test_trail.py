"""``anyuan journal``: verify names the changed entry, status names what is stuck."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.cast import NOW
from tests.journal.tools import as_owner, write

from anyuan.foundation.journal.public import Entry, follow, pump_once, seal, step_followers, unfollow
from anyuan.foundation.kernel.public import clock
from anyuan.site import trail, trail_status

pytestmark = pytest.mark.django_db


def test_a_whole_trail(capsys: pytest.CaptureFixture[str]) -> None:
    write(3)
    pump_once()
    assert trail.main() == 0
    assert "3 entries, 1 signed heads" in capsys.readouterr().out


def test_a_changed_entry_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    entries = write(3)
    seal()
    with as_owner() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("update journal_entry set sentence = 'x' where id = %s", [entries[1].pk])
    assert trail.main() == 1
    assert str(entries[1].pk) in capsys.readouterr().err


def test_a_stuck_follower_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    def handler(entries: Sequence[Entry]) -> None:
        raise ValueError("no such unit")

    write(2)
    seal()
    assert trail_status.main() == 0
    follow("test-stuck", handler)
    try:
        with clock.at(NOW):
            step_followers()
    finally:
        unfollow("test-stuck")
    assert trail_status.main() == 1
    said = capsys.readouterr()
    assert "sealed      2" in said.out
    assert "test-stuck cannot handle entry 1 (tried 1 times, next at 01:30:02 UTC)" in said.err
    assert "no such unit" in said.err
