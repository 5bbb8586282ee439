"""The hazard's one state field and the one table of moves.

Nine stages of the policy text (warn, inspect, register, assess, report, monitor, rectify, accept, close;
002-04-4) are read out of the same data by :data:`STAGES`; people see four steps (:data:`STEPS`).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import permits as p


class State(TextChoices):
    """Where a hazard stands."""

    REGISTERED = "registered", pgettext_lazy("hazard", "Registered")
    ASSESSED = "assessed", pgettext_lazy("hazard", "Assessed")
    RECTIFYING = "rectifying", pgettext_lazy("hazard", "Being rectified")
    SUBMITTED = "submitted", pgettext_lazy("hazard", "Awaiting acceptance")
    ACCEPTED = "accepted", pgettext_lazy("hazard", "Accepted")
    CLOSED = "closed", pgettext_lazy("hazard", "Closed")
    DISMISSED = "dismissed", pgettext_lazy("hazard", "Dismissed")


OPEN = (State.REGISTERED, State.ASSESSED, State.RECTIFYING, State.SUBMITTED, State.ACCEPTED)
"""States that still ask for somebody's act."""

WORKING = (State.REGISTERED, State.ASSESSED, State.RECTIFYING)
"""States in which the owner must act and the clock runs against the owner."""


class Grade(TextChoices):
    """General: the school decides. Major: the county judges, the loop is listed."""

    GENERAL = "general", pgettext_lazy("hazard", "General")
    MAJOR = "major", pgettext_lazy("hazard", "Major")


class Source(TextChoices):
    """Where a hazard comes from."""

    CHECK = "check", _("Check against a list")
    ROUND = "round", _("Round of the places")
    UNMET = "unmet", _("Unmet requirement")
    ALARM = "alarm", _("Alarm")
    INCIDENT = "incident", _("Incident")
    TIP_OFF = "tip-off", _("Tip-off from the public")
    ORDER = "order", _("Order from above")
    INSPECTION = "inspection", _("Inspection by a higher body")
    IMPORT = "import", _("Import from a file")
    SNAP = "snap", _("Quick snap")
    SELF = "self", _("Found by the school itself")


class Cause(TextChoices):
    """The two cause classes of the action plan (000-001-2)."""

    FACILITY = "facility", _("Failure of a facility or device")
    MANAGEMENT = "management", _("Gap in management")


class Level(TextChoices):
    """Who lists a major hazard."""

    COUNTY = "county", _("County level")
    CITY = "city", _("City level")
    PROVINCE = "province", _("Province level")


class Dismissal(TextChoices):
    """Why a hazard leaves the counts; it stays readable."""

    NO_HAZARD = "no-hazard", _("Not a hazard")
    MISTAKE = "mistake", _("Entered by mistake")
    DUPLICATE = "duplicate", _("Duplicate, merged into another")


class AcceptBy(TextChoices):
    """Why this body accepts."""

    UNIT = "unit", _("The school accepts")
    MANAGER = "manager", _("One adult on site: the managing school accepts")
    FINDER = "finder", _("Who inspected re-checks")
    TAKER = "taker", _("The body that took the tip-off re-checks")
    LISTING = "listing", _("The listing authority re-checks on site")


