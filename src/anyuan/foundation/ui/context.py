"""What every template may use without the view saying so."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from .nav import frame
from .once import DONE
from .requests import actor_of_request


def page(request: HttpRequest) -> dict[str, Any]:
    """The frame of the page. Lazy: a part rendered for htmx asks nothing of the database."""
    actor = actor_of_request(request)
    return {
        "actor": actor,
        "demo": settings.DEMO,
        "nav": SimpleLazyObject(lambda: frame.entries_for(actor, request.path)),
        "user_menu": frame.user_menu,
        "unread": SimpleLazyObject(lambda: frame.unread(actor)),
        "unit_name": SimpleLazyObject(lambda: frame.unit_name(actor)),
        "live_url": frame.live_url if actor.person_id else "",
        "notices_url": reverse(frame.notices_url_name) if frame.notices_url_name else "",
        "drafts_done": SimpleLazyObject(lambda: _drafts_done(request)),
    }


def _drafts_done(request: HttpRequest) -> str:
    session = getattr(request, "session", None)
    if session is None or DONE not in session:
        return ""
    return " ".join(session.pop(DONE))
