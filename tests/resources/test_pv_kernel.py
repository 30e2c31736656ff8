from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
import pvlib
import pytest

from gis_layers.errors import InputError
from resources import pv_kernel
from resources.hours import HOURS, MONTH_HOURS
from resources.pv_bifacial import rear_table
from resources.pv_kernel import daylight
from resources.pv_planes import along, fixed_planes, trackers
from resources.solar import PvSystem, faiman_of_pvsyst, pv_capacity_factor, pvwatts_curve
from resources.weather import HourlyWeather, generate
from resources.weather_solar import local_axes, sun_vectors, sun_year
from tests.resources.hourly_places import PLACES, place_climate

TIMES = pd.date_range("2019-01-01 00:30", periods=HOURS, freq="h", tz="Etc/GMT-8")


@pytest.fixture(scope="module")
def weather() -> HourlyWeather:
    return generate(place_climate(*PLACES), seed=4)


def _sun(lat: float, lon: float) -> pd.DataFrame:
    return pvlib.solarposition.get_solarposition(TIMES, lat, lon)


def _vectors() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    sun = sun_vectors()
    return sun.equator, sun.west, sun.pole


def _repeated(weather: HourlyWeather, times: int) -> HourlyWeather:
    return HourlyWeather(*(np.repeat(getattr(weather, f.name), times, axis=0) for f in fields(weather)))


def test_the_suns_vector_has_length_one_and_the_place_sees_it_where_pvlibs_spa_does() -> None:
    equator, west, pole = _vectors()
    np.testing.assert_allclose(equator**2 + west**2 + pole**2, 1.0, atol=3e-7)
    for lon, lat in ((75.9, 39.5), (120.0, 30.0), (134.5, 48.3)):
        spa = _sun(lat, lon)
        east, north, up = (
            along(axis.astype(np.float32), _vectors())[0]
            for axis in local_axes(np.array([lon]), np.array([lat]))
        )
        zenith, azimuth = np.radians(spa["zenith"]), np.radians(spa["azimuth"])
        np.testing.assert_allclose(up, np.cos(zenith), atol=2e-4)
        np.testing.assert_allclose(east, np.sin(zenith) * np.sin(azimuth), atol=2e-4)
        np.testing.assert_allclose(north, np.sin(zenith) * np.cos(azimuth), atol=2e-4)


def test_the_incidence_on_a_fixed_plane_is_pvlibs() -> None:
    spa = _sun(36.4, 94.9)
    planes = fixed_planes(np.array([94.9]), np.array([36.4]), np.array([33.0]), 205.0)
    facing = planes.facing(slice(None), _vectors())
    theirs = np.cos(np.radians(pvlib.irradiance.aoi(33.0, 205.0, spa["zenith"], spa["azimuth"])))
    np.testing.assert_allclose(facing.incidence[0], theirs, atol=3e-4)
    assert float(facing.cos_tilt[0, 0]) == pytest.approx(np.cos(np.radians(33.0)))


@pytest.mark.parametrize(
    ("slope", "slope_azimuth", "axis_azimuth"),
    [(0.0, 180.0, 180.0), (8.0, 180.0, 180.0), (10.0, 110.0, 180.0), (6.0, 300.0, 200.0), (5.0, 90.0, 0.0)],
)
@pytest.mark.parametrize("backtrack", [True, False])
def test_trackers_turn_as_pvlibs_do_on_flat_and_on_sloping_ground(
    slope: float, slope_azimuth: float, axis_azimuth: float, backtrack: bool
) -> None:
    spa = _sun(36.4, 94.9)
    axis_tilt = pvlib.tracking.calc_axis_tilt(slope_azimuth, slope, axis_azimuth)
    cross = pvlib.tracking.calc_cross_axis_tilt(slope_azimuth, slope, axis_azimuth, axis_tilt)
    with np.errstate(invalid="ignore"):
        theirs = pvlib.tracking.singleaxis(
            spa["zenith"], spa["azimuth"], axis_tilt, axis_azimuth, 55.0, backtrack, 0.35, cross
        )
    ours = trackers(
        np.array([94.9]),
        np.array([36.4]),
        axis_azimuth_deg=axis_azimuth,
        slope_deg=slope,
        slope_azimuth_deg=slope_azimuth,
        max_rotation_deg=55.0,
        gcr=0.35,
        backtrack=backtrack,
    ).facing(slice(None), _vectors())
    up = (spa["zenith"] < 87.0).to_numpy()  # at sunrise a tracker may turn over within a second
    incidence = np.cos(np.radians(theirs["aoi"].to_numpy()))
    tilt = np.degrees(np.arccos(np.minimum(ours.cos_tilt[0], 1.0)))
    assert np.abs(ours.incidence[0] - incidence)[up].max() < 0.004
    assert np.abs(tilt - theirs["surface_tilt"].to_numpy())[up].max() < 0.25
    np.testing.assert_allclose(ours.cos_tilt**2 + ours.sin_tilt**2, 1.0, atol=1e-6)


