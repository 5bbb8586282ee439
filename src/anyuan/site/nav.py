"""The menu of every page and the unit named in its header. Only ``site`` knows all rooms, so it says both."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Person
from anyuan.foundation.ui.public import Entry, frame

_WORK, _LOOK, _MANAGE = _("Daily work"), _("Overview"), _("Management")

ENTRIES = (
    Entry(pgettext_lazy("menu", "Home"), "desk:home", "home", phone=True),
    Entry(_("Quick snap"), "desk:snap", "camera", ("hazard.report",), _WORK, phone=True, match="/snap/"),
    Entry(
        _("Hazards"), "hazard:list", "alert-triangle", ("hazard.view",), _WORK, phone=True, match="/hazards/"
    ),
    Entry(_("Checks"), "desk:checks", "checklist", ("ledger.record",), _WORK, phone=True, match="/checks/"),
    Entry(_("Ledger"), "ledger:list", "notebook", ("ledger.view",), _WORK),
    Entry(
        _("Schools"), "desk:schools", "school", ("hazard.judge", "hazard.recheck"), _LOOK, match="/schools/"
    ),
    Entry(
        pgettext_lazy("menu", "Compliance"),
        "compliance:home",
        "checklist",
        ("compliance.view",),
        _LOOK,
        match="/compliance/",
    ),
    Entry(_("Hazard figures"), "cockpit:home", "dashboard", ("cockpit.view",), _LOOK, match="/cockpit/"),
    Entry(_("Units"), "org:index", "sitemap", ("org.view",), _LOOK),
    Entry(_("Policy documents"), "policy:documents", "books", ("policy.view",), _LOOK),
    Entry(_("Accounts"), "access:people", "users", ("access.view",), _MANAGE, match="/accounts/"),
    Entry(_("API keys"), "access:keys", "key", ("access.manage",), _MANAGE),
    Entry(_("Audit trail"), "journal:trail", "history", ("journal.view",), _MANAGE),
    Entry(_("Notices"), "notify:list", "bell", (), _MANAGE),
)
"""In the order of the menu; the entries of a group stand together."""


STALE_AFTER = timedelta(minutes=1)
KEPT = 5000
_names: dict[UUID, tuple[str, datetime | None]] = {}
"""Names shown in the header, kept for a minute: every page shows one, and it hardly ever changes."""


def fill() -> None:
    """Register the menu. Called where the addresses are, so that every entry has its page."""
    frame.register(*ENTRIES)
    frame.name_unit_by(unit_name)


def unit_name(actor: Actor) -> str:
    """The unit that keeps the actor's account; "" when he may not see it."""
    if actor.person_id is None:
        return ""
    known, until = _names.get(actor.person_id, ("", None))
    if until is None or clock.now() >= until:
        if len(_names) >= KEPT:
            _names.clear()
        known = _ask(actor)
        _names[actor.person_id] = (known, clock.now() + STALE_AFTER)
    return known


def _ask(actor: Actor) -> str:
    rows = Person.objects.visible_to(actor, Person.view_verb).filter(pk=actor.person_id)
    found = rows.values_list("unit__short_name", "unit__name").first()
    return (found[0] or found[1]) if found else ""
