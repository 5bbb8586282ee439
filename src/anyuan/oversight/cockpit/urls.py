"""Addresses of the figures, mounted at ``/cockpit/``."""

from __future__ import annotations

from django.urls import path

from .web import pages

app_name = "cockpit"
urlpatterns = [
    path("", pages.home, name="home"),
    path("<uuid:pk>/", pages.unit, name="unit"),
]
