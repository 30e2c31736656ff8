"""What the chain answers: the document behind summary.json, the tables, the report and the window.

Energies are of one modelled year, in MWh of electricity; money is in yuan of the scenario's price
year, real. A figure that could not be computed is None, never 0.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gis_layers.provenance import Grade
from planning.frozen import Frozen as Frozen
from planning.results_cash import ClaimSensitivity, SettlementResult
from planning.results_flow import (
    LineLoss,
    NodeVoltage,
    PowerFlowFailure,
    PowerFlowOutage,
    StationYear,
)


class Shortage(Frozen):
    """A node that was not served in full."""

    node: str
    adcode: int
    mwh: float
    hours: int
    """With something missing."""
    first_hour: int
    """Of the year, 0 is the first."""
    worst_hour: int
    worst_mw: float


class NationalResult(Frozen):
    """Sums over all nodes."""

    generation_twh: dict[str, float]
    """By technology: wind, pv, hydro, nuclear, coal, gas (what the fleet has); net of curtailment."""
    capacity_gw: dict[str, float]
    load_twh: float
    curtailment_rate: float
    """Wind and PV energy not taken, over what could have been generated. [-]"""
    curtailment_rate_by_technology: dict[str, float]
    unserved_mwh: float
    blocked_twh: dict[str, float] | None = None
    """Wind and PV of the curtailment that grids inside provinces could not take; None: not asked."""
    shortages: tuple[Shortage, ...] = ()
    """Nodes that were not served in full, the most first."""
    gap_share: float | None = None
    """The dispatch in windows costs at most this much more than the best of the undivided year; None: not measured. [-]"""
    bound_cny: float | None = None
    """No dispatch of the whole year can cost less, penalties counted."""
    curtailed_twh_by_cause: dict[str, float] | None = None
    """Wind and PV not taken, by the causes of `planning.dispatch.cause` and `blocked`; those with any."""
    reserve_short_mwh: dict[str, float] | None = None
    """Spinning reserve missing, by synchronous grid; {}: none; None: not asked."""
    transfer_twh: float
    """Delivered over all inter-provincial corridors and interfaces."""
    green_transfer_twh: float
    loss_twh: float
    """Corridor losses as settled."""
    storage_loss_twh: float
    co2_mt: float
    """Emitted by coal and gas burnt for power."""
    cost_cny: float
    """Variable cost of the dispatch (fuel, variable operation, penalty of unserved energy)."""


class ProvinceResult(Frozen):
    """One province; its bases and, for Inner Mongolia, both grids are counted in it.

    generation + import - export - storage_loss - internal_loss + unserved = load, to 1 MWh.
    """

    adcode: int
    name_zh: str
    name_en: str
    generation_mwh: float
    generation_mwh_by_technology: dict[str, float]
    capacity_mw: dict[str, float]
    load_mwh: float
    import_mwh: float
    """Received at the province's end of all lines."""
    export_mwh: float
    """Sent at the province's end of all lines."""
    green_export_mwh: float
    green_import_mwh: float
    storage_loss_mwh: float
    internal_loss_mwh: float
    unserved_mwh: float
    curtailment_rate: float
    cash_cny: float
    """Receipts from green power sold to other provinces, at the sending end, less payments for green
    power bought; negative for a net buyer."""
    receipts_cny: float
    payments_cny: float
    gdp_cny: float | None
    gdp_year: int
    gdp_share: float | None
    """cash_cny over gdp_cny. [-]"""


class CorridorResult(Frozen):
    """One corridor: a long-distance DC line or an AC interface between provinces."""

    id: str
    name_zh: str
    name_en: str
    kind: Literal["dc", "ac", "b2b"]
    from_node: str
    to_node: str
    from_adcode: int
    to_adcode: int
    from_lon: float
    from_lat: float
    to_lon: float
    to_lat: float
    capacity_mw: float
    sent_mwh: float
    """Forward and reverse, at the sending end of each direction."""
    delivered_mwh: float
    loss_mwh: float
    reverse_sent_mwh: float
    full_load_hours: float
    """sent_mwh over capacity_mw. [h/a]"""
    green_share: float
    """Share of wind, PV and hydro in what was sent. [-]"""
    loss_share: float
    loss_source: str
    tariff_cny_per_mwh: float | None
    tariff_includes_loss: bool | None
    tariff_source: str
    tier: str
    sale_cny: float | None
    """Paid to the sending province for all energy sent."""
    transmission_cny: float | None
    loss_cny: float | None
    physics_loss_mwh: float | None = None
    """Of the hours with an AC solution, as `settled_loss_mwh`; None: not computed."""
    settled_loss_mwh: float | None = None
    loss_difference_cny: float | None = None
    """Settled less physical loss at the mean price of what is sent (`sale_cny` over `sent_mwh`): above 0 buyers pay for
    more than is lost."""
    certificate_cny: float | None
    carbon_value_cny: float | None
    cash_cny: float | None
    """Receipts of the sending end for green energy: energy and certificate."""
    peak_loading: float
    status: str


class BaseResult(Frozen):
    """One sized base."""

    id: str
    name_zh: str
    name_en: str
    adcode: int
    lon: float
    lat: float
    corridor_id: str | None
    channel_mw: float
    capacity_mw: dict[str, float]
    """wind, pv, coal, hydro, battery (power) ..."""
    storage_mwh: float
    generation_mwh: dict[str, float]
    delivered_mwh: float
    """At the sending converter."""
    channel_full_load_hours: float
    renewable_share: float
    curtailment_rate: float
    lcoe_cny_per_mwh: float
    investment_cny: float
    annual_cost_cny: float
    npv_cny: float
    irr: float | None
    """Real, before tax, on total investment; None where no rate makes the flows zero. [-]"""
    co2_t: float
    land_km2: float
    solver: str
    gap: float
    max_balance_residual_mw: float
    published: dict[str, str]
    """The published design beside ours, as text with its source, where there is one."""


