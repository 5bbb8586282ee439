"""A bare Django: 50 hazards as JSON, `select 1`, and nothing at all. ``python -m bench.bare`` serves it."""

from __future__ import annotations

import os

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

COLUMNS = (
    "id", "number", "title", "state", "grade", "domain", "found_at", "due_at", "unit__name", "place__name",
    "responsible__name",
)  # fmt: skip


def rows(request: HttpRequest) -> HttpResponse:
    """50 hazards of the whole table, the nearest deadline first."""
    from anyuan.response.hazard.public import OPEN, Hazard

    found = Hazard.everything.filter(state__in=OPEN).order_by("due_at", "id").values(*COLUMNS)[:50]
    return JsonResponse({"rows": list(found)})


def one(request: HttpRequest) -> HttpResponse:
    """The shortest statement there is."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        cursor.fetchone()
    return HttpResponse("1")


def nothing(request: HttpRequest) -> HttpResponse:
    """No statement."""
    return HttpResponse("ok")


urlpatterns = [path("rows", rows), path("one", one), path("nothing", nothing)]


def main() -> None:
    """Serve with the same server, interface and threads as the product."""
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "bench.bare_asgi:app",
        address="127.0.0.1",
        port=int(os.environ["PORT"]),
        interface=Interfaces.ASGI,
        loop=Loops.asyncio,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main()
