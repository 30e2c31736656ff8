"""What the resource link answers: the hourly profiles of nodes and bases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.fleet import NodeResource
from resources.served import Served

Array = NDArray[np.float64]
NOTHING_SERVED = Served()


@dataclass(frozen=True, slots=True)
class NodeProfiles:
    """Of all nodes, in the order of the tables."""

    wind_2020: Array
    """(node, hour) machines of the fleet of 2020. [-]"""
    wind_new: Array
    """(node, hour) present machines. [-]"""
    pv: Array
    """(node, hour) what is built."""
    resource: dict[str, NodeResource]
    rain_monthly_mm: Array
    """(node, 12) mean over the land."""
    served: Served = NOTHING_SERVED
    pv_2020: Array | None = None
    """(node, hour) modules of the fleet of 2020; None: the same as `pv`."""

    def wind(self, capacity_2020_mw: Array, capacity_mw: Array) -> Array:
        """(node, hour) of a fleet in which what stood in 2020 keeps its machines."""
        return _mixed(self.wind_2020, self.wind_new, capacity_2020_mw, capacity_mw)

    def pv_of(self, capacity_2020_mw: Array, capacity_mw: Array) -> Array:
        """(node, hour) the same of PV."""
        if self.pv_2020 is None:
            return self.pv
        return _mixed(self.pv_2020, self.pv, capacity_2020_mw, capacity_mw)


def _mixed(old: Array, new: Array, capacity_2020_mw: Array, capacity_mw: Array) -> Array:
    """By capacity; where there is none, what stood in 2020."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num(np.minimum(capacity_2020_mw, capacity_mw) / capacity_mw, nan=1.0)[:, None]
    return np.asarray(share * old + (1.0 - share) * new)


@dataclass(frozen=True, slots=True)
class BaseProfiles:
    """Of one base's sites."""

    wind: Array
    """(hour,)"""
    pv: Array
    served: Served = NOTHING_SERVED
