from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "anyuan.edge.api"
    label = "api"
