"""Entries as the trail page shows them: whose, where, and what was before and after, line by line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anyuan.foundation.kernel.public import Actor

from .labels import field_label, for_machines, value_words
from .models import Entry
from .units import names_of

AREAS = {
    "hazard": gettext_lazy("Hazards"),
    "ledger": gettext_lazy("Records and rounds"),
    "policy": gettext_lazy("Documents and checklists"),
    "files": gettext_lazy("Files"),
    "org": gettext_lazy("Units and people"),
    "access": gettext_lazy("Accounts and roles"),
    "notify": gettext_lazy("Notices"),
    "journal": gettext_lazy("The trail itself"),
    "database": gettext_lazy("Changes past the program"),
}
"""The first part of a verb, in words; one that is not here shows as it is."""

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after, as text ("" where there was none).

    ``machine`` says that it is a key, a hash or a version: shown with the entry itself, not in the list.
    """

    name: str
    before: str
    after: str
    machine: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry with what the page says of it. ``changes`` is None when the content was erased."""

    entry: Entry
    area: str
    unit: str
    seq: int | None
    hash: str
    changes: list[Change] | None

    @property
    def told(self) -> list[Change]:
        """The changes that say something to a reader."""
        return [change for change in self.changes or [] if not change.machine]


def area_of(verb: str) -> str:
    code = verb.partition(".")[0]
    return str(AREAS.get(code, code))


def areas_in(verbs: Iterable[str]) -> list[tuple[str, str]]:
    """(code, words) of the areas that occur, in the order of ``AREAS``."""
    codes = {verb.partition(".")[0] for verb in verbs}
    known = [code for code in AREAS if code in codes]
    return [(code, area_of(code)) for code in (*known, *sorted(codes.difference(known)))]


def shown(actor: Actor, entries: list[Entry]) -> list[Shown]:
    """The entries ready to show, unit names in one query."""
    names = names_of(actor, {e.unit_path for e in entries})
    return [_shown(entry, names) for entry in entries]


def _shown(entry: Entry, names: dict[str, str]) -> Shown:
    seal = getattr(entry, "seal", None)
    unit = _("Whole system") if entry.unit_path == "/" else names.get(entry.unit_path, "")
    return Shown(
        entry=entry,
        area=area_of(entry.verb),
        unit=unit,
        seq=seal.seq if seal else None,
        hash=seal.hash if seal else "",
        changes=_changes(entry),
    )


def _changes(entry: Entry) -> list[Change] | None:
    try:
        body = json.loads(entry.body.text)
    except ObjectDoesNotExist:
        return None
    before, after = body["before"], body["after"]
    keys = [*after, *(k for k in before if k not in after)]
    room = entry.verb.partition(".")[0]
    return [_change(room, key, _text(before.get(key)), _text(after.get(key))) for key in keys]


def _change(room: str, name: str, before: str, after: str) -> Change:
    return Change(
        name=field_label(room, name),
        before=value_words(room, name, before),
        after=value_words(room, name, after),
        machine=for_machines(name, before, after),
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = _(", ").join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
