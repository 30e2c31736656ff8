"""A scenario as a planner types it: year, load, fleet, lines, bases, prices, and the claim to test.

Files are TOML; every key names its unit and holds a bare number. All that is wrong with a file is
reported at once, each with the field, what was found and what is expected.
"""

from __future__ import annotations

import difflib
import functools
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from gis_layers.errors import InputError, Problem
from planning.expansion.spec import CapacityBound, OptimumSpec
from planning.line_choice import ChangedLine as ChangedLine
from planning.line_choice import LineChoice as LineChoice
from planning.line_choice import OwnLine as OwnLine
from planning.market import MarketSpec
from planning.scenario_base import Amount, Lat, Lon, Positive, Rate, Share, Year
from planning.scenario_base import Identifier as Identifier
from planning.scenario_base import Part as Part
from planning.scenario_base import Sourced as Sourced
from planning.table_rows import DATA
from resources.choice import ResourceChoice
from resources.plant_choice import PlantChoice, PvChoice, WindChoice

SCENARIOS = DATA / "scenarios"

Technology = Literal["wind", "pv", "coal", "gas", "nuclear", "hydro", "pumped", "battery"]
TECHNOLOGIES: tuple[Technology, ...] = ("wind", "pv", "coal", "gas", "nuclear", "hydro", "pumped", "battery")


class LoadSpec(Sourced):
    """National consumption of the year; nodes keep their shares of `shares_of_year`."""

    consumption_twh: Positive
    shares_of_year: Literal[2020, 2024]


class AllotWeights(Part):
    """How an increment is spread over nodes: a weighted sum of shares, each adding up to 1.

    Nodes' scores are normalised, so only the ratio of the weights matters.
    """

    existing: Amount = 0.0
    """By capacity of the technology in the base year."""
    recent: Amount = 0.0
    """By what was added from 2020 to 2024 (wind and PV only)."""
    load: Amount = 0.0
    """By consumption."""
    resource: Amount = 0.0
    """By rank of full-load hours among nodes, the best first (`rank_power`)."""
    land: Amount = 0.0
    """By land potential (wind and PV only)."""
    wind_pv: Amount = 0.0
    """By wind and PV already allotted (storage only)."""

    def total(self) -> float:
        return self.existing + self.recent + self.load + self.resource + self.land + self.wind_pv


class FleetTarget(Sourced):
    """National capacity of one technology and the rule that allots what the base year did not have."""

    total_gw: Amount
    """Provinces and bases together."""
    weights: AllotWeights = AllotWeights()
    rank_power: Positive = 2.0
    """Score of a node by resource: ((n - rank) / n) ** rank_power; rank 0 is the best of n."""
    nodes: tuple[str, ...] = ()
    """Nodes that may receive the increment; none named: all."""
    fixed_mw: dict[str, Amount] = Field(default_factory=dict)
    """Additions to single nodes that are known; taken out of the increment first. [MW]"""
    duration_h: Positive | None = None
    """Storage only: energy over power."""
    opening_gw: Amount | None = None
    """Wind, PV and nuclear: what stood at the start of the year; what came within it is in service from its month on.
    None: all of it from the first hour."""
    yields: Literal["modelled", "as_measured"] = "modelled"
    """Wind and PV of provinces; as_measured: their hours are moved to those statistics gave for 2019."""
    taken: Literal["all", "as_published"] = "all"
    """Wind and PV of provinces; as_published: grids inside provinces take the share that statistics gave."""


class Site(Part):
    """A place of turbines or modules."""

    lon_deg: Lon
    lat_deg: Lat


class PublishedText(Sourced):
    """The announced design, as text, to show beside the sized one."""

    design: str
    wind_mw: Amount | None = None
    pv_mw: Amount | None = None
    coal_mw: Amount | None = None
    storage_mwh: Amount | None = None
    delivered_twh: Amount | None = None
    renewable_share: Share | None = None


