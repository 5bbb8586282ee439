"""Addresses of hazards and quick snaps, mounted at the root."""

from __future__ import annotations

from django.urls import path, re_path

from .web import leads, moves, notice, page, register

app_name = "hazard"
urlpatterns = [
    path("hazards/new/", register.new, name="new"),
    path("hazards/<uuid:pk>/", page.hazard_page, name="page"),
    path("hazards/<uuid:pk>/notice/", notice.notice, name="notice"),
    path("hazards/<uuid:pk>/papers/", notice.keep_paper, name="keep-paper"),
    path("hazards/<uuid:pk>/<slug:move>/", moves.move_page, name="move"),
    re_path(r"^hazards/(?P<number>[A-Z]{2}-\d{4}-\d+)/$", page.by_number, name="number"),
    path("leads/", leads.lead_list, name="leads"),
    path("leads/<uuid:pk>/", leads.lead, name="lead"),
    path("leads/<uuid:pk>/complete/", leads.complete, name="complete-lead"),
    path("leads/<uuid:pk>/dismiss/", leads.dismiss, name="dismiss-lead"),
]
