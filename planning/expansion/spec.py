"""What a planner asks of the national optimum: targets, what may be built and where, and how closely to look."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from gis_layers.errors import Problem
from planning.scenario_base import Amount, Part, Positive

Buildable = Literal["wind", "pv", "battery", "pumped", "coal", "gas"]
BUILDABLE: tuple[Buildable, ...] = get_args(Buildable)
Alone = Literal["existing", "none"]
"""What a province has where it plans alone: the lines that run today, or no exchange with others at all."""


class CapacityBound(Part):
    """What may be added of one technology at one node, in place of what the land allows."""

    node: str
    """A node id, or the id of a base of the scenario."""
    technology: Buildable
    min_mw: Amount = 0.0
    max_mw: Amount | None = None
    """None: as the land allows; 0: nothing."""


class OptimumSpec(Part):
    """The section `[optimum]` of a scenario; without a target nothing is asked."""

    wind_pv_min_gw: Positive | None = None
    """Wind and PV in all, standing and new, at least."""
    wind_pv_max_gw: Positive | None = None
    """And at most: both alike ask where a given total stands best."""
    co2_max_mt: Amount | None = None
    """Of thermal plant, a year."""
    renewable_share_min: Annotated[float, Field(strict=True, gt=0, le=1)] | None = None
    """Of generation (what stores lose is not counted): wind, PV and hydro."""
    build: tuple[str, ...] = BUILDABLE
    """What may be built, of `BUILDABLE`; all else stays as the scenario's fleet has it."""
    new_lines: bool = True
    """Whether lines may be built at all."""
    corridors: tuple[str, ...] = ()
    """Lines that may be built: ids of the table or of the scenario's own lines. None named: those approved and not in
    service, those of `lines.also` and all own ones."""
    whole_lines: bool = False
    """A line is built whole or not at all: chosen in proportion first, then the half-built ones settled one way."""
    bounds: tuple[CapacityBound, ...] = ()
    existing_year: Literal[2020, 2024] = 2020
    """What stands of wind and PV before anything is chosen."""
    weeks: Annotated[int, Field(strict=True, ge=1, le=52)] = 4
    """Representative weeks."""
    step_hours: Literal[1, 2, 3, 4, 6] = 4
    """Length of a step within the weeks; the replay has all hours."""

    @property
    def asks(self) -> bool:
        """Whether there is a target."""
        return any(
            t is not None
            for t in (self.wind_pv_min_gw, self.wind_pv_max_gw, self.co2_max_mt, self.renewable_share_min)
        )


def spec_problems(
    spec: OptimumSpec, nodes: frozenset[str], bases: frozenset[str], lines: frozenset[str], where: str
) -> list[Problem]:
    """What is wrong with a spec against the scenario's nodes, bases and lines."""
    problems = [
        Problem(where, f"optimum.build.{number}", name, f"one of {', '.join(BUILDABLE)}")
        for number, name in enumerate(spec.build)
        if name not in BUILDABLE or name in spec.build[:number]
    ]
    low, high = spec.wind_pv_min_gw, spec.wind_pv_max_gw
    if low is not None and high is not None and high < low:
        problems.append(
            Problem(where, "optimum.wind_pv_max_gw", f"{high:g}", f"at least wind_pv_min_gw, {low:g}")
        )
    seen: set[tuple[str, str]] = set()
    for number, bound in enumerate(spec.bounds):
        field = f"optimum.bounds.{number}"
        if bound.node not in nodes | bases:
            problems.append(Problem(where, f"{field}.node", bound.node, "a node id or the id of a base"))
        if bound.max_mw is not None and bound.max_mw < bound.min_mw:
            problems.append(
                Problem(where, f"{field}.max_mw", f"{bound.max_mw:g}", f"at least min_mw, {bound.min_mw:g}")
            )
        if bound.technology not in spec.build:
            problems.append(
                Problem(where, f"{field}.technology", bound.technology, "a technology that may be built")
            )
        if (bound.node, bound.technology) in seen:
            problems.append(
                Problem(where, field, f"{bound.node} {bound.technology}", "each node and technology once")
            )
        if bound.node in bases and bound.technology not in ("wind", "pv", "battery"):
            problems.append(
                Problem(where, f"{field}.technology", bound.technology, "wind, pv or battery at a base")
            )
        seen.add((bound.node, bound.technology))
    for number, line in enumerate(spec.corridors):
        if line not in lines:
            problems.append(
                Problem(
                    where,
                    f"optimum.corridors.{number}",
                    line,
                    "a line of corridors.csv not in service, or an own line",
                )
            )
    return problems
