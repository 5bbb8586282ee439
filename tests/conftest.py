"""The test database: made and migrated by the owner, used by the tests as the app role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from anyuan.site import database
from tests.cast import world

__all__ = ["world"]


def _work_as(role: str) -> None:
    connection.close()
    connection.settings_dict["OPTIONS"]["options"] = f"-c role={role}"


def _flush_as_owner(sql_list: list[str]) -> None:
    """Transactional tests empty the tables; the app role rightly may not."""
    with connection.cursor() as cursor:
        cursor.execute("set role anyuan_owner")
        cursor.execute("set anyuan.action = 'tests.flush'")
        for sql in sql_list:
            cursor.execute(sql)
        cursor.execute("reset anyuan.action")
        cursor.execute("set role anyuan_app")


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    with django_db_blocker.unblock():
        _work_as("anyuan_owner")
        made = setup_databases(verbosity=0, interactive=False, keepdb=django_db_keepdb, serialized_aliases=())
        with connection.cursor() as cursor:
            database.grant(cursor)
        _work_as("anyuan_app")
        connection.ops.execute_sql_flush = _flush_as_owner
    yield
    with django_db_blocker.unblock():
        _work_as("anyuan_owner")
        if not django_db_keepdb:
            teardown_databases(made, verbosity=0)
