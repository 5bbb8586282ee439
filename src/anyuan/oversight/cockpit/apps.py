from django.apps import AppConfig


class CockpitConfig(AppConfig):
    name = "anyuan.oversight.cockpit"
    label = "cockpit"
