"""Lines of the frame and of the process itself."""

from __future__ import annotations

from tests.permissions.table import Route

ROUTES = [
    Route("healthz", public=True),
    Route("readyz", public=True, ok=frozenset({200, 503})),
    Route("ui-language", "POST", public=True, data=lambda w: {"language": "en", "back": "/"}),
    Route("ui-gallery", public=True, settings={"DEMO": True}),
    Route("ui-gallery", "POST", public=True, settings={"DEMO": True}),
]
