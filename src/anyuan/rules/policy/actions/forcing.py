"""Putting documents into force for a region, ending that, and switching one off below."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Invalid, clock
from anyuan.foundation.org.public import Unit

from ..applying import prefixes
from ..models import Activation, Pack
from ..permits import POLICY_MANAGE
from ..regions import codes


def activate(actor: Actor, pack: Pack, unit: Unit, starts: date | None = None, basis: str = "") -> Activation:
    """Let this version apply to ``unit`` and everything below it from ``starts`` (default today).

    The version that applied there until then ends on that day. The same version again changes nothing.
    A document whose own end has passed is kept in force by whoever does this: a person names the ``basis``.
    Raises :class:`Invalid` when it is missing or ``starts`` lies before the running version's start.
    """
    starts = starts or clock.today()
    actor.require(POLICY_MANAGE, unit.path)
    ended = pack.until is not None and max(starts, clock.today()) >= pack.until
    if ended and actor.person_id is not None and not basis.strip():
        message = _("By its own words this document ended on %(day)s. Say on what basis it stays in force.")
        raise Invalid(message % {"day": pack.until}, {"basis": [_("This must be filled in.")]})
    with action(actor, "policy.activate") as act:
        running = (
            Activation.everything.select_for_update().filter(code=pack.code, unit=unit, ends=None).first()
        )
        if running is not None and starts < running.starts:
            message = _("A version of this document already applies here from %(day)s. Choose a later day.")
            raise Invalid(message % {"day": running.starts})
        same = running is not None and running.pack_id == pack.pk and not running.off
        if running is not None and not same:
            running.ends = starts
            running.save(update_fields=["ends"])
        if running is not None and same:
            made: Activation = running
        else:
            made = Activation(pack=pack, code=pack.code, unit=unit, starts=starts, basis=basis.strip())
            made.save(force_insert=True)
        act.entry(
            _put(made, ended=ended),
            path=unit.path,
            on=made,
            before={"version": running.pack.version, "off": running.off} if running and not same else None,
            after={"version": pack.version, "starts": made.starts, "basis": made.basis},
        )
    return made


def _put(made: Activation, *, ended: bool) -> str:
    """What the trail says; of a document past its own end, who keeps it in force and why."""
    words = {
        "title": made.pack.title,
        "version": made.pack.version,
        "unit": made.unit.name,
        "day": made.starts,
        "end": made.pack.until,
        "basis": made.basis or "—",
    }
    if ended:
        text = _(
            "put “%(title)s” (version %(version)s) into force for %(unit)s from %(day)s, beyond its own end"
            " on %(end)s: %(basis)s"
        )
    else:
        text = _("put “%(title)s” (version %(version)s) into force for %(unit)s from %(day)s")
    return text % words


def deactivate(actor: Actor, activation: Activation, ends: date | None = None) -> Activation:
    """End an activation; ``ends`` (default today) is the first day it no longer applies."""
    ends = ends or clock.today()
    with action(actor, "policy.deactivate") as act:
        rows = Activation.everything.select_for_update(of=("self",)).select_related("unit", "pack")
        row: Activation = rows.get(pk=activation.pk)
        actor.require(POLICY_MANAGE, row.unit.path)
        if ends < row.starts:
            raise Invalid(_("It cannot end before it starts, on %(day)s.") % {"day": row.starts})
        before, row.ends = row.ends, ends
        row.save(update_fields=["ends"])
        act.entry(
            _("ended “%(title)s” for %(unit)s on %(day)s")
            % {"title": row.pack.title, "unit": row.unit.name, "day": ends},
            path=row.unit.path,
            on=row,
            before={"ends": before},
            after={"ends": ends},
        )
    return row


def switch_off(actor: Actor, pack: Pack, unit: Unit, basis: str, starts: date | None = None) -> Activation:
    """Let a document in force above no longer apply to ``unit`` and below from ``starts`` (default today).

    Whoever put it into force decides, or somebody above; the basis is named. Raises :class:`Invalid` when it
    is not in force there or no basis is given.
    """
    starts = starts or clock.today()
    if not basis.strip():
        raise Invalid(_("Say what this rests on."), {"basis": [_("This must be filled in.")]})
    with action(actor, "policy.switch-off") as act:
        said = codes(prefixes(unit.path)).get(pack.code)
        applying = said.applying(unit.path, starts) if said else None
        if applying is None or applying.off:
            raise Invalid(_("This document is not in force there."))
        actor.require(POLICY_MANAGE, applying.unit.path)
        running = (
            Activation.everything.select_for_update().filter(code=pack.code, unit=unit, ends=None).first()
        )
        if running is not None and starts < running.starts:
            message = _("A version of this document already applies here from %(day)s. Choose a later day.")
            raise Invalid(message % {"day": running.starts})
        if running is not None:
            running.ends = starts
            running.save(update_fields=["ends"])
        made = Activation(
            pack=applying.pack, code=pack.code, unit=unit, starts=starts, off=True, basis=basis.strip()
        )
        made.save(force_insert=True)
        act.entry(
            _("switched “%(title)s” off for %(unit)s from %(day)s: %(basis)s")
            % {"title": pack.title, "unit": unit.name, "day": starts, "basis": made.basis},
            path=unit.path,
            on=made,
            before={"off": False},
            after={"off": True, "starts": starts, "basis": made.basis},
        )
    return made
