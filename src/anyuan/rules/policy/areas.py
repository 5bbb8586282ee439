"""The ten areas in which compliance is read."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Area(TextChoices):
    """What a requirement belongs to on a bureau's page."""

    DUTY = "duty", pgettext_lazy("area", "Duty and checks")
    EDUCATION = "education", pgettext_lazy("area", "Education and drills")
    SECURITY = "security", pgettext_lazy("area", "Security")
    FIRE = "fire", pgettext_lazy("area", "Fire safety")
    TRAFFIC = "traffic", pgettext_lazy("area", "School bus and traffic")
    FOOD = "food", pgettext_lazy("area", "Food and gas")
    BUILDING = "building", pgettext_lazy("area", "Buildings and facilities")
    LAB = "lab", pgettext_lazy("area", "Laboratories and chemicals")
    HEALTH = "health", pgettext_lazy("area", "Health and mind")
    PROTECTION = "protection", pgettext_lazy("area", "Pupil protection and surroundings")
