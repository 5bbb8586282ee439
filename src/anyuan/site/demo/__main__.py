"""``python -m anyuan.site.demo``: fill the database with the invented city unless it is there already."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import django

from anyuan.site import supervisor
from anyuan.site.trouble import Trouble, complain, say


def main() -> int:
    """0 when the demo is there, 1 when it must not or cannot be made."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
    django.setup()
    from django.conf import settings
    from django.utils import translation

    from . import fill

    if not settings.DEMO:
        complain("The invented city is only made with ANYUAN_DEMO=1; use `anyuan demo`.")
        return 1
    try:
        if fill.is_filled():
            _note_filled(settings.HOME)
            return 0
        total = fill.wanted_schools()
        say(f"Filling the demo: an invented city with {total} schools ...")
        begun = time.monotonic()
        with translation.override(settings.LANGUAGE_CODE):
            fill.fill(total)
        _note_filled(settings.HOME)
        say(f"The demo is filled ({time.monotonic() - begun:.0f} s).")
    except Trouble as trouble:
        complain(str(trouble))
        return 1
    return 0


def _note_filled(home: Path) -> None:
    """Tell the next start that it need not ask, in the mark that the command line made."""
    mark = home / supervisor.INVENTED
    if mark.exists():
        mark.write_text(supervisor.FILLED)


if __name__ == "__main__":
    sys.exit(main())
