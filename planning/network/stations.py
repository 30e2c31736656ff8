"""Stations of the table's direct-current lines. No table holds their equipment: what is here is estimated, with why.

Angles, commutation and filters are those of the usual design of a class of line; a planner who knows the station
builds `LccBridge`, `FilterBanks` and `Vsc` with its own figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.corridors import Corridor
from planning.network.converter import FilterBanks, Injection, LccBridge, Vsc, lcc_injection
from planning.network.dc_grid import DcGrid

Array = NDArray[np.float64]

FIRING_DEG, EXTINCTION_DEG = 15.0, 17.0
COMMUTATION_PU = {500.0: 0.08, 660.0: 0.09, 800.0: 0.095, 1100.0: 0.10}
"""Half of transformers of 16, 18, 19 and 20 %."""
BANK_MVAR = {500.0: 150.0, 660.0: 185.0, 800.0: 260.0, 1100.0: 305.0}
BANKS_OVER_DEMAND = 1.1
"""Installed over the demand at rated power: one bank may fail, voltage may sag."""
LEAST_BANKS = 2
STATION_LOSS = {"lcc": 0.007, "vsc": 0.010}
"""Of the power, one station (IEC 61803 order of magnitude), as in `planning.corridors`."""
OHM_PER_KM_OF_CONDUCTOR = {500.0: 0.0100, 660.0: 0.0076, 800.0: 0.0046, 1100.0: 0.0039}
"""4 x 720, 4 x 1000, 6 x 1250 and 8 x 1250 mm2 of aluminium at about 50 degC."""
BIPOLE_MW = {400.0: 3300.0, 660.0: 4000.0, 800.0: 10_000.0, 1100.0: 12_000.0}
"""The largest built of a voltage and above (general knowledge, estimated)."""
REASONS: dict[str, str] = {
    "angle_deg": "estimated: usual order of firing 15 and of extinction 17 degrees",
    "commutation_pu": "estimated: half the short-circuit voltage usual for converter transformers of the class",
    "filters": "estimated: banks for 1.1 of the demand at rated power, sizes usual for the class",
    "loss_share": "estimated: IEC 61803 order of magnitude",
    "resistance_ohm": "estimated: conductors usual for the class at 50 degC",
    "terminals": "estimated: general knowledge, unverified; lengths between stations shared by eye",
}

End = Literal["from", "to"]


@dataclass(frozen=True, slots=True)
class Station:
    """One end of a line; all of it tier "estimated" but its power and voltage."""

    line: str
    end: End
    lcc: LccBridge | None
    filters: FilterBanks | None
    vsc: Vsc | None
    loss_share: float
    tier: Literal["estimated"] = "estimated"

    def injection(self, direct_mw: Array, voltage_pu: float = 1.0) -> Injection:
        """At its AC bus for a power into the direct line (above 0) or out of it."""
        if self.lcc is not None and self.filters is not None:
            return lcc_injection(self.lcc, self.filters, direct_mw, self.loss_share, voltage_pu)
        assert self.vsc is not None
        return self.vsc.injection(direct_mw)


def _of_class(values: dict[float, float], kv: float) -> float:
    volts = sorted(values)
    return float(np.interp(kv, volts, [values[v] for v in volts]))


def bipoles(line: Corridor) -> int:
    """Bipoles beside each other: more power than one of its voltage is built for is carried by several (Niucong: two)."""
    most = max((mw for kv, mw in BIPOLE_MW.items() if kv <= line.kv), default=min(BIPOLE_MW.values()))
    return max(ceil((line.mw or 0.0) / most), 1)


def line_ohm(line: Corridor) -> float:
    """There and back, of all bipoles together. [ohm]"""
    return 2.0 * _of_class(OHM_PER_KM_OF_CONDUCTOR, line.kv) * line.km / bipoles(line)


def station(line: Corridor, end: End) -> Station:
    """One end of a direct-current line; of a hybrid line the sending end is line-commutated.

    Raises
    ------
    InputError
        A line that is not direct current, or whose power no document gives.
    """
    if line.kind not in ("lcc", "vsc", "hybrid", "b2b") or line.mw is None:
        raise InputError(
            Problem(f"line {line.id}", "kind, mw", f"{line.kind}, {line.mw}", "a DC line with a power")
        )
    if line.kind == "vsc" or (line.kind == "hybrid" and end == "to"):
        return Station(line.id, end, None, None, Vsc(line.mw * 1.05, "pv"), STATION_LOSS["vsc"])
    bridge = LccBridge(
        rated_mw=line.mw,
        rated_kv=2.0 * line.kv,
        angle_deg=FIRING_DEG if end == "from" else EXTINCTION_DEG,
        commutation_pu=_of_class(COMMUTATION_PU, line.kv),
    )
    bank = _of_class(BANK_MVAR, line.kv)
    count = max(ceil(BANKS_OVER_DEMAND * float(bridge.reactive_mvar(line.mw)) / bank), LEAST_BANKS)
    return Station(
        line.id, end, bridge, FilterBanks(bank, count, LEAST_BANKS, 0.75 * bank), None, STATION_LOSS["lcc"]
    )


def kunliulong(corridor: Corridor) -> DcGrid:
    """Kunbei, Liubei, Longmen in a row; Longmen holds the voltage."""
    ohm = 2.0 * _of_class(OHM_PER_KM_OF_CONDUCTOR, corridor.kv)
    return DcGrid(
        ("kunbei", "liubei", "longmen"), np.array([0, 1]), np.array([1, 2]), ohm * np.array([905.0, 547.0]),
        2.0 * corridor.kv, holds=2,
    )  # fmt: skip


def zhangbei(corridor: Corridor) -> DcGrid:
    """The ring Zhangbei, Beijing, Fengning, Kangbao; Fengning, beside pumped storage, holds the voltage."""
    ohm = 2.0 * _of_class(OHM_PER_KM_OF_CONDUCTOR, corridor.kv)
    return DcGrid(
        ("zhangbei", "beijing", "fengning", "kangbao"), np.array([0, 1, 2, 3]), np.array([1, 2, 3, 0]),
        ohm * np.array([0.33, 0.28, 0.31, 0.08]) * corridor.km, 2.0 * corridor.kv, holds=2,
    )  # fmt: skip
