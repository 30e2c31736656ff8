"""From tables and scenario to the inputs of the cash flow: prices, lines of a year, bases as projects."""

from __future__ import annotations

from collections.abc import Mapping

from gis_layers.errors import InputError, Problem
from planning.cash_flow.investment import Asset, Project
from planning.cash_flow.market_prices import REVERSE
from planning.cash_flow.settlement import LineYear, Prices
from planning.corridors import tariff
from planning.scenario import BaseSpec, Scenario
from planning.tables import Tables


def prices_of(scenario: Scenario, tables: Tables) -> Prices:
    """Prices of a scenario; benchmark prices have stood since 2020 and are taken in the price year's yuan."""
    chosen = scenario.prices
    return Prices(
        sale_rule=chosen.sale_rule,
        benchmark_cny_per_mwh={n.node_id: n.coal_benchmark_cny_per_mwh for n in tables.nodes},
        surplus_share=chosen.surplus_share,
        certificate_cny_per_mwh=chosen.certificate_cny_per_mwh,
        carbon_cny_per_t=chosen.carbon_cny_per_t,
        avoided_t_per_mwh=tables.coal_co2_t_per_mwh(),
        carbon_to_sender_share=chosen.carbon_to_sender_share,
    )


def line_year(
    scenario: Scenario,
    tables: Tables,
    line_id: str,
    *,
    sent_mwh: float,
    delivered_mwh: float,
    green_sent_mwh: float,
    reverse: bool = False,
) -> LineYear:
    """One direction of a corridor or AC tie with its prices.

    Parameters
    ----------
    line_id
        Of `corridors.csv` or `interfaces.csv`.
    reverse
        The way back: ends swapped, `:reverse` added to the id.

    Notes
    -----
    The sending grid's export tariff is charged if the scenario says so, but not on what a base sends over
    its own line. The tariff of AC ties and back-to-backs without a document is not known: None.

    Raises
    ------
    InputError
        No such line.
    """
    line_tariff = None
    corridor = tables.corridor_by_id.get(line_id)
    if corridor is not None and corridor.from_node is not None:
        ends = (corridor.from_node, corridor.to_node)
        line_tariff = tariff(corridor)
    else:
        tie = next((tie for tie in tables.interfaces if tie.id == line_id), None)
        if tie is None:
            raise InputError(Problem("cash flow", "line_id", line_id, "a line of corridors or interfaces"))
        ends = (tie.from_node, tie.to_node)
    if reverse:
        ends = (ends[1], ends[0])
    of_base = not reverse and any(base.corridor_id == line_id for base in scenario.bases)
    export: float | None = 0.0
    if scenario.prices.export_tariff and not of_base:
        export = export_tariff_cny_per_mwh(tables, ends[0])
    return LineYear(
        id=line_id + (REVERSE if reverse else ""),
        from_node=ends[0],
        to_node=ends[1],
        sent_mwh=sent_mwh,
        delivered_mwh=delivered_mwh,
        green_sent_mwh=green_sent_mwh,
        tariff_cny_per_mwh=line_tariff.cny_per_mwh if line_tariff else None,
        tariff_includes_loss=bool(line_tariff and line_tariff.includes_loss),
        export_tariff_cny_per_mwh=export,
    )


def export_tariff_cny_per_mwh(tables: Tables, node_id: str) -> float | None:
    """Export tariff of a node's grid, the first of the table where it has several; None without one."""
    for grid in tables.grid_tariffs:
        if grid.node_id == node_id and grid.export_tariff_cny_per_mwh is not None:
            return grid.export_tariff_cny_per_mwh
    return None


def project_of_base(
    scenario: Scenario,
    tables: Tables,
    base: BaseSpec,
    *,
    capacity_mw: Mapping[str, float],
    battery_mwh: float,
    coal_mwh: float,
    delivered_mwh: float,
    revenue_cny: float,
    horizon_years: int = 25,
) -> Project:
    """A sized base as an investment, at the technology table's costs.

    Parameters
    ----------
    capacity_mw
        wind, pv, coal, battery (power), hydro: a station that stands already enters at what it would cost today,
        so that a base is worth its whole complex.
    coal_mwh
        Generated a year: burns fuel and pays the scenario's carbon price.
    delivered_mwh, revenue_cny
        Sold at the sending end a year, and for how much (energy and certificates).

    Raises
    ------
    InputError
        A technology without a cost.
    """
    unknown = sorted(set(capacity_mw) - {"wind", "pv", "coal", "battery", "hydro"})
    if unknown:
        raise InputError(
            Problem(f"base {base.id}", "capacity_mw", ", ".join(unknown), "wind, pv, coal, battery, hydro")
        )
    # Wind and PV cost more at the prices of 2020-22 than of 2024.
    capex = "capex_2021_cny_per_kw" if scenario.price_year <= 2022 else "capex_cny_per_kw"
    assets = []
    for technology in ("wind", "pv", "coal", "hydro"):
        kw = capacity_mw.get(technology, 0.0) * 1e3
        key = capex if technology in ("wind", "pv") else "capex_cny_per_kw"
        assets.append(
            Asset(
                technology,
                kw * tables.technology(technology, key),
                kw * tables.technology(technology, "fixed_om_cny_per_kw_year"),
                int(tables.technology(technology, "life_years")),
            )
        )
    battery = capacity_mw.get("battery", 0.0) * 1e3 * tables.technology(
        "battery", "capex_power_cny_per_kw"
    ) + battery_mwh * 1e3 * tables.technology("battery", "capex_energy_cny_per_kwh")
    upkeep = tables.technology("battery", "fixed_om_share_of_capex_per_year")
    assets.append(
        Asset("battery", battery, battery * upkeep, int(tables.technology("battery", "life_years")))
    )
    carbon = tables.coal_co2_t_per_mwh() * scenario.prices.carbon_cny_per_t
    fuel = tables.coal_cost_cny_per_mwh()[base.node]
    return Project(
        assets=tuple(asset for asset in assets if asset.investment_cny > 0),
        delivered_mwh_per_year=delivered_mwh,
        variable_cost_cny_per_year=coal_mwh * (fuel + carbon),
        revenue_cny_per_year=revenue_cny,
        discount_rate=scenario.prices.discount_rate,
        horizon_years=horizon_years,
    )
