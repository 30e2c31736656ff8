"""A planner's own lines: checked like those of the table, and dispatched by the chain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gis_layers.errors import InputError
from planning.chain.flows import ac_network, power_flows
from planning.chain.nation import Nation
from planning.chain.nation_lines import lines_of as _lines
from planning.corridors import loss_share, physics_loss_share, tariff
from planning.dispatch.result import check_balance
from planning.dispatch.solve import dispatch
from planning.scenario import Scenario, load_scenario, parse_scenario
from planning.scenario_lines import own_corridor, with_own_lines
from planning.tables import load_tables
from tests.planning.dispatch_cases import plain_case

LINE = {
    "id": "golmud-wuhan", "name_zh": "格尔木—武汉", "name_en": "Golmud-Wuhan", "kv": 800.0, "mw": 8000.0,
    "km": 2000.0, "from_node": "630000", "to_node": "420000", "from_lon_deg": 94.9, "from_lat_deg": 36.4,
    "to_lon_deg": 114.3, "to_lat_deg": 30.6, "source": "drawn", "tier": "estimated",
}  # fmt: skip


def scenario_with(*lines: dict[str, Any]) -> Scenario:
    data = load_scenario("2030-1200GW").model_dump(mode="json")
    data["lines"]["own"] = list(lines)
    return parse_scenario(data, "mine")


def test_a_scenario_without_own_lines_uses_the_tables_as_they_are() -> None:
    tables = load_tables()
    assert with_own_lines(tables, load_scenario("2020")) is tables


def test_an_own_line_is_a_line_of_the_dispatch_with_its_power_loss_and_price() -> None:
    scenario = scenario_with({**LINE, "loss_share": 0.061, "tariff_cny_per_mwh": 70.0})
    tables = with_own_lines(load_tables(), scenario)
    at = {node.node_id: index for index, node in enumerate(tables.nodes)}
    lines, infos = _lines(scenario, tables, {}, at)
    row = [info.id for info in infos].index("golmud-wuhan")
    assert lines.capacity_mw[row] == 8000.0
    assert lines.reverse_capacity_mw[row] == 0.0
    assert lines.loss_share[row] == pytest.approx(0.061)
    # The tariff is on what is delivered, the dispatch's cost on what is sent.
    assert lines.cost_cny_per_mwh[row] == pytest.approx(70.0 * (1 - 0.061))
    assert (lines.from_index[row], lines.to_index[row]) == (at["630000"], at["420000"])
    without, _ = _lines(load_scenario("2030-1200GW"), load_tables(), {}, at)
    assert lines.count == without.count + 1


def test_loss_and_price_not_given_follow_from_the_line() -> None:
    line = scenario_with(LINE).lines.own[0]
    row = own_corridor(line, 2030)
    assert loss_share(row).share == physics_loss_share(row)
    assert loss_share(row).tier == "estimated"
    price = tariff(row)
    # (1946 + 0.778 * 2000) yuan/kW, annuity of 5 % over 35 years 0.0610717 plus 0.02, over 4,500 h.
    assert price is not None
    assert price.cny_per_mwh == pytest.approx((1946 + 0.778 * 2000) * 1e3 * 0.0810717 / 4500, abs=0.01)


def test_a_base_may_feed_an_own_line() -> None:
    data = scenario_with(LINE).model_dump(mode="json")
    base = {**data["bases"][0], "id": "golmud", "node": "630000", "corridor_id": "golmud-wuhan"}
    data["bases"].append(base)
    assert parse_scenario(data, "mine").base("golmud").corridor_id == "golmud-wuhan"
    data["lines"]["own"] = []
    with pytest.raises(InputError, match="golmud-wuhan"):
        parse_scenario(data, "mine")


def test_wrong_ends_and_ids_are_reported_together() -> None:
    bad = {**LINE, "id": "zhongheng", "to_node": "630000"}
    with pytest.raises(InputError) as caught:
        scenario_with(bad, {**LINE, "id": "b", "from_node": "999999"})
    fields = [p.field for p in caught.value.problems]
    # A base feeds the line of that name, which no longer starts where the base stands: said too.
    assert fields[:3] == ["lines.own.0.id", "lines.own.0.to_node (zhongheng)", "lines.own.1.from_node (b)"]


AC = {
    "id": "ningxia-gansu", "name_zh": "宁夏—甘肃", "name_en": "Ningxia-Gansu", "kind": "ac", "kv": 1000.0,
    "mw": 4000.0, "circuits": 2, "km": 400.0, "from_node": "640000", "to_node": "620000",
    "from_lon_deg": 106.3, "from_lat_deg": 38.5, "to_lon_deg": 103.8, "to_lat_deg": 36.1,
    "source": "drawn", "tier": "estimated",
}  # fmt: skip


def test_an_ac_line_carries_either_way_at_the_loss_and_price_of_its_voltage() -> None:
    scenario = scenario_with(AC)
    tables = with_own_lines(load_tables(), scenario)
    at = {node.node_id: index for index, node in enumerate(tables.nodes)}
    lines, infos = _lines(scenario, tables, {}, at)
    row = [info.id for info in infos].index("ningxia-gansu")
    assert lines.kinds[row] == "ac"
    assert lines.capacity_mw[row] == lines.reverse_capacity_mw[row] == 4000.0
    # 0.34 % per 100 km of 1,000 kV over 400 km.
    assert lines.loss_share[row] == pytest.approx(0.0136)
    # 11.4 m yuan per circuit-km, two circuits, 400 km, annuity of 5 % over 35 years plus 2 %, over 4,500 h.
    assert lines.cost_cny_per_mwh[row] == pytest.approx(
        11.4e6 * 2 * 400 * 0.0810717 / (4000 * 4500) * (1 - 0.0136), abs=0.01
    )


def test_the_price_of_ac_lines_rests_on_the_tables_own_investments() -> None:
    per_km = [
        c.investment_cny / c.km
        for c in load_tables().corridors
        if c.kind == "uhvac" and c.investment_cny is not None and c.status == "in_service"
    ]
    line = own_corridor(scenario_with({**AC, "circuits": 1}).lines.own[0], 2030)
    price = tariff(line)
    assert price is not None
    invest = price.cny_per_mwh * 4000 * 4500 / 0.0810717
    assert invest == pytest.approx(float(np.median(per_km)) / 2 * 400, rel=0.01)


def test_ac_joins_one_synchronous_grid_at_a_voltage_that_exists() -> None:
    with pytest.raises(InputError) as caught:
        scenario_with({**AC, "kv": 800.0}, {**AC, "id": "b", "to_node": "420000"})
    said = {p.field: p.expected for p in caught.value.problems}
    assert said["lines.own.0.kv (ningxia-gansu)"] == "500, 750 or 1000 kV for AC"
    assert said["lines.own.1.kind (b)"] == "one synchronous grid, or a DC line"


def north_west(*own: dict[str, Any]) -> Nation:
    """Four provinces for four hours: cheap coal in Ningxia, dear coal and the load in Gansu, in step by AC."""
    places = ("610000", "620000", "630000", "640000")
    scenario = scenario_with(*own)
    tables = with_own_lines(load_tables(), scenario)
    at = {node: index for index, node in enumerate(places)}
    inside = replace(
        tables,
        corridors=tuple(c for c in tables.corridors if c.from_node in at and c.to_node in at),
        interfaces=tuple(t for t in tables.interfaces if t.from_node in at and t.to_node in at),
    )
    lines, infos = _lines(scenario, inside, {}, at)
    load, hours = np.array([1e3, 4e4, 1e3, 1e3]), np.array([1.0, 0.9, 0.8, 0.7])
    case = plain_case(
        load[:, None] * hours, np.zeros((4, 4)), [2e3, 6e4, 2e3, 6e4], [400.0, 500.0, 400.0, 200.0], lines
    )
    return Nation(replace(case, node_ids=places), infos, tuple(int(p) for p in places), places)


def test_an_ac_line_is_dispatched_and_is_a_tie_of_the_power_flow() -> None:
    nation = north_west(AC)
    result = dispatch(nation.case)
    check_balance(nation.case, result)
    row = [info.id for info in nation.lines].index("ningxia-gansu")
    # Power 300 yuan cheaper than Gansu's own fills a line that costs 41 in every hour.
    assert result.forward_mw[row] == pytest.approx(4000.0, abs=1.0)
    assert result.reverse_mw[row] == pytest.approx(0.0, abs=1.0)
    network, rows = ac_network(nation)
    tie = network.ties[rows.index(row)]
    assert (tie.kv, tie.circuits, tie.capability_mw) == (1000.0, 2, 4000.0)
    found = power_flows(nation, result)
    answers, year = found.answers, found.year
    assert all(answer.converged for answer in answers)
    assert year is not None
    assert year.converged == year.hours
    assert year.ties["ningxia-gansu"].sent_mwh > 1000.0 * year.hours
    assert year.check_mw is not None
    # Both solve the same equations; pandapower to 1e-6 MVA.
    assert year.check_mw < 1e-2
    for answer in answers:
        assert answer.flow_mw is not None
        assert answer.flow_mw[rows.index(row)] > 1000.0


def test_an_ac_line_that_begins_at_a_base_is_tied_to_the_grid_of_its_province() -> None:
    plain = north_west(AC)
    row = [info.id for info in plain.lines].index("ningxia-gansu")
    start = plain.case.lines.from_index.copy()
    start[row] = 4
    case = replace(
        plain.case, node_ids=(*plain.case.node_ids, "base"), lines=replace(plain.case.lines, from_index=start)
    )
    nation = replace(
        plain,
        case=case,
        adcode_of_node=(*plain.adcode_of_node, 640000),
        home_of_node=(*plain.home_of_node, "640000"),
    )
    network, rows = ac_network(nation)
    assert network.ties[rows.index(row)].from_bus == 3
