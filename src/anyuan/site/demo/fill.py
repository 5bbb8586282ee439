"""Fills an empty database with the invented city, all of it or nothing."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

from django.db import connection, transaction

from anyuan.foundation.access.public import DemoCard
from anyuan.foundation.journal.public import Entry, seal
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Unit
from anyuan.site.trouble import Trouble, say

from . import crew, days, life, tree, verdicts
from .city import SEED, City

SCHOOLS = 220
_LEAST = 60


def wanted_schools() -> int:
    """``ANYUAN_DEMO_SCHOOLS`` or 220; raises :class:`Trouble` for what is no sensible number."""
    text = os.environ.get("ANYUAN_DEMO_SCHOOLS") or str(SCHOOLS)
    if not text.isdigit() or not _LEAST <= int(text) <= 3000:
        raise Trouble(f"ANYUAN_DEMO_SCHOOLS is {text!r}; it must be a number from {_LEAST} to 3000.")
    return int(text)


def is_filled() -> bool:
    """Whether the demo lies here already. Raises :class:`Trouble` when somebody's own data does."""
    if DemoCard.objects.exists():
        return True
    if Unit.everything.exists() or Entry.everything.exists():
        raise Trouble(
            "This database holds data that the demo did not make; the demo lets everybody in and never "
            "opens it. Choose an empty database, or another folder with ANYUAN_HOME."
        )
    return False


def fill(total: int, tell: Callable[[str], None] = say) -> City:
    """Make the city in one transaction: an interrupted filling leaves nothing behind."""
    city = City(clock.today(), random.Random(SEED))
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("units of the invented city", lambda: tree.plant(city, total)),
        ("terms and holidays", lambda: days.calendar(city)),
        ("people on their posts", lambda: crew.people_schools(city)),
        ("places with QR codes", lambda: days.places(city)),
        ("policy documents", lambda: days.packs(city)),
        ("accounts", lambda: crew.accounts(city)),
        ("role cards", lambda: crew.cards(city)),
        *life.steps(city),
        ("what every requirement comes to", lambda: verdicts.derive(city)),
    )
    with transaction.atomic():
        for name, work in steps:
            begun = time.monotonic()
            work()
            tell(f"  {name}: {time.monotonic() - begun:.1f} s")
    while seal():
        pass
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return city
