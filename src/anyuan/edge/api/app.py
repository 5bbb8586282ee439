"""The REST door ``/api/v1``: who calls, how errors look, how a write that arrives twice is answered once.

Rooms describe their own operations in ``rest.py``; this file mounts them. Errors are
``application/problem+json`` (RFC 9457); writes take an ``Idempotency-Key``.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from typing import Any, Protocol

from django.core.exceptions import RequestDataTooBig
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import APIKeyCookie, HttpBearer

from anyuan.foundation.access.public import actor_of_key
from anyuan.foundation.kernel.public import NOBODY, Actor, Problem, once
from anyuan.foundation.ui.public import database_problem

PROBLEM_TYPE = "application/problem+json"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
KEY_LIMIT = 100


class Bearer(HttpBearer):
    """``Authorization: Bearer <key>``: a program with an API key."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = actor_of_key(token)
        if actor is not None:
            request.actor = actor  # type: ignore[attr-defined]
        return actor


class Session(APIKeyCookie):
    """The browser's own session, for the site's pages; unsafe methods need the CSRF token."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor: Actor = getattr(request, "actor", NOBODY)
        return actor if actor.person_id else None


class View(Protocol):
    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...


class _NotDone(Exception):
    """A write that was refused: roll back, remember nothing, answer with the refusal."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def problem(request: HttpRequest, status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """An RFC 9457 answer."""
    body = {"type": f"urn:anyuan:problem:{code}", "title": detail, "status": status, "code": code, **more}
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type=PROBLEM_TYPE)


def _caller(request: HttpRequest) -> str:
    """A text that names the caller for the idempotency key; "" for somebody unknown."""
    header = request.headers.get("Authorization", "")
    if header.lower().startswith("bearer "):
        actor = actor_of_key(header[7:])
        return f"key:{actor.name}:{header[7:19]}" if actor else ""
    actor = getattr(request, "actor", NOBODY)
    return f"person:{actor.person_id}" if actor.person_id else ""


def idempotent(view: View) -> View:
    """Answer the repeat of a write with the first answer; see :func:`kernel.once`."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method not in UNSAFE:
            return view(request, *args, **kwargs)
        if len(key) > KEY_LIMIT:
            return problem(request, 422, "invalid", _("The Idempotency-Key is longer than 100 characters."))
        caller = _caller(request)
        if not caller:
            return view(request, *args, **kwargs)
        return _once(f"api|{caller}|{key}", request, lambda: view(request, *args, **kwargs))

    return wrapped


def _once(key: str, request: HttpRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    def work() -> tuple[int, str]:
        response = run()
        if response.status_code >= 400:
            raise _NotDone(response)
        return response.status_code, response.content.decode()

    try:
        status, text, repeat = once(key, _content(request), work)
    except _NotDone as refused:
        return refused.response
    except RequestDataTooBig:
        return run()
    except Problem as refusal:
        return problem(request, refusal.status, refusal.code, refusal.message)
    response = HttpResponse(text, status=status, content_type="application/json")
    if repeat:
        response["Idempotency-Replayed"] = "true"
    return response


def _content(request: HttpRequest) -> bytes:
    """What was sent. A form by its fields and files: its boundary differs at every send, and a file may be
    larger than a body that is read in one piece."""
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.digest()
    for name, texts in sorted(request.POST.lists()):
        digest.update(repr((name, texts)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.digest()


def _refused(request: HttpRequest, error: Problem) -> HttpResponse:
    fields = getattr(error, "fields", None)
    more = {"fields": fields} if fields else {}
    return problem(request, error.status, error.code, error.message, **more)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for item in error.errors:
        where = ".".join(str(part) for part in item.get("loc", ())[1:]) or "body"
        fields.setdefault(where, []).append(str(item.get("msg", "")))
    return problem(request, 422, "invalid", _("Some fields are missing or wrong."), fields=fields)


def _unstorable(request: HttpRequest, error: Exception) -> HttpResponse:
    found = database_problem(error)
    if found is None:
        raise error
    return problem(request, found.status, found.code, found.message)


def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(request, 413, "too-large", _("The request is too large. Send it in smaller parts."))


def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    detail = _("Send a valid key: Authorization: Bearer <key>.")
    response = problem(request, 401, "not-authenticated", detail)
    response["WWW-Authenticate"] = "Bearer"
    return response


def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, "not-found", _("Nothing of that id within your scope."))


HANDLERS: dict[type[Exception], Callable[..., HttpResponse]] = {
    Problem: _refused,
    ValidationError: _invalid,
    DataError: _unstorable,
    OperationalError: _unstorable,
    UnicodeEncodeError: _unstorable,
    RequestDataTooBig: _too_large,
    AuthenticationError: _unknown,
    Http404: _missing,
}

ROUTERS = {
    "/hazards": "anyuan.response.hazard.rest.router",
    "/leads": "anyuan.response.hazard.rest.leads_router",
    "/requirements": "anyuan.rules.policy.rest.router",
    "/records": "anyuan.rules.ledger.rest.router",
    "/checklists": "anyuan.rules.ledger.rest.checklists_router",
    "/facts": "anyuan.rules.ledger.rest.facts_router",
    "/subjects": "anyuan.rules.ledger.rest.subjects_router",
    "/verdicts": "anyuan.rules.compliance.rest.router",
    "/todos": "anyuan.rules.compliance.rest.todos_router",
    "/units": "anyuan.foundation.org.rest.router",
    "/places": "anyuan.foundation.org.rest.places_router",
    "/files": "anyuan.foundation.files.rest.router",
    "/notices": "anyuan.foundation.notify.rest.router",
    "/cockpit": "anyuan.oversight.cockpit.rest.router",
}
"""Prefix → where a room describes its operations."""


def _make() -> NinjaAPI:
    made = NinjaAPI(
        title="Anyuan",
        version="1",
        description="Hazards, places, records and units of schools, within the scope of the caller's key.",
        docs_url=None,
        urls_namespace="api",
        auth=[Bearer(), Session()],
    )
    made.add_decorator(idempotent, mode="view")
    for error, handler in HANDLERS.items():
        made.add_exception_handler(error, handler)
    for prefix, router in ROUTERS.items():
        made.add_router(prefix, router)
    return made


api = _make()
