"""Lines of files: a draft is its uploader's alone."""

from __future__ import annotations

from typing import Any

from tests.files.samples import jpeg, upload
from tests.permissions.table import Route

from anyuan.foundation.files.public import Attachment, save_upload


def _draft(w: Any) -> Attachment:
    return save_upload(w.actor("safety_officer"), upload(jpeg()), unit=w.school)


def draft(w: Any) -> dict[str, Any]:
    return {"pk": w.draft.pk}


ROUTES = [
    Route(
        "files:send", "POST", right="teacher", data=lambda w: {"file": upload(jpeg())}, ok=frozenset({201})
    ),
    Route("files:show", args=draft, right="safety_officer", wrong="principal"),
    Route("files:thumb", args=draft, right="safety_officer", wrong="principal"),
    Route("files:original", args=draft, right="safety_officer", wrong="teacher"),
]
SCENES = {"draft": _draft}
