"""What there is to guard: every address of the URL resolver, every operation of the API, every table."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

API_NAMESPACE = "api"

_UNGUARDED = ("django_session", "django_migrations", "procrastinate_", "access_throttle", "access_key_use")
"""Tables that a refused request may touch: sessions, the queue, counters of attempts and uses."""


def pages() -> dict[str, URLPattern]:
    """Every page by its full name (``hazard:page``), or by its pattern where it has no name."""
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, URLPattern]]:
    for item in resolver.url_patterns:
        if isinstance(item, URLPattern):
            yield namespace + (item.name or str(item.pattern)), item
        elif item.namespace != API_NAMESPACE:
            yield from _walk(item, namespace + (f"{item.namespace}:" if item.namespace else ""))


def methods_of(pattern: URLPattern) -> set[str]:
    """The methods a page says it takes; one made without ``@page`` counts as GET."""
    return set(getattr(pattern.callback, "methods", ("GET",)))


def operations() -> dict[str, tuple[str, str]]:
    """Every API operation: operation id → (method, path with ``{names}``)."""
    from anyuan.edge.api.app import api

    paths = api.get_openapi_schema(path_prefix="")["paths"]
    return {
        operation["operationId"]: (method.upper(), f"/{path.lstrip('/')}")
        for path, methods in paths.items()
        for method, operation in methods.items()
    }


def fingerprint() -> dict[str, tuple[int, int]]:
    """Of every business table: how many rows, and a sum over what they hold."""
    with connection.cursor() as cursor:
        tables = [t for t in connection.introspection.table_names(cursor) if not t.startswith(_UNGUARDED)]
        cursor.execute(
            " union all ".join(
                f"select '{t}', count(*), coalesce(sum(hashtextextended(x::text, 0)), 0) from {t} x"
                for t in tables
            )
        )
        return {name: (rows, int(total)) for name, rows, total in cursor.fetchall()}
