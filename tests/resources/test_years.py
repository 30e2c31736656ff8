"""P-values against the sums of squares done by hand, and what few years may say."""

from __future__ import annotations

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources.years import INTERANNUAL, LASTING, Component, analytic, spread_of_years, yield_table

NOTHING: tuple[Component, ...] = ()


def test_one_year_takes_the_default_spread() -> None:
    spread = spread_of_years([2500.0], "wind")
    assert (spread.mean, spread.sigma_share, spread.from_years) == (2500.0, pytest.approx(0.06), 0.0)


def test_years_are_pooled_with_the_default_by_their_number() -> None:
    # Four years of variance 0.0016 (s = 4 %): (10 x 0.0036 + 3 x s2) / 13.
    yearly = np.array([0.95, 0.98, 1.03, 1.04])
    own = yearly.var(ddof=1) / yearly.mean() ** 2
    spread = spread_of_years(yearly, "wind")
    assert spread.sigma_share**2 == pytest.approx((10 * 0.06**2 + 3 * own) / 13)
    assert spread.from_years == pytest.approx(3 / 13)
    assert spread.mean_sigma_share == pytest.approx(spread.sigma_share / 2)


def test_many_years_overrule_the_default() -> None:
    yearly = 1800 * (1 + 0.15 * np.random.default_rng(1).standard_normal(400))
    own = float(yearly.std(ddof=1) / yearly.mean())
    assert own > 4 * INTERANNUAL["pv"].sigma_share
    assert spread_of_years(yearly, "pv").sigma_share == pytest.approx(own, rel=0.02)


def test_the_draws_meet_the_sum_of_squares() -> None:
    table = yield_table([2000.0], "wind", seed=3)
    sigmas = [INTERANNUAL["wind"].sigma_share, *(c.sigma_share for c in LASTING["wind"])]
    for row in table.rows:
        here = [sigmas[0] / np.sqrt(row.period_years), *sigmas[1:]]
        # Products of factors are skewed to the good side, which shows at P99 only.
        for p, value in list(zip(table.exceedances, row.values, strict=True))[:3]:
            assert value == pytest.approx(analytic(2000.0, here, p), rel=0.01)


def test_p90_by_hand_where_only_the_years_differ() -> None:
    table = yield_table([1000.0], "wind", lasting=NOTHING, periods_years=(1, 9), seed=1)
    assert table.rows[0].values[2] == pytest.approx(1000 * (1 - 1.2816 * 0.06), rel=0.002)
    assert table.rows[1].values[2] == pytest.approx(1000 * (1 - 1.2816 * 0.02), rel=0.002)


def test_longer_periods_are_surer_and_higher_exceedances_lower() -> None:
    table = yield_table([1500.0, 1550.0, 1480.0], "pv")
    p90 = [row.values[2] for row in table.rows]
    assert p90 == sorted(p90)
    for row in table.rows:
        assert list(row.values) == sorted(row.values, reverse=True)


def test_the_same_seed_gives_the_same_table_and_another_seed_nearly() -> None:
    first, again, other = (yield_table([2000.0, 2100.0], "wind", seed=s) for s in (5, 5, 6))
    assert first == again
    assert first.rows != other.rows
    assert first.rows[0].values == pytest.approx(other.rows[0].values, rel=0.01)


def test_every_component_says_where_it_comes_from() -> None:
    for component in yield_table([1.0], "hydro").components:
        assert component.source
        assert component.tier == "estimated"


@pytest.mark.parametrize(
    ("yearly", "more"),
    [([], {}), ([0.0], {}), ([np.nan, 1.0], {}), ([1.0], {"exceedances": (1.2,)}), ([1.0], {"draws": 10}),
     ([1.0], {"periods_years": (0,)}), ([1.0], {"lasting": (Component("x", -0.1, False, "estimated", "y"),)})],
)  # fmt: skip
def test_what_cannot_be_is_refused(yearly: list[float], more: dict[str, object]) -> None:
    with pytest.raises(InputError):
        yield_table(yearly, "wind", **more)  # type: ignore[arg-type]
