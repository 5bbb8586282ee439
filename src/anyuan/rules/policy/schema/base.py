"""What every part of a pack file shares: text types and the base model. Unknown keys are errors.

Rows are ids of requirement rows (``004-322-9``: document, section, running number).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""A name that expressions use: a fact, a param, a field."""
RowId = Annotated[str, Field(pattern=r"^[0-9]{3}-[0-9]{2,3}-[0-9]{1,2}$")]
Words = Annotated[str, Field(min_length=1, max_length=400)]
Short = Annotated[str, Field(min_length=1, max_length=100)]
Label = Annotated[str, Field(min_length=1, max_length=30)]
Strict = Annotated[bool, Field(strict=True)]
Scalar = Strict | Annotated[float, Field(strict=True, allow_inf_nan=False)] | str
"""A yes or no, a number or a text, as it stands in YAML."""
SubjectKind = Literal["class", "stage", "building", "dormitory", "place", "vehicle", "camera", "post"]
"""What a requirement, a fact or a record may be about besides the unit itself."""


def _formula(value: object) -> object:
    """A bare number or yes/no of YAML as the expression it stands for."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


Formula = Annotated[str, BeforeValidator(_formula), Field(min_length=1)]
"""An expression, see ``policy.expressions``; checked after the whole pack is read."""


class Part(BaseModel):
    """Base of every part of a pack."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
