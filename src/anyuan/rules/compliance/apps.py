from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "anyuan.rules.compliance"
    label = "compliance"
