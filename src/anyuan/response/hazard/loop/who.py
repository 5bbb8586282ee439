"""Who may: the body that must accept, the level above, the owner; never by rank alone.

``may`` of an actor answers for a place in the tree. Here a *body* is a unit whose grant the actor holds:
a county officer acts for the county, a fire officer for the fire department, whatever its grants cover.
"""

from __future__ import annotations

from uuid import UUID

from anyuan.foundation.kernel.public import Actor, Grant
from anyuan.foundation.org.public import Unit, UnitKind, UnitType

from .. import permits as p
from ..models import Hazard
from ..states import AcceptBy, Grade, Level, Source
from .scene import Scene


def belongs(grant: Grant, unit: Unit) -> bool:
    """Whether a grant is held at ``unit`` itself."""
    return grant.unit_id == unit.pk if grant.unit_id else grant.path == unit.path


def acts_for(actor: Actor, unit: Unit, verbs: tuple[str, ...], domain: str) -> bool:
    """Whether ``actor`` holds one of ``verbs`` at ``unit`` itself, for this domain of work."""
    if actor.everywhere:
        return True
    return any(
        belongs(g, unit) and any(v in g.verbs for v in verbs) and (g.domains is None or domain in g.domains)
        for g in actor.grants
    )


def accepting(hazard: Hazard, scene: Scene) -> tuple[UUID, AcceptBy]:
    """The body that must accept, and why (谁检查谁复查; one adult; listing authority)."""
    if hazard.grade == Grade.MAJOR and hazard.listing_unit_id:
        return hazard.listing_unit_id, AcceptBy.LISTING
    if hazard.finder_unit_id != hazard.unit_id:
        by = AcceptBy.TAKER if hazard.source == Source.TIP_OFF else AcceptBy.FINDER
        return hazard.finder_unit_id, by
    if one_adult(scene.unit):
        return scene.above.pk, AcceptBy.MANAGER
    return hazard.unit_id, AcceptBy.UNIT


def one_adult(unit: Unit) -> bool:
    """A teaching point with a single adult: nobody there can be the second person."""
    return unit.unit_type == UnitType.TEACHING_POINT and unit.adults_on_site == 1


def may_accept(hazard: Hazard, scene: Scene) -> bool:
    """Whether the actor speaks for the accepting body, or for the one it delegated in writing to."""
    by_unit = hazard.accept_by == AcceptBy.UNIT
    if by_unit and scene.actor.may(p.ACCEPT, scene.unit.path, hazard.domain):
        return True
    bodies = [hazard.accept_unit_id, hazard.delegate_unit_id]
    return any(
        acts_for(scene.actor, scene.units[b], (p.ACCEPT, p.RECHECK), hazard.domain) for b in bodies if b
    )


def may_own(hazard: Hazard, scene: Scene, verb: str) -> bool:
    """Whether the actor may ``verb`` for the owner: by role over it, or as the body it was handed to."""
    owner = scene.owner_line[-1]
    if scene.actor.may(verb, owner.path, hazard.domain):
        return True
    return owner.pk != hazard.unit_id and acts_for_any_domain(scene.actor, owner, p.RECTIFY)


def acts_for_any_domain(actor: Actor, unit: Unit, verb: str) -> bool:
    """A body that was handed a matter acts in it, whatever domain it was filed under."""
    return any(belongs(g, unit) and verb in g.verbs for g in actor.grants)


def one_level_up(hazard: Hazard, scene: Scene) -> bool:
    """Whether the actor decides for the level above the owner: the listing authority for a major one."""
    decider = decide_unit(hazard, scene)
    if hazard.grade == Grade.MAJOR:
        return acts_for(scene.actor, decider, (p.EXTEND,), hazard.domain)
    grants = [g for g in scene.actor.grants if not belongs(g, scene.owner_line[-1])]
    return scene.actor.everywhere or any(g.covers(p.EXTEND, decider.path, hazard.domain) for g in grants)


def decide_unit(hazard: Hazard, scene: Scene) -> Unit:
    """Where more time is decided."""
    if hazard.grade == Grade.MAJOR and hazard.listing_unit_id:
        return scene.units[hazard.listing_unit_id]
    return scene.above_owner


def judging_unit(hazard: Hazard, scene: Scene) -> Unit | None:
    """The body for which the actor judges: his nearest judging grant over the unit; None without one."""
    if scene.actor.everywhere:
        return scene.county or scene.above
    held = [g for g in scene.actor.grants if g.covers(p.JUDGE, scene.unit.path, hazard.domain)]
    for unit in reversed(scene.line[:-1]):
        if any(belongs(g, unit) or g.path == unit.path for g in held):
            return unit
    return None


LEVEL_KINDS = {
    Level.COUNTY: UnitKind.COUNTY,
    Level.CITY: UnitKind.CITY,
    Level.PROVINCE: UnitKind.PROVINCE,
}
