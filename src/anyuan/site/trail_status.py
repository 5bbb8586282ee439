"""``anyuan journal status``: how far sealer, signatures and followers have come, and what stops them."""

from __future__ import annotations

import os
import sys

import django

from .trouble import complain, say


def main() -> int:
    """0 when nothing is stuck, 1 when a follower cannot handle an entry."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
    django.setup()
    from anyuan.foundation.journal.public import status

    now = status()
    say(f"sealed      {now.seq}")
    say(f"signed      {now.head_seq}" + (f" at {now.head_at:%Y-%m-%d %H:%M} UTC" if now.head_at else ""))
    say(f"unsealed    {now.waiting}" + (f", oldest of {now.oldest:%Y-%m-%d %H:%M} UTC" if now.oldest else ""))
    for follower in now.followers:
        say(f"follower    {follower.name}: at {follower.seq}, {follower.behind} behind")
    for follower in now.stuck:
        complain(
            f"{follower.name} cannot handle entry {follower.seq + 1} (tried {follower.failures} times, "
            f"next at {follower.retry_at:%H:%M:%S} UTC): {follower.error}"
        )
    return 1 if now.stuck else 0


if __name__ == "__main__":
    sys.exit(main())
