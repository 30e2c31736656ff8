"""A network as PyPSA stores it in NetCDF, and such a file read back; xarray alone, PyPSA is not needed.

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
from planning.network.ac import Branches
from planning.network.exchange.branch_kinds import NO_RATING_MVA, turned, two_voltages
from planning.network.exchange.build import built, checked_size, refuse_size, with_more
from planning.network.exchange.case import CaseFlows, DcLines, GridCase

Array = NDArray[np.float64]
Texts = NDArray[np.str_]

BASE_MVA = 1000.0
"""Of what is read back: PyPSA's own is 1."""
REVERSE = " reverse"
UNREAD = ("storage_units", "stores", "processes")
"""Components whose rows would change the flow: refused where there are any."""
MOST_HOURS = 8784
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
            held = np.asarray(values)
            own = _texts(values) if held.dtype.kind in "UO" else held.astype(np.float64)
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


def read_pypsa(path: Path) -> GridCase:
    """The network of a PyPSA file; every link is a line of its own.

    Raises
    ------
    InputError
        No NetCDF of PyPSA, attributes or buses missing, components that are not read and would change the flow,
        islands without a slack generator, too many hours.
    """
    import xarray

    checked_size(path)
    kind = "a network of PyPSA (NetCDF)"
    try:
        data = xarray.open_dataset(path, engine="h5netcdf", decode_times=False, decode_timedelta=False)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(Problem(path.name, "file", "a file of another kind", kind)) from error
    with data:
        if "buses_i" not in data.sizes or "snapshots" not in data.sizes:
            raise InputError(Problem(path.name, "file", "a file of another kind", kind))
        refuse_size(path.name, int(data.sizes["buses_i"]))
        if data.sizes["snapshots"] > MOST_HOURS:
            found = f"{data.sizes['snapshots']:,} hours"
            raise InputError(Problem(path.name, "snapshots", found, f"{MOST_HOURS:,} hours at most"))
        return _Read(path, data).case()


