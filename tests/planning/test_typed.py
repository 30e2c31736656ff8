"""Numbers are taken in Chinese and SI units, and refused with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.scenario import load_scenario
from planning.scenario_fields import FormField, form_fields
from planning.scenario_options import options
from planning.typed import Complaint, is_share, parse, shown_number, shown_range, shown_unit
from planning.words import UnitSystem

SCENARIO = load_scenario("2030-1200GW")
FIELDS = {field.path: field for field in form_fields(SCENARIO)}
CHANNEL = FIELDS["bases.kubuqi.channel_mw"]
SYSTEMS: tuple[UnitSystem, UnitSystem] = ("cn", "si")
NUMBERS = [field for field in FIELDS.values() if field.kind == "number"]


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("bases.kubuqi.channel_mw", "8 GW", 8000.0),
        ("bases.kubuqi.channel_mw", "8gw", 8000.0),
        ("bases.kubuqi.channel_mw", "800 万千瓦", 8000.0),
        ("bases.kubuqi.channel_mw", "８００万千瓦", 8000.0),
        ("bases.kubuqi.channel_mw", "800", 8000.0),
        ("bases.kubuqi.channel_mw", "8,000 MW", 8000.0),
        ("bases.kubuqi.channel_mw", "0.08 亿千瓦", 8000.0),
        ("fleet.wind.total_gw", "5 亿千瓦", 500.0),
        ("fleet.wind.total_gw", "50000", 500.0),
        ("load.consumption_twh", "118000 亿千瓦时", 11800.0),
        ("load.consumption_twh", "11.8e3 TWh", 11800.0),
        ("bases.kubuqi.battery_mwh", "50 万千瓦时", 500.0),
        ("prices.certificate_cny_per_mwh", "2 分/度", 20.0),
        ("prices.certificate_cny_per_mwh", "0.02", 20.0),
        ("prices.carbon_cny_per_t", "100 元/吨", 100.0),
        ("prices.discount_rate", "5.5 %", 0.055),
        ("prices.discount_rate", "5.5", 0.055),
        ("bases.kubuqi.renewable_share_min", "35％", 0.35),
        ("bases.kubuqi.lon_deg", "110.5°E", 110.5),
        ("bases.kubuqi.land_max_km2", "120 km²", 120.0),
        ("fleet.battery.duration_h", "2.5 小时", 2.5),
        ("fleet.wind.weights.land", "0.2", 0.2),
        ("year", "2035", 2035),
    ],
)
def test_units_are_understood(path: str, typed: str, value: float) -> None:
    assert parse(typed, FIELDS[path], "cn") == value


def test_a_bare_number_is_in_the_unit_beside_the_field() -> None:
    assert (shown_unit(CHANNEL, "cn", "zh"), parse("800", CHANNEL, "cn")) == ("万千瓦", 8000.0)
    assert (shown_unit(CHANNEL, "si", "zh"), parse("8", CHANNEL, "si")) == ("GW", 8000.0)


@pytest.mark.parametrize(
    ("path", "typed", "code"),
    [
        ("bases.kubuqi.channel_mw", "eight", "not_a_number"),
        ("bases.kubuqi.channel_mw", "1.2.3", "other_unit"),
        ("bases.kubuqi.channel_mw", "8 GWh", "other_unit"),
        ("bases.kubuqi.channel_mw", "8 %", "other_unit"),
        ("bases.kubuqi.channel_mw", "0", "too_small"),
        ("bases.kubuqi.channel_mw", "-8 GW", "too_small"),
        ("bases.kubuqi.channel_mw", "", "empty"),
        ("bases.kubuqi.renewable_share_min", "120 %", "too_large"),
        ("bases.kubuqi.lat_deg", "10", "too_small"),
        ("fleet.wind.weights.land", "0.2 GW", "other_unit"),
        ("year", "2030.5", "not_whole"),
        ("year", "nan", "not_a_number"),
        ("bases.kubuqi.coal_mw", "1e999999999", "too_large"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_reason(path: str, typed: str, code: str) -> None:
    answer = parse(typed, FIELDS[path], "cn")
    assert isinstance(answer, Complaint)
    assert answer.code == code


def test_an_emptied_field_is_nothing_where_it_may_be() -> None:
    assert parse(" ", FIELDS["bases.kubuqi.wind_mw"], "cn") is None


@given(st.sampled_from(NUMBERS), st.sampled_from(SYSTEMS), st.floats(0, 1))
def test_what_is_shown_is_read_back_as_it_was(field: FormField, system: UnitSystem, share: float) -> None:
    low, high = field.low or 0.0, field.high if field.high is not None else 20_000.0
    value = round(low + (high - low) * (0.01 + 0.98 * share), 6)
    assert parse(shown_number(value, field, system), field, system) == pytest.approx(
        value, rel=1e-12, abs=1e-9
    )


def test_ranges_are_in_the_unit_shown() -> None:
    assert shown_range(FIELDS["bases.kubuqi.renewable_share_min"], "cn") == "0 – 100"
    assert shown_range(CHANNEL, "cn") == "> 0"
    assert shown_range(FIELDS["seed"], "cn") == "≥ 0"
    assert shown_range(FIELDS["name_zh"], "cn") == ""


def test_shares_are_told_from_plain_numbers() -> None:
    shares = {field.key for field in FIELDS.values() if is_share(field)}
    assert shares == {"renewable_share_min", "curtailment_share_max", "surplus_share", "carbon_to_sender_share",
                      "discount_rate", "target_share", "yearly_loss_share", "availability_loss_share",
                      "other_loss_share", "contract_share"}  # fmt: skip


def test_a_base_chooses_from_the_lines_of_its_own_grid() -> None:
    found = {option.id for option in options(FIELDS["bases.kubuqi.corridor_id"], SCENARIO)}
    assert "mengxi-jingjinji" in found
    assert "zhongheng" not in found
    assert options(FIELDS["claim.text"], SCENARIO) == ()
    for path in (
        "bases.kubuqi.node",
        "lines.also",
        "bases.qinghai.cascade",
        "bases.qinghai.cascade_stations",
    ):
        assert options(FIELDS[path], SCENARIO)


def test_a_turbine_is_told_in_megawatts_and_a_farm_in_the_units_of_plants() -> None:
    rated, farm = FIELDS["plant.wind.rated_mw"], FIELDS["plant.wind.farm_mw"]
    assert [shown_unit(rated, "cn", language) for language in ("zh", "en")] == ["兆瓦", "MW"]
    for typed in ("6.25", "6250 kW", "0.625 万千瓦"):
        assert parse(typed, rated, "cn") == 6.25
    assert parse("20", farm, "cn") == 200.0
    assert isinstance(parse("6.25 m", rated, "cn"), Complaint)


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("plant.wind.rotor_m", "200 m", 200.0),
        ("plant.wind.restart_ms", "18 m/s", 18.0),
        ("plant.wind.density_mw_per_km2", "5 MW/km²", 5.0),
        ("plant.pv.cleaning_every_days", "30 天", 30),
        ("plant.wind.availability_loss_share", "4", 0.04),
        ("bases.kubuqi.plant.wind.hub_m", "160", 160.0),
    ],
)
def test_sizes_and_speeds_of_machines_are_understood(path: str, typed: str, value: float) -> None:
    assert parse(typed, FIELDS[path], "cn") == value
