"""The demo in a small size, made once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from anyuan.foundation.kernel.public import clock
from anyuan.site.demo import fill
from anyuan.site.demo.city import City

SATURDAY = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai, no school day by the official list."""
SCHOOLS = 60


@pytest.fixture(autouse=True)
def demo_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes of the invented province are taken only where the demo runs."""
    monkeypatch.setattr(settings, "DEMO", True)


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[City]:
    """The filled city, taken back after the module; tests stand on :data:`SATURDAY`."""
    patch = pytest.MonkeyPatch()
    patch.setattr(settings, "DEMO", True)
    patch.setattr(settings, "HOME", Path(tmp_path_factory.mktemp("home")))
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(SATURDAY):
        yield fill.fill(SCHOOLS, tell=lambda _line: None)
        transaction.set_rollback(True)
    connection.close()
    patch.undo()
