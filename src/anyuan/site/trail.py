"""``anyuan journal verify``: read the whole trail and prove it, or name the entry that was changed."""

from __future__ import annotations

import os
import sys
import time

import django

from .trouble import complain, say


def main() -> int:
    """0 when the trail is whole, 1 when it is not."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
    django.setup()
    from anyuan.foundation.journal.public import verify

    begun = time.monotonic()
    verdict = verify()
    if verdict.fault:
        complain(f"The trail is NOT whole. {verdict.fault}")
        return 1
    say(
        f"The trail is whole: {verdict.entries} entries, {verdict.heads} signed heads, "
        f"{verdict.erased} bodies erased by the rules; head {verdict.seq} {verdict.hash} "
        f"({time.monotonic() - begun:.1f} s)."
    )
    if verdict.published is None:
        say("There is no heads.log in the data folder to compare with: a cut-off end would stay unseen.")
    else:
        say(f"Heads published in heads.log that fit: {verdict.published}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
