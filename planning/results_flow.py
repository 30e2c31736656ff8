"""The power flow in the document of a run: voltages, single outages, losses of lines, and why an hour has no solution."""

from __future__ import annotations

from typing import Literal

from planning.frozen import Frozen


class PowerFlowFailure(Frozen):
    """Why an hour has no AC solution, where, and what is shown instead."""

    cause: Literal["tie", "voltage", "numeric"]
    """tie: more power over `line` than it can carry; voltage: the voltage at `node` collapses; numeric: not even a small
    share of the hour's power has a solution, so the data of the network are at fault."""
    hour: int
    share: float
    """Of the hour's power that the network would still carry. [-]"""
    line: str | None
    """The most strained AC tie, or the DC line whose station hangs on too weak a connection."""
    angle_deg: float
    """Across it just before the nose."""
    asked_mw: float
    """On it, by the DC flow of the whole hour."""
    most_mw: float
    """On it, just before the nose."""
    node: str | None
    """Where the voltage is lowest just before the nose."""
    voltage_pu: float
    nodes: tuple[str, ...] = ()
    """Ends of the line, for the map."""
    fallback: Literal["dc"] = "dc"


class PowerFlowOutage(Frozen):
    """One outage over all hours, linear; its worst hour by AC too."""

    kind: Literal["circuit", "tie", "pole", "bipole"]
    line: str
    hour: int
    worst_tie: str | None
    """The tie it loads most; None: it makes none worse, or it parts the grid."""
    loading_before: float
    loading_linear: float
    loading_ac: float | None
    """None: not solved, or without an AC solution."""
    solved: bool | None
    """Whether the worst hour has an AC solution after the outage; None: nothing to solve."""
    hours_over: int
    """Hours in which it lifts a tie above its capability."""
    lost_mw: float
    """In the worst hour: on what fails, or at the receiving end."""
    cut_off: tuple[str, ...] = ()
    """Nodes it parts from their grid."""


class LineLoss(Frozen):
    """Physical loss beside what settlement counts, of the hours that have both."""

    kind: Literal["dc", "ac"]
    physics_loss_mwh: float
    """DC: both converter stations and I2R of the line, hour by hour from the dispatched power. AC: of the AC flow."""
    settled_loss_mwh: float
    sent_mwh: float
    """As dispatched."""


class NodeVoltage(Frozen):
    """The buses of a node over the solved hours: its own, its high-voltage buses, its converter stations."""

    min_pu: float
    min_bus: str
    min_hour: int
    max_pu: float
    max_bus: str
    max_hour: int
    hours_short: int
    """Hours in which the node's machines give all the reactive power they are estimated to have and the voltage sinks."""
    hours_surplus: int
    """Hours in which they take all they can and the voltage rises."""


class StationYear(Frozen):
    """A converter station over the year."""

    line: str
    node: str
    end: Literal["from", "to"]
    kind: Literal["lcc", "vsc"]
    max_demand_mvar: float
    """Largest reactive demand of the valves; of VSC the largest it gives or takes."""
    hours_at_limit: int
    """LCC: banks not enough or too many for the band; VSC: no longer holds the voltage."""
    min_pu: float
    max_pu: float
