"""The organisation's door."""

from .catalogue import (
    DOMAIN_OWNER,
    OFFICE_POSTS,
    POSTS,
    SCHOOL_POSTS,
    STAGES,
    Boarding,
    Domain,
    Function,
    Ownership,
    PlaceKind,
    Setting,
    UnitKind,
    UnitType,
)
from .models import Campus, Holding, Person, Place, Term, Unit, UnitName

__all__ = [
    "DOMAIN_OWNER",
    "OFFICE_POSTS",
    "POSTS",
    "SCHOOL_POSTS",
    "STAGES",
    "Boarding",
    "Campus",
    "Domain",
    "Function",
    "Holding",
    "Ownership",
    "Person",
    "Place",
    "PlaceKind",
    "Setting",
    "Term",
    "Unit",
    "UnitKind",
    "UnitName",
    "UnitType",
]
