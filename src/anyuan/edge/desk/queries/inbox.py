"""The inbox: what somebody must do, grouped, late first, each line with one button."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from anyuan.foundation.files.public import Attachment, Role, attachments_of_many
from anyuan.foundation.kernel.public import Actor, clock
from anyuan.response.hazard import public as hz
from anyuan.rules.ledger import public as ledger

from ..links import hazard_list


@dataclass(frozen=True, slots=True)
class Line:
    """What, where, by when, one button."""

    title: str
    url: str
    button: str
    icon: str = "alert-triangle"
    where: str = ""
    unit: str = ""
    who: str = ""
    due_at: datetime | None = None
    key: UUID | None = None
    badge: str = ""
    photo: Attachment | None = None

    @property
    def late(self) -> bool:
        return self.due_at is not None and clock.now() >= self.due_at


@dataclass(slots=True)
class Group:
    """Lines of one kind. ``more``: there are more than are shown; ``href`` opens all of them."""

    code: str
    title: str
    icon: str
    lines: list[Line] = field(default_factory=list)
    more: bool = False
    href: str = ""

    @property
    def count(self) -> str:
        return f"{len(self.lines)}+" if self.more else str(len(self.lines))


def round_line(due: ledger.Round) -> Line:
    """A round as one grouped line, never one per place."""
    url = reverse("desk:round", args=[due.unit.pk, due.day.isoformat(), due.route])
    places = ngettext("%(n)d place", "%(n)d places", len(due.places)) % {"n": len(due.places)}
    time = ngettext("about %(n)d minute", "about %(n)d minutes", due.minutes) % {"n": due.minutes}
    missed = due.state is ledger.RoundState.MISSED
    title = _("Make up the round of %(day)s") % {"day": due.day.strftime("%m-%d")}
    if not missed:
        title = _("Round of today") if due.route == "day" else due.title
    return Line(
        title=title,
        url=url,
        button=pgettext("button", "Make up") if missed else pgettext("button", "Start"),
        icon="route",
        where=f"{places} · {time}",
        due_at=due.due_at,
    )


def hazard_line(hazard: hz.Hazard, button: str, home: UUID | None = None, who: str = "") -> Line:
    """A hazard as a line; its unit is named unless it lies at ``home``."""
    return Line(
        title=hazard.title,
        url=hazard.url,
        button=button,
        where=hazard.where,
        unit=hazard.unit.title if hazard.unit_id != home else "",
        who=who,
        due_at=hazard.judge_due_at or hazard.due_at,
        key=hazard.pk,
        badge=_badge(hazard),
    )


def _badge(hazard: hz.Hazard) -> str:
    if hazard.awaits_judgement:
        return _("Suspected major")
    return hazard.get_grade_display() if hazard.grade == hz.Grade.MAJOR else ""


def _kinds(above: bool) -> dict[str, tuple[str, str, str]]:
    """Kind of work → heading, button, icon; ``above`` for bodies that accept what others rectified."""
    icon = "zoom-check" if above else "clipboard-check"
    return {
        "to_rectify": (_("For me to rectify"), pgettext("button", "Rectify"), "tool"),
        "to_judge": (_("Suspected major, to judge"), pgettext("button", "Judge"), "gavel"),
        "to_close": (_("Listed, to close and de-list"), pgettext("button", "Close"), "flag"),
        "to_accept": (_("To accept"), pgettext("button", "Accept"), icon),
        "to_assess": (_("To assess"), pgettext("button", "Assess"), "scale"),
        "to_commit": (_("To arrange rectification"), pgettext("button", "Arrange"), "user-check"),
        "to_watch": (_("For me to watch"), pgettext("button", "Log"), "eye"),
    }


@dataclass(frozen=True, slots=True)
class Inbox:
    """What hazards ask of somebody, and the groups made of it."""

    todo: hz.ToDo
    groups: dict[str, Group]

    def shown(self, *codes: str) -> list[Group]:
        """The groups of these kinds that hold something, in this order."""
        return [self.groups[code] for code in codes if self.groups[code].lines]


def inbox(actor: Actor, home: UUID | None, *, above: bool = False, by_day: bool = False) -> Inbox:
    """Everything hazards ask of the actor, by kind of work.

    ``by_day`` pulls what is late and what is due today out of the kinds, so that it is not missed: a line
    stands in one group only. ``late`` also holds late hazards others must act on, with their names.
    """
    todo = hz.to_do(actor)
    found: dict[str, Group] = {
        "late": Group("late", pgettext("group", "Late"), "clock-exclamation", href=hazard_list(tab="late")),
        "today": Group("today", _("Due today"), "calendar-due"),
    }
    placed: set[UUID] = set()
    for kind, (title, button, icon) in _kinds(above).items():
        own = found[kind] = Group(kind, title, icon, more=kind in todo.more)
        for hazard in getattr(todo, kind):
            if hazard.pk not in placed:
                placed.add(hazard.pk)
                line = hazard_line(hazard, button, home)
                urgent = _day_group(found, line) if by_day else None
                (urgent or own).lines.append(line)
    late = found["late"]
    look = pgettext("button", "Look")
    late.lines += [
        hazard_line(h, look, home, h.responsible.name if h.responsible else "")
        for h in todo.late
        if h.pk not in placed
    ]
    late.lines.sort(key=lambda line: line.due_at or clock.now())
    late.more = "late" in todo.more
    _others(found, todo, home)
    return Inbox(todo, found)


def _day_group(found: dict[str, Group], line: Line) -> Group | None:
    if line.late:
        return found["late"]
    return found["today"] if line.due_at and line.due_at <= clock.end_of(clock.today()) else None


def _others(found: dict[str, Group], todo: hz.ToDo, home: UUID | None) -> None:
    found["leads"] = Group("leads", _("Leads to verify"), "camera", more="leads" in todo.more)
    found["leads"].href = reverse("hazard:leads")
    found["leads"].lines = [lead_line(lead, pgettext("button", "Verify"), home) for lead in todo.leads]
    found["extensions"] = Group(
        "extensions", _("Extensions to decide"), "calendar-plus", more="extensions" in todo.more
    )
    for asked in todo.extensions:
        line = hazard_line(asked.hazard, pgettext("button", "Decide"), home, asked.asked_name)
        until = _("until %(day)s asked") % {"day": clock.day_of(asked.new_due_at).isoformat()}
        found["extensions"].lines.append(replace(line, where=until))
    found["hand_overs"] = Group(
        "hand_overs", _("Handed over to us"), "transfer", more="hand_overs" in todo.more
    )
    found["same_checks"] = Group(
        "same_checks", _("Look whether it is here too"), "zoom-check", more="same_checks" in todo.more
    )
    found["same_checks"].lines = [same_check_line(asked, home) for asked in todo.same_checks]
    found["hand_overs"].lines = [
        hazard_line(
            o.hazard,
            pgettext("button", "Answer"),
            home,
            o.from_unit.title if o.from_unit_id != o.hazard.unit_id else "",
        )
        for o in todo.hand_overs
    ]


def same_check_line(asked: hz.SameCheck, home: UUID | None) -> Line:
    """A question put to the unit because something was found elsewhere (举一反三)."""
    return Line(
        title=asked.what,
        url=asked.url,
        button=pgettext("button", "Answer"),
        icon="zoom-check",
        where=asked.get_place_kind_display(),
        unit=asked.unit.title if asked.unit_id != home else "",
        who=asked.asked_name,
        due_at=asked.due_at,
    )


def lead_line(lead: hz.Lead, button: str, home: UUID | None = None) -> Line:
    """A quick snap as a line."""
    where = lead.place.name if lead.place else lead.place_text
    return Line(
        title=lead.text or where or _("Photo without words"),
        url=lead.url,
        button=button,
        icon="camera",
        where=where if lead.text else "",
        unit=lead.unit.title if lead.unit_id != home else "",
        who=lead.reporter_name,
        key=lead.pk,
    )


@dataclass(frozen=True, slots=True)
class Photos:
    """The first picture before and after the work."""

    before: Attachment | None
    after: Attachment | None


def with_photos(lines: Iterable[Line], kind: str) -> list[Line]:
    """The lines with their first photo; one query."""
    rows = list(lines)
    ids = [line.key for line in rows if line.key]
    files = attachments_of_many(kind, ids) if ids else {}
    return [replace(line, photo=_first(files.get(line.key, []))) if line.key else line for line in rows]


def photos_of(ids: Sequence[UUID]) -> dict[UUID, Photos]:
    """The pictures of hazards that wait for a signature; one query."""
    every = attachments_of_many("hazard.Hazard", ids) if ids else {}
    return {pk: Photos(_first(files, Role.BEFORE), _first(files, Role.AFTER)) for pk, files in every.items()}


def _first(files: Sequence[Attachment], role: str = "") -> Attachment | None:
    return next((f for f in files if f.is_image and role in ("", f.role)), None)


def my_leads(actor: Actor, limit: int = 5) -> list[hz.Lead]:
    """The actor's own quick snaps, newest first, with what became of them."""
    rows = hz.leads(actor, "").filter(reporter=actor.person_id)
    return list(rows.order_by("-id")[:limit])
