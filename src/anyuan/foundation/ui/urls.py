"""Addresses of the frame itself."""

from __future__ import annotations

from django.urls import path

from . import web

urlpatterns = [
    path("ui/language/", web.language, name="ui-language"),
    path("ui/gallery/", web.gallery, name="ui-gallery"),
]
