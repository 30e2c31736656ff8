"""Money: prices by hand, losses paid once, every fen accounted for, returns that mean what they say."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from gis_layers.errors import BalanceError, InputError
from planning.cash_flow.claim import weigh_claim
from planning.cash_flow.inputs import (
    export_tariff_cny_per_mwh,
    line_year,
    prices_of,
    project_of_base,
)
from planning.cash_flow.investment import Asset, Project, internal_rate, returns
from planning.cash_flow.money import Transfer, assert_conserved, tabulate
from planning.cash_flow.provinces import cash_flow
from planning.cash_flow.settlement import LineYear, Prices, settle
from planning.corridors import loss_share, tariff
from planning.scenario import load_scenario
from planning.tables import load_tables

PRICES = Prices(
    sale_rule="receiving_benchmark",
    benchmark_cny_per_mwh={"west": 300.0, "east": 450.0, "north": 350.0},
    surplus_share=0.5,
    certificate_cny_per_mwh=20.0,
    carbon_cny_per_t=100.0,
    avoided_t_per_mwh=0.8,
)
WITHOUT_LOSS = LineYear("w-e", "west", "east", 1000.0, 900.0, 600.0, 50.0, False)
WITH_LOSS = replace(WITHOUT_LOSS, id="w-e2", tariff_includes_loss=True)


def test_the_buyer_pays_the_loss_where_the_tariff_leaves_it_out() -> None:
    money = settle(WITHOUT_LOSS, PRICES)
    assert money.sale_price_cny_per_mwh == pytest.approx((450 - 50) * 0.9)  # 360
    assert money.sale_fen == 360_000_00
    assert money.loss_fen == 36_000_00
    assert money.loss_payer == "buyer"
    assert money.transmission_fen == 45_000_00
    assert money.landed_price_cny_per_mwh == pytest.approx(450.0)


def test_the_line_pays_the_loss_where_the_tariff_holds_it_and_nobody_pays_it_twice() -> None:
    money = settle(WITH_LOSS, PRICES)
    assert money.sale_price_cny_per_mwh == pytest.approx(400.0)
    assert money.loss_payer == "line"
    assert money.landed_price_cny_per_mwh == pytest.approx(450.0)
    table = tabulate(money.transfers)
    assert table.balance_fen("line:w-e2") == 45_000_00 - 100 * 400_00
    bill = table.payments_fen["users:east"] - money.certificate_fen
    assert bill == 900 * 450_00


def test_green_brings_its_share_of_the_sale_and_the_certificates_of_what_arrives() -> None:
    money = settle(WITHOUT_LOSS, PRICES)
    assert money.green_sale_fen == 600 * 360_00
    assert money.green_delivered_mwh == pytest.approx(540.0)
    assert money.certificate_fen == 540 * 20_00
    assert money.carbon_value_fen == 43_200_00  # 540 MWh x 0.8 t x 100 yuan
    assert money.carbon_paid_fen == 0
    assert money.green_cash_fen == 226_800_00


def test_carbon_is_paid_only_as_far_as_it_is_passed_on() -> None:
    money = settle(WITHOUT_LOSS, replace(PRICES, carbon_to_sender_share=0.25))
    assert money.carbon_paid_fen == 10_800_00
    paid = [t.fen for t in money.transfers if t.purpose == "carbon"]
    assert paid == [10_800_00]


@pytest.mark.parametrize(
    ("rule", "price"), [("sending_benchmark", 300.0), ("receiving_benchmark", 360.0), ("split", 330.0)]
)
def test_each_sale_rule_sets_its_price(rule: str, price: float) -> None:
    money = settle(WITHOUT_LOSS, replace(PRICES, sale_rule=rule))
    assert money.sale_price_cny_per_mwh == pytest.approx(price)


@pytest.mark.parametrize("with_loss", [False, True])
def test_the_export_tariff_is_borne_inside_the_landed_price(with_loss: bool) -> None:
    line = replace(WITHOUT_LOSS, tariff_includes_loss=with_loss, export_tariff_cny_per_mwh=30.0)
    money = settle(line, PRICES)
    assert money.landed_price_cny_per_mwh == pytest.approx(450.0)
    assert tabulate(money.transfers).receipts_fen["grid:west"] == 30_000_00


def test_a_line_that_does_not_pay_shows_a_negative_price_and_still_balances() -> None:
    flow = cash_flow(
        [replace(WITHOUT_LOSS, tariff_cny_per_mwh=500.0)], PRICES, {"west": 1, "east": 2, "north": 3}, {}
    )
    assert flow.lines[0].sale_price_cny_per_mwh == pytest.approx(-45.0)
    assert flow.money_residual_cny == 0.0


def test_an_idle_line_moves_no_money() -> None:
    money = settle(replace(WITHOUT_LOSS, sent_mwh=0.0, delivered_mwh=0.0, green_sent_mwh=0.0), PRICES)
    assert money.transfers == ()
    assert money.landed_price_cny_per_mwh is None


def test_money_is_conserved_to_the_fen_over_any_lines() -> None:
    dice = random.Random(7)
    nodes = ["west", "east", "north"]
    lines = []
    for number in range(200):
        start, end = dice.sample(nodes, 2)
        sent = dice.uniform(0, 5e7)
        lines.append(
            LineYear(
                f"l{number}",
                start,
                end,
                sent,
                sent * dice.uniform(0.8, 1.0),
                sent * dice.random(),
                dice.uniform(0, 100),
                dice.random() < 0.5,
                dice.uniform(0, 40),
            )
        )
    flow = cash_flow(
        lines, replace(PRICES, carbon_to_sender_share=0.3), {"west": 1, "east": 2, "north": 1}, {}
    )
    assert flow.money.residual_fen == 0
    assert sum(flow.money.balance_fen(p) for p in flow.money.parties) == 0
    cash = sum(province.cash_cny for province in flow.provinces.values())
    assert cash == pytest.approx(0.0, abs=1.0)


def test_a_lost_fen_is_found() -> None:
    table = tabulate([Transfer("a", "b", "energy", 100), Transfer("b", "c", "energy", 40)])
    assert_conserved(table, {"a": -100, "b": 60, "c": 40})
    with pytest.raises(BalanceError):
        assert_conserved(table, {"a": -100, "b": 61, "c": 40})
    with pytest.raises(BalanceError):
        assert_conserved(table, {"a": -100, "b": 60})


def test_the_two_grids_of_one_province_do_not_earn_from_each_other() -> None:
    flow = cash_flow([WITHOUT_LOSS], PRICES, {"west": 1, "east": 1, "north": 2}, {1: 1e6})
    assert flow.provinces[1].receipts_cny == 0.0
    assert flow.provinces[1].gdp_share == 0.0
    assert flow.provinces[2].gdp_share is None


def test_a_province_earns_what_its_lines_bring_less_what_it_buys() -> None:
    back = LineYear("e-w", "east", "west", 100.0, 100.0, 100.0, 0.0, False)
    flow = cash_flow([WITHOUT_LOSS, back], PRICES, {"west": 1, "east": 2, "north": 3}, {1: 1_000_000.0})
    west = flow.provinces[1]
    assert west.receipts_cny == pytest.approx(226_800.0)
    assert west.payments_cny == pytest.approx(100 * 300 + 100 * 20)
    assert west.gdp_share == pytest.approx((226_800 - 32_000) / 1_000_000)
    assert west.cash_cny == pytest.approx(-flow.provinces[2].cash_cny)


def test_bad_lines_are_reported_together() -> None:
    lines = [
        replace(WITHOUT_LOSS, delivered_mwh=1100.0, green_sent_mwh=-1.0),
        replace(WITHOUT_LOSS, id="x", to_node="moon"),
        replace(WITHOUT_LOSS, id="y", sent_mwh=math.nan),
    ]
    with pytest.raises(InputError) as caught:
        cash_flow(lines, PRICES, {"west": 1, "east": 2}, {})
    fields = {(p.where, p.field) for p in caught.value.problems}
    assert {("line w-e", "delivered_mwh"), ("line w-e", "green_sent_mwh"), ("line x", "node")} <= fields
    assert ("line y", "sent_mwh") in fields


def test_real_prices_of_two_lines_by_hand() -> None:
    tables = load_tables()
    benchmark = {n.node_id: n.coal_benchmark_cny_per_mwh for n in tables.nodes}
    prices = replace(PRICES, benchmark_cny_per_mwh=benchmark)
    for line_id, expected in (("jiquan", (384.4 - 82.9) * 0.93), ("qishao", 450.0 - 63.7)):
        line = tables.corridor(line_id)
        price, loss = tariff(line), loss_share(line)
        assert price is not None
        assert line.from_node is not None
        year = LineYear(
            line.id,
            line.from_node,
            line.to_node,
            40e6,
            40e6 * (1 - loss.share),
            20e6,
            price.cny_per_mwh,
            price.includes_loss,
        )
        money = settle(year, prices)
        assert money.sale_price_cny_per_mwh == pytest.approx(expected, abs=1e-4)
        assert money.landed_price_cny_per_mwh == pytest.approx(benchmark[line.to_node], abs=1e-4)


def test_the_claim_counts_what_crosses_the_border_of_the_group() -> None:
    inside = LineYear("w-n", "west", "north", 500.0, 500.0, 500.0, 0.0, False)
    lines = [settle(line, PRICES) for line in (WITHOUT_LOSS, inside)]
    claim = weigh_claim(lines, ["west", "north"], {"west": 1_000_000.0, "north": 2_000_000.0}, 0.1)
    assert claim.green_sold_mwh == 600.0
    assert claim.cash_cny == pytest.approx(226_800.0)
    assert claim.gdp_share == pytest.approx(0.0756)
    assert claim.verdict == "not met"
    assert claim.price_cny_per_mwh == pytest.approx(378.0)
    assert claim.price_for_target_cny_per_mwh == pytest.approx(500.0)
    assert claim.volume_for_target_mwh == pytest.approx(300_000 / 378.0)


def test_the_price_and_the_volume_for_the_target_bring_the_target() -> None:
    line = settle(WITHOUT_LOSS, PRICES)
    claim = weigh_claim([line], ["west"], {"west": 3_000_000.0}, 0.1)
    assert claim.price_for_target_cny_per_mwh is not None
    assert claim.volume_for_target_mwh is not None
    dearer = replace(
        PRICES,
        sale_rule="sending_benchmark",
        certificate_cny_per_mwh=0.0,
        benchmark_cny_per_mwh=PRICES.benchmark_cny_per_mwh | {"west": claim.price_for_target_cny_per_mwh},
    )
    met = weigh_claim([settle(WITHOUT_LOSS, dearer)], ["west"], {"west": 3_000_000.0}, 0.1)
    assert met.gdp_share == pytest.approx(0.1, abs=1e-9)
    factor = claim.volume_for_target_mwh / 600.0
    more = replace(
        WITHOUT_LOSS, sent_mwh=1000 * factor, delivered_mwh=900 * factor, green_sent_mwh=600 * factor
    )
    assert weigh_claim(
        [settle(more, PRICES)], ["west"], {"west": 3_000_000.0}, 0.1
    ).gdp_share == pytest.approx(0.1, abs=1e-7)


def test_nothing_sold_has_no_price_and_a_claim_without_gdp_is_refused() -> None:
    claim = weigh_claim([], ["west"], {"west": 1.0}, 0.1)
    assert (claim.price_cny_per_mwh, claim.volume_for_target_mwh, claim.verdict) == (None, None, "not met")
    with pytest.raises(InputError) as caught:
        weigh_claim([], ["west"], {}, 2.0)
    assert [p.field for p in caught.value.problems] == ["gdp", "target_share"]


def project(**changes: object) -> Project:
    plain = Project((Asset("wind", 1000.0, 20.0, 20),), 10.0, 0.0, 120.0, 0.05, 20)
    return replace(plain, **changes)


def test_lcoe_npv_and_irr_of_a_plain_project_by_hand() -> None:
    got = returns(project())
    annuity = 0.05 / (1 - 1.05**-20)
    assert got.lcoe_cny_per_mwh == pytest.approx((1000 * annuity + 20) / 10)
    assert got.npv_cny == pytest.approx(-1000 + 100 / annuity)
    assert got.irr.irr == pytest.approx(0.0775469, abs=1e-6)  # annuity factor 10 over 20 years
    assert got.irr.sign_changes == 1


def test_at_the_lcoe_the_project_is_worth_nothing() -> None:
    two = project(
        assets=(Asset("pv", 800.0, 5.0, 25), Asset("battery", 300.0, 6.0, 15)),
        variable_cost_cny_per_year=7.0,
        horizon_years=25,
    )
    lcoe = returns(two).lcoe_cny_per_mwh
    assert lcoe is not None
    at_cost = returns(replace(two, revenue_cny_per_year=lcoe * 10.0))
    assert at_cost.npv_cny == pytest.approx(0.0, abs=1e-9)
    assert at_cost.irr.irr == pytest.approx(0.05, abs=1e-9)


def test_a_short_life_is_replaced_and_the_rest_of_it_credited() -> None:
    flows = returns(project(assets=(Asset("battery", 300.0, 0.0, 15),), horizon_years=25)).flows_cny
    assert flows[0] == -300.0
    assert flows[15] == 120.0 - 300.0
    assert flows[25] == pytest.approx(120.0 + 300.0 * 5 / 15)


def test_an_annuity_of_equal_lives_is_the_textbook_one() -> None:
    got = returns(project(assets=(Asset("a", 1000.0, 0.0, 10),), horizon_years=20))
    ten = 0.05 / (1 - 1.05**-10)
    assert got.annual_cost_cny == pytest.approx(1000 * ten)


def test_a_project_that_never_pays_has_no_rate() -> None:
    assert returns(project(revenue_cny_per_year=0.0)).irr.irr is None
    assert internal_rate([-100.0, -1.0, -1.0]).irr is None
    assert internal_rate([100.0, 1.0]).sign_changes == 0


def test_a_negative_rate_is_a_rate() -> None:
    answer = internal_rate([-100.0, 50.0, 40.0])
    assert answer.irr is not None
    assert answer.irr == pytest.approx(-0.0691, abs=1e-3)
    assert -100 + 50 / (1 + answer.irr) + 40 / (1 + answer.irr) ** 2 == pytest.approx(0.0, abs=1e-9)


def test_two_rates_are_both_shown_and_neither_is_chosen() -> None:
    answer = internal_rate([-100.0, 230.0, -132.0])  # 10 % and 20 %
    assert answer.irr is None
    assert answer.roots == pytest.approx((0.10, 0.20))
    assert answer.sign_changes == 2


def test_flows_without_a_real_root_have_no_rate() -> None:
    answer = internal_rate([-100.0, 200.0, -150.0])
    assert answer.irr is None
    assert answer.roots == ()


def test_an_impossible_project_is_refused_with_all_its_faults() -> None:
    bad = project(assets=(Asset("a", -1.0, 0.0, 0),), horizon_years=0, discount_rate=1.5)
    with pytest.raises(InputError) as caught:
        returns(bad)
    assert len(caught.value.problems) == 4


def test_a_base_line_pays_no_export_tariff_and_a_provincial_one_does() -> None:
    scenario, tables = load_scenario("2030-1200GW"), load_tables()
    flows = {"sent_mwh": 10.0, "delivered_mwh": 9.0, "green_sent_mwh": 5.0}
    own = line_year(scenario, tables, "kunyu", **flows)
    assert own.export_tariff_cny_per_mwh == 0.0
    assert (own.tariff_cny_per_mwh, own.tariff_includes_loss) == (74.74, False)
    province = line_year(scenario, tables, "tianzhong", **flows)
    assert province.export_tariff_cny_per_mwh == 34.3
    tie = line_year(scenario, tables, "620000-650000-750", reverse=True, **flows)
    assert (tie.id, tie.from_node, tie.to_node) == ("620000-650000-750:reverse", "650000", "620000")
    assert tie.tariff_cny_per_mwh is None
    assert tie.missing == ("tariff",)
    with pytest.raises(InputError):
        line_year(scenario, tables, "moon-line", **flows)


def test_every_node_has_an_export_tariff_and_a_benchmark() -> None:
    tables = load_tables()
    prices = prices_of(load_scenario("2020"), tables)
    for node in tables.nodes:
        assert (export_tariff_cny_per_mwh(tables, node.node_id) or 0.0) > 0
        assert prices.benchmark_cny_per_mwh[node.node_id] > 200


def test_a_base_as_a_project_costs_what_the_table_says() -> None:
    scenario, tables = load_scenario("2030-1200GW"), load_tables()
    base = scenario.base("hami")
    made = project_of_base(
        scenario,
        tables,
        base,
        capacity_mw={"wind": 7000.0, "pv": 3000.0, "coal": 4000.0, "battery": 1000.0},
        battery_mwh=4000.0,
        coal_mwh=15e6,
        delivered_mwh=36e6,
        revenue_cny=36e6 * 300,
    )
    costs = {asset.name: asset.investment_cny for asset in made.assets}
    assert costs["wind"] == pytest.approx(7e6 * 4200)
    assert costs["battery"] == pytest.approx(1e6 * 400 + 4e6 * 750)
    assert made.variable_cost_cny_per_year == pytest.approx(
        15e6 * (tables.coal_cost_cny_per_mwh()["650000"] + 0.302 * 1770 / 680 * 100), rel=1e-3
    )
    got = returns(made)
    assert got.lcoe_cny_per_mwh is not None
    assert 200 < got.lcoe_cny_per_mwh < 450
    with pytest.raises(InputError):
        project_of_base(
            scenario,
            tables,
            base,
            capacity_mw={"fusion": 1.0},
            battery_mwh=0.0,
            coal_mwh=0.0,
            delivered_mwh=1.0,
            revenue_cny=0.0,
        )
