"""What can be chosen where an input names something of the tables: grids, lines, rivers, stations."""

from __future__ import annotations

from dataclasses import dataclass

from planning.plant_words import offers
from planning.scenario import Scenario
from planning.scenario_fields import FormField
from planning.scenario_lines import line_name, with_own_lines
from planning.tables import load_tables

CASCADES: dict[str, tuple[str, str]] = {
    "yangtze": ("长江干流", "Yangtze"),
    "jinsha": ("金沙江", "Jinsha"),
    "yalong": ("雅砻江", "Yalong"),
    "dadu": ("大渡河", "Dadu"),
    "lancang": ("澜沧江", "Lancang"),
    "yellow": ("黄河上游", "Upper Yellow River"),
}
"""Names of the rivers of `hydro_stations.csv`, Chinese and English."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose."""

    id: str
    name_zh: str
    name_en: str


def options(field: FormField, scenario: Scenario) -> tuple[Option, ...]:
    """What an input may name, in the order of the tables; empty where it is free text."""
    if field.key in ("module", "inverter", "machine"):
        return tuple(Option(*offer) for offer in offers(field.key))
    tables = with_own_lines(load_tables(), scenario)
    if field.key in ("node", "nodes", "sending_nodes", "from_node", "to_node"):
        return tuple(Option(n.node_id, n.name_zh, n.name_en) for n in tables.nodes)
    if field.key in ("also", "without"):
        lines = tuple(Option(c.id, c.name_zh, c.name_en) for c in load_tables().corridors if c.dispatched)
        if field.key == "also":
            return lines
        return lines + tuple(Option(tie.id, *line_name(tie.id, tables)) for tie in load_tables().interfaces)
    if field.key == "corridor_id":
        home = scenario.base(field.path.split(".")[1]).node
        from_home = (c for c in tables.corridors if c.dispatched and c.from_node == home)
        return tuple(Option(c.id, c.name_zh, c.name_en) for c in from_home)
    if field.key == "cascade":
        rivers = dict.fromkeys(s.cascade for s in tables.hydro_stations)
        return tuple(Option(river, *CASCADES.get(river, (river, river))) for river in rivers)
    if field.key == "cascade_stations":
        river = scenario.base(field.path.split(".")[1]).cascade
        own = (s for s in tables.hydro_stations if s.cascade == river)
        return tuple(Option(s.id, s.name_zh, s.name_en) for s in own)
    return ()
