"""Which unit a form is for, and taking its photos in."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from anyuan.foundation.files.public import save_upload
from anyuan.foundation.kernel.public import Actor, NotFound
from anyuan.foundation.org.public import Unit, UnitKind, search_units
from anyuan.foundation.org.public import unit as find_unit
from anyuan.foundation.ui.public import Request, render, uploads

from ..queries.desks import schools_for


def unit_for(request: Request, verb: str) -> Unit | None:
    """The unit asked for (``?unit=``), else the only or first school of the actor; None: he must choose.

    Raises ``NotFound`` outside the scope.
    """
    asked = request.GET.get("unit", "")
    if asked:
        return find_unit(request.actor, _uuid(asked))
    own = schools_for(request.actor, verb)
    return own[0] if own else None


def choose(request: Request, title: str) -> HttpResponse:
    """Find the school first: for officers, who belong to none."""
    text = request.GET.get("q", "").strip()
    context = {"title": title, "text": text, "units": found_schools(request.actor, text)}
    return render(request, "desk/choose.html", context)


def found_schools(actor: Actor, text: str, limit: int = 20) -> list[Unit]:
    """Open schools by name, former name or code."""
    if not text:
        return []
    return [u for u in search_units(actor, text, limit=limit) if u.kind == UnitKind.SCHOOL]


def drafts(request: Request, name: str, unit: Unit) -> tuple[UUID, ...]:
    """The photos of one field, taken in as drafts of the actor. Raises ``Invalid`` for what is no picture."""
    return tuple(
        save_upload(request.actor, sent.file, unit=unit, capture=sent.capture, taken_at=sent.taken_at).pk
        for sent in uploads(request, name)
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("There is nothing here, or it lies outside what you may see.")) from error
