"""Signing a batch: each hazard is an act of its own, a refused one does not stop the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anyuan.foundation.kernel.public import Actor, Problem
from anyuan.response.hazard import public as hz


@dataclass(frozen=True, slots=True)
class Signed:
    """What was accepted, and what was not with the reason."""

    done: list[hz.Hazard]
    refused: list[tuple[hz.Hazard, str]]


def sign(actor: Actor, hazards: Sequence[hz.Hazard], versions: dict[str, int], text: str = "") -> Signed:
    """Accept every one of ``hazards`` in the version the actor had before him."""
    found = Signed([], [])
    for hazard in hazards:
        stamp = hz.Stamp(version=versions.get(str(hazard.pk)))
        try:
            found.done.append(hz.accept(actor, hazard, hz.Accept(text=text), stamp))
        except Problem as problem:
            found.refused.append((hazard, problem.message))
    return found
