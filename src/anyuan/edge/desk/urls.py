"""Addresses of the desks, mounted at the root."""

from __future__ import annotations

from django.urls import path

from .web import checks, home, parts, rounds, schools, sign, snap

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("desk/day/<uuid:unit>/", parts.day, name="day"),
    path("desk/numbers/<uuid:unit>/", parts.numbers, name="numbers"),
    path("desk/gaps/<uuid:unit>/", parts.gaps, name="gaps"),
    path("sign/", sign.sign_batch, name="sign"),
    path("snap/", snap.snap, name="snap"),
    path("snap/sent/<uuid:pk>/", snap.snapped, name="snapped"),
    path("snap/<slug:token>/", snap.snap_at, name="snap-at"),
    path("rounds/done/<uuid:pk>/", rounds.round_done, name="round-done"),
    path("rounds/<uuid:unit>/", parts.watch, name="watch"),
    path("rounds/<uuid:unit>/<slug:day>/<slug:route>/", rounds.round_form, name="round"),
    path("rounds/missing/<uuid:unit>/", parts.rounds, name="unreported"),
    path("checks/", checks.check_list, name="checks"),
    path("checks/done/<uuid:pk>/", checks.check_done, name="check-done"),
    path("checks/<uuid:pk>/<uuid:unit>/", checks.check_form, name="check"),
    path("schools/", schools.schools, name="schools"),
    path("schools/<uuid:pk>/", schools.school, name="school"),
]
