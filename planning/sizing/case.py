"""What a planner writes to have a base sized: the BASE.toml of `energymap size`, as one checked value."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from planning.sizing.delivery import Channel, Delivery
from planning.sizing.fields import CasePart, NotNegative, Positive, Site
from planning.sizing.limits import Limits
from planning.sizing.parts.battery import Storage
from planning.sizing.parts.cascade import Cascade
from planning.sizing.parts.csp import Csp
from planning.sizing.parts.electrolyser import Electrolyser
from planning.sizing.parts.pumped import Pumped
from planning.sizing.parts.reservoir import Hydro
from planning.sizing.parts.thermal import Thermal
from planning.sizing.parts.wind_pv import Renewable
from resources.plant_choice import USUAL, PlantChoice

SOURCES = ("wind", "pv", "pv_fixed", "pv_tracked", "csp", "thermal", "hydro", "cascade")
SITED = ("wind", "pv", "pv_fixed", "pv_tracked", "csp")
"""Parts with sites of their own."""


class Prices(CasePart):
    """What the base is paid for a MWh at the sending converter."""

    delivered_cny_per_mwh: NotNegative | None = None
    """All hours alike."""
    delivered_by_hour_cny_per_mwh: (
        Annotated[tuple[NotNegative, ...], Field(min_length=24, max_length=24)] | None
    ) = None
    """By hour of the day, UTC+8."""
    years: Positive = 25.0
    """Over which yearly profits are counted to the net present value."""

    @model_validator(mode="after")
    def _one(self) -> Prices:
        if (self.delivered_cny_per_mwh is None) == (self.delivered_by_hour_cny_per_mwh is None):
            raise ValueError("one of delivered_cny_per_mwh and delivered_by_hour_cny_per_mwh")
        return self


class Reference(CasePart):
    """What the base's energy replaces at the receiving end; left out, coal power of the technology table."""

    co2_t_per_mwh: NotNegative | None = None
    fuel_tce_per_mwh: NotNegative | None = None


class BaseCase(CasePart):
    """One complementary base; money is real, of `price_year`."""

    schema_version: Literal[1] = 1
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    name_zh: str
    name_en: str
    price_year: Annotated[int, Field(ge=2000, le=2100)]
    discount_rate: Annotated[float, Field(ge=0, lt=1)]
    """Real. [-]"""
    goal: Literal["cost", "npv"] = "cost"
    """Least yearly cost, or the greatest net present value at `prices`."""
    channel: Channel
    delivery: Delivery
    prices: Prices | None = None
    wind: Renewable | None = None
    pv: Renewable | None = None
    """PV of one kind of mounting; beside it `pv_fixed` and `pv_tracked` let the programme choose."""
    pv_fixed: Renewable | None = None
    pv_tracked: Renewable | None = None
    csp: Csp | None = None
    storage: Storage | None = None
    pumped: Pumped | None = None
    thermal: Thermal | None = None
    hydro: Hydro | None = None
    """One reservoir of energy; `cascade` has its stations and their water."""
    cascade: Cascade | None = None
    electrolyser: Electrolyser | None = None
    plant: PlantChoice = USUAL
    """The machines wind and PV are built with, as in a scenario; empty: as usual."""
    limits: Limits = Limits()
    reference: Reference = Reference()

    @model_validator(mode="after")
    def _something(self) -> BaseCase:
        wrong = []
        if not any(getattr(self, name) is not None for name in SOURCES):
            wrong.append("at least one of " + ", ".join(f"[{name}]" for name in SOURCES))
        if self.goal == "npv" and self.prices is None:
            wrong.append("[prices] with goal = 'npv'")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


__all__ = [
    "SITED",
    "SOURCES",
    "BaseCase",
    "Cascade",
    "Channel",
    "Csp",
    "Delivery",
    "Electrolyser",
    "Hydro",
    "Limits",
    "Prices",
    "Pumped",
    "Reference",
    "Renewable",
    "Site",
    "Storage",
    "Thermal",
]
