"""The comparison with published values: the arithmetic of a check, and the checks of the sun."""

from __future__ import annotations

import numpy as np
import pytest

from gis_layers.grid import CLIMATE
from resources.check import compare, compare_statement
from resources.validation import china_mean, run_checks, solar_checks


def test_an_error_is_counted_from_the_nearer_end_of_a_published_range() -> None:
    above = compare("甲", "a", "m", (100.0, 200.0), "source", 210.0, 0.06, enforced=True)
    assert above.error == pytest.approx(0.05)
    assert above.passed
    assert above.published == "100-200"
    below = compare("甲", "a", "m", (100.0, 200.0), "source", 90.0, 0.06, enforced=True)
    assert below.error == pytest.approx(-0.10)
    assert not below.passed


def test_within_the_range_there_is_no_error() -> None:
    inside = compare("甲", "a", "m", (100.0, 200.0), "source", 150.0, 0.0, enforced=True, digits=1)
    assert inside.error == 0.0
    assert inside.passed
    assert inside.ours == "150.0"


def test_a_statement_has_no_error_but_a_verdict() -> None:
    check = compare_statement("甲", "a", "rank", "first", "source", "second", False, enforced=False)
    assert check.error is None
    assert check.tolerance is None
    assert not check.passed


def test_the_mean_over_china_of_a_constant_is_the_constant() -> None:
    assert china_mean(np.full(CLIMATE.shape, 7.0)) == pytest.approx(7.0)


@pytest.mark.parametrize("check", [c for c in solar_checks() if c.enforced], ids=lambda c: c.name_en)
def test_published_irradiation_is_met(check: object) -> None:
    assert check.passed, check  # type: ignore[attr-defined]


def test_every_check_names_itself_in_both_languages_and_its_source() -> None:
    checks = run_checks()
    assert len({c.name_en for c in checks}) == len(checks)
    for check in checks:
        assert check.name_zh
        assert check.published_source
        assert check.ours not in ("", "nan")
