"""Static files are served from the rooms' own folders, under a name that changes with their content."""

from __future__ import annotations

import hashlib
from pathlib import Path


def version(package: Path) -> str:
    """A short hash over every static file's name and content."""
    digest = hashlib.sha256()
    for folder in sorted(package.glob("*/*/static")):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
                digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def immutable(path: str, url: str) -> bool:
    """Every address carries the version, so a browser may keep any of them for good."""
    return True
