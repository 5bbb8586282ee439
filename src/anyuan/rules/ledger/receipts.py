"""Where somebody goes after entering records: a room above may show what they counted for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from anyuan.foundation.kernel.public import Actor

from .models import Record

Receipt = Callable[[Actor, Sequence[Record]], str]
_receipts: list[Receipt] = []


def show_receipts_by(receipt: Receipt) -> None:
    """``receipt`` gives the address of the page that is shown after records were entered on a form."""
    _receipts[:] = [receipt]


def receipt_of(actor: Actor, made: Sequence[Record]) -> str:
    """That address; empty when no room shows one."""
    return _receipts[0](actor, made) if _receipts else ""
