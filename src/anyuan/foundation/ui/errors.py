"""Refusals and failures as pages: what happened, and the next step."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid, Problem, new_id

from .requests import htmx, page_url

logger = logging.getLogger("anyuan.ui")
_DISK_FULL = "53100"  # SQLSTATE


@dataclass(frozen=True, slots=True)
class Sheet:
    """What an error page says."""

    status: int
    title: str
    text: str
    step: str
    details: tuple[str, ...] = ()


class NoRoom(Problem):
    """The database could not write because its disk is full; nothing was saved."""

    status = 507
    code = "no-room"


def database_problem(error: Exception) -> Problem | None:
    """What a failure of the database means to a person; None when it is a fault of ours."""
    if isinstance(error, DataError | UnicodeEncodeError):  # NUL, half of a character: never typed
        return Invalid(_("The text holds characters that cannot be stored, or a number is too large."))
    if isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") == _DISK_FULL:
        return NoRoom(_("The server has no room left. Nothing was saved; tell your administrator."))
    return None


def problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A kernel problem as a page, or as a message inside the page when htmx asked."""
    fields = problem.fields if isinstance(problem, Invalid) else {}
    details = tuple(text for texts in fields.values() for text in texts)
    title, step = _words(problem.status)
    return _show(request, Sheet(problem.status, title, problem.message, step, details))


def _words(status: int) -> tuple[str, str]:
    if status == 403:
        return _("You may not do this here"), _("Go back, or log in with another account.")
    if status == 404:
        return _("Nothing here for you"), _("Check the address, or start again from the home page.")
    if status == 409:
        return _("This cannot be done now"), _("Nothing was changed. Go back and look at the current state.")
    if status == 422:
        return _("Something is missing or wrong"), _("Nothing was saved. Go back, correct it and send again.")
    if status == 507:
        return _("The server's disk is full"), _(
            "What you typed is kept on this device; send it again later."
        )
    return _("This request was not understood"), _("Go back to the page before and try again.")


def _show(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    back = page_url(request) if request.method != "GET" else "/"
    context = {"sheet": sheet, "back": back}
    if htmx(request):
        response = HttpResponse(
            render_to_string("ui/parts/problem.html", context, request), status=sheet.status
        )
        response["HX-Retarget"] = "#problems"
        response["HX-Reswap"] = "innerHTML show:top"
        return response
    return HttpResponse(render_to_string("ui/problem.html", context, request), status=sheet.status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's 400 handler."""
    title, step = _words(400)
    return _show(request, Sheet(400, title, _("The address or the form could not be read."), step))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's 403 handler."""
    title, step = _words(403)
    return _show(request, Sheet(403, title, _("Your account does not reach this page."), step))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's 404 handler: what does not exist and what lies outside the scope look the same."""
    title, step = _words(404)
    text = _("There is no such page, or it belongs to a unit that is not yours.")
    return _show(request, Sheet(404, title, text, step))


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF failure view: an old form, or cookies switched off."""
    text = _("This form is too old, or the browser sends no cookies. What you typed is kept on this device.")
    step = _("Open the page again; what you typed comes back. Then send it.")
    return _show(request, Sheet(403, _("Please send this form again"), text, step))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's 500 handler. Touches no database; the reference stands in the log beside the traceback."""
    reference = str(new_id())[-12:]
    logger.error("server error, reference %s, %s %s", reference, request.method, request.path)
    sheet = Sheet(
        500,
        _("Something broke on our side"),
        _("The work on this page was not saved. What you typed is kept on this device."),
        _("Wait a minute and try again. If it happens again, tell your administrator this number."),
        (reference,),
    )
    if htmx(request):
        return _show(request, sheet)
    return HttpResponse(render_to_string("ui/broken.html", {"sheet": sheet}), status=500)
