"""The ledger's door: registers and records, rounds, checks."""

from .actions import record
from .allowance import BACKFILL_DAYS, Allowances, Allowed, allow_late
from .batch import BatchReport, NewRecord, record_many
from .checking import Answer, CheckFiled, FailedItem, run_check
from .correcting import Corrected, replace_record
from .deciding import approve_record, refuse_record, void_record
from .deriving import FIELD_TYPES, fields_of_code, kept_sql, read_sql
from .fact_queries import (
    SOON_DAYS,
    FactLine,
    Standing,
    fact_history,
    fact_lines,
    facts_now,
    kept_by,
    subject,
    subjects_of,
)
from .facts import NewFacts, confirm_facts, fitting_values, set_facts, set_facts_many
from .fields import Field
from .loading.facts import facts_sheet
from .mirroring import mirror_subjects
from .models import FactsSpan, FactValue, Record, Register, Route, Subject, UnitFacts
from .past import KEPT_DAYS, drop_old_facts
from .permits import LEDGER_APPROVE, LEDGER_FACTS, LEDGER_KEEP, LEDGER_RECORD, LEDGER_VIEW
from .queries import (
    CheckedPlace,
    Repeat,
    checklists_for,
    checks_of_place,
    count_undecided,
    last_of,
    record_by_id,
    records,
    round_history,
    round_today,
    rounds_due,
)
from .receipts import show_receipts_by
from .refreshing import facts_on, refresh_facts, subject_facts_on
from .registers import (
    CHECK,
    FAIL,
    NOT_APPLICABLE,
    PASS,
    ROUND,
    SNAP,
    Definition,
    define_registers,
    register_fields,
)
from .rounds import Round, RoundPlace, RoundState
from .states import MIRRORED, FactSource, State, SubjectKind
from .subjects import (
    BY_HAND,
    NewSubject,
    add_subject,
    add_subjects,
    change_subject,
    close_subject,
    name_keeper,
)
from .walking import FoundException, RoundException, RoundFiled, file_round, set_route

__all__ = [
    "BACKFILL_DAYS",
    "BY_HAND",
    "CHECK",
    "FAIL",
    "FIELD_TYPES",
    "KEPT_DAYS",
    "LEDGER_APPROVE",
    "LEDGER_FACTS",
    "LEDGER_KEEP",
    "LEDGER_RECORD",
    "LEDGER_VIEW",
    "MIRRORED",
    "NOT_APPLICABLE",
    "PASS",
    "ROUND",
    "SNAP",
    "SOON_DAYS",
    "Allowances",
    "Allowed",
    "Answer",
    "BatchReport",
    "CheckFiled",
    "CheckedPlace",
    "Corrected",
    "Definition",
    "FactLine",
    "FactSource",
    "FactValue",
    "FactsSpan",
    "FailedItem",
    "Field",
    "FoundException",
    "NewFacts",
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
    "Standing",
    "State",
    "Subject",
    "SubjectKind",
    "UnitFacts",
    "add_subject",
    "add_subjects",
    "allow_late",
    "approve_record",
    "change_subject",
    "checklists_for",
    "checks_of_place",
    "close_subject",
    "confirm_facts",
    "count_undecided",
    "define_registers",
    "drop_old_facts",
    "fact_history",
    "fact_lines",
    "facts_now",
    "facts_on",
    "facts_sheet",
    "fields_of_code",
    "file_round",
    "fitting_values",
    "kept_by",
    "kept_sql",
    "last_of",
    "mirror_subjects",
    "name_keeper",
    "read_sql",
    "record",
    "record_by_id",
    "record_many",
    "records",
    "refresh_facts",
    "refuse_record",
    "register_fields",
    "replace_record",
    "round_history",
    "round_today",
    "rounds_due",
    "run_check",
    "set_facts",
    "set_facts_many",
    "set_route",
    "show_receipts_by",
    "subject",
    "subject_facts_on",
    "subjects_of",
    "void_record",
]
