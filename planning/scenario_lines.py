"""A scenario's own lines as rows beside those of the table, so that every link of the chain meets them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import MappingProxyType

from gis_layers.errors import Problem
from planning.corridors import AC_KV, Corridor
from planning.scenario import OwnLine, Scenario
from planning.tables import Tables


def own_corridor(line: OwnLine, year: int) -> Corridor:
    """The row of an own line that opens in `year`."""
    return Corridor(
        date=str(year),
        tier=line.tier,
        source=line.source,
        **line.model_dump(exclude={"tier", "source", "loss_share", "tariff_cny_per_mwh", "bidirectional"}),
        bidirectional=line.bidirectional or line.kind == "ac",
        status="own",
        scope="interprovincial",
        loss_pct=None if line.loss_share is None else line.loss_share * 100.0,
        tariff_excl_loss_cny_per_mwh=line.tariff_cny_per_mwh,
        tariff_document=line.source,
        tariff_status="scenario",
        tariff_tier=line.tier,
    )


def with_own_lines(tables: Tables, scenario: Scenario) -> Tables:
    """The tables with the scenario's own lines among the corridors; the same tables where it has none."""
    if not scenario.lines.own:
        return tables
    rows = (*tables.corridors, *(own_corridor(line, scenario.year) for line in scenario.lines.own))
    return replace(tables, corridors=rows, corridor_by_id=MappingProxyType({row.id: row for row in rows}))


def own_line_problems(scenario: Scenario, tables: Tables, where: str) -> list[Problem]:
    """What is wrong with own lines against the tables and each other."""
    taken = {*tables.corridor_by_id, *(tie.id for tie in tables.interfaces)}
    taken |= {line.parent for line in tables.corridors if line.parent}
    count = Counter(line.id for line in scenario.lines.own)
    bases = {f"tie-{base.id}" for base in scenario.bases}
    problems = []
    for number, line in enumerate(scenario.lines.own):
        field = f"lines.own.{number}"
        if line.id in taken or line.id in bases or count[line.id] > 1:
            problems.append(Problem(where, f"{field}.id", line.id, "an id that no other line has"))
        for key in ("from_node", "to_node"):
            node = getattr(line, key)
            if node not in tables.node_by_id:
                problems.append(Problem(where, f"{field}.{key} ({line.id})", node, "a node id"))
        if line.kind == "ac":
            problems += _ac_problems(line, tables, where, field)
        if line.from_node == line.to_node:
            problems.append(
                Problem(where, f"{field}.to_node ({line.id})", line.to_node, "another node than from_node")
            )
    return problems


def _ac_problems(line: OwnLine, tables: Tables, where: str, field: str) -> list[Problem]:
    """AC joins only what runs in step, at a voltage whose line constants are known."""
    problems = []
    if line.kv not in AC_KV:
        expected = "500, 750 or 1000 kV for AC"
        problems.append(Problem(where, f"{field}.kv ({line.id})", f"{line.kv:g}", expected))
    ends = [tables.node_by_id.get(node) for node in (line.from_node, line.to_node)]
    if ends[0] is not None and ends[1] is not None and ends[0].sync_area != ends[1].sync_area:
        found = f"AC from {ends[0].name_en} to {ends[1].name_en}"
        problems.append(
            Problem(where, f"{field}.kind ({line.id})", found, "one synchronous grid, or a DC line")
        )
    return problems
