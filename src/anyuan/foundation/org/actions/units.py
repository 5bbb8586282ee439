"""Units: made, renamed, described, moved, closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection, transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import Tell, action
from anyuan.foundation.kernel.public import Actor, Refused, bigrams, clock, subtree

from ..catalogue import Boarding, Function, Ownership, Setting, UnitKind, UnitType
from ..codes import check_code
from ..handover import tell_moved
from ..models import Holding, Unit, UnitName
from ..permits import MANAGE
from .common import (
    changes,
    clean_name,
    hold_tree,
    invalid,
    lock_to_manage,
    lock_to_reshape,
    not_in_future,
    require_open,
)

_PLACE_OF: Final[dict[str, frozenset[str]]] = {
    UnitKind.PROVINCE: frozenset(),
    UnitKind.CITY: frozenset({UnitKind.PROVINCE}),
    UnitKind.COUNTY: frozenset({UnitKind.PROVINCE, UnitKind.CITY}),
    UnitKind.DISTRICT: frozenset({UnitKind.COUNTY}),
    UnitKind.DEPARTMENT: frozenset({UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY}),
    UnitKind.SCHOOL: frozenset(
        {UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY, UnitKind.DISTRICT, UnitKind.SCHOOL}
    ),
}
"""Which kinds of node may lie directly above each kind."""

_ROOTS: Final = frozenset({UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY})
"""Kinds that may be a root: a county may run a system of its own."""

FACTS: Final = (
    "short_name", "unit_type", "ownership", "boarding", "setting", "pupils", "staff", "adults_on_site",
    "address", "longitude", "latitude", "outline", "opened_on", "function",
)  # fmt: skip
"""What :func:`change_facts` and :class:`NewUnit` may set."""

_CHOICES: Final[dict[str, list[str]]] = {
    "unit_type": UnitType.values,
    "ownership": Ownership.values,
    "boarding": Boarding.values,
    "setting": Setting.values,
    "function": Function.values,
}


@dataclass(frozen=True, slots=True)
class NewUnit:
    """What a new unit is; ``facts`` holds any of :data:`FACTS`."""

    kind: str
    name: str
    code: str = ""
    facts: Mapping[str, object] | None = None


def kinds_below(parent: Unit) -> list[str]:
    """The kinds of node that may lie directly below ``parent``."""
    return [kind for kind in UnitKind.values if parent.kind in _PLACE_OF[kind]]


def create_unit(actor: Actor, parent: Unit | None, new: NewUnit) -> Unit:
    """Add a unit below ``parent`` (None: a root, for the system itself). Raises Invalid, NotPermitted."""
    return create_units(actor, [(parent, new)])[0]


def create_units(actor: Actor, rows: list[tuple[Unit | None, NewUnit]]) -> list[Unit]:
    """Add many units at once, in the order given; one journal entry each below 50, else one for all.

    Every parent exists before the call. Raises :class:`Invalid` for a code that is used already.
    """
    with action(actor, "org.create-unit") as act:
        hold_tree()
        units = build_units(actor, rows)
        Unit.everything.bulk_create(units, batch_size=1000)
        day = clock.today()
        UnitName.objects.bulk_create(
            [UnitName(unit=u, name=u.name, starts=u.opened_on or day) for u in units], batch_size=1000
        )
        if len(units) < 50:
            for unit in units:
                act.entry(
                    _("added the unit %(unit)s") % {"unit": unit.name},
                    on=unit,
                    path=unit.path,
                    after={"name": unit.name, "kind": unit.kind, "code": unit.code},
                )
        else:
            first = rows[0][0]
            act.entry(
                _("added %(count)d units") % {"count": len(units)},
                path=first.path if first else "/",
                on=first,
                after={"units": [[u.label, u.code, u.name] for u in units]},
            )
    return units


def build_units(actor: Actor, rows: list[tuple[Unit | None, NewUnit]]) -> list[Unit]:
    """Checked, unsaved units with labels and paths; the tree must be held. Raises as the actions do."""
    given = {parent.pk: parent for parent, _new in rows if parent}
    parents = {key: _lock_parent(actor, parent) for key, parent in given.items()}
    if any(parent is None for parent, _new in rows):
        actor.require(MANAGE, "/")
    labels = take_labels(len(rows))
    units = [
        _build(parents[parent.pk] if parent else None, new, label)
        for (parent, new), label in zip(rows, labels, strict=True)
    ]
    _refuse_used_codes(units)
    return units


def _lock_parent(actor: Actor, parent: Unit) -> Unit:
    """The parent as it is now: it may have moved since the caller read it."""
    parent = lock_to_manage(actor, parent)
    require_open(parent)
    return parent


def _build(parent: Unit | None, new: NewUnit, label: int) -> Unit:
    check_kind(new.kind, parent)
    facts = dict(new.facts or {})
    check_facts(facts)
    unit = Unit(
        kind=new.kind,
        name=clean_name(new.name, 100),
        code=check_code(new.code, new.kind, _division_above(new.kind, parent)),
        parent=parent,
        label=label,
        path=f"{parent.path if parent else '/'}{label}/",
        **facts,
    )
    unit.search = search_text(unit, [unit.name])
    return unit


def check_kind(kind: str, parent: Unit | None) -> None:
    """Raise :class:`Invalid` unless a node of ``kind`` may lie below ``parent``."""
    allowed = parent.kind in _PLACE_OF[kind] if parent else kind in _ROOTS
    if not allowed:
        raise invalid(
            "kind",
            _("A %(kind)s cannot lie below %(parent)s.")
            % {"kind": UnitKind(kind).label, "parent": parent.name if parent else _("the top of the tree")},
        )


def _division_above(kind: str, parent: Unit | None) -> str:
    return parent.code if parent and kind in (UnitKind.CITY, UnitKind.COUNTY) else ""


def check_facts(facts: Mapping[str, object]) -> None:
    """Raise :class:`Invalid` for a value that no unit can have."""
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise ValueError(f"not facts of a unit: {sorted(unknown)}")
    for name, allowed in _CHOICES.items():
        value = facts.get(name) or ""
        if value and value not in allowed:
            raise invalid(name, _("Choose one of the values of the list."))
    for name in ("pupils", "staff", "adults_on_site"):
        value = facts.get(name)
        if isinstance(value, int) and not 0 <= value <= 1_000_000:
            raise invalid(name, _("Enter a whole number from 0."))
    for name, limit in (("longitude", 180), ("latitude", 90)):
        value = facts.get(name)
        if isinstance(value, int | float) and abs(value) > limit:
            raise invalid(name, _("Enter degrees, for example 120.86 and 32.01."))


def _refuse_used_codes(units: list[Unit]) -> None:
    codes = [u.code for u in units if u.code]
    used = Unit.everything.filter(code__in=codes).values_list("code", flat=True).first()
    twice = next((c for i, c in enumerate(codes) if c in codes[:i]), None) if len(codes) < 200 else None
    if used or twice:
        raise invalid(
            "code", _("The code %(code)s belongs to another unit already.") % {"code": used or twice}
        )
    if len(set(codes)) != len(codes):
        raise invalid("code", _("A code stands in the list twice."))


def take_labels(count: int) -> list[int]:
    """``count`` labels that no unit ever had."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval('org_unit_label') from generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def search_text(unit: Unit, names: list[str]) -> str:
    """The words a unit is found by: its names then and now, its short name, its code."""
    return bigrams(" ".join([*names, unit.short_name, unit.code]))


