"""A network as PyPSA stores it in NetCDF, read as a network; xarray alone, PyPSA is not needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.network.ac import Branches
from planning.network.exchange.branch_kinds import NO_RATING_MVA
from planning.network.exchange.build import built, checked_size, refuse_size, with_more
from planning.network.exchange.case import DcLines, GridCase

Array = NDArray[np.float64]

BASE_MVA = 1000.0
"""Of what is read back: PyPSA's own is 1."""
UNREAD = ("storage_units", "stores", "processes")
"""Components whose rows would change the flow: refused where there are any."""
MOST_HOURS = 8784


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
