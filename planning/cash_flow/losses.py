"""Settlement loss beside physics loss, in energy and in yuan, line by line; what is not known stays not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LossMoney:
    """One line's year, both ways; None: no power flow told its physics loss."""

    id: str
    settled_mwh: float
    settled_cny: float
    """What was paid for it."""
    price_cny_per_mwh: float
    """Mean price of what is sent, at the sending end."""
    compared_mwh: float | None
    """Settled loss of the hours that have a power flow: what the physics loss stands beside."""
    physics_mwh: float | None
    """Of the same hours."""

    @property
    def difference_cny(self) -> float | None:
        """Settled less physics at the mean price: above 0, more is paid for than is lost."""
        if self.compared_mwh is None or self.physics_mwh is None:
            return None
        return (self.compared_mwh - self.physics_mwh) * self.price_cny_per_mwh


@dataclass(frozen=True, slots=True)
class LossTotal:
    """Sums over the lines that have both; `without` counts those left out."""

    compared_mwh: float
    physics_mwh: float
    difference_cny: float
    without: int


def loss_money(
    ids: Sequence[str],
    settled_mwh: Sequence[float],
    settled_cny: Sequence[float],
    price_cny_per_mwh: Sequence[float],
    compared_mwh: Sequence[float | None],
    physics_mwh: Sequence[float | None],
) -> tuple[LossMoney, ...]:
    """Losses of lines in yuan.

    Parameters
    ----------
    settled_mwh, settled_cny
        As settled over the year.
    price_cny_per_mwh
        Mean price of what is sent: what a lost MWh is paid.
    compared_mwh, physics_mwh
        Of the hours with a power flow; None where none has the line.
    """
    rows = zip(ids, settled_mwh, settled_cny, price_cny_per_mwh, compared_mwh, physics_mwh, strict=True)
    return tuple(LossMoney(*row) for row in rows)


def loss_total(lines: Sequence[LossMoney]) -> LossTotal:
    """Sums over the lines whose physics loss is known."""
    known = [line for line in lines if line.difference_cny is not None]
    return LossTotal(
        compared_mwh=sum(line.compared_mwh or 0.0 for line in known),
        physics_mwh=sum(line.physics_mwh or 0.0 for line in known),
        difference_cny=sum(line.difference_cny or 0.0 for line in known),
        without=len(lines) - len(known),
    )
