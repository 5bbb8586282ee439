"""Addresses of the room."""

from django.urls import path

from .web import entry

app_name = "access"
urlpatterns = [
    path("login/", entry.login, name="login"),
    path("login/demo/", entry.demo, name="demo"),
    path("logout/", entry.logout, name="logout"),
    path("activate/", entry.activate, name="activate"),
    path("password/", entry.password, name="password"),
]
