"""The form of a base: what it shows is what the TOML says, what is typed is what is sized."""

from __future__ import annotations

import tomllib

import pytest

from gis_layers.errors import InputError
from planning.base_form import (
    PARTS,
    SECTIONS,
    BaseDraft,
    base_fields,
    base_options,
    default_of,
    read_typed,
    typed_value,
)
from planning.built_in_cases import built_in_ids, case_path
from planning.scenario_fields import FormField
from planning.sizing import load_base_case, with_defaults
from planning.sizing.case_file import case_of_document
from planning.tables import load_tables
from planning.typed import Complaint


@pytest.mark.parametrize("case", built_in_ids())
def test_a_draft_written_and_read_again_is_the_same_base(case: str) -> None:
    draft = BaseDraft.read(case_path(case))
    assert draft.problems() == ()
    assert case_of_document(tomllib.loads(draft.toml())) == load_base_case(case_path(case))


def test_what_the_table_fills_in_is_what_the_sizing_uses() -> None:
    case = with_defaults(load_base_case(case_path("kubuqi")), load_tables().technology)
    for part in ("wind", "pv", "storage", "thermal"):
        for made in base_fields(BaseDraft.read(case_path("kubuqi")), part):
            if made.default is not None and made.form.value is None:
                assert getattr(getattr(case, part), made.form.key) == pytest.approx(made.default.value)
                assert made.default.source
                assert made.default.tier
    assert default_of("storage", "capex_energy_cny_per_kwh") is not None
    assert default_of("wind", "sites") is None


def test_a_case_filled_in_leaves_to_the_table_what_is_the_tables() -> None:
    case = with_defaults(load_base_case(case_path("kubuqi")), load_tables().technology)
    draft = BaseDraft.of_case(case)
    assert "capex_cny_per_kw" not in draft.document["wind"]
    assert with_defaults(case_of_document(draft.document), load_tables().technology).wind == case.wind


def field(path: str) -> FormField:
    draft = BaseDraft.read(case_path("kubuqi"))
    for part in PARTS:
        draft = draft.with_part(part, True)
    return next(f.form for section in SECTIONS for f in base_fields(draft, section) if f.form.path == path)


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("channel.capacity_mw", "800 万千瓦", 8000.0),
        ("channel.capacity_mw", "8 GW", 8000.0),
        ("channel.capacity_mw", "800", 8000.0),
        ("wind.capex_cny_per_kw", "0.42 万元/千瓦", 4200.0),
        ("storage.capex_energy_cny_per_kwh", "0.75 元/瓦时", 750.0),
        ("thermal.co2_t_per_mwh", "790 g/kWh", 0.79),
        ("limits.renewable_share_min", "50", 0.5),
        ("limits.investment_max_cny", "500 亿元", 5e10),
        ("thermal.min_up_h", "4", 4),
    ],
)
def test_quantities_are_read_with_the_units_of_the_field(path: str, typed: str, value: float) -> None:
    assert read_typed(typed, field(path), "cn") == pytest.approx(value)


@pytest.mark.parametrize(
    ("path", "typed", "code"),
    [
        ("wind.capex_cny_per_kw", "3 km", "other_unit"),
        ("wind.capex_cny_per_kw", "-1", "too_small"),
        ("thermal.co2_t_per_mwh", "-5 g/kWh", "too_small"),
        ("channel.capacity_mw", "many", "not_a_number"),
    ],
)
def test_what_cannot_be_meant_is_told(path: str, typed: str, code: str) -> None:
    found = read_typed(typed, field(path), "cn")
    assert isinstance(found, Complaint)
    assert found.code == code


def test_places_hours_and_prices_are_typed_as_text() -> None:
    assert typed_value("wind.sites", "109.6, 40.2; 108.9, 40.4 *2") == [
        {"lon_deg": 109.6, "lat_deg": 40.2},
        {"lon_deg": 108.9, "lat_deg": 40.4, "weight": 2.0},
    ]
    assert typed_value("delivery.peak_hours", "8-12; 17-22") == [[8, 12], [17, 22]]
    assert typed_value("prices.delivered_by_hour_cny_per_mwh", "200 300") == [200.0, 300.0]
    for path, wrong in (
        ("wind.sites", "Ordos"),
        ("delivery.peak_hours", "noon"),
        ("hydro.inflow_monthly_mw", "x"),
    ):
        with pytest.raises(InputError):
            typed_value(path, wrong)


def test_an_edit_leaves_the_draft_before_it_as_it_was() -> None:
    before = BaseDraft.read(case_path("kubuqi"))
    after = before.with_value("wind.max_capacity_mw", -1.0).with_part("csp", True)
    assert before.problems() == ()
    assert before.value("wind.max_capacity_mw") == 16000
    assert [p.field for p in after.problems()] == ["wind.max_capacity_mw"]
    assert after.value("csp.sites") == before.value("wind.sites")
    assert after.with_part("csp", False).with_value("wind.max_capacity_mw", None).problems() == ()


def test_a_design_held_is_what_the_case_then_gives() -> None:
    draft = BaseDraft.read(case_path("kubuqi")).with_design(
        {"wind": 4000.0, "pv": 8000.0, "coal": 3000.0, "battery": 1000.0}, {"battery": 4000.0}
    )
    case = case_of_document(draft.document)
    assert case.wind is not None
    assert case.wind.bounds_mw == (4000.0, 4000.0)
    assert case.thermal is not None
    assert case.thermal.capacity_mw == 3000.0
    assert case.storage is not None
    assert (case.storage.min_energy_mwh, case.storage.max_energy_mwh) == (4000.0, 4000.0)


def test_stations_are_chosen_by_name() -> None:
    assert any(o.id == "yellow-04" and o.name_zh == "龙羊峡" for o in base_options("cascade.stations"))
    assert base_options("wind.sites") == ()
