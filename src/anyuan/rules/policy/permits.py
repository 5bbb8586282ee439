"""The room's verbs."""

POLICY_VIEW = "policy.view"
POLICY_MANAGE = "policy.manage"
