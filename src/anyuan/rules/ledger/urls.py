"""Addresses of the ledger, mounted at ``/ledger/``."""

from __future__ import annotations

from django.urls import path

from . import web

app_name = "ledger"
urlpatterns = [
    path("", web.record_list, name="list"),
    path("<uuid:pk>/", web.record_page, name="record"),
    path("<uuid:pk>/decide/", web.decide, name="decide"),
    path("rounds/<uuid:unit_id>/", web.round_month, name="rounds"),
]
