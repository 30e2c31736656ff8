"""A planner's own lines: checked like those of the table, and dispatched by the chain."""

from __future__ import annotations

from typing import Any

import pytest

from gis_layers.errors import InputError
from planning.chain.nation import _lines
from planning.corridors import loss_share, physics_loss_share, tariff
from planning.scenario import Scenario, load_scenario, parse_scenario
from planning.scenario_lines import own_corridor, with_own_lines
from planning.tables import load_tables

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
    assert lines.cost_cny_per_mwh[row] == 70.0
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
