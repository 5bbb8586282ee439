"""What happened to a broken chain: looks around the first place that does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from . import chain

_AROUND = 200
"""How many seals to either side may have changed places."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong. ``kind`` is a code, ``why`` a sentence, ``entry`` its id (None: unknown)."""

    kind: str
    seq: int | None
    entry: int | None
    why: str

    def __str__(self) -> str:
        where = (
            _("entry %(entry)s (seal %(seq)s)") % {"entry": self.entry, "seq": self.seq}
            if self.entry and self.seq
            else _("entry %(entry)s") % {"entry": self.entry}
            if self.entry
            else _("seal %(seq)s") % {"seq": self.seq}
        )
        return f"{where}: {self.why}"


class Row(NamedTuple):
    """A seal with the exact text of its entry (None: no entry) and whether the body fits (None: no body)."""

    seq: int
    entry: int
    hash: str
    text: str | None
    body_fits: bool | None


def gap(seq: int) -> Fault:
    """Seal ``seq`` is missing; name the entry that has none."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select e.id from journal_entry e
            where not exists (select from journal_seal s where s.entry_id = e.id)
            and not exists (select from journal_pending p where p.entry_id = e.id)
            order by e.id limit 1"""
        )
        row = cursor.fetchone()
    if row:
        return Fault("missing-seal", seq, row[0], _("its seal was removed"))
    return Fault("gap", seq, None, _("a seal is missing, and its entry too"))


def altered(row: Row, previous: str) -> Fault:
    """Seal ``row`` does not fit its entry: which of the two was changed, or did seals change places?"""
    around = _texts_around(row.seq)
    for seq, (entry, text, _hash) in around.items():
        if seq != row.seq and chain.link(previous, text) == row.hash:
            return Fault(
                "reordered",
                row.seq,
                row.entry,
                _("it was put in the place of entry %(entry)s") % {"entry": entry},
            )
    own = chain.link(previous, row.text or "")
    after = around.get(row.seq + 1)
    if after and chain.link(own, after[1]) == after[2]:
        return Fault("altered-seal", row.seq, row.entry, _("its seal was altered; the entry itself fits"))
    return Fault("altered-entry", row.seq, row.entry, _("its text was altered after it was sealed"))


def _texts_around(seq: int) -> dict[int, tuple[int, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""select s.seq, e.id, {chain.ENTRY_TEXT}, s.hash
            from journal_seal s join journal_entry e on e.id = s.entry_id
            where s.seq between %s and %s order by s.seq""",  # noqa: S608 - a constant of ours
            [seq - _AROUND, seq + _AROUND],
        )
        return {seq: (entry, text, sealed) for seq, entry, text, sealed in cursor.fetchall()}
