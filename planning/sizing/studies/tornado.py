"""Sensitivities one at a time: what a figure at its low and its high end does to cost and to the design.

Each end is told twice: with the base sized anew, as a planner would who knew, and with the design held fixed, as who
has built it. Ranges, their tier and source are the rows of `planning/data/sizing_sensitivity.csv`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from pydantic import model_validator

from gis_layers.errors import EnergyMapError, Problem
from gis_layers.progress import Progress, part, silent
from planning.sizing.case import BaseCase
from planning.sizing.design import BaseDesign
from planning.sizing.resource import BaseResource
from planning.sizing.studies.family import Answered, Member, answers, needed
from planning.sizing.studies.held import HeldYear, held_outcomes
from planning.table_rows import DATA, Row, raise_if, read_rows

TABLE: Final = DATA / "sizing_sensitivity.csv"
PV: Final = ("pv", "pv_fixed", "pv_tracked")


class Range(Row):
    """How far one figure is varied."""

    factor: str
    kind: Literal["times", "add"]
    low: float
    high: float
    unit: str
    note: str = ""

    @property
    def id(self) -> str:
        return self.factor

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if self.low >= self.high:
            raise ValueError("low below high")
        if self.kind == "times" and self.low <= 0:
            raise ValueError("low above 0 with kind 'times'")
        return self


@dataclass(frozen=True, slots=True)
class BarEnd:
    """One end of one bar."""

    value: float
    """Factor or sum applied."""
    sized: BaseDesign | None
    """Sized anew; None where no design meets the limits then."""
    held: HeldYear | None
    """Capacities as before; None where the year cannot be run at all."""
    problem: EnergyMapError | None = None
    """Why there is no design."""


@dataclass(frozen=True, slots=True)
class Bar:
    range: Range
    low: BarEnd
    high: BarEnd

    def swing_cny_per_mwh(self, held: bool = False) -> float:
        """Distance of LCOE between the ends; inf where an end has no design."""
        ends = [(e.held.design if e.held else None) if held else e.sized for e in (self.low, self.high)]
        if any(design is None for design in ends):
            return float("inf")
        a, b = (design.lcoe_cny_per_mwh for design in ends if design is not None)
        return abs(a - b)


@dataclass(frozen=True, slots=True)
class Tornado:
    """Bars, widest first, around the base's own design."""

    base: BaseDesign
    bars: tuple[Bar, ...]


@lru_cache(maxsize=1)
def load_ranges() -> tuple[Range, ...]:
    """The table.

    Raises
    ------
    InputError
        Rows that are none, or of a factor nobody knows.
    """
    problems: list[Problem] = []
    rows = read_rows(TABLE, Range, problems)
    problems += [
        Problem(TABLE.name, "factor", row.factor, f"one of {', '.join(FACTORS)}")
        for row in rows
        if row.factor not in FACTORS
    ]
    raise_if(problems)
    return rows


def tornado(
    case: BaseCase,
    resource: BaseResource,
    progress: Progress = silent,
    *,
    ranges: Sequence[Range] | None = None,
    threads: int = 2,
) -> Tornado:
    """Every figure of the table that this case has, at both ends.

    Raises
    ------
    InputError
        As `size_base`.
    InfeasibleError
        The case itself has no design.
    """
    rows = [r for r in (load_ranges() if ranges is None else ranges) if _touches(r, case)]
    varied = [
        (row, value, *vary(case, resource, row, value)) for row in rows for value in (row.low, row.high)
    ]
    members = [Member(case, resource), *(Member(c, r) for _, _, c, r in varied)]
    sized = answers(members, part(progress, 0.0, 0.6), threads=threads)
    base = needed(sized[0]).design
    held = held_outcomes(
        [(c, base, r) for _, _, c, r in varied],
        [f"{row.factor}_{value}" for row, value, _, _ in varied],
        part(progress, 0.6, 1.0),
        threads,
    )
    ends = []
    for (_, value, _, _), answer, year in zip(varied, sized[1:], held.values(), strict=True):
        design = answer.design if isinstance(answer, Answered) else None
        problem = None if isinstance(answer, Answered) else answer
        ends.append(BarEnd(value, design, year if isinstance(year, HeldYear) else None, problem))
    bars = [Bar(row, ends[2 * k], ends[2 * k + 1]) for k, row in enumerate(rows)]
    bars.sort(key=lambda bar: -bar.swing_cny_per_mwh())
    progress(1.0, "sensitivities")
    return Tornado(base, tuple(bars))


def vary(case: BaseCase, resource: BaseResource, row: Range, value: float) -> tuple[BaseCase, BaseResource]:
    """(case, resource) with one figure changed."""
    name = row.factor
    if name.endswith("_resource"):
        of = PV if name == "pv_resource" else ("wind",)
        profiles = {
            key: (cf * value).clip(0.0, 1.0) if key in of else cf for key, cf in resource.profiles.items()
        }
        return case, BaseResource(profiles, resource.cascade)
    if name == "discount_rate":
        return case.model_copy(update={"discount_rate": max(case.discount_rate + value, 0.0)}), resource
    if name == "channel_hours":
        hours = min(case.delivery.full_load_hours_min * value, 8760.0)
        changes: dict[str, float] = {"full_load_hours_min": hours}
        most = case.delivery.full_load_hours_max
        if most is not None:
            changes["full_load_hours_max"] = min(most * max(value, 1.0), 8760.0)
        return case.model_copy(update={"delivery": case.delivery.model_copy(update=changes)}), resource
    update: dict[str, Any] = {}
    for part_name, fields in _FIELDS[name].items():
        own = getattr(case, part_name)
        if own is None:
            continue
        if name == "carbon_price":
            dearer = own.marginal_cost_cny_per_mwh + value * own.co2_t_per_mwh
            update[part_name] = own.model_copy(update={"marginal_cost_cny_per_mwh": dearer})
            continue
        scaled = {f: getattr(own, f) * value for f in fields if getattr(own, f) is not None}
        update[part_name] = own.model_copy(update=scaled)
    return case.model_copy(update=update), resource


_CAPEX: Final = ("capex_cny_per_kw",)
_FIELDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "wind_capex": {"wind": _CAPEX},
    "pv_capex": dict.fromkeys(PV, _CAPEX),
    "csp_capex": {
        "csp": (*_CAPEX, "capex_storage_cny_per_kwh_heat", "capex_field_cny_per_kw_heat"),
    },
    "battery_capex": {"storage": ("capex_power_cny_per_kw", "capex_energy_cny_per_kwh")},
    "pumped_capex": {"pumped": _CAPEX},
    "thermal_capex": {"thermal": _CAPEX},
    "electrolyser_capex": {"electrolyser": _CAPEX},
    "fuel_price": {"thermal": ("marginal_cost_cny_per_mwh",)},
    "carbon_price": {"thermal": ()},
}
FACTORS: Final = (*_FIELDS, "discount_rate", "channel_hours", "wind_resource", "pv_resource")
"""What `vary` knows to change."""


def _touches(row: Range, case: BaseCase) -> bool:
    """Whether the case has what a row changes."""
    if row.factor in _FIELDS:
        return any(getattr(case, name) is not None for name in _FIELDS[row.factor])
    if row.factor == "pv_resource":
        return any(getattr(case, name) is not None for name in PV)
    if row.factor == "wind_resource":
        return case.wind is not None
    return row.factor != "channel_hours" or case.delivery.full_load_hours_min > 0
