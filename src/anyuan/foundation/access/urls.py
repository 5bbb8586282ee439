"""Addresses of the room."""

from django.urls import path

from .web import entry, keys, loading, people

app_name = "access"
urlpatterns = [
    path("login/", entry.login, name="login"),
    path("login/demo/", entry.demo, name="demo"),
    path("logout/", entry.logout, name="logout"),
    path("activate/", entry.activate, name="activate"),
    path("password/", entry.password, name="password"),
    path("accounts/", people.people, name="people"),
    path("accounts/open/", people.open_some, name="open-some"),
    path("accounts/slips/", people.slips, name="slips"),
    path("accounts/load/", loading.load, name="load"),
    path("accounts/load/template/", loading.template, name="load-template"),
    path("accounts/<uuid:pk>/", people.person, name="person"),
    path("accounts/<uuid:pk>/open/", people.open_one, name="open"),
    path("accounts/<uuid:pk>/reset/", people.reset, name="reset"),
    path("accounts/<uuid:pk>/close/", people.close, name="close"),
    path("accounts/<uuid:pk>/reopen/", people.reopen, name="reopen"),
    path("accounts/<uuid:pk>/roles/", people.give, name="give"),
    path("accounts/roles/<uuid:pk>/take/", people.take, name="take"),
    path("keys/", keys.keys, name="keys"),
    path("keys/make/", keys.make, name="make-key"),
    path("keys/<uuid:pk>/revoke/", keys.revoke, name="revoke-key"),
]
