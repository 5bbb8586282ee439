"""Addresses of notices, mounted at ``/notices/``."""

from __future__ import annotations

from django.urls import path

from . import web

app_name = "notify"
urlpatterns = [
    path("", web.notices, name="list"),
    path("read/", web.read_all, name="read-all"),
    path("<uuid:pk>/", web.follow, name="follow"),
    path("<uuid:pk>/read/", web.read_one, name="read"),
]
