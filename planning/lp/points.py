"""Points on the way of a solve, kept so that a changed programme goes on from one of them.

A point near the optimum lies at the bounds of the old programme and is no help for the new one; one further
back, where the products of x and z outweigh what the new programme misses, is. Between two programmes whose
rows change linearly the mean of their points is nearly feasible, which allows a point further on.

Yildirim and Wright, Warm-start strategies in interior-point methods for linear programming, SIAM J. Optim. 12
(2002) 782-810; Gondzio, Warm start of the primal-dual method applied in the cutting-plane scheme, Math. Prog.
83 (1998) 125-143.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.lp.analysis import Analysis
from planning.lp.model import FloatArray
from planning.lp.standard_form import StandardForm

LEVELS = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003)
"""Relative gaps at which points are kept."""


@dataclass(slots=True)
class Point:
    """x >= 0 but for free columns, x + v = upper; z, t are the duals of x >= 0 and v >= 0."""

    x: FloatArray
    y: FloatArray
    z: FloatArray
    v: FloatArray
    t: FloatArray

    def small(self) -> Point:
        """In single precision, which is enough to start from."""
        return Point(*(np.asarray(part, np.float32) for part in self._parts()))  # type: ignore[arg-type]

    def full(self) -> Point:
        """In double precision; positive parts that single precision lost are put back inside."""
        x, y, z, v, t = (np.array(part, np.float64) for part in self._parts())
        z[z > 0] = np.maximum(z[z > 0], 1e-30)
        return Point(x, y, z, v, t)

    def _parts(self) -> tuple[FloatArray, ...]:
        return self.x, self.y, self.z, self.v, self.t


@dataclass(frozen=True, slots=True)
class Start:
    """What a solved programme leaves to the next of its family: scaling, analysis and points on the way."""

    form: StandardForm
    analysis: Analysis
    points: dict[float, Point]
    """Level of the relative gap -> point there."""

    def towards(self, other: Start, share: float) -> Start:
        """The points `share` of the way to another programme's, at the levels both have."""
        if not self.form.alike(other.form):
            return self if share < 0.5 else other
        both = {
            level: Point(
                *((1 - share) * a + share * b for a, b in zip(mine._parts(), theirs._parts(), strict=True))
            )
            for level, mine in self.points.items()
            if (theirs := other.points.get(level)) is not None
        }
        return Start(self.form, self.analysis, both)
