"""Long-term correction on records whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources.measure_correlate import METHODS, LongTerm, Series, compare_methods, long_term, weibull_of

YEARS = 6
TIME = np.arange(np.datetime64("2015-01-01T00", "h"), np.datetime64("2021-01-01T00", "h"))


def weather(seed: int = 1, noise: float = 0.35) -> tuple[np.ndarray, np.ndarray]:
    """Reference and site speeds: one latent weather with memory, the site windier and with noise of its own."""
    from scipy.signal import lfilter
    from scipy.stats import norm

    rng = np.random.default_rng(seed)

    def latent() -> np.ndarray:
        return np.asarray(lfilter([np.sqrt(1 - 0.95**2)], [1, -0.95], rng.standard_normal(len(TIME))))

    common, own = latent(), latent()
    season = 1 + 0.15 * np.cos(2 * np.pi * np.arange(len(TIME)) / 8766)
    reference = 7.0 / 0.8862 * (-norm.logsf(common)) ** (1 / 2.0) * season
    mixed = np.sqrt(1 - noise**2) * common + noise * own
    site = 8.2 / 0.8859 * (-norm.logsf(mixed)) ** (1 / 2.1) * season
    return reference, site


def short(site: np.ndarray, start: str, stop: str) -> Series:
    inside = (np.datetime64(start) <= TIME) & (np.datetime64(stop) > TIME)
    return Series(TIME[inside].copy(), site[inside].copy())


def test_a_line_is_found_again_exactly_by_the_line_methods() -> None:
    reference, _ = weather()
    site = 1.2 * reference + 0.5
    for method in ("linear", "variance_ratio"):
        found = long_term(short(site, "2018-01-01", "2019-01-01"), Series(TIME, reference), method)  # type: ignore[arg-type]
        np.testing.assert_allclose(found.speed_ms, site, rtol=1e-9)
        assert found.correlation == pytest.approx(1.0)
        assert found.sigma_share < 1e-9


def test_a_power_law_between_two_weibull_winds_is_found_by_their_scales() -> None:
    reference, _ = weather()
    site = 3.0 * (reference / 2.0) ** 0.8
    found = long_term(short(site, "2018-01-01", "2020-01-01"), Series(TIME, reference), "weibull_scale")
    assert found.mean_ms == pytest.approx(site.mean(), rel=0.01)
    np.testing.assert_allclose(
        np.quantile(found.speed_ms, [0.2, 0.9]), np.quantile(site, [0.2, 0.9]), rtol=0.04
    )


def test_a_year_predicts_the_long_term_mean_and_its_error_is_of_the_size_it_says() -> None:
    hits = []
    for seed in range(8):
        reference, site = weather(seed)
        found = long_term(short(site, "2017-01-01", "2018-01-01"), Series(TIME, reference))
        hits.append((found.mean_ms / site.mean() - 1) / found.sigma_share)
        assert found.mean_ms == pytest.approx(site.mean(), rel=0.05)
    assert 0.3 < np.sqrt(np.mean(np.square(hits))) < 2.0


def test_a_winter_is_corrected_down_to_the_year() -> None:
    reference, site = weather(3)
    winter = short(site, "2018-11-01", "2019-03-01")
    found = long_term(winter, Series(TIME, reference))
    truth = site.mean()
    assert winter.speed_ms.mean() > 1.05 * truth
    assert abs(found.mean_ms - truth) < 0.5 * abs(winter.speed_ms.mean() - truth)
    assert {"less_than_a_year", "months_missing"} <= set(found.warnings)
    assert found.overlap_months == 4


def test_least_squares_narrows_the_wind_and_the_variance_ratio_keeps_its_spread() -> None:
    reference, site = weather(4, noise=0.6)
    mast = short(site, "2016-01-01", "2018-01-01")
    by: dict[str, LongTerm] = {r.method: r for r in compare_methods(mast, Series(TIME, reference))}
    assert set(by) == set(METHODS)
    truth = site.std()
    assert by["linear"].speed_ms.std() < 0.9 * truth
    assert by["variance_ratio"].speed_ms.std() == pytest.approx(truth, rel=0.05)
    assert by["weibull_scale"].speed_ms.std() == pytest.approx(truth, rel=0.05)


def test_a_full_year_with_a_good_reference_has_nothing_to_warn_of() -> None:
    reference, site = weather(5)
    found = long_term(short(site, "2017-01-01", "2018-01-01"), Series(TIME, reference))
    assert found.warnings == ()
    assert found.overlap_hours == 8760
    assert found.reference_sigma_share == pytest.approx(0.06 / np.sqrt(6), rel=0.01)
    assert found.total_sigma_share > found.sigma_share


def test_a_clock_in_utc_is_found() -> None:
    reference, site = weather(6)
    mast = short(site, "2017-01-01", "2018-01-01")
    behind = Series(mast.time - np.timedelta64(8, "h"), mast.speed_ms.copy())
    found = long_term(behind, Series(TIME, reference))
    assert found.best_lag_h == -8
    assert "clock_offset" in found.warnings


def test_two_months_are_refused_and_so_are_gaps_that_leave_as_little() -> None:
    reference, site = weather(7)
    with pytest.raises(InputError, match="three months"):
        long_term(short(site, "2017-01-01", "2017-03-01"), Series(TIME, reference))
    gappy = short(site, "2017-01-01", "2018-01-01")
    speed = gappy.speed_ms.copy()
    speed[::5] = np.nan
    speed[2500:] = np.nan
    with pytest.raises(InputError, match="common hours: found 2000"):
        long_term(Series(gappy.time.copy(), speed), Series(TIME, reference))


def test_a_reference_from_elsewhere_is_refused_and_a_weak_one_is_told() -> None:
    reference, _ = weather(8)
    _, elsewhere = weather(9)
    with pytest.raises(InputError, match="correlation"):
        long_term(short(elsewhere, "2017-01-01", "2018-01-01"), Series(TIME, reference))
    reference, weak = weather(10, noise=0.8)
    assert (
        "weak_correlation"
        in long_term(short(weak, "2017-01-01", "2018-01-01"), Series(TIME, reference)).warnings
    )


def test_bad_times_and_speeds_are_named_with_their_rows() -> None:
    reference, site = weather(11)
    mast = short(site, "2017-01-01", "2018-01-01")
    time, speed = mast.time.copy(), mast.speed_ms.copy()
    time[100] = time[50]
    speed[7] = -3.0
    speed[8] = 99.9
    with pytest.raises(InputError) as error:
        long_term(Series(time, speed), Series(TIME, reference))
    assert [p.where for p in error.value.problems] == ["mast row 101", "mast row 8", "mast row 9"]


def test_the_weibull_fit_keeps_mean_and_energy() -> None:
    speed = 8.0 * np.random.default_rng(1).weibull(2.2, 200_000)
    scale, shape = weibull_of(speed)
    assert (scale, shape) == (pytest.approx(8.0, rel=0.005), pytest.approx(2.2, rel=0.01))
