from __future__ import annotations

import hashlib
import itertools
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import Cancelled, InputError
from resources import weather_solar as sun
from resources.climate import PlaceClimate
from resources.correlation import FieldModel, draw, plane_km, values_at
from resources.hours import DAYS_OF_MONTH, HOURS, MONTH_HOURS, MONTH_OF_DAY, month_means, smooth_season
from resources.profile import take
from resources.sources.epw import from_epw
from resources.weather import HourlyWeather, generate
from tests.resources.hourly_places import PLACES, PROVINCES, place_climate

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"
PROFILES, TYPICAL_YEARS = REFERENCE / "province_profiles_2020", REFERENCE / "weather_epw"
ALL = tuple(PLACES)


@pytest.fixture(scope="module")
def weather() -> HourlyWeather:
    return generate(place_climate(*ALL), seed=7)


def test_the_months_keep_the_climate_they_were_made_from(weather: HourlyWeather) -> None:
    climate = place_climate(*ALL)
    ghi = month_means(weather.ghi_w_per_m2) * 24 * np.array(DAYS_OF_MONTH) / 1000
    np.testing.assert_allclose(ghi, climate.ghi_monthly_kwh_per_m2, rtol=0.005)
    np.testing.assert_allclose(month_means(weather.wind_speed_ms), climate.wind_speed_monthly_ms, rtol=0.001)
    np.testing.assert_allclose(month_means(weather.temperature_c), climate.temperature_monthly_c, atol=0.01)
    density = weather.air_density_kg_per_m3.mean(axis=1, dtype=np.float64)
    np.testing.assert_allclose(density, climate.air_density_kg_per_m3, rtol=1e-4)


def test_the_beam_share_of_each_month_is_the_climates(weather: HourlyWeather) -> None:
    diffuse = month_means(weather.dhi_w_per_m2) / month_means(weather.ghi_w_per_m2)
    np.testing.assert_allclose(1 - diffuse, place_climate(*ALL).beam_share_monthly, atol=0.005)


def test_global_is_beam_on_the_flat_plus_diffuse(weather: HourlyWeather) -> None:
    cosine = np.maximum(sun.cos_zenith(weather.lat_deg, sun.hour_angle(weather.lon_deg)), 0)
    beam = weather.dni_w_per_m2 * cosine
    np.testing.assert_allclose(weather.ghi_w_per_m2, beam + weather.dhi_w_per_m2, rtol=1e-6, atol=1e-4)
    assert (weather.dhi_w_per_m2 >= 0).all()
    assert (weather.dni_w_per_m2 >= 0).all()
    assert (weather.ghi_w_per_m2[cosine <= 0] == 0).all()
    assert (weather.dni_w_per_m2 <= sun.sun_year().normal_w_per_m2).all()


def test_the_year_has_the_weibull_shape_asked_for(weather: HourlyWeather) -> None:
    # k = 2 means a coefficient of variation of 0.5227; a single year scatters around it.
    speed = weather.wind_speed_ms.astype(np.float64)
    spread = speed.std(axis=1) / speed.mean(axis=1)
    assert spread.mean() == pytest.approx(0.5227, abs=0.03)
    assert np.abs(spread - 0.5227).max() < 0.08


def test_the_same_seed_gives_the_same_year_and_another_seed_another() -> None:
    climate = place_climate("Beijing")
    once, again, other = generate(climate, 3), generate(climate, 3), generate(climate, 4)
    for field in fields(HourlyWeather):
        np.testing.assert_array_equal(getattr(once, field.name), getattr(again, field.name))
    assert np.corrcoef(once.wind_speed_ms[0], other.wind_speed_ms[0])[0, 1] < 0.3


def test_a_place_alone_has_the_weather_it_has_among_others(weather: HourlyWeather) -> None:
    alone = generate(place_climate("Jiuquan"), seed=7)
    index = ALL.index("Jiuquan")
    for field in fields(HourlyWeather):
        np.testing.assert_array_equal(getattr(alone, field.name)[0], getattr(weather, field.name)[index])


def test_the_values_are_the_same_on_every_platform() -> None:
    year = generate(place_climate("Golmud"), seed=2030)
    digest = hashlib.sha256()
    for name in ("ghi_w_per_m2", "dni_w_per_m2", "temperature_c", "wind_speed_ms"):
        digest.update(np.rint(getattr(year, name).astype(np.float64) * 1000).astype("<i8").tobytes())
    assert digest.hexdigest()[:16] == "4625e26b4d9fc987"


