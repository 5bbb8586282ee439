"""What every answer passes: language, problems as pages, the content security policy."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from anyuan.foundation.kernel.public import Problem

from .errors import database_problem, problem_response

Next = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        # Style sheets come from us alone. Style attributes stay allowed: chart tooltips and bar widths
        # are written as attributes, and an attribute cannot load or run anything.
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


class PolicyMiddleware:
    """Adds the content security policy to every answer that has none of its own."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class LanguageMiddleware:
    """The language the person chose (a cookie), else the site's own; a browser's wish only for programs."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asks = settings.LANGUAGE_COOKIE_NAME in request.COOKIES or request.path.startswith("/api/")
        language = translation.get_language_from_request(request) if asks else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class ProblemMiddleware:
    """Turns a problem that a page raised into an answer a person can act on."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        problem = exception if isinstance(exception, Problem) else database_problem(exception)
        return problem_response(request, problem) if problem is not None else None
