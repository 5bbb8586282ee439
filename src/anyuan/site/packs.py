"""``anyuan packs check``: read the policy packs as loading would, and say every fault. Needs no database."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import django

from .trouble import complain, say


def main(words: Sequence[str] | None = None) -> int:
    """0 when all packs can be loaded, 1 with one line per fault."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
    django.setup()
    from anyuan.rules.policy.public import check_packs, pack_root

    paths = [Path(word) for word in (sys.argv[1:] if words is None else words)]
    missing = [path for path in paths if not path.is_dir()]
    for path in missing:
        complain(f"{path} is no folder.")
    if missing:
        return 1
    problems = check_packs(paths)
    for problem in problems:
        complain(str(problem))
    if problems:
        return 1
    say(f"The packs in {', '.join(map(str, paths)) or pack_root()} can be loaded.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
