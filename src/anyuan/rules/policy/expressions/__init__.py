"""Expressions over facts and parameters: parsed once, run set-based by an engine, explained in Python.

Semantics, the same on PostgreSQL, DuckDB and in Python: numbers are doubles no farther than 10^12 from zero;
what is beyond, a quotient by zero and what is made of an unknown value is unknown (null). ``and``, ``or`` and
``not`` are three-valued; an unknown argument of greatest/least and an unknown condition of ``case`` make the
result unknown; only ``coalesce`` and ``is null`` stop it. Halves round away from zero. Dates take whole days
(a fraction is dropped towards the past), at most 50,000 at a time.
"""

from .answering import plain_answers
from .evaluating import evaluate
from .explaining import Explanation, Reason, explain
from .grammar import parse
from .nodes import Expression, Range
from .ordering import CircularError, order
from .scanning import RESERVED
from .sql import Dialect, to_sql
from .types import BOUND, FINEST, MOST_CHARACTERS, MOST_DEPTH, Env, ExpressionError, Name, Type, Value

__all__ = [
    "BOUND",
    "FINEST",
    "MOST_CHARACTERS",
    "MOST_DEPTH",
    "RESERVED",
    "CircularError",
    "Dialect",
    "Env",
    "Explanation",
    "Expression",
    "ExpressionError",
    "Name",
    "Range",
    "Reason",
    "Type",
    "Value",
    "evaluate",
    "explain",
    "order",
    "parse",
    "plain_answers",
    "to_sql",
]