class BaseSpec(Part):
    """A wind-solar-hydro-storage base that feeds one channel."""

    id: Identifier
    name_zh: str = Field(min_length=1)
    name_en: str = Field(min_length=1)
    node: str
    """Home province grid: land, labour, taxes, receipts."""
    lon_deg: Lon
    lat_deg: Lat
    """Where the sending converter stands, for the map."""
    wind_sites: tuple[Site, ...] = Field(min_length=1)
    pv_sites: tuple[Site, ...] = Field(min_length=1)
    corridor_id: str | None = None
    """Line that starts at the base; None: the base feeds its province's grid."""
    channel_mw: Positive
    channel_full_load_hours: Annotated[float, Field(strict=True, gt=0, le=8760)]
    """What the channel is asked to carry a year at the sending end. [h/a]"""
    capacity: Literal["sized", "fixed"] = "sized"
    wind_mw: Amount | None = None
    """Given when `capacity` is fixed; when sized, the size is the answer."""
    pv_mw: Amount | None = None
    battery_mw: Amount | None = None
    battery_mwh: Amount | None = None
    coal_mw: Amount = 0.0
    """Thermal plant the design allows, upper bound when sized."""
    wind_max_mw: Positive | None = None
    pv_max_mw: Positive | None = None
    land_max_km2: Positive | None = None
    renewable_share_min: Share = 0.5
    curtailment_share_max: Share = 0.10
    cascade: str | None = None
    """River whose stations in the home node balance the base (`hydro_stations.csv`)."""
    cascade_stations: tuple[str, ...] = ()
    """Stations of it that serve the base; none named: all in the home node."""
    in_fleet_2020_wind_mw: Amount = 0.0
    """Of the base, already in the province's fleet of 2020: moved, not built again."""
    in_fleet_2020_pv_mw: Amount = 0.0
    plant: PlantChoice = PlantChoice()
    """Machines of its own, field by field in place of the scenario's (`plant_choice.over`)."""
    published: PublishedText | None = None


class PriceSpec(Sourced):
    """What green power sold to another province is paid; real yuan of the scenario's price year."""

    sale_rule: Literal["receiving_benchmark", "sending_benchmark", "split"]
    """receiving_benchmark: the receiving province's coal benchmark less tariff and loss (netback);
    sending_benchmark: the sending province's; split: sending plus `surplus_share` of the difference."""
    surplus_share: Share = 0.5
    certificate_cny_per_mwh: Amount
    carbon_cny_per_t: Amount
    carbon_to_sender_share: Share = 0.0
    """Share of the carbon value the buyer passes on to the sender."""
    discount_rate: Rate
    """Real, before tax. [1/a]"""
    export_tariff: bool = False
    """Charge the sending province's export tariff on power that does not come from a base."""


class ClaimSpec(Part):
    """Who sends, and the share of GDP claimed."""

    sending_nodes: tuple[str, ...] = Field(min_length=1)
    target_share: Annotated[float, Field(strict=True, gt=0, le=1)]
    gdp_year: Literal[2020, 2024]
    text: str
    source: str


class Scenario(Part):
    """All a run is asked."""

    schema_version: Literal[1]
    id: Identifier
    name_zh: str = Field(min_length=1)
    name_en: str = Field(min_length=1)
    description: str = ""
    year: Year
    price_year: Year
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63)]
    load: LoadSpec
    fleet: dict[Technology, FleetTarget]
    lines: LineChoice
    bases: tuple[BaseSpec, ...] = ()
    prices: PriceSpec
    claim: ClaimSpec
    resource: ResourceChoice = ResourceChoice()
    """Imported data in place of the embedded atlas; whether it is at hand is asked when the scenario is run."""
    plant: PlantChoice = PlantChoice()
    """Machines of what is built, bases and provinces; what stood in 2020 keeps its own."""
    market: MarketSpec = MarketSpec()
    """Contract and spot; without it the year is settled at one price."""
    optimum: OptimumSpec = OptimumSpec()
    """What the national optimum is asked (`planning.expansion`); no link of the chain reads it."""

    def base(self, base_id: str) -> BaseSpec:
        """A base by id; KeyError where there is none."""
        for base in self.bases:
            if base.id == base_id:
                return base
        raise KeyError(base_id)


def list_scenarios() -> tuple[str, ...]:
    """Ids of the built-in scenarios, in order."""
    return tuple(sorted(path.stem for path in SCENARIOS.glob("*.toml")))


