"""The lines as a scenario has them: the tables' with what the planner changed, and his own, as rows every link meets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from gis_layers.errors import Problem
from planning.corridor_objects import PARENT_NAMES
from planning.corridors import Corridor, Interface
from planning.line_checks import Fault, line_faults
from planning.line_choice import CHANGEABLE_OF_TIE, ChangedLine, OwnLine
from planning.outages import outage_problems
from planning.scenario import Scenario
from planning.table_rows import weakest
from planning.tables import Tables

_OPERATION = ("rule", "min_power_share", "ramp_share_per_h", "day_curve", "annual_full_load_hours")
_FIGURE_OF = {"loss_share": "approved_loss_share", "year": "date"}
"""Names under which `corridor_figures` tells what a scenario calls otherwise."""


def own_corridor(line: OwnLine, year: int) -> Corridor:
    """The row of an own line that opens in `year`."""
    made = {
        "tier",
        "source",
        "loss_share",
        "tariff_cny_per_mwh",
        "tariff_includes_loss",
        "bidirectional",
        "route",
    }
    price = line.tariff_cny_per_mwh
    return Corridor(
        date=str(year),
        tier=line.tier,
        source=line.source,
        **line.model_dump(exclude=made),
        bidirectional=line.bidirectional or line.kind == "ac",
        status="own",
        scope="interprovincial",
        loss_pct=None if line.loss_share is None else line.loss_share * 100.0,
        tariff_incl_loss_cny_per_mwh=price if line.tariff_includes_loss else None,
        tariff_excl_loss_cny_per_mwh=None if line.tariff_includes_loss else price,
        tariff_document=line.source,
        tariff_status="scenario",
        tariff_tier=line.tier,
        operating_source=line.source,
        operating_tier=line.tier,
    )


def changed_corridor(line: Corridor, changed: ChangedLine) -> Corridor:
    """The row of a line with what a scenario changed of it; it remembers which figures, and their source."""
    update: dict[str, object] = {
        name: getattr(changed, name)
        for name in ("mw", "bidirectional", *_OPERATION)
        if getattr(changed, name) is not None
    }
    if any(getattr(changed, name) is not None for name in _OPERATION):
        update |= {"operating_source": changed.source, "operating_tier": changed.tier}
    if changed.year is not None:
        update |= {"date": str(changed.year), "status": "in_service"}
    if changed.loss_share is not None:
        update["loss_pct"] = changed.loss_share * 100.0
    if changed.tariff_cny_per_mwh is not None:
        price, includes = changed.tariff_cny_per_mwh, bool(changed.tariff_includes_loss)
        update["tariff_incl_loss_cny_per_mwh"] = price if includes else None
        update["tariff_excl_loss_cny_per_mwh"] = None if includes else price
    update |= {
        "changed_fields": tuple(_FIGURE_OF.get(name, name) for name in changed.given),
        "changed_source": changed.source,
        "changed_tier": changed.tier,
        "table_tier": line.tier,
        "tier": weakest(line.tier, changed.tier),
    }
    return line.model_copy(update=update)


def changed_tie(tie: Interface, changed: ChangedLine) -> Interface:
    """The row of an AC tie with another capability or year."""
    update: dict[str, object] = {"tier": weakest(tie.tier, changed.tier), "source": changed.source}
    if changed.mw is not None:
        update["stated_mw"] = changed.mw
    if changed.year is not None:
        update["date"] = str(changed.year)
    return tie.model_copy(update=update)


def with_own_lines(tables: Tables, scenario: Scenario) -> Tables:
    """The tables with the lines as the scenario has them; the same tables where it has them as they are.

    Changed rows stand in place of the tables', the planner's own behind them. AC ties that are left out are gone;
    corridors that are left out stay, for the scenario names them and `in_service` passes them by.
    """
    lines = scenario.lines
    changed = {row.id: row for row in lines.changed}
    ties = {tie.id for tie in tables.interfaces}
    if not (lines.own or changed or ties & set(lines.without)):
        return tables
    rows = tuple(
        changed_corridor(row, changed[row.id]) if row.id in changed else row for row in tables.corridors
    )
    rows += tuple(own_corridor(line, scenario.year) for line in lines.own)
    return replace(
        tables,
        corridors=rows,
        corridor_by_id=MappingProxyType({row.id: row for row in rows}),
        interfaces=tuple(
            changed_tie(tie, changed[tie.id]) if tie.id in changed else tie
            for tie in tables.interfaces
            if tie.id not in lines.without
        ),
    )


def line_name(line_id: str, tables: Tables) -> tuple[str, str]:
    """Name of a line or an AC tie of the tables, Chinese and English; an unknown id stands for itself."""
    line = tables.corridor_by_id.get(line_id)
    if line is not None:
        return line.name_zh, line.name_en
    if line_id in PARENT_NAMES:
        return PARENT_NAMES[line_id]
    tie = next((tie for tie in tables.interfaces if tie.id == line_id), None)
    if tie is None:
        return line_id, line_id
    a, b = (tables.node_by_id[node] for node in (tie.from_node, tie.to_node))
    return f"{a.name_zh}-{b.name_zh} {tie.kv:.0f} kV", f"{a.name_en}-{b.name_en} {tie.kv:.0f} kV"


def line_choice_problems(scenario: Scenario, tables: Tables, where: str) -> list[Problem]:
    """What is wrong with own, changed and left-out lines against the tables and each other."""
    return [
        *_own_problems(scenario, tables, where),
        *_changed_problems(scenario, tables, where),
        *_named_problems(scenario, tables, where),
        *outage_problems(scenario.lines.outages, with_own_lines(tables, scenario), where),
    ]


def _own_problems(scenario: Scenario, tables: Tables, where: str) -> list[Problem]:
    taken = {*tables.corridor_by_id, *(tie.id for tie in tables.interfaces)}
    taken |= {line.parent for line in tables.corridors if line.parent}
    count = Counter(line.id for line in scenario.lines.own)
    bases = {f"tie-{base.id}" for base in scenario.bases}
    problems = []
    for number, line in enumerate(scenario.lines.own):
        field = f"lines.own.{number}"
        if line.id in taken or line.id in bases or count[line.id] > 1:
            problems.append(Problem(where, f"{field}.id", line.id, "an id that no other line has"))
        row = own_corridor(line, scenario.year)
        problems += _faults(row, tables, where, field)
        if line.kind == "ac":
            problems += _sync_problems(line, tables, where, field)
    return problems


def _faults(row: Corridor, tables: Tables, where: str, field: str) -> list[Problem]:
    faults = line_faults(row, tables.node_by_id)
    return [Problem(where, f"{field}.{f.field} ({row.id})", f.found, f.expected) for f in faults]


def _sync_problems(line: OwnLine, tables: Tables, where: str, field: str) -> list[Problem]:
    """AC joins only what runs in step."""
    ends = [tables.node_by_id.get(node) for node in (line.from_node, line.to_node)]
    if ends[0] is None or ends[1] is None or ends[0].sync_area == ends[1].sync_area:
        return []
    found = f"AC from {ends[0].name_en} to {ends[1].name_en}"
    return [Problem(where, f"{field}.kind ({line.id})", found, "one synchronous grid, or a DC line")]


def _changed_problems(scenario: Scenario, tables: Tables, where: str) -> Iterable[Problem]:
    ties = {tie.id for tie in tables.interfaces}
    count = Counter(line.id for line in scenario.lines.changed)
    for number, line in enumerate(scenario.lines.changed):
        field, row = f"lines.changed.{number}", tables.corridor_by_id.get(line.id)
        if count[line.id] > 1:
            yield Problem(where, f"{field}.id ({line.id})", f"{line.id} {count[line.id]} times", "each once")
        if not line.given:
            yield Problem(where, f"{field}.mw ({line.id})", "nothing", "one figure at least that is changed")
        if line.id in ties:
            faults: Iterable[Fault] = _tie_faults(line)
        elif row is None:
            faults = [Fault("id", line.id, "a line id of corridors.csv or interfaces.csv")]
        else:
            faults = _changed_faults(line, row, tables)
        for fault in faults:
            yield Problem(where, f"{field}.{fault.field} ({line.id})", fault.found, fault.expected)


def _tie_faults(line: ChangedLine) -> Iterable[Fault]:
    for key in line.given:
        if key not in CHANGEABLE_OF_TIE:
            yield Fault(key, "a figure of an AC tie", "mw or year")


def _changed_faults(line: ChangedLine, row: Corridor, tables: Tables) -> Iterable[Fault]:
    """What cannot be changed of a line, or contradicts the rest of it."""
    if row.interface_id is not None:
        yield Fault(
            "id", f"{row.id}, a part of the AC tie {row.interface_id}", f"the tie, {row.interface_id}"
        )
        return
    if row.scope != "interprovincial" or row.kind == "uhvac":
        yield Fault("id", f"{row.id}, a line within one node", "a line between two nodes")
        return
    if (line.tariff_cny_per_mwh is None) != (line.tariff_includes_loss is None):
        yield Fault("tariff_cny_per_mwh, tariff_includes_loss", "one of them", "both or neither")
    yield from line_faults(changed_corridor(row, line), tables.node_by_id)


def _named_problems(scenario: Scenario, tables: Tables, where: str) -> Iterable[Problem]:
    """`also` and `without` name lines that are there; what is left out can be left out by itself."""
    own = {line.id for line in scenario.lines.own}
    lines = {*tables.corridor_by_id, *own} | {line.parent for line in tables.corridors if line.parent}
    ties = {tie.id for tie in tables.interfaces}
    for name in scenario.lines.also:
        if name not in lines:
            yield Problem(where, "lines.also", name, "a line id of corridors.csv")
    for name in scenario.lines.without:
        if name not in lines | ties:
            yield Problem(where, "lines.without", name, "a line id of corridors.csv or interfaces.csv")
        row = tables.corridor_by_id.get(name)
        if row is not None and row.interface_id is not None:
            found = f"{name}, a part of the AC tie {row.interface_id}"
            yield Problem(where, "lines.without", found, f"the tie, {row.interface_id}")
