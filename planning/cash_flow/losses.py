"""Settlement loss beside physics loss, in energy and in yuan, line by line; what is not known stays not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LossMoney:
    """One line's year; None: no power flow told its physics loss."""

    id: str
    settled_mwh: float
    settled_cny: float
    """What was paid for it, at the price of the sending end."""
    physics_mwh: float | None
    physics_cny: float | None
    """The same energy at the same mean price."""

    @property
    def difference_cny(self) -> float | None:
        """Settled less physics: above 0, more is paid for losses than is lost."""
        return None if self.physics_cny is None else self.settled_cny - self.physics_cny


@dataclass(frozen=True, slots=True)
class LossTotal:
    """Sums over the lines that have both; `without` counts those left out."""

    settled_mwh: float
    settled_cny: float
    physics_mwh: float
    physics_cny: float
    without: int


def loss_money(
    ids: Sequence[str],
    settled_mwh: Sequence[float],
    settled_cny: Sequence[float],
    price_cny_per_mwh: Sequence[float],
    physics_mwh: Sequence[float | None],
) -> tuple[LossMoney, ...]:
    """Losses of lines in yuan.

    Parameters
    ----------
    settled_mwh, settled_cny
        As settled, both directions together.
    price_cny_per_mwh
        Mean price at the sending end: what a lost MWh is paid.
    physics_mwh
        Of a power flow; None where none has the line.
    """
    rows = zip(ids, settled_mwh, settled_cny, price_cny_per_mwh, physics_mwh, strict=True)
    return tuple(
        LossMoney(line, mwh, cny, lost, None if lost is None else lost * price)
        for line, mwh, cny, price, lost in rows
    )


def loss_total(lines: Sequence[LossMoney]) -> LossTotal:
    """Sums over the lines whose physics loss is known."""
    known = [line for line in lines if line.physics_mwh is not None]
    return LossTotal(
        settled_mwh=sum(line.settled_mwh for line in known),
        settled_cny=sum(line.settled_cny for line in known),
        physics_mwh=sum(line.physics_mwh or 0.0 for line in known),
        physics_cny=sum(line.physics_cny or 0.0 for line in known),
        without=len(lines) - len(known),
    )
