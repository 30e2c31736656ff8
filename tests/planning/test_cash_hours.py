"""Money by the hour: prices by hand, every hour conserved, the year the sum of its hours, exact to the fen."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers.errors import BalanceError, InputError
from planning.cash_flow.fen import divided, fen_of_energy, kwh_of, micro_of, part_of, spread
from planning.cash_flow.hourly import (
    HourLedger,
    HourlySettlement,
    LineHours,
    check_hours,
    settle_hours,
    spread_year,
    year_of,
)
from planning.cash_flow.market_prices import (
    HourPrices,
    contract_price_cny_per_mwh,
    day_curve,
    hour_prices,
    series_of_hours,
)
from planning.cash_flow.provinces import gathered
from planning.cash_flow.settlement import LineYear, settle
from planning.market import MarketSpec, hours_of_day, market_problems, numbers_text, numbers_typed
from tests.planning.test_cash_flow import PRICES as PLAIN

PRICES = replace(PLAIN, carbon_to_sender_share=0.25)
LINE = LineYear("w-e", "west", "east", 30.0, 27.0, 15.0, 50.0, False, 10.0)
KWH = np.array([10_000, 20_000, 0], dtype=np.int64)


def hours_of(line: LineYear) -> LineHours:
    """Two hours of 10 and 20 MWh, a tenth lost, half of it green, and an idle one."""
    return LineHours(line, KWH, KWH * 9 // 10, KWH // 2)


AT = HourPrices(0.7, micro_of([300.0, 200.0, 100.0]), micro_of([500.0, -40.0, 900.0]))


# -- prices --------------------------------------------------------------------------------------


def test_hours_of_the_day_are_spans_that_end_at_the_hour_named() -> None:
    assert hours_of_day("8-11, 17-19") == {8, 9, 10, 17, 18}
    assert hours_of_day("8:00–11:00；22至2") == {8, 9, 10, 22, 23, 0, 1}
    assert hours_of_day("") == frozenset()
    for wrong in ("8", "8-8", "25-26", "8-25", "8-11, 10-12", "eight"):
        with pytest.raises(InputError):
            hours_of_day(wrong)


def test_the_day_curve_keeps_the_days_mean_or_the_flat_price() -> None:
    market = MarketSpec(peak_hours="8-12", valley_hours="0-8", peak_ratio=1.5, valley_ratio=0.5)
    curve = day_curve(market)
    assert curve.mean() == pytest.approx(1.0)
    flat = 24 / (4 * 1.5 + 8 * 0.5 + 12)
    assert (curve[0], curve[8], curve[12]) == pytest.approx((0.5 * flat, 1.5 * flat, flat))
    assert list(day_curve(market.model_copy(update={"keep_day_mean": False}))[[0, 8, 12]]) == [0.5, 1.5, 1.0]


@pytest.mark.parametrize(
    ("rule", "price"),
    # netback of 450: (450 - 50) x 0.9 - 10
    [("as_prices", 350.0), ("receiving_benchmark", 350.0), ("sending_benchmark", 300.0), ("split", 325.0),
     ("fixed", 280.0)],
)  # fmt: skip
def test_each_contract_rule_sets_its_price_and_a_lines_own_price_goes_first(rule: str, price: float) -> None:
    market = MarketSpec.model_validate({"contract_rule": rule, "contract_cny_per_mwh": 280.0})
    assert contract_price_cny_per_mwh(market, LINE, PRICES) == pytest.approx(price)
    own = market.model_copy(update={"line_contract_cny_per_mwh": {"w-e": 111.0}})
    assert contract_price_cny_per_mwh(own, LINE, PRICES) == 111.0
    assert contract_price_cny_per_mwh(own, replace(LINE, id="w-e:reverse"), PRICES) == 111.0


@pytest.mark.parametrize(
    ("at", "includes_loss", "prices"),
    [
        ("sending", False, (0.0, 200.0, 800.0)),
        ("receiving", False, ((100 - 50) * 0.9 - 10, (600 - 50) * 0.9 - 10, (800 - 50) * 0.9 - 10)),
        ("receiving", True, (100 - 50 - 10 / 0.9, 600 - 50 - 10 / 0.9, 800 - 50 - 10 / 0.9)),
    ],
)
def test_the_spot_price_is_held_at_its_own_end_and_brought_to_the_sending_end(
    at: str, includes_loss: bool, prices: tuple[float, ...]
) -> None:
    market = MarketSpec.model_validate({"contract_share": 0.5, "spot_at": at, "spot_cap_cny_per_mwh": 800.0})
    nodes = np.array([-20.0, 200.0, 9000.0]), np.array([100.0, 600.0, 20_000.0])
    line = replace(LINE, tariff_includes_loss=includes_loss)
    found = hour_prices(market, PRICES, line, nodes).spot_micro / 1e6
    assert found == pytest.approx(prices, abs=1e-6)


def test_a_series_is_a_day_a_day_of_each_month_or_the_year() -> None:
    hours = np.array([0, 25, 744, 8759])
    assert list(series_of_hours(tuple(float(h) for h in range(24)), hours)) == [0, 1, 0, 23]
    months = tuple(float(100 * m + h) for m in range(12) for h in range(24))
    assert list(series_of_hours(months, hours)) == [0, 1, 100, 1123]
    year = np.arange(8760.0)
    assert list(series_of_hours(tuple(year), hours)) == [0, 25, 744, 8759]


def test_the_clock_of_the_curve_starts_at_the_first_hour_of_the_case() -> None:
    market = MarketSpec(contract_share=1.0, contract_rule="fixed", contract_cny_per_mwh=100.0, peak_hours="1-2",
                        peak_ratio=2.0, keep_day_mean=False)  # fmt: skip
    nothing = np.zeros(3)
    assert list(hour_prices(market, PRICES, LINE, (nothing, nothing), 24).contract_micro // 10**6) == [
        100,
        200,
        100,
    ]
    assert list(hour_prices(market, PRICES, LINE, (nothing, nothing), 25).contract_micro // 10**6) == [
        200,
        100,
        100,
    ]


def test_what_contradicts_itself_in_a_market_is_said_all_at_once() -> None:
    market = MarketSpec(
        line_contract_share={"moon": 0.5}, contract_rule="fixed", peak_ratio=1.5, valley_hours="8-10, 25-26",
        spot_from="series", spot_floor_cny_per_mwh=10.0, spot_cap_cny_per_mwh=5.0,
    )  # fmt: skip
    fields = [p.field for p in market_problems(market, {"w-e"}, "file")]
    assert fields == [
        "market.line_contract_share.moon", "market.contract_cny_per_mwh", "market.peak_hours",
        "market.valley_hours", "market.spot_floor_cny_per_mwh", "market.spot_series_cny_per_mwh",
    ]  # fmt: skip
    both = MarketSpec(peak_hours="8-12", valley_hours="11-13", peak_ratio=1.5, valley_ratio=0.5)
    assert [p.found for p in market_problems(both, (), "file")] == ["11"]
    assert market_problems(MarketSpec(), (), "file") == []


def test_a_market_without_a_wish_is_empty_and_a_source_is_no_wish() -> None:
    assert MarketSpec().empty
    assert MarketSpec(source="a book", tier="published").empty
    assert not MarketSpec(contract_share=0.9).empty
    assert numbers_typed(numbers_text((1.5, -2.0)), "x") == [1.5, -2.0]
    with pytest.raises(InputError):
        numbers_typed("1; two", "x")


# -- an hour by hand -----------------------------------------------------------------------------


def test_an_hour_is_paid_by_contract_and_spot() -> None:
    money = settle_hours(hours_of(LINE), AT, PRICES)
    # hour 0: 7 MWh at 300, 3 MWh at 500; lost 1 MWh: 0.7 and 0.3
    assert money.sale_fen[0] == 7 * 300_00 + 3 * 500_00
    assert money.paid_fen["loss"][0] == 0.7 * 300_00 + 0.3 * 500_00
    assert money.paid_fen["energy"][0] == 6.3 * 300_00
    assert money.paid_fen["energy_spot"][0] == 2.7 * 500_00
    assert money.paid_fen["transmission"][0] == 9 * 50_00
    assert money.paid_fen["export_tariff"][0] == 10 * 10_00
    assert money.paid_fen["certificate"][0] == 4.5 * 20_00
    assert money.carbon_value_fen[0] == 4.5 * 80_00
    assert money.paid_fen["carbon"][0] == 4.5 * 20_00
    assert money.green_sale_fen[0] == 3.5 * 300_00 + 1.5 * 500_00
    # hour 1: the spot price is below 0, so the plants pay
    assert money.paid_fen["energy_spot"][1] == -5.4 * 40_00
    assert money.bill_fen[2] == 0


def test_the_year_is_the_sum_of_its_hours_and_means_are_by_energy() -> None:
    year = year_of(settle_hours(hours_of(LINE), AT, PRICES))
    sale = 7 * 300_00 + 3 * 500_00 + 14 * 200_00 - 6 * 40_00
    assert year.sale_fen == sale
    assert year.sale_price_cny_per_mwh == pytest.approx(sale / 100 / 30)
    assert (year.sent_mwh, year.delivered_mwh, year.spot_sent_mwh) == (30.0, 27.0, 9.0)
    assert year.spot_sale_fen == 3 * 500_00 - 6 * 40_00
    assert year.landed_price_cny_per_mwh == pytest.approx((sale + 27 * 50_00 + 30 * 10_00) / 100 / 27)
    flow = gathered([year], {"west": 1, "east": 2}, {})
    assert flow.money_residual_cny == 0.0


def test_with_a_tariff_that_holds_the_loss_the_owner_buys_it_and_the_bill_is_without() -> None:
    money = settle_hours(hours_of(replace(LINE, tariff_includes_loss=True)), AT, PRICES)
    paid = money.paid_fen
    assert money.bill_fen[0] == money.plants_fen[0] - paid["loss"][0] + 9 * 50_00 + 10 * 10_00
    ledger = HourLedger(3)
    ledger.add(money)
    ledger.close(sum(t.fen for t in year_of(money).transfers))


def test_all_under_contract_at_the_rule_is_the_years_settlement_but_for_rounding() -> None:
    line = replace(LINE, sent_mwh=30.0, delivered_mwh=27.0)
    nothing = np.zeros(3)
    market = MarketSpec(contract_rule="receiving_benchmark")
    hourly = year_of(
        settle_hours(hours_of(line), hour_prices(market, PRICES, line, (nothing, nothing)), PRICES)
    )
    plain = settle(line, PRICES)
    for field in ("sale_fen", "loss_fen", "transmission_fen", "certificate_fen", "carbon_paid_fen"):
        assert abs(getattr(hourly, field) - getattr(plain, field)) <= 3  # half a fen an hour, three payments


# -- missing tariffs -----------------------------------------------------------------------------


def test_a_missing_tariff_is_missing_in_hour_and_year_and_the_rest_balances() -> None:
    line = replace(LINE, tariff_cny_per_mwh=None, export_tariff_cny_per_mwh=None)
    money = settle_hours(hours_of(line), AT, PRICES)
    assert not {"transmission", "export_tariff"} & set(money.paid_fen)
    for year in (year_of(money), settle(line, PRICES)):
        assert year.missing == ("tariff", "export_tariff")
        assert year.transmission_fen is None
        assert year.export_tariff_fen is None
        assert {t.purpose for t in year.transfers}.isdisjoint({"transmission", "export_tariff"})
        gathered([year], {"west": 1, "east": 2}, {})
    known = settle(replace(LINE, tariff_cny_per_mwh=0.0), PRICES)
    assert (known.transmission_fen, known.missing) == (0, ())


# -- conservation --------------------------------------------------------------------------------

ENERGY = st.integers(0, 30_000_000)
PRICE = st.floats(-1000, 20_000, allow_nan=False)


@st.composite
def lines(draw: st.DrawFn) -> tuple[LineHours, HourPrices]:
    count = draw(st.integers(1, 6))
    sent = np.array(draw(st.lists(ENERGY, min_size=count, max_size=count)), dtype=np.int64)
    keep, green, share = (draw(st.floats(0, 1)) for _ in range(3))
    delivered, green_kwh = (sent * keep).astype(np.int64), (sent * green).astype(np.int64)
    tariff = draw(st.none() | st.floats(0, 300))
    line = LineYear(
        "l", "west", "east", float(sent.sum()) / 1e3, float(delivered.sum()) / 1e3, float(green_kwh.sum()) / 1e3,
        tariff, draw(st.booleans()), draw(st.none() | st.floats(0, 60)),
    )  # fmt: skip
    contract, spot = (micro_of(draw(st.lists(PRICE, min_size=count, max_size=count))) for _ in range(2))
    return LineHours(line, sent, delivered, green_kwh), HourPrices(share, contract, spot)


@settings(max_examples=60, deadline=None)
@given(lines())
def test_money_in_is_money_out_in_every_hour_and_over_the_year(case: tuple[LineHours, HourPrices]) -> None:
    hours, at = case
    money = settle_hours(hours, at, PRICES)
    ledger = HourLedger(len(hours.sent_kwh))
    ledger.add(money)
    year = year_of(money)
    flow = gathered([year], {"west": 1, "east": 2}, {})
    ledger.close(sum(flow.money.paid_fen.values()))
    assert flow.money.residual_fen == 0
    for purpose, fen in money.paid_fen.items():
        assert sum(t.fen for t in year.transfers if t.purpose == purpose) == int(fen.sum())


@settings(max_examples=60, deadline=None)
@given(st.integers(-(10**15), 10**15), st.lists(ENERGY, min_size=1, max_size=40))
def test_a_spread_total_adds_up_and_each_hour_is_within_one_of_its_share(
    total: int, weights: list[int]
) -> None:
    parts = spread(total, np.array(weights, dtype=np.int64))
    assert int(parts.sum()) == total
    if whole := sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(Fraction(int(part)) - Fraction(total * weight, whole)) <= 1


@settings(max_examples=80, deadline=None)
@given(ENERGY, st.integers(-(10**11), 10**11))
def test_an_hours_payment_is_the_exact_product_rounded_half_to_even(kwh: int, micro: int) -> None:
    exact = (Decimal(kwh) * micro / 10**7).to_integral_value(ROUND_HALF_EVEN)
    assert int(fen_of_energy(np.array([kwh]), np.array([micro]))[0]) == int(exact)


def test_halves_go_to_even_on_both_sides_of_zero() -> None:
    assert list(divided(np.array([5, 15, 25, -5, -15, -25]), 10)) == [0, 2, 2, 0, -2, -2]
    assert list(part_of(np.array([3, 3]), np.array([1, 1]), np.array([2, 0]))) == [2, 0]
    assert list(kwh_of([0.0005, 0.0015, 1.2345])) == [0, 2, 1234]


def test_an_hour_beyond_64_bits_and_a_price_that_is_none_are_refused() -> None:
    with pytest.raises(InputError):
        fen_of_energy(np.array([10**10]), np.array([10**10]))
    with pytest.raises(InputError):
        micro_of([float("nan")])


def test_the_years_settlement_spread_over_hours_adds_up_to_the_fen() -> None:
    dice = np.random.default_rng(3)
    sent = dice.integers(0, 8_000_000, 500)
    hours = LineHours(LINE, sent, sent * 93 // 100, sent * dice.integers(0, 100, 500) // 100)
    line = replace(
        LINE,
        sent_mwh=float(sent.sum()) / 1e3,
        delivered_mwh=float(hours.delivered_kwh.sum()) / 1e3,
        green_sent_mwh=float(hours.green_sent_kwh.sum()) / 1e3,
    )
    year = settle(line, PRICES)
    spread_hours = spread_year(replace(hours, line=line), year)
    assert int(spread_hours.bill_fen.sum()) == year.bill_fen
    assert int(spread_hours.green_sale_fen.sum()) == year.green_sale_fen
    assert int(spread_hours.sale_fen.sum()) == year.sale_fen


def test_a_fen_lost_in_an_hour_is_found() -> None:
    money = settle_hours(hours_of(LINE), AT, PRICES)
    wrong = dict(money.paid_fen)
    wrong["energy"] = wrong["energy"] + np.array([0, 1, 0])
    broken: HourlySettlement = replace(money, paid_fen=wrong)
    with pytest.raises(BalanceError) as caught:
        check_hours(broken)
    assert caught.value.params["hour"] == 1
    ledger = HourLedger(3)
    ledger.add(broken)
    with pytest.raises(BalanceError):
        ledger.close(0)
    ledger = HourLedger(3)
    ledger.add(money)
    with pytest.raises(BalanceError):
        ledger.close(int(money.bill_fen.sum()) + 1)


def test_110_lines_of_a_year_are_settled_in_under_three_seconds() -> None:
    dice = np.random.default_rng(1)
    sent = dice.integers(0, 8_000_000, 8760)
    hours = LineHours(LINE, sent, sent * 94 // 100, sent // 2)
    nodes = dice.uniform(0, 900, 8760), dice.uniform(0, 900, 8760)
    market = MarketSpec(contract_share=0.8, peak_hours="8-12", peak_ratio=1.5)
    began = time.process_time()
    ledger = HourLedger(8760)
    for _ in range(11):
        at = hour_prices(market, PRICES, LINE, nodes)
        ledger.add(settle_hours(hours, at, PRICES))
    assert time.process_time() - began < 0.3
