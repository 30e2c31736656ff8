"""A network as PyPSA stores it in NetCDF; xarray alone, PyPSA is not needed.

Layout: a dimension `<component>_i` of names, a variable `<component>_<attribute>` of fixed figures,
`<component>_t_<attribute>` over `snapshots` and its own names `<component>_t_<attribute>_i` of those by the hour.
Snapshots are hours of the year as numbers. A line that can turn and loses on the way is two links, one each way.

What PyPSA keeps for all hours alike (a shunt, whether a bus holds its voltage) and the run changes from hour to hour
is written as the reactive power that it is in the solved hour: the flows are the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.network.exchange.branch_kinds import NO_RATING_MVA, turned, two_voltages
from planning.network.exchange.case import CaseFlows, GridCase

Array = NDArray[np.float64]

REVERSE = " reverse"
PYPSA_VERSION = "1.0.0"
"""Of the layout, as PyPSA asks for it."""


def write_pypsa(case: GridCase, flows: CaseFlows, path: Path) -> None:
    """All hours of a case.

    Parameters
    ----------
    flows
        Of its hours: reactive power that PyPSA cannot let depend on the voltage is taken from there.

    Raises
    ------
    InputError
        DC lines with a fixed loss.
    """
    import xarray

    network, b = case.network, case.network.branches
    if np.any(case.dc.loss_mw):
        raise InputError(Problem(case.name, "dc lines", "fixed losses", "losses as a share, for PyPSA"))
    names = np.array(network.bus_ids)
    base = network.base_mva
    held, reactive, varies = _reactive(case, flows)
    place = case.place_deg if case.place_deg is not None else np.zeros((network.buses, 2))
    data: dict[str, Any] = {}

    def fixed(component: str, ids: Any, **columns: Any) -> None:
        data[f"{component}_i"] = (f"{component}_i", _texts(ids))
        for name, values in columns.items():
            column = np.asarray(values)
            own = _texts(values) if column.dtype.kind in "UO" else column.astype(np.float64)
            data[f"{component}_{name}"] = (f"{component}_i", own)

    def hourly(component: str, name: str, ids: Any, values: Array) -> None:
        own = f"{component}_t_{name}_i"
        data[own] = (own, _texts(ids))
        data[f"{component}_t_{name}"] = (("snapshots", own), np.asarray(values, dtype=np.float64))

    data["snapshots"] = ("snapshots", np.arange(len(case.hours)))
    data["snapshots_snapshot"] = ("snapshots", np.array(case.hours, dtype=np.int64))
    for weight in ("objective", "stores", "generators"):
        data[f"snapshots_{weight}"] = ("snapshots", np.ones(len(case.hours)))
    fixed(
        "buses", names, v_nom=case.base_kv, x=place[:, 0], y=place[:, 1], v_mag_pu_set=case.voltage_pu,
        carrier=["AC"] * network.buses,
    )  # fmt: skip
    apart = two_voltages(case) | turned(case)
    if (~apart).any():
        k = np.flatnonzero(~apart)
        ohm = case.base_kv[b.from_bus[k]] ** 2 / base
        fixed(
            "lines", [b.ids[i] for i in k], bus0=names[b.from_bus[k]], bus1=names[b.to_bus[k]], r=b.r_pu[k] * ohm,
            x=b.x_pu[k] * ohm, b=b.b_pu[k] / ohm, g=b.g_pu[k] / ohm,
            s_nom=np.where(np.isfinite(b.rating_mva[k]), b.rating_mva[k], 0.0), carrier=["AC"] * len(k),
        )  # fmt: skip
    if apart.any():
        k = np.flatnonzero(apart)
        s_nom = np.where(np.isfinite(b.rating_mva[k]), b.rating_mva[k], NO_RATING_MVA)
        own = s_nom / base
        fixed(
            "transformers", [b.ids[i] for i in k], bus0=names[b.from_bus[k]], bus1=names[b.to_bus[k]],
            r=b.r_pu[k] * own, x=b.x_pu[k] * own, b=b.b_pu[k] / own, g=b.g_pu[k] / own, s_nom=s_nom,
            tap_ratio=b.ratio[k], phase_shift=np.rad2deg(b.shift_rad[k]), model=["pi"] * len(k),
        )  # fmt: skip
    shunt = np.where(varies, network.shunt_pu * base, case.shunt_mva[0])
    if (on := np.flatnonzero(shunt)).size:
        fixed(
            "shunt_impedances", [f"{names[k]} shunts" for k in on], bus=names[on],
            g=shunt[on].real / case.base_kv[on] ** 2, b=shunt[on].imag / case.base_kv[on] ** 2,
        )  # fmt: skip
    ids, buses, control, carriers, power = _generators(case, held)
    fixed("generators", ids, bus=buses, control=control, carrier=carriers)
    hourly("generators", "p_set", ids, power)
    kinds = [
        (f"{names[k]} {kind}", names[k], values[:, k], np.zeros(len(case.hours)))
        for kind, values in case.demand_mw.items()
        for k in range(network.buses)
        if values[:, k].any()
    ]
    kinds += [
        (f"{names[k]} reactive", names[k], np.zeros(len(case.hours)), -reactive[:, k])
        for k in np.flatnonzero(reactive.any(axis=0) & ~held)
    ]
    if kinds:
        fixed("loads", [row[0] for row in kinds], bus=[row[1] for row in kinds])
        hourly("loads", "p_set", [row[0] for row in kinds], np.column_stack([row[2] for row in kinds]))
        hourly("loads", "q_set", [row[0] for row in kinds], np.column_stack([row[3] for row in kinds]))
    links = _links(case)
    if links:
        fixed(
            "links", [x[0] for x in links], bus0=names[[x[1] for x in links]],
            bus1=names[[x[2] for x in links]], p_nom=[x[3] for x in links],
            efficiency=[x[4] for x in links], carrier=[x[5] for x in links],
        )  # fmt: skip
        hourly("links", "p_set", [x[0] for x in links], np.column_stack([x[6] for x in links]))
    used = sorted({"AC", *carriers, *(x[5] for x in links)})
    fixed("carriers", used)
    attributes = {
        "network_name": case.name, "network_pypsa_version": PYPSA_VERSION, "network_srid": 4326, "meta": "{}", "network__multi_invest": 0,
    }  # fmt: skip
    encoding = {name: {"zlib": True} for name in data if "_t_" in name and not name.endswith("_i")}
    xarray.Dataset(data, attrs=attributes).to_netcdf(path, engine="h5netcdf", encoding=encoding)


def _texts(values: Any) -> Any:
    return np.array([str(value) for value in values], dtype=object)


def _reactive(case: GridCase, flows: CaseFlows) -> tuple[NDArray[np.bool_], Array, NDArray[np.bool_]]:
    """Buses that hold their voltage in all hours, what others give (hour, bus) [Mvar], and whose shunts vary."""
    b, holds, shunt = case.network.branches, case.holds, case.shunt_mva.imag
    held = np.asarray(holds.all(axis=0))
    varies = np.asarray((shunt != shunt[0]).any(axis=0))
    into = np.zeros_like(case.reactive_mvar)
    np.add.at(into.T, b.from_bus, flows.from_mva.imag.T)
    np.add.at(into.T, b.to_bus, flows.to_mva.imag.T)
    size = np.where(flows.converged[:, None], np.abs(flows.voltage), case.voltage_pu)
    solved = np.where(flows.converged[:, None], into - size**2 * shunt, case.reactive_mvar)
    given = np.where(holds, solved, case.reactive_mvar)
    fixed = case.network.shunt_pu.imag * case.network.base_mva
    return held, given + np.where(varies, size**2 * (shunt - fixed), 0.0), varies


def _generators(
    case: GridCase, held: NDArray[np.bool_]
) -> tuple[list[str], list[str], list[str], list[str], Array]:
    """Names, buses, controls, carriers and power (hour, generator); the first at a slack bus is the slack."""
    network = case.network
    ids, buses, control, carriers, power = [], [], [], [], []
    for k, bus in enumerate(network.bus_ids):
        own = {c: v[:, k] for c, v in case.generation_mw.items() if v[:, k].any()}
        slack = network.slack_share[k] > 0
        if not own and (slack or held[k]):
            own = {"unknown": np.zeros(len(case.hours))}
        for number, (carrier, values) in enumerate(own.items()):
            ids.append(f"{bus} {carrier}")
            buses.append(bus)
            control.append("Slack" if slack and number == 0 else "PV" if held[k] else "PQ")
            carriers.append(carrier)
            power.append(values)
    return ids, buses, control, carriers, np.column_stack(power)


def _links(case: GridCase) -> list[tuple[str, int, int, float, float, str, Array]]:
    """Name, ends, capacity, efficiency, carrier and power of each link."""
    dc, links = case.dc, []
    for k, name in enumerate(dc.ids):
        ends = int(dc.from_bus[k]), int(dc.to_bus[k])
        kept, sent = float(1.0 - dc.loss_share[k]), dc.sent_mw[:, k]
        links.append((name, *ends, float(dc.capacity_mw[k]), kept, dc.kinds[k], np.maximum(sent, 0.0)))
        if dc.reverse_capacity_mw[k] > 0 or (sent < 0).any():
            back = ends[1], ends[0], float(dc.reverse_capacity_mw[k])
            links.append((name + REVERSE, *back, kept, dc.kinds[k], np.maximum(-sent, 0.0)))
    return links
