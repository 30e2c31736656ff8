"""The machines of a base of its own file: its hours are of them, and its document says which they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from planning.base_sources import case_sources, spec_sources
from planning.sizing.case_file import case_of_document, load_base_case
from planning.sizing.sites import resource_of_case
from resources.plant_choice import PlantChoice, PvChoice, WindChoice
from resources.served import Served
from resources.site_profile import site_profile
from tests.planning.sizing_cases import PV, WIND, toy

SEED = 2020
LON, LAT, ALL = [101.0], [36.0], [1.0]


def test_an_empty_table_of_machines_changes_nothing() -> None:
    plain = toy(wind=WIND, pv=PV)
    assert toy(wind=WIND, pv=PV, plant={}) == plain
    assert plain.plant.empty
    hours, _ = resource_of_case(plain, SEED)
    for part, technology in (("wind", "wind"), ("pv", "pv_tracked")):
        usual = site_profile(LON, LAT, ALL, technology, SEED).capacity_factor  # type: ignore[arg-type]
        assert np.array_equal(hours.profiles[part], usual)


def test_the_hours_are_of_the_machines_the_file_names() -> None:
    plant = {
        "wind": {"machine": "class_1", "hub_m": 90.0},
        "pv": {"mounting": "fixed_tilt", "tilt_deg": 20.0},
    }
    case = toy(wind=WIND, pv=PV, pv_tracked=PV, plant=plant)
    chosen = PlantChoice.model_validate(plant)
    hours, _ = resource_of_case(case, SEED)
    parts = (("wind", "wind"), ("pv", "pv_fixed"), ("pv_tracked", "pv_tracked"))
    for part, technology in parts:
        own = site_profile(LON, LAT, ALL, technology, SEED, plant=chosen)  # type: ignore[arg-type]
        assert np.array_equal(hours.profiles[part], own.capacity_factor)
    usual, _ = resource_of_case(toy(wind=WIND, pv=PV), SEED)
    # A rotor a third smaller for its rating, lower down, and modules that do not turn: less of all hours.
    assert hours.profiles["wind"].sum() < 0.9 * usual.profiles["wind"].sum()
    assert hours.profiles["pv"].sum() < 0.95 * usual.profiles["pv"].sum()


def test_a_base_file_takes_machines_with_units_and_refuses_what_is_none(tmp_path: Path) -> None:
    head = (
        'id = "b"\nname_zh = "基"\nname_en = "b"\nprice_year = 2024\ndiscount_rate = 0.05\n'
        '[channel]\ncapacity_mw = "8 GW"\n[delivery]\nkind = "free"\nfull_load_hours_min = 0\n'
        "[wind]\nsites = [{lon_deg = 101.0, lat_deg = 36.0}]\n"
    )
    path = tmp_path / "base.toml"
    path.write_text(
        head + '[plant.wind]\nmachine = "class_2"\nrated_mw = "5000 kW"\nhub_m = 110.0\n', encoding="utf-8"
    )
    assert load_base_case(path).plant.wind == WindChoice(machine="class_2", rated_mw=5.0, hub_m=110.0)
    path.write_text(head + '[plant.wind]\nhub_height = 110.0\n[plant.pv]\nsnow = "deep"\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_base_case(path)
    assert {p.field for p in caught.value.problems} == {"plant.wind.hub_height", "plant.pv.snow"}
    unknown = toy(wind=WIND, plant={"wind": {"machine": "windmill"}})
    with pytest.raises(InputError, match="windmill"):
        resource_of_case(unknown, SEED)


def test_the_document_says_which_machines_its_hours_are_of() -> None:
    served = Served(places=1)
    case = case_of_document(
        toy(wind=WIND, pv_fixed=PV, pv_tracked=PV).model_dump(exclude_none=True)
        | {"plant": {"pv": {"module": "hjt"}}}
    )
    rows = {(row.what_en, row.source_en): row for row in case_sources(case, served, SEED)}
    said = [(what, source) for what, source in rows if what.startswith("machines")]
    assert [what for what, _ in said] == ["machines: wind that is built"] + 2 * ["machines: PV that is built"]
    assert "6.25 MW, rotor 200 m, hub 120 m" in said[0][1]
    assert rows[said[0]].grade == "reference"
    assert "DC/AC ratio 1" in said[1][1]
    assert "single-axis tracker" in said[2][1]
    for each in said[1:]:
        assert "heterojunction" in each[1]
        assert rows[each].grade == "user"
        assert "异质结" in rows[each].source_zh
    spec = spec_sources(PlantChoice(pv=PvChoice(faces="bifacial")), served, SEED)
    assert "双面" in spec[-1].source_zh
    assert spec[-1].grade == "user"
    assert spec[-2].grade == "reference"
