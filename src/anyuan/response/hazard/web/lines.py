"""Hazards as the rows of the list show them: every value as it stands in its cell."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.defaultfilters import floatformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from anyuan.foundation.files.public import Attachment, Role, attachments_of_many
from anyuan.foundation.ui.public import countdown, day, due_day, icon, status_badge

from ..public import WORKING, Grade, Hazard, State, remarks
from .page import TONES


@dataclass(frozen=True, slots=True)
class Line:
    """A row. ``picture`` is the newest of its kind: after the work, else before."""

    key: str
    url: str
    picture: SafeString
    title: str
    number: str
    unit: str
    place: str
    status: SafeString
    due: str
    responsible: str
    domain: str
    grade: str
    found: str
    finder: str
    measures: str
    funds: str
    interim: str
    interim_until: str
    finished: str
    acceptor: str
    closed: str
    notes: str


def lines_of(rows: list[Hazard]) -> list[Line]:
    """Rows with their photos; one query."""
    files = attachments_of_many("hazard.hazard", [h.pk for h in rows])
    words = {state: str(state.label) for state in State}
    return [_line(h, cover(files.get(h.pk, [])), words[State(h.state)]) for h in rows]


def _line(hazard: Hazard, photo: Attachment | None, state: str) -> Line:
    url = hazard.url
    notes = format_html_join("", '<span class="tag">{}</span> ', ((note,) for note in remarks(hazard)))
    return Line(
        key=str(hazard.pk),
        url=url,
        picture=_picture(url, photo),
        title=hazard.title,
        number=hazard.number,
        unit=hazard.unit.title,
        place=hazard.where,
        status=status_badge(state, tone_of(hazard)),
        due=_due(hazard),
        responsible=hazard.responsible.name if hazard.responsible else "",
        domain=hazard.get_domain_display(),
        grade=_grade(hazard),
        found=day(hazard.found_at),
        finder=hazard.finder_name,
        measures=hazard.measures,
        funds="" if hazard.funds_wan is None else floatformat(hazard.funds_wan.normalize(), "-4"),
        interim=hazard.interim,
        interim_until=_interim_until(hazard),
        finished=day(hazard.submitted_at),
        acceptor=hazard.acceptor_name,
        closed=day(hazard.closed_at),
        notes=notes,
    )


def cover(files: list[Attachment]) -> Attachment | None:
    """The picture that stands for a hazard: the latest after the work, else the first before it."""
    pictures = [f for f in files if f.is_image]
    after = [f for f in pictures if f.role == Role.AFTER]
    before = [f for f in pictures if f.role in {Role.BEFORE, Role.PHOTO}]
    return after[-1] if after else before[0] if before else None


def tone_of(hazard: Hazard) -> str:
    return "late" if hazard.is_late and hazard.state in WORKING else TONES[hazard.state]


def _picture(url: str, photo: Attachment | None) -> SafeString:
    if photo is None:
        return format_html('<span class="thumb no-thumb">{}</span>', icon("photo-off"))
    shown = format_html('<img class="thumb" src="{}" alt="" loading="lazy">', photo.thumb_url)
    return format_html('<a href="{}" tabindex="-1" aria-hidden="true">{}</a>', url, shown)


def _due(hazard: Hazard) -> str:
    last = due_day(hazard.due_at)
    if not hazard.is_open:
        return last
    left = countdown(hazard.due_at, hazard.submitted_at)
    return format_html('<span class="full-only">{} </span>{}', last, left)


def _grade(hazard: Hazard) -> str:
    said = hazard.get_grade_display()
    return format_html("<strong>{}</strong>", said) if hazard.grade == Grade.MAJOR else said


def _interim_until(hazard: Hazard) -> str:
    if hazard.interim_until is None or not hazard.is_open:
        return ""
    until = _("until %(day)s") % {"day": due_day(hazard.interim_until)}
    return format_html('<span class="ledger-number">{}</span>', until)
