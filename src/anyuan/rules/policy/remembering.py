"""Reading the same documents many times for one page: each question is asked of the database once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Found = TypeVar("Found")
_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("policy_known", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Inside, which packs are loaded and what applies where is read once; nothing may change."""
    if _known.get() is not None:
        yield
        return
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def remembered(question: Hashable, ask: Callable[[], Found]) -> Found:
    """The answer known inside :func:`reading_once`, else the one ``ask`` gives."""
    known = _known.get()
    if known is None:
        return ask()
    if question not in known:
        known[question] = ask()
    found: Found = known[question]
    return found
