"""Kinds of numbers and the bases of all parts of a case."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
PositiveShare = Annotated[float, Field(gt=0, le=1)]


class CasePart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Capacity(CasePart):
    """A capacity to be found, or given; what exists is counted in it and costs no investment."""

    capacity_mw: NotNegative | None = None
    """Fixed; with it min and max must be left out."""
    min_capacity_mw: NotNegative = 0.0
    max_capacity_mw: NotNegative | None = None
    existing_mw: NotNegative = 0.0
    """Stands already, within the capacity: kept, maintained, not paid for again."""

    @model_validator(mode="after")
    def _ordered(self) -> Any:
        if self.capacity_mw is not None and (self.min_capacity_mw > 0 or self.max_capacity_mw is not None):
            raise ValueError("either capacity_mw or min/max_capacity_mw")
        if self.max_capacity_mw is not None and self.max_capacity_mw < self.min_capacity_mw:
            raise ValueError("max_capacity_mw of at least min_capacity_mw")
        most = self.max_capacity_mw if self.capacity_mw is None else self.capacity_mw
        if most is not None and self.existing_mw > most:
            raise ValueError("existing_mw of at most the capacity")
        return self

    @property
    def bounds_mw(self) -> tuple[float, float]:
        if self.capacity_mw is not None:
            return self.capacity_mw, self.capacity_mw
        low = max(self.min_capacity_mw, self.existing_mw)
        return low, float("inf") if self.max_capacity_mw is None else self.max_capacity_mw


class Costed(Capacity):
    """A capacity with its costs; one left out is taken from the technology table."""

    capex_cny_per_kw: NotNegative | None = None
    fixed_om_cny_per_kw_year: NotNegative | None = None
    life_years: Positive | None = None


class Site(CasePart):
    """A place whose resource the base draws on."""

    lon_deg: Annotated[float, Field(ge=73, le=136)]
    lat_deg: Annotated[float, Field(ge=15, le=55)]
    weight: Positive = 1.0
    """Share of the capacity, relative to the other sites'."""
