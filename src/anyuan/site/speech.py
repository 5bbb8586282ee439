"""The language of a command: that of the terminal, for every line of a run."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager

from django.utils import translation

_NAMES = ("LC_ALL", "LC_MESSAGES", "LANG")


def terminal_language() -> str:
    """Chinese where the terminal's locale is Chinese, else English."""
    named = next((os.environ[name] for name in _NAMES if os.environ.get(name)), "")
    return "zh-hans" if named.lower().startswith("zh") else "en"


def speaking() -> AbstractContextManager[object]:
    """Whatever is said within is in that language, also what a room says."""
    return translation.override(terminal_language())
