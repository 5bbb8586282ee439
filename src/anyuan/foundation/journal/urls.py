"""Addresses of the trail, mounted at ``/trail/``."""

from __future__ import annotations

from django.urls import path

from . import web

app_name = "journal"
urlpatterns = [
    path("", web.trail_page, name="trail"),
    path("check/", web.check, name="check"),
    path("<int:pk>/", web.entry_page, name="entry"),
]
