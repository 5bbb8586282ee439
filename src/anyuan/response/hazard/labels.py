"""How a hazard's and a lead's values are called in the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anyuan.foundation.org.public import Domain

from .models import LeadState, ProposalState
from .states import AcceptBy, Cause, Dismissal, Grade, Level, Source, State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIELDS: dict[str, StrOrPromise] = {
    "accept_by": pgettext_lazy("entry value", "Who accepts"),
    "accept_text": pgettext_lazy("entry value", "Acceptance remark"),
    "accepted_at": pgettext_lazy("entry value", "Accepted at"),
    "acceptor_name": pgettext_lazy("entry value", "Accepted by"),
    "assess_reason": pgettext_lazy("entry value", "Assessment"),
    "assessed_at": pgettext_lazy("entry value", "Assessed at"),
    "cause": _("Cause"),
    "clause_ref": _("Clause"),
    "closed_at": pgettext_lazy("entry value", "Closed at"),
    "committed_at": pgettext_lazy("entry value", "Commitments made at"),
    "delisted_at": pgettext_lazy("entry value", "De-listed at"),
    "description": _("Description"),
    "dismiss_reason": pgettext_lazy("entry value", "Why dismissed"),
    "dismissal": pgettext_lazy("entry value", "Kind of dismissal"),
    "dismissed_at": pgettext_lazy("entry value", "Dismissed at"),
    "domain": pgettext_lazy("entry value", "Domain"),
    "due_at": _("Time limit"),
    "due_provisional": pgettext_lazy("entry value", "Time limit provisional"),
    "evidence_reason": _("Why there is no photo"),
    "extensions": pgettext_lazy("entry value", "Extensions granted"),
    "finder_name": pgettext_lazy("entry value", "Found by"),
    "first_due_at": pgettext_lazy("entry value", "First time limit"),
    "found_at": pgettext_lazy("entry value", "Found at"),
    "funds_wan": pgettext_lazy("entry value", "Funds, ten thousand yuan"),
    "grade": _("Grade"),
    "in_time": pgettext_lazy("entry value", "Closed in time"),
    "interim": _("Interim protection"),
    "interim_alarmed_at": pgettext_lazy("entry value", "Interim protection reported as expired"),
    "interim_until": pgettext_lazy("entry value", "Interim protection until"),
    "judge_basis": _("Written basis"),
    "judge_due_at": pgettext_lazy("entry value", "To be judged by"),
    "judge_item": _("Decision table"),
    "judged_at": pgettext_lazy("entry value", "Judged at"),
    "lasting_measure": _("Lasting measure"),
    "listed_at": pgettext_lazy("entry value", "Listed at"),
    "listing_level": pgettext_lazy("entry value", "Level of the listing"),
    "listing_number": pgettext_lazy("entry value", "Number of the listing notice"),
    "measures": _("Measures"),
    "moved_at": pgettext_lazy("entry value", "Last move"),
    "number": _("Number"),
    "on_the_spot": pgettext_lazy("entry value", "Fixed on the spot"),
    "pauses": pgettext_lazy("entry value", "Pauses of the clock"),
    "photos_after": pgettext_lazy("entry value", "Photos after"),
    "photos_before": pgettext_lazy("entry value", "Photos before"),
    "place_text": pgettext_lazy("entry value", "Where exactly"),
    "plan": _("Contingency plan"),
    "proposed": pgettext_lazy("entry value", "Proposed"),
    "recorded_at": pgettext_lazy("entry value", "Recorded at"),
    "recorded_later": pgettext_lazy("entry value", "Entered later"),
    "rectifier_name": pgettext_lazy("entry value", "Rectified by"),
    "reported_at": pgettext_lazy("entry value", "Reported at"),
    "result": pgettext_lazy("entry value", "What was done"),
    "returns": pgettext_lazy("entry value", "Times sent back"),
    "root_cause": _("Root cause"),
    "source": _("Source"),
    "submitted_at": pgettext_lazy("entry value", "Submitted at"),
    "suspected_at": pgettext_lazy("entry value", "Marked as suspected at"),
    "suspected_reason": pgettext_lazy("entry value", "Why suspected"),
    "title": pgettext_lazy("entry value", "Hazard"),
    "accept_unit_id": pgettext_lazy("entry value", "Accepting unit"),
    "owner_unit_id": pgettext_lazy("entry value", "Rectifying unit"),
    "responsible_id": pgettext_lazy("entry value", "Person responsible for rectifying"),
    "rectifier_id": pgettext_lazy("entry value", "Rectified by"),
    "withdrawn": pgettext_lazy("entry value", "Withdrawn"),
    "watcher_id": _("Watcher"),
    "submitted_by_id": pgettext_lazy("entry value", "Submitted by"),
    "suspected_by_id": pgettext_lazy("entry value", "Marked as suspected by"),
}
VALUES = {
    "accept_by": dict(AcceptBy.choices),
    "cause": dict(Cause.choices),
    "dismissal": dict(Dismissal.choices),
    "domain": dict(Domain.choices),
    "grade": dict(Grade.choices),
    "listing_level": dict(Level.choices),
    "source": dict(Source.choices),
    "state": {**dict(LeadState.choices), **dict(ProposalState.choices), **dict(State.choices)},
}
