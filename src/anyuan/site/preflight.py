"""Is the database of ``DATABASE_URL`` one we can work with? Said before anything is started."""

from __future__ import annotations

from urllib.parse import urlsplit

import psycopg

from .trouble import Trouble

OLDEST = 15
_SHAPE = "postgresql://user:password@host:5432/anyuan"
_CAUSES = {
    "password authentication failed": "the server refuses this user name or password",
    "no password supplied": "the server wants a password and the address has none",
    "does not exist": "there is no such database or user on the server",
    "Connection refused": "nothing listens at this host and port",
    "No such file or directory": "there is no socket at this place",
    "translate host name": "the host name is unknown",
    "resolve host": "the host name is unknown",
    "timeout expired": "the host does not answer",
    "No route to host": "the host cannot be reached",
    "Network is unreachable": "the host cannot be reached",
    "too many clients": "the server has no connection left",
}


def check(url: str) -> None:
    """Raises :class:`Trouble` in words when the address is wrong, the server is silent or too old, or
    the two roles are missing. Never repeats the password."""
    where = _where(url)
    try:
        connection = psycopg.connect(url, connect_timeout=10, autocommit=True)
    except psycopg.Error as error:
        raise Trouble(f"DATABASE_URL ({where}) does not work: {_cause(str(error))}.") from None
    with connection:
        version = connection.info.server_version // 10000
        if version < OLDEST:
            raise Trouble(
                f"The server at {where} is PostgreSQL {version}; Anyuan needs {OLDEST} or newer. Upgrade it, "
                "or leave DATABASE_URL unset to use the embedded one."
            )
        _roles(connection, where)


def _where(url: str) -> str:
    """The address without its password."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise Trouble(f"DATABASE_URL is not an address. It looks like {_SHAPE}") from None
    if parts.scheme not in ("postgres", "postgresql"):
        raise Trouble(
            f"DATABASE_URL names {parts.scheme or 'no kind of database'!r}; Anyuan runs on PostgreSQL only. "
            f"It looks like {_SHAPE}"
        )
    user = f"{parts.username}@" if parts.username else ""
    return f"{user}{parts.hostname or 'local socket'}{port}{parts.path}"


def _cause(message: str) -> str:
    for sign, cause in _CAUSES.items():
        if sign in message:
            return cause
    return message.strip().split("\n")[-1].rstrip(".")


def _roles(connection: psycopg.Connection, where: str) -> None:
    rows = connection.execute(
        "select rolname from pg_roles where rolname in ('anyuan_owner', 'anyuan_app')"
        " and pg_has_role(current_user, oid, 'member')"
    ).fetchall()
    if len(rows) < 2:
        user, name = connection.info.user, connection.info.dbname
        raise Trouble(
            f"At {where} the user may not work as anyuan_owner and anyuan_app. Let an administrator run:\n"
            f"  create role anyuan_owner; create role anyuan_app;\n"
            f'  grant anyuan_owner, anyuan_app to "{user}";\n'
            f'  alter database "{name}" owner to anyuan_owner;'
        )