class _Read:
    """The components of an open file."""

    def __init__(self, path: Path, data: Any) -> None:
        self.path, self.data = path, data
        self.hours = int(data.sizes["snapshots"])
        self.buses = [str(name) for name in data["buses_i"].values]
        self.at = {name: k for k, name in enumerate(self.buses)}

    def ids(self, component: str) -> list[str]:
        name = f"{component}_i"
        return [str(value) for value in self.data[name].values] if name in self.data.variables else []

    def numbers(self, component: str, name: str, default: float | None = None) -> Array:
        """(row,) of a component; InputError where it is missing and there is no default."""
        key, count = f"{component}_{name}", len(self.ids(component))
        if key not in self.data.variables:
            if default is None and count:
                raise InputError(Problem(self.path.name, key, "nothing", "the attributes of PyPSA"))
            return np.full(count, 0.0 if default is None else default)
        try:
            values = np.asarray(self.data[key].values, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise InputError(Problem(self.path.name, key, "words", "numbers")) from error
        if not np.isfinite(values).all() and name != "s_nom":
            raise InputError(Problem(self.path.name, key, "Inf or NaN", "numbers"))
        return values

    def words(self, component: str, name: str, default: str = "") -> list[str]:
        key = f"{component}_{name}"
        if key not in self.data.variables:
            return [default] * len(self.ids(component))
        return [str(value) for value in self.data[key].values]

    def hourly(self, component: str, name: str) -> Array:
        """(hour, row) by the hour where given, else as fixed."""
        ids = self.ids(component)
        whole = np.repeat(self.numbers(component, name, 0.0)[None], self.hours, axis=0)
        key = f"{component}_t_{name}"
        if key in self.data.variables:
            place = {own: k for k, own in enumerate(ids)}
            for column, own in enumerate(self.ids(f"{component}_t_{name}")):
                if own in place:
                    whole[:, place[own]] = self.data[key].values[:, column]
        if not np.isfinite(whole).all():
            raise InputError(Problem(self.path.name, key, "Inf or NaN", "numbers"))
        return whole

    def ends(self, component: str, name: str) -> NDArray[np.int64]:
        problems, found = [], []
        for own, bus in zip(self.ids(component), self.words(component, name), strict=True):
            if bus not in self.at:
                place = f"{self.path.name} {component} {own}"
                problems.append(Problem(place, name, bus or "nothing", "a bus of the file"))
            found.append(self.at.get(bus, 0))
        if problems:
            raise InputError(problems[:20])
        return np.array(found, dtype=np.int64)

    def case(self) -> GridCase:
        problems = [
            Problem(
                f"{self.path.name} {name}",
                "rows",
                str(count),
                "branches, links, shunts, generators and loads only",
            )
            for name in UNREAD
            if (count := len(self.ids(name)))
        ]
        if problems:
            raise InputError(problems)
        n, kv = len(self.buses), self.numbers("buses", "v_nom", 1.0)
        generators, loads = self.ends("generators", "bus"), self.ends("loads", "bus")
        control = np.array(self.words("generators", "control", "PQ"), dtype=object)
        holds, reference = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        holds[generators[(control == "PV") | (control == "Slack")]] = True
        reference[generators[control == "Slack"]] = True
        generation: dict[str, Array] = {}
        power, sign = self.hourly("generators", "p_set"), self.numbers("generators", "sign", 1.0)
        for k, carrier in enumerate(self.words("generators", "carrier")):
            into = generation.setdefault(carrier or "generation", np.zeros((self.hours, n)))
            into[:, generators[k]] += power[:, k] * sign[k]
        demand, reactive = np.zeros((self.hours, n)), np.zeros((self.hours, n))
        np.add.at(demand.T, loads, self.hourly("loads", "p_set").T)
        np.add.at(reactive.T, loads, -self.hourly("loads", "q_set").T)
        np.add.at(reactive.T, generators, self.hourly("generators", "q_set").T)
        shunt, at = np.zeros(n, dtype=np.complex128), self.ends("shunt_impedances", "bus")
        earth = self.numbers("shunt_impedances", "g", 0.0) + 1j * self.numbers("shunt_impedances", "b", 0.0)
        np.add.at(shunt, at, earth * kv[at] ** 2 / BASE_MVA)
        kept = self.numbers("links", "efficiency", 1.0)
        count = len(kept)
        dc = DcLines(
            tuple(self.ids("links")), tuple(self.words("links", "carrier", "dc")), self.ends("links", "bus0"),
            self.ends("links", "bus1"), self.numbers("links", "p_nom", 0.0), np.zeros(count), 1.0 - kept,
            np.zeros(count), self.hourly("links", "p_set"),
        )  # fmt: skip
        if (dc.sent_mw < 0).any() and (dc.loss_share != 0).any():
            raise InputError(
                Problem(self.path.name, "links_t_p_set", "a number below 0", "0 or more, sent from bus0")
            )
        hour = self.data.get("snapshots_snapshot", self.data["snapshots"]).values
        own = hour.dtype.kind in "iu" and len(set(hour.tolist())) == self.hours
        return built(
            self.path.name,
            name=self.path.stem,
            bus_ids=tuple(self.buses),
            base_mva=BASE_MVA,
            branches=with_more(self._lines(kv), self._transformers()),
            shunt_pu=shunt,
            holds=holds,
            reference=reference,
            base_kv=kv,
            hours=tuple(int(h) for h in hour) if own else tuple(range(self.hours)),
            generation_mw=generation or {"generation": np.zeros((self.hours, n))},
            demand_mw={"load": demand},
            reactive_mvar=reactive,
            voltage_pu=self.numbers("buses", "v_mag_pu_set", 1.0),
            dc=dc,
        )

    def _lines(self, kv: Array) -> Branches:
        start, end = self.ends("lines", "bus0"), self.ends("lines", "bus1")
        ohm = kv[start] ** 2 / BASE_MVA
        rating = self.numbers("lines", "s_nom", 0.0)
        return Branches(
            ids=tuple(self.ids("lines")),
            from_bus=start,
            to_bus=end,
            r_pu=self.numbers("lines", "r", 0.0) / ohm,
            x_pu=self.numbers("lines", "x", 0.0) / ohm,
            g_pu=self.numbers("lines", "g", 0.0) * ohm,
            b_pu=self.numbers("lines", "b", 0.0) * ohm,
            ratio=np.ones(len(start)),
            shift_rad=np.zeros(len(start)),
            rating_mva=np.where(rating > 0, rating, np.inf),
        )

    def _transformers(self) -> Branches:
        """InputError for standard types, T models with shunts, taps at the second bus, shifts by the hour."""
        name, ids = "transformers", self.ids("transformers")
        start, end = self.ends(name, "bus0"), self.ends(name, "bus1")
        s_nom, g, b = (self.numbers(name, column, 0.0) for column in ("s_nom", "g", "b"))
        ratio = self.numbers(name, "tap_ratio", 1.0)
        ratio = np.where(ratio == 0, 1.0, ratio)
        side, tee = (
            self.numbers(name, "tap_side", 0.0),
            np.array(self.words(name, "model", "t"), dtype=object) == "t",
        )
        typed = np.array([bool(word) for word in self.words(name, "type")], dtype=bool)
        by_hour = np.isin(np.array(ids, dtype=object), self.ids(f"{name}_t_phase_shift"))
        problems = [
            Problem(f"{self.path.name} {name} {ids[k]}", column, found, expected)
            for wrong, column, found, expected in (
                (typed, "type", "a standard type", "its own r, x, g, b"),
                (tee & ((g != 0) | (b != 0)), "model", "t with a shunt", "pi"),
                ((side != 0) & (ratio != 1.0), "tap_side", "1", "taps at bus0"),
                (by_hour, "phase_shift", "by the hour", "one shift for all hours"),
                (~(s_nom > 0) | ~np.isfinite(s_nom), "s_nom", "no power", "a number above 0"),
            )
            for k in np.flatnonzero(wrong)
        ]
        if problems:
            raise InputError(problems[:20])
        own = BASE_MVA / s_nom
        return Branches(
            ids=tuple(ids),
            from_bus=start,
            to_bus=end,
            r_pu=self.numbers(name, "r", 0.0) * own,
            x_pu=self.numbers(name, "x", 0.0) * own,
            g_pu=g / own,
            b_pu=b / own,
            ratio=ratio,
            shift_rad=np.deg2rad(self.numbers(name, "phase_shift", 0.0)),
            rating_mva=np.where(s_nom > 0.999 * NO_RATING_MVA, np.inf, s_nom),
        )
