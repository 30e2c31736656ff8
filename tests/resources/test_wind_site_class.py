"""The class of a site by hand-computed winds of fifty years."""

from __future__ import annotations

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources.wind_site_class import (
    classes_of_climate,
    in_typhoon_reach,
    neutral_turbulence,
    suggest_class,
    vref_of_weibull,
    vref_of_years,
)


def test_with_shape_1_75_the_fifty_year_wind_is_five_times_the_mean_as_in_the_standard() -> None:
    # IEC 61400-1's classes have V_ref = 5 V_ave; by the Weibull estimate that is k = 1.77.
    assert vref_of_weibull(8.0, 1.77) / 8.0 == pytest.approx(5.0, abs=0.05)


def test_a_rayleigh_sites_fifty_year_wind_by_hand() -> None:
    # 1 - 0.98^(1/23037) = 8.7696e-7; sqrt(13.9467) = 3.7345; A = 7 / 0.886227.
    assert vref_of_weibull(7.0, 2.0) == pytest.approx(3.7345 * 7.0 / 0.886227, abs=0.01)


def test_the_gumbel_estimate_of_known_years_by_hand() -> None:
    # Mean 26, s = sqrt(10) of 22, 24, 26, 28, 30; K = 0.779697 (3.901939 - 0.577216) = 2.592288.
    vref, error = vref_of_years(np.array([22.0, 24.0, 26.0, 28.0, 30.0]))
    assert vref == pytest.approx(26 + 2.592288 * np.sqrt(10), abs=1e-4)
    assert error == pytest.approx(np.sqrt(2) * np.sqrt(1 + 1.1396 * 2.592288 + 1.1 * 2.592288**2), abs=1e-4)


def test_the_gumbel_standard_error_is_that_of_drawn_samples() -> None:
    rng = np.random.default_rng(1)
    samples = rng.gumbel(25.0, 2.0, (4000, 20))
    found = np.array([vref_of_years(sample) for sample in samples])
    truth = 25.0 - 2.0 * np.log(-np.log(0.98))
    assert found[:, 0].mean() == pytest.approx(truth, rel=0.01)
    assert found[:, 0].std() == pytest.approx(found[:, 1].mean(), rel=0.1)


@pytest.mark.parametrize(
    ("mean", "shape", "turbulence", "name"),
    [(6.5, 2.2, 0.11, "IIIC"), (8.2, 2.2, 0.13, "IIB"), (9.5, 2.3, 0.155, "IA"), (9.5, 2.3, 0.17, "IA+"),
     (10.5, 2.5, 0.1, "S"), (7.0, 1.4, 0.1, "S"), (7.0, 2.2, 0.25, "S")],
)  # fmt: skip
def test_classes_by_mean_extreme_and_turbulence(
    mean: float, shape: float, turbulence: float, name: str
) -> None:
    assert suggest_class(mean, shape, turbulence_at_15_ms=turbulence, measured=True).name == name


def test_a_site_near_a_limit_is_told_the_next_class_too() -> None:
    site = suggest_class(7.3, 2.2)
    assert (site.wind_class, site.cautious_class, site.vref_method) == ("III", "II", "weibull")
    assert site.mean_sigma_ms == pytest.approx(0.73)
    assert not site.turbulence_measured


def test_measured_years_replace_the_weibull_tail() -> None:
    years = [24.0, 27.0, 25.0, 29.0, 26.0, 30.0]
    site = suggest_class(7.0, 1.4, yearly_highest_hour_ms=years)
    assert site.vref_method == "gumbel"
    assert site.vref_ms == pytest.approx(1.06 * vref_of_years(np.array(years))[0])
    assert suggest_class(7.0, 1.4, yearly_highest_hour_ms=years[:4]).vref_method == "weibull"


def test_typhoon_coasts_get_no_ordinary_class() -> None:
    assert in_typhoon_reach(119.8, 25.5)
    assert in_typhoon_reach(110.3, 20.0)
    assert not in_typhoon_reach(96.0, 40.5)
    assert not in_typhoon_reach(104.0, 30.7)
    assert suggest_class(7.0, 2.1, typhoon=True).name == "S"


def test_a_climate_is_classed_at_its_hub_and_on_its_good_ground() -> None:
    from tests.resources.hourly_places import place_climate

    windy, calm = classes_of_climate(place_climate("Jiuquan", "Chengdu"), hub_m=120.0)
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) / 365
    season = 1 + 0.15 * np.cos(2 * np.pi * (np.arange(12) - 2.5) / 12)
    assert windy.mean_ms == pytest.approx(7.6 * float(season @ days) * 1.1 * 1.2**0.14)
    assert (windy.wind_class, calm.wind_class, calm.typhoon) == ("I", "III", False)


def test_neutral_turbulence_over_grass_at_a_hundred_metres() -> None:
    assert neutral_turbulence(100.0, 0.03) == pytest.approx(0.1233, abs=1e-4)


def test_figures_no_site_has_are_named_together() -> None:
    with pytest.raises(InputError) as error:
        suggest_class(40.0, 0.5, turbulence_at_15_ms=2.0)
    assert {p.field for p in error.value.problems} == {"mean_ms", "weibull_shape", "turbulence_at_15_ms"}
