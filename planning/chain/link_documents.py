"""What one link answers when it is run alone: the document of `energymap run --link` and of the window's page."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gis_layers.provenance import Grade
from planning.chain.links import Link
from planning.results import Frozen, NationalResult, PowerFlowResult, Summary


class LinkUse(Frozen):
    """What a link did in a run."""

    link: Link
    computed: tuple[str, ...]
    """Parts computed now: `nodes` or ids of bases; the link's own name where it has no parts."""
    reused: tuple[str, ...]
    """Parts whose inputs are those of an earlier run, taken from the store."""
    seconds: float


class PlaceResource(Frozen):
    """Wind and sun of a node's developable land, or of a base's sites."""

    id: str
    kind: Literal["node", "base"]
    name_zh: str
    name_en: str
    wind_full_load_hours: float
    """Of present machines. [h/a]"""
    pv_full_load_hours: float
    """[h/a]"""
    wind_pv_correlation: float
    """Pearson's, of hourly capacity factors; below 0 they make up for each other. [-]"""
    wind_potential_mw: float | None
    """Upper bound by land; None for a base."""
    pv_potential_mw: float | None
    rain_mm: float | None
    """Of a year, mean over the node's land."""


class BaseSize(Frozen):
    """A base as sized; its returns need the price its corridor pays, which the cash flow finds."""

    id: str
    name_zh: str
    name_en: str
    channel_mw: float
    capacity_mw: dict[str, float]
    storage_mwh: float
    delivered_mwh: float
    unmet_mwh: float
    channel_full_load_hours: float
    renewable_share: float
    curtailment_rate: float
    lcoe_cny_per_mwh: float
    """Annual cost over energy delivered; existing hydro not in it."""
    investment_cny: float
    land_km2: float
    co2_t: float
    solver: str
    gap: float
    max_balance_residual_mw: float


class ProvinceBalance(Frozen):
    """A province's year of energy, its bases in it; no money yet."""

    adcode: int
    name_zh: str
    name_en: str
    generation_mwh: dict[str, float]
    load_mwh: float
    import_mwh: float
    export_mwh: float
    green_import_mwh: float
    green_export_mwh: float
    storage_loss_mwh: float
    internal_loss_mwh: float
    unserved_mwh: float
    curtailment_rate: float
    residual_mwh: float
    """0 up to rounding."""


class DispatchBalance(Frozen):
    """The dispatched year in energy."""

    national: NationalResult
    provinces: tuple[ProvinceBalance, ...]
    max_residual_mw: float
    """Largest energy imbalance of any node in any hour."""


class AnswerSource(Frozen):
    """What an answer rests on, in both languages."""

    what_zh: str
    what_en: str
    source_zh: str
    source_en: str
    date_zh: str
    date_en: str
    tier: str
    """Of a source of wind and sun: its grade."""
    share: float | None = None
    """Of the places, that a source of wind and sun served, 0..1."""


class LinkAnswer(Frozen):
    """One of the answers is there: that of `link`."""

    schema_version: Literal[1] = 1
    link: Link
    scenario: str
    scenario_name_zh: str
    scenario_name_en: str
    year: int
    price_year: int
    grade: Grade
    uses: tuple[LinkUse, ...]
    """Of the links that were asked for, in order."""
    resource: tuple[PlaceResource, ...] | None = None
    sizing: tuple[BaseSize, ...] | None = None
    dispatch: DispatchBalance | None = None
    power_flow: PowerFlowResult | None = None
    cash_flow: Summary | None = None
    line_names: dict[str, tuple[str, str]] = Field(default_factory=dict)
    """Of ties and DC lines named in the power flow, Chinese and English."""
    sources: tuple[AnswerSource, ...]
    notes: tuple[str, ...]
