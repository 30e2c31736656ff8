"""Checks of a scenario that need the tables: do its nodes, lines and stations exist, do its sums fit.

Called by `scenario.parse_scenario` after every field is sound by itself.
"""

from __future__ import annotations

from collections import Counter

from gis_layers.errors import Problem
from planning.market import market_problems
from planning.optimum_check import optimum_problems
from planning.provinces import FLEET
from planning.scenario import TECHNOLOGIES, BaseSpec, Scenario
from planning.scenario_lines import line_choice_problems, with_own_lines
from planning.tables import Tables, load_tables
from resources.machine_tables import plant_problems
from resources.plant_choice import over

_STANDING = ("wind", "pv", "nuclear")
"""What a year's statistics are kept of."""


def cross_check(scenario: Scenario, where: str) -> list[Problem]:
    """Every contradiction between a scenario and the tables, or within itself."""
    problems: list[Problem] = line_choice_problems(scenario, load_tables(), where)
    tables = with_own_lines(load_tables(), scenario)

    def note(field: str, found: object, expected: str) -> None:
        problems.append(Problem(where, field, str(found), expected))

    def nodes(field: str, ids: tuple[str, ...]) -> None:
        for node in ids:
            if node not in tables.node_by_id:
                note(field, node, "a node id: an adcode as 620000, or 150000W, 150000E")

    for technology in TECHNOLOGIES:
        if technology not in scenario.fleet:
            note(f"fleet.{technology}", "nothing", "a target in GW")
    for technology, target in scenario.fleet.items():
        field = f"fleet.{technology}"
        nodes(f"{field}.fixed_mw", tuple(target.fixed_mw))
        nodes(f"{field}.nodes", target.nodes)
        if technology == "battery" and target.total_gw > 0 and target.duration_h is None:
            note(f"{field}.duration_h", "nothing", "hours of storage")
        existing = sum(n.capacity_2020_mw()[technology] for n in tables.nodes) if technology in FLEET else 0.0
        fixed = sum(target.fixed_mw.values())
        grows = target.total_gw * 1e3 > existing + fixed + 1e-6
        if grows and target.weights.total() == 0:
            note(f"{field}.weights", "all 0", "a weight above 0, for there is an increment to allot")
        if fixed and target.total_gw * 1e3 < existing + fixed - 1e-6:
            note(
                f"{field}.fixed_mw",
                f"{fixed:g} beside {existing:g} of 2020",
                f"no more than {target.total_gw:g} GW in all",
            )
        if technology not in ("wind", "pv") and (target.weights.land or target.weights.recent):
            note(f"{field}.weights", "land or recent", "these weights for wind and PV only")
        if target.opening_gw is not None and technology not in _STANDING:
            note(f"{field}.opening_gw", f"{target.opening_gw:g}", "nothing: wind, PV and nuclear alone open")
        if target.opening_gw is not None and target.opening_gw > target.total_gw:
            note(f"{field}.opening_gw", f"{target.opening_gw:g}", f"at most {target.total_gw:g}")
        if target.yields == "as_measured" and technology not in _STANDING:
            note(f"{field}.yields", target.yields, "modelled, but for wind, PV and nuclear")
        if target.taken == "as_published" and technology not in ("wind", "pv"):
            note(f"{field}.taken", target.taken, "all, but for wind and PV")
        if technology not in ("battery", "pumped") and target.weights.wind_pv:
            note(f"{field}.weights.wind_pv", target.weights.wind_pv, "this weight for storage only")
    nodes("claim.sending_nodes", scenario.claim.sending_nodes)
    for field, ids in (
        ("bases", [b.id for b in scenario.bases]),
        ("claim.sending_nodes", list(scenario.claim.sending_nodes)),
        ("bases.corridor_id", [b.corridor_id for b in scenario.bases if b.corridor_id]),
    ):
        for item, count in Counter(ids).items():
            if count > 1:
                note(field, f"{item} {count} times", "each once")
    for number, base in enumerate(scenario.bases):
        _check_base(base, f"bases.{number}", scenario, tables, problems, where)
    problems += _plant_problems(scenario, where)
    line_ids = {*tables.corridor_by_id, *(tie.id for tie in tables.interfaces)}
    problems += market_problems(scenario.market, line_ids, where)
    problems += optimum_problems(scenario, scenario.optimum, load_tables(), where)
    for technology in ("wind", "pv"):
        built = sum(
            (getattr(b, f"{technology}_mw") or 0.0) - getattr(b, f"in_fleet_2020_{technology}_mw")
            for b in scenario.bases
        )
        held = sum(n.capacity_2020_mw()[technology] for n in tables.nodes)
        if technology in scenario.fleet and built + held > scenario.fleet[technology].total_gw * 1e3 + 1e-6:
            note(
                f"fleet.{technology}.total_gw",
                f"{scenario.fleet[technology].total_gw:g}",
                f"at least the fleet of 2020 and the fixed bases, {(built + held) / 1e3:g}",
            )
    return problems


