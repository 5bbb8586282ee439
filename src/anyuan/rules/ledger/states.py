"""The states of a record and the moves between them; kinds of subject, sources of a fact."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    """``pending``: entered later than allowed, waits for approval and does not count yet."""

    VALID = "valid", pgettext_lazy("record state", "Valid")
    PENDING = "pending", pgettext_lazy("record state", "Waits for approval")
    REFUSED = "refused", pgettext_lazy("record state", "Refused")
    SUPERSEDED = "superseded", pgettext_lazy("record state", "Replaced")
    VOID = "void", pgettext_lazy("record state", "Void")


MOVES: dict[str, dict[str, str]] = {
    State.PENDING: {
        "approve": State.VALID,
        "refuse": State.REFUSED,
        "supersede": State.SUPERSEDED,
        "void": State.VOID,
    },
    State.VALID: {"supersede": State.SUPERSEDED, "void": State.VOID},
}
"""State → move → next state. Refused, replaced and void records stay readable and never move again."""

STANDING = (State.VALID, State.PENDING)
"""The states in which a record holds its slot."""


class SubjectKind(TextChoices):
    """What a requirement may be per, apart from the unit itself."""

    CLASS = "class", pgettext_lazy("subject kind", "Class")
    STAGE = "stage", pgettext_lazy("subject kind", "School stage")
    BUILDING = "building", pgettext_lazy("subject kind", "Building")
    DORMITORY = "dormitory", pgettext_lazy("subject kind", "Dormitory building")
    PLACE = "place", pgettext_lazy("subject kind", "Inspection point")
    VEHICLE = "vehicle", pgettext_lazy("subject kind", "Vehicle")
    CAMERA = "camera", pgettext_lazy("subject kind", "Camera")
    POST = "post", pgettext_lazy("subject kind", "Post")


MIRRORED = (SubjectKind.STAGE, SubjectKind.PLACE, SubjectKind.POST)
"""Kinds that follow the organisation; nobody enters them here."""


class FactSource(TextChoices):
    """Where the value of a fact comes from."""

    DECLARED = "declared", pgettext_lazy("fact source", "Declared")
    IMPORT = "import", pgettext_lazy("fact source", "From a workbook")
    API = "api", pgettext_lazy("fact source", "From another system")
