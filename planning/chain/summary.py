"""From the links' answers to the one document a run answers with (`planning.results.Summary`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from planning.cash_flow.claim import Claim
from planning.cash_flow.market_prices import REVERSE
from planning.cash_flow.provinces import CashFlow
from planning.cash_flow.settlement import LineSettlement
from planning.chain.accounts import LineEnergy, ProvinceEnergy, is_interprovincial
from planning.chain.adequacy import shortages
from planning.chain.nation import Nation
from planning.chain.nation_lines import LineInfo
from planning.corridors import loss_share, tariff
from planning.dispatch.cause import CAUSES
from planning.dispatch.result import DispatchResult
from planning.dispatch_words import LEAST_MWH
from planning.fleet import Fleet
from planning.results import (
    ClaimResult,
    CorridorResult,
    LinkSource,
    NationalResult,
    ProvinceResult,
)
from planning.results_cash import ClaimSensitivity
from planning.scenario import Scenario
from planning.tables import Tables

NOTES = (
    "resource_reference_grade",
    "load_shape_synthetic",
    "ac_ties_estimated",
    "hydro_of_bases_existing",
    "tibet_taiwan_hongkong_macau",
)
"""Codes of what a reader must know; words in `planning.words`."""


def national_result(
    nation: Nation,
    result: DispatchResult,
    fleet: Fleet,
    lines: tuple[LineEnergy, ...],
    provinces: Mapping[int, ProvinceEnergy],
) -> NationalResult:
    """Sums over all nodes and inter-provincial lines."""
    blocked = {technology: float(mwh.sum()) for technology, mwh in nation.blocked_mwh().items()}
    available = {"wind": nation.case.wind_mw.sum(), "pv": nation.case.pv_mw.sum()}
    curtailed = {"wind": result.curtailed_wind_mw.sum(), "pv": result.curtailed_pv_mw.sum()}
    available = {t: float(mwh) + blocked[t] for t, mwh in available.items()}
    curtailed = {t: float(mwh) + blocked[t] for t, mwh in curtailed.items()}
    crossing = [line for line, counted in zip(lines, is_interprovincial(nation), strict=True) if counted]
    total = sum(available.values())
    return NationalResult(
        generation_twh={t: float(mw.sum()) / 1e6 for t, mw in result.generation_mw().items()},
        capacity_gw={t: fleet.total_mw(t) / 1e3 for t in fleet.node_mw},
        load_twh=float(nation.case.load_mw.sum()) / 1e6,
        curtailment_rate=float(sum(curtailed.values()) / total) if total > 0 else 0.0,
        curtailment_rate_by_technology={
            t: float(curtailed[t] / available[t]) if available[t] > 0 else 0.0 for t in available
        },
        blocked_twh={t: mwh / 1e6 for t, mwh in blocked.items()} if any(blocked.values()) else None,
        unserved_mwh=float(result.unserved_mw.sum()),
        shortages=shortages(nation, result),
        gap_share=result.gap_share,
        bound_cny=result.bound_cny,
        curtailed_twh_by_cause=_by_cause(result, sum(blocked.values())),
        reserve_short_mwh=_reserve_short(result),
        transfer_twh=sum(line.delivered_mwh for line in crossing) / 1e6,
        green_transfer_twh=sum(line.delivered_mwh * line.green_share for line in crossing) / 1e6,
        loss_twh=sum(line.sent_mwh - line.delivered_mwh for line in crossing) / 1e6,
        storage_loss_twh=sum(p.storage_loss_mwh for p in provinces.values()) / 1e6,
        co2_mt=float(result.co2_t) / 1e6,
        cost_cny=float(result.cost_cny),
    )


def _by_cause(result: DispatchResult, blocked_mwh: float) -> dict[str, float] | None:
    """[TWh] of the causes that have any, what grids inside provinces could not take first."""
    if result.curtailment_cause is None:
        return None
    curtailed = (result.curtailed_wind_mw + result.curtailed_pv_mw).ravel()
    found = np.bincount(result.curtailment_cause.ravel(), weights=curtailed, minlength=len(CAUSES))
    by_cause = {"blocked": blocked_mwh, **dict(zip(CAUSES[1:], found[1:].tolist(), strict=True))}
    return {cause: mwh / 1e6 for cause, mwh in by_cause.items() if mwh >= LEAST_MWH}


def _reserve_short(result: DispatchResult) -> dict[str, float] | None:
    """[MWh] by synchronous grid, of those that miss any."""
    if result.reserve_short_mw is None:
        return None
    missing = result.reserve_short_mw.sum(axis=1).tolist()
    return {area: mwh for area, mwh in zip(result.reserve_areas, missing, strict=True) if mwh >= LEAST_MWH}


def province_results(
    scenario: Scenario,
    tables: Tables,
    nation: Nation,
    fleet: Fleet,
    energies: Mapping[int, ProvinceEnergy],
    money: CashFlow,
) -> dict[str, ProvinceResult]:
    """By adcode as text."""
    capacity: dict[int, dict[str, float]] = {code: {} for code in energies}
    for node in tables.nodes:
        for technology, mw in fleet.of_node(node.node_id).items():
            held = capacity[node.adcode]
            held[technology] = held.get(technology, 0.0) + mw
    for base_id, by_technology in fleet.base_mw.items():
        code = tables.node(scenario.base(base_id).node).adcode
        for technology, mw in by_technology.items():
            capacity[code][technology] = capacity[code].get(technology, 0.0) + mw
    answers = {}
    for code, energy in energies.items():
        name_zh, name_en = province_names(code)
        cash = money.provinces[code]
        answers[str(code)] = ProvinceResult(
            adcode=code,
            name_zh=name_zh,
            name_en=name_en,
            generation_mwh=sum(energy.generation_mwh.values()),
            generation_mwh_by_technology=dict(energy.generation_mwh),
            capacity_mw=capacity[code],
            load_mwh=energy.load_mwh,
            import_mwh=energy.import_mwh,
            export_mwh=energy.export_mwh,
            green_export_mwh=energy.green_export_mwh,
            green_import_mwh=energy.green_import_mwh,
            storage_loss_mwh=energy.storage_loss_mwh,
            internal_loss_mwh=energy.internal_loss_mwh,
            unserved_mwh=energy.unserved_mwh,
            curtailment_rate=energy.curtailed_mwh / energy.available_mwh if energy.available_mwh > 0 else 0.0,
            cash_cny=cash.cash_cny,
            receipts_cny=cash.receipts_cny,
            payments_cny=cash.payments_cny,
            gdp_cny=cash.gdp_cny,
            gdp_year=scenario.claim.gdp_year,
            gdp_share=cash.gdp_share,
        )
    return answers


def corridor_results(
    tables: Tables, nation: Nation, lines: tuple[LineEnergy, ...], money: CashFlow
) -> dict[str, CorridorResult]:
    """Every inter-provincial line by id."""
    settled = {line.id: line for line in money.lines}
    case = nation.case
    answers = {}
    for i, (info, line) in enumerate(zip(nation.lines, lines, strict=True)):
        start, end = int(case.lines.from_index[i]), int(case.lines.to_index[i])
        if nation.adcode_of_node[start] == nation.adcode_of_node[end]:
            continue
        ways = [settled[k] for k in (info.id, info.id + REVERSE) if k in settled]
        answers[info.id] = _corridor(tables, nation, info, line, i, ways)
    return answers


def _corridor(
    tables: Tables, nation: Nation, info: LineInfo, line: LineEnergy, index: int, ways: list[LineSettlement]
) -> CorridorResult:
    case = nation.case
    start, end = int(case.lines.from_index[index]), int(case.lines.to_index[index])
    home, goal = tables.node(nation.home_of_node[start]), tables.node(nation.home_of_node[end])
    source = info.corridor if info.corridor is not None else info.interface
    assert source is not None
    loss = loss_share(source)
    price = tariff(info.corridor) if info.corridor is not None else None
    capacity = float(case.lines.capacity_mw[index])
    if info.corridor is not None:
        c = info.corridor
        names, status = (c.name_zh, c.name_en), c.status
        ends = (c.from_lon_deg, c.from_lat_deg, c.to_lon_deg, c.to_lat_deg)
    else:
        assert info.interface is not None
        tie = info.interface
        names = (
            f"{home.name_zh}-{goal.name_zh} {tie.kv:.0f} kV",
            f"{home.name_en}-{goal.name_en} {tie.kv:.0f} kV",
        )
        ends, status = (home.lon_deg, home.lat_deg, goal.lon_deg, goal.lat_deg), "in_service"

    def yuan(field: str) -> float | None:
        parts = [getattr(way, field) for way in ways]
        return None if None in parts else float(sum(parts)) / 100

    return CorridorResult(
        id=info.id,
        name_zh=names[0],
        name_en=names[1],
        kind=_kind(case.lines.kinds[index]),
        from_node=case.node_ids[start],
        to_node=case.node_ids[end],
        from_adcode=nation.adcode_of_node[start],
        to_adcode=nation.adcode_of_node[end],
        from_lon=ends[0],
        from_lat=ends[1],
        to_lon=ends[2],
        to_lat=ends[3],
        capacity_mw=capacity,
        sent_mwh=line.sent_mwh,
        delivered_mwh=line.delivered_mwh,
        loss_mwh=line.sent_mwh - line.delivered_mwh,
        reverse_sent_mwh=line.reverse_sent_mwh,
        full_load_hours=line.sent_mwh / capacity,
        green_share=line.green_share,
        loss_share=loss.share,
        loss_source=loss.source,
        tariff_cny_per_mwh=price.cny_per_mwh if price is not None else None,
        tariff_includes_loss=price.includes_loss if price is not None else None,
        tariff_source=price.source if price is not None else "",
        tier=source.tier,
        sale_cny=yuan("sale_fen"),
        transmission_cny=yuan("transmission_fen") if ways or price is not None else None,
        loss_cny=yuan("loss_fen"),
        certificate_cny=yuan("certificate_fen"),
        carbon_value_cny=yuan("carbon_value_fen"),
        cash_cny=yuan("green_cash_fen"),
        peak_loading=line.peak_loading,
        status=status,
    )


def claim_result(
    scenario: Scenario,
    tables: Tables,
    fleet: Fleet,
    claim: Claim,
    sensitivity: ClaimSensitivity | None = None,
) -> ClaimResult:
    """The claim's table."""
    codes = sorted({tables.node(n).adcode for n in scenario.claim.sending_nodes})
    return ClaimResult(
        sending_adcodes=tuple(codes),
        sending_names_zh=tuple(province_names(code)[0] for code in codes),
        wind_pv_gw=(fleet.total_mw("wind") + fleet.total_mw("pv")) / 1e3,
        green_sold_mwh=claim.green_sold_mwh,
        cash_cny=claim.cash_cny,
        gdp_cny=claim.gdp_cny,
        gdp_year=scenario.claim.gdp_year,
        gdp_share=claim.gdp_share,
        target_share=claim.target_share,
        price_cny_per_mwh=claim.price_cny_per_mwh,
        price_for_target_cny_per_mwh=claim.price_for_target_cny_per_mwh,
        volume_for_target_mwh=claim.volume_for_target_mwh,
        verdict=claim.verdict,
        sensitivity=sensitivity,
    )


