"""Where the database is: ``DATABASE_URL``, or the embedded server of the data folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .cluster import PORT, socket_folder

ROLE = os.environ.get("ANYUAN_DB_ROLE", "anyuan_app")


def settings(home: Path) -> dict[str, Any]:
    """Django's DATABASES entry. The session works as ``ROLE``, whoever logs in."""
    url = os.environ.get("DATABASE_URL")
    base = _from_url(url) if url else _embedded(home)
    options = {"options": f"-c role={ROLE}", **base.pop("OPTIONS", {})}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        **base,
        "OPTIONS": options,
        "TEST": {"NAME": "test_anyuan" + os.environ.get("ANYUAN_TEST_SUFFIX", "")},
    }


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")) or "anyuan",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }


def _embedded(home: Path) -> dict[str, Any]:
    return {"NAME": "anyuan", "USER": "anyuan", "HOST": str(socket_folder(home)), "PORT": PORT}


_TRAIL = "journal_entry, journal_body, journal_seal, journal_head"


def grant(cursor: Any) -> None:
    """After a migration, as the owner: the app role may read and write, and only add to the trail."""
    cursor.execute("grant usage on schema public to anyuan_app")
    cursor.execute("grant select, insert, update, delete on all tables in schema public to anyuan_app")
    cursor.execute("grant usage, select, update on all sequences in schema public to anyuan_app")
    cursor.execute("grant execute on all functions in schema public to anyuan_app")
    cursor.execute(f"revoke update, delete, truncate on {_TRAIL} from anyuan_app")
