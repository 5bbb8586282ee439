from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "anyuan.foundation.kernel"
    label = "kernel"
