"""The list of one's own notices."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from anyuan.foundation.ui.public import Request, go, page, render

from .actions import mark_all_read, mark_read
from .queries import notices_page, unread_count


@page()
def notices(request: Request) -> HttpResponse:
    """Unread first, then the newest; ``?unread=1`` leaves out the rest."""
    unread_only = request.GET.get("unread") == "1"
    found = notices_page(request.actor, request.GET.get("after", ""), unread_only=unread_only)
    waiting = unread_count(request.actor)
    newest = max((row.seq for row in found.rows), default=0)
    context = {"page": found, "waiting": waiting, "newest": newest, "unread_only": unread_only}
    return render(request, "notify/notices.html", context)


@page()
def follow(request: Request, pk: UUID) -> HttpResponse:
    """Open what the notice is about; that makes it read."""
    notice = mark_read(request.actor, pk)
    inside = notice.url.startswith("/") and not notice.url.startswith("//")
    return go(request, notice.url if inside else reverse("notify:list"))


@page(methods=("POST",))
def read_one(request: Request, pk: UUID) -> HttpResponse:
    """Mark one read and stay on the list."""
    mark_read(request.actor, pk)
    return go(request, reverse("notify:list"))


@page(methods=("POST",))
def read_all(request: Request) -> HttpResponse:
    """Mark read what the list showed; what arrived since stays unread."""
    newest = request.POST.get("newest", "")
    mark_all_read(request.actor, int(newest) if newest.isdecimal() and len(newest) < 19 else None)
    return go(request, reverse("notify:list"))
