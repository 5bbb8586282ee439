from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "anyuan.foundation.org"
    label = "org"
