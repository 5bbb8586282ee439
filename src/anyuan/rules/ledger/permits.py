"""The room's verbs."""

LEDGER_VIEW = "ledger.view"
LEDGER_RECORD = "ledger.record"
LEDGER_APPROVE = "ledger.approve"
"""Approve an entry that was written down too late, void one: never by the person who entered it."""
LEDGER_FACTS = "ledger.facts"
"""Declare and confirm facts of a unit, enter its classes, dormitories, vehicles ..."""
