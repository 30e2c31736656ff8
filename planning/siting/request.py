"""What a planner asks of a siting beside the area and its rules; kept with the answer."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from planning.siting.eligibility import Technology
from planning.siting.land_split import LandUse
from planning.siting.suitability import Judgements

LEAST_MW, MOST_MW = 200.0, 2000.0
"""Usual size of projects in a base."""


class SitingRequest(BaseModel):
    """Technologies, sizes of sites, how land is shared, where lines end, what money costs, what counts as good."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    technologies: Annotated[tuple[Technology, ...], Field(min_length=1)] = ("wind", "pv")
    channel: str = ""
    """'lon,lat' or a line of the tables; empty: the nearest nodes and converter stations."""
    least_mw: Annotated[float, Field(gt=0, le=1e6)] = LEAST_MW
    most_mw: Annotated[float, Field(gt=0, le=1e6)] = MOST_MW
    least_cell_share: Annotated[float, Field(ge=0, lt=1)] = 0.01
    """Cells with less eligible land belong to no site."""
    total_mw: Annotated[float, Field(gt=0, le=1e7)] | None = None
    """Marks the cheapest sites up to this capacity."""
    land_use: LandUse = LandUse()
    judgements: Judgements = Judgements()
    discount_rate: Annotated[float, Field(ge=0, le=0.5)] | None = None
    """Real, before tax; None: of the price table. [1/a]"""
    roads: str = ""
    """File of the roads the suitability counts, as told; empty: none."""
    seed: Annotated[int, Field(ge=0)] = 2020
    """Of generated hours."""

    @model_validator(mode="after")
    def _sizes(self) -> Self:
        if self.most_mw < 2 * self.least_mw:
            raise ValueError("most_mw at least twice least_mw: every cut must leave two sites large enough")
        if len(set(self.technologies)) != len(self.technologies):
            raise ValueError("each technology once")
        if not any(getattr(self.land_use, name) > 0 for name in self.technologies):
            raise ValueError("land_use gives none of the technologies any land")
        return self
