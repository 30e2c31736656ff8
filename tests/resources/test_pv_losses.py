from __future__ import annotations

import numpy as np
import pandas as pd
import pvlib
import pytest

from gis_layers.errors import InputError
from resources.hours import DAYS_OF_MONTH, HOURS
from resources.pv_ageing import clipped_share, kept_by_age
from resources.pv_snow import covered_by_snowfall, kept_under_snow, lost_to_cover, snow_climate
from resources.pv_soiling import DUST_OF_DESERT_CLASS, Dust, kept_by_climate, soiled_by_rain, washing_days
from resources.solar import PvSystem
from resources.weather import generate
from tests.resources.hourly_places import place_climate

DAYS = pd.date_range("2019-01-01", periods=365, freq="D")


@pytest.mark.parametrize("dust", [Dust(0.0015), Dust(0.004, threshold_mm=3.0, grace_days=5, most=0.12)])
def test_dust_between_rains_is_that_of_pvlibs_kimber_model(dust: Dust) -> None:
    rng = np.random.default_rng(3)
    rain = np.where(rng.random((6, 365)) < 0.12, rng.exponential(6.0, (6, 365)), 0.0)
    ours = soiled_by_rain(rain, dust)
    for place in range(6):
        theirs = pvlib.soiling.kimber(
            pd.Series(rain[place], index=DAYS),
            dust.threshold_mm,
            dust.rate_per_day,
            dust.grace_days,
            dust.most,
            rain_accum_period=1,
        )
        np.testing.assert_allclose(ours[place], theirs, atol=1e-12)


def test_without_rain_dust_grows_by_its_rate_to_its_limit() -> None:
    lost = soiled_by_rain(np.zeros((1, 365)), Dust(0.001, most=0.2))[0]
    assert lost[100] == pytest.approx(0.1)
    assert lost[-1] == pytest.approx(0.2)


def test_the_expected_dust_is_the_mean_of_many_years_of_rain_by_chance() -> None:
    rain = np.full((1, 12), 25.0)
    dust = DUST_OF_DESERT_CLASS[1]
    expected = kept_by_climate(rain, np.array([1.0]), None)[0]
    rng = np.random.default_rng(0)
    days = washing_days(rain, dust.threshold_mm)[0] / np.array(DAYS_OF_MONTH)
    chance = np.repeat(days, DAYS_OF_MONTH)
    storms = np.where(rng.random((4000, 730)) < np.tile(chance, 2), 10.0, 0.0)
    drawn = 1 - soiled_by_rain(storms, dust)[:, 365:].mean()
    assert expected @ np.array(DAYS_OF_MONTH) / 365 == pytest.approx(drawn, abs=5e-4)


def test_deserts_soil_more_and_rain_and_crews_wash() -> None:
    dry, wet = np.full((1, 12), 3.0), np.full((1, 12), 120.0)
    kept = {
        name: float(kept_by_climate(*case).mean())
        for name, case in {
            "desert": (dry, np.array([1.0]), None),
            "crew": (dry, np.array([1.0]), 30),
            "steppe": (dry, np.array([3.0]), None),
            "sea": (wet, np.array([np.nan])),
        }.items()
    }
    assert kept["desert"] < kept["steppe"] < kept["sea"]
    assert kept["desert"] < kept["crew"]
    assert kept["sea"] > 0.99
    assert (kept_by_climate(dry, np.array([1.0]), None) >= 1 - 0.3).all()


def test_what_no_dust_can_be_is_refused_at_once() -> None:
    with pytest.raises(InputError) as caught:
        Dust(-0.1, threshold_mm=0.0, grace_days=-1)
    assert len(caught.value.problems) == 3
    with pytest.raises(InputError, match="desert_class"):
        kept_by_climate(np.zeros((1, 12)), np.array([7.0]))
    with pytest.raises(InputError, match="cleaning_every_days"):
        kept_by_climate(np.zeros((1, 12)), np.array([1.0]), 0)


def test_snow_covers_and_slides_as_in_pvlib() -> None:
    rng = np.random.default_rng(5)
    hours = pd.date_range("2019-01-01", periods=HOURS, freq="h")
    fall = np.where(rng.random((3, HOURS)) < 0.01, rng.exponential(2.0, (3, HOURS)), 0.0)
    light = np.maximum(rng.normal(100.0, 250.0, (3, HOURS)), 0.0)
    air = rng.normal(-3.0, 6.0, (3, HOURS))
    tilt = np.array([10.0, 35.0, 60.0])
    ours = covered_by_snowfall(fall, light, air, tilt)
    for place in range(3):
        series = (pd.Series(values[place], index=hours) for values in (fall, light, air))
        theirs = pvlib.snow.coverage_nrel(*series, tilt[place])
        np.testing.assert_allclose(ours[place], theirs, atol=1e-9)
    assert ours[2].mean() < ours[0].mean()  # steep modules shed


def test_a_string_that_snow_touches_is_lost() -> None:
    np.testing.assert_allclose(lost_to_cover(np.array([0.0, 0.1, 0.4, 1.0]), 3), [0, 1 / 3, 2 / 3, 1])
    with pytest.raises(InputError):
        lost_to_cover(np.array([0.5]), 0)


def test_snow_takes_most_from_cold_wet_winters_and_nothing_from_the_south() -> None:
    month = np.arange(12)
    warm = 20 + 8 * -np.cos(2 * np.pi * month / 12)
    cold = 2 + 22 * -np.cos(2 * np.pi * month / 12)
    temperature = np.stack([warm, cold, cold])
    rain = np.stack([np.full(12, 80.0), np.full(12, 30.0), np.full(12, 5.0)])
    light = np.full((3, 12), 120.0)
    kept = kept_under_snow(snow_climate(rain, temperature), temperature, light, np.full(3, 40.0))
    assert (kept[0] == 1).all()
    assert kept[1, 0] < kept[2, 0] < 1
    assert (kept[1, 5:8] == 1).all()
    assert (kept >= 0).all()
    fall = snow_climate(rain, temperature).fall_cm
    assert fall[1, 0] == pytest.approx(30.0)  # 30 mm, all frozen, ten times as deep


def test_a_plant_ages_as_its_warranty_says() -> None:
    kept = kept_by_age(25, 0.02, 0.0045)
    assert kept[0] == pytest.approx(0.99)
    assert kept[1] == pytest.approx(0.98 - 0.00225)
    assert kept[-1] == pytest.approx(0.98 - 0.0045 * 23.5)
    assert (np.diff(kept) < 0).all()
    with pytest.raises(InputError, match="last year"):
        kept_by_age(300, 0.02, 0.0045)
    with pytest.raises(InputError, match="years"):
        kept_by_age(0, 0.02, 0.0045)


def test_a_small_inverter_clips_and_a_large_one_does_not() -> None:
    weather = generate(place_climate("Golmud", "Chengdu"), seed=1)
    shares = [clipped_share(weather, PvSystem(dc_ac_ratio=ratio)) for ratio in (0.9, 1.3, 1.8)]
    assert (shares[0] < 1e-6).all()
    assert (shares[1] < shares[2]).all()
    assert shares[2][0] > shares[2][1]  # the sunny place clips more
    assert 0.02 < shares[2][0] < 0.25
