"""The fleet rule: totals kept to the kilowatt, nobody above its land, weights that mean what they say."""

from __future__ import annotations

import tomllib
from typing import Any

import numpy as np
import pytest

from gis_layers.errors import InfeasibleError, InputError
from planning.fleet import Fleet, NodeResource, allot_fleet
from planning.scenario import SCENARIOS, TECHNOLOGIES, Scenario, load_scenario, parse_scenario
from planning.tables import Tables, load_tables

TABLES: Tables = load_tables()


def resource(**special: NodeResource) -> dict[str, NodeResource]:
    plenty = {
        node.node_id: NodeResource(1800.0 + 20 * i, 1200.0 + 15 * i, 200_000.0, 400_000.0)
        for i, node in enumerate(TABLES.nodes)
    }
    return plenty | {key.removeprefix("n"): value for key, value in special.items()}


def claim(**changes: Any) -> Scenario:
    """The claim without bases, with some keys of its fleet changed."""
    data = tomllib.loads((SCENARIOS / "2030-1200GW.toml").read_text(encoding="utf-8"))
    data["bases"] = []
    for technology, keys in changes.items():
        data["fleet"][technology] |= keys
    return parse_scenario(data, "test.toml")


def gained(fleet: Fleet, technology: str) -> np.ndarray:
    held = np.array([node.capacity_2020_mw()[technology] for node in TABLES.nodes])
    return fleet.node_mw[technology] - held


@pytest.mark.parametrize("name", ["2020", "2030-1200GW"])
def test_provinces_and_bases_add_up_to_the_national_total(name: str) -> None:
    scenario = load_scenario(name)
    bases = {
        base.id: {"wind": 4321.9876, "pv": 5000 / 3, "coal": base.coal_mw, "battery": 1000.0}
        for base in scenario.bases
    }
    fleet = allot_fleet(scenario, TABLES, resource(), bases)
    for technology in TECHNOLOGIES:
        total_kw = round(scenario.fleet[technology].total_gw * 1e6)
        whole = np.rint(fleet.node_mw[technology] * 1e3).astype(int)
        of_bases = sum(round(by.get(technology, 0.0) * 1e3) for by in fleet.base_mw.values())
        assert whole.sum() + of_bases == total_kw
        assert (whole >= 0).all()


def test_the_fleet_of_2020_is_given_back_as_it_was() -> None:
    fleet = allot_fleet(load_scenario("2020"), TABLES, resource())
    for node in TABLES.nodes:
        got = fleet.of_node(node.node_id)
        for technology, mw in node.capacity_2020_mw().items():
            assert got[technology] == pytest.approx(mw, abs=0.002)


def test_an_increment_by_load_alone_follows_consumption() -> None:
    only_load = {"resource": 0.0, "land": 0.0, "existing": 0.0, "load": 1.0}
    fleet = allot_fleet(claim(wind={"weights": only_load}), TABLES, resource())
    use = np.array([node.consumption_2024_mwh for node in TABLES.nodes])
    np.testing.assert_allclose(
        gained(fleet, "wind"), (500_000 - 281_670) * use / use.sum(), rtol=0, atol=0.0011
    )


def test_only_the_ratio_of_weights_matters() -> None:
    one = allot_fleet(claim(wind={"weights": {"load": 1.0, "existing": 3.0}}), TABLES, resource())
    ten = allot_fleet(claim(wind={"weights": {"load": 10.0, "existing": 30.0}}), TABLES, resource())
    np.testing.assert_allclose(one.node_mw["wind"], ten.node_mw["wind"], atol=0.0011)


def test_the_best_resource_gets_most_by_rank() -> None:
    fleet = allot_fleet(claim(wind={"weights": {"resource": 1.0}}), TABLES, resource())
    more = gained(fleet, "wind")
    assert (np.diff(more) > 0).all()  # hours rise with the order of nodes
    assert more[-1] / more[0] == pytest.approx(32**2, rel=1e-3)


def test_no_node_gets_more_than_its_land_holds_and_the_rest_moves_on() -> None:
    tight = resource(n650000=NodeResource(9999.0, 9999.0, 30_000.0, 15_000.0))
    fleet = allot_fleet(claim(), TABLES, tight)
    assert fleet.of_node("650000")["wind"] == pytest.approx(30_000.0)
    assert fleet.of_node("650000")["pv"] == pytest.approx(15_000.0)
    assert fleet.total_mw("wind") == pytest.approx(500_000.0)


def test_a_fleet_the_land_cannot_hold_says_how_much_is_left_over() -> None:
    none = {key: NodeResource(2000.0, 1200.0, 0.0, 400_000.0) for key in resource()}
    with pytest.raises(InfeasibleError) as caught:
        allot_fleet(claim(), TABLES, none)
    (conflict,) = caught.value.conflicts
    assert conflict.limit == "land for wind"
    assert conflict.amount == pytest.approx(500_000 - 281_670)


def test_known_additions_go_where_they_are_named() -> None:
    fleet = allot_fleet(claim(), TABLES, resource())
    index = fleet.node_ids.index("510000")
    assert gained(fleet, "hydro")[index] >= 28_000
    untouched = fleet.node_ids.index("310000")
    assert gained(fleet, "hydro")[untouched] == pytest.approx(0.0)
    assert gained(fleet, "nuclear")[fleet.node_ids.index("620000")] == pytest.approx(0.0)


def test_what_a_base_has_of_2020_is_moved_and_not_built_twice() -> None:
    scenario = load_scenario("2030-1200GW")
    bases = {"qinghai": {"wind": 2000.0, "pv": 3000.0, "hydro": 8000.0}}
    with_base = allot_fleet(scenario, TABLES, resource(), bases)
    without = allot_fleet(scenario, TABLES, resource(), {})
    index = with_base.node_ids.index("630000")
    assert with_base.node_mw["hydro"][index] == pytest.approx(without.node_mw["hydro"][index] - 8000.0)
    assert with_base.node_mw["wind"][index] == pytest.approx(
        without.node_mw["wind"][index] - 2000.0, abs=0.01
    )
    assert with_base.total_mw("wind") == pytest.approx(without.total_mw("wind"))


def test_a_smaller_fleet_shrinks_every_node_alike() -> None:
    half = claim(coal={"total_gw": 586.6})
    fleet = allot_fleet(half, TABLES, resource())
    for node in TABLES.nodes:
        assert fleet.of_node(node.node_id)["coal"] == pytest.approx(node.coal_2020_mw / 2, abs=0.002)


def test_bases_larger_than_the_nation_are_infeasible() -> None:
    scenario = load_scenario("2030-1200GW")
    with pytest.raises(InfeasibleError):
        allot_fleet(scenario, TABLES, resource(), {"hami": {"wind": 600_000.0}})


def test_missing_resource_and_foreign_bases_are_reported_together() -> None:
    poor = resource()
    del poor["110000"]
    with pytest.raises(InputError) as caught:
        allot_fleet(claim(), TABLES, poor, {"atlantis": {"wind": 1.0}})
    assert [p.found for p in caught.value.problems] == ["110000", "atlantis"]


def test_storage_carries_its_duration_and_arrays_cannot_be_written() -> None:
    fleet = allot_fleet(claim(), TABLES, resource())
    assert fleet.duration_h == {"pumped": 6.0, "battery": 2.5}
    with pytest.raises(ValueError):
        fleet.node_mw["wind"][0] = 1.0
