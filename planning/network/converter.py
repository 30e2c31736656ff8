"""Converter stations as injections at AC buses: line-commutated with their filters, voltage-source with their modes.

The quasi-steady equations of a line-commutated converter (Kundur, Power System Stability and Control, 1994, ch. 10):
with V_d0 the ideal no-load direct voltage of all bridges in series, X_c their commutating reactances together, alpha
the angle of firing (of a rectifier) or gamma of extinction (of an inverter), I_d the direct current:

    V_d = V_d0 cos(alpha) - 3/pi X_c I_d        P = V_d I_d        cos(phi) = V_d / V_d0        Q = P tan(phi)

The transformer's taps keep angle and rated V_d0; so the current of a power follows from a quadratic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_layers.errors import InputError, Problem

Array = NDArray[np.float64]
Mode = Literal["pq", "pv", "droop"]


@dataclass(frozen=True, slots=True)
class LccBridge:
    """A pole or a bipole of line-commutated valves; every figure of the whole of it.

    Raises
    ------
    InputError
        Values out of their range, or a rated power beyond what the commutation can carry: all at once.
    """

    rated_mw: float
    rated_kv: float
    """Direct voltage of all poles in series, at rated power. [kV]"""
    angle_deg: float = 15.0
    """Of firing where it rectifies, of extinction where it inverts."""
    commutation_pu: float = 0.18
    """Drop of voltage by commutation at rated current: 3/pi X_c I_dN / V_d0. About half of the transformer's
    short-circuit reactance counts in it."""

    def __post_init__(self) -> None:
        checks = (
            ("rated_mw", self.rated_mw, self.rated_mw > 0, "above 0"),
            ("rated_kv", self.rated_kv, self.rated_kv > 0, "above 0"),
            ("angle_deg", self.angle_deg, 0 <= self.angle_deg < 90, "0 to below 90"),
            ("commutation_pu", self.commutation_pu, 0 <= self.commutation_pu < 0.4, "0 to below 0.4"),
        )
        problems = [Problem("converter", name, f"{v:g}", want) for name, v, ok, want in checks if not ok]
        # Beyond 2 V_x of half the voltage the power falls again with the current: no rating may lie there.
        if not problems and 2 * self.commutation_pu >= self.cos_angle:
            problems.append(
                Problem("converter", "angle_deg, commutation_pu", "no stable rated point", "less")
            )
        if problems:
            raise InputError(problems)

    @property
    def cos_angle(self) -> float:
        return float(np.cos(np.deg2rad(self.angle_deg)))

    @property
    def no_load_kv(self) -> float:
        """V_d0 at which rated power flows at rated direct voltage. [kV]"""
        return self.rated_kv / (self.cos_angle - self.commutation_pu)

    @property
    def commutation_ohm(self) -> float:
        """3/pi X_c. [ohm]"""
        return self.commutation_pu * self.no_load_kv / (self.rated_mw / self.rated_kv)

    def current_ka(self, power_mw: ArrayLike) -> Array:
        """Direct current at a direct power: the smaller root of P = (V_d0 cos - R_c I) I.

        Raises
        ------
        InputError
            More power than the commutation can carry.
        """
        power = np.abs(np.asarray(power_mw, dtype=np.float64))
        open_kv = self.no_load_kv * self.cos_angle
        root = open_kv**2 - 4.0 * self.commutation_ohm * power
        if (root < 0).any():
            most = open_kv**2 / (4.0 * self.commutation_ohm)
            raise InputError(Problem("converter", "power_mw", f"{power.max():g}", f"at most {most:.0f}"))
        # Written so that a commutation of 0 divides by nothing.
        return np.asarray(2.0 * power / (open_kv + np.sqrt(root)))

    def reactive_mvar(self, power_mw: ArrayLike) -> Array:
        """Reactive power the valves take at a direct power, rectifying or inverting. [Mvar]"""
        power = np.abs(np.asarray(power_mw, dtype=np.float64))
        current = self.current_ka(power)
        cos_phi = self.cos_angle - self.commutation_ohm * current / self.no_load_kv
        return np.asarray(power * np.sqrt(1.0 - cos_phi**2) / cos_phi)

    def overlap_deg(self, power_mw: ArrayLike) -> Array:
        """Angle of commutation mu: cos(alpha) - cos(alpha + mu) = 2 R_c I_d / V_d0."""
        inner = self.cos_angle - 2.0 * self.commutation_ohm * self.current_ka(power_mw) / self.no_load_kv
        return np.asarray(np.rad2deg(np.arccos(inner)) - self.angle_deg)


@dataclass(frozen=True, slots=True)
class FilterBanks:
    """Filters and capacitors of a station, switched as a whole each.

    `least` stay on while the converter runs, for its harmonics; the rest follow what it takes.
    """

    bank_mvar: float
    """Of one at 1 p.u. voltage."""
    count: int
    least: int
    band_mvar: float
    """The exchange with the grid is kept within +- this, at least half a bank."""

    def __post_init__(self) -> None:
        problems = []
        if not self.bank_mvar > 0:
            problems.append(Problem("filters", "bank_mvar", f"{self.bank_mvar:g}", "above 0"))
        if not 0 <= self.least <= self.count:
            problems.append(Problem("filters", "least", str(self.least), f"0 to {self.count}"))
        if not self.band_mvar >= 0.5 * self.bank_mvar:
            problems.append(Problem("filters", "band_mvar", f"{self.band_mvar:g}", "half a bank or more"))
        if problems:
            raise InputError(problems)

    def switched(self, demand_mvar: ArrayLike, voltage_pu: ArrayLike = 1.0) -> NDArray[np.int64]:
        """Banks on, hour after hour along the last axis: moved only when the exchange would leave the band."""
        demand, voltage = np.broadcast_arrays(
            np.asarray(demand_mvar, dtype=np.float64), np.asarray(voltage_pu, dtype=np.float64)
        )
        rows = np.atleast_2d(demand) if demand.ndim else demand.reshape(1, 1)
        bank = self.bank_mvar * np.reshape(voltage, rows.shape) ** 2
        least, most = np.where(rows > 0, self.least, 0), np.where(rows > 0, self.count, 0)
        return switched_banks(rows, bank, least, most, self.band_mvar).reshape(demand.shape)


def switched_banks(
    demand_mvar: Array, bank_mvar: ArrayLike, least: ArrayLike, most: ArrayLike, band_mvar: ArrayLike
) -> NDArray[np.int64]:
    """Banks on, hour after hour: moved only when what is left of the demand would leave the band.

    Parameters
    ----------
    demand_mvar : (row, hour)
        Below 0 where the row takes too little: then `least` may be below 0 (reactors).
    bank_mvar, least, most, band_mvar
        Of shapes that spread to (row, hour); the band (row, 1) or a number.
    """
    bank, low, high = (np.broadcast_to(np.asarray(v), demand_mvar.shape) for v in (bank_mvar, least, most))
    near = np.clip(np.rint(demand_mvar / bank), low, high)
    band = np.broadcast_to(np.asarray(band_mvar, dtype=np.float64), (len(demand_mvar), 1))[:, 0]
    on = np.zeros(demand_mvar.shape, dtype=np.int64)
    held = near[:, 0]
    on[:, 0] = held
    for hour in range(1, demand_mvar.shape[1]):
        outside = np.abs(demand_mvar[:, hour] - held * bank[:, hour]) > band
        held = np.clip(np.where(outside, near[:, hour], held), low[:, hour], high[:, hour])
        on[:, hour] = held
    return on


@dataclass(frozen=True, slots=True)
class Injection:
    """What a station gives to its AC bus; negative where it takes. Arrays of any one shape."""

    power_mw: Array
    reactive_mvar: Array
    loss_mw: Array
    """Of the station."""
    at_limit: NDArray[np.bool_]
    """It could not hold what it was to: filters all on (or at their least), or current at its limit."""


def lcc_injection(
    bridge: LccBridge,
    filters: FilterBanks,
    direct_mw: ArrayLike,
    loss_share: float,
    voltage_pu: ArrayLike = 1.0,
) -> Injection:
    """An LCC station.

    Parameters
    ----------
    direct_mw
        Power at its direct terminals: above 0 into the direct line (it rectifies), below 0 out of it.
    loss_share
        Of the direct power: transformer, valves, filters.
    """
    direct = np.asarray(direct_mw, dtype=np.float64)
    if not 0 <= loss_share < 1:
        raise InputError(Problem("converter", "loss_share", f"{loss_share:g}", "0 to below 1"))
    demand = bridge.reactive_mvar(direct)
    on = filters.switched(demand, voltage_pu)
    exchange = on * filters.bank_mvar * np.asarray(voltage_pu) ** 2 - demand
    loss = loss_share * np.abs(direct)
    outside = (direct != 0) & (np.abs(exchange) > filters.band_mvar + 1e-9)
    return Injection(-direct - loss, np.asarray(exchange), loss, np.asarray(outside))


@dataclass(frozen=True, slots=True)
class Vsc:
    """A voltage-source station and what it holds.

    pq: power and reactive power as ordered; pv: power as ordered, the voltage of its AC bus held as long as its
    current lasts; droop: power moves with the direct voltage, P = P_order - k (V_dc - V_set).
    """

    rated_mva: float
    mode: Mode
    loss_no_load_share: float = 0.002
    """Of the rating, whenever it runs."""
    loss_share: float = 0.008
    """Of the power."""
    droop_mw_per_pu: float = 0.0

    def __post_init__(self) -> None:
        problems = []
        if not self.rated_mva > 0:
            problems.append(Problem("converter", "rated_mva", f"{self.rated_mva:g}", "above 0"))
        if self.mode == "droop" and not self.droop_mw_per_pu > 0:
            problems.append(Problem("converter", "droop_mw_per_pu", f"{self.droop_mw_per_pu:g}", "above 0"))
        if problems:
            raise InputError(problems)

    @property
    def holds_voltage(self) -> bool:
        """Whether its AC bus is one of held voltage."""
        return self.mode == "pv"

    def direct_mw(self, order_mw: ArrayLike, direct_pu: ArrayLike = 1.0, set_pu: float = 1.0) -> Array:
        """Power it puts into the direct grid at a direct voltage, within its rating."""
        order = np.asarray(order_mw, dtype=np.float64)
        if self.mode == "droop":
            order = order - self.droop_mw_per_pu * (np.asarray(direct_pu) - set_pu)
        return np.asarray(np.clip(order, -self.rated_mva, self.rated_mva))

    def injection(self, direct_mw: ArrayLike, reactive_order_mvar: ArrayLike = 0.0) -> Injection:
        """At its AC bus; active power goes before reactive where the rating does not hold both."""
        direct = np.asarray(direct_mw, dtype=np.float64)
        runs = direct != 0
        loss = np.where(runs, self.loss_no_load_share * self.rated_mva, 0.0) + self.loss_share * np.abs(
            direct
        )
        power = -direct - loss
        room = np.sqrt(np.maximum(self.rated_mva**2 - power**2, 0.0))
        wanted = np.broadcast_to(np.asarray(reactive_order_mvar, dtype=np.float64), power.shape)
        given = np.clip(wanted, -room, room)
        over = (np.abs(power) > self.rated_mva + 1e-9) | (np.abs(wanted - given) > 1e-9)
        return Injection(power, given, loss, np.asarray(over))
