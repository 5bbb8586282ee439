"""Sessions: twelve hours at most, two hours without a touch, one actor per request."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user, logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from anyuan.foundation.kernel.public import NOBODY, Actor, clock
from anyuan.foundation.ui.public import go, page_url

from .models import User
from .powers import actor_of

BEGUN = "access_begun"
SEEN = "access_seen"
_TOUCH = 300
"""Seconds between two notes of "seen": a session is not written at every request."""

Next = Callable[[HttpRequest], HttpResponse]


def begin(session: SessionBase) -> None:
    """Start both clocks of a session, at login."""
    session[BEGUN] = session[SEEN] = int(clock.now().timestamp())


def is_over(session: SessionBase) -> bool:
    """Whether the session has run its hours or lain idle too long; notes that it was seen."""
    now = int(clock.now().timestamp())
    if BEGUN not in session:
        begin(session)
    if now - session[BEGUN] >= settings.SESSION_COOKIE_AGE or now - session[SEEN] >= settings.SESSION_IDLE:
        return True
    if now - session[SEEN] >= _TOUCH:
        session[SEEN] = now
    return False


class ActorMiddleware:
    """Sets ``request.actor``; sends who must choose a new password to do so before anything else."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = NOBODY
        user = request.user
        if isinstance(user, User):
            if is_over(request.session):
                logout(request)
            elif user.must_change_password and not _is_way_out(request):
                return _to_password(request)
            else:
                actor = actor_of(user.person)
        request.actor = actor  # type: ignore[attr-defined]
        return self.get_response(request)


def _is_way_out(request: HttpRequest) -> bool:
    return request.path in {reverse(name) for name in ("access:password", "access:logout", "access:login")}


def _to_password(request: HttpRequest) -> HttpResponse:
    back = urlencode({"next": page_url(request)})
    return go(request, f"{reverse('access:password')}?{back}")


def actor_of_session(key: str) -> Actor:
    """The actor of a session cookie, for doors that are not Django views; NOBODY when it is over."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request = HttpRequest()
    request.session = store(key)
    user = get_user(request)
    if not isinstance(user, User) or user.must_change_password or is_over(request.session):
        return NOBODY
    return actor_of(user.person)
