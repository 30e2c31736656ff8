"""The planning tables: complete, consistent, summing to the national totals, saying their source."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gis_layers.errors import InputError
from planning import corridors
from planning.corridors import interface_capability_mw, loss_share, physics_loss_share, tariff
from planning.provinces import FLEET, by_adcode
from planning.table_rows import DATA, weakest
from planning.tables import Tables, load_tables


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def test_there_are_31_provinces_and_inner_mongolia_is_two_grids(tables: Tables) -> None:
    assert len(tables.nodes) == 32
    assert len({node.adcode for node in tables.nodes}) == 31
    assert [n.node_id for n in tables.nodes if n.adcode == 150000] == ["150000W", "150000E"]
    assert {n.sync_area for n in tables.nodes} == {"NC", "NE", "NW", "E", "SW", "S", "YN"}


@pytest.mark.parametrize(
    ("fields", "national", "within"),
    [
        (("wind_2020_mw",), "wind_2020_mw", 0.001),
        (("pv_2020_mw",), "pv_2020_mw", 0.005),
        (("wind_2020_mwh",), "wind_2020_mwh", 0.01),
        (("pv_2020_mwh",), "pv_2020_mwh", 0.02),
        (("hydro_2020_mw", "pumped_2020_mw"), "hydro_with_pumped_2020_mw", 0.001),
        (("pumped_2020_mw",), "pumped_2020_mw", 0.001),
        (("nuclear_2020_mw",), "nuclear_2020_mw", 0.001),
        (("coal_2020_mw", "gas_2020_mw"), "thermal_2020_mw", 0.005),
        (("consumption_2020_mwh",), "consumption_2020_mwh", 0.001),
    ],
)
def test_nodes_sum_to_the_national_total(
    tables: Tables, fields: tuple[str, ...], national: str, within: float
) -> None:
    total = sum(getattr(node, field) for node in tables.nodes for field in fields)
    assert total == pytest.approx(tables.national_figure(national), rel=within)


def test_the_two_grids_of_inner_mongolia_sum_to_its_figures(tables: Tables) -> None:
    west, east = tables.node("150000W"), tables.node("150000E")
    assert west.gdp_2020_cny + east.gdp_2020_cny == pytest.approx(1_725_800e6, rel=1e-6)
    assert west.wind_2020_mw + east.wind_2020_mw == pytest.approx(37_860)
    assert west.coal_2020_mw + west.gas_2020_mw + east.coal_2020_mw == pytest.approx(94_300)
    shares = by_adcode({"150000W": 2.0, "150000E": 3.0, "110000": 7.0}, tables.nodes)
    assert shares == {110000: 7.0, 150000: 5.0}


def test_no_plant_ran_longer_than_a_year_allows(tables: Tables) -> None:
    for node in tables.nodes:
        thermal_mw = node.coal_2020_mw + node.gas_2020_mw
        for mwh, mw, most in (
            (node.wind_2020_mwh, node.wind_2020_mw, 3500),
            (node.pv_2020_mwh, node.pv_2020_mw, 2200),
            (node.hydro_2020_mwh, node.hydro_2020_mw + node.pumped_2020_mw, 6000),
            (node.natural_hydro_2020_mwh(), node.hydro_2020_mw, 6000),
            (node.nuclear_2020_mwh, node.nuclear_2020_mw, 8760),
            (node.thermal_2020_mwh, thermal_mw, 7200),
        ):
            assert mwh <= most * mw + 1.0, (node.node_id, mwh, mw)


def test_every_figure_names_source_date_and_tier(tables: Tables) -> None:
    for figure in tables.figures:
        assert figure.source
        assert figure.date
        assert figure.tier in ("official", "published", "estimated")
    assert tables.provenance("110000", "gdp_2020_cny").tier == "published"
    with pytest.raises(KeyError):
        tables.provenance("110000", "gdp_1900_cny")


def test_a_mixture_claims_no_more_than_its_weakest_part() -> None:
    assert weakest("official", "estimated", "published") == "estimated"
    assert weakest("official", "published") == "published"


def test_capacity_of_2020_has_every_technology(tables: Tables) -> None:
    capacity = tables.node("620000").capacity_2020_mw()
    assert tuple(capacity) == FLEET
    assert capacity["wind"] == pytest.approx(13_730)


def test_all_long_distance_dc_lines_of_2020_are_there(tables: Tables) -> None:
    lines = corridors.in_service(tables.corridors, 2020)
    ids = {line.id for line in lines}
    assert {"tianzhong", "qishao", "jiquan", "qingyu", "lingshao", "xitai", "zhangbei", "luxi"} <= ids
    assert not ids & {"yahu", "kunyu", "mengxi-jingjinji", "heihe", "dawanqu", "changnanjing"}
    assert {"kunliulong-gd", "kunliulong-gx"} <= ids
    assert sum(tables.corridor(i).mw or 0 for i in ("kunliulong-gd", "kunliulong-gx")) == 8000


def test_a_planned_line_runs_only_when_the_scenario_names_it(tables: Tables) -> None:
    assert "badain-jaran-sichuan" not in {c.id for c in corridors.in_service(tables.corridors, 2060)}
    named = corridors.in_service(tables.corridors, 2030, also=["badain-jaran-sichuan"])
    assert "badain-jaran-sichuan" in {c.id for c in named}


def test_the_approved_loss_wins_over_the_estimate(tables: Tables) -> None:
    figure = loss_share(tables.corridor("lingshao"))
    assert figure.share == pytest.approx(0.0426)
    assert "558" in figure.source
    estimate = loss_share(tables.corridor("gansu-zhejiang"))
    assert estimate.tier == "estimated"
    assert estimate.share == pytest.approx(0.02 + 0.75 * 0.025 * 2.37)


def test_the_loss_estimate_is_near_the_documents_in_the_median(tables: Tables) -> None:
    known = [c for c in tables.corridors if c.loss_pct is not None and c.kind in ("lcc", "vsc", "hybrid")]
    ratio = sorted(physics_loss_share(c) / (c.loss_pct or 1.0) * 100 for c in known)
    assert len(known) >= 30
    assert 0.7 < ratio[len(ratio) // 2] < 1.1


def test_a_tariff_says_whether_it_pays_the_loss(tables: Tables) -> None:
    with_loss = tariff(tables.corridor("qishao"))
    without = tariff(tables.corridor("jiquan"))
    assert with_loss is not None
    assert with_loss.includes_loss
    assert with_loss.cny_per_mwh == 63.7
    assert without is not None
    assert not without.includes_loss


def test_an_unpriced_line_gets_the_price_its_investment_needs(tables: Tables) -> None:
    price = tariff(tables.corridor("gansu-zhejiang"))
    assert price is not None
    assert price.tier == "estimated"
    annuity = 0.05 / (1 - 1.05**-35)
    assert price.cny_per_mwh == pytest.approx(353e8 * (annuity + 0.02) / (8000 * 4500), abs=0.01)
    assert tariff(tables.corridor("luxi")) is None


def test_an_ac_tie_counts_all_circuits_but_one() -> None:
    assert interface_capability_mw(500, 4, 200) == pytest.approx(3 * 950 * 1.3)
    assert interface_capability_mw(500, 1, 480) == pytest.approx(0.6 * 950)
    assert interface_capability_mw(1000, 2, 640) == pytest.approx(4600 * 0.8)


def test_ac_ties_stay_within_a_synchronous_grid_and_join_it(tables: Tables) -> None:
    area = {node.node_id: node.sync_area for node in tables.nodes}
    group = {node: node for node in area}

    def root(node: str) -> str:
        while group[node] != node:
            node = group[node]
        return node

    for tie in tables.interfaces_by(2020):
        assert area[tie.from_node] == area[tie.to_node]
        group[root(tie.from_node)] = root(tie.to_node)
    assert len({root(node) for node in area}) == len(set(area.values()))


def test_coal_power_costs_most_where_its_benchmark_is_highest(tables: Tables) -> None:
    cost = tables.coal_cost_cny_per_mwh()
    assert cost["440000"] > cost["130000"] > cost["650000"]
    weights = [node.coal_2020_mw for node in tables.nodes]
    mean = sum(cost[n.node_id] * w for n, w in zip(tables.nodes, weights, strict=True)) / sum(weights)
    assert mean == pytest.approx(0.302 * 900 + 15)


def test_the_upper_yellow_cascade_flows_from_longyangxia_to_liujiaxia(tables: Tables) -> None:
    names = [station.name_en for station in tables.cascade("yellow", 2020)]
    assert names.index("Longyangxia") < names.index("Laxiwa") < names.index("Liujiaxia")
    assert "Maerdang" not in names


def test_a_broken_table_reports_every_problem_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("scenarios"))
    for name, old, new in (
        ("corridors.csv", "genan,葛南,Gezhouba-Nanqiao,lcc,500", "genan,葛南,Gezhouba-Nanqiao,lcc,five"),
        ("nodes.csv", "110000,110000,北京,Beijing,N,NC", "110000,110000,北京,Beijing,N,MARS"),
        ("prices.csv", "discount_rate_real_share,0.05", "discount_rate_real_share,"),
    ):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_tables(folder)
    where = " ".join(f"{p.where} {p.field}" for p in caught.value.problems)
    assert "corridors.csv row 2 kv" in where
    assert "nodes.csv row 2 sync_area" in where
    assert "prices.csv" in where
    assert "value" in where


def test_a_figure_left_out_is_an_error_and_not_a_zero(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("scenarios"))
    path = folder / "province_figures.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if not x.startswith("630000,wind_2020_mw,")), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_tables(folder)
    assert [(p.where, p.field) for p in caught.value.problems] == [
        ("province_figures.csv 630000", "wind_2020_mw")
    ]
