"""What documents ask of a school now: a line per register and period, whichever documents ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import OFFICE_POSTS, POSTS, Unit
from anyuan.rules.compliance import public as compliance
from anyuan.rules.ledger import public as ledger
from anyuan.rules.policy import public as policy

AHEAD = 10
"""Days before its end from which a duty of a month or longer is shown."""
_NAMED = 3
SAFETY_POST = "security-director"
_OFFICES = frozenset(post.code for post in OFFICE_POSTS)


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One thing to do. ``about`` names the classes or dormitories, ``documents`` who asks for it."""

    title: str
    url: str
    button: str
    register: str
    about: str
    period: str
    documents: tuple[str, ...]
    due_at: datetime
    late: bool
    progress: str
    who: str = ""
    office: bool = False
    """An office above the school enters it, not the school."""
    icon: str = "clipboard-text"

    @property
    def served(self) -> int:
        return len(self.documents)


@dataclass(slots=True)
class Duties:
    """Lines by when they are due; ``later`` counts what is not due this week."""

    late: list[DutyLine] = field(default_factory=list)
    today: list[DutyLine] = field(default_factory=list)
    week: list[DutyLine] = field(default_factory=list)
    soon: list[DutyLine] = field(default_factory=list)
    later: int = 0

    @property
    def groups(self) -> list[tuple[str, str, str, list[DutyLine]]]:
        """(code, heading, icon, lines) of those that hold something."""
        every = [
            ("late", _("Late duties"), "clock-exclamation", self.late),
            ("today", _("Duties of today"), "calendar-due", self.today),
            ("week", _("Duties of this week"), "calendar-event", self.week),
            ("soon", _("Duties that end soon"), "calendar-time", self.soon),
        ]
        return [group for group in every if group[3]]


def duties(actor: Actor, unit: Unit, *, rounds: bool = False) -> Duties:
    """What ``unit`` owes now, late first. Rounds stand among the rounds unless ``rounds``."""
    todos = compliance.todos(actor, unit)
    return _grouped([t for t in todos if rounds or t.register != ledger.ROUND])


def duties_kept(actor: Actor) -> Duties:
    """What the actor owes for the class or dormitory he keeps."""
    return _grouped(compliance.todos_kept(actor))


def _grouped(todos: Sequence[compliance.Todo]) -> Duties:
    found = Duties()
    titles = register_titles()
    for same in together(todos):
        _place(found, _line(same, titles))
    for lines in (found.late, found.today, found.week, found.soon):
        lines.sort(key=lambda line: (line.due_at, line.title))
    return found


def together(todos: Iterable[compliance.Todo]) -> list[list[compliance.Todo]]:
    """To-dos that differ in the class, dormitory ... only: one form serves them all."""
    found: dict[tuple[object, ...], list[compliance.Todo]] = {}
    for todo in todos:
        found.setdefault((todo.register, todo.period, todo.due_at, todo.state, todo.keys), []).append(todo)
    return list(found.values())


def _place(found: Duties, line: DutyLine) -> None:
    end = clock.end_of(clock.today())
    if line.late:
        found.late.append(line)
    elif line.due_at <= end:
        found.today.append(line)
    elif line.due_at <= _week_end():
        found.week.append(line)
    elif line.due_at <= end + timedelta(days=AHEAD):
        found.soon.append(line)
    else:
        found.later += 1


def _week_end() -> datetime:
    today = clock.today()
    return clock.end_of(today + timedelta(days=6 - today.weekday()))


def _line(same: Sequence[compliance.Todo], titles: Mapping[str, str]) -> DutyLine:
    first = same[0]
    late = first.state == compliance.State.LATE
    return DutyLine(
        title=first.title_en if english() and first.title_en else first.title,
        url=form_url(first),
        button=pgettext("button", "Make up") if late else pgettext("button", "Record"),
        register=titles.get(first.register, ""),
        about=_about(same),
        period=policy.period_label(first.period),
        documents=first.documents,
        due_at=first.due_at,
        late=late,
        progress=_progress(first) if not first.subject else "",
        who=_who(first.post),
        office=first.post in _OFFICES,
    )


def _about(same: Sequence[compliance.Todo]) -> str:
    names = [todo.subject.name for todo in same if todo.subject]
    if len(names) <= _NAMED:
        return "、".join(names)
    words = {"names": "、".join(names[:_NAMED]), "n": len(names)}
    return ngettext("%(names)s, %(n)d of them", "%(names)s, %(n)d of them", len(names)) % words


def _who(post: str) -> str:
    """The post that keeps it, where that is not the safety officer."""
    return str(POSTS[post].name) if post in POSTS and post != SAFETY_POST else ""


def _progress(todo: compliance.Todo) -> str:
    """How much of it is done, where it takes more than one record."""
    if todo.need is None or todo.need <= 1:
        return ""
    words = {"have": f"{todo.have or 0:g}", "need": f"{todo.need:g}", "measure": todo.measure}
    return _("%(have)s of %(need)s %(measure)s") % words


def form_url(todo: compliance.Todo) -> str:
    """The way to the form that records it."""
    query = {"key": todo.key, "period": todo.period}
    return f"{reverse('desk:do', args=[todo.unit.pk])}?{urlencode(query)}"


def english() -> bool:
    return (get_language() or "").startswith("en")


def register_titles() -> dict[str, str]:
    """Register → its name in the reader's language."""
    return {
        code: d.title_en if english() and d.title_en else d.title
        for code, d in policy.register_defs().items()
    }


def late_duties(actor: Actor, unit_id: UUID) -> int:
    """How many requirements a unit is late with; one query."""
    rows = compliance.verdicts(actor).filter(unit=unit_id, standing=True, state=compliance.State.LATE)
    return rows.order_by().values("key").distinct().count()


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form may have filled in before somebody writes: what it is about, the day it was due, fields."""

    register: str
    subjects: list[str]
    stands_for: date | None
    fields: dict[str, str]


def filled(actor: Actor, unit: Unit, key: str, period: str) -> Filled | None:
    """What is known of a to-do: which classes, which day, and the answers its requirements ask for.

    None when it is done already.
    """
    own = compliance.todos_kept(actor)
    every = compliance.todos(actor, unit) if actor.may(ledger.LEDGER_RECORD, unit.path) else own
    same = [t for t in every if t.unit.pk == unit.pk and t.period == period and key in t.keys]
    if not same:
        return None
    first = same[0]
    in_force = policy.regions_of(unit, clock.today())
    rules = [rule for region in in_force for rule in region.rules if rule.key in first.keys]
    params = {region.pack_code: region.params for region in in_force}
    late = first.state == compliance.State.LATE
    last = clock.day_of(first.due_at - timedelta(seconds=1)) if late else None
    subjects = [str(t.subject.pk) for t in same if t.subject]
    return Filled(first.register, subjects, last, suggested(rules, params))


def suggested(
    rules: Iterable[policy.Rule], params: Mapping[str, Mapping[str, policy.Value]]
) -> dict[str, str]:
    """Field → the answer that serves every rule at once, where there is exactly one."""
    wanted: dict[str, list[policy.Value]] = {}
    for rule in rules:
        if rule.where is None:
            continue
        for name, answers in policy.plain_answers(rule.where, params.get(rule.pack_code, {})).items():
            wanted[name] = [a for a in wanted[name] if a in answers] if name in wanted else answers
    return {
        name: _written(answers[0])
        for name, answers in wanted.items()
        if len(answers) == 1 and name not in _OWN
    }


_OWN = {"hour", "weekday", "evidence"}
"""Names of conditions that are no fields of the form."""


def _written(value: policy.Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
