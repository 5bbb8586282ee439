from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "anyuan.edge.desk"
    label = "desk"
