"""Addresses of files, mounted at ``/files/``."""

from __future__ import annotations

from django.urls import path

from . import web

app_name = "files"
urlpatterns = [
    path("", web.send, name="send"),
    path("<uuid:pk>/", web.show, name="show"),
    path("<uuid:pk>/thumb/", web.thumb, name="thumb"),
    path("<uuid:pk>/original/", web.original, name="original"),
]
