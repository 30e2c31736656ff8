"""What new capacity and new lines cost a year: annuity of the investment and fixed operation, from the tables."""

from __future__ import annotations

from planning.corridors import Corridor, tariff
from planning.expansion.case import Cost
from planning.tables import Tables
from planning.technology import annuity_factor

KW_PER_MW = 1e3
OLD_PRICES_UNTIL = 2022
"""Price years up to this take the investment of wind and PV of 2021, as the sizing of bases does."""
TARIFF_HOURS, TARIFF_RATE, TARIFF_YEARS, TARIFF_OM = 4500.0, 0.05, 35.0, 0.02
"""What an estimated tariff of `planning.corridors` is built on; undone here to find the investment behind it."""


def technology_cost(
    tables: Tables, technology: str, rate: float, price_year: int, duration_h: float = 0.0
) -> Cost:
    """Of one MW of a technology; of storage with `duration_h` of energy behind it.

    Raises
    ------
    KeyError
        A technology without cost or life in the table.
    """
    if technology == "battery":
        per_kw = tables.technology("battery", "capex_power_cny_per_kw")
        per_kw += tables.technology("battery", "capex_energy_cny_per_kwh") * duration_h
    elif technology in ("wind", "pv") and price_year <= OLD_PRICES_UNTIL:
        per_kw = tables.technology(technology, "capex_2021_cny_per_kw")
    else:
        per_kw = tables.technology(technology, "capex_cny_per_kw")
    if technology in ("battery", "pumped"):
        upkeep = per_kw * tables.technology(technology, "fixed_om_share_of_capex_per_year")
    else:
        upkeep = tables.technology(technology, "fixed_om_cny_per_kw_year")
    years = tables.technology(technology, "life_years")
    return Cost(
        capital=per_kw * KW_PER_MW * annuity_factor(rate, years),
        upkeep=upkeep * KW_PER_MW,
        investment_cny_per_mw=per_kw * KW_PER_MW,
    )


def line_investment_cny(line: Corridor, tables: Tables) -> float | None:
    """Published investment, else what an estimate from length and kind gives; None where there is neither."""
    if line.investment_cny is not None:
        return line.investment_cny
    if line.mw is None:
        return None
    if line.kind in ("lcc", "vsc", "hybrid"):
        per_kw = tables.technology("uhvdc", "capex_intercept_cny_per_kw")
        per_kw += tables.technology("uhvdc", "capex_slope_cny_per_kw_km") * line.km
        return per_kw * line.mw * KW_PER_MW
    bare = line.model_copy(
        update={"tariff_incl_loss_cny_per_mwh": None, "tariff_excl_loss_cny_per_mwh": None}
    )
    price = tariff(bare)
    if price is None:
        return None
    annuity = annuity_factor(TARIFF_RATE, TARIFF_YEARS)
    return price.cny_per_mwh * line.mw * TARIFF_HOURS / (annuity + TARIFF_OM)


def line_cost(line: Corridor, tables: Tables, rate: float) -> Cost | None:
    """Of one MW of a line; None where its investment is neither published nor can be estimated."""
    investment = line_investment_cny(line, tables)
    if investment is None or line.mw is None:
        return None
    per_mw = investment / line.mw
    years = tables.technology("uhvdc", "life_years")
    return Cost(
        capital=per_mw * annuity_factor(rate, years),
        upkeep=per_mw * tables.technology("uhvdc", "fixed_om_share_of_capex_per_year"),
        investment_cny_per_mw=per_mw,
    )
