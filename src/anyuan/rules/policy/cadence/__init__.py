"""How often something is due, as periods of a school's own calendar.

A :class:`Cadence` says how often; :func:`periods` gives the periods that overlap some days, each with the
instant from which it is late. All days are Shanghai days, ``ends`` and ``due_at`` are half-open, weeks run
from Monday to Sunday. Everything is a pure function of org's ``Calendar``: lists of holidays and make-up
days, terms, and what a county or school sets for itself. A *school day* is a working day in term.

What ``every`` means, and the key of its periods:

* ``school-day``: each school day; ``2026-11-20``
* ``week``: Monday to Sunday; ``2026-W47``
* ``month``, ``quarter``, ``year``: of the calendar; ``2026-11``, ``2026-Q4``, ``2026``
* ``school-month``: of the calendar too, but due by its last school day; ``2026-11``
* ``semester``: a term; the vacation after it belongs to none; ``2026-27/1``
* ``academic-year``: from the first day of the first term (1 September where none is entered) to the day
  before the next one; ``2026-27``
* ``before-holiday``: ``days`` calendar days up to the last school day before a holiday block; ``holiday:``
  and the first day off
* ``after-opening``: ``days`` calendar days from the first school day of a term on; ``opening:`` and that day
* ``nth-weekday``: the ``nth`` ``weekday`` of a month (with ``window: month`` that whole month); ``2026-11``
* ``hours``: every ``hours`` hours of a day, from midnight or from the beginning of ``within``;
  ``2026-11-22T19:00``

**Due** is a period at the end of its last day (``hours``: at its end). A ``school-month`` is due at the end
of its last school day; what is done on the days off after that still counts for it, as in time. With
``on: last-school-day`` a week or month is the one day, its last school day, be it a make-up Saturday; with
``window: week`` (``month``) also the days up to it count.

**Vacations.** ``skip`` (the default): a period without any school day is *excused*, and ``why`` says
whether for a ``vacation``, a ``holiday`` or just ``no-school-day``; ``school-day`` and ``hours`` have no
periods then. A period with at least one school day is due in full. ``keep``: the duty runs on, weekends and
holidays included; ``school-day`` is then every day, ``nth-weekday`` does not move, and no calendar is
needed.

**Holidays.** A block is a longest run of days without school that holds a day off some list names or a
vacation day: weekends beside a holiday and a Spring Festival inside the winter vacation belong to the
block, plain weekends are none, a make-up day ends it. A day off that a county or school sets for itself is
a holiday. ``holidays: vacations`` takes the blocks with a vacation in them. Windows never overlap: the
later of two begins when the earlier block is over, so one record counts for one holiday.

**nth-weekday.** ``rule: first-weekday`` counts the weekdays of the month; ``first-week`` takes that weekday
of the nth week that starts (has its Monday) in the month. They differ in months that begin on a Tuesday to
the ``weekday``. If it is no school day it moves to the next (previous) school day of the month, failing
that to the nearest the other way; only a month without any school day is excused. ``shift: none`` does not
move: no school day, excused.

**Gaps.** What the calendar does not say is never guessed: ``known`` is False and ``why`` names the missing
list (``list:2028``) or term (``term:2027-28/1``). A period with a known school day is known all the same,
unless its last day is asked for. Where single days cannot be told, one period ``gap:...`` stands for each
month. After the last entered term comes vacation to the end of January or August, at least a fortnight;
then the next term is missing.

**Nights.** A :class:`Window` may cross midnight; :func:`day_in` gives the day something counts for: of a
night, the day it began.
"""

from .making import next_period, periods
from .model import Cadence, Period, Window, day_in, in_window
from .sense import never_occurs
from .words import period_label, why_text

__all__ = [
    "Cadence",
    "Period",
    "Window",
    "day_in",
    "in_window",
    "never_occurs",
    "next_period",
    "period_label",
    "periods",
    "why_text",
]
