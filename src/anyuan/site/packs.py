"""``anyuan packs``: check the policy packs, say which rows they cover, compare two of them.

``check`` and ``coverage`` read files only; ``diff`` asks the database for a version written ``pack@2``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.utils.translation import gettext as _

from .speech import speaking
from .trouble import Trouble, complain, say

if TYPE_CHECKING:
    from anyuan.rules.policy.public import Coverage, Covered, PackFile

COMMANDS = ("check", "coverage", "diff")


class Faulty(Trouble):
    """A pack that cannot be read because of its own faults."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=COMMANDS)
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PACK",
        help="pack folders, or folders of packs (default: packs/); for diff an old and a new one, "
        "each a folder or a loaded version such as guyuan-2018-risk-control@2",
    )
    parser.add_argument("--missing", action="store_true", help="coverage: only rows that lack something")


def main(words: Sequence[str] | None = None) -> int:
    """0 when there is nothing to complain about, 1 for faults in packs, 2 when it is asked wrongly."""
    parser = argparse.ArgumentParser(prog="anyuan packs")
    add_arguments(parser)
    options = parser.parse_args(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
    django.setup()
    with speaking():
        try:
            return _run(options)
        except Trouble as trouble:
            complain(str(trouble))
            return 1 if isinstance(trouble, Faulty) else 2


def _run(options: argparse.Namespace) -> int:
    if options.what == "diff":
        return _diff(options.paths)
    paths = [_folder(word) for word in options.paths]
    return _check(paths) if options.what == "check" else _coverage(paths, missing=options.missing)


def _folder(word: str) -> Path:
    """Raises :class:`Trouble` for what is none."""
    path = Path(word)
    if not path.is_dir():
        raise Trouble(_("%(path)s is no folder.") % {"path": path})
    return path


def _check(paths: Sequence[Path]) -> int:
    from anyuan.rules.policy.public import check_packs, pack_root

    problems = check_packs(paths)
    for problem in problems:
        complain(str(problem))
    if problems:
        return 1
    looked_at = ", ".join(map(str, paths)) or pack_root()
    say(_("The packs in %(folders)s can be loaded.") % {"folders": looked_at})
    return 0


def _coverage(paths: Sequence[Path], *, missing: bool) -> int:
    from anyuan.rules.policy.public import coverage

    found = coverage(paths)
    for covered in found.rows:
        if not missing or not covered.executed or (found.looked_at_tests and not covered.proved):
            say(_line(covered, found))
    for strange in found.strange:
        complain(_("%(row)s is no requirement row.") % {"row": strange})
    for label, key in ((_("tier"), 0), (_("document"), 1), (_("kind"), 2)):
        for value, (rows, executed, proved) in _totals(found, key).items():
            words = {"label": label, "value": value, "rows": rows, "executed": executed, "proved": proved}
            if found.looked_at_tests:
                say(_("%(label)s %(value)s: %(rows)d rows, %(executed)d executed, %(proved)d proved") % words)
            else:
                say(_("%(label)s %(value)s: %(rows)d rows, %(executed)d executed") % words)
    if not found.looked_at_tests:
        say(_("The tests are not installed here: what they prove is not known."))
    return 1 if found.strange else 0


def _line(covered: Covered, found: Coverage) -> str:
    row = covered.row
    words = {
        "row": f"{row.id} {row.kind} {row.tier}",
        "places": ", ".join(covered.places) or _("missing"),
        "tests": ", ".join(covered.tests) or _("missing"),
    }
    if found.looked_at_tests:
        return _("%(row)s: executed: %(places)s; proved: %(tests)s") % words
    return _("%(row)s: executed: %(places)s") % words


def _totals(found: Coverage, key: int) -> dict[str, tuple[int, int, int]]:
    rows, executed, proved = Counter[str](), Counter[str](), Counter[str]()
    for covered in found.rows:
        value = (covered.row.tier, covered.row.id[:3], covered.row.kind)[key]
        rows[value] += 1
        executed[value] += covered.executed
        proved[value] += covered.proved
    return {value: (rows[value], executed[value], proved[value]) for value in sorted(rows)}


def _diff(words: Sequence[str]) -> int:
    from anyuan.rules.policy.public import differences

    if len(words) != 2:
        raise Trouble(_("Name the old and the new one: anyuan packs diff OLD NEW"))
    found = differences(*(_pack(word) for word in words))
    for difference in found:
        say(str(difference))
    if not found:
        say(_("The two say the same."))
    return 0


def _pack(word: str) -> PackFile:
    """A pack folder, or a loaded version. Raises :class:`Trouble`, :class:`Faulty`."""
    from anyuan.rules.policy.public import loaded_pack, parts_in

    if "@" in word and not Path(word).exists():
        code, _at, version = word.rpartition("@")
        found = loaded_pack(code, int(version)) if version.isdigit() else None
        if found is None:
            raise Trouble(
                _("No version %(version)s of %(code)s is loaded.") % {"version": version, "code": code}
            )
        return found
    if not Path(word).is_dir():
        raise Trouble(_("%(word)s is neither a folder nor a loaded version such as pack@2.") % {"word": word})
    if not (Path(word) / "pack.yaml").is_file():
        raise Trouble(_("%(word)s is no pack folder.") % {"word": word})
    parts, problems = parts_in(Path(word))
    if parts is None:
        raise Faulty("\n".join(map(str, problems)))
    return parts


if __name__ == "__main__":
    sys.exit(main())
