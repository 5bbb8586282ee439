"""The one port: ``/live/`` is answered here, without a thread; everything else by Django in threads."""

from __future__ import annotations

import gc
import os
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import WSGIApp
from django.core.wsgi import get_wsgi_application

from . import processes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
processes.die_with_parent()

_THREADS = 8
_pages = WSGIMiddleware(cast(WSGIApp, get_wsgi_application()), workers=_THREADS)

from django.urls import get_resolver  # noqa: E402 - Django must be set up first

from anyuan.foundation.notify.public import live_app  # noqa: E402

_BUSY = 20_000
"""Objects made between two looks for rubbish: more than one page makes."""


def _settle() -> None:
    """Load every page now, and leave what stays for good out of the search for rubbish.

    Otherwise some requests wait a tenth of a second while hundreds of thousands of objects of modules,
    models and templates are walked through once more.
    """
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.set_threshold(_BUSY, 20, 20)


_settle()


async def app(scope: Any, receive: Any, send: Any) -> None:
    """ASGI entry."""
    if scope["type"] == "http" and scope["path"].startswith("/live/"):
        await live_app(scope, receive, send)
    else:

        async def ask() -> Any:
            """The server's ``receive`` gives an awaitable; the bridge to threads wants a coroutine."""
            return await receive()

        await _pages(scope, ask, send)
