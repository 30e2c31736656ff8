"""PyPSA on base cases handed over in files, timed; runs in the peers' environment, not in ours.

    PYTHONPATH=. python -P peer_pypsa.py FOLDER [io_api]

For every NAME.given.npz in FOLDER a NAME.answer.npz is written. Nothing of ours is imported: the case comes as
JSON (all costs filled in), the annuities and the programme are built here from PyPSA's own components, with
what PyPSA has no component for (yearly limits, one converter for both directions) added as rows by linopy. Units GW and million CNY, as in ours: HiGHS likes them better than MW and CNY.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pypsa

from benchmarks.peak import peak_mib

HOURS = 8760


class Base:
    """One case as a PyPSA network."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as file:
            self.case: dict[str, Any] = json.loads(str(file["case"]))
            self.wind_cf, self.pv_cf = file["wind_cf"], file["pv_cf"]
            self.wanted, self.inflow = file["wanted_gw"], file["inflow_gw"]
        self.hours = len(self.wanted)
        self.year_share = self.hours / HOURS
        self.constant = 0.0
        self.n = pypsa.Network()
        self.n.set_snapshots(range(self.hours))
        self.n.add("Bus", "base")
        for name, cf in (("wind", self.wind_cf), ("pv", self.pv_cf)):
            if self.case[name] is not None:
                part = self.case[name]
                self._plant(name, part, part["variable_cny_per_mwh"] * 1e-3, p_max_pu=cf)
        if self.case["thermal"] is not None:
            part = self.case["thermal"]
            levels = {"p_min_pu": part["min_load_share"], "p_max_pu": part["availability_share"]}
            self._plant("thermal", part, part["marginal_cost_cny_per_mwh"] * 1e-3, **levels)
        if self.case["storage"] is not None:
            self._battery(self.case["storage"])
        if self.case["hydro"] is not None:
            self._hydro(self.case["hydro"])
        self._delivery()

    def _annuity(self, years: float) -> float:
        rate = self.case["discount_rate"]
        return rate / (1 - (1 + rate) ** -years) if rate else 1 / years

    def _plant(self, name: str, part: dict[str, Any], marginal: float, **levels: Any) -> None:
        yearly = (
            part["capex_cny_per_kw"] * self._annuity(part["life_years"]) + part["fixed_om_cny_per_kw_year"]
        )
        yearly *= self.year_share
        if part["capacity_mw"] is not None:
            size = part["capacity_mw"] / 1e3
            self.constant += yearly * size
            sizes = {"p_nom": size}
        else:
            most = part["max_capacity_mw"]
            sizes = {
                "p_nom_extendable": True,
                "p_nom_min": part["min_capacity_mw"] / 1e3,
                "p_nom_max": np.inf if most is None else most / 1e3,
                "capital_cost": yearly,
            }
        self.n.add("Generator", name, bus="base", marginal_cost=marginal, **sizes, **levels)

    def _battery(self, part: dict[str, Any]) -> None:
        share = self._annuity(part["life_years"]) + part["fixed_om_share_of_capex_per_year"]
        share *= self.year_share
        one_way = part["efficiency_round_trip_share"] ** 0.5
        self.one_way = one_way
        self.n.add("Bus", "cells")
        self.n.add("Link", "charge", bus0="base", bus1="cells", efficiency=one_way, p_nom_extendable=True,
                   capital_cost=part["capex_power_cny_per_kw"] * share, p_nom_min=part["min_power_mw"] / 1e3,
                   p_nom_max=np.inf if part["max_power_mw"] is None else part["max_power_mw"] / 1e3)  # fmt: skip
        self.n.add("Link", "discharge", bus0="cells", bus1="base", efficiency=one_way, p_nom=np.inf,
                   marginal_cost=(part["variable_cny_per_mwh"] + part["wear_cny_per_mwh"]) * 1e-3 * one_way)  # fmt: skip
        self.n.add("Store", "cells", bus="cells", e_nom_extendable=True, e_cyclic=True,
                   standing_loss=part["self_discharge_share_per_h"], e_max_pu=part["depth_share"],
                   capital_cost=part["capex_energy_cny_per_kwh"] * share, e_nom_min=part["min_energy_mwh"] / 1e3,
                   e_nom_max=np.inf if part["max_energy_mwh"] is None else part["max_energy_mwh"] / 1e3)  # fmt: skip

    def _hydro(self, part: dict[str, Any]) -> None:
        size = part["capacity_mw"] / 1e3
        self.n.add("StorageUnit", "hydro", bus="base", p_nom=size, p_min_pu=0.0, inflow=self.inflow,
                   max_hours=part["reservoir_mwh"] / 1e3 / size, cyclic_state_of_charge=True,
                   efficiency_dispatch=1.0, marginal_cost=part["cost_cny_per_mwh"] * 1e-3)  # fmt: skip

    def _delivery(self) -> None:
        wish = self.case["delivery"]
        if wish["kind"] == "free":
            channel = self.case["channel"]["capacity_mw"] / 1e3
            self.n.add("Generator", "delivered", bus="base", sign=-1.0, p_nom=channel)
            return
        self.n.add("Load", "delivered", bus="base", p_set=self.wanted)
        if wish["unmet_penalty_cny_per_mwh"] is not None:
            self.n.add("Generator", "unmet", bus="base", p_nom=float(self.wanted.max()),
                       p_max_pu=self.wanted / self.wanted.max(),
                       marginal_cost=wish["unmet_penalty_cny_per_mwh"] * 1e-3)  # fmt: skip

    def extra(self, n: Any, _snapshots: Any) -> None:
        """What PyPSA has no component for."""
        m, case, limits = n.model, self.case, self.case["limits"]
        power = m.variables["Generator-p"]
        of = {name: power.sel(name=name).sum() for name in n.generators.index}
        if case["storage"] is not None:
            self._battery_rows(m, case["storage"])
        green = [of[name] for name in ("wind", "pv") if name in of]
        if case["hydro"] is not None:
            turbine = m.variables["StorageUnit-p_dispatch"].sel(name="hydro")
            green.append(turbine.sum())
            least = case["hydro"]["min_flow_mw"] / 1e3
            if least > 0:
                release = turbine + m.variables["StorageUnit-spill"].sel(name="hydro")
                m.add_constraints(release >= np.minimum(least, self.inflow), name="least_flow")
        wish = case["delivery"]
        hours = case["channel"]["capacity_mw"] / 1e3 * self.year_share
        if wish["kind"] == "free":
            total = of["delivered"]
            if wish["unmet_penalty_cny_per_mwh"] is not None:
                unmet = m.add_variables(lower=0.0, name="unmet")
                m.objective = m.objective + wish["unmet_penalty_cny_per_mwh"] * 1e-3 * unmet
                m.add_constraints(total + unmet >= wish["full_load_hours_min"] * hours, name="least_energy")
            else:
                m.add_constraints(total >= wish["full_load_hours_min"] * hours, name="least_energy")
            if wish["full_load_hours_max"] is not None:
                m.add_constraints(total <= wish["full_load_hours_max"] * hours, name="most_energy")
        lost = 0.0
        if case["storage"] is not None:
            flow = m.variables["Link-p"]
            lost = flow.sel(name="charge").sum() - self.one_way * flow.sel(name="discharge").sum()
        share = limits["renewable_share_min"]
        if share:
            taken = (sum(green[1:], start=green[0]) - lost) * (1 - share)
            if "thermal" in of:
                taken = taken - share * of["thermal"]
            m.add_constraints(taken >= 0, name="renewable_share")
        most = limits["curtailment_max_share"]
        sun_and_wind = [name for name in ("wind", "pv") if name in of]
        if most is not None and sun_and_wind:
            used = sum((of[name] for name in sun_and_wind[1:]), start=of[sun_and_wind[0]]) - lost
            fixed = 0.0
            for name, cf in (("wind", self.wind_cf), ("pv", self.pv_cf)):
                if name in of:
                    yield_h = (1 - most) * float(cf.sum())
                    if n.generators.p_nom_extendable[name]:
                        used = used - yield_h * m.variables["Generator-p_nom"].sel(name=name)
                    else:
                        fixed += yield_h * float(n.generators.p_nom[name])
            m.add_constraints(used >= fixed, name="curtailment")
        if limits["thermal_share_max"] is not None and "thermal" in of:
            cap = limits["thermal_share_max"]
            if wish["kind"] == "free":
                m.add_constraints(cap * of["delivered"] - of["thermal"] >= 0, name="thermal_share")
            else:
                row = of["thermal"] + (cap * of["unmet"] if "unmet" in of else 0.0)
                m.add_constraints(row <= cap * float(self.wanted.sum()), name="thermal_share")
        if limits["land_km2_max"] is not None:
            row, fixed = 0.0, 0.0
            for name in sun_and_wind:
                per_gw = case[name]["land_km2_per_mw"] * 1e3
                if n.generators.p_nom_extendable[name]:
                    row = row + per_gw * m.variables["Generator-p_nom"].sel(name=name)
                else:
                    fixed += per_gw * float(n.generators.p_nom[name])
            if not isinstance(row, float):
                m.add_constraints(row <= limits["land_km2_max"] - fixed, name="land")

    def _battery_rows(self, m: Any, part: dict[str, Any]) -> None:
        flow = m.variables["Link-p"]
        converter = m.variables["Link-p_nom"].sel(name="charge")
        energy = m.variables["Store-e_nom"].sel(name="cells")
        both = flow.sel(name="charge") + self.one_way * flow.sel(name="discharge") - converter
        m.add_constraints(both <= 0, name="one_converter")
        if part["min_duration_h"]:
            m.add_constraints(energy - part["min_duration_h"] * converter >= 0, name="least_duration")
        if part["max_duration_h"] is not None:
            m.add_constraints(energy - part["max_duration_h"] * converter <= 0, name="most_duration")


