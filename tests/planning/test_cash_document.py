"""Accounts of provinces, who pays whom, losses in yuan, the claim under other assumptions: by hand and conserved."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers.errors import BalanceError
from planning.cash_flow import counterparties as parties_module
from planning.cash_flow.claim import Claim, weigh_claim
from planning.cash_flow.counterparties import OWNERS, counterparties
from planning.cash_flow.losses import loss_money, loss_total
from planning.cash_flow.provinces import gathered
from planning.cash_flow.sensitivity import (
    STEPS,
    Assumption,
    Bar,
    best_senders,
    net_senders,
    sensitivity,
    share_grid,
    with_purchases,
)
from planning.cash_flow.settlement import PURPOSES, LineSettlement, LineYear, Prices, settle_all
from planning.cash_words import ASSUMPTIONS, MISSING_WORDS, PURPOSE_WORDS, assumption_value, without_lines
from planning.chain.accounts import LineEnergy
from planning.chain.claim_study import claim_sensitivity
from planning.chain.money_document import line_account, sensitivity_result, settlement_result
from planning.chain.settle import TradedHours, claim_of, line_years, settle_nation, settled_line
from planning.market import MarketSpec
from planning.results_cash import ClaimSensitivity, SettlementResult
from planning.scenario import Scenario, load_scenario
from planning.tables import Tables, load_tables

PRICES = Prices(
    "receiving_benchmark", {"w": 300.0, "w2": 300.0, "e": 450.0, "n": 350.0}, 0.5, 20.0, 100.0, 0.8, 0.25
)
GROUP = {"w": 1, "w2": 1, "e": 2, "n": 3}
LINES = (
    LineYear("a", "w", "e", 1000.0, 900.0, 600.0, 50.0, False, 10.0),
    LineYear("b", "n", "e", 500.0, 480.0, 100.0, 40.0, True, 0.0),
    LineYear("c", "e", "w", 100.0, 98.0, 50.0, None, False, 0.0),
    LineYear("d", "w", "w2", 70.0, 70.0, 70.0, None, False, 0.0),
)


def settled(lines: tuple[LineYear, ...] = LINES) -> tuple[LineSettlement, ...]:
    return settle_all(lines, PRICES)


# -- accounts and trades -------------------------------------------------------------------------


def test_a_provinces_account_holds_what_its_lines_bring_by_purpose() -> None:
    found = counterparties(settled(), GROUP)
    west = found.accounts[1].receipts_fen
    # (450 - 50) x 0.9 - 10 = 350 at the sending end; 100 of 1000 MWh are lost and the buyer pays them
    assert west["energy"] == 900 * 350_00
    assert west["loss"] == 100 * 350_00
    assert west["export_tariff"] == 1000 * 10_00
    assert west["certificate"] == 540 * 20_00
    assert west["carbon"] == 540 * 20_00
    assert found.accounts[2].payments_fen["transmission"] == 900 * 50_00 + 480 * 40_00
    # line b's owner buys the loss: (450 - 40) for each of 20 MWh
    assert found.accounts[OWNERS].payments_fen["loss"] == 20 * 410_00
    assert found.accounts[OWNERS].receipts_fen["transmission"] == 900 * 50_00 + 480 * 40_00


def test_who_pays_whom_with_the_energy_for_it() -> None:
    found = counterparties(settled(), GROUP)
    table = {(t.payer, t.payee): t for t in found.trades}
    assert set(table) == {(2, 1), (2, 3), (1, 2), (2, OWNERS), (OWNERS, 3)}
    assert (table[2, 1].sent_mwh, table[2, 1].delivered_mwh, table[2, 1].green_sent_mwh) == (1000, 900, 600)
    assert table[OWNERS, 3].paid_fen["loss"] == 20 * 410_00
    assert table[OWNERS, 3].sent_mwh == 0.0


def test_the_grids_of_one_province_do_not_trade_and_a_tariff_that_is_missing_is_named() -> None:
    found = counterparties(settled(), GROUP)
    assert found.without == {"tariff": ("c",)}
    assert not any(t.payer == t.payee for t in found.trades)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_by_purpose_and_by_pair_nothing_appears_or_vanishes(seed: int) -> None:
    dice = np.random.default_rng(seed)
    nodes = list(GROUP)
    lines = []
    for number in range(int(dice.integers(1, 12))):
        a, b = (nodes[k] for k in dice.choice(4, 2, replace=False))
        sent = float(dice.uniform(0, 1e6))
        lines.append(
            LineYear(f"l{number}", a, b, sent, sent * float(dice.uniform(0.7, 1)), sent * float(dice.random()),
                     None if dice.random() < 0.3 else float(dice.uniform(0, 99)), bool(dice.random() < 0.5),
                     float(dice.uniform(0, 40)))
        )  # fmt: skip
    money = settled(tuple(lines))
    found = counterparties(money, GROUP)
    assert sum(account.net_fen for account in found.accounts.values()) == 0
    for purpose in PURPOSES:
        paid = sum(a.payments_fen[purpose] for a in found.accounts.values())
        assert paid == sum(a.receipts_fen[purpose] for a in found.accounts.values())
        assert paid == sum(t.paid_fen[purpose] for t in found.trades)
    crossing = [m for m in money if GROUP[m.from_node] != GROUP[m.to_node]]
    total = sum(t.fen for m in crossing for t in m.transfers)
    assert total == sum(sum(t.paid_fen.values()) for t in found.trades)


def test_a_fen_that_goes_astray_between_parties_is_found() -> None:
    found = counterparties(settled(), GROUP)
    found.accounts[1].receipts_fen["carbon"] += 1
    with pytest.raises(BalanceError) as caught:
        parties_module.check_conserved(found)
    assert caught.value.code == "money_purpose"
    found.accounts[2].payments_fen["carbon"] += 1
    with pytest.raises(BalanceError) as caught:
        parties_module.check_conserved(found)
    assert caught.value.code == "money_party"


# -- losses --------------------------------------------------------------------------------------


def test_physics_loss_is_paid_the_lines_price_and_what_is_not_known_is_in_no_sum() -> None:
    rows = loss_money(
        ["a", "b"], [100.0, 20.0], [35_000.0, 8_200.0], [350.0, 410.0], [90.0, None], [80.0, None]
    )
    assert rows[0].difference_cny == (90 - 80) * 350.0
    assert rows[1].difference_cny is None
    total = loss_total(rows)
    assert (total.compared_mwh, total.physics_mwh, total.difference_cny, total.without) == (90, 80, 3500, 1)


# -- the claim under other assumptions -----------------------------------------------------------


def claim_of_west() -> Claim:
    return weigh_claim(settled(), ["w"], {"w": 1_000_000.0}, 0.1)


def test_the_grid_is_volume_times_price_and_its_middle_is_the_run() -> None:
    claim = claim_of_west()
    grid = share_grid(claim)
    at = STEPS.index(0.0)
    assert grid[at][at] == claim.gdp_share
    assert grid[0][-1] == pytest.approx(claim.gdp_share * 0.6 * 2.0)
    assert all(a <= b for row in grid for a, b in itertools.pairwise(row))
    needed = claim.price_for_target_cny_per_mwh
    assert needed is not None
    assert claim.price_cny_per_mwh is not None
    steps = (needed / claim.price_cny_per_mwh - 1.0, 0.0)
    assert share_grid(claim, steps)[1][0] == pytest.approx(0.1)


def test_bought_green_power_is_deducted_at_what_was_paid_for_it() -> None:
    claim = claim_of_west()
    back = next(m for m in settled() if m.id == "c")
    assert with_purchases(settled(), {"w"}, claim) == pytest.approx(
        (claim.cash_cny - back.green_cash_fen / 100) / 1_000_000
    )


def test_net_senders_send_more_than_they_get_and_the_best_have_the_largest_share() -> None:
    assert net_senders(settled(), GROUP) == ("w", "w2", "n")
    gdp = {"w": 1e6, "w2": 1e6, "n": 1e4}
    assert best_senders(settled(), ("w", "w2", "n"), GROUP, gdp, 1) == ("n",)
    assert best_senders(settled(), ("w", "w2", "n"), GROUP, gdp | {"n": 1e9}, 1) == ("w", "w2")


def test_the_widest_bar_stands_first() -> None:
    bars = [
        Bar("price", "a", "b", 0.01, 0.02),
        Bar("green", "a", "b", 0.03, 0.01),
        Bar("volume", "", "", None, 0.0),
    ]
    assert [b.assumption for b in sensitivity(claim_of_west(), bars).bars] == ["green", "price", "volume"]


# -- on the tables, three lines and two days -----------------------------------------------------

HOURS = 48
IDS = ("qishao", "tianzhong", "620000-650000-750")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("2030-1200GW")


@pytest.fixture(scope="module")
def hours() -> TradedHours:
    dice = np.random.default_rng(5)
    power = np.round(dice.uniform(0, 8000, (3, 2, HOURS)), 1)
    power[:2, 1] = 0.0
    green = np.round(dice.uniform(0, 1, (3, HOURS)), 2)
    nodes = dice.uniform(-50, 700, (3, 2, HOURS))
    years = tuple(
        LineEnergy(
            *(float(v) for back in (0, 1)
              for v in (power[k, back].sum(), power[k, back].sum() * 0.94, power[k, back] @ green[k])),
            peak_loading=1.0,
        )
        for k in range(3)
    )  # fmt: skip
    return TradedHours(
        IDS, years, lambda k, back: power[k, int(back)], lambda k, back: green[k],
        lambda k, back: (nodes[k, int(back)], nodes[k, 1 - int(back)]),
    )  # fmt: skip


MARKET = MarketSpec(
    contract_share=0.8, line_contract_share={"qishao": 0.25}, contract_rule="split", peak_hours="8-11, 17-21",
    valley_hours="23-7", peak_ratio=1.6, valley_ratio=0.45, spot_at="sending",
)  # fmt: skip


def with_market(scenario: Scenario, market: MarketSpec = MARKET) -> Scenario:
    return scenario.model_copy(update={"market": market})


def test_lines_of_the_tables_settle_by_the_hour_and_the_year_is_their_sum(
    scenario: Scenario, tables: Tables, hours: TradedHours
) -> None:
    asked = with_market(scenario)
    money = settle_nation(asked, tables, hours)
    assert money.money_residual_cny == 0.0
    by_id = {line.id: line for line in money.lines}
    for number, back, year in line_years(asked, tables, hours):
        hourly = settled_line(asked, tables, hours, number, back, year)
        assert int(hourly.sale_fen.sum()) == by_id[year.id].sale_fen
        assert int(hourly.bill_fen.sum()) == by_id[year.id].bill_fen
    assert by_id["qishao"].spot_sent_mwh == pytest.approx(0.75 * by_id["qishao"].sent_mwh, rel=1e-6)
    assert by_id["620000-650000-750:reverse"].missing == ("tariff",)


def test_without_a_market_the_hours_of_a_line_add_up_to_its_year(
    scenario: Scenario, tables: Tables, hours: TradedHours
) -> None:
    money = settle_nation(scenario, tables, hours)
    by_id = {line.id: line for line in money.lines}
    for number, back, year in line_years(scenario, tables, hours):
        hourly = settled_line(scenario, tables, hours, number, back, year)
        assert int(hourly.sale_fen.sum()) == by_id[year.id].sale_fen
        assert int(hourly.green_sale_fen.sum()) == by_id[year.id].green_sale_fen
        assert hourly.missing == by_id[year.id].missing


def test_the_document_of_a_settlement_names_what_is_missing_and_adds_up(
    scenario: Scenario, tables: Tables, hours: TradedHours
) -> None:
    money = settle_nation(with_market(scenario), tables, hours)
    document = settlement_result(tables, money, {"qishao": (9.0, 7.0)}, by_hour=True, hours=HOURS)
    assert document.without_tariff == ("620000-650000-750",)
    assert "transmission" not in document.lines["620000-650000-750"].paid_cny
    assert document.losses["qishao"].physics_mwh == 7.0
    gap = document.losses["qishao"].difference_cny
    assert gap == pytest.approx(2.0 * document.losses["qishao"].price_cny_per_mwh)
    assert document.losses["tianzhong"].difference_cny is None
    assert sum(round(a.net_cny * 100) for a in document.accounts.values()) == 0
    line = document.lines["qishao"]
    assert line.contract_cny_per_mwh is not None
    assert line.spot_cny_per_mwh is not None
    paid = line.paid_cny
    sale = paid["energy"] + paid["energy_spot"] + paid["loss"]
    own = line.contract_cny_per_mwh * (line.sent_mwh - line.spot_mwh) + line.spot_cny_per_mwh * line.spot_mwh
    assert sale == pytest.approx(own, abs=0.02)
    assert SettlementResult.model_validate_json(document.model_dump_json()) == document


def test_the_claims_bars_are_settled_anew_and_hold_the_run_between_them(
    scenario: Scenario, tables: Tables, hours: TradedHours
) -> None:
    for asked in (scenario, with_market(scenario)):
        money = settle_nation(asked, tables, hours)
        claim = claim_of(asked, tables, money.lines)
        found = claim_sensitivity(asked, tables, hours, money, claim, lambda green: hours)
        bars = {b.assumption: b for b in found.bars}
        assert set(bars) == {"price", "volume", "certificate", "carbon", "sale_rule", "export_tariff", "green",
                             "senders", "purchases", "gdp_year"}  # fmt: skip
        for name in ("certificate", "carbon", "gdp_year"):
            low, high = bars[name].low_share, bars[name].high_share
            assert low is not None
            assert high is not None
            assert min(low, high) <= claim.gdp_share + 1e-12
            assert claim.gdp_share <= max(low, high) + 1e-12
        # a certificate of 60 instead of 20 yuan on what arrives of the green energy sold
        sold = [m for m in money.lines if m.to_node not in asked.claim.sending_nodes]
        more = sum(m.green_delivered_mwh for m in sold) * 40.0
        assert bars["certificate"].high_share == pytest.approx(
            claim.gdp_share + more / claim.gdp_cny, rel=1e-6
        )
        document = sensitivity_result(found)
        assert ClaimSensitivity.model_validate_json(document.model_dump_json()) == document


def test_a_line_with_a_tariff_of_nothing_is_not_one_without() -> None:
    known, unknown = settled((replace(LINES[2], tariff_cny_per_mwh=0.0), LINES[2]))
    assert line_account(known, GROUP).paid_cny["transmission"] == 0.0
    assert "transmission" not in line_account(unknown, GROUP).paid_cny
    assert gathered([unknown], GROUP, {}).money_residual_cny == 0.0


def test_the_nomenclature_page_has_the_words_of_settlement() -> None:
    page = (Path(__file__).parents[2] / "docs" / "nomenclature.md").read_text(encoding="utf-8")
    part = page.split("## Words of settlement")[1].split("##")[0]
    for key, (zh, en) in PURPOSE_WORDS.items():
        assert f"| `{key}` | {zh} | {en} |" in part
    for key, (zh, en) in MISSING_WORDS.items():
        assert f"| `missing: {key}` | {zh} | {en} |" in part
    assert set(PURPOSE_WORDS) == set(PURPOSES)


def test_every_assumption_and_value_has_words_in_both_languages() -> None:
    assert set(ASSUMPTIONS) == set(get_args(Assumption))
    assert assumption_value("price", "-0.2", "zh") == "−20 %"
    assert assumption_value("certificate", "60", "zh") == "0.060 元/千瓦时"
    assert assumption_value("certificate", "60", "en") == "60 CNY/MWh"
    assert assumption_value("carbon", "0", "en") == "none passed on"
    assert assumption_value("gdp_year", "2020", "zh") == "2020"
    assert (without_lines(0, "zh"), without_lines(3, "zh")) == ("", "不含 3 条缺价线路")
