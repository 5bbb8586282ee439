"""A form sent twice is done once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections
from tests.cast import NOW

from anyuan.foundation.kernel.models import OnceKey
from anyuan.foundation.kernel.once import REMEMBERED
from anyuan.foundation.kernel.public import Conflict, clock, forget_old, once

pytestmark = pytest.mark.django_db


class Work:
    """Counts how often it was done."""

    def __init__(self, answer: str = "done", status: int = 201) -> None:
        self.done = 0
        self.result = (status, answer)

    def __call__(self) -> tuple[int, str]:
        self.done += 1
        return self.result


def test_the_repeat_gets_the_first_answer() -> None:
    work = Work()
    assert once("a:1", b"x", work) == (201, "done", False)
    assert once("a:1", b"x", Work("other", 200)) == (201, "done", True)
    assert work.done == 1


def test_another_key_is_another_form() -> None:
    once("a:1", b"x", Work())
    assert once("a:2", b"x", Work("second")) == (201, "second", False)
    assert once("b:1", b"x", Work("third")) == (201, "third", False)


def test_the_same_key_with_other_content_is_refused() -> None:
    once("a:1", b"x", Work())
    other = Work()
    with pytest.raises(Conflict):
        once("a:1", b"y", other)
    assert other.done == 0


def test_failed_work_is_forgotten_with_all_it_wrote() -> None:
    def fail() -> tuple[int, str]:
        OnceKey.objects.create(key="written", digest="", made_at="2026-01-01T00:00Z")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        once("a:1", b"x", fail)
    assert not OnceKey.objects.exists()
    assert once("a:1", b"x", Work()) == (201, "done", False)


def test_long_keys_do_not_meet() -> None:
    once("a" * 300 + "1", b"x", Work())
    assert once("a" * 300 + "2", b"x", Work("second")) == (201, "second", False)
    assert once("a" * 300 + "1", b"x", Work("third")) == (201, "done", True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fails", [False, True])
def test_two_at_once_one_works(fails: bool) -> None:
    """The second waits for the first; when the first fails, the second does the work."""
    inside, go_on = threading.Event(), threading.Event()
    answers: dict[str, object] = {}

    def first_work() -> tuple[int, str]:
        inside.set()
        go_on.wait(10)
        if fails:
            raise ZeroDivisionError
        return 201, "first"

    def run(name: str, work: object) -> None:
        try:
            answers[name] = once("a:1", b"x", work)  # type: ignore[arg-type]
        except ZeroDivisionError:
            answers[name] = "failed"
        finally:
            connections.close_all()

    second_work = Work("second")
    first = threading.Thread(target=run, args=("first", first_work))
    second = threading.Thread(target=run, args=("second", second_work))
    first.start()
    assert inside.wait(10)
    second.start()
    second.join(0.3)
    assert second.is_alive()
    assert second_work.done == 0
    go_on.set()
    first.join(10)
    second.join(10)
    if fails:
        assert answers == {"first": "failed", "second": (201, "second", False)}
    else:
        assert answers == {"first": (201, "first", False), "second": (201, "first", True)}
    assert second_work.done == int(fails)


def test_what_was_written_long_ago_is_forgotten_and_nothing_else() -> None:
    with clock.at(NOW):
        once("old", b"x", Work())
    with clock.at(NOW + timedelta(seconds=1)):
        once("young", b"x", Work())
    with clock.at(NOW + REMEMBERED):
        assert forget_old() == 0
    with clock.at(NOW + REMEMBERED + timedelta(seconds=1)):
        assert forget_old() == 1
    assert OnceKey.objects.get().key == "young"
