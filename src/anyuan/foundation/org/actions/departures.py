"""Leaving and transfers. Whoever goes leaves his open tasks in somebody's hands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import Act, Tell, action
from anyuan.foundation.kernel.public import Actor, Refused, clock

from ..handover import hand_over
from ..models import Holding, Person, Unit
from ..permits import MANAGE
from .common import invalid, lock_to_manage, missing, not_in_future, require_open
from .heirs import Departure, Heir, check_heir
from .people import lock_person
from .posts import NewPost, begin_post, end_posts


def leave_person(actor: Actor, person: Person, day: date, heir: Heir) -> Departure:
    """``person`` stops working here on ``day``: every post ends, open tasks go to ``heir``.

    Posts at units the actor does not manage are refused: their own managers end them first.
    """
    with action(actor, "org.leave-person") as act:
        person = lock_person(actor, person)
        not_in_future(day)
        units = _units_of(person)
        for unit in units:
            if not actor.may(MANAGE, unit.path):
                raise Refused(
                    _(
                        "%(person)s also holds a post at %(unit)s, which you do not manage. "
                        "It must end there first."
                    )
                    % {"person": person.name, "unit": unit.name}
                )
        check_heir(actor, person, heir)
        ended = end_posts(person, units, day)
        tasks = sum(hand_over(actor, person, unit, heir.person) for unit in units)
        person.left_on = day
        person.save(update_fields=["left_on"])
        _say(
            act, person, person.unit, heir, {"left_on": day, "posts_ended": ended, "tasks": tasks},
            _("recorded that %(person)s left %(unit)s on %(day)s")
            % {"person": person.name, "unit": person.unit.name, "day": day},
        )  # fmt: skip
    return Departure(person, ended, tasks)


def transfer_person(
    actor: Actor, person: Person, source: Unit, target: Unit, day: date, heir: Heir,
    posts: Sequence[NewPost] = (),
) -> Departure:  # fmt: skip
    """Move ``person`` from ``source`` to ``target`` on ``day``; needs the right to manage both.

    His posts at ``source`` end, the open tasks he has there go to ``heir``, ``posts`` begin at ``target``.
    Posts at other units stay. Raises :class:`Invalid` without an heir and without "post vacant".
    """
    with action(actor, "org.transfer-person") as act:
        person = _lock_anywhere(person)
        source = lock_to_manage(actor, source)
        target = lock_to_manage(actor, target)
        require_open(target)
        not_in_future(day)
        if source.pk == target.pk:
            raise invalid("target", _("Choose another unit than the present one."))
        if person.unit_id != source.pk and source not in _units_of(person):
            raise missing()
        check_heir(actor, person, heir)
        ended = end_posts(person, [source], day)
        tasks = hand_over(actor, person, source, heir.person)
        if person.unit_id == source.pk:
            person.unit = target
            person.save(update_fields=["unit"])
        for new in posts:
            begin_post(actor, person, target, new, day)
        words = {"person": person.name, "source": source.name, "target": target.name, "day": day}
        after = {
            "unit": target.name, "day": day, "posts_ended": ended, "tasks": tasks,
            "posts": [p.post for p in posts],
        }  # fmt: skip
        said = _("transferred %(person)s from %(source)s to %(target)s on %(day)s") % words
        _say(act, person, source, heir, after, said)
        told = _("You were transferred to %(target)s from %(day)s.") % words
        tell = [Tell(told, f"/units/{target.pk}/", people=[person.pk])]
        act.entry(said, on=person, path=target.path, before={"unit": source.name}, after=after, tell=tell)
    return Departure(person, ended, tasks)


def _lock_anywhere(person: Person) -> Person:
    """The person locked; the right to act follows from both units, the account's unit may be a third."""
    found = Person.everything.select_for_update(of=("self",)).filter(pk=person.pk, left_on=None).first()
    if not isinstance(found, Person):
        raise missing()
    return found


def _units_of(person: Person) -> list[Unit]:
    """The unit that keeps the account and every unit where a post runs or will run."""
    rows = Holding.everything.filter(Q(ends=None) | Q(ends__gt=clock.today()), person=person)
    units = {h.unit_id: h.unit for h in rows.select_related("unit")}
    return list({person.unit_id: person.unit, **units}.values())


def _say(
    act: Act, person: Person, unit: Unit, heir: Heir, after: dict[str, object], said: str
) -> None:  # fmt: skip
    """The entry at the unit that loses somebody; the heir learns what came to him."""
    after = {**after, "successor": heir.person.name if heir.person else "", "vacant": heir.person is None}
    tell = []
    if heir.person is not None and after["tasks"]:
        text = _("You took over %(count)d open tasks of %(person)s.")
        words = {"count": after["tasks"], "person": person.name}
        tell.append(Tell(text % words, "/", level="todo", people=[heir.person.pk]))
    act.entry(said, on=person, path=unit.path, before={"unit": unit.name}, after=after, tell=tell)
