"""What every part of a scenario is made of: frozen models, and numbers with their limits."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gis_layers.provenance import Tier

Amount = Annotated[float, Field(strict=True, ge=0)]
Positive = Annotated[float, Field(strict=True, gt=0)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
Rate = Annotated[float, Field(strict=True, gt=-1, lt=1)]
Lon = Annotated[float, Field(strict=True, ge=73, le=136)]
Lat = Annotated[float, Field(strict=True, ge=15, le=55)]
Year = Annotated[int, Field(strict=True, ge=2000, le=2100)]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")]


class Part(BaseModel):
    """A part of a scenario: frozen, no unknown keys, no infinities."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Sourced(Part):
    """A part that holds assumptions: says where they come from."""

    source: str = Field(min_length=1)
    tier: Tier