def _check_base(
    base: BaseSpec, field: str, scenario: Scenario, tables: Tables, problems: list[Problem], where: str
) -> None:
    def note(key: str, found: object, expected: str) -> None:
        problems.append(Problem(where, f"{field}.{key} ({base.id})", str(found), expected))

    if base.id in tables.node_by_id:
        note("id", base.id, "an id that is no node's")
    node = tables.node_by_id.get(base.node)
    if node is None:
        note("node", base.node, "a node id")
    if base.corridor_id is not None:
        line = tables.corridor_by_id.get(base.corridor_id)
        if line is None:
            note("corridor_id", base.corridor_id, "a line id of corridors.csv")
        else:
            if line.from_node != base.node:
                note("corridor_id", f"{line.id} from {line.from_node}", f"a line from {base.node}")
            if line.mw is not None and base.channel_mw > line.mw:
                note("channel_mw", f"{base.channel_mw:g}", f"at most the line's {line.mw:g}")
            runs = line.status == "own" or (
                line.status == "in_service" and line.year <= scenario.lines.in_service_by
            )
            named = {line.id, line.parent} & set(scenario.lines.also)
            gone = {line.id, line.parent} & set(scenario.lines.without)
            if not line.dispatched or not (runs or named) or gone:
                note("corridor_id", line.id, "a line that runs in this scenario (lines.also)")
    if base.capacity == "fixed" and (base.wind_mw is None or base.pv_mw is None):
        note("capacity", "fixed without wind_mw and pv_mw", "both, or capacity = 'sized'")
    if base.capacity == "sized" and (base.wind_mw is not None or base.pv_mw is not None):
        note("capacity", "sized with wind_mw or pv_mw", "capacity = 'fixed', or neither")
    if (base.battery_mw is None) != (base.battery_mwh is None):
        note("battery_mw, battery_mwh", "one of them", "both or neither")
    for technology in ("wind", "pv"):
        held = node.capacity_2020_mw()[technology] if node else 0.0
        moved = getattr(base, f"in_fleet_2020_{technology}_mw")
        if moved > held:
            note(f"in_fleet_2020_{technology}_mw", f"{moved:g}", f"at most the node's {held:g}")
    if base.cascade is None and base.cascade_stations:
        note("cascade_stations", "stations without a river", "cascade")
    if base.cascade is not None:
        own = {s.id: s for s in tables.hydro_stations if s.cascade == base.cascade}
        if not own:
            note("cascade", base.cascade, "a river of hydro_stations.csv")
        for station in base.cascade_stations:
            if station not in own:
                note("cascade_stations", station, f"a station of {base.cascade}")


def _plant_problems(scenario: Scenario, where: str) -> list[Problem]:
    """Machines that are in no table or cannot be built, of the scenario and of bases with machines of their own."""
    own = [(n, base) for n, base in enumerate(scenario.bases) if not base.plant.empty]
    if scenario.plant.empty and not own:
        return []
    problems = plant_problems(scenario.plant, where, "plant.")
    if problems:
        return problems
    for number, base in own:
        problems += plant_problems(over(scenario.plant, base.plant), where, f"bases.{number}.plant.")
    return problems
