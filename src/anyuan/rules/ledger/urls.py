"""Addresses of the ledger, mounted at ``/ledger/``."""

from __future__ import annotations

from django.urls import path

from .web import correcting, facts, late, records, registers, sheets, subjects

app_name = "ledger"
_UNIT = "units/<uuid:unit_id>/"
_SHEET = f"{_UNIT}sheets/<slug:kind>/<slug:name>/"
urlpatterns = [
    path("", records.record_list, name="list"),
    path("<uuid:pk>/", records.record_page, name="record"),
    path("<uuid:pk>/decide/", records.decide, name="decide"),
    path("<uuid:pk>/ask-void/", records.ask_for_void, name="ask-void"),
    path("<uuid:pk>/correct/", correcting.correct, name="correct"),
    path("rounds/<uuid:unit_id>/", records.round_month, name="rounds"),
    path("registers/", registers.home, name="home"),
    path(_UNIT, registers.overview, name="books"),
    path(f"{_UNIT}late/", late.late, name="late"),
    path(f"{_UNIT}registers/<slug:code>/", registers.register_page, name="register"),
    path(f"{_UNIT}registers/<slug:code>/new/", registers.new_record, name="new-record"),
    path(f"{_UNIT}registers/<slug:code>/export/", registers.export, name="export-register"),
    path(f"{_UNIT}facts/", facts.facts_page, name="facts"),
    path(f"{_UNIT}facts/declare/", facts.declare, name="declare"),
    path(f"{_UNIT}facts/export/", facts.export, name="export-facts"),
    path(f"{_UNIT}facts/of/<slug:key>/", facts.history, name="fact"),
    path(f"{_UNIT}subjects/", subjects.subjects_page, name="subjects"),
    path(f"{_UNIT}subjects/add/", subjects.add, name="add-subject"),
    path("subjects/<uuid:pk>/", subjects.subject_page, name="subject"),
    path("subjects/<uuid:pk>/declare/", subjects.declare, name="declare-subject"),
    path("subjects/<uuid:pk>/change/", subjects.change, name="change-subject"),
    path(_SHEET, sheets.look_through, name="sheet"),
    path(f"{_SHEET}template/", sheets.sample, name="sheet-template"),
    path(f"{_SHEET}faults/", sheets.faults, name="sheet-faults"),
    path(f"{_SHEET}take/", sheets.take, name="sheet-take"),
]