def test_the_arrays_cannot_be_written(weather: HourlyWeather) -> None:
    with pytest.raises(ValueError, match="read-only"):
        weather.ghi_w_per_m2[0, 0] = 1.0


def test_a_missing_value_in_the_climate_is_named_with_its_place_and_all_are_named_at_once() -> None:
    climate = place_climate("Beijing", "Lhasa")
    wind = climate.wind_speed_monthly_ms.copy()
    wind[1, 3] = np.nan
    shape = np.array([2.0, 0.0])
    with pytest.raises(InputError) as caught:
        generate(replace(climate, wind_speed_monthly_ms=wind, weibull_shape=shape), seed=-1)
    found = {(problem.where, problem.field) for problem in caught.value.problems}
    lhasa = "place 91.130 29.670"
    assert found == {("argument", "seed"), (lhasa, "wind_speed_monthly_ms"), (lhasa, "weibull_shape")}


def test_generation_can_be_cancelled() -> None:
    def cancel(share: float, what: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        generate(place_climate("Beijing"), 1, cancel)


def test_the_plateau_blows_in_the_afternoon_and_the_plain_at_night(weather: HourlyWeather) -> None:
    day = weather.wind_speed_ms.reshape(len(ALL), 365, 24).mean(axis=1)
    lhasa, beijing = day[ALL.index("Lhasa")], day[ALL.index("Beijing")]
    assert 15 <= lhasa.argmax() <= 19  # solar afternoon at 91 E is two hours later on the clock
    assert 10 <= beijing.argmin() <= 14


def test_the_season_has_no_steps_and_keeps_its_months() -> None:
    monthly = place_climate("Beijing").temperature_monthly_c
    course = smooth_season(monthly)
    np.testing.assert_allclose(
        [course[0, m == MONTH_OF_DAY].mean() for m in range(12)], monthly[0], atol=1e-9
    )
    assert np.abs(np.diff(np.append(course[0], course[0, 0]))).max() < 0.5


def test_the_sun_stands_where_pvlib_says() -> None:
    import pandas as pd
    import pvlib

    times = pd.date_range("2019-01-01 00:30", periods=HOURS, freq="h", tz="Etc/GMT-8")
    for lon, lat in ((75.0, 39.0), (135.0, 48.0), (109.0, 18.5)):
        theirs = pvlib.solarposition.get_solarposition(times, lat, lon)["zenith"].to_numpy()
        cosine = sun.cos_zenith(np.array([lat]), sun.hour_angle(np.array([lon])))[0]
        assert np.abs(np.degrees(np.arccos(cosine)) - theirs).max() < 0.01


def test_a_latent_field_is_standard_normal_and_its_places_correlate_by_distance() -> None:
    model = FieldModel(9, 300.0, 1.5, 24.0)
    years = [draw(model, seed) for seed in range(3)]
    lon, lat = np.array([105.0, 105.0, 105.0]), np.array([36.0, 36.9, 45.0])
    values = np.concatenate([values_at(year, lon, lat) for year in years], axis=1)
    assert values.mean() == pytest.approx(0.0, abs=0.06)
    assert values.std() == pytest.approx(1.0, abs=0.05)
    near, far = np.corrcoef(values)[0, 1:]
    assert near > 0.9
    assert abs(far) < 0.15


def test_a_drifting_field_arrives_downstream_later() -> None:
    field = draw(FieldModel(9, 300.0, 1.5, 200.0, drift_east_km_per_h=30.0), seed=1)
    lon, lat = np.array([105.0, 108.33]), np.array([36.0, 36.0])  # 300 km apart: 10 hours
    west, east = values_at(field, lon, lat)
    lags = range(-20, 21)
    match = [np.corrcoef(west[20:-20], np.roll(east, -lag)[20:-20])[0, 1] for lag in lags]
    assert 7 <= lags[int(np.argmax(match))] <= 10


def test_the_plane_keeps_distances_over_china() -> None:
    urumqi_harbin = plane_km(np.array([87.6, 126.6]), np.array([43.8, 45.8]))
    assert np.hypot(*(urumqi_harbin[1] - urumqi_harbin[0])) == pytest.approx(3070, rel=0.03)


# ---- against the provinces' hourly capacity factors of 2020 ----

BINS = (0, 200, 350, 500, 650, 800, 1000, 1250, 1500, 2000, 2500)


def _deseasoned(daily: np.ndarray) -> np.ndarray:
    day = 2 * np.pi * np.arange(365) / 365
    basis = np.array([np.ones(365), np.cos(day), np.sin(day), np.cos(2 * day), np.sin(2 * day)]).T
    return np.asarray(daily - basis @ np.linalg.lstsq(basis, daily, rcond=None)[0])


def _by_distance(series: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    first, second = np.triu_indices(series.shape[1], 1)
    where = plane_km(lon, lat)
    distance = np.hypot(*(where[first] - where[second]).T)
    match = np.corrcoef(series.T)[first, second]
    pairs = itertools.pairwise(BINS)
    return np.array([match[(distance >= low) & (distance < high)].mean() for low, high in pairs])


def _lag(series: np.ndarray, lag: int) -> float:
    return float(np.mean([np.corrcoef(x[lag:], x[:-lag])[0, 1] for x in series.T]))


@pytest.fixture(scope="module")
def provinces() -> dict[str, np.ndarray]:
    """Reference and generated (hour, province) wind and sun, and the provinces' centres."""
    if not PROFILES.is_dir():
        pytest.skip("no province profiles beside the project (../shared/reference/province_profiles_2020)")
    import h5py

    no_leap_day = np.r_[0 : 59 * 24, 60 * 24 : 366 * 24]
    out = {}
    for name, file in (("wind", "profile_onwind.nc"), ("sun", "profile_solar.nc")):
        with h5py.File(PROFILES / file) as data:
            bus = [b.decode() if isinstance(b, bytes) else b for b in data["bus"][:]]
            # The file's clock is UTC+8: Beijing's sun peaks at index 12-13 of the day.
            out[name] = data["profile"][:][no_leap_day]
    centre = np.array([PROVINCES[b] for b in bus])
    out["lon"], out["lat"] = centre[:, 0], centre[:, 1]

    cells = 6
    spiral = np.arange(cells)
    radius_km = 0.85 * np.sqrt(centre[:, 2:] * 1e4 / np.pi * (spiral + 0.5) / cells)
    angle = 2.39996 * spiral
    lat = centre[:, 1:2] + radius_km * np.sin(angle) / 111
    lon = centre[:, :1] + radius_km * np.cos(angle) / 111 / np.cos(np.radians(centre[:, 1:2]))
    base = take(place_climate("Beijing", "Lhasa"), np.zeros(lon.size, dtype=np.int64))
    province = np.repeat(np.arange(len(bus)), cells)
    monthly = np.array([out["wind"][hours].mean(axis=0) for hours in MONTH_HOURS]).T[province]
    yearly = monthly.mean(axis=1, keepdims=True)
    sunny = np.array([out["sun"].mean(axis=0)]).T[province] * HOURS * 1.1
    climate = PlaceClimate(
        lon_deg=lon.ravel().clip(74, 135),
        lat_deg=lat.ravel(),
        elevation_m=base.elevation_m,
        ghi_monthly_kwh_per_m2=base.ghi_monthly_kwh_per_m2 / 1401.0 * sunny,
        beam_share_monthly=base.beam_share_monthly,
        temperature_monthly_c=base.temperature_monthly_c,
        rain_monthly_mm=base.rain_monthly_mm,
        wind_speed_monthly_ms=(4.0 + 11 * yearly) * (monthly / yearly) ** 0.45,
        weibull_shape=base.weibull_shape,
        wind_speedup=base.wind_speedup,
        air_density_kg_per_m3=base.air_density_kg_per_m3,
    )
    year = generate(climate, seed=1)
    speed = year.wind_speed_ms.astype(np.float64)
    power = np.clip((speed**3 - 27) / (11.0**3 - 27), 0, 1) * (speed < 25)
    out["our_wind"] = power.reshape(len(bus), cells, HOURS).mean(axis=1).T
    out["our_sun"] = year.ghi_w_per_m2.astype(np.float64).reshape(len(bus), cells, HOURS).mean(axis=1).T
    return out


@pytest.mark.parametrize("what", ["wind", "sun"])
def test_daily_values_lose_their_correlation_with_distance_as_the_provinces_do(
    provinces: dict[str, np.ndarray], what: str
) -> None:
    def by_distance(series: np.ndarray) -> np.ndarray:
        daily = _deseasoned(series.reshape(365, 24, 31).mean(axis=1))
        return _by_distance(daily, provinces["lon"], provinces["lat"])

    theirs, ours = by_distance(provinces[what]), by_distance(provinces[f"our_{what}"])
    assert np.abs(ours - theirs).max() < 0.12
    assert np.abs(ours - theirs).mean() < 0.06


def test_wind_is_as_persistent_as_the_provinces(provinces: dict[str, np.ndarray]) -> None:
    for lag, tolerance in ((1, 0.03), (6, 0.08), (24, 0.10), (48, 0.12)):
        theirs, ours = (
            _lag(_deseasoned(provinces[name].reshape(365, 24 * 31)).reshape(HOURS, 31), lag)
            for name in ("wind", "our_wind")
        )
        assert ours == pytest.approx(theirs, abs=tolerance), lag


def test_days_follow_each_other_as_in_the_provinces(provinces: dict[str, np.ndarray]) -> None:
    for what in ("wind", "sun"):
        theirs, ours = (
            _deseasoned(provinces[name].reshape(365, 24, 31).mean(axis=1)) for name in (what, f"our_{what}")
        )
        assert _lag(ours, 1) == pytest.approx(_lag(theirs, 1), abs=0.1)
        assert _lag(ours, 2) == pytest.approx(_lag(theirs, 2), abs=0.1)
        spread = [
            np.median(anomaly.std(axis=0) / provinces[name].mean(axis=0))
            for anomaly, name in ((theirs, what), (ours, f"our_{what}"))
        ]
        assert spread[1] == pytest.approx(spread[0], rel=0.3)


def test_windy_days_are_slightly_dimmer_as_in_the_provinces(provinces: dict[str, np.ndarray]) -> None:
    def joint(wind: np.ndarray, light: np.ndarray) -> float:
        one, two = (_deseasoned(series.reshape(365, 24, 31).mean(axis=1)) for series in (wind, light))
        return float(np.mean([np.corrcoef(one[:, i], two[:, i])[0, 1] for i in range(31)]))

    theirs = joint(provinces["wind"], provinces["sun"])
    ours = joint(provinces["our_wind"], provinces["our_sun"])
    assert theirs < 0
    assert ours < 0
    assert ours == pytest.approx(theirs, abs=0.08)


def test_a_year_made_from_a_typical_year_varies_like_it() -> None:
    """Beijing and Shanghai: clearness, wind and warmth against a year drawn from their monthly means."""
    if not TYPICAL_YEARS.is_dir():
        pytest.skip("no EPW files beside the project (../shared/reference/weather_epw)")
    for path in sorted(TYPICAL_YEARS.glob("*.epw")):
        typical = from_epw(path)
        days = np.array(DAYS_OF_MONTH)
        ghi = month_means(typical.ghi_w_per_m2) * 24 * days / 1000
        speed = typical.wind_speed_ms.astype(np.float64)
        # Weibull shape of the file's speeds from their coefficient of variation (Justus 1978).
        shape = (speed.std() / speed.mean()) ** -1.086
        climate = replace(
            place_climate("Beijing"),
            lon_deg=typical.lon_deg,
            lat_deg=typical.lat_deg,
            ghi_monthly_kwh_per_m2=ghi,
            beam_share_monthly=1 - month_means(typical.dhi_w_per_m2) / month_means(typical.ghi_w_per_m2),
            temperature_monthly_c=month_means(typical.temperature_c),
            wind_speed_monthly_ms=month_means(typical.wind_speed_ms),
            weibull_shape=np.array([shape]),
        )
        ours = generate(climate, seed=1)

        cosine = sun.cos_zenith(typical.lat_deg, sun.hour_angle(typical.lon_deg))
        clearness = [sun.day_clearness(year.ghi_w_per_m2, cosine)[0] for year in (typical, ours)]
        for month in range(12):
            for series in clearness:
                series[month == MONTH_OF_DAY] -= series[month == MONTH_OF_DAY].mean()
        theirs_sd, ours_sd = (series.std() for series in clearness)
        assert ours_sd == pytest.approx(theirs_sd, rel=0.25)
        theirs_next, ours_next = (_lag(series[:, None], 1) for series in clearness)
        assert ours_next == pytest.approx(theirs_next, abs=0.2)

        made = ours.wind_speed_ms.astype(np.float64)
        assert made.std() == pytest.approx(speed.std(), rel=0.1)
        share_strong = [(s > 1.8 * speed.mean()).mean() for s in (speed, made)]
        assert share_strong[1] == pytest.approx(share_strong[0], abs=0.03)
        warm = [year.temperature_c.reshape(365, 24).mean(axis=1)[:, None] for year in (typical, ours)]
        theirs_t, ours_t = (_deseasoned(series).std() for series in warm)
        assert ours_t == pytest.approx(theirs_t, rel=0.3)
