"""The supply curve of an area: how much can be had at what cost, site by site, cheapest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gis_layers.errors import BalanceError
from planning.siting.candidates import Candidate

TOGETHER: Final = "all"
"""The curve of all technologies."""


@dataclass(frozen=True, slots=True)
class Step:
    """One technology of one site."""

    candidate: str
    technology: str
    lcoe_cny_per_mwh: float
    """Of a MWh at the end of the site's line."""
    capacity_mw: float
    delivered_mwh: float
    """A year."""
    cumulative_mw: float
    """With this step and all before it."""
    cumulative_mwh: float


@dataclass(frozen=True, slots=True)
class SupplyCurve:
    """Steps with LCOE never falling."""

    technology: str
    """'wind', 'pv', 'csp' or 'all'."""
    steps: tuple[Step, ...]

    @property
    def capacity_mw(self) -> float:
        return self.steps[-1].cumulative_mw if self.steps else 0.0

    @property
    def delivered_mwh(self) -> float:
        return self.steps[-1].cumulative_mwh if self.steps else 0.0

    def capacity_below_mw(self, lcoe_cny_per_mwh: float) -> float:
        """What costs at most so much."""
        return max(
            (s.cumulative_mw for s in self.steps if s.lcoe_cny_per_mwh <= lcoe_cny_per_mwh), default=0.0
        )


def supply_curves(sites: Sequence[Candidate]) -> tuple[SupplyCurve, ...]:
    """A curve of each technology and one of all together; sites without a way to the grid are in none.

    Raises
    ------
    BalanceError
        A curve does not hold what the sites hold (`site_curve`).

    Notes
    -----
    A site is one step with its mean cost: its better and worse cells are not told apart. The line is shared by the
    technologies of a site by energy, so a technology's own curve holds only together with the others'.
    """
    linked = [site for site in sites if site.connection is not None]
    names = sorted({name for site in linked for name in site.shares})
    curves = tuple(_curve(linked, name) for name in (*names, TOGETHER))
    held = sum(site.capacity_mw for site in linked), sum(site.delivered_mwh for site in linked)
    told = curves[-1].capacity_mw, curves[-1].delivered_mwh
    for what, found, expected in zip(("MW", "MWh"), told, held, strict=True):
        if abs(found - expected) > 1e-9 * max(expected, 1.0):
            raise BalanceError("site_curve", what=what, found=found, expected=expected)
    return curves


def _curve(sites: Sequence[Candidate], technology: str) -> SupplyCurve:
    parts = [
        (share.lcoe_cny_per_mwh, site, share)
        for site in sites
        for name, share in site.shares.items()
        if technology in (name, TOGETHER) and share.lcoe_cny_per_mwh is not None
    ]
    steps, mw, mwh = [], 0.0, 0.0
    for lcoe, site, share in sorted(parts, key=lambda p: (p[0], p[1].id, p[2].technology)):
        delivered = share.energy_mwh * (1.0 - site.loss_share)
        mw, mwh = mw + share.capacity_mw, mwh + delivered
        steps.append(Step(site.id, share.technology, lcoe, share.capacity_mw, delivered, mw, mwh))
    return SupplyCurve(technology, tuple(steps))
