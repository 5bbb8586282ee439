"""The room's verbs."""

POLICY_VIEW = "policy.view"
POLICY_MANAGE = "policy.manage"
"""Put documents into force, end that, switch one off."""
POLICY_TUNE = "policy.tune"
"""Set a region's own values of a document's params."""
