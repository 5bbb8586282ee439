"""Who is told when nobody acts: the rungs of a hazard's ladder, from its state, grade and deadline. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import Tell
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.notify.public import Rung

from .. import deadlines
from ..models import Hazard
from ..states import OPEN, Grade, State
from .scene import Scene
from .tells import Posts, body_holders, desk_of, leader_of

_WAITS_DAYS = 3
"""Working days after which a body that has not accepted is reminded."""


def rungs(hazard: Hazard, scene: Scene) -> list[Rung]:
    """The reminders still to come; none for a hazard that is closed or dismissed."""
    if hazard.state not in OPEN:
        return []
    found: list[Rung] = []
    if hazard.awaits_judgement:
        found += _judgement(hazard, scene)
    if hazard.grade == Grade.MAJOR:
        found += _major(hazard, scene)
    elif hazard.state in {State.SUBMITTED, State.ACCEPTED}:
        found += _waiting(hazard, scene)
    else:
        found += _general(hazard, scene)
    return found


def _rung(hazard: Hazard, at: datetime, label: str, tells: list[Tell]) -> list[Rung]:
    told = [t for t in tells if t.people or t.posts or t.holders]
    return [Rung(at, told, label)] if told else []


def _tell(
    hazard: Hazard, text: str, level: str, posts: Posts | None = None, person: UUID | None = None
) -> Tell:
    people = [person] if person else []
    return Tell(f"{hazard.number} {hazard.title}：{text}", hazard.url, level, people, posts or [])


def due_day(hazard: Hazard) -> date:
    """The last day on which it is still in time."""
    return clock.day_of(hazard.due_at - timedelta(microseconds=1))


def _general(hazard: Hazard, scene: Scene) -> list[Rung]:
    day = due_day(hazard)
    warn_on = deadlines.working_day_before(day, scene.terms.warn_days, scene.calendar)
    county_on = deadlines.count(day, scene.terms.county_days, scene.calendar).day
    owner = desk_of(scene.owner_line[-1])
    first = _tell(hazard, _("due on %(day)s") % {"day": day.isoformat()}, "todo", None, hazard.responsible_id)
    if hazard.responsible_id is None:
        first = _tell(hazard, _("due on %(day)s") % {"day": day.isoformat()}, "todo", owner)
    late = _tell(hazard, _("the deadline has passed"), "alarm", owner, hazard.responsible_id)
    county = _tell(hazard, _("late, and still not rectified"), "todo", desk_of(scene.county))
    return [
        *(_rung(hazard, clock.start_of(warn_on), _("before the deadline"), [first])),
        *(_rung(hazard, hazard.due_at, _("deadline passed"), [late])),
        *(_rung(hazard, clock.end_of(county_on), _("late, county told"), [county])),
    ]


def _major(hazard: Hazard, scene: Scene) -> list[Rung]:
    begins = clock.start_of(clock.day_of(scene.now) + timedelta(days=1))
    posts = [] if hazard.supervisor_id else desk_of(scene.units.get(hazard.listing_unit_id or scene.unit.pk))
    daily = _tell(hazard, _("listed hazard, still open"), "todo", posts, hazard.supervisor_id)
    leader = leader_of(scene.city) or desk_of(scene.city)
    late = _tell(hazard, _("listed hazard, past its deadline"), "alarm", leader)
    found = [Rung(begins, [daily], _("daily, to the supervising person"), repeat_days=1)]
    if not (hazard.submitted_at and hazard.submitted_at < hazard.due_at):
        found += _rung(hazard, hazard.due_at, _("major hazard late, city leader told"), [late])
    return found


def _waiting(hazard: Hazard, scene: Scene) -> list[Rung]:
    unit = scene.units[hazard.delegate_unit_id or hazard.accept_unit_id]
    day = deadlines.count(clock.day_of(scene.now), _WAITS_DAYS, scene.calendar).day
    told = _tell(hazard, _("rectified, waits for your acceptance"), "todo", desk_of(unit))
    tell = Tell(told.text, told.url, told.level, (), told.posts, body_holders(unit, hazard.domain))
    return _rung(hazard, clock.end_of(day), _("acceptance waits"), [tell])


def _judgement(hazard: Hazard, scene: Scene) -> list[Rung]:
    assert hazard.judge_due_at is not None
    posts = desk_of(scene.county) + leader_of(scene.county) + desk_of(scene.city)
    told = _tell(hazard, _("suspected major, not judged in time"), "alarm", posts)
    return _rung(hazard, hazard.judge_due_at, _("judgement late"), [told])
