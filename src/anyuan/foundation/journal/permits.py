"""The room's verbs."""

JOURNAL_VIEW = "journal.view"
JOURNAL_ERASE = "journal.erase"