def rename_unit(actor: Actor, unit: Unit, name: str, day: date, short_name: str | None = None) -> Unit:
    """Give ``unit`` another name from ``day`` on; the old name stays with its dates.

    Raises :class:`Invalid` for a day in the future or before the present name began.
    """
    with action(actor, "org.rename-unit") as act:
        unit = lock_to_reshape(actor, unit)
        require_open(unit)
        name = clean_name(name, 100)
        old = unit.name
        write_name(unit, old, name, not_in_future(day))
        unit.name = name
        if short_name is not None:
            unit.short_name = short_name.strip()
        refresh_search(unit)
        unit.save(update_fields=["name", "short_name", "search"])
        act.entry(
            _("renamed %(old)s to %(new)s from %(day)s") % {"old": old, "new": name, "day": day},
            on=unit,
            path=unit.path,
            before={"name": old},
            after={"name": name, "day": day},
        )
    return unit


def write_name(unit: Unit, old: str, name: str, day: date) -> None:
    """End the present name on ``day`` and begin the new one; on the day it began it is corrected."""
    current = UnitName.objects.select_for_update().filter(unit=unit, ends=None).first()
    if current is None:
        current = UnitName(unit=unit, name=old, starts=unit.opened_on or day)
    if day < current.starts:
        raise invalid(
            "day", _("The present name began on %(day)s. Choose a later day.") % {"day": current.starts}
        )
    if day == current.starts:
        current.name = name
        current.save()
        return
    current.ends = day
    current.save()
    UnitName.objects.create(unit=unit, name=name, starts=day)


def refresh_search(unit: Unit) -> None:
    """Compute the words again from all its names; the caller saves."""
    names = list(UnitName.objects.filter(unit=unit).order_by("starts").values_list("name", flat=True))
    unit.search = search_text(unit, names)


