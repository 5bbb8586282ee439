"""The ledger's door: registers and records, rounds, checks."""

from .actions import (
    BACKFILL_DAYS,
    approve_record,
    record,
    refuse_record,
    replace_record,
    void_record,
)
from .batch import BatchReport, NewRecord, record_many
from .checking import Answer, CheckFiled, FailedItem, run_check
from .mirroring import mirror_subjects
from .models import FactValue, Record, Register, Route, Subject, UnitFacts
from .permits import LEDGER_APPROVE, LEDGER_FACTS, LEDGER_RECORD, LEDGER_VIEW
from .queries import (
    CheckedPlace,
    Repeat,
    checklists_for,
    checks_of_place,
    last_of,
    record_by_id,
    records,
    round_history,
    round_today,
    rounds_due,
)
from .registers import CHECK, FAIL, NOT_APPLICABLE, PASS, ROUND, SNAP
from .rounds import Round, RoundPlace, RoundState
from .states import MIRRORED, FactSource, State, SubjectKind
from .subjects import NewSubject, add_subject, add_subjects, change_subject, close_subject
from .walking import FoundException, RoundException, RoundFiled, file_round, set_route

__all__ = [
    "BACKFILL_DAYS",
    "CHECK",
    "FAIL",
    "LEDGER_APPROVE",
    "LEDGER_FACTS",
    "LEDGER_RECORD",
    "LEDGER_VIEW",
    "MIRRORED",
    "NOT_APPLICABLE",
    "PASS",
    "ROUND",
    "SNAP",
    "Answer",
    "BatchReport",
    "CheckFiled",
    "CheckedPlace",
    "FactSource",
    "FactValue",
    "FailedItem",
    "FoundException",
    "NewRecord",
    "NewSubject",
    "Record",
    "Register",
    "Repeat",
    "Round",
    "RoundException",
    "RoundFiled",
    "RoundPlace",
    "RoundState",
    "Route",
    "State",
    "Subject",
    "SubjectKind",
    "UnitFacts",
    "add_subject",
    "add_subjects",
    "approve_record",
    "change_subject",
    "checklists_for",
    "checks_of_place",
    "close_subject",
    "file_round",
    "last_of",
    "mirror_subjects",
    "record",
    "record_by_id",
    "record_many",
    "records",
    "refuse_record",
    "replace_record",
    "round_history",
    "round_today",
    "rounds_due",
    "run_check",
    "set_route",
    "void_record",
]
