"""The room's verbs."""

COMPLIANCE_VIEW = "compliance.view"
COMPLIANCE_MANAGE = "compliance.manage"
