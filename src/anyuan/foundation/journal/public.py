"""The journal's door: write by actions, say who must know; follow, read and verify the trail."""

from .actions import Act, Tell, action, erase_body, tells_of
from .diagnosis import Fault
from .followers import follow, step_followers, unfollow
from .labels import name_values
from .models import Entry, PathField
from .permits import JOURNAL_ERASE, JOURNAL_VIEW
from .pump import pump, pump_once
from .queries import TrailFilters, entry_of, trail
from .sealer import seal, sign_head
from .status import FollowerState, Status, status
from .timeline import entries_about
from .units import know_units
from .verification import Verdict, verify, verify_tail

__all__ = [
    "JOURNAL_ERASE",
    "JOURNAL_VIEW",
    "Act",
    "Entry",
    "Fault",
    "FollowerState",
    "PathField",
    "Status",
    "Tell",
    "TrailFilters",
    "Verdict",
    "action",
    "entries_about",
    "entry_of",
    "erase_body",
    "follow",
    "know_units",
    "name_values",
    "pump",
    "pump_once",
    "seal",
    "sign_head",
    "status",
    "step_followers",
    "tells_of",
    "trail",
    "unfollow",
    "verify",
    "verify_tail",
]
