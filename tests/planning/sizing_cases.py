"""Cases of bases for the tests of the sizing: toys of three hours, and random ones with every technology."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from planning.sizing.case import BaseCase
from planning.sizing.case_file import case_of_document
from planning.sizing.resource import BaseResource
from resources.cascade import CascadeHydrology
from resources.cascade_storage import Reservoir
from resources.cascade_tables import CascadeStation, cascade_stations

SITE = [{"lon_deg": 101.0, "lat_deg": 36.0}]
PLANT = {"capex_cny_per_kw": 1000.0, "fixed_om_cny_per_kw_year": 10.0, "life_years": 10.0}
"""At a rate of 0: 110 CNY a kW and year."""
WIND = {"sites": SITE, **PLANT, "land_km2_per_mw": 0.2}
PV = {"sites": SITE, **PLANT, "land_km2_per_mw": 0.03}
COAL = {
    **PLANT,
    "min_load_share": 0.0,
    "availability_share": 1.0,
    "marginal_cost_cny_per_mwh": 300.0,
    "co2_t_per_mwh": 0.8,
}
BATTERY = {
    "capex_power_cny_per_kw": 400.0,
    "capex_energy_cny_per_kwh": 700.0,
    "fixed_om_share_of_capex_per_year": 0.02,
    "life_years": 10.0,
    "efficiency_round_trip_share": 0.81,
}


def toy(**parts: Any) -> BaseCase:
    """A base with a channel of 100 MW; `flat_mw` asks for that power in every hour."""
    flat = parts.pop("flat_mw", None)
    document: dict[str, Any] = {
        "id": "toy",
        "name_zh": "试",
        "name_en": "toy",
        "price_year": 2024,
        "discount_rate": 0.0,
        "channel": {"capacity_mw": 100},
        "delivery": {"kind": "free", "full_load_hours_min": 0},
    }
    if flat is not None:
        document["delivery"] = {"kind": "flat", "full_load_hours_min": flat / 100 * 8760}
    return case_of_document(document | parts)


def given(**profiles: Sequence[float]) -> BaseResource:
    return BaseResource({name: np.array(values, dtype=np.float64) for name, values in profiles.items()})


def station(id: str, below: str, capacity_mw: float) -> CascadeStation:
    """A station of which only power and place in the river count."""
    return dataclasses.replace(
        cascade_stations()[0], id=id, below=below, capacity_mw=capacity_mw, diverts=False
    )


def river(
    local_m3_s: Sequence[Sequence[float]], *, travel_h: int = 1, before_m3_s: float = 0.0, storage_m3: float = 1e6,
    start_m3: float = 0.0, least_m3_s: float = 0.0, diverts: bool = False,
) -> CascadeHydrology:  # fmt: skip
    """Two stations in a row of 1 MW per m3/s and 100 MW each; the upper one has a lake."""
    local = np.array(local_m3_s, dtype=np.float64)
    count, steps = local.shape
    stations = (station("up", "down", 100.0), station("down", "", 100.0))
    lake = Reservoir(1000.0, 950.0, 900.0, storage_m3, 2 * storage_m3, 2.0)
    high = np.zeros((count, steps))
    high[0] = storage_m3
    return CascadeHydrology(
        stations=stations, reservoirs=(lake, lake), year_kinds=("mean", "mean"), step_h=1.0,
        below=np.array([1, -1]), travel_steps=np.array([travel_h, 0]), travel_h=np.array([float(travel_h), 0.0]),
        local_inflow_m3_s=local, mean_flow_m3_s=local.mean(axis=1),
        environmental_m3_s=np.full((count, steps), least_m3_s),
        environmental_through_turbines=np.array([not diverts, True]), storage_low_m3=np.zeros(count),
        storage_high_m3=high, storage_start_m3=np.array([start_m3, 0.0]),
        release_before_m3_s=np.array([before_m3_s, 0.0]), rule_storage_m3=high, rule_release_m3_s=local,
        regulates=np.array([True, False]), capacity_mw=np.array([100.0, 100.0]),
        max_turbine_m3_s=np.array([100.0, 100.0]), mw_per_m3_s=np.ones(count), efficiency=np.full(count, 0.9),
    )  # fmt: skip


def random_case(seed: int, hours: int = 96) -> tuple[BaseCase, BaseResource]:
    """A base with a random choice of technologies, delivery and limits that can be met."""
    rng = np.random.default_rng(seed)
    hour = np.arange(hours)
    sun = np.clip(np.sin((hour % 24 - 6) / 12 * np.pi), 0, 1)
    cloud = rng.uniform(0.4, 1.0, hours // 24 + 1)[hour // 24]
    profiles = {
        "wind": np.clip(
            0.35 + 0.3 * np.sin(hour / rng.uniform(5, 20)) + 0.15 * rng.standard_normal(hours), 0, 1
        ),
        "pv_fixed": 0.8 * sun * cloud,
        "pv_tracked": np.clip(sun**0.5 * cloud, 0, 1) * 0.85,
        "csp_heat": np.where(sun * cloud > 0.3, sun * cloud, 0.0),
    }
    kind = ["flat", "two_step", "band", "free", "seasonal"][seed % 5]
    delivery: dict[str, Any] = {"kind": kind, "full_load_hours_min": float(rng.uniform(3500, 5000))}
    if kind in ("two_step", "band", "seasonal"):
        delivery |= {"peak_hours": [[7, 22]], "valley_level": 0.6}
    if kind == "band":
        delivery |= {"band_low_share": 0.5, "band_high_share": 1.2}
    parts: dict[str, Any] = {
        "discount_rate": 0.06,
        "delivery": delivery,
        "wind": WIND | {"capex_cny_per_kw": 4200.0, "max_capacity_mw": 400.0},
        "pv_fixed": PV | {"capex_cny_per_kw": 3400.0},
        "storage": BATTERY | {"min_duration_h": 1.0, "max_duration_h": 8.0},
        "thermal": COAL
        | {"max_capacity_mw": 90.0, "min_load_share": 0.3, "capex_cny_per_kw": 3700.0, "no_load_share": 0.1},
        "limits": {"renewable_share_min": float(rng.uniform(0.3, 0.7)), "curtailment_max_share": 0.15},
    }
    if rng.random() < 0.5:
        parts["pv_tracked"] = PV | {"capex_cny_per_kw": 3800.0}
    if rng.random() < 0.5:
        parts["pumped"] = {"capex_cny_per_kw": 5500.0, "fixed_om_share_of_capex_per_year": 0.02, "life_years": 40.0,
                           "efficiency_round_trip_share": 0.75, "duration_h": 6.0, "max_capacity_mw": 50.0}  # fmt: skip
    if rng.random() < 0.5:
        parts["csp"] = {"sites": SITE, "capex_cny_per_kw": 12000.0, "fixed_om_cny_per_kw_year": 300.0,
                        "life_years": 25.0, "land_km2_per_mw": 0.03, "max_capacity_mw": 60.0,
                        "min_capacity_mw": 10.0}  # fmt: skip
    if rng.random() < 0.5:
        parts["thermal"] |= {"commitment": "relaxed", "start_cost_cny_per_mw": 400.0, "min_up_h": 4,
                             "ramp_share_per_h": 0.5}  # fmt: skip
    if rng.random() < 0.5:
        parts["electrolyser"] = {"capex_cny_per_kw": 2000.0, "fixed_om_cny_per_kw_year": 60.0, "life_years": 20.0,
                                 "mwh_per_t_h2": 52.0, "tonnes_per_year_min": 500.0, "max_capacity_mw": 40.0,
                                 "min_load_share": 0.1}  # fmt: skip
    water = None
    if rng.random() < 0.5:
        parts["cascade"] = {"stations": ["yellow-04"]}
        local = np.array([6.0 + 3.0 * np.sin(hour / 40.0), np.full(hours, 1.0)])
        water = river(
            local.tolist(), travel_h=3, before_m3_s=5.0, storage_m3=2e6, start_m3=1e6, least_m3_s=2.0
        )
    used = {name: values for name, values in profiles.items() if name.removesuffix("_heat") in parts}
    return toy(**parts), BaseResource(used, water)


PLACE = [{"lon_deg": 110.0, "lat_deg": 40.0}]


def plain_profiles(hours: int = 8760, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """(hour,) wind and PV over capacity: weather from a seed."""
    hour = np.arange(hours)
    rng = np.random.Generator(np.random.PCG64(seed))
    wind = np.clip(0.35 + 0.25 * np.sin(hour / 37.0) + 0.2 * rng.standard_normal(hours), 0, 1)
    pv = np.clip(np.sin((hour % 24 - 6) / 12 * np.pi), 0, 1) * (0.6 + 0.3 * np.sin(hour / 8760 * 2 * np.pi))
    return wind, np.clip(pv, 0, 1)


def plain_base(**changes: object) -> BaseCase:
    """Wind, PV, battery and coal behind 1 GW, costs of today."""
    document: dict[str, object] = {
        "id": "toy", "name_zh": "试", "name_en": "toy", "price_year": 2024, "discount_rate": 0.06,
        "channel": {"capacity_mw": 1000},
        "delivery": {"kind": "two_step", "peak_hours": [[8, 22]], "valley_level": 0.6, "full_load_hours_min": 4000},
        "wind": {"sites": PLACE, "capex_cny_per_kw": 4200, "fixed_om_cny_per_kw_year": 55, "life_years": 20,
                 "land_km2_per_mw": 0.2, "max_capacity_mw": 5000},
        "pv": {"sites": PLACE, "capex_cny_per_kw": 3600, "fixed_om_cny_per_kw_year": 42, "life_years": 25,
               "land_km2_per_mw": 0.03, "max_capacity_mw": 5000},
        "storage": {"capex_power_cny_per_kw": 400, "capex_energy_cny_per_kwh": 750, "life_years": 15,
                    "fixed_om_share_of_capex_per_year": 0.02, "efficiency_round_trip_share": 0.86},
        "thermal": {"max_capacity_mw": 600, "capex_cny_per_kw": 3700, "fixed_om_cny_per_kw_year": 120,
                    "life_years": 30, "min_load_share": 0.3, "availability_share": 0.9,
                    "marginal_cost_cny_per_mwh": 280, "co2_t_per_mwh": 0.79},
        "limits": {"renewable_share_min": 0.5, "curtailment_max_share": 0.1},
    }  # fmt: skip
    return BaseCase.model_validate(document | changes)
