"""Twenty random bases against PyPSA with HiGHS, which builds its programme from the same figures by itself.

The peer runs in an environment of its own, made by `./run bench sizing`; without it these tests skip.
Measured once: costs differ by at most 3e-9, capacities by less than 1e-6 GW.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import peers
from benchmarks.sizing import answers, cost_of, differences, give
from planning.lp import solve
from planning.sizing import BaseCase, BaseResource
from planning.sizing.model import build_model, wanted_gw

HOURS = 336
SEEDS = tuple(seed for seed in range(21) if seed != 13)
"""Twenty; 13 draws limits that no design meets."""
SITE = [{"lon_deg": 105.0, "lat_deg": 40.0}]


def random_case(seed: int) -> tuple[BaseCase, BaseResource]:
    """Two weeks of a base whose parts, costs, delivery and limits are drawn; every fourth has a reservoir."""
    rng = np.random.default_rng(1000 + seed)
    hour = np.arange(HOURS)
    wind = np.clip(0.35 + 0.25 * np.sin(hour / rng.uniform(20, 60)) + 0.2 * rng.standard_normal(HOURS), 0, 1)
    sun = np.clip(np.sin((hour % 24 - 6) / 12 * np.pi), 0, 1) * rng.uniform(0.3, 1.0, HOURS)
    kind = ("flat", "two_step", "free")[seed % 3]
    delivery: dict[str, Any] = {"kind": kind, "full_load_hours_min": float(rng.uniform(3000, 5500))}
    if kind == "two_step":
        delivery |= {"peak_hours": [[7, 22]], "valley_level": float(rng.uniform(0.5, 0.9))}
    if kind == "free" and seed % 2:
        delivery["full_load_hours_max"] = delivery["full_load_hours_min"] + 500.0
    if seed % 5 == 0:
        delivery["unmet_penalty_cny_per_mwh"] = float(rng.uniform(300, 900))

    def renewable(capex: float, life: float, land: float) -> dict[str, Any]:
        return {
            "sites": SITE, "capex_cny_per_kw": capex * float(rng.uniform(0.7, 1.3)), "life_years": life,
            "fixed_om_cny_per_kw_year": float(rng.uniform(30, 70)), "land_km2_per_mw": land,
            "variable_cny_per_mwh": float(rng.choice([0.0, 2.0])),
            "min_capacity_mw": float(rng.choice([0.0, 200.0])), "max_capacity_mw": 12000.0,
        }  # fmt: skip

    coal: dict[str, Any] = {
        "capex_cny_per_kw": 3700.0, "fixed_om_cny_per_kw_year": 120.0, "life_years": 30.0,
        "min_load_share": float(rng.choice([0.0, 0.3])), "availability_share": 0.9, "co2_t_per_mwh": 0.79,
        "marginal_cost_cny_per_mwh": float(rng.uniform(200, 320)),
    }  # fmt: skip
    coal |= {"capacity_mw": 1800.0} if seed % 4 == 1 else {"max_capacity_mw": 4000.0}
    document: dict[str, Any] = {
        "id": f"random-{seed}", "name_zh": "随机", "name_en": "random", "price_year": 2024,
        "discount_rate": float(rng.choice([0.0, 0.065])), "channel": {"capacity_mw": 2000.0}, "delivery": delivery,
        "wind": renewable(4200.0, 20.0, 0.2), "pv": renewable(3500.0, 25.0, 0.03), "thermal": coal,
        "storage": {
            "capex_power_cny_per_kw": 400.0, "capex_energy_cny_per_kwh": float(rng.uniform(400, 900)),
            "life_years": 15.0, "fixed_om_share_of_capex_per_year": 0.02,
            "efficiency_round_trip_share": float(rng.uniform(0.8, 0.92)),
            "self_discharge_share_per_h": float(rng.choice([0.0, 1e-3])),
            "min_duration_h": float(rng.choice([0.0, 1.0])), "max_duration_h": float(rng.choice([4.0, 8.0])),
        },
        "limits": {
            "renewable_share_min": float(rng.uniform(0.2, 0.7)),
            "curtailment_max_share": float(rng.uniform(0.15, 0.45)),
        },
    }  # fmt: skip
    if seed % 4 == 0:
        document["hydro"] = {
            "capacity_mw": 900.0, "inflow_monthly_mw": [float(v) for v in rng.uniform(150, 500, 12)],
            "reservoir_mwh": float(rng.uniform(2e3, 4e4)), "min_flow_mw": float(rng.choice([0.0, 80.0])),
            "cost_cny_per_mwh": 30.0,
        }  # fmt: skip
    if seed % 6 == 2:
        document["limits"]["thermal_share_max"] = 0.8
    if seed % 7 == 3:
        document["limits"]["land_km2_max"] = 900.0
    return BaseCase.model_validate(document), BaseResource({"wind": wind, "pv": sun})


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, np.ndarray]]:
    python = peers.python(peers.PYPSA, make=bool(os.environ.get("UV")))
    if python is None:
        pytest.skip("PyPSA's environment is not there (./run bench sizing makes it)")
    folder: Path = tmp_path_factory.mktemp("pypsa")
    for seed in SEEDS:
        give(folder / f"{seed}.given.npz", *random_case(seed))
    return answers(folder, python)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_base_costs_what_pypsa_finds(seed: int, theirs: dict[str, dict[str, np.ndarray]]) -> None:
    model = build_model(*random_case(seed))
    ours, peer = solve(model.program, "ipm"), theirs[str(seed)]
    assert str(peer["status"]) == "optimal"
    # Optima may be many, so hours are not compared one by one: the peer's must balance and cost the same at our
    # prices.
    assert cost_of(model, peer) == pytest.approx(ours.objective + model.objective_constant, rel=1e-5)
    supply = sum(peer[f"{name}_gw"] for name in ("wind", "pv", "thermal", "discharge"))
    supply = supply + peer.get("hydro_gw", 0.0) - peer["charge_gw"]
    delivered = peer["delivered_gw"] if "delivered_gw" in peer else wanted_gw(random_case(seed)[0], HOURS)
    if "unmet_gw" in peer:
        delivered = delivered - peer["unmet_gw"]
    np.testing.assert_allclose(supply, delivered, atol=1e-6)
    apart = differences(model, ours, peer)
    assert apart["objective"] < 1e-5
    # What costs something is the same hour by hour or not at all; wind and sun may stand in for one another.
    assert apart["thermal_sum"] < 1e-5
    assert max(value for name, value in apart.items() if name.endswith("_capacity")) < 1e-4
