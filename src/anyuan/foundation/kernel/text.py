"""Chinese text search without an extension: bigrams into a ``simple`` tsvector, computed by us."""

from __future__ import annotations

import re

_WORD = re.compile(r"[0-9a-z]+|[\u3400-\u9fff]+", re.IGNORECASE)


def bigrams(text: str) -> str:
    """Words for a ``simple`` tsvector: Latin words whole, runs of Han characters as bigrams.

    A single Han character stands alone. ``bigrams("消防通道 A3")`` is ``"消防 防通 通道 a3"``.
    """
    words: list[str] = []
    for run in _WORD.findall(text.lower()):
        if run[0].isascii() or len(run) == 1:
            words.append(run)
        else:
            words.extend(run[i : i + 2] for i in range(len(run) - 1))
    return " ".join(words)