def link_sources(scenario: Scenario, tables: Tables) -> tuple[LinkSource, ...]:
    """What the run rests on, for 'where does that come from'."""
    rows = [
        LinkSource(
            what="load", source=scenario.load.source, date=str(scenario.year), tier=scenario.load.tier
        ),
        LinkSource(
            what="prices",
            source=scenario.prices.source,
            date=str(scenario.price_year),
            tier=scenario.prices.tier,
        ),
        LinkSource(what="claim", source=scenario.claim.source, date="2021", tier="official"),
    ]
    if not scenario.market.empty:
        market = scenario.market
        said = market.source or "the planner's own assumption"
        rows.append(LinkSource(what="market", source=said, date=str(scenario.price_year), tier=market.tier))
    rows += [
        LinkSource(what=f"fleet: {t}", source=target.source, date=str(scenario.year), tier=target.tier)
        for t, target in scenario.fleet.items()
    ]
    rows += [
        LinkSource(what=f"price: {p.id}", source=p.source, date=p.date, tier=p.tier) for p in tables.prices
    ]
    return tuple(rows)


def _kind(kind: str) -> Literal["dc", "ac", "b2b"]:
    return "dc" if kind == "dc" else "b2b" if kind == "b2b" else "ac"


def province_names(adcode: int) -> tuple[str, str]:
    """Chinese and English."""
    from gis_layers.province import PROVINCES

    ref = PROVINCES[str(adcode)]
    return ref.name_zh, ref.name_en
