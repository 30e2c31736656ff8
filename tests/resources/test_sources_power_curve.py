"""A turbine's curve as imported data: read, asked for what it cannot tell, and used in place of a machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from gis_layers.errors import InputError
from planning.chain.machines import wind_words
from planning.chain.run import Chain
from planning.scenario import load_scenario
from planning.scenario_toml import from_toml, to_toml
from resources.library import DataRef, Entry, entries, remove
from resources.plant_choice import PlantChoice, WindChoice, over
from resources.plant_machines import turbine_of, wind_hours
from resources.power_curves import curve_entries, imported_curve
from resources.sources.importing import import_source, inspect_source
from resources.sources.power_curve import open_curve
from resources.sources.registry import candidates
from resources.weather import generate
from resources.wind import wind_capacity_factor
from resources.wind_curve_file import read_curve_file
from tests.resources.hourly_places import PLACES, place_climate
from tests.resources.library_factory import weather_entry

SPEEDS = np.arange(3.0, 25.5, 0.5)
POWER_KW = np.clip((SPEEDS / 10.0) ** 3 * 5000.0, 0.0, 5000.0)
ANSWERS = {"rotor_m": "171"}


def csv_of(folder: Path, header: str = "风速(m/s),功率(kW)", factor: float = 1.0, name: str = "曲线") -> Path:
    path = folder / f"{name}.csv"
    rows = "\n".join(f"{v:g},{p * factor:.9f}" for v, p in zip(SPEEDS, POWER_KW, strict=True))
    path.write_text(f"{header}\n{rows}\n", encoding="utf-8")
    return path


def entry_of(folder: Path) -> Entry:
    return entries(folder)[0][0]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    import_source([csv_of(tmp_path)], ANSWERS, tmp_path / "library")
    return tmp_path / "library"


def test_a_curve_is_told_from_other_tables_and_keeps_its_figures(tmp_path: Path, library: Path) -> None:
    report = inspect_source([tmp_path / "曲线.csv"])
    assert (report.format_id, report.kind, report.grade) == ("power_curve", "power-curve", "user")
    entry = entry_of(library)
    details = entry.manifest.details
    assert (details["rated_mw"], details["rotor_m"], details["points"]) == (5.0, 171.0, len(SPEEDS))
    held, direct = open_curve(entry.data), read_curve_file(tmp_path / "曲线.csv", rotor_m=171.0)
    assert (held.curve, held.rated_mw) == (direct.curve, direct.rated_mw)


def test_a_table_of_hours_with_speed_and_power_is_no_curve(tmp_path: Path) -> None:
    path = tmp_path / "scada.csv"
    rows = "\n".join(f"2024-01-01 {h:02d}:00,{5 + h % 3},{900 + h}" for h in range(24))
    path.write_text(f"time,wind speed m/s,power kW\n{rows}\n", encoding="utf-8")
    assert "power_curve" not in [one.id for one, _ in candidates(path)]
    curve = [one.id for one, _ in candidates(csv_of(tmp_path))]
    assert curve[0] == "power_curve"


@pytest.mark.parametrize(
    ("header", "factor", "answers"),
    [
        ("speed,power", 1.0, {"power_unit": "kW"}),
        ("wind speed m/s,power share", 1 / 5000.0, {"rated_mw": "5"}),
        ("wind speed m/s;power MW", 1e-3, {}),
    ],
)
def test_what_the_header_does_not_tell_is_asked(
    tmp_path: Path, header: str, factor: float, answers: dict[str, str]
) -> None:
    path = csv_of(tmp_path, header.replace(";", ","), factor)
    if answers:
        with pytest.raises(InputError, match=next(iter(answers))):
            import_source([path], ANSWERS, tmp_path / "library")
        assert not (tmp_path / "library").exists() or not list((tmp_path / "library").iterdir())
    import_source([path], {**ANSWERS, **answers}, tmp_path / "library")
    held = open_curve(entry_of(tmp_path / "library").data)
    assert held.rated_mw == 5.0
    np.testing.assert_allclose(held.curve.power_share, np.minimum(POWER_KW / 5000.0, 1.0), atol=1e-6)


def test_the_rotor_is_asked_and_a_curve_beyond_betz_is_refused(tmp_path: Path) -> None:
    path = csv_of(tmp_path)
    for answers, said in (({}, "rotor_m"), ({"rotor_m": "90"}, "Betz"), ({"rotor_m": "wide"}, "rotor_m")):
        with pytest.raises(InputError, match=said):
            import_source([path], answers, tmp_path / "library")


def test_a_curve_for_thin_air_is_moved_to_standard_density(tmp_path: Path) -> None:
    import_source([csv_of(tmp_path)], {**ANSWERS, "density_kg_per_m3": "0.98"}, tmp_path / "library")
    held = open_curve(entry_of(tmp_path / "library").data)
    np.testing.assert_allclose(held.curve.speed_ms, SPEEDS * (0.98 / 1.225) ** (1 / 3))


def test_the_farm_runs_by_the_imported_curve(tmp_path: Path, library: Path) -> None:
    climate = place_climate(*PLACES)
    weather = generate(climate, 5)
    choice = WindChoice(curve=entry_of(library).ref, hub_m=110.0, wake="none")
    turbine = turbine_of(choice, library=library)
    assert (turbine.rated_mw, turbine.rotor_m, turbine.hub_m) == (5.0, 171.0, 110.0)
    assert turbine.own_curve == read_curve_file(tmp_path / "曲线.csv", rotor_m=171.0).curve
    hours = wind_hours(choice, climate, weather, library=library)
    np.testing.assert_array_equal(hours, wind_capacity_factor(weather, turbine))
    assert entry_of(library).manifest.id in wind_words(choice)[1]


def test_a_scenario_names_the_curve_by_id_and_hash_and_a_run_without_it_is_refused(library: Path) -> None:
    ref = entry_of(library).ref
    plain = load_scenario("2030-1200GW")
    chosen = plain.model_copy(update={"plant": PlantChoice(wind=WindChoice(curve=ref))})
    assert from_toml(to_toml(chosen), "text") == chosen
    assert len(curve_entries([chosen.plant, chosen.plant], library)) == 1
    Chain(chosen, until="resource", library=library)
    remove(entry_of(library))
    with pytest.raises(InputError, match="not in the library"):
        Chain(chosen, until="resource", library=library)


def test_other_data_is_no_curve(library: Path) -> None:
    other = weather_entry(library, "mast", generate(place_climate("Jiuquan"), 1), "hourly-place")
    found = (
        other if isinstance(other, Entry) else next(e for e in entries(library)[0] if e.manifest.id == "mast")
    )
    with pytest.raises(InputError, match="power curve"):
        imported_curve(found.ref, library)


def test_a_copy_that_was_changed_by_hand_is_refused(library: Path) -> None:
    entry = entry_of(library)
    held = json.loads(entry.data.read_text(encoding="utf-8"))
    for change in ({"rated_mw": -1.0}, {"more": 1}, {"curve": {**held["curve"], "power_share": [0.1] * 4}}):
        entry.data.write_text(json.dumps({**held, **change}), encoding="utf-8")
        with pytest.raises(InputError):
            open_curve(entry.data)


@pytest.mark.parametrize("more", [{"machine": "class_2"}, {"rated_mw": 5.0}, {"rotor_m": 150.0}])
def test_a_curve_has_its_own_size(more: dict[str, Any]) -> None:
    ref = DataRef(id="a", sha256="0" * 64)
    with pytest.raises(ValidationError, match="has its own"):
        WindChoice(curve=ref, **more)
    base = over(PlantChoice(wind=WindChoice(curve=ref)), PlantChoice(wind=WindChoice(**more))).wind
    assert base == WindChoice(**more)
