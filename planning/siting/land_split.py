"""Whose land is it: what more than one technology could use is divided, by a stated rule, so that none counts twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from gis_layers.errors import BalanceError, InputError, Problem

Array = NDArray[np.float64]

WIND_GROUND_SHARE: Final = 0.02
"""Of a wind farm's land that roads, crane pads and foundations cover: 1 to 2 % (`technologies.csv`, estimated)."""


class LandUse(BaseModel):
    """How technologies share land that is eligible for several of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    rule: Literal["divided", "together"] = "divided"
    """divided: each square kilometre belongs to one; together: modules and mirrors stand between the turbines."""
    wind: Annotated[float, Field(ge=0, le=1)] = 0.75
    """Parts of the common land; those of the technologies asked for are made to sum to 1."""
    pv: Annotated[float, Field(ge=0, le=1)] = 0.25
    """With 5 MW of wind and 30 MW of PV to the km2: 2 MW of PV for 1 MW of wind, as in the published design of the
    Kubuqi mid-north base (8 GW and 4 GW)."""
    csp: Annotated[float, Field(ge=0, le=1)] = 0.25


@dataclass(frozen=True, slots=True)
class LandShares:
    """What each technology gets of each cell."""

    share: Mapping[str, Array]
    """Technology -> (row, col) share of the cell. [-]"""
    used: Array
    """(row, col) share of the cell that any technology uses. [-]"""


def divide_land(eligible: Mapping[str, Array], use: LandUse) -> LandShares:
    """Give the eligible land of every cell to technologies.

    Parameters
    ----------
    eligible
        Technology -> (row, col) share of the cell that may be built on.

    Raises
    ------
    InputError
        No technology, or none with a part of the common land.
    BalanceError
        The parts are not the land (`site_area`).

    Notes
    -----
    What is eligible for the technology with less is taken to be eligible for that with more as well (limits of slope and
    land are nested). So a cell falls into layers, each open to one technology fewer; a layer is divided by the parts of
    those it is open to, and goes whole to the last. With `together` wind takes all its land, and the others theirs
    less the ground the turbines stand on.
    """
    names = [name for name in eligible if getattr(use, name) > 0]
    if not names:
        found = ", ".join(eligible) or "no technology"
        raise InputError(Problem("land use", "shares", found, "a part above 0 for one of them at least"))
    stack = np.stack([eligible[name] for name in names])
    used = stack.max(axis=0)
    if use.rule == "together":
        kept = {name: eligible[name] for name in names}
        if "wind" in kept:
            ground = WIND_GROUND_SHARE * np.minimum(kept["wind"], used)
            for name in names:
                if name != "wind":
                    kept[name] = np.clip(kept[name] - ground, 0.0, None)
        others = [name for name in names if name != "wind"]
        if len(others) > 1:  # modules and mirrors never share a place
            kept |= divide_land(
                {name: kept[name] for name in others},
                LandUse(**{name: getattr(use, name) for name in others}),
            ).share
        return LandShares(MappingProxyType(kept), used)
    part = np.array([getattr(use, name) for name in names])
    order = np.argsort(stack, axis=0, kind="stable")
    rising = np.take_along_axis(stack, order, axis=0)
    weight = part[order]
    depth = np.diff(rising, axis=0, prepend=0.0)
    open_to = np.cumsum(weight[::-1], axis=0)[::-1]
    given = np.cumsum(depth / open_to, axis=0) * weight
    shares = np.empty_like(stack)
    np.put_along_axis(shares, order, given, axis=0)
    gap = float(np.abs(shares.sum(axis=0) - used).max(initial=0.0))
    if gap > 1e-9:
        raise BalanceError("site_area", what="land_use", found=gap, expected=0.0)
    return LandShares(MappingProxyType({n: shares[i] for i, n in enumerate(names)}), used)
