from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "anyuan.foundation.access"
    label = "access"
