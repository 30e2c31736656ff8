"""The irradiance model: bounded, monotonous, and its calibration finds what made the targets."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

from gis_layers.grid import CLIMATE
from resources.build_atlas.irradiance import (
    Calibration,
    Sky,
    beam_share,
    cell_of,
    clear_sky_kwh_per_m2,
    ghi_kwh_per_m2,
    log_wetness,
    sunshine_share,
)
from resources.build_atlas.irradiance_fit import Target, fit


def made_sky(cells: int, seed: int = 1) -> Sky:
    """Cells of all kinds: clear and cloudy winters, dry and wet summers, low and high."""
    rng = np.random.default_rng(seed)
    clear = rng.uniform(80.0, 240.0, (12, cells))
    return Sky(
        clear_kwh_per_m2=clear,
        outside_kwh_per_m2=clear / 0.75,
        winter_logit=rng.uniform(-2.0, 2.0, cells),
        residual_logit=rng.normal(0.0, 0.5, cells),
        wetness_change=rng.normal(0.0, 1.0, (12, cells)),
        warmth=rng.uniform(-0.2, 1.2, (12, cells)),
        elevation_m=rng.uniform(0.0, 5000.0, cells),
    )


def test_a_cell_holds_its_own_centre() -> None:
    row, col = cell_of(CLIMATE.lon_deg[[0, 100, -1]], CLIMATE.lat_deg[[0, 50, -1]])
    np.testing.assert_array_equal(row, [0, 50, CLIMATE.rows - 1])
    np.testing.assert_array_equal(col, [0, 100, CLIMATE.cols - 1])


def test_sunshine_is_a_share_and_the_sun_never_gives_more_than_it_has() -> None:
    sky = made_sky(500)
    share = sunshine_share(sky)
    assert ((share > 0) & (share < 1)).all()
    assert (ghi_kwh_per_m2(sky) < sky.outside_kwh_per_m2).all()
    beam = beam_share(ghi_kwh_per_m2(sky), sky.outside_kwh_per_m2)
    assert ((beam >= 0.05) & (beam <= 0.9)).all()


def test_page_gives_the_beam_share_of_a_known_clearness() -> None:
    assert beam_share(np.array([50.0]), np.array([100.0]))[0] == pytest.approx(0.565)


def test_more_rain_at_the_same_warmth_is_wetter_and_warmer_rain_is_sooner_over() -> None:
    cold, warm = np.array([0.0]), np.array([25.0])
    assert log_wetness(cold, np.array([20.0])) < log_wetness(cold, np.array([40.0]))
    assert log_wetness(warm, np.array([40.0])) < log_wetness(cold, np.array([40.0]))


def test_irradiation_above_the_atmosphere_agrees_with_the_day_by_day_sum() -> None:
    from pvlib.irradiance import get_extra_radiation

    shape = (12, *CLIMATE.shape)
    clear, outside = clear_sky_kwh_per_m2(np.full(shape, 3.0), np.zeros(CLIMATE.shape))
    row = 79  # 35.125N
    day = np.arange(1, 366)
    declination = np.radians(23.45 * np.sin(2 * np.pi * (284 + day) / 365))
    lat = np.radians(CLIMATE.lat_deg[row])
    sunset = np.arccos(-np.tan(lat) * np.tan(declination))
    daily = (
        get_extra_radiation(day, solar_constant=1361.1)
        * 24e-3
        / np.pi
        * (np.cos(lat) * np.cos(declination) * np.sin(sunset) + sunset * np.sin(lat) * np.sin(declination))
    )
    assert outside[:, row, 0].sum() == pytest.approx(daily.sum(), rel=5e-3)
    assert (clear < outside).all()


def test_the_fit_finds_the_constants_that_made_its_targets() -> None:
    truth = Calibration(-0.25, 0.4, 0.4, 0.28, 0.55, 0.15, 0.05)
    sky = made_sky(60)
    published = ghi_kwh_per_m2(sky, truth).ravel()
    wanted = [Target("all months", "national", published, lambda by: ghi_kwh_per_m2(sky, by).ravel())]
    np.testing.assert_allclose(astuple(fit(wanted)), astuple(truth), atol=2e-3)
