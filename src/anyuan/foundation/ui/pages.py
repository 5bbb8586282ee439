"""How a view becomes a page: the verb it needs, the methods it takes, the login it sends strangers to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import NotPermitted

from .requests import Request, actor_of_request, go, htmx, page_url

P = ParamSpec("P")
F = TypeVar("F", bound=Callable[..., HttpResponseBase])
View = Callable[Concatenate[Request, P], HttpResponseBase]
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(
    verb: str = "", *, methods: tuple[str, ...] = ("GET",), assigned: bool = False
) -> Callable[[View[P]], Page[P]]:
    """A page for people who are logged in and, when ``verb`` is named, hold it somewhere.

    Whether they hold it *here* the query or action decides. ``assigned`` says that an assignment alone
    may open the page, so the verb is left to the query. A visitor goes to the login and comes back.
    Raises :class:`NotPermitted`.
    """

    def decorate(view: View[P]) -> Page[P]:
        @wraps(view)
        def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if refused := _refuse_method(request, methods):
                return refused
            actor = actor_of_request(request)
            if actor.person_id is None:
                return to_login(request)
            if verb and not assigned and not actor.may_somewhere(verb):
                raise NotPermitted(
                    _("Your role does not include this page. Ask the person who gave you your account.")
                )
            return view(cast(Request, request), *args, **kwargs)

        return _mark(inner, verb, methods, public=False)

    return decorate


def open_page(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View[P]], Page[P]]:
    """A page for everybody, logged in or not."""

    def decorate(view: View[P]) -> Page[P]:
        @wraps(view)
        def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if refused := _refuse_method(request, methods):
                return refused
            if not hasattr(request, "actor"):
                cast(Request, request).actor = actor_of_request(request)
            return view(cast(Request, request), *args, **kwargs)

        return _mark(inner, "", methods, public=True)

    return decorate


def _mark(inner: F, verb: str, methods: tuple[str, ...], *, public: bool) -> F:
    """Write on the view what the permission test reads: ``verb``, ``methods``, ``public``."""
    inner.__dict__.update(verb=verb, methods=methods, public=public)
    return inner


def _refuse_method(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponse | None:
    allowed = {*methods, "HEAD"} if "GET" in methods else set(methods)
    if request.method in allowed:
        return None
    return HttpResponseNotAllowed(sorted(allowed))


def to_login(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the login; afterwards they come back to the page they were on."""
    if request.headers.get("Accept", "").startswith(("application/json", "text/event-stream")):
        return HttpResponse(status=401)
    back = urlencode({"next": page_url(request)})
    return go(request, f"{settings.LOGIN_URL}?{back}")


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    part: str = "",
    status: int = 200,
) -> HttpResponse:
    """``template`` with ``context``; when htmx asks and ``part`` is named, only that template."""
    name = part if part and htmx(request) else template
    response = HttpResponse(render_to_string(name, dict(context or {}), request), status=status)
    if part:
        response["Vary"] = "HX-Request"
    return response
