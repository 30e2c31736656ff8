"""What lines lose in the wires beside what is settled, in money too."""

from __future__ import annotations

from collections.abc import Mapping

from planning.results import CorridorResult, PowerFlowResult


def with_physical_losses(
    corridors: Mapping[str, CorridorResult], flows: PowerFlowResult
) -> dict[str, CorridorResult]:
    """The corridors with their losses by physics; without a price or without a flow what it would give is missing.

    The price is the mean one of what is sent, at the sending end.
    """
    losses = flows.year.losses if flows.year is not None else {}
    done = dict(corridors)
    for name, loss in losses.items():
        if name not in done:
            continue
        c = done[name]
        price = c.sale_cny / c.sent_mwh if c.sale_cny is not None and c.sent_mwh > 0 else None
        more = loss.settled_loss_mwh - loss.physics_loss_mwh
        done[name] = c.model_copy(
            update={
                "physics_loss_mwh": loss.physics_loss_mwh,
                "settled_loss_mwh": loss.settled_loss_mwh,
                "loss_difference_cny": None if price is None else more * price,
            }
        )
    return done
