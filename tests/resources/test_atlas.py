"""The embedded atlas: sane everywhere, labelled, and near what is published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources import atlas
from resources.validation import solar_checks

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "province_profiles_2020"
LIMITS = {
    "elevation": (-200, 9000),
    "sea_depth": (0, 11000),
    "land_share": (0, 1),
    "temperature_monthly": (-45, 45),
    "rain_monthly": (0, 3000),
    "ghi_monthly": (3, 320),
    "beam_share_monthly": (0, 0.95),
    "air_density": (0.5, 1.4),
    "desert_class": (0, 3),
    "wind_speed_100m": (1, 18),
    "wind_month_ratio": (0.3, 2.0),
    "weibull_shape": (1.4, 2.5),
    "wind_speedup": (1, 2.5),
    "terrain_exposure": (-4.01, 4.01),
}


@pytest.mark.parametrize("layer_id", sorted(LIMITS))
def test_a_layer_has_unit_source_grade_and_possible_values(layer_id: str) -> None:
    info, raster = atlas.layer(layer_id), atlas.read(layer_id)
    for text in (info.title_zh, info.title_en, info.unit, info.source, info.period):
        assert text
    low, high = LIMITS[layer_id]
    assert np.nanmin(raster.values) >= low
    assert np.nanmax(raster.values) <= high


def test_no_layer_is_untested() -> None:
    assert set(atlas.layer_ids()) == set(LIMITS)


def test_the_embedded_data_stay_below_25_mb() -> None:
    root = Path(__file__).parents[2]
    size = sum(p.stat().st_size for p in (root / "resources/data").rglob("*") if p.is_file())
    size += (root / "gis_layers/data/china.gpkg").stat().st_size
    assert size < 25e6


def test_a_place_has_a_whole_climate_even_at_the_coast() -> None:
    climate = atlas.climate_at([121.875, 94.9, 119.8], [31.625, 36.42, 25.5])
    for name in ("ghi_monthly_kwh_per_m2", "temperature_monthly_c", "wind_speed_monthly_ms", "weibull_shape"):
        assert np.isfinite(getattr(climate, name)).all()
    assert climate.temperature_monthly_c[1].mean() < 10


def test_a_place_outside_the_window_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="73 to 136 east"):
        atlas.climate_at([10.0], [50.0])


@pytest.mark.parametrize("check", [c for c in solar_checks() if c.enforced], ids=lambda c: c.name_en)
def test_published_irradiation_is_met(check: object) -> None:
    assert check.passed, check  # type: ignore[attr-defined]


def area_means(tech: str) -> tuple[list[float], list[float]]:
    h5py = pytest.importorskip("h5py")
    path = REFERENCE / f"profile_{tech}.nc"
    if not path.exists():
        pytest.skip("the reference profiles are not beside the project")
    from gis_layers.boundary import locate
    from gis_layers.province import PROVINCES
    from resources.profile import profiles_of_weather
    from resources.solar import PvSystem
    from resources.weather import generate
    from resources.wind import FLEET_TURBINE

    with h5py.File(path) as handle:
        buses = [b.decode() for b in handle["bus"][:]]
        theirs = handle["profile"][:].mean(axis=0)
    lon, lat = (a.ravel() for a in np.meshgrid(np.arange(74.25, 135.5, 1.0), np.arange(18.5, 54.0, 1.0)))
    code = locate(lon, lat, "province")
    lon, lat, code = lon[code != ""], lat[code != ""], code[code != ""]
    climate = atlas.climate_at(lon, lat)
    profiles = profiles_of_weather(generate(climate, 2020), PvSystem(), FLEET_TURBINE)
    ours = (profiles.pv if tech == "solar" else profiles.wind).mean(axis=1)
    names = {p.name_en.replace(" ", ""): p.adcode for p in PROVINCES.values()}
    pairs = [
        (float(ours[code == names[bus]].mean()), float(theirs[i]))
        for i, bus in enumerate(buses)
        if bus in names and (code == names[bus]).any()
    ]
    return [p[0] for p in pairs], [p[1] for p in pairs]


@pytest.mark.parametrize(("tech", "least"), [("solar", 0.85), ("onwind", 0.55)])
def test_provinces_rank_as_in_the_reanalysis(tech: str, least: float) -> None:
    from scipy.stats import spearmanr

    ours, theirs = area_means(tech)
    assert len(ours) >= 25
    rank = float(spearmanr(ours, theirs).statistic)
    print(tech, rank)
    assert rank >= least
