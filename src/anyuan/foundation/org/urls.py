"""Addresses of the room, below ``/units/``."""

from django.urls import path

from .web import days, imports, people, places, tree, units

app_name = "org"
urlpatterns = [
    path("", tree.index, name="index"),
    path("at/<slug:token>/", places.scanned, name="scanned"),
    path("people/<uuid:pk>/", people.person, name="person"),
    path("people/<uuid:pk>/change/", people.change, name="change-person"),
    path("people/<uuid:pk>/post/", people.add_post, name="add-post"),
    path("people/<uuid:pk>/transfer/", people.transfer, name="transfer"),
    path("people/<uuid:pk>/leave/", people.leave, name="leave"),
    path("posts/<uuid:pk>/end/", people.end, name="end-post"),
    path("places/<uuid:pk>/change/", places.change, name="change-place"),
    path("places/<uuid:pk>/close/", places.close, name="close-place"),
    path("<uuid:pk>/", tree.unit, name="unit"),
    path("<uuid:pk>/new/<slug:kind>/", units.create, name="create"),
    path("<uuid:pk>/facts/", units.facts, name="facts"),
    path("<uuid:pk>/rename/", units.rename, name="rename"),
    path("<uuid:pk>/code/", units.code, name="code"),
    path("<uuid:pk>/move/", units.move, name="move"),
    path("<uuid:pk>/merge/", units.merge, name="merge"),
    path("<uuid:pk>/close/", units.close, name="close"),
    path("<uuid:pk>/campus/", units.campus, name="add-campus"),
    path("<uuid:pk>/people/", people.people, name="people"),
    path("<uuid:pk>/people/add/", people.add, name="add-person"),
    path("<uuid:pk>/places/", places.places, name="places"),
    path("<uuid:pk>/places/add/", places.add, name="add-place"),
    path("<uuid:pk>/places/sheet/", places.sheet, name="sheet"),
    path("<uuid:pk>/import/", imports.index, name="imports"),
    path("<uuid:pk>/import/<slug:kind>/", imports.load, name="load"),
    path("<uuid:pk>/import/<slug:kind>/template/", imports.sample, name="template"),
    path("<uuid:pk>/import/<slug:kind>/faults/", imports.faults, name="faults"),
    path("<uuid:pk>/import/<slug:kind>/take/", imports.take, name="take"),
    path("<uuid:pk>/calendar/", days.year, name="calendar"),
    path("<uuid:pk>/calendar/day/", days.add_day, name="add-day"),
    path("<uuid:pk>/calendar/day/<slug:day>/drop/", days.drop_day, name="drop-day"),
    path("<uuid:pk>/calendar/term/", days.term, name="add-term"),
    path("<uuid:pk>/calendar/term/<uuid:key>/", days.term, name="change-term"),
]
