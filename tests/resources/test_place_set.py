"""Places that complete each other, from a list a planner wrote; a mast made long by a reanalysis."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources import atlas
from resources.hours_file import write_hours
from resources.library import named
from resources.mast_correction import _stamps, correct_mast
from resources.place_set import read_places, set_report
from resources.profile import site_profiles
from resources.weather import generate
from tests.resources.library_factory import weather_entry


def places(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "places.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_row_without_a_technology_is_wind_and_sun(tmp_path: Path) -> None:
    path = places(tmp_path, "name,lon,lat\n格尔木,94.9,36.4\n", "gb18030")
    members = read_places(path)
    assert [(m.name, m.technology) for m in members] == [("格尔木 wind", "wind"), ("格尔木 pv", "pv")]
    report = set_report(members)
    alone = site_profiles(atlas.climate_at([94.9], [36.4]), 2020)
    assert report.output == pytest.approx((alone.wind[0] + alone.pv[0]) / 2.0, abs=1e-6)
    expected = np.corrcoef(alone.wind[0], alone.pv[0])[0, 1]
    assert report.correlations.pearson[0, 1] == pytest.approx(expected, abs=1e-6)


def test_capacity_weighs_and_a_second_place_steadies(tmp_path: Path) -> None:
    text = "name,lon,lat,technology,mw\na,94.9,36.4,wind,300\nb,114.7,41.2,wind,100\n"
    report = set_report(read_places(places(tmp_path, text)))
    assert report.output == pytest.approx(
        0.75 * report.capacity_factor[0] + 0.25 * report.capacity_factor[1], abs=1e-6
    )
    twins = "name,lon,lat,technology\nb,114.7,41.2,wind\nc,109.8,41.6,wind\n"
    steps = set_report(read_places(places(tmp_path, twins))).steps
    assert len(steps) == 2
    assert steps[1].variation < steps[0].variation
    assert np.all(np.diff(report.storage.capacity_h) >= 0)


def test_all_that_is_wrong_with_a_list_is_said_with_rows(tmp_path: Path) -> None:
    text = (
        "name,lon,lat,technology,mw\na,94.9,36.4,wind,0\nb,abc,36,pv,1\nc,94.9,36.4,tide,1\nd,0,0,pv,1\n"
        "e,94.9,36.4,pv,1\ne,95,36,pv,1\n"
    )
    with pytest.raises(InputError) as caught:
        read_places(places(tmp_path, text))
    said = [str(p).split("places.csv")[-1] for p in caught.value.problems]
    assert [text.split(":")[0].strip() for text in said] == ["row 2", "row 3", "row 4", "row 5", ""]
    with pytest.raises(InputError, match="columns"):
        read_places(places(tmp_path, "x,y\n1,2\n"))
    with pytest.raises(InputError, match="at least one"):
        set_report([])


def test_hours_are_written_whole_with_their_labels(tmp_path: Path) -> None:
    path = tmp_path / "小时.csv"
    write_hours(path, {"a_mw": np.arange(8760.0)})
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "hour,month_day_hour_utc8,a_mw"
    assert lines[-1].startswith("8759,12-31 23:00,8759")
    with pytest.raises(InputError, match="ending"):
        write_hours(tmp_path / "x.txt", {})
    with pytest.raises(InputError, match="folder"):
        write_hours(tmp_path / "gone" / "x.csv", {})


def test_a_leap_year_has_no_29_february() -> None:
    stamps = _stamps(2020)
    assert len(stamps) == 8760
    assert stamps[59 * 24] == np.datetime64("2020-03-01T00")
    assert len(_stamps(2021)) == 8760


def test_a_mast_is_corrected_by_the_cell_beside_it(tmp_path: Path) -> None:
    climate = atlas.climate_at([100.5, 103.0], [40.5, 40.5])
    long = generate(climate, 5)
    weather_entry(tmp_path, "era5", long)
    near = generate(atlas.climate_at([100.55], [40.5]), 5)  # the same weather, a little beside it
    mast = weather_entry(tmp_path, "mast", near, "hourly-place")
    done = correct_mast(mast, named(tmp_path, "era5"))
    assert done.apart_km == pytest.approx(4.24, abs=0.1)
    assert [m.method for m in done.methods] == ["linear", "variance_ratio", "weibull_scale"]
    for method in done.methods:
        assert method.mean_ms == pytest.approx(float(near.wind_speed_ms.mean()), rel=0.02)
    far = generate(atlas.climate_at([110.0], [40.5]), 5)
    with pytest.raises(InputError, match="within 60 km"):
        correct_mast(weather_entry(tmp_path, "far", far, "hourly-place"), named(tmp_path, "era5"))
    with pytest.raises(InputError, match="one mast"):
        correct_mast(named(tmp_path, "era5"), named(tmp_path, "era5"))
    with pytest.raises(InputError, match="one of"):
        named(tmp_path, "nothing")
