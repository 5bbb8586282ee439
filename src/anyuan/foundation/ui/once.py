"""A page's write: done once however often the form arrives, and refused in words on the same form."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid, Problem, once

from .errors import problem_response
from .requests import actor_of_request, go, htmx, page_url

DONE = "ui_drafts_done"
"""Session key: the ``once`` values of forms that were saved, so the browser drops their drafts."""


def once_form(
    request: HttpRequest,
    work: Callable[[], str],
    *,
    form: forms.Form | None = None,
    again: Callable[[], HttpResponse] | None = None,
) -> HttpResponse:
    """Run ``work`` (it gives the URL to go to) once per ``once`` value of the posted form.

    A :class:`Problem` raised by ``work`` becomes errors of ``form`` (by field where it names fields) and
    ``again`` shows the page anew with the problem's status. Without ``again`` the person is sent back to
    the page of the form with the message; the draft keeper restores what was typed. ``work`` is not run
    when ``form`` is invalid.
    """
    try:
        if form is not None and not form.is_valid():
            raise Invalid(_("Please correct the marked fields."), {})
        key = _once_key(request)
        _status, url, repeat = once(key, _content(request), lambda: (303, work()))
    except Problem as problem:
        return _refused(request, problem, form, again)
    if not repeat:
        request.session[DONE] = [*request.session.get(DONE, [])[-9:], request.POST["once"]]
    return go(request, url)


def _once_key(request: HttpRequest) -> str:
    try:
        value = UUID(request.POST.get("once", ""))
    except ValueError:
        raise Invalid(_("This form is incomplete. Reload the page and send it again.")) from None
    return f"form:{actor_of_request(request).person_id}:{value}"


def _content(request: HttpRequest) -> bytes:
    """What was sent, without the token that differs on every send of the same form."""
    digest = hashlib.sha256(request.path.encode())
    for name in sorted(request.POST):
        if name != "csrfmiddlewaretoken":
            digest.update(repr((name, request.POST.getlist(name))).encode())
    for name in sorted(request.FILES):
        sizes = [(f.name, f.size) for f in request.FILES.getlist(name)]
        digest.update(repr((name, sizes)).encode())
    return digest.digest()


def _refused(
    request: HttpRequest,
    problem: Problem,
    form: forms.Form | None,
    again: Callable[[], HttpResponse] | None,
) -> HttpResponse:
    if again is None:
        if htmx(request):
            return problem_response(request, problem)
        messages.error(request, _sentence(problem))
        return go(request, page_url(request))
    if form is not None:
        _add_errors(form, problem)
    else:
        messages.error(request, _sentence(problem))
    response = again()
    response.status_code = problem.status
    return response


def _add_errors(form: forms.Form, problem: Problem) -> None:
    fields = problem.fields if isinstance(problem, Invalid) else {}
    known = {name: texts for name, texts in fields.items() if name in form.fields}
    others = [text for name, texts in fields.items() if name not in form.fields for text in texts]
    form.add_error(None, list(dict.fromkeys([problem.message, *others])))
    for name, texts in known.items():
        form.add_error(name, texts)


def _sentence(problem: Problem) -> str:
    fields = problem.fields if isinstance(problem, Invalid) else {}
    return " ".join([problem.message, *(text for texts in fields.values() for text in texts)])