@functools.cache
def built_in_scenarios() -> tuple[Scenario, ...]:
    """The built-in scenarios, read and checked once."""
    return tuple(load_scenario(name) for name in list_scenarios())


def scenario_text(name: str | Path) -> str:
    """The TOML of a scenario, as written; InputError as `load_scenario`."""
    return _find(name).read_text(encoding="utf-8-sig")


def load_scenario(name: str | Path) -> Scenario:
    """A built-in scenario by id, or a file of one, checked against the tables.

    Raises
    ------
    InputError
        No such scenario or file, not TOML, or any number of wrong keys, units, signs and ids.
    """
    path = _find(name)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data = tomllib.loads(text)
    except OSError as error:
        raise InputError(Problem(str(path), "file", error.strerror or "unreadable", "a TOML file")) from error
    except UnicodeDecodeError as error:
        raise InputError(
            Problem(str(path), "encoding", f"byte {error.start} is not UTF-8", "UTF-8 text")
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem(str(path), "TOML", str(error), "valid TOML")) from error
    return parse_scenario(data, str(path))


def parse_scenario(data: dict[str, Any], where: str) -> Scenario:
    """The scenario of a parsed file; `where` names it in problems.

    Raises
    ------
    InputError
        As `load_scenario`.
    """
    from planning.scenario_check import cross_check

    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        raise InputError(list(_problems(error, where))) from error
    problems = cross_check(scenario, where)
    if problems:
        raise InputError(problems)
    return scenario


def _find(name: str | Path) -> Path:
    text = str(name)
    if text in list_scenarios():
        return SCENARIOS / f"{text}.toml"
    path = Path(name)
    if path.is_file():
        return path
    known = ", ".join(list_scenarios())
    raise InputError(Problem("--scenario", "scenario", text, f"one of {known}, or a TOML file"))


_UNIT_WORDS = {
    "_gw": "GW",
    "_mw": "MW",
    "_mwh": "MWh",
    "_twh": "TWh",
    "_deg": "degrees",
    "_cny_per_mwh": "CNY/MWh",
    "_cny_per_t": "CNY/t",
    "_km2": "km2",
    "_share_per_h": "1/h",
    "_h": "hours",
    "_hours": "hours",
}
_CHINESE_UNITS = "1 万千瓦 = 10 MW; 1 亿千瓦时 = 0.1 TWh"
_PARTS: tuple[type[BaseModel], ...] = (
    LoadSpec,
    AllotWeights,
    FleetTarget,
    OwnLine,
    ChangedLine,
    LineChoice,
    Site,
    PublishedText,
    BaseSpec,
    PriceSpec,
    MarketSpec,
    CapacityBound,
    OptimumSpec,
    ClaimSpec,
    ResourceChoice,
    PlantChoice,
    PvChoice,
    WindChoice,
    Scenario,
)
_FIELDS = sorted({name for part in _PARTS for name in part.model_fields})


def _unit_of(field: str) -> str:
    """' in MW' from the end of a key, or nothing."""
    suffix = next((s for s in sorted(_UNIT_WORDS, key=len, reverse=True) if field.endswith(s)), None)
    return f" in {_UNIT_WORDS[suffix]}" if suffix else ""


def _problems(error: ValidationError, where: str) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        loc = [str(part) for part in item["loc"] if part != "[key]"]
        field, kind, last = ".".join(loc) or "(file)", item["type"], loc[-1] if loc else ""
        found = "nothing" if kind == "missing" else repr(item["input"])[:80]
        expected = item["msg"].removeprefix("Value error, ")
        if kind == "missing":
            expected = f"a value{_unit_of(last)}"
        elif kind == "extra_forbidden":
            near = difflib.get_close_matches(last, _FIELDS, n=1, cutoff=0.7)
            found = f"the key {last}"
            expected = f"no such key; perhaps {near[0]}" if near else "no such key"
        elif kind in ("float_type", "int_type") and isinstance(item["input"], str):
            expected = f"a bare number{_unit_of(last)}, no quotes, no unit ({_CHINESE_UNITS})"
        elif kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
            expected = expected.replace("Input should be ", "a number ") + _unit_of(last)
        yield Problem(where, field, found, expected)
