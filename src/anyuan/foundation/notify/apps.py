from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "anyuan.foundation.notify"
    label = "notify"