def change_facts(actor: Actor, unit: Unit, facts: Mapping[str, object]) -> Unit:
    """Set facts of a unit (:data:`FACTS`); writes nothing when nothing differs."""
    check_facts(facts)
    with transaction.atomic():
        unit = lock_to_manage(actor, unit)
        require_open(unit)
        before, after = changes(unit, facts)
        if not after:
            return unit
        with action(actor, "org.change-facts") as act:
            refresh_search(unit)
            unit.save(update_fields=[*after, "search"])
            before.pop("outline", None)
            if after.pop("outline", None) is not None:
                after["outline"] = True
            act.entry(
                _("changed facts of %(unit)s") % {"unit": unit.name},
                on=unit,
                path=unit.path,
                before=before,
                after=after,
            )
    return unit


def change_code(actor: Actor, unit: Unit, code: str) -> Unit:
    """Give ``unit`` another official code (a school that changes its type gets a new one)."""
    with action(actor, "org.change-code") as act:
        unit = lock_to_reshape(actor, unit)
        require_open(unit)
        code = check_code(code, unit.kind, _division_above(unit.kind, unit.parent))
        if code and Unit.everything.filter(code=code).exclude(pk=unit.pk).exists():
            raise invalid("code", _("The code %(code)s belongs to another unit already.") % {"code": code})
        old, unit.code = unit.code, code
        refresh_search(unit)
        unit.save(update_fields=["code", "search"])
        act.entry(
            _("changed the code of %(unit)s from %(old)s to %(new)s")
            % {"unit": unit.name, "old": old or "–", "new": code or "–"},
            on=unit,
            path=unit.path,
            before={"code": old},
            after={"code": code},
        )
    return unit


def move_unit(actor: Actor, unit: Unit, parent: Unit) -> Unit:
    """Put ``unit`` with everything below it under ``parent``. Raises :class:`Invalid` for a ring."""
    with action(actor, "org.move-unit") as act:
        unit = lock_to_reshape(actor, unit)
        require_open(unit)
        parent = lock_to_manage(actor, parent)
        require_open(parent)
        check_kind(unit.kind, parent)
        if parent.path.startswith(unit.path):
            raise invalid("parent", _("A unit cannot lie below itself."))
        old_parent, old = unit.parent, unit.path
        relocate(actor, unit, parent)
        act.entry(
            _("moved %(unit)s to %(parent)s") % {"unit": unit.name, "parent": parent.name},
            on=unit,
            path=unit.path,
            before={"parent": old_parent.name if old_parent else "", "path": old},
            after={"parent": parent.name, "path": unit.path},
        )
    return unit


def relocate(actor: Actor, unit: Unit, parent: Unit) -> None:
    """Hang ``unit`` under ``parent`` and rewrite every path below it; the tree must be held."""
    old = unit.path
    new = f"{parent.path}{unit.label}/"
    unit.parent, unit.path = parent, new
    if old == new:
        return
    Unit.everything.filter(subtree(old, "path")).update(
        path=Concat(Value(new), Substr("path", len(old) + 1), output_field=Unit._meta.get_field("path"))
    )
    Unit.everything.filter(pk=unit.pk).update(parent=parent)
    tell_moved(actor, old, new)


def close_unit(actor: Actor, unit: Unit, day: date, reason: str) -> Unit:
    """Close ``unit`` without a successor. Nothing open may lie below it and nobody may hold a post there."""
    with action(actor, "org.close-unit") as act:
        unit = lock_to_reshape(actor, unit)
        require_open(unit)
        not_in_future(day)
        if not reason.strip():
            raise invalid("reason", _("Say why."))
        below = Unit.everything.filter(subtree(unit.path, "path"), closed_on=None).exclude(pk=unit.pk)
        if below.exists():
            raise Refused(
                _("%(count)d open units lie below %(unit)s. Move, merge or close them first.")
                % {"count": below.count(), "unit": unit.name}
            )
        if Holding.everything.filter(Q(ends=None) | Q(ends__gt=day), unit=unit).exists():
            raise Refused(
                _("People still hold posts at %(unit)s. Transfer them or let them leave first, so that "
                  "their open tasks come into other hands.")
                % {"unit": unit.name}
            )  # fmt: skip
        unit.closed_on = day
        unit.save(update_fields=["closed_on"])
        act.entry(
            _("closed %(unit)s on %(day)s: %(reason)s")
            % {"unit": unit.name, "day": day, "reason": reason.strip()},
            on=unit,
            path=unit.path,
            before={"closed_on": None},
            after={"closed_on": day, "reason": reason.strip()},
            tell=[above_must_know(unit, _("%(unit)s was closed.") % {"unit": unit.name})],
        )
    return unit


def above_must_know(unit: Unit, text: str) -> Tell:
    """A notice for everybody who manages the node over ``unit``."""
    path = unit.parent.path if unit.parent else unit.path
    return Tell(text, f"/units/{unit.pk}/", holders=[(MANAGE, path, "")])
