"""Addresses of hazards and quick snaps, mounted at the root."""

from __future__ import annotations

from django.urls import path, re_path

from .web import bulk, exports, leads, moves, notice, page, paste, proposals, register, spread
from .web.list import hazard_list, unit_choices

app_name = "hazard"
urlpatterns = [
    path("hazards/", hazard_list, name="list"),
    path("hazards/units/", unit_choices, name="units"),
    path("hazards/bulk/", bulk.preview, name="bulk"),
    path("hazards/bulk/<uuid:key>/", bulk.result, name="bulk-result"),
    path("hazards/bulk/<slug:name>/", bulk.perform, name="bulk-perform"),
    path("hazards/proposals/", proposals.proposal_list, name="proposals"),
    path("hazards/proposals/decide/", proposals.decide, name="decide"),
    path("hazards/proposals/decide/<slug:act>/", proposals.perform, name="decide-act"),
    path("hazards/paste/", paste.paste, name="paste"),
    path("hazards/export/", exports.choose, name="export"),
    path("hazards/export/<uuid:pk>/", exports.progress, name="export-progress"),
    path("hazards/export/<uuid:pk>/file/", exports.download, name="export-file"),
    path("hazards/new/", register.new, name="new"),
    path("hazards/<uuid:pk>/", page.hazard_page, name="page"),
    path("hazards/<uuid:pk>/notice/", notice.notice, name="notice"),
    path("hazards/<uuid:pk>/papers/", notice.keep_paper, name="keep-paper"),
    path("hazards/<uuid:pk>/spread/", spread.spread, name="spread"),
    path("hazards/<uuid:pk>/looked/", spread.looked, name="looked"),
    path("same-checks/<uuid:pk>/", spread.same_check, name="same-check"),
    path("hazards/<uuid:pk>/<slug:move>/", moves.move_page, name="move"),
    re_path(r"^hazards/(?P<number>[A-Z]{2}-\d{4}-\d+)/$", page.by_number, name="number"),
    path("leads/", leads.lead_list, name="leads"),
    path("leads/<uuid:pk>/", leads.lead, name="lead"),
    path("leads/<uuid:pk>/complete/", leads.complete, name="complete-lead"),
    path("leads/<uuid:pk>/dismiss/", leads.dismiss, name="dismiss-lead"),
]
