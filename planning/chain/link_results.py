"""From what one link computed to the document it answers with (`planning.chain.link_documents`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from planning.chain.accounts import ProvinceEnergy
from planning.chain.link_documents import (
    AnswerSource,
    BaseSize,
    DispatchBalance,
    PlaceResource,
    ProvinceBalance,
)
from planning.chain.links import Link
from planning.chain.profile_values import BaseProfiles, NodeProfiles
from planning.chain.summary import link_sources, province_names
from planning.results import NationalResult, ResourceSource
from planning.scenario import BaseSpec, Scenario
from planning.shipped_words import shipped_words
from planning.sizing import BaseDesign
from planning.tables import Tables
from planning.words import TERMS, item

Array = NDArray[np.float64]


def correlation(a: Array, b: Array) -> float:
    """Pearson's of two series; 0 where one never changes."""
    x, y = a - a.mean(), b - b.mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(np.clip((x @ y) / size, -1.0, 1.0)) if size > 0 else 0.0


def resource_answer(
    scenario: Scenario, tables: Tables, nodes: NodeProfiles, bases: Mapping[str, BaseProfiles]
) -> tuple[PlaceResource, ...]:
    """Nodes in the order of the tables, then bases in the order of the scenario."""
    rows = [
        PlaceResource(
            id=node.node_id,
            kind="node",
            name_zh=node.name_zh,
            name_en=node.name_en,
            wind_full_load_hours=float(nodes.wind_new[i].sum()),
            pv_full_load_hours=float(nodes.pv[i].sum()),
            wind_pv_correlation=correlation(nodes.wind_new[i], nodes.pv[i]),
            wind_potential_mw=nodes.resource[node.node_id].wind_potential_mw,
            pv_potential_mw=nodes.resource[node.node_id].pv_potential_mw,
            rain_mm=float(nodes.rain_monthly_mm[i].sum()),
        )
        for i, node in enumerate(tables.nodes)
    ]
    for spec in scenario.bases:
        own = bases[spec.id]
        rows.append(
            PlaceResource(
                id=spec.id,
                kind="base",
                name_zh=spec.name_zh,
                name_en=spec.name_en,
                wind_full_load_hours=float(own.wind.sum()),
                pv_full_load_hours=float(own.pv.sum()),
                wind_pv_correlation=correlation(own.wind, own.pv),
                wind_potential_mw=None,
                pv_potential_mw=None,
                rain_mm=None,
            )
        )
    return tuple(rows)


def base_size(spec: BaseSpec, design: BaseDesign) -> BaseSize:
    """The row of a sized base."""
    return BaseSize(
        id=spec.id,
        name_zh=spec.name_zh,
        name_en=spec.name_en,
        channel_mw=spec.channel_mw,
        channel_full_load_hours=design.full_load_hours,
        **{
            name: getattr(design, name)
            for name in (
                "capacity_mw", "storage_mwh", "delivered_mwh", "unmet_mwh", "renewable_share",
                "curtailment_rate", "lcoe_cny_per_mwh", "investment_cny", "land_km2", "co2_t", "solver", "gap",
                "max_balance_residual_mw",
            )
        },
    )  # fmt: skip


def dispatch_answer(
    national: NationalResult, energies: Mapping[int, ProvinceEnergy], residual_mw: float
) -> DispatchBalance:
    """The energy of the nation and its provinces."""
    rows = []
    for code, e in energies.items():
        zh, en = province_names(code)
        rows.append(
            ProvinceBalance(
                adcode=code,
                name_zh=zh,
                name_en=en,
                generation_mwh=dict(e.generation_mwh),
                curtailment_rate=e.curtailed_mwh / e.available_mwh if e.available_mwh > 0 else 0.0,
                **{
                    name: getattr(e, name)
                    for name in (
                        "load_mwh", "import_mwh", "export_mwh", "green_import_mwh", "green_export_mwh",
                        "storage_loss_mwh", "internal_loss_mwh", "unserved_mwh", "residual_mwh",
                    )
                },
            )
        )  # fmt: skip
    return DispatchBalance(national=national, provinces=tuple(rows), max_residual_mw=residual_mw)


