"""Who must know of a move, in the terms of the organisation; ``notify`` finds the people."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import Tell
from anyuan.foundation.org.public import Unit, UnitKind

from .. import permits as p
from ..models import Hazard
from ..states import Grade, Move
from . import inputs as i
from . import who
from .scene import Scene

SCHOOL_POSTS = ("principal", "vice-safety", "security-director")
_OFFICE_POST = {
    UnitKind.COUNTY: "county-officer",
    UnitKind.CITY: "city-officer",
    UnitKind.PROVINCE: "province-officer",
    UnitKind.DEPARTMENT: "department-officer",
}
_LEADER_POST = {UnitKind.COUNTY: "county-leader", UnitKind.CITY: "city-leader"}

Posts = list[tuple[UUID, str]]


def desk_of(unit: Unit | None) -> Posts:
    """The posts at ``unit`` that deal with hazards; nothing for no unit."""
    if unit is None:
        return []
    office = _OFFICE_POST.get(UnitKind(unit.kind))
    return [(unit.pk, office)] if office else [(unit.pk, post) for post in SCHOOL_POSTS]


def leader_of(unit: Unit | None) -> Posts:
    """The leading post of a bureau."""
    post = _LEADER_POST.get(UnitKind(unit.kind)) if unit is not None else None
    return [(unit.pk, post)] if unit is not None and post else []


def body_holders(unit: Unit, domain: str) -> list[tuple[str, str, str]]:
    """A school district has no post of its own for this: whoever holds the re-check there."""
    return [(p.RECHECK, unit.path, domain)] if unit.kind == UnitKind.DISTRICT else []


def _people(*ids: UUID | None) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(i for i in ids if i))


def _tell(
    hazard: Hazard, text: str, level: str, people: tuple[UUID, ...] = (), posts: Posts | None = None
) -> Tell:
    return Tell(f"{hazard.number} {hazard.title}：{text}", hazard.url, level, people, posts or [])


def _body(hazard: Hazard, scene: Scene, text: str, unit_id: UUID | None) -> list[Tell]:
    unit = scene.units.get(unit_id) if unit_id else None
    if unit is None:
        return []
    told = _tell(hazard, text, "todo", posts=desk_of(unit))
    holders = body_holders(unit, hazard.domain)
    return [Tell(told.text, told.url, told.level, (), told.posts, holders)]


def _registered(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    return [_tell(h, _("registered, to be assessed"), "todo", posts=desk_of(s.unit))]


def _assessed(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    return [_tell(h, _("assessed as general, make the five commitments"), "todo", posts=desk_of(s.unit))]


def _suspected(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    posts = desk_of(s.unit) + desk_of(s.county) + desk_of(s.city)
    return [_tell(h, _("suspected major, the county must judge it"), "alarm", posts=posts)]


def _judged(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    asker: list[Tell] = []
    if s.extension is not None and s.extension.granted is not None:
        text = _("your request for more time is superseded by the judgement; see the new deadline")
        asker.append(_tell(h, text, "todo", _people(s.extension.asked_by_id)))
    if h.grade != Grade.MAJOR:
        text = _("judged general")
        return [_tell(h, text, "info", _people(h.suspected_by_id), desk_of(s.unit)), *asker]
    posts = desk_of(s.unit) + desk_of(s.county) + desk_of(s.city)
    text = _("judged major and listed (%(notice)s)") % {"notice": h.listing_number}
    return [
        _tell(h, text, "alarm", posts=posts),
        _tell(h, _("you supervise this listed hazard"), "todo", _people(h.supervisor_id)),
        *asker,
    ]


def _committed(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    return [
        _tell(h, _("you are responsible for rectifying it"), "todo", _people(h.responsible_id)),
        _tell(h, _("you watch it until it is closed"), "todo", _people(h.watcher_id)),
    ]


def _watched(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    if not isinstance(d, i.Watch) or d.in_force:
        return []
    text = _("the interim protection does not stand")
    return [_tell(h, text, "alarm", _people(h.responsible_id), desk_of(s.unit))]


def _submitted(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    text = _("rectified, to be accepted")
    return _body(h, s, text, h.accept_unit_id) + _body(h, s, text, h.delegate_unit_id)


def _accepted(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    if h.grade == Grade.MAJOR:
        return _body(h, s, _("accepted on site, to be closed and de-listed"), h.listing_unit_id)
    people = _people(h.rectifier_id, h.responsible_id, h.finder_id)
    return [_tell(h, _("accepted and closed"), "info", people)]


def _sent_back(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    people = _people(h.responsible_id, h.rectifier_id)
    return [_tell(h, _("sent back, see the reasons"), "todo", people, desk_of(s.owner_line[-1]))]


def _closed(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    posts = desk_of(s.unit) + desk_of(s.county) + desk_of(s.city)
    return [_tell(h, _("closed and de-listed"), "info", _people(h.responsible_id, h.supervisor_id), posts)]


def _handed_over(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    return _body(h, s, _("handed over to you, answer it"), h.owner_unit_id)


def _answered(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    taken = isinstance(d, i.AnswerHandOver) and d.taken
    text = _("taken over by the new owner") if taken else _("given back by the body it was handed to")
    return [_tell(h, text, "info" if taken else "todo", posts=desk_of(s.unit))]


def _asked(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    return _body(h, s, _("more time is asked for"), who.decide_unit(h, s).pk)


def _decided(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    asked = s.extension.asked_by_id if s.extension else None
    people = _people(h.responsible_id, asked)
    return [_tell(h, _("the request for more time is decided"), "info", people)]


def _delegated(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    return _body(h, s, _("the re-check is delegated to you"), h.delegate_unit_id)


def _dismissed(h: Hazard, d: i.Input, s: Scene) -> list[Tell]:
    people = _people(h.registered_by_id, h.finder_id, h.responsible_id)
    return [_tell(h, _("dismissed, see the reason"), "info", people)]


TELLS: dict[Move, Callable[[Hazard, i.Input, Scene], list[Tell]]] = {
    Move.REGISTER: _registered,
    Move.ASSESS: _assessed,
    Move.SUSPECT: _suspected,
    Move.JUDGE: _judged,
    Move.COMMIT: _committed,
    Move.REASSIGN: _committed,
    Move.WATCH: _watched,
    Move.SUBMIT: _submitted,
    Move.FIX: _submitted,
    Move.ACCEPT: _accepted,
    Move.SEND_BACK: _sent_back,
    Move.CLOSE: _closed,
    Move.HAND_OVER: _handed_over,
    Move.ANSWER_HAND_OVER: _answered,
    Move.ASK_EXTENSION: _asked,
    Move.DECIDE_EXTENSION: _decided,
    Move.DELEGATE: _delegated,
    Move.DISMISS: _dismissed,
}


def told(move: Move, hazard: Hazard, data: i.Input, scene: Scene) -> list[Tell]:
    """Who must know, from the hazard as it is after ``move``. A signer is told of a proxy entry."""
    tells = TELLS[move](hazard, data, scene) if move in TELLS else []
    if scene.typist is not None and scene.signer_id:
        text = _("%(name)s entered “%(move)s” for you from a signed paper")
        words = {"name": scene.typist.label, "move": move.label}
        tells.append(_tell(hazard, text % words, "info", (scene.signer_id,)))
    return [t for t in tells if t.people or t.posts or t.holders]
