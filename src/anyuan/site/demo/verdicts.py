"""What every requirement comes to for every school, and the hazards that are proposed of it."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from anyuan.foundation.journal.public import seal
from anyuan.response.hazard.public import dismiss_proposal, proposals, propose_everywhere
from anyuan.rules.compliance.public import rebuild

from .city import LOADER, TERM_DAYS, City

_DISMISSED = 3


def derive(city: City) -> None:
    """From the first day of the term on, by the same statement that runs every night; then the proposals.

    Most wait for the county; some it has looked at already.
    """
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    while seal():  # what is derived now need not be followed again
        pass
    rebuild(LOADER, since=city.today - timedelta(days=TERM_DAYS))
    propose_everywhere()
    officer = city.main.actor("officer")
    for proposal in proposals(officer, unit=city.main.unit).order_by("unit__path", "key")[:_DISMISSED]:
        dismiss_proposal(officer, proposal, "已电话核实，人员本周到岗")
