"""Every limit a sizing can name has words in both languages."""

from __future__ import annotations

import pytest

from app.limit_words import LIMITS, limit_name, limit_unit
from app.messages import say
from gis_layers.errors import Conflict, InfeasibleError
from planning.sizing.limits import Limits
from planning.sizing.marginal import marginal_values
from planning.sizing.model import build_model
from tests.planning.sizing_cases import BATTERY, random_case


@pytest.mark.parametrize("seed", range(8))
def test_every_limit_of_a_base_has_words(seed: int) -> None:
    from planning.lp import solve

    case, resource = random_case(seed, 48)
    more = {"max_cycles_per_year": 400.0, "max_power_mw": 500.0, "max_energy_mwh": 1000.0}
    storage = type(case.storage).model_validate(BATTERY | more)  # type: ignore[union-attr]
    limits = Limits(
        renewable_share_min=0.1, curtailment_max_share=0.9, thermal_share_max=1.0, storage_power_share_min=0.01,
        storage_hours_min=0.1, co2_max_t=1e9, co2_intensity_max_t_per_mwh=9.0, land_km2_max=1e4,
        investment_max_cny=1e12,
    )  # fmt: skip
    delivery = case.delivery.model_copy(update={"full_load_hours_max": 8760.0})
    model = build_model(
        case.model_copy(update={"limits": limits, "storage": storage, "delivery": delivery}), resource
    )
    values, units = marginal_values(model, solve(model.program))
    assert set(values) == set(units)
    assert set(values) <= set(LIMITS)


def test_a_conflict_is_told_in_words_with_its_id() -> None:
    error = InfeasibleError("base_infeasible", [Conflict("land_km2_max", 12.0, "km2")], base="x")
    assert "用地上限 (land_km2_max): 需放宽 12 平方公里" in say(error, "zh")
    assert "most land (land_km2_max): would have to give 12 km2" in say(error, "en")


def test_an_unknown_limit_keeps_its_id() -> None:
    assert limit_name("x_max", "zh") == "x_max"
    assert limit_unit("MW", "en") == "MW"
