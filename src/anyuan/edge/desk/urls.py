"""Addresses of the desks, mounted at the root."""

from __future__ import annotations

from django.urls import path

from .web import checks, county, duties, home, parts, rounds, schools, sign, snap, start

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("desk/day/<uuid:unit>/", parts.day, name="day"),
    path("desk/numbers/<uuid:unit>/", parts.numbers, name="numbers"),
    path("desk/gaps/<uuid:unit>/", parts.gaps, name="gaps"),
    path("desk/duties/<uuid:unit>/", duties.duties, name="duties"),
    path("desk/kept/", duties.kept, name="kept"),
    path("desk/do/<uuid:unit>/", duties.do, name="do"),
    path("desk/filed/<uuid:pk>/", duties.filed, name="filed"),
    path("desk/county/<uuid:unit>/", county.county, name="county"),
    path("desk/late/<uuid:unit>/", county.late_duties, name="late-duties"),
    path("desk/start/<uuid:unit>/", start.start, name="start"),
    path("desk/start/<uuid:unit>/forecast/", start.forecast, name="start-forecast"),
    path("desk/start/<uuid:unit>/facts.xlsx", start.facts_book, name="start-facts"),
    path("desk/start/<uuid:unit>/switch-on/", start.switch_on, name="start-switch-on"),
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
