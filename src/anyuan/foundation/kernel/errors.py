"""What can go wrong, in words a person can act on.

Pages and the API translate these once (``ui.errors`` and ``edge.api``); rooms only raise them.
Every message is a translated sentence that says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping


class Problem(Exception):
    """Base of everything a user may be told. ``status`` is the HTTP status."""

    status = 400
    code = "problem"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(Problem):
    """Input that cannot be accepted; ``fields`` maps a field name to its messages."""

    status = 422
    code = "invalid"

    def __init__(self, message: str, fields: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class Refused(Problem):
    """A rule of the domain says no (a gate is not met, a state does not allow the move)."""

    status = 409
    code = "refused"


class Conflict(Refused):
    """Somebody else was first. Nothing was changed; look again and decide."""

    code = "conflict"


class NotPermitted(Problem):
    """The actor may see the thing but may not do this to it."""

    status = 403
    code = "not-permitted"


class NotFound(Problem):
    """No such thing, or it lies outside the actor's scope: a stranger cannot tell which."""

    status = 404
    code = "not-found"
