"""The room's verb."""

from __future__ import annotations

VIEW = "cockpit.view"
