"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

import shutil

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from anyuan.foundation.ui.public import open_page

ENOUGH_DISK = 100 * 1024 * 1024  # bytes
_applied: set[str] = set()


def migrations_due() -> int:
    """How many migrations the code has that the database has not."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@open_page()
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@open_page()
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and is up to date and the disk has room; 503 names what is not."""
    state = {"database": _database(), "disk": _disk()}
    ready = all(value == "ok" for value in state.values())
    return JsonResponse({"ready": ready, **state}, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        if not _applied:
            if migrations_due():
                return "migrations are due"
            _applied.add("all")
    except Error:
        return "unreachable"
    return "ok"


def _disk() -> str:
    return "ok" if shutil.disk_usage(settings.HOME).free > ENOUGH_DISK else "full"
