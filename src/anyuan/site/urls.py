"""Every address of the site."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from . import nav
from .health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("anyuan.edge.api.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("anyuan.foundation.ui.urls")),
    path("", include("anyuan.foundation.access.urls")),
    path("units/", include("anyuan.foundation.org.urls")),
    path("files/", include("anyuan.foundation.files.urls")),
    path("trail/", include("anyuan.foundation.journal.urls")),
    path("notices/", include("anyuan.foundation.notify.urls")),
    path("documents/", include("anyuan.rules.policy.urls")),
    path("ledger/", include("anyuan.rules.ledger.urls")),
    path("compliance/", include("anyuan.rules.compliance.urls")),
    path("", include("anyuan.response.hazard.urls")),
    path("cockpit/", include("anyuan.oversight.cockpit.urls")),
    path("", include("anyuan.edge.desk.urls")),
]

nav.fill()

handler400 = "anyuan.foundation.ui.errors.bad_request"
handler403 = "anyuan.foundation.ui.errors.forbidden"
handler404 = "anyuan.foundation.ui.errors.not_found"
handler500 = "anyuan.foundation.ui.errors.server_error"