class BalanceResult(Frozen):
    """The conservation checks the program made of itself."""

    max_residual_mw: float
    """Largest energy imbalance of any node in any hour."""
    money_residual_cny: float
    """Money paid minus money received, over all parties."""
    energy_residual_mwh: float
    """Largest imbalance of any province over the year."""


class PowerFlowHour(Frozen):
    """One AC power flow."""

    hour: int
    label: str
    """peak, trough, transfer-1 ..."""
    time: str
    converged: bool
    loss_mwh: float | None
    dispatch_loss_mwh: float
    max_loading: float | None
    max_loading_line: str | None
    min_voltage_pu: float | None
    max_voltage_pu: float | None
    max_flow_difference_mw: float | None
    """Largest difference of an AC interface's flow from the dispatch."""
    note: str
    """Code of why it did not converge, with its figures; empty where it did."""
    overloaded: dict[str, float] = Field(default_factory=dict)
    """AC tie -> flow over its estimated capability, where that is above 1. [-]"""
    failure: PowerFlowFailure | None = None
    """Why it did not converge; None where it did, and in results of older programs."""


class PowerFlowTie(Frozen):
    """An AC tie over the whole year."""

    sent_mwh: float
    """Energy sent into it at either end."""
    loss_mwh: float
    """Of the hours that have an AC solution."""
    max_loading: float
    """Active power over capability. [-]"""
    max_loading_hour: int
    hours_over: int
    """Hours above the capability."""
    max_outage_loading: float
    """At the worst outage of another tie of the grid, linear. [-]"""
    outage_hours_over: int
    """Hours in which the outage of one other tie would bring it above its capability."""
    worst_outage: str | None
    """Tie whose outage is the worst; None: none makes it worse."""
    bridge: bool
    """Its own loss parts the grid: not among the outages."""


class PowerFlowYear(Frozen):
    """All hours of the year on the AC ties."""

    hours: int
    converged: int
    loss_mwh: float
    """Physical, of the converged hours."""
    settled_loss_mwh: float
    """As the dispatch settles them, of the same hours."""
    max_balance_pu: float
    """The largest error of power at a bus in a solved hour."""
    check_mw: float | None
    """The largest difference of a tie's flow from pandapower's solution, of the chosen hours; None: none solved."""
    ties: dict[str, PowerFlowTie]
    check_voltage_pu: float | None = None
    """The largest difference of a bus voltage from pandapower's, of the chosen hours."""
    losses: dict[str, LineLoss] = Field(default_factory=dict)
    """By line id; this and the next are empty in results of older programs."""
    voltages: dict[str, NodeVoltage] = Field(default_factory=dict)
    """By node id."""
    stations: tuple[StationYear, ...] = ()
    outages: tuple[PowerFlowOutage, ...] = ()
    """The worst first."""
    failures: tuple[PowerFlowFailure, ...] = ()
    """Hours without a solution, the least solvable first; at most 24 are explained, the others counted."""


class PowerFlowResult(Frozen):
    hours: tuple[PowerFlowHour, ...]
    converged: int
    loss_mwh: float
    max_loading: float
    year: PowerFlowYear | None = None
    """None in results of programs before 0.9 and without AC ties."""


class ClaimResult(Frozen):
    """The claim under test: green power sold brings the sending provinces nearly 10 % of their GDP."""

    sending_adcodes: tuple[int, ...]
    sending_names_zh: tuple[str, ...]
    wind_pv_gw: float
    green_sold_mwh: float
    cash_cny: float
    gdp_cny: float
    gdp_year: int
    gdp_share: float
    target_share: float
    price_cny_per_mwh: float | None
    """Mean price at the sending end the cash stands for; None where nothing was sold."""
    price_for_target_cny_per_mwh: float | None
    """That price at which the same energy would bring the target."""
    volume_for_target_mwh: float | None
    """Energy that would bring the target at the same price; None where that price is not above 0."""
    verdict: Literal["met", "not met"]
    sensitivity: ClaimSensitivity | None = None
    """None in results of older programs."""


class LinkSource(Frozen):
    """A named input of the run, for 'where does that come from'."""

    what: str
    source: str
    date: str
    tier: str


class ResourceSource(Frozen):
    """What gave one part of a run: a layer of the atlas, a raster, hourly weather, the rivers' months, discharge."""

    what_zh: str
    what_en: str
    entry: str
    """Of the user's library; '' is the program's own."""
    source_zh: str
    source_en: str
    licence: str
    period_zh: str
    period_en: str
    grade: Grade
    share: float
    """Of the places of the run that it served, 0..1; of rivers, of the capacity of the stations of the cascades."""


class Summary(Frozen):
    """summary.json."""

    schema_version: Literal[1] = 1
    scenario: str
    scenario_name_zh: str
    scenario_name_en: str
    year: int
    price_year: int
    grade: Grade
    """Of the resource the run rests on: the worst that served its hours."""
    national: NationalResult
    provinces: dict[str, ProvinceResult]
    corridors: dict[str, CorridorResult]
    bases: dict[str, BaseResult]
    balance: BalanceResult
    power_flow: PowerFlowResult
    claim: ClaimResult
    seconds: dict[str, float]
    sources: tuple[LinkSource, ...]
    notes: tuple[str, ...]
    resource: tuple[ResourceSource, ...] = ()
    """What the wind and sun of the run are of; empty in answers of older programs."""
    settlement: SettlementResult | None = None
    """None in results of older programs."""
