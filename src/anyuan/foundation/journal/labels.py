"""How the values of entries are called on the page: the rooms name theirs, a few names serve all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from anyuan.foundation.kernel.public import clock

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Words = Mapping[str, "StrOrPromise"]

_COMMON: dict[str, StrOrPromise] = {
    "address": pgettext_lazy("entry value", "Address"),
    "answer": pgettext_lazy("entry value", "Answer"),
    "cards": pgettext_lazy("entry value", "Role cards"),
    "columns": pgettext_lazy("entry value", "Columns"),
    "closed_on": pgettext_lazy("entry value", "Closed on"),
    "code": pgettext_lazy("entry value", "Code"),
    "count": pgettext_lazy("entry value", "Number of rows"),
    "data": pgettext_lazy("entry value", "Content"),
    "day": pgettext_lazy("entry value", "Day"),
    "days": pgettext_lazy("entry value", "Days"),
    "deputy": pgettext_lazy("entry value", "Deputy"),
    "domains": pgettext_lazy("entry value", "Domains"),
    "due_at": pgettext_lazy("entry value", "Due by"),
    "due_on": pgettext_lazy("entry value", "Due by"),
    "ends": pgettext_lazy("entry value", "Last day"),
    "ends_at": pgettext_lazy("entry value", "Ends"),
    "files": pgettext_lazy("entry value", "Files"),
    "first": pgettext_lazy("entry value", "First"),
    "is_active": pgettext_lazy("entry value", "Account usable"),
    "keys": pgettext_lazy("entry value", "API keys"),
    "kind": pgettext_lazy("entry value", "Kind"),
    "last": pgettext_lazy("entry value", "Last"),
    "moved": pgettext_lazy("entry value", "Deadlines moved"),
    "name": pgettext_lazy("entry value", "Name"),
    "new": pgettext_lazy("entry value", "Newly made"),
    "papers": pgettext_lazy("entry value", "Signed pages"),
    "operation": pgettext_lazy("entry value", "Operation"),
    "parent": pgettext_lazy("entry value", "Belongs to"),
    "people": pgettext_lazy("entry value", "People"),
    "person": pgettext_lazy("entry value", "Person"),
    "phone": pgettext_lazy("entry value", "Phone"),
    "photos": pgettext_lazy("entry value", "Photos"),
    "place": pgettext_lazy("entry value", "Place"),
    "place_kind": pgettext_lazy("entry value", "Kind of place"),
    "places": pgettext_lazy("entry value", "Places"),
    "post": pgettext_lazy("entry value", "Post"),
    "posts": pgettext_lazy("entry value", "Posts"),
    "posts_carried": pgettext_lazy("entry value", "Posts carried over"),
    "posts_ended": pgettext_lazy("entry value", "Posts ended"),
    "reason": pgettext_lazy("entry value", "Reason"),
    "record": pgettext_lazy("entry value", "Record"),
    "register": pgettext_lazy("entry value", "Register"),
    "registers": pgettext_lazy("entry value", "Registers"),
    "revoked_at": pgettext_lazy("entry value", "Revoked at"),
    "role": pgettext_lazy("entry value", "Role"),
    "roles": pgettext_lazy("entry value", "Roles"),
    "size": pgettext_lazy("entry value", "Size in bytes"),
    "source": pgettext_lazy("entry value", "Source"),
    "starts": pgettext_lazy("entry value", "First day"),
    "state": pgettext_lazy("entry value", "State"),
    "states": pgettext_lazy("entry value", "States"),
    "successor": pgettext_lazy("entry value", "Successor"),
    "table": pgettext_lazy("entry value", "Table"),
    "tasks": pgettext_lazy("entry value", "Open tasks"),
    "unit": pgettext_lazy("entry value", "Unit"),
    "units": pgettext_lazy("entry value", "Units"),
    "uploader": pgettext_lazy("entry value", "Uploaded by"),
    "vacant": pgettext_lazy("entry value", "Vacant posts"),
    "version": pgettext_lazy("entry value", "Version"),
    "working": pgettext_lazy("entry value", "Working day"),
}
_FIELDS: dict[str, Words] = {}
_VALUES: dict[str, Mapping[str, Words]] = {}

_MACHINE = {"digest", "sha256", "mime", "version", "path"}
_KEY = re.compile(r"\[?\"?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*Z")


def name_values(room: str, fields: Words, values: Mapping[str, Words] | None = None) -> None:
    """Say how ``room`` (the first part of its verbs) calls its fields, and the codes that stand in them."""
    _FIELDS[room] = fields
    _VALUES[room] = values or {}


def field_label(room: str, name: str) -> str:
    """The field in words; one that nobody named shows as it is."""
    return str(_FIELDS.get(room, {}).get(name) or _COMMON.get(name) or name)


def value_words(room: str, name: str, value: str) -> str:
    """A code in words, an instant as a Shanghai moment (midnight as the end of the day before)."""
    word = _VALUES.get(room, {}).get(name, {}).get(value)
    if word is not None:
        return str(word)
    if not _INSTANT.fullmatch(value):
        return value
    here = datetime.fromisoformat(value).astimezone(clock.SHANGHAI)
    if here.strftime("%H%M%S") == "000000":
        return _("end of %(day)s") % {"day": (here - timedelta(days=1)).date().isoformat()}
    return here.strftime("%Y-%m-%d %H:%M")


def for_machines(name: str, before: str, after: str) -> bool:
    """Keys, hashes and versions: they prove something, but say nothing to a reader."""
    return name in _MACHINE or bool(_KEY.match(after or before))
