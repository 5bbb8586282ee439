"""The kernel's door: clock, ids, errors, actor, scoped rows, paging, text search, forms sent once."""

from . import clock
from .actor import NOBODY, Actor, ActorKind, Grant, job_actor
from .answers import Listing
from .errors import Conflict, Invalid, NotFound, NotPermitted, Problem, Refused
from .ids import first_id_at, new_id
from .models import ClosedManager, OpenManager, Row, Scoped, ScopedQuerySet, subtree
from .once import forget_old, once
from .paging import Page, paginate
from .text import bigrams

__all__ = [
    "NOBODY",
    "Actor",
    "ActorKind",
    "ClosedManager",
    "Conflict",
    "Grant",
    "Invalid",
    "Listing",
    "NotFound",
    "NotPermitted",
    "OpenManager",
    "Page",
    "Problem",
    "Refused",
    "Row",
    "Scoped",
    "ScopedQuerySet",
    "bigrams",
    "clock",
    "first_id_at",
    "forget_old",
    "job_actor",
    "new_id",
    "once",
    "paginate",
    "subtree",
]
