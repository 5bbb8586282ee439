"""Addresses of compliance, mounted at ``compliance/``."""

from __future__ import annotations

from django.urls import path

from .web import boards, rows, verdict

app_name = "compliance"
urlpatterns = [
    path("", boards.home, name="home"),
    path("rows/", rows.rows, name="rows"),
    path("verdicts/<uuid:pk>/", verdict.verdict, name="verdict"),
    path("<uuid:pk>/", boards.unit, name="unit"),
    path("<uuid:pk>/<slug:code>/", boards.area, name="area"),
]
