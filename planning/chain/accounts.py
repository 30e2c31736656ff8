"""The year's energy of lines, provinces and the nation out of a dispatched year; every sum is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError
from planning.chain.nation import Nation
from planning.dispatch.green import GreenTrace
from planning.dispatch.result import DispatchResult

Array = NDArray[np.float64]

ENERGY_TOLERANCE_MWH = 1.0
"""Per province and year: 8,760 hours of at most 1e-4 MW."""


@dataclass(frozen=True, slots=True)
class LineEnergy:
    """One line over the year; forward is from its `from` node. [MWh]"""

    forward_sent_mwh: float
    forward_delivered_mwh: float
    forward_green_mwh: float
    """Of what was sent forward."""
    reverse_sent_mwh: float
    reverse_delivered_mwh: float
    reverse_green_mwh: float
    peak_loading: float
    """Largest hour over the capacity of its direction. [-]"""

    @property
    def sent_mwh(self) -> float:
        return self.forward_sent_mwh + self.reverse_sent_mwh

    @property
    def delivered_mwh(self) -> float:
        return self.forward_delivered_mwh + self.reverse_delivered_mwh

    @property
    def green_share(self) -> float:
        green = self.forward_green_mwh + self.reverse_green_mwh
        return min(green / self.sent_mwh, 1.0) if self.sent_mwh > 0 else 0.0


@dataclass(frozen=True, slots=True)
class ProvinceEnergy:
    """One province, with its bases. [MWh]"""

    generation_mwh: Mapping[str, float]
    load_mwh: float
    import_mwh: float
    export_mwh: float
    green_import_mwh: float
    green_export_mwh: float
    storage_loss_mwh: float
    internal_loss_mwh: float
    unserved_mwh: float
    curtailed_mwh: float
    available_mwh: float
    """Wind and PV that could have been generated."""

    @property
    def residual_mwh(self) -> float:
        """0 up to rounding: what came in, less what went out."""
        return (
            sum(self.generation_mwh.values())
            + self.import_mwh
            + self.unserved_mwh
            - self.export_mwh
            - self.storage_loss_mwh
            - self.internal_loss_mwh
            - self.load_mwh
        )


def line_energies(nation: Nation, result: DispatchResult, trace: GreenTrace) -> tuple[LineEnergy, ...]:
    """The year of every line, in the order of the case."""
    case = nation.case
    forward, reverse = result.forward_mw.sum(axis=1), result.reverse_mw.sum(axis=1)
    keep = 1.0 - case.lines.loss_share
    green_forward, green_reverse = trace.forward_mwh.sum(axis=1), trace.reverse_mwh.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        loading = np.maximum(
            np.nan_to_num(result.forward_mw.max(axis=1) / case.lines.capacity_mw),
            np.nan_to_num(result.reverse_mw.max(axis=1) / case.lines.reverse_capacity_mw, posinf=0.0),
        )
    return tuple(
        LineEnergy(
            forward_sent_mwh=float(forward[i]),
            forward_delivered_mwh=float(forward[i] * keep[i]),
            forward_green_mwh=float(min(green_forward[i], forward[i])),
            reverse_sent_mwh=float(reverse[i]),
            reverse_delivered_mwh=float(reverse[i] * keep[i]),
            reverse_green_mwh=float(min(green_reverse[i], reverse[i])),
            peak_loading=float(loading[i]),
        )
        for i in range(case.lines.count)
    )


def province_energies(
    nation: Nation, result: DispatchResult, lines: tuple[LineEnergy, ...]
) -> dict[int, ProvinceEnergy]:
    """The year of every province.

    Raises
    ------
    BalanceError
        A province's year does not add up to `ENERGY_TOLERANCE_MWH`.
    """
    case = nation.case
    adcode = np.array(nation.adcode_of_node)
    start, end = adcode[case.lines.from_index], adcode[case.lines.to_index]
    generation = {t: mw.sum(axis=1) for t, mw in result.generation_mw().items()}
    load, unserved = case.load_mw.sum(axis=1), result.unserved_mw.sum(axis=1)
    blocked = sum(nation.blocked_mwh().values(), np.zeros(case.nodes))
    curtailed = result.curtailed_wind_mw.sum(axis=1) + result.curtailed_pv_mw.sum(axis=1) + blocked
    available = case.wind_mw.sum(axis=1) + case.pv_mw.sum(axis=1) + blocked
    stored = np.zeros(case.nodes)
    for kind, charge in result.charge_mw.items():
        stored += charge.sum(axis=1) - result.discharge_mw[kind].sum(axis=1)
    answers = {}
    for code in dict.fromkeys(nation.adcode_of_node):
        own = adcode == code
        out = [line for line, a, b in zip(lines, start, end, strict=True) if a == code != b]
        into = [line for line, a, b in zip(lines, start, end, strict=True) if b == code != a]
        inside = [line for line, a, b in zip(lines, start, end, strict=True) if a == code == b]
        answer = ProvinceEnergy(
            generation_mwh={t: float(values[own].sum()) for t, values in generation.items()},
            load_mwh=float(load[own].sum()),
            import_mwh=sum(x.forward_delivered_mwh for x in into) + sum(x.reverse_delivered_mwh for x in out),
            export_mwh=sum(x.forward_sent_mwh for x in out) + sum(x.reverse_sent_mwh for x in into),
            green_import_mwh=sum(_green_delivered(x)[0] for x in into)
            + sum(_green_delivered(x)[1] for x in out),
            green_export_mwh=sum(x.forward_green_mwh for x in out) + sum(x.reverse_green_mwh for x in into),
            storage_loss_mwh=float(stored[own].sum()),
            internal_loss_mwh=sum(x.sent_mwh - x.delivered_mwh for x in inside),
            unserved_mwh=float(unserved[own].sum()),
            curtailed_mwh=float(curtailed[own].sum()),
            available_mwh=float(available[own].sum()),
        )
        if abs(answer.residual_mwh) > ENERGY_TOLERANCE_MWH:
            raise BalanceError("province_year", adcode=int(code), residual_mwh=answer.residual_mwh)
        answers[int(code)] = answer
    return answers


def _green_delivered(line: LineEnergy) -> tuple[float, float]:
    forward = line.forward_green_mwh / line.forward_sent_mwh if line.forward_sent_mwh > 0 else 0.0
    reverse = line.reverse_green_mwh / line.reverse_sent_mwh if line.reverse_sent_mwh > 0 else 0.0
    return forward * line.forward_delivered_mwh, reverse * line.reverse_delivered_mwh


def is_interprovincial(nation: Nation) -> NDArray[np.bool_]:
    """(line,) whether the ends lie in two provinces."""
    adcode = np.array(nation.adcode_of_node)
    return np.asarray(adcode[nation.case.lines.from_index] != adcode[nation.case.lines.to_index])
