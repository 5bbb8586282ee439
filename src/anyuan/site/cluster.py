"""What stands inside an embedded cluster: its roles, its database, and where its socket lies."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import psycopg

PORT = "5432"  # part of the socket's name; said everywhere, for PGPORT may say another
_SOCKET_LIMIT = 85  # bytes of folder name; the kernel's limit of 103 covers the socket's own name too
_ROLES = {
    "anyuan_owner": "create role anyuan_owner",
    "anyuan_app": "create role anyuan_app",
    "anyuan": "create role anyuan login in role anyuan_owner, anyuan_app",
}


def socket_folder(home: Path) -> Path:
    """Where the server of ``home`` listens: inside it, or, when its name is too long for a socket, in
    a short private folder that every process of this user finds again."""
    folder = home / "run"
    if len(os.fsencode(folder)) <= _SOCKET_LIMIT:
        return folder
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path("/tmp") / f"anyuan-{os.geteuid()}-{digest}"  # noqa: S108 - its owner and mode are checked


def bootstrap(connect: Callable[[], psycopg.Connection]) -> None:
    """Make the roles and the database where they are missing. Safe to repeat after a crash."""
    with connect() as connection:
        found = {row[0] for row in connection.execute("select rolname from pg_roles")}
        for role, statement in _ROLES.items():
            if role not in found:
                connection.execute(statement.encode())
        if not connection.execute("select from pg_database where datname = 'anyuan'").rowcount:
            connection.execute("create database anyuan owner anyuan_owner encoding 'UTF8' template template0")
