"""The user's rasters and hours stand in for the atlas where they have values, and only there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources import atlas
from resources.library import DataRef, entries, find, remove
from resources.resource_data import EMBEDDED, ResourceChoice, open_resource
from resources.weather import generate
from tests.resources.library_factory import raster_entry, weather_entry

BOX = (100.0, 40.0, 101.0, 41.0)
INSIDE, OUTSIDE = (100.5, 40.5), (110.0, 35.0)


def choice(*refs: DataRef, **more: object) -> ResourceChoice:
    return ResourceChoice.model_validate({"rasters": refs, **more})


def test_without_a_choice_the_atlas_serves_alone() -> None:
    assert open_resource(ResourceChoice()) is EMBEDDED
    lon, lat = np.array([94.9]), np.array([36.4])
    climate = EMBEDDED.climate_at(lon, lat)
    served = EMBEDDED.weather_at(climate, 7)
    assert served.source.tolist() == [-1]
    assert np.array_equal(served.weather.ghi_w_per_m2, generate(climate, 7).ghi_w_per_m2)
    assert np.array_equal(served.speedup, climate.wind_speedup)


def test_a_wind_raster_gives_speed_at_100_m_and_the_gain_of_the_windiest_fifth(tmp_path: Path) -> None:
    values = np.full((1, 120, 120), 6.0)
    values[0, :, ::5] = 9.0  # every fifth column: a fifth of each cell of 1/12 degree (10 x 10)
    entry = raster_entry(tmp_path, "gwa", "wind_speed_ms", values, BOX, height_m=50.0)
    data = open_resource(choice(entry.ref), tmp_path)
    here = data.climate_at(np.array([INSIDE[0]]), np.array([INSIDE[1]]))
    mean = (0.8 * 6.0 + 0.2 * 9.0) * 2.0**0.14
    assert here.wind_speed_monthly_ms[0].mean() == pytest.approx(mean, rel=0.02)  # months of unequal length
    assert here.wind_speedup[0] == pytest.approx(9.0 / 6.6, rel=1e-6)
    assert data.origins[0].serves == ("wind_speed_100m", "wind_speedup")
    assert data.read("wind_speed_100m").tags["GRADE"] == "measured"


def test_the_depth_of_the_sea_does_not_lower_the_land(tmp_path: Path) -> None:
    values = np.full((1, 120, 120), 300.0)
    values[0, :, ::2] = -900.0
    entry = raster_entry(tmp_path, "dem", "elevation_m", values, BOX)
    data = open_resource(choice(entry.ref), tmp_path)
    here = data.climate_at(np.array([INSIDE[0]]), np.array([INSIDE[1]]))
    assert here.elevation_m[0] == pytest.approx(150.0)


def test_beyond_the_raster_the_atlas_stays(tmp_path: Path) -> None:
    entry = raster_entry(tmp_path, "gwa", "wind_speed_ms", np.full((1, 60, 60), 9.0), BOX, height_m=100.0)
    data = open_resource(choice(entry.ref), tmp_path)
    lon, lat = np.array([OUTSIDE[0]]), np.array([OUTSIDE[1]])
    ours, theirs = data.climate_at(lon, lat), atlas.climate_at(lon, lat)
    assert np.array_equal(ours.wind_speed_monthly_ms, theirs.wind_speed_monthly_ms)
    assert np.array_equal(ours.ghi_monthly_kwh_per_m2, theirs.ghi_monthly_kwh_per_m2)


def test_a_yearly_sum_of_sun_keeps_the_months_shares(tmp_path: Path) -> None:
    entry = raster_entry(tmp_path, "gsa", "ghi_kwh_per_m2_year", np.full((1, 40, 40), 2000.0), BOX)
    data = open_resource(choice(entry.ref), tmp_path)
    lon, lat = np.array([100.625]), np.array([40.625])  # the centre of a climate cell
    ours = data.climate_at(lon, lat).ghi_monthly_kwh_per_m2[0]
    theirs = atlas.climate_at(lon, lat).ghi_monthly_kwh_per_m2[0]
    assert ours.sum() == pytest.approx(2000.0, rel=1e-9)
    assert ours / ours.sum() == pytest.approx(theirs / theirs.sum(), rel=1e-9)


def test_means_are_kept_and_made_anew_for_other_data(tmp_path: Path) -> None:
    first = raster_entry(tmp_path, "gsa", "ghi_kwh_per_m2_year", np.full((1, 40, 40), 2000.0), BOX)
    open_resource(choice(first.ref), tmp_path)
    assert list(tmp_path.glob("gsa.grid-*.npz"))
    second = raster_entry(tmp_path, "gsa", "ghi_kwh_per_m2_year", np.full((1, 40, 40), 1500.0), BOX)
    served = open_resource(choice(second.ref), tmp_path)
    here = served.climate_at(np.array([100.625]), np.array([40.625]))
    assert here.ghi_monthly_kwh_per_m2.sum() == pytest.approx(1500.0)
    remove(second)
    assert list(tmp_path.iterdir()) == []


def test_all_that_is_wrong_with_a_choice_is_said_at_once(tmp_path: Path) -> None:
    odd = raster_entry(tmp_path, "odd", "population_per_km2", np.ones((1, 10, 10)), BOX)
    far = raster_entry(
        tmp_path, "far", "ghi_kwh_per_m2_year", np.full((1, 9, 9), 1e3), (10.0, 40.0, 11.0, 41.0)
    )
    with pytest.raises(InputError) as caught:
        open_resource(choice(odd.ref, far.ref), tmp_path)
    said = {(p.where.split("/")[-1], p.field, p.found) for p in caught.value.problems}
    assert said == {("resource.rasters", "odd", "population_per_km2"), ("far", "area", "no value there")}
    wrong = DataRef(id="odd", sha256="0" * 64)
    with pytest.raises(InputError, match="other data"):
        open_resource(choice(wrong), tmp_path)
    with pytest.raises(InputError, match="not in the library"):
        open_resource(choice(DataRef(id="gone", sha256="0" * 64)), tmp_path)


def test_a_changed_copy_is_found_when_it_is_verified(tmp_path: Path) -> None:
    entry = raster_entry(tmp_path, "gsa", "ghi_kwh_per_m2_year", np.full((1, 9, 9), 1e3), BOX)
    entry.data.write_bytes(entry.data.read_bytes() + b"x")
    assert find(tmp_path, entry.ref).manifest.id == "gsa"
    with pytest.raises(InputError, match="other data"):
        find(tmp_path, entry.ref, verify=True)


def test_hours_serve_the_places_they_cover_and_others_are_generated(tmp_path: Path) -> None:
    lon, lat = (a.ravel() for a in np.meshgrid([100.25, 100.5, 100.75], [40.25, 40.5, 40.75]))
    there = generate(atlas.climate_at(lon, lat), 99)
    entry = weather_entry(tmp_path, "era5", there)
    data = open_resource(ResourceChoice(weather=(entry.ref,)), tmp_path)
    places = EMBEDDED.climate_at(np.array([100.48, 110.0]), np.array([40.52, 35.0]))
    served = data.weather_at(places, 7)
    assert served.source.tolist() == [0, -1]
    assert np.array_equal(served.weather.ghi_w_per_m2[0], there.ghi_w_per_m2[4])
    assert np.array_equal(served.weather.wind_speed_ms[1], generate(places, 7).wind_speed_ms[1])
    assert np.array_equal(served.speedup, places.wind_speedup)
    assert data.origins[0].serves == ("weather",)
    assert data.origins[0].period == "2021"


def test_hours_of_a_mast_stand_for_its_neighbourhood_without_a_speed_up(tmp_path: Path) -> None:
    mast = generate(atlas.climate_at([100.5], [40.5]), 99)
    entry = weather_entry(tmp_path, "mast", mast, "hourly-place")
    data = open_resource(ResourceChoice(weather=(entry.ref,), level="climate"), tmp_path)
    places = EMBEDDED.climate_at(np.array([100.7, 102.0]), np.array([40.5, 40.5]))
    served = data.weather_at(places, 7)
    assert served.source.tolist() == [0, -1]
    assert served.speedup.tolist() == [1.0, places.wind_speedup[1]]
    assert np.array_equal(served.weather.wind_speed_ms[0], mast.wind_speed_ms[0])  # measured: not moved


def test_hours_are_moved_to_the_level_of_a_raster_of_the_users(tmp_path: Path) -> None:
    lon, lat = (a.ravel() for a in np.meshgrid([100.25, 100.5, 100.75], [40.25, 40.5, 40.75]))
    hours = weather_entry(tmp_path, "era5", generate(atlas.climate_at(lon, lat), 99))
    speed = atlas.read("wind_speed_100m")
    own = float(
        speed.values[0][(speed.y >= 40) & (speed.y <= 41)][:, (speed.x >= 100) & (speed.x <= 101)].mean()
    )
    raster = raster_entry(
        tmp_path, "gwa", "wind_speed_ms", np.full((1, 48, 48), 1.2 * own), BOX, height_m=100.0
    )
    data = open_resource(ResourceChoice(rasters=(raster.ref,), weather=(hours.ref,)), tmp_path)
    climate = data.climate_at(np.array([100.5]), np.array([40.5]))
    weather = data.weather_at(climate, 7).weather
    assert weather.wind_speed_ms.mean() == pytest.approx(1.2 * own, rel=2e-3)
    untouched = open_resource(
        ResourceChoice(rasters=(raster.ref,), weather=(hours.ref,), level="own"), tmp_path
    )
    same = untouched.weather_at(climate, 7).weather
    assert np.array_equal(same.ghi_w_per_m2, weather.ghi_w_per_m2)  # the sun had no raster
    assert same.wind_speed_ms.mean() != pytest.approx(weather.wind_speed_ms.mean(), rel=0.02)


def test_hours_far_from_the_climates_level_are_refused(tmp_path: Path) -> None:
    lon, lat = (a.ravel() for a in np.meshgrid([100.25, 100.5], [40.25, 40.5]))
    hours = weather_entry(tmp_path, "era5", generate(atlas.climate_at(lon, lat), 99))
    raster = raster_entry(tmp_path, "gwa", "wind_speed_ms", np.full((1, 48, 48), 25.0), BOX, height_m=100.0)
    data = open_resource(ResourceChoice(rasters=(raster.ref,), weather=(hours.ref,)), tmp_path)
    with pytest.raises(InputError, match="times the climate's level"):
        data.weather_at(data.climate_at(np.array([100.4]), np.array([40.4])), 7)


def test_a_broken_manifest_is_named_and_hides_nothing_else(tmp_path: Path) -> None:
    raster_entry(tmp_path, "good", "ghi_kwh_per_m2_year", np.full((1, 9, 9), 1e3), BOX)
    (tmp_path / "bad.source.json").write_text("{", encoding="utf-8")
    held, problems = entries(tmp_path)
    assert [e.manifest.id for e in held] == ["good"]
    assert "bad.source.json" in problems[0].where
