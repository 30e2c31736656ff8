"""Figures beside the pointer, values of pinned places and of profiles, without a window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.desktop.charts.export import ValueGrid
from app.desktop.tools import figures
from app.desktop.tools.clipboard import tab_text
from app.desktop.tools.pin_sources import source_words
from app.desktop.tools.pin_table import ROWS, pin_grid, shown, values_of
from app.desktop.tools.pins import Pin
from app.desktop.tools.place_chart import Steps
from app.desktop.tools.place_values import PlaceYear, month_means, months_at, typical_day, week, year_at
from app.desktop.tools.profile_samples import ProfileSource, atlas_sources, take_profile
from gis_layers.errors import InputError
from gis_layers.measure import legs
from resources import atlas
from resources.hours import MONTH_HOURS
from resources.resource_data import EMBEDDED, Origin

GOLMUD = (94.9, 36.4)


def test_areas_are_told_as_each_reader_counts() -> None:
    assert figures.area(1.0, "zh") == "1.000 km² · 1,500 亩"
    assert figures.area(100.0, "zh") == "100.0 km² · 15.00 万亩"
    assert figures.area(100.0, "en") == "100.0 km² · 10,000 ha"
    assert figures.area(12_345.0, "en") == "12,345 km² · 1,234,500 ha"


def test_lengths_turn_from_metres_to_kilometres() -> None:
    assert figures.length(0.5) == "500 m"
    assert figures.length(1.0) == "1.00 km"
    assert figures.length(1234.56) == "1,234.6 km"


def test_azimuths_have_three_figures_and_places_their_hemispheres() -> None:
    assert figures.azimuth(5.25) == "005.2°"
    assert figures.azimuth(-90.0) == "270.0°"
    assert figures.place(-70.5, -33.25) == "70.5000°W 33.2500°S"


def test_months_of_a_place_are_those_of_the_atlas() -> None:
    from resources import atlas

    months = months_at([GOLMUD, (121.5, 31.2)])
    climate = atlas.climate_at([GOLMUD[0]], [GOLMUD[1]])
    assert months[0].ghi_year_kwh_per_m2 == pytest.approx(float(climate.ghi_monthly_kwh_per_m2.sum()))
    assert months[0].ghi_year_kwh_per_m2 > months[1].ghi_year_kwh_per_m2
    assert months[0].elevation_m == pytest.approx(float(climate.elevation_m[0]))
    assert months_at([]) == []


def test_a_place_beyond_the_atlas_is_refused() -> None:
    with pytest.raises(InputError):
        months_at([(10.0, 50.0)])
    with pytest.raises(InputError):
        year_at((10.0, 50.0))


def test_the_year_of_a_pin_is_the_one_the_command_line_answers() -> None:
    from resources.place_report import place_report

    year, report = year_at(GOLMUD), place_report(*GOLMUD, 2020)
    months = months_at([GOLMUD])[0]
    assert year.pv.mean() == pytest.approx(report["pv_capacity_factor"], abs=5e-5)
    assert year.wind.mean() == pytest.approx(report["wind_capacity_factor"], abs=5e-5)
    assert year.pv_yield_kwh_per_kwp == pytest.approx(report["pv_specific_yield_kwh_per_kwp"], abs=0.05)
    assert months.wind_speed_year_ms == pytest.approx(report["wind_speed_100m_ms"], abs=0.005)
    assert -1 <= year.correlation <= 1
    assert year.hourly("mix") == pytest.approx((year.pv + year.wind) / 2)


def test_a_typical_day_and_the_months_keep_the_energy() -> None:
    hourly = np.random.default_rng(1).random(8760)
    for month in (1, 2, 12):
        assert typical_day(hourly, month).mean() == pytest.approx(hourly[MONTH_HOURS[month - 1]].mean())
        assert month_means(hourly)[month - 1] == pytest.approx(hourly[MONTH_HOURS[month - 1]].mean())


def test_hours_of_the_day_keep_their_hour() -> None:
    noon = np.tile(np.arange(24) == 12, 365).astype(float)
    assert typical_day(noon, 6).tolist() == (np.arange(24) == 12).tolist()


def test_weeks_follow_one_another_from_new_year() -> None:
    hourly = np.arange(8760.0)
    assert week(hourly, 1)[0] == 0
    assert week(hourly, 2)[0] == 168
    assert len(week(hourly, 52)) == 168
    from app.desktop.charts.look import Look

    assert Steps(168, 168).name(0, Look()) == "1-8 00:00"


def test_a_place_that_never_changes_has_no_correlation() -> None:
    flat = PlaceYear(np.zeros(8760), np.random.default_rng(2).random(8760), 0.0, "none")
    assert np.isnan(flat.correlation)
    assert shown(flat.correlation, 2) == "–"


def test_the_table_has_a_dash_until_the_hours_are_there() -> None:
    pin = Pin(letter="A", name="格尔木", lon_deg=GOLMUD[0], lat_deg=GOLMUD[1])
    months = {"A": months_at([GOLMUD])[0]}
    for language in ("zh", "en"):
        grid = pin_grid([pin], months, {}, language, "")  # type: ignore[arg-type]
        assert len(grid.rows) == len(ROWS) + 2
        assert grid.rows[0][1] == "格尔木"
        assert [row[1] for row in grid.rows].count(None) == 6
    assert values_of(None, None) == dict.fromkeys(key for key, _ in ROWS)
    assert shown(None, 2) == "–"


def test_the_clipboard_takes_tabs_lines_and_empty_cells() -> None:
    grid = ValueGrid("t", ("a [km]", "b\nc"), [(1.5, "x"), (None, float("nan"))])
    assert tab_text(grid) == "a [km]\tb c\n1.5\tx\n\t\n"


def test_a_profile_takes_its_values_where_the_line_runs() -> None:
    line = [(100.0, 36.0), (102.0, 36.0), (102.0, 38.0)]
    latitude = ProfileSource("lat", "纬度", "latitude", "°", lambda lon, lat: lat)
    profile = take_profile(line, latitude, points=50)
    assert profile.values.tolist() == profile.lat_deg.tolist()
    assert profile.distance_km[-1] == pytest.approx(legs(line).total_km)
    assert 50 <= len(profile.values) <= 53
    assert profile.values[-1] == 38.0


def test_climb_counts_rises_and_falls_and_leaves_gaps_out() -> None:
    heights = np.array([0.0, 100.0, np.nan, 60.0, 90.0])
    source = ProfileSource("h", "高", "h", "m", lambda lon, lat: np.resize(heights, lon.shape))
    profile = take_profile([(100.0, 36.0), (100.4, 36.0)], source, points=4)
    assert len(profile.values) == 5
    assert profile.climb == (130.0, 40.0)


def test_the_atlas_gives_elevation_sun_wind_and_temperature_along_a_line() -> None:
    sources = {source.id: source for source in atlas_sources()}
    assert set(sources) >= {"elevation", "ghi_monthly", "wind_speed_100m", "temperature_monthly"}
    for source in sources.values():
        assert source.unit
        profile = take_profile([(91.1, 29.7), (104.1, 30.7)], source, points=60)
        assert np.isfinite(profile.values).all()
    high = take_profile([(91.1, 29.7), (104.1, 30.7)], sources["elevation"], points=60).values
    assert high[5] > 3500 > 800 > high[-1]


def test_a_place_shows_the_data_the_scenario_names_and_says_so() -> None:
    """Wind twice the atlas's over the whole map: the months double, and the source is named."""
    origin = Origin(("wind_speed_100m",), "my-wind", "a mast", "CC0", "user", "2021")
    atlas_speed = atlas.read("wind_speed_100m")
    doubled = replace(atlas_speed, values=atlas_speed.values * 2)
    everywhere = np.ones(doubled.values.shape[-2:], dtype=np.bool_)
    data = replace(
        EMBEDDED,
        layers={**EMBEDDED.layers, "wind_speed_100m": doubled},
        origins=(origin,),
        where={"wind_speed_100m": (("my-wind", everywhere),)},
    )
    ours, theirs = months_at([GOLMUD])[0], months_at([GOLMUD], data)[0]
    assert theirs.wind_speed_ms == pytest.approx(2 * ours.wind_speed_ms, rel=1e-4)
    assert theirs.ghi_kwh_per_m2 == pytest.approx(ours.ghi_kwh_per_m2)
    plain, year = year_at(GOLMUD), year_at(GOLMUD, data=data)
    assert plain.imported == ()
    assert [one.id for one in year.imported] == ["my-wind"]
    assert year.wind.mean() > plain.wind.mean()
    pin = Pin(letter="A", name="格尔木", lon_deg=GOLMUD[0], lat_deg=GOLMUD[1])
    assert "my-wind" in source_words([pin], {GOLMUD: year}, {}, year.turbine, "", "zh")
    assert "my-wind" not in source_words([pin], {GOLMUD: plain}, {}, plain.turbine, "", "en")