@pytest.mark.parametrize("mounting", ["fixed", "single_axis"])
def test_light_on_the_rear_is_that_of_pvlibs_infinite_sheds(weather: HourlyWeather, mounting: str) -> None:
    gcr, height, pitch, albedo = 0.4, 1.5, 5.0, 0.3
    for place in (0, 2, 5):  # plateau, coast, Tibet
        lat, lon = weather.lat_deg[place : place + 1], weather.lon_deg[place : place + 1]
        spa = _sun(float(lat[0]), float(lon[0]))
        ghi, dni, dhi = (
            getattr(weather, f"{name}_w_per_m2")[place].astype(np.float64) for name in ("ghi", "dni", "dhi")
        )
        day = (spa["zenith"].to_numpy() < 88.0) & (ghi > 0)
        zenith, azimuth = spa["zenith"].to_numpy()[day], spa["azimuth"].to_numpy()[day]
        if mounting == "fixed":
            tilt, facing_azimuth = np.full(day.sum(), 35.0), np.full(day.sum(), 180.0)
            planes = fixed_planes(lon, lat, np.array([35.0]), 180.0)
        else:
            turned = pvlib.tracking.singleaxis(zenith, azimuth, 0, 180, 60, True, gcr)
            tilt, facing_azimuth = turned["surface_tilt"], turned["surface_azimuth"]
            planes = trackers(
                lon,
                lat,
                axis_azimuth_deg=180.0,
                slope_deg=0.0,
                slope_azimuth_deg=180.0,
                max_rotation_deg=60.0,
                gcr=gcr,
                backtrack=True,
            )
        extra = sun_year().normal_w_per_m2[day]
        theirs = pvlib.bifacial.infinite_sheds.get_irradiance_poa(
            180.0 - tilt,
            facing_azimuth + 180.0,
            zenith,
            azimuth,
            gcr,
            height,
            pitch,
            ghi[day],
            dhi[day],
            dni[day],
            albedo,
            model="haydavies",
            dni_extra=extra,
        )["poa_global"]
        sun = tuple(part[day] for part in _vectors())
        facing = planes.facing(slice(None), sun)
        up = along(local_axes(lon, lat)[2].astype(np.float32), sun)
        around = dhi[day] * dni[day] / extra
        ours = rear_table(gcr, height / pitch, 1.0).irradiance(
            incidence=facing.incidence,
            cos_zenith=up,
            cos_tilt=facing.cos_tilt,
            sin_tilt=facing.sin_tilt,
            ghi=ghi[None, day].astype(np.float32),
            isotropic=(dhi[day] - around)[None].astype(np.float32),
            beam_normal=(dni[day] + around / up[0])[None].astype(np.float32),
            albedo=albedo,
        )[0]
        assert ours.sum(dtype=float) == pytest.approx(theirs.sum(), rel=0.005)
        high = zenith < 80.0
        np.testing.assert_allclose(ours[high], theirs[high], rtol=0.02, atol=1.0)


