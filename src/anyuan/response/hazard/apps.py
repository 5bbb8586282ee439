from django.apps import AppConfig


class HazardConfig(AppConfig):
    name = "anyuan.response.hazard"
    label = "hazard"