class Move(TextChoices):
    """What can be done to a hazard."""

    REGISTER = "register", pgettext_lazy("move", "Register")
    ASSESS = "assess", pgettext_lazy("move", "Assess as general")
    SUSPECT = "suspect", pgettext_lazy("move", "Mark as suspected major")
    JUDGE = "judge", pgettext_lazy("move", "Judge the grade")
    COMMIT = "commit", pgettext_lazy("move", "Make the five commitments")
    INTERIM = "interim", pgettext_lazy("move", "Set interim protection")
    WATCH = "watch", pgettext_lazy("move", "Write the watch log")
    SUBMIT = "submit", pgettext_lazy("move", "Submit for acceptance")
    FIX = "fix", pgettext_lazy("move", "Fixed on the spot")
    ACCEPT = "accept", pgettext_lazy("move", "Accept")
    SEND_BACK = "send-back", pgettext_lazy("move", "Send back")
    CLOSE = "close", pgettext_lazy("move", "Close and de-list")
    HAND_OVER = "hand-over", pgettext_lazy("move", "Hand over")
    ANSWER_HAND_OVER = "answer-hand-over", pgettext_lazy("move", "Answer a handing over")
    ASK_EXTENSION = "ask-extension", pgettext_lazy("move", "Ask for an extension")
    DECIDE_EXTENSION = "decide-extension", pgettext_lazy("move", "Decide an extension")
    PAUSE = "pause", pgettext_lazy("move", "Pause the deadline")
    ALLOW_LATE_ENTRY = "allow-late-entry", pgettext_lazy("move", "Allow a late entry")
    DELEGATE = "delegate", pgettext_lazy("move", "Delegate the re-check")
    DISMISS = "dismiss", pgettext_lazy("move", "Void or merge")
    REASSIGN = "reassign", pgettext_lazy("move", "Give to another person")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table. ``to`` empty: the state stays, or the move itself chooses (see ``loop``)."""

    verb: str
    sources: tuple[State, ...]
    to: State | None
    gates: tuple[str, ...] = ()


_STILL = (State.REGISTERED, State.ASSESSED, State.RECTIFYING, State.SUBMITTED)
_HELD = (State.ASSESSED, State.RECTIFYING)

MOVES: dict[Move, Rule] = {
    Move.REGISTER: Rule(
        p.REGISTER,
        (),
        State.REGISTERED,
        ("described", "evidence_before", "recurrence", "interim_bounded"),
    ),
    Move.ASSESS: Rule(p.ASSESS, (State.REGISTERED,), State.ASSESSED, ("not_suspected", "interim_stated")),
    Move.SUSPECT: Rule(p.REPORT, _STILL, None, ("not_major", "not_suspected")),
    Move.JUDGE: Rule(p.JUDGE, _STILL, None, ("to_judge", "listed_if_major")),
    Move.COMMIT: Rule(
        p.ASSIGN, _HELD, State.RECTIFYING, ("graded", "five_commitments", "watched", "root_cause")
    ),
    Move.INTERIM: Rule(p.ASSIGN, _STILL, None, ("interim_future",)),
    Move.WATCH: Rule(p.WATCH, _STILL, None),
    Move.SUBMIT: Rule(
        p.RECTIFY,
        (State.RECTIFYING,),
        State.SUBMITTED,
        ("not_suspected", "interim_in_force", "result_told", "evidence_after"),
    ),
    Move.FIX: Rule(
        p.RECTIFY,
        (State.REGISTERED, State.ASSESSED),
        State.SUBMITTED,
        ("not_major", "not_suspected", "photos_both", "result_told", "root_cause"),
    ),
    Move.ACCEPT: Rule(
        p.ACCEPT,
        (State.SUBMITTED,),
        None,
        ("not_suspected", "never_rectifier", "accepting_body", "evidence_after", "on_site_if_major"),
    ),
    Move.SEND_BACK: Rule(p.ACCEPT, (State.SUBMITTED,), None, ("never_rectifier", "accepting_body")),
    Move.CLOSE: Rule(p.LIST, (State.ACCEPTED,), State.CLOSED, ("listing_authority", "never_rectifier")),
    Move.HAND_OVER: Rule(
        p.HAND_OVER, (State.REGISTERED, *_HELD), None, ("interim_stated", "interim_in_force")
    ),
    Move.ANSWER_HAND_OVER: Rule(p.HAND_OVER, (State.REGISTERED, *_HELD), None),
    Move.ASK_EXTENSION: Rule(p.RECTIFY, _HELD, None, ("before_deadline", "later_than_due")),
    Move.DECIDE_EXTENSION: Rule(p.EXTEND, _HELD, None, ("one_level_up",)),
    Move.PAUSE: Rule(p.EXTEND, _HELD, None, ("before_deadline", "one_level_up")),
    Move.ALLOW_LATE_ENTRY: Rule(p.EXTEND, OPEN, None, ("one_level_up",)),
    Move.DELEGATE: Rule(p.RECHECK, _STILL, None, ("delegating_body",)),
    Move.DISMISS: Rule(p.DISMISS, _STILL, State.DISMISSED, ("second_person", "dismissing_body")),
    Move.REASSIGN: Rule(p.ASSIGN, OPEN, None),
}
"""Move → verb, states it may start from, state it leads to, gates it must pass (functions in ``loop.gates``).

JUDGE leads to ASSESSED (major, or general from REGISTERED); ACCEPT to CLOSED for a general hazard and to
ACCEPTED for a major one; SEND_BACK to RECTIFYING, or to ASSESSED when no commitments were made.
"""

STEPS: tuple[tuple[str, tuple[State, ...]], ...] = (
    ("register", (State.REGISTERED, State.ASSESSED)),
    ("rectify", (State.RECTIFYING,)),
    ("accept", (State.SUBMITTED, State.ACCEPTED)),
    ("close", (State.CLOSED,)),
)
"""The four steps people see, and the states in which each is the current one."""
