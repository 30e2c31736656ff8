"""What is asked of an ensemble, and the scenario each member runs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gis_layers.errors import InputError, Problem
from planning.outages import read_outage
from planning.scenario import Scenario, parse_scenario
from planning.scenario_lines import with_own_lines
from planning.tables import load_tables

INTACT: Final = ""
"""In the place of an outage: all lines in service."""
MOST_MEMBERS: Final = 2000


@dataclass(frozen=True, slots=True)
class EnsembleSpec:
    """Axes of an ensemble; a member is one value of each. An empty axis stays as the scenario has it."""

    seeds: tuple[int, ...] = ()
    """Of generated weather."""
    weather_years: tuple[int, ...] = ()
    """Of the imported hours the scenario names."""
    water_pct: tuple[float, ...] = ()
    """Share of years that bring more water. [%]"""
    outages: tuple[str, ...] = ()
    """Lines out of service, several at once joined by +: 'jiquan', 'jiquan 07-01..07-15+lingshao'. Where there are
    any, members without an outage stand beside them."""


@dataclass(frozen=True, slots=True)
class Member:
    """One scenario to run."""

    name: str
    """Of its axes; no two members share one."""
    variant: str
    seed: int
    weather_year: int | None
    water_pct: float | None
    outage: str
    """As typed; '' where all lines are in service."""
    scenario: Scenario

    @property
    def weather(self) -> tuple[int, int | None, float | None]:
        """Seed, year and water: members alike in it differ in what people decide, or in what fails."""
        return self.seed, self.weather_year, self.water_pct

    @property
    def group(self) -> tuple[str, str]:
        """Variant and outage: members alike in it differ in weather alone."""
        return self.variant, self.outage


def members_of(variants: Sequence[tuple[str, Scenario]], spec: EnsembleSpec) -> tuple[Member, ...]:
    """All members, variant by variant, the intact ones first.

    Parameters
    ----------
    variants
        (name, scenario), the first is what others are compared with.

    Raises
    ------
    InputError
        Every value no scenario takes, every outage of a line that is not there, doubles, too many members.
    """
    problems: list[Problem] = []
    for axis, values in (
        ("--seeds", spec.seeds), ("--years", spec.weather_years), ("--water", spec.water_pct),
        ("--without", spec.outages), ("--variants", tuple(name for name, _ in variants)),
    ):  # fmt: skip
        twice = sorted({str(value) for value in values if values.count(value) > 1})
        problems += [Problem("ensemble", axis, f"{value} twice", "each once") for value in twice]
    if spec.weather_years:
        problems += [
            Problem("ensemble", "--years", f"{name} has generated weather", "imported hours")
            for name, scenario in variants
            if not scenario.resource.weather
        ]
    count = len(variants) * (len(spec.outages) + 1)
    for values in (spec.seeds, spec.weather_years, spec.water_pct):
        count *= max(1, len(values))
    if count > MOST_MEMBERS:
        problems.append(Problem("ensemble", "members", f"{count:,}", f"at most {MOST_MEMBERS:,}"))
    if problems:
        raise InputError(problems)
    made: list[Member] = []
    for name, scenario in variants:
        kept = scenario.resource
        axes = itertools.product(
            (INTACT, *spec.outages),
            spec.weather_years or (kept.weather_year,),
            spec.water_pct or (kept.water_exceedance_pct,),
            spec.seeds or (scenario.seed,),
        )
        base = scenario.model_dump(mode="json")
        tables = with_own_lines(load_tables(), scenario)
        ac = {tie.id for tie in tables.interfaces}
        ac |= {line.id for line in tables.corridors if line.result_kind == "ac"}
        for outage, year, water, seed in axes:
            try:
                varied = _varied(base, outage, year, water, seed, ac)
                read = parse_scenario(varied, name)
            except InputError as error:
                problems += [problem for problem in error.problems if problem not in problems]
                continue
            made.append(
                Member(_name(name, spec, outage, year, water, seed), name, seed, year, water, outage, read)
            )
    if problems:
        raise InputError(problems)
    return tuple(made)


def _varied(
    base: dict[str, object], outage: str, year: int | None, water: float | None, seed: int, ac: set[str]
) -> dict[str, object]:
    """The scenario as data with one member's axes in it; an AC line is left out, a DC line is out of service."""
    lines, resource = dict(base["lines"]), dict(base["resource"])  # type: ignore[call-overload]
    for part in filter(None, (text.strip() for text in outage.split("+"))):
        one = read_outage(part, "--without")
        if one.line in ac and one.whole_year:
            lines["without"] = [*lines["without"], one.line]
        else:
            lines["outages"] = [*lines["outages"], one.text]
    resource |= {"weather_year": year, "water_exceedance_pct": water}
    return {**base, "seed": seed, "lines": lines, "resource": resource}


def _name(
    variant: str, spec: EnsembleSpec, outage: str, year: int | None, water: float | None, seed: int
) -> str:
    parts = [variant]
    parts += [f"seed {seed}"] if len(spec.seeds) > 0 else []
    parts += [f"year {year}"] if spec.weather_years else []
    parts += [f"P {water:g} %"] if spec.water_pct and water is not None else []
    parts += [f"without {outage}"] if outage else []
    return ", ".join(parts)
