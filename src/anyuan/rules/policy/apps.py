from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "anyuan.rules.policy"
    label = "policy"
