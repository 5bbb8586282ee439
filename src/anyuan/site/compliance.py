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
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from .evaluate import day_of
from .speech import speaking
from .trouble import Trouble, complain, say

if TYPE_CHECKING:
    from anyuan.rules.compliance.public import Change, Rebuilt

SHOWN = 20
EARLIEST = date(2000, 1, 1)
"""Nobody kept records here before; no calendar reaches further back."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["rebuild"])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; end with 1 when something differs"
    )
    parser.add_argument(
        "--since",
        metavar="YYYY-MM-DD",
        help="also periods that are history by now, from this day on",
    )


def main(words: Sequence[str] | None = None) -> int:
    """0 when all is as it should be, 1 when ``--check`` finds a difference, 2 when it is asked wrongly."""
    parser = argparse.ArgumentParser(prog="anyuan compliance")
    add_arguments(parser)
    options = parser.parse_args(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
    django.setup()
    try:
        with speaking():
            since = _since(options.since)
    except Trouble as trouble:
        complain(str(trouble))
        return 2

    from anyuan.foundation.kernel.public import job_actor
    from anyuan.rules.compliance.public import rebuild

    begun = time.monotonic()
    found = rebuild(job_actor("anyuan compliance rebuild"), check=options.check, since=since)
    with speaking():
        return _told(found, time.monotonic() - begun, check=options.check)


def _since(text: str | None) -> date | None:
    """Raises :class:`Trouble` for what is no day, one before :data:`EARLIEST` and one that lies ahead."""
    from anyuan.foundation.kernel.public import clock

    since = day_of(text)
    if since is not None and not EARLIEST <= since <= clock.today():
        wrong = _("%(day)s is before %(earliest)s or lies ahead. Name a day in between.")
        raise Trouble(wrong % {"day": since, "earliest": EARLIEST})
    return since


def _told(found: Rebuilt, took: float, *, check: bool) -> int:
    words = {"count": len(found.differences), "took": f"{took:.1f}"}
    if not check:
        say(_("Derived every verdict anew: %(count)d rows changed (%(took)s s).") % words)
        return 0
    if not found.differences:
        say(_("What is stored is what is derived (%(took)s s).") % words)
        return 0
    differ = ngettext(
        "%(count)d row differs (%(took)s s):",
        "%(count)d rows differ (%(took)s s). The first:",
        len(found.differences),
    )
    complain(differ % words)
    for change in found.differences[:SHOWN]:
        complain(_line(change))
    complain(_("Run `anyuan compliance rebuild` to store what is derived."))
    return 1


def _line(change: Change) -> str:
    what = " ".join(part for part in (change.key, change.subject, change.period) if part)
    nothing = pgettext("verdict", "nothing")
    words = {
        "where": f"{change.path} {what}",
        "before": change.before or nothing,
        "after": change.after or nothing,
    }
    return "  " + _("%(where)s: stored %(before)s, derived %(after)s") % words


if __name__ == "__main__":
    sys.exit(main())
