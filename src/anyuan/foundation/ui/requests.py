"""The request as pages see it: who acts, and whether htmx asks for a part of a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from anyuan.foundation.kernel.public import NOBODY, Actor


class Request(HttpRequest):
    """An :class:`HttpRequest` after the access middleware: it names its actor."""

    actor: Actor


class Upload(NamedTuple):
    """A photo or file as sent. ``capture`` is camera, album or file; ``taken_at`` aware, or unknown."""

    file: UploadedFile[bytes]
    capture: str
    taken_at: datetime | None


def actor_of_request(request: HttpRequest) -> Actor:
    """The actor that the access middleware found, or nobody."""
    actor = getattr(request, "actor", NOBODY)
    return actor if isinstance(actor, Actor) else NOBODY


def htmx(request: HttpRequest) -> bool:
    """Whether htmx asks, and so wants a part of a page (a boosted link wants the whole page)."""
    return request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers


def page_url(request: HttpRequest) -> str:
    """The address, within this site, of the page the person looks at (for a POST: the page with the form)."""
    if request.method == "GET" and not htmx(request):
        return request.get_full_path()
    address = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if address and url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()):
        parts = urlsplit(address)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return "/"


def addresses(url_name: str) -> Callable[[UUID], str]:
    """The address of the page ``url_name`` by key; for many rows, its pattern is looked up once."""
    anything = UUID(int=0)
    before, after = reverse(url_name, args=[anything]).split(str(anything))
    return lambda key: f"{before}{key}{after}"


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the person on to ``url`` of this site: 303, or htmx's own way."""
    response = HttpResponse(status=204 if htmx(request) else 303)
    response["HX-Redirect" if htmx(request) else "Location"] = url
    return response


def toast(response: HttpResponse, text: str, level: str = "success") -> HttpResponse:
    """Let an htmx answer also show ``text`` for a moment. ``level`` is success, info, warning or error."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events["toast"] = {"text": text, "level": level}
    response["HX-Trigger"] = json.dumps(events)  # ASCII: headers carry nothing else
    return response


def uploads(request: HttpRequest, name: str = "photos") -> list[Upload]:
    """The files of a ``<c-photo-input name=...>`` field, camera pictures first."""
    found: list[Upload] = []
    for capture in ("camera", "album", "file"):
        taken = request.POST.getlist(f"{name}_{capture}_taken")
        for i, file in enumerate(request.FILES.getlist(f"{name}_{capture}")):
            found.append(Upload(file, capture, _instant(taken[i]) if i < len(taken) else None))
    return found


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None
