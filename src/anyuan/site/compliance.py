"""``anyuan compliance rebuild``: derive every verdict anew, or prove that what is stored is right."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import django

from .trouble import complain, say

if TYPE_CHECKING:
    from anyuan.rules.compliance.public import Change

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["rebuild"])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; end with 1 when something differs"
    )
    parser.add_argument(
        "--since",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="also periods that are history by now, from this day on",
    )


def main(words: Sequence[str] | None = None) -> int:
    """0 when all is as it should be, 1 when ``--check`` finds a difference."""
    parser = argparse.ArgumentParser(prog="anyuan compliance")
    add_arguments(parser)
    options = parser.parse_args(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
    django.setup()
    from anyuan.foundation.kernel.public import job_actor
    from anyuan.rules.compliance.public import rebuild

    begun = time.monotonic()
    found = rebuild(job_actor("anyuan compliance rebuild"), check=options.check, since=options.since)
    took = f"({time.monotonic() - begun:.1f} s)"
    count = len(found.differences)
    if not options.check:
        say(f"Derived every verdict anew: {count} rows changed {took}.")
        return 0
    if not count:
        say(f"What is stored is what is derived {took}.")
        return 0
    complain(f"{count} rows differ {took}. The first:")
    for change in found.differences[:SHOWN]:
        complain(_line(change))
    complain("Run `anyuan compliance rebuild` to store what is derived.")
    return 1


def _line(change: Change) -> str:
    what = " ".join(part for part in (change.key, change.subject, change.period) if part)
    return f"  {change.path} {what}: stored {change.before or 'nothing'}, derived {change.after or 'nothing'}"


if __name__ == "__main__":
    sys.exit(main())