def solved(path: Path, io_api: str | None) -> dict[str, Any]:
    """Optimise one case with PyPSA's default solver and settings; seconds of building and of solving."""
    began = time.perf_counter()
    base = Base(path)
    n = base.n
    n.optimize.create_model(include_objective_constant=False)
    base.extra(n, n.snapshots)
    built = time.perf_counter()
    options = {} if io_api is None else {"io_api": io_api}
    status, condition = n.optimize.solve_model(log_to_console=False, **options)
    ended = time.perf_counter()
    if condition != "optimal":
        return {"status": f"{status}, {condition}", "seconds": ended - began}
    answer: dict[str, Any] = {
        "status": "optimal",
        "build_seconds": built - began,
        "solve_seconds": ended - built,
        "seconds": ended - began,
        "highs_seconds": n.model.solver_model.getRunTime(),
        "objective": float(n.objective) + base.constant,
        "peak_mib": peak_mib(),
        "columns": n.model.nvars,
        "rows": n.model.ncons,
    }
    for name in n.generators.index:
        answer[f"{name}_gw"] = n.generators_t.p[name].to_numpy()
        answer[f"{name}_capacity_gw"] = float(n.generators.p_nom_opt[name])
    if "cells" in n.stores.index:
        answer["charge_gw"] = n.links_t.p0["charge"].to_numpy()
        answer["discharge_gw"] = -n.links_t.p1["discharge"].to_numpy()
        answer["battery_capacity_gw"] = float(n.links.p_nom_opt["charge"])
        answer["battery_energy_gwh"] = float(n.stores.e_nom_opt["cells"])
    if "unmet" in n.model.variables:
        answer["unmet_gwh"] = float(n.model.variables["unmet"].solution)
    elif "unmet" in n.generators.index:
        answer["unmet_gwh"] = float(n.generators_t.p["unmet"].sum())
    if "hydro" in n.storage_units.index:
        answer["hydro_gw"] = n.storage_units_t.p["hydro"].to_numpy()
    return answer


def main() -> None:
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    io_api = sys.argv[2] if len(sys.argv) > 2 else None
    for path in sorted(folder.glob("*.given.npz")):
        answer = solved(path, io_api)
        np.savez(folder / path.name.replace(".given.", ".answer."), **answer)


if __name__ == "__main__":
    main()
