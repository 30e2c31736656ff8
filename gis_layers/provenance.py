"""Where a figure comes from and how far to trust it: carried beside every number that is not computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tier = Literal["official", "published", "estimated"]
"""Of a table figure: read in a first-hand text, in a second-hand page or public table, or neither."""

Grade = Literal["official", "measured", "reanalysis", "reference", "user"]
"""Of a map layer; 'reference' is our own reconstruction: documented, validated, not measured."""

TIER_OF_LETTER: dict[str, Tier] = {"A": "official", "B": "published", "C": "estimated"}


@dataclass(frozen=True, slots=True)
class Provenance:
    """Source of one figure or layer."""

    source: str
    date: str
    """Year or period the figure stands for, as text ('2020', '1971-2000')."""
    tier: Tier
