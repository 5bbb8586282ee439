"""Labels of choices: those of Django, found without translating the whole list."""

from __future__ import annotations

import pytest
from django.db import models
from django.utils import translation
from tests.cast import World

from anyuan.foundation.org.public import UnitType


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("value", [*UnitType.values, "", "no-such-type"])
def test_a_label_is_that_of_django(world: World, language: str, value: str) -> None:
    unit = world.school
    unit.unit_type = value
    field = unit._meta.get_field("unit_type")
    with translation.override(language):
        expected = models.Model._get_FIELD_display(unit, field)
        assert unit.get_unit_type_display() == expected
        assert isinstance(unit.get_unit_type_display(), str)
