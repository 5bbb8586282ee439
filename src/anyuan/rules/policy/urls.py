"""Addresses of policy documents, mounted at ``/documents/``."""

from __future__ import annotations

from django.urls import path

from . import web

app_name = "policy"
urlpatterns = [
    path("", web.documents, name="documents"),
    path("<uuid:pk>/", web.document, name="document"),
    path("<uuid:pk>/activate/", web.put_into_force, name="activate"),
    path("<uuid:pk>/values/<str:name>/", web.param, name="param"),
    path("<uuid:pk>/values/<str:name>/end/<uuid:override>/", web.end_param, name="end-param"),
    path("<uuid:pk>/end/<uuid:activation>/", web.end_force, name="end"),
]
