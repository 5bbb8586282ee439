"""What the clock and a departure do: interim protection that ran out, tasks of somebody who goes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import Act, Tell, action
from anyuan.foundation.kernel.public import Actor, clock, job_actor, subtree
from anyuan.foundation.notify.public import Ladder, set_ladder
from anyuan.foundation.org.public import Person, Unit, UnitKind, ancestors

from ..loop import ladders, stage, who
from ..loop.inputs import Stamp
from ..loop.scene import Scene
from ..loop.tells import desk_of
from ..models import Hazard
from ..states import OPEN, WORKING
from .runner import KIND


def alarm_expired(actor: Actor, limit: int = 200) -> int:
    """Alarm once for each interim protection that has run out; give how many.

    Each is claimed by a lock that others skip, so two processes never alarm twice, and one that was
    missed during an outage is still found: the instant is a column.
    """
    now = clock.now()
    expired = Hazard.everything.filter(
        state__in=WORKING, interim_until__lte=now, interim_alarmed_at__isnull=True
    )
    found = list(expired.select_related("unit").order_by("interim_until")[:limit])
    return sum(_alarm(actor, row, now) for row in found)


def _alarm(actor: Actor, row: Hazard, now: datetime) -> bool:
    """Claim one and tell; False when somebody else was first."""
    with transaction.atomic():
        mine = Hazard.everything.select_for_update(skip_locked=True).filter(
            pk=row.pk, interim_alarmed_at__isnull=True, interim_until__lte=now, state__in=WORKING
        )
        if not mine.exists():
            return False
        with action(actor, "hazard.interim-expired") as act:
            mine.update(interim_alarmed_at=now)
            _tell_expired(act, row)
    return True


def _tell_expired(act: Act, row: Hazard) -> None:
    words = {"number": row.number, "title": row.title}
    county = next((u for u in ancestors(row.unit) if u.kind == UnitKind.COUNTY), None)
    people = [x for x in (row.responsible_id, row.watcher_id) if x]
    text = _("%(number)s %(title)s: the interim protection has run out") % words
    act.entry(
        _("the interim protection has run out (%(number)s %(title)s)") % words,
        on=row,
        path=row.unit.path,
        domain=row.domain,
        after={"interim_until": row.interim_until},
        tell=[Tell(text, row.url, "alarm", people, desk_of(row.unit) + desk_of(county))],
        occurred_at=row.interim_until,
    )


_HANDS = ("responsible", "watcher", "supervisor")


def hand_over_tasks(actor: Actor, person: Person, unit: Unit, successor: Person | None) -> int:
    """Registered with ``org.on_leave``: what ``person`` must fix, watch or supervise goes to the successor.

    Without one the hazard stands without a person and goes back to the unit's safety desk, who is told.
    Gives how many hazards changed hands.
    """
    near = Q(unit=unit) | Q(owner_unit=unit) | Q(listing_unit=unit)
    mine = Q(responsible=person) | Q(watcher=person) | Q(supervisor=person)
    rows = Hazard.everything.select_for_update(of=("self",)).filter(near, mine, state__in=OPEN)
    count = 0
    for row in rows.select_related("unit", "owner_unit", "place"):
        count += 1
        with action(actor, "hazard.hand-over-tasks") as act:
            changed = [
                n for n in ("responsible", "watcher", "supervisor") if getattr(row, f"{n}_id") == person.pk
            ]
            for name in changed:
                setattr(row, name, successor)
            row.version += 1
            row.save(update_fields=[*changed, "version"])
            _ladder_again(row)
            _say(act, row, person, successor, changed)
    return count


def follow_move(actor: Actor, old: str, new: str) -> None:
    """Registered with ``org.on_move``: reminders of open hazards below ``new``, and open requests for more
    time, go to those who are over them now, and no longer to those they were under."""
    below = subtree(new, "unit__path") | subtree(new, "owner_unit__path")
    for row in Hazard.everything.filter(below, state__in=OPEN).select_related("unit", "owner_unit", "place"):
        scene = _ladder_again(row)
        if scene.extension is not None:
            scene.extension.decide_unit = who.decide_unit(row, scene)
            scene.extension.save(update_fields=["decide_unit"])


def _ladder_again(row: Hazard) -> Scene:
    """The ladder anew for whoever is concerned now; rungs that have fired do not fire again."""
    scene = stage.build(job_actor("hazard.ladder"), row, None, None, Stamp())
    left = Ladder.objects.filter(subject_kind=KIND.lower(), subject_id=row.pk)
    since = left.values_list("next_rung_at", flat=True).first() or clock.now()
    ahead = [r for r in ladders.rungs(row, scene) if r.at >= since or r.repeat_days]
    set_ladder(KIND, row.pk, row.unit.path, ahead, domain=row.domain)
    return scene


def _say(act: Act, row: Hazard, person: Person, successor: Person | None, changed: list[str]) -> None:
    words = {"old": person.name, "new": successor.name if successor else "", "number": row.number}
    sentence = _("gave %(number)s from %(old)s to %(new)s") % words
    if successor is None:
        sentence = _("took %(number)s from %(old)s, who goes; nobody is named yet") % words
    text = f"{row.number} {row.title}：{sentence}"
    told = (
        Tell(text, row.url, "todo", [successor.pk])
        if successor
        else Tell(text, row.url, "todo", posts=desk_of(row.unit))
    )
    act.entry(
        sentence,
        on=row,
        path=row.unit.path,
        domain=row.domain,
        before=dict.fromkeys(changed, person.pk),
        after=dict.fromkeys(changed, successor.pk if successor else None),
        tell=[told],
    )
