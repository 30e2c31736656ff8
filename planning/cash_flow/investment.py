"""What a base costs and returns over its life: LCOE, NPV and IRR, real and before tax.

Flows are yearly: investment at the end of year 0, costs and revenue at the end of years 1..n, parts that die
earlier replaced at their price, what life is left at the end credited in proportion.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asset:
    """A part of a base with its own life."""

    name: str
    investment_cny: float
    fixed_om_cny_per_year: float
    life_years: int


@dataclass(frozen=True, slots=True)
class Project:
    """A base as an investment, real yuan of one price year."""

    assets: tuple[Asset, ...]
    delivered_mwh_per_year: float
    """Sold at the sending end."""
    variable_cost_cny_per_year: float
    """Fuel, variable operation, carbon."""
    revenue_cny_per_year: float
    discount_rate: float
    """Real, before tax. [1/a]"""
    horizon_years: int = 25


@dataclass(frozen=True, slots=True)
class IrrAnswer:
    """The rate that makes the flows worth nothing."""

    irr: float | None
    """None where there is no such rate, or more than one."""
    roots: tuple[float, ...]
    """All found between -0.99 and 10."""
    sign_changes: int
    """Of the flows: Descartes bounds the number of rates by it."""


@dataclass(frozen=True, slots=True)
class Returns:
    """What a project comes to."""

    investment_cny: float
    """At the start; replacements are in the flows."""
    annual_cost_cny: float
    """Levelised: present cost times the annuity."""
    lcoe_cny_per_mwh: float | None
    """Present cost over present energy; None where nothing is delivered."""
    npv_cny: float
    irr: IrrAnswer
    flows_cny: tuple[float, ...]
    """Years 0..n."""


def returns(project: Project) -> Returns:
    """LCOE, NPV and IRR of a project.

    Raises
    ------
    InputError
        A life or horizon below a year, a rate not between -1 and 1, a negative cost or energy.
    """
    _check(project)
    cost = cost_flows_cny(project)
    years = np.arange(project.horizon_years + 1)
    discount = (1.0 + project.discount_rate) ** -years.astype(float)
    annuity = 1.0 / float(discount[1:].sum())
    present_cost = float(cost @ discount)
    flows = -cost
    flows[1:] += project.revenue_cny_per_year
    delivered = project.delivered_mwh_per_year
    return Returns(
        investment_cny=math.fsum(asset.investment_cny for asset in project.assets),
        annual_cost_cny=present_cost * annuity,
        lcoe_cny_per_mwh=present_cost * annuity / delivered if delivered > 0 else None,
        npv_cny=float(flows @ discount),
        irr=internal_rate(flows.tolist()),
        flows_cny=tuple(flows.tolist()),
    )


def cost_flows_cny(project: Project) -> Array:
    """(horizon + 1,) costs of years 0..n, replacements in, value left at the end out. [CNY]"""
    horizon = project.horizon_years
    flows = np.zeros(horizon + 1)
    flows[1:] += project.variable_cost_cny_per_year
    for asset in project.assets:
        flows[1:] += asset.fixed_om_cny_per_year
        bought = range(0, horizon, asset.life_years)
        for year in bought:
            flows[year] += asset.investment_cny
        used = horizon - bought[-1]
        flows[horizon] -= asset.investment_cny * (1.0 - used / asset.life_years)
    return flows


def internal_rate(flows_cny: Sequence[float]) -> IrrAnswer:
    """The internal rate of return, with all rates when there are several.

    The value at rate r is a polynomial in 1/(1+r); its roots between -0.99 and 10 are bracketed on a fine
    grid and refined (Brent 1973). None as the rate unless exactly one is found: with flows that change sign
    more than once a rate may not mean a return.
    """
    from scipy.optimize import brentq  # half a second to load, and the window imports this module

    flows = np.asarray(flows_cny, dtype=float)
    signs = np.sign(flows[flows != 0.0])
    changes = int((np.diff(signs) != 0).sum())
    if changes == 0:
        return IrrAnswer(None, (), 0)
    scaled = flows / np.abs(flows).max()

    def worth(rate: float) -> float:
        # Horner; times (1 + r)^n, which has the same roots and stays finite near -1.
        value = 0.0
        for flow in scaled:
            value = value * (1.0 + rate) + float(flow)
        return value

    grid = np.concatenate([np.linspace(-0.99, 0.5, 1491), np.linspace(0.5, 10.0, 951)[1:]])
    values = np.array([worth(rate) for rate in grid])
    roots: list[float] = [float(rate) for rate, value in zip(grid, values, strict=True) if value == 0.0]
    for i in np.flatnonzero(values[:-1] * values[1:] < 0.0):
        roots.append(float(brentq(worth, grid[i], grid[i + 1], xtol=1e-12)))
    roots.sort()
    return IrrAnswer(roots[0] if len(roots) == 1 else None, tuple(roots), changes)


def _check(project: Project) -> None:
    problems: list[Problem] = []

    def need(field: str, found: object, good: bool, expected: str) -> None:
        if not good:
            problems.append(Problem("project", field, str(found), expected))

    need("horizon_years", project.horizon_years, project.horizon_years >= 1, "a year or more")
    need("discount_rate", project.discount_rate, -1.0 < project.discount_rate < 1.0, "between -1 and 1")
    for name in ("delivered_mwh_per_year", "variable_cost_cny_per_year"):
        value = getattr(project, name)
        need(name, value, 0.0 <= value < math.inf, "0 or more")
    need(
        "revenue_cny_per_year",
        project.revenue_cny_per_year,
        math.isfinite(project.revenue_cny_per_year),
        "a number",
    )
    for asset in project.assets:
        need(f"{asset.name}.life_years", asset.life_years, asset.life_years >= 1, "a year or more")
        for name in ("investment_cny", "fixed_om_cny_per_year"):
            value = getattr(asset, name)
            need(f"{asset.name}.{name}", value, 0.0 <= value < math.inf, "0 or more")
    if problems:
        raise InputError(problems)