def test_a_second_face_gains_some_percent_and_more_over_snow(weather: HourlyWeather) -> None:
    one = pv_capacity_factor(weather, PvSystem()).sum(axis=1, dtype=float)
    two = pv_capacity_factor(weather, PvSystem(bifaciality=0.7)).sum(axis=1, dtype=float)
    none = pv_capacity_factor(weather, PvSystem(bifaciality=0.0, row_height_m=3.0)).sum(axis=1, dtype=float)
    np.testing.assert_array_equal(none, one)
    assert ((two / one > 1.02) & (two / one < 1.12)).all()
    roomy = PvSystem(dc_ac_ratio=0.6)
    base = pv_capacity_factor(weather, roomy).sum(axis=1, dtype=float)
    gains = [
        pv_capacity_factor(weather, roomy.model_copy(update={"bifaciality": 0.7, "albedo": albedo})).sum(
            axis=1, dtype=float
        )
        / base
        for albedo in (0.2, 0.6)
    ]
    assert (gains[1] > gains[0] + 0.05).all()


def test_the_result_depends_neither_on_threads_nor_on_company(
    weather: HourlyWeather, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = PvSystem(mounting="single_axis", bifaciality=0.7)
    together = pv_capacity_factor(weather, system)
    monkeypatch.setattr(pv_kernel, "_PLACES_AT_ONCE", 3)
    monkeypatch.setattr(pv_kernel.os, "cpu_count", lambda: 4)
    np.testing.assert_array_equal(pv_capacity_factor(weather, system), together)
    alone = HourlyWeather(*(getattr(weather, f.name)[3:4].copy() for f in fields(weather)))
    np.testing.assert_array_equal(pv_capacity_factor(alone, system)[0], together[3])


def test_weather_laid_out_by_the_hour_or_in_double_precision_gives_the_same(weather: HourlyWeather) -> None:
    system = PvSystem(mounting="single_axis")
    turned = {f.name: np.array(getattr(weather, f.name)) for f in fields(weather)}
    for name, values in turned.items():
        if values.ndim == 2:
            turned[name] = np.asfortranarray(values.astype(np.float64))
    np.testing.assert_array_equal(
        pv_capacity_factor(HourlyWeather(**turned), system), pv_capacity_factor(weather, system)
    )


def test_more_places_than_a_block_are_all_computed(weather: HourlyWeather) -> None:
    many = _repeated(weather, 18)  # 144 places: two blocks
    np.testing.assert_array_equal(
        pv_capacity_factor(many, PvSystem()), np.repeat(pv_capacity_factor(weather, PvSystem()), 18, axis=0)
    )


def test_no_hour_of_sun_lies_outside_the_daylight_windows() -> None:
    lat, lon = np.array([3.5, 53.5, 39.5, 48.3]), np.array([112.0, 123.5, 73.6, 135.0])
    up = along(local_axes(lon, lat)[2].astype(np.float32), _vectors())
    dark = np.ones(up.shape, dtype=bool).reshape(4, 365, 24)
    hours = 0
    for _, days, clock in daylight(lat, lon):
        dark[:, days, clock] = False
        hours += (days.stop - days.start) * (clock.stop - clock.start)
    assert (up.reshape(4, 365, 24)[dark] <= 0).all()
    assert hours < HOURS * 0.8  # it is worth it, even over all of China at once


def test_what_is_kept_by_month_scales_that_months_power(weather: HourlyWeather) -> None:
    system = PvSystem(dc_ac_ratio=0.5, inverter_curve=(0.0, 0.97, 0.0))
    kept = np.ones((len(weather), 12))
    kept[1, 6] = 0.8
    plain, dusty = pv_capacity_factor(weather, system), pv_capacity_factor(weather, system, kept)
    july = MONTH_HOURS[6]
    np.testing.assert_allclose(dusty[1, july], 0.8 * plain[1, july], atol=1e-6)
    dusty[1, july] = plain[1, july]
    np.testing.assert_array_equal(dusty, plain)


@pytest.mark.parametrize("bad", [np.ones((2, 12)), np.full((8, 12), 1.2), np.full((8, 12), np.nan)])
def test_shares_kept_that_cannot_be_are_refused(weather: HourlyWeather, bad: np.ndarray) -> None:
    with pytest.raises(InputError, match="kept_monthly"):
        pv_capacity_factor(weather, PvSystem(), bad)


def test_the_inverters_curve_is_pvwatts() -> None:
    dc = np.linspace(0.05, 1.0, 20)
    c0, c1, c2 = pvwatts_curve(0.97)
    np.testing.assert_allclose(
        c0 + c1 * dc + c2 * dc**2, pvlib.inverter.pvwatts(dc, 1 / 0.97, 0.97), rtol=1e-12
    )


def test_sandias_cell_temperature_is_pvlibs(weather: HourlyWeather) -> None:
    # A plant whose output is a straight line of its cells' temperature and light, seen at horizontal modules.
    common = {
        "tilt_deg": 0.0,
        "dc_ac_ratio": 0.5,
        "inverter_curve": (0.0, 1.0, 0.0),
        "losses": {"availability_share": 0.0},
    }
    glass = pvlib.temperature.TEMPERATURE_MODEL_PARAMETERS["sapm"]["open_rack_glass_glass"]
    sandia = (glass["a"], glass["b"], glass["deltaT"])
    cold = pv_capacity_factor(weather, PvSystem(**common, gamma_pdc_per_k=0.0))[0].astype(float)
    warm = pv_capacity_factor(weather, PvSystem(**common, sapm=sandia))[0].astype(float)
    bright = cold > 0.1
    ours = (warm[bright] / cold[bright] - 1) / -0.0035 + 25
    light = weather.ghi_w_per_m2[0].astype(float)[bright]
    theirs = pvlib.temperature.sapm_cell(
        light,
        weather.temperature_c[0].astype(float)[bright],
        weather.wind_speed_ms[0].astype(float)[bright] * 0.1**0.2,
        **glass,
    )
    np.testing.assert_allclose(ours, theirs, atol=0.6)  # on a level plane Hay-Davies gives GHI


def test_pvsysts_cell_temperature_is_faimans_with_its_heat_losses() -> None:
    light, air, wind = (
        np.array([200.0, 800.0, 1000.0]),
        np.array([-10.0, 20.0, 35.0]),
        np.array([0.0, 3.0, 8.0]),
    )
    u0, u1 = faiman_of_pvsyst(25.0, 1.2, efficiency=0.2, absorbed_share=0.9)
    np.testing.assert_allclose(
        pvlib.temperature.faiman(light, air, wind, u0, u1),
        pvlib.temperature.pvsyst_cell(
            light, air, wind, u_c=25.0, u_v=1.2, module_efficiency=0.2, alpha_absorption=0.9
        ),
    )


@pytest.mark.parametrize("seed", range(12))
def test_any_plant_that_may_be_described_gives_output_between_nothing_and_its_capacity(
    weather: HourlyWeather, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    plant = PvSystem(
        mounting="single_axis" if seed % 3 else "fixed",
        tilt_deg=float(rng.choice([0.0, 90.0, rng.uniform(0, 90)])),
        azimuth_deg=float(rng.uniform(0, 359.9)),
        axis_azimuth_deg=float(rng.uniform(0, 359.9)),
        max_rotation_deg=float(rng.choice([1.0, 60.0, 90.0])),
        slope_deg=float(rng.choice([0.0, 45.0, rng.uniform(0, 30)])),
        slope_azimuth_deg=float(rng.uniform(0, 359.9)),
        gcr=float(rng.uniform(0.05, 0.95)),
        backtrack=bool(rng.integers(2)),
        dc_ac_ratio=float(rng.uniform(0.5, 3.0)),
        bifaciality=float(rng.choice([0.0, 0.8, 1.0])),
        albedo=float(rng.uniform(0, 1)),
        sapm=(-3.47, -0.0594, 3.0) if seed % 2 else None,
    )
    factors = pv_capacity_factor(weather, plant)
    assert np.isfinite(factors).all()
    assert factors.min() >= 0
    assert factors.max() <= 1 - plant.losses.ac_share + 1e-6
    assert factors.sum() > 0
