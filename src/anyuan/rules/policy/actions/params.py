"""A region's own values of a document's params."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Invalid, clock
from anyuan.foundation.org.public import Unit, UnitKind

from ..applying import prefixes
from ..catalogue import param_def, refused_value, value_of
from ..defs import ParamDef
from ..expressions import Value
from ..labels import value_words
from ..loaded import parts_of
from ..meaning import suggestion
from ..models import ParamOverride
from ..permits import POLICY_TUNE
from ..regions import bound_by_default, codes, looser

_REGIONS = (UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY)


def override_param(
    actor: Actor,
    pack_code: str,
    name: str,
    unit: Unit,
    value: object,
    starts: date | None = None,
    basis: str = "",
) -> ParamOverride:
    """Set a param of a document in force at ``unit`` for it and everything below, from ``starts`` (today).

    The value that ran there until then ends on that day. Raises :class:`Invalid` for a document that is not
    in force there, an unknown param, a value of another type or out of range, one the county may not set or
    that is looser than what is asked above (a county with nothing above: in the document), a missing basis,
    or a day before the running value's first.
    """
    starts = starts or clock.today()
    actor.require(POLICY_TUNE, unit.path)
    if not basis.strip():
        raise Invalid(_("Say what this rests on."), {"basis": [_("This must be filled in.")]})
    param, pack_title = _param(pack_code, name, unit, starts)
    wanted = _fitting(param, value)
    _may(param, pack_code, unit, wanted, starts)
    with action(actor, "policy.override-param") as act:
        running = _ended(pack_code, name, unit, starts)
        stored = wanted.isoformat() if isinstance(wanted, date) else wanted
        made = ParamOverride(
            code=pack_code, name=name, unit=unit, value=stored, starts=starts, basis=basis.strip()
        )
        made.save(force_insert=True)
        act.entry(
            _("set “%(param)s” of “%(title)s” to %(value)s for %(unit)s from %(day)s")
            % {
                "param": param.title,
                "title": pack_title,
                "value": value_words(param, wanted),
                "unit": unit.name,
                "day": starts,
            },
            path=unit.path,
            on=made,
            before={"value": running.value} if running else None,
            after={"value": stored, "starts": starts, "basis": made.basis},
        )
    return made


def _ended(pack_code: str, name: str, unit: Unit, ends: date) -> ParamOverride | None:
    """The value that runs at the unit, ended where the next one begins. Raises :class:`Invalid`."""
    rows = ParamOverride.everything.select_for_update()
    running: ParamOverride | None = rows.filter(code=pack_code, name=name, unit=unit, ends=None).first()
    if running is None:
        return None
    if ends < running.starts:
        message = _("A value already applies here from %(day)s. Choose a later day.")
        message %= {"day": running.starts}
        raise Invalid(message, {"starts": [message]})
    running.ends = ends
    running.save(update_fields=["ends"])
    return running


def end_override(actor: Actor, override: ParamOverride, ends: date | None = None) -> ParamOverride:
    """End a region's own value; ``ends`` (default today) is the first day it no longer applies."""
    ends = ends or clock.today()
    with action(actor, "policy.end-override") as act:
        rows = ParamOverride.everything.select_for_update(of=("self",)).select_related("unit")
        row: ParamOverride = rows.get(pk=override.pk)
        actor.require(POLICY_TUNE, row.unit.path)
        if ends < row.starts:
            raise Invalid(_("It cannot end before it starts, on %(day)s.") % {"day": row.starts})
        before, row.ends = row.ends, ends
        row.save(update_fields=["ends"])
        act.entry(
            _("ended the own value of “%(param)s” for %(unit)s on %(day)s")
            % {"param": row.name, "unit": row.unit.name, "day": ends},
            path=row.unit.path,
            on=row,
            before={"ends": before},
            after={"ends": ends},
        )
    return row


def _param(pack_code: str, name: str, unit: Unit, day: date) -> tuple[ParamDef, str]:
    """The param in the version in force at the unit, and the document's title."""
    said = codes(prefixes(unit.path)).get(pack_code)
    row = said.applying(unit.path, day) if said else None
    if row is None or row.off:
        raise Invalid(_("This document is not in force there."))
    params = {p.key: p for p in parts_of([row.pack_id])[row.pack_id].params}
    if name not in params:
        raise Invalid(
            _("There is no param “%(name)s” in this pack.") % {"name": name} + suggestion(name, params)
        )
    return param_def(params[name]), row.pack.title


def _fitting(param: ParamDef, value: object) -> Value:
    wrong = refused_value(param, value)
    if wrong:
        raise Invalid(wrong, {"value": [wrong]})
    return value_of(param.type, value)


def _may(param: ParamDef, pack_code: str, unit: Unit, wanted: Value, day: date) -> None:
    """Whether this unit may set this value. Raises :class:`Invalid`."""
    if unit.kind not in _REGIONS:
        raise Invalid(_("Only a county, city or province sets this."))
    if unit.kind == UnitKind.COUNTY and not param.county:
        raise Invalid(_("A county does not set this; ask the city."))
    asked = _asked_above(param, pack_code, unit, day)
    message = ""
    if asked is not None and looser(param, wanted, asked):
        message = _("Above, %(value)s is asked; a region below may only ask for more.") % {
            "value": value_words(param, asked)
        }
    elif asked is None and bound_by_default(unit) and looser(param, wanted, param.default):
        message = _("The document asks for %(value)s; only a city or above may ask for less.") % {
            "value": value_words(param, param.default)
        }
    if message:
        raise Invalid(message, {"value": [message]})


def _asked_above(param: ParamDef, pack_code: str, unit: Unit, day: date) -> Value:
    """The value at the region above; None where the document or the param is not in force there."""
    above = prefixes(unit.path)[:-1]
    said = codes(above).get(pack_code) if above else None
    if said is None or (row := said.applying(above[-1], day)) is None or row.off:
        return None
    params = {p.key: param_def(p) for p in parts_of([row.pack_id])[row.pack_id].params}
    return said.values(above[-1], day, params)[param.key] if param.key in params else None
