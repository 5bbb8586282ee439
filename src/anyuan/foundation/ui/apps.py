from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "anyuan.foundation.ui"
    label = "ui"
