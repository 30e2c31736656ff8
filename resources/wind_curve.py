"""Power curves: what one is, and what turbulence and storms make of it. Used by the wind chain.

Curves are per unit of rated power, at the standard density of 1.225 kg/m3.
"""

from __future__ import annotations

from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

Array = NDArray[np.float64]

REFERENCE_TURBULENCE: Final = 0.10
"""Turbulence intensity at which makers' curves are taken to be measured; estimated, few sheets say it. [-]"""
BETZ: Final = 16 / 27
FINE_STEP_MS: Final = 0.05
_HERMITE_POINTS: Final = 21
_SPREAD: Final = 3.0
"""Standard deviations either side over which the wind of ten minutes is spread."""


class PowerCurve(BaseModel):
    """A machine's curve; nothing is generated below its first and above its last speed."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    speed_ms: tuple[float, ...] = Field(min_length=4)
    """Rising, 10-minute means at the hub."""
    power_share: tuple[float, ...] = Field(min_length=4)
    """Of rated power, 0..1."""

    @model_validator(mode="after")
    def _is_a_curve(self) -> Self:
        if len(self.speed_ms) != len(self.power_share):
            raise ValueError(f"{len(self.speed_ms)} speeds but {len(self.power_share)} powers")
        if (
            any(b <= a for a, b in zip(self.speed_ms, self.speed_ms[1:], strict=False))
            or self.speed_ms[0] < 0
        ):
            raise ValueError("speed_ms must rise from point to point and not be negative")
        if not all(0 <= p <= 1 for p in self.power_share) or max(self.power_share) < 0.5:
            raise ValueError("power_share must lie within 0..1 and reach at least half of rated power")
        return self

    @property
    def arrays(self) -> tuple[Array, Array]:
        return np.array(self.speed_ms), np.array(self.power_share)


def fine(speed_ms: Array, power: Array) -> tuple[Array, Array]:
    """The curve at equal steps of `FINE_STEP_MS` from 0 to its last speed, that last one included."""
    last = float(speed_ms[-1])
    at = np.append(np.arange(0.0, last - 1e-9, FINE_STEP_MS), last)
    return at, np.interp(at, speed_ms, power, left=0.0)


def cut_out_ms(speed_ms: Array, power: Array) -> float:
    """Last speed at which anything is generated. [m/s]"""
    return float(speed_ms[np.flatnonzero(power > 0)[-1]])


def with_storm_ramp(speed_ms: Array, power: Array, end_ms: float) -> tuple[Array, Array]:
    """The curve with a slow end: from its cut-out on, power falls in a straight line to 0 at `end_ms`.

    Storm control of modern machines; also what many machines that stop one by one make of a farm's hard stop.
    """
    keep = speed_ms <= cut_out_ms(speed_ms, power)
    return np.append(speed_ms[keep], end_ms), np.append(power[keep], 0.0)


def smoothed(speed_ms: Array, power: Array, turbulence: float) -> Array:
    """(point,) mean power when the wind of ten minutes is normal around `speed_ms` with sigma = TI x speed.

    Above the last speed the last power is held, so that turbulence does not reach over the cut-out.
    """
    at = np.linspace(-_SPREAD, _SPREAD, _HERMITE_POINTS)
    weight = np.exp(-(at**2) / 2)
    weight /= weight.sum()
    seen = speed_ms[:, None] * (1 + turbulence * at[None, :])
    return np.asarray(np.interp(seen, speed_ms, power, left=0.0, right=power[-1]) @ weight)


def zero_turbulence_curve(speed_ms: Array, power: Array, turbulence: float) -> Array:
    """(point,) the ideal curve that turbulence `turbulence` blurs into the given one.

    Cubic from cut-in to rated power with constant power coefficient; cut-in, coefficient and rated power are moved
    until, blurred, cut-in (0.1 % of rated), highest coefficient and highest power are those of the given curve.

    Notes
    -----
    After Albers, Turbulence normalisation of wind turbine power curve measurements, Deutsche WindGuard (2009), the
    method of IEC 61400-12-1:2017 annex M. Power coefficients are taken up to a constant, P / v^3.
    """
    on = speed_ms > 0

    def figures(values: Array) -> tuple[float, float, float]:
        begins = float(np.interp(1e-3 * values.max(), np.maximum.accumulate(values), speed_ms))
        return begins, float((values[on] / speed_ms[on] ** 3).max()), float(values.max())

    wanted = figures(power)
    cut_in, coefficient, rated = wanted
    ideal = power
    for _ in range(20):
        ideal = np.where(speed_ms >= cut_in, np.minimum(coefficient * speed_ms**3, rated), 0.0)
        got = figures(smoothed(speed_ms, ideal, turbulence))
        cut_in = max(0.0, cut_in + (wanted[0] - got[0]))
        coefficient *= wanted[1] / got[1]
        rated *= wanted[2] / got[2]
    return ideal


def at_turbulence(
    speed_ms: Array, power: Array, turbulence: float, reference: float = REFERENCE_TURBULENCE
) -> tuple[Array, Array]:
    """The curve at a site's turbulence intensity.

    Parameters
    ----------
    turbulence, reference : float
        Mean TI at the site and where the curve was measured. [-]

    Returns
    -------
    speeds [m/s] and power per unit of rated power [-], fine steps.

    Notes
    -----
    ``P_site(v) = P(v) + G(P0, TI_site)(v) - G(P0, TI_reference)(v)``, P0 the zero-turbulence curve and G the
    Gaussian mean (`smoothed`): IEC 61400-12-1:2017 annex M. More turbulence gives more below and less around
    rated speed. Held within 0..1; the cut-out stays.
    """
    at, values = fine(speed_ms, power)
    end = cut_out_ms(at, values)
    inside = at <= end
    flat = values[inside]
    ideal = zero_turbulence_curve(at[inside], flat, reference)
    moved = flat + smoothed(at[inside], ideal, turbulence) - smoothed(at[inside], ideal, reference)
    values = values.copy()
    values[inside] = np.clip(moved, 0.0, flat.max())
    return at, values
