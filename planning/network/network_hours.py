"""Some buses and hours of what a field gives, as the solver takes them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planning.network.support import Held
from planning.network.year import BASE_MVA, FieldHours


def given_of(given: FieldHours, bus: NDArray[np.int64], hours: NDArray[np.int64] | slice) -> Held:
    """Reactive power of some buses in some hours. [p.u.]"""

    def part(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(values[bus][:, hours].T / BASE_MVA)

    return Held(
        part(given.reactive_mvar), part(given.shunt_mvar), part(given.low_mvar), part(given.high_mvar)
    )
