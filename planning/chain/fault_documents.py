"""What `energymap fault` answers: the loss of one line in one hour or in the worst of all."""

from __future__ import annotations

from typing import Literal

from planning.chain.link_documents import AnswerSource, LinkUse
from planning.results import Frozen


class TieAfter(Frozen):
    """An AC tie before and after."""

    id: str
    before_mw: float
    after_mw: float
    rating_mw: float
    loading_before: float
    loading_after: float


class GridAfter(Frozen):
    """A synchronous grid that lost infeed (above 0) or kept a surplus (below 0); of a line within one grid both ends
    tell of that grid: it keeps the power and what the line would have lost of it."""

    end: Literal["receiving", "sending"]
    node: str
    nodes: tuple[str, ...]
    lost_mw: float
    load_mw: float
    running_mw: float
    """Estimated capacity of machines on line."""
    reserve_mw: float
    """Estimated spinning reserve."""
    reserve_short_mw: float
    rate_hz_per_s: float
    lowest_hz: float
    settled_hz: float
    """Of the simplified frequency model."""


class InfeedStrength(Frozen):
    """A direct-current line that ends in the receiving grid."""

    id: str
    node: str
    infeed_mw: float
    miscr: float | None
    """None where nothing flows."""


class FaultRow(Frozen):
    """The block of one pole or bipole in its worst hour."""

    line: str
    name_zh: str
    name_en: str
    fault: Literal["pole", "bipole"]
    hour: int
    """Of the hours looked at that in which the lost infeed is most above the receiving grid's reserve; of a line within
    one grid that of the largest power."""
    node: str
    """Where it is received."""
    lost_mw: float
    reserve_mw: float
    """Of the receiving synchronous grid, estimated."""
    reserve_short_mw: float
    lost_over_reserve: float | None
    """None: no reserve at all."""
    hours_reserve_short: int
    lowest_hz: float | None
    """Of the simplified frequency model; None: no machine on line in that grid."""
    miscr: float | None
    """In that hour; None: a grid without machines on line."""
    within_one_grid: bool = False
    """Both ends are in one synchronous grid: it loses no infeed (`lost_mw` is what its ties must carry instead), and
    reserve and frequency are those of what the line would have lost."""


class FaultTable(Frozen):
    """All poles and bipoles, the worst for the receiving grid first."""

    schema_version: Literal[1] = 1
    scenario: str
    hours: int
    rows: tuple[FaultRow, ...]
    tier: Literal["estimated"] = "estimated"
    uses: tuple[LinkUse, ...]
    sources: tuple[AnswerSource, ...]
    notes: tuple[str, ...]


class FaultAnswer(Frozen):
    """The loss of one line."""

    schema_version: Literal[1] = 1
    scenario: str
    line: str
    name_zh: str
    name_en: str
    fault: Literal["pole", "bipole", "tie"]
    hour: int
    """Hour of the year, 0 to 8,759."""
    hours: int
    """Looked at; `hour` is the worst of them."""
    hours_overloaded: int
    hours_reserve_short: int
    hours_unsolved: int
    solved: bool
    """The worst hour; where False, flows are not shown."""
    splits: tuple[str, ...] = ()
    """Nodes cut off by the loss of a tie."""
    flow_mw: float
    """On the line before."""
    within_one_grid: bool = False
    """Both ends of a direct-current line are in one synchronous grid: its ties carry the power instead."""
    grids: tuple[GridAfter, ...] = ()
    ties: tuple[TieAfter, ...] = ()
    """Of the grids concerned, the most loaded after first."""
    infeeds: tuple[InfeedStrength, ...] = ()
    max_balance_pu: float
    tier: Literal["estimated"] = "estimated"
    uses: tuple[LinkUse, ...]
    sources: tuple[AnswerSource, ...]
    notes: tuple[str, ...]
    """Codes; in words `app.fault_words`."""
