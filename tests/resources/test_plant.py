"""One plant with its own machines: more of a loss never brings more energy, and wrong files are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources.plant import load_plant, parse_plant, plant_year
from resources.profile import site_profiles
from resources.resource_data import EMBEDDED

GOLMUD = {"name": "格尔木", "lon_deg": 94.9, "lat_deg": 36.4}


def year(**part: Any) -> Any:
    return plant_year(parse_plant({**GOLMUD, **part}, "made"))


def figure(found: Any, id: str) -> Any:
    return next(f.value for f in found.figures if f.id == id)


def test_a_plain_pv_plant_is_the_one_of_the_chain() -> None:
    found = year(pv={"dust_snow": False, "module": "mono_perc"})
    climate = EMBEDDED.climate_at(np.array([94.9]), np.array([36.4]))
    alone = site_profiles(climate, 2020).pv[0].sum()
    assert found.full_load_hours == pytest.approx(float(alone), rel=5e-3)  # the module's own coefficient
    assert found.monthly_h.sum() == pytest.approx(found.full_load_hours)


def test_rear_light_trackers_and_youth_bring_energy() -> None:
    plain = year(pv={"module": "topcon"}).full_load_hours
    assert year(pv={"module": "topcon", "bifacial": True}).full_load_hours > 1.02 * plain
    assert year(pv={"module": "topcon", "mounting": "single_axis"}).full_load_hours > 1.1 * plain
    assert year(pv={"module": "topcon", "year_of_operation": 20}).full_load_hours < 0.95 * plain
    assert year(pv={"module": "topcon", "cleaning_every_days": 7}).full_load_hours > plain


def test_more_modules_per_inverter_clip_more() -> None:
    low, high = (year(pv={"dc_ac_ratio": ratio}) for ratio in (1.1, 1.6))
    assert figure(high, "clipped_share") > figure(low, "clipped_share") >= 0.0


def test_a_denser_farm_loses_more_to_its_wakes() -> None:
    farm = {"rated_mw": 6.25, "rotor_m": 200.0, "hub_m": 120.0, "farm_mw": 200.0}
    loose, dense = (year(wind={**farm, "density_mw_per_km2": d}) for d in (2.0, 10.0))
    assert figure(dense, "wake_lost_share") > figure(loose, "wake_lost_share") > 0.0
    assert dense.full_load_hours < loose.full_load_hours
    iced = year(wind={**farm, "density_mw_per_km2": 2.0, "icing": True})
    assert iced.full_load_hours <= loose.full_load_hours


def test_a_curve_of_the_users_is_looked_for_beside_the_file(tmp_path: Path) -> None:
    speeds = np.arange(3.0, 26.0, 0.5)
    power = np.clip(((speeds / 11.0) ** 3) * 2000.0, 0.0, 2000.0)
    rows = "\n".join(f"{v},{p:.1f}" for v, p in zip(speeds, power, strict=True))
    (tmp_path / "曲线.csv").write_text(f"wind speed m/s,power kW\n{rows}\n", encoding="utf-8")
    text = (
        'name="a"\nlon_deg=109.8\nlat_deg=41.6\n[wind]\nrated_mw=2.0\nrotor_m=110.0\nhub_m=90.0\n'
        'curve_file="曲线.csv"\n'
    )
    (tmp_path / "plant.toml").write_text(text, encoding="utf-8")
    assert plant_year(load_plant(tmp_path / "plant.toml")).full_load_hours > 1000.0
    (tmp_path / "plant.toml").write_text(text.replace("曲线", "gone"), encoding="utf-8")
    with pytest.raises(InputError, match="gone"):
        plant_year(load_plant(tmp_path / "plant.toml"))


def test_an_evening_tower_runs_less_than_one_that_may_start_at_any_hour() -> None:
    free, evening = year(csp={}), year(csp={"clock_from": 17})
    assert evening.full_load_hours <= free.full_load_hours
    assert figure(evening, "refused_share") >= figure(free, "refused_share")
    assert evening.capacity_factor.max() <= 1.0


def test_a_farm_at_sea_tells_its_foundation_and_one_in_the_deep_is_refused() -> None:
    near = plant_year(
        parse_plant({"name": "如东", "lon_deg": 121.9, "lat_deg": 33.2, "offshore": {}}, "made")
    )
    assert figure(near, "foundation") == "monopile"
    deep = parse_plant(
        {"name": "deep", "lon_deg": 121.9, "lat_deg": 33.2, "offshore": {"depth_m": 4000.0}}, "made"
    )
    with pytest.raises(InputError, match="depth_m"):
        plant_year(deep)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"pv": {}, "csp": {}}, "exactly one"),
        ({}, "exactly one"),
        ({"pv": {"modul": "x"}}, "modul"),
        ({"pv": {"dc_ac_ratio": 9.0}}, "dc_ac_ratio"),
        ({"wind": {"rated_mw": 5.0, "rotor_m": 170.0, "hub_m": 100.0, "farm_mw": 100.0}}, "belong together"),
    ],
)
def test_wrong_plants_are_named(document: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_plant({**GOLMUD, **document}, "made")


def test_an_unknown_module_names_those_there_are() -> None:
    with pytest.raises(InputError, match="mono_perc"):
        year(pv={"module": "perovskite"})


def test_a_plant_abroad_is_refused() -> None:
    with pytest.raises(InputError, match="China"):
        plant_year(parse_plant({"name": "x", "lon_deg": 104.0, "lat_deg": 47.0, "pv": {}}, "made"))