def tie_names(scenario: Scenario, tables: Tables) -> dict[str, tuple[str, str]]:
    """What an AC tie is called: a line of the planner's by its name, one of the table by its ends and voltage."""
    names = {line.id: (line.name_zh, line.name_en) for line in scenario.lines.own}
    for tie in tables.interfaces:
        a, b = tables.node(tie.from_node), tables.node(tie.to_node)
        names[tie.id] = (
            f"{a.name_zh}-{b.name_zh} {tie.kv:.0f} kV",
            f"{a.name_en}-{b.name_en} {tie.kv:.0f} kV",
        )
    return names


SIZED = (
    ("wind", "capex_cny_per_kw"),
    ("pv", "capex_cny_per_kw"),
    ("battery", "capex_energy_cny_per_kwh"),
    ("coal", "capex_cny_per_kw"),
)
"""The costs that shape a base most."""


def _source(what: tuple[str, str], source: str, date: str, tier: str) -> AnswerSource:
    return AnswerSource(
        what_zh=what[0],
        what_en=what[1],
        source_zh=shipped_words(source, "zh"),
        source_en=shipped_words(source, "en"),
        date_zh=date,
        date_en=date,
        tier=tier,
    )


def answer_sources(
    scenario: Scenario,
    tables: Tables,
    link: Link,
    resource: Sequence[ResourceSource] = (),
    others: Sequence[ResourceSource] = (),
) -> tuple[AnswerSource, ...]:
    """What the links up to `link` rest on; `resource` is what served its wind and sun, `others` its machines
    and rivers."""
    own = tuple(
        AnswerSource(what_zh=r.what_zh, what_en=r.what_en, source_zh=r.source_zh, source_en=r.source_en,
                     date_zh=r.period_zh, date_en=r.period_en, tier=r.grade, share=r.share)
        for r in (*(r for r in resource if link == "resource" or r.entry), *others)
    )  # fmt: skip
    if link == "resource":
        return own
    return (*own, *_table_sources(scenario, tables, link))


def _table_sources(scenario: Scenario, tables: Tables, link: Link) -> tuple[AnswerSource, ...]:
    rows = []
    if link == "sizing":
        rows.append(
            _source(
                (item("prices", "zh"), item("prices", "en")),
                scenario.prices.source,
                str(scenario.price_year),
                scenario.prices.tier,
            )
        )
        for technology, quantity in SIZED:
            if technology in ("wind", "pv") and scenario.price_year <= 2022:
                quantity = "capex_2021_cny_per_kw"
            figure = tables.technology_figure(technology, quantity)
            name = TERMS[technology]
            kwh = "kwh" in quantity
            what = (
                f"{name[0]}造价 {figure.value:,.0f} 元/千瓦{'时' if kwh else ''}",
                f"{name[1]}, cost {figure.value:,.0f} CNY/kW{'h' if kwh else ''}",
            )
            rows.append(_source(what, figure.source, figure.date, figure.tier))
    elif link == "dispatch":
        rows = [
            _source((item(s.what, "zh"), item(s.what, "en")), s.source, s.date, s.tier)
            for s in link_sources(scenario, tables)
            if s.what == "load" or s.what.startswith("fleet")
        ]
    elif link == "power_flow":
        rows = [
            _source(
                ("线路参数 (每公里电阻、电抗、电容)", "line constants (resistance, reactance, capacitance per km)"),
                "textbook values of the line types", "", "estimated",
            ),
            _source(
                ("交流断面回数与能力", "circuits and capability of AC ties"),
                "number of circuits: general knowledge, unverified; capability by docs/tables.md unless stated_mw "
                "is given", "", "estimated",
            ),
        ]  # fmt: skip
    return tuple(rows)
