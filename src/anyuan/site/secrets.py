"""Keys that lie outside the database and outside the repository."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(home: Path) -> str:
    """Django's secret key: from the environment, or made once and kept in the data folder."""
    return os.environ.get("ANYUAN_SECRET_KEY") or _kept(home / "secret.key")


def journal_key(home: Path) -> str:
    """The key that signs the heads of the trail."""
    return os.environ.get("ANYUAN_JOURNAL_KEY") or _kept(home / "journal.key")


def _kept(path: Path) -> str:
    """Read the key at ``path``; make it, readable by its owner only, when it is not there."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            key = secrets.token_urlsafe(48)
            file.write(key)
        return key
