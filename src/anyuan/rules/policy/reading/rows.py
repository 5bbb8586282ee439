"""The folder of packs and the table of requirement rows."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

import anyuan


def pack_root() -> Path:
    """The folder of packs: ``ANYUAN_PACKS``, or ``packs/`` of the clone this package runs from.

    Raises ``FileNotFoundError`` with the way out when there is none.
    """
    named = os.environ.get("ANYUAN_PACKS")
    source = next(iter(anyuan.__path__))
    root = Path(named) if named else Path(source).resolve().parents[1] / "packs"
    if not root.is_dir():
        raise FileNotFoundError(
            _("No packs in %(folder)s. Name their folder in ANYUAN_PACKS.") % {"folder": root}
        )
    return root


@dataclass(frozen=True, slots=True)
class RowEntry:
    """A requirement row: its kind (CHK, SCHED …), tier (A, B, C) and parameters."""

    id: str
    section: str
    kind: str
    tier: str
    parameters: str


def row_table(root: Path | None = None) -> dict[str, RowEntry]:
    """``packs/rows.tsv``: every requirement row of the documents, by id, in their order."""
    with ((root or pack_root()) / "rows.tsv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: RowEntry(**row) for row in csv.DictReader(file, delimiter="\t")}


def pack_folders(root: Path) -> list[Path]:
    return sorted(p for p in root.iterdir() if p.is_dir() and any(p.glob("*.yaml")))
