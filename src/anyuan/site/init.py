"""``anyuan init``: begin a real deployment – the tree, the first administrator, units and people from files.

Everything happens in one transaction: with a wrong row, or ``--dry-run``, nothing is written.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import django

from .trouble import Trouble, complain, say

if TYPE_CHECKING:
    from anyuan.foundation.org.public import Unit

ADMINISTRATOR = "平台管理员"
_JOB = "anyuan init"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command line takes; ``anyuan init`` and this module share it."""
    parser.add_argument("--division", metavar="CODE", help="two, four or six digits, for example 3206")
    parser.add_argument(
        "--outlines", type=Path, metavar="PATH", help="GeoJSON file, folder or archive with county outlines"
    )
    parser.add_argument("--admin", metavar="NAME", default=ADMINISTRATOR, help="the first administrator")
    parser.add_argument("--phone", metavar="NUMBER", default="", help="and his phone number, to log in with")
    parser.add_argument("--units", type=Path, metavar="FILE", help="workbook of schools and departments")
    parser.add_argument("--people", type=Path, metavar="FILE", help="workbook of people and their posts")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")


def main(words: Sequence[str] | None = None) -> int:
    """0 when done, 1 with a sentence that says what to put right."""
    parser = argparse.ArgumentParser(prog=_JOB)
    add_arguments(parser)
    options = parser.parse_args(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
    django.setup()
    from anyuan.foundation.kernel.public import Problem

    try:
        begin(options)
    except Trouble as trouble:
        complain(str(trouble))
        return 1
    except Problem as problem:
        complain(problem.message)
        return 1
    return 0


def begin(options: argparse.Namespace) -> None:
    """Plant, appoint, import. Raises :class:`Trouble` or a ``Problem``; then nothing was written."""
    from django.db import transaction

    from anyuan.rules.ledger.public import define_registers
    from anyuan.rules.policy.public import load_packs

    if not options.division:
        raise Trouble("Name the division this installation is for, for example --division 3206.")
    _refuse_demo()
    with transaction.atomic():
        root = _root(options.division, options.outlines)
        for kind, path in (("units", options.units), ("people", options.people)):
            if path is not None:
                _take(root, kind, path)
        _appoint(root, options.admin, options.phone)
        loaded = load_packs().loaded
        define_registers()
        if loaded:
            say(f"Documents loaded: {len(loaded)}. Put them into force on the page of documents.")
        if options.dry_run:
            transaction.set_rollback(True)
    if options.dry_run:
        say("This was a dry run: nothing was written, the code above does not work.")


def _refuse_demo() -> None:
    from anyuan.foundation.access.public import DemoCard

    if DemoCard.objects.exists():
        raise Trouble("This database holds the demo's invented city. Begin with an empty one.")


def _root(code: str, outlines: Path | None) -> Unit:
    """The unit of the division, planted now or before."""
    from anyuan.foundation.kernel.public import job_actor
    from anyuan.foundation.org.public import Unit, find_division, plant_tree

    if outlines is not None and not outlines.exists():
        raise Trouble(f"There is no file or folder {outlines}.")
    division = find_division(code)
    known = Unit.everything.filter(code=division.code).first()
    if isinstance(known, Unit):
        say(f"{known.name} is in the tree already and is kept.")
        return known
    planted = plant_tree(job_actor(_JOB), code, outlines=outlines)
    say(f"Planted {division.name}: {len(planted.units)} units.")
    if outlines is not None and planted.without_outline:
        say(f"Without outline: {'、'.join(planted.without_outline)}.")
    if planted.by_name:
        say(f"Outline found by name, please check: {'、'.join(planted.by_name)}.")
    return next(u for u in planted.units if u.code == division.code)


def _take(root: Unit, kind: str, path: Path) -> None:
    """Import one workbook. Raises :class:`Trouble` with its first faults; a marked copy is left beside it."""
    from anyuan.foundation.kernel.public import job_actor
    from anyuan.foundation.org.public import dry_run, given_back, run_import

    actor = job_actor(_JOB)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror}.") from error
    report = dry_run(actor, root, kind, content)
    if report.problems:
        marked = path.with_name(f"{path.stem}-marked.xlsx")
        with given_back(report) as book:
            marked.write_bytes(book.read())
        lines = [f"  row {p.number}: {p.message}" for p in report.problems[:10]]
        raise Trouble(
            f"{path}: {report.wrong} of {report.rows} rows are wrong, nothing was written.\n"
            + "\n".join(lines)
            + f"\nAll of them are marked in {marked}; correct it and use it instead."
        )
    run_import(actor, root, kind, content)
    say(f"{path.name}: {report.new} new, {report.changed} changed, {report.unchanged} unchanged.")


def _appoint(root: Unit, name: str, phone: str) -> None:
    """The first administrator, with an activation code; nobody when there is one already."""
    from anyuan.foundation.access.public import make_slips, open_accounts
    from anyuan.foundation.kernel.public import job_actor
    from anyuan.foundation.org.public import Holding, NewPost, add_person, hold_post

    held = Holding.everything.filter(Holding.running(), unit=root, post="platform-admin")
    if held.exists():
        say(f"{root.name} has an administrator already.")
        return
    actor = job_actor(_JOB)
    person = add_person(actor, root, name, phone)
    hold_post(actor, person, root, NewPost("platform-admin"))
    open_accounts(actor, [person])
    [slip] = make_slips(actor, [person])
    say(f"First administrator: {person.name}, logs in as {slip.user.login}.")
    say(f"Activation code: {slip.spaced}  (valid for 14 days; enter it at /activate/)")


if __name__ == "__main__":
    sys.exit(main())
