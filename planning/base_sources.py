"""What the hours of one base rest on, for the documents of `energymap size`."""

from __future__ import annotations

from planning.chain.machines import pv_row, wind_row
from planning.chain.sources import resource_sources
from planning.results import ResourceSource
from planning.sizing.case import BaseCase
from planning.sizing.sites import site_technology
from resources.plant_choice import PlantChoice
from resources.served import Served


def case_sources(case: BaseCase, served: Served, seed: int) -> tuple[ResourceSource, ...]:
    """Of a base of its own file: weather and sites, then the machines of each part."""
    rows = [*resource_sources(served, seed)]
    if case.wind is not None:
        rows.append(wind_row(case.plant.wind))
    for part in ("pv", "pv_fixed", "pv_tracked"):
        if getattr(case, part) is not None:
            fixed = site_technology(part, case.plant) == "pv_fixed"
            rows.append(pv_row(case.plant.pv, not fixed, "fixed_tilt" if fixed else "single_axis"))
    return tuple(rows)


def spec_sources(plant: PlantChoice, served: Served, seed: int) -> tuple[ResourceSource, ...]:
    """The same of a base of a scenario; `plant` is what holds at it."""
    return (*resource_sources(served, seed), wind_row(plant.wind), pv_row(plant.pv, True))
