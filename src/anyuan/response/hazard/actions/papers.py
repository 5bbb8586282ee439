"""Paper is allowed: the photographed or scanned page with signature and seal returns to its hazard."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from anyuan.foundation.files.public import Attachment, Role, attach
from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Invalid, NotFound, NotPermitted

from .. import permits as p
from ..loop.stage import visible
from ..models import Hazard

_HANDS = (p.RECTIFY, p.ASSIGN, p.ACCEPT, p.RECHECK, p.LIST)


def may_keep_paper(actor: Actor, hazard: Hazard) -> bool:
    """Whoever works on the hazard: by role at its unit or its owner, or named in it."""
    assigned = {hazard.responsible_id, hazard.watcher_id, hazard.supervisor_id} - {None}
    paths = (hazard.unit.path, hazard.owner_unit.path)
    return actor.person_id in assigned or any(
        actor.may(verb, path, hazard.domain) for verb in _HANDS for path in paths
    )


def keep_paper(actor: Actor, hazard: Hazard, papers: Sequence[UUID | str]) -> list[Attachment]:
    """Put ``papers``, drafts of ``actor``, into the record of ``hazard``; also when it is closed.

    Raises ``NotFound``, ``NotPermitted``, or ``Invalid`` without a page.
    """
    if not papers:
        message = _("Take a photo of the page first.")
        raise Invalid(message, {"paper": [message]})
    with action(actor, "hazard.keep-paper") as act:
        row: Hazard | None = (
            Hazard.everything.select_for_update(of=("self",))
            .select_related("unit", "owner_unit")
            .filter(pk=hazard.pk)
            .first()
        )
        if row is None or not visible(actor, row):
            raise NotFound(_("There is nothing here, or it lies outside what you may see."))
        if not may_keep_paper(actor, row):
            raise NotPermitted(
                _("Your role does not allow this here. Ask the person who gave you your account.")
            )
        files = attach(actor, papers, row, Role.PAPER)
        act.entry(
            _("put the signed page into the record（%(number)s %(title)s）")
            % {"number": row.number, "title": row.title},
            on=row,
            path=row.unit.path,
            domain=row.domain,
            after={"papers": [f.pk for f in files]},
        )
    return files
