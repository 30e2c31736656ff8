"""The market part of a scenario: how much of a line's energy is under contract, and what the rest is paid.

Without it every line settles its year at one price, by the rule of `[prices]`. With it every hour is settled: the
contract part at the contract price of the hour, the rest at a spot price.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_layers.errors import InputError, Problem
from gis_layers.provenance import Tier

Share = Annotated[float, Field(strict=True, ge=0, le=1)]
Amount = Annotated[float, Field(strict=True, ge=0, le=20_000)]
Price = Annotated[float, Field(strict=True, ge=-20_000, le=20_000)]
"""The value of lost load bounds what a market pays."""
Ratio = Annotated[float, Field(strict=True, ge=0, le=5)]

SERIES_LENGTHS = (24, 288, 8760)
"""A day of every month alike, a day of each month, every hour of the year."""
NUMBERS = ("spot_series_cny_per_mwh",)
"""Lists of numbers, typed as `numbers_text` writes them."""
BY_LINE = ("line_contract_share", "line_contract_cny_per_mwh")
"""Tables of line id -> number."""


class MarketSpec(BaseModel):
    """Contract and spot; all at their defaults: the year's settlement at one price."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    contract_share: Share = 1.0
    """Of the energy sent in every hour; the rest is sold at the spot price."""
    line_contract_share: dict[str, Share] = Field(default_factory=dict)
    """Line id -> share, in place of `contract_share`."""
    contract_rule: Literal["as_prices", "receiving_benchmark", "sending_benchmark", "split", "fixed"] = (
        "as_prices"
    )
    """as_prices: the sale rule of the prices; fixed: `contract_cny_per_mwh`."""
    contract_cny_per_mwh: Amount | None = None
    """At the sending end, with `contract_rule` fixed."""
    line_contract_cny_per_mwh: dict[str, Amount] = Field(default_factory=dict)
    """Line id -> contract price at the sending end, whatever the rule."""
    peak_hours: str = ""
    """Hours of the day as '8-11, 17-21': from 8:00 to 11:00 and from 17:00 to 21:00, UTC+8."""
    valley_hours: str = ""
    """All other hours are flat."""
    peak_ratio: Ratio = 1.0
    """Contract price of a peak hour over that of a flat hour."""
    valley_ratio: Ratio = 1.0
    keep_day_mean: bool = True
    """The plain mean of a day's 24 prices is the contract price; false: the flat hours are paid it."""
    spot_from: Literal["dispatch", "series"] = "dispatch"
    """dispatch: marginal cost of load in the node at `spot_at`; series: `spot_series_cny_per_mwh`."""
    spot_at: Literal["receiving", "sending"] = "receiving"
    """End the spot price is of; that of the receiving end is brought to the sending end less tariff and loss."""
    spot_floor_cny_per_mwh: Price = 0.0
    spot_cap_cny_per_mwh: Price = 1500.0
    """Of the spot price at its own end."""
    spot_series_cny_per_mwh: tuple[Price, ...] = ()
    """24, 288 (12 days of 24 hours, January first) or 8,760 values, hour-beginning, UTC+8."""
    source: str = ""
    tier: Tier = "estimated"

    def __hash__(self) -> int:
        """A frozen model hashes its fields, and a table has no hash of its own."""
        return hash(self.model_dump_json())

    @property
    def empty(self) -> bool:
        """Nothing asked: the year is settled at one price. A source alone asks nothing."""
        return self.model_copy(update={"source": "", "tier": "estimated"}) == MarketSpec()

    def share_of(self, line_id: str) -> float:
        """Share of a line's energy under contract."""
        return self.line_contract_share.get(line_id, self.contract_share)


def hours_of_day(text: str, field: str = "peak_hours") -> frozenset[int]:
    """'8-11, 17-21' -> hours beginning 8, 9, 10, 17 .. 20; a span over midnight is '22-6'.

    Raises
    ------
    InputError
        Not spans of whole hours 0 to 24, or an hour named twice.
    """
    hours: set[int] = set()
    for span in re.split(r"[,，;；、]", text) if text.strip() else ():
        found = re.fullmatch(r"\s*(\d{1,2})(?::00)?\s*[-–~至]\s*(\d{1,2})(?::00)?\s*", span)
        first, last = (int(found[1]), int(found[2])) if found else (-1, -1)
        if not (0 <= first <= 23 and 0 <= last <= 24 and first != last):
            raise InputError(Problem("scenario", f"market.{field}", span.strip() or "nothing", _SPANS))
        own = range(first, last) if first < last else [*range(first, 24), *range(last)]
        if hours & set(own):
            raise InputError(
                Problem("scenario", f"market.{field}", f"{span.strip()} again", "each hour once")
            )
        hours |= set(own)
    return frozenset(hours)


_SPANS = "spans of whole hours, as 8-11, 17-21"


def numbers_text(values: Collection[float]) -> str:
    """A list of numbers as one types it."""
    return ", ".join(f"{value:.10g}" for value in values)


def numbers_typed(typed: str, where: str) -> list[float]:
    """A list of numbers from text; InputError names the one that is none."""
    words = [word for word in re.split(r"[,，;；、\s]+", typed) if word]
    problems, numbers = [], []
    for word in words:
        try:
            numbers.append(float(word))
        except ValueError:
            problems.append(Problem("scenario", where, word, "numbers with commas between"))
    if problems:
        raise InputError(problems)
    return numbers


def market_problems(market: MarketSpec, line_ids: Collection[str], where: str) -> list[Problem]:
    """What contradicts itself, or names no line."""
    problems: list[Problem] = []

    def note(field: str, found: object, expected: str) -> None:
        problems.append(Problem(where, f"market.{field}", str(found), expected))

    tables: tuple[tuple[str, Mapping[str, float]], ...] = (
        ("line_contract_share", market.line_contract_share),
        ("line_contract_cny_per_mwh", market.line_contract_cny_per_mwh),
    )
    for field, table in tables:
        for line in table:
            if line not in line_ids:
                note(f"{field}.{line}", line, "a line of corridors or interfaces")
    if market.contract_rule == "fixed" and market.contract_cny_per_mwh is None:
        note("contract_cny_per_mwh", "nothing", "a contract price, for the rule is fixed")
    spans: dict[str, frozenset[int]] = {}
    for field, ratio in (("peak", market.peak_ratio), ("valley", market.valley_ratio)):
        try:
            spans[field] = hours_of_day(getattr(market, f"{field}_hours"), f"{field}_hours")
        except InputError as error:
            problems += [Problem(where, p.field, p.found, p.expected) for p in error.problems]
            continue
        if ratio != 1.0 and not spans[field]:
            note(f"{field}_hours", "nothing", "hours, for the ratio is not 1")
    if len(spans) == 2 and (both := spans["peak"] & spans["valley"]):
        note("valley_hours", ", ".join(map(str, sorted(both))), "hours that are not of the peak")
    zero = market.peak_ratio * len(spans.get("peak", ())) + market.valley_ratio * len(spans.get("valley", ()))
    if len(spans) == 2 and len(spans["peak"] | spans["valley"]) == 24 and zero == 0.0:
        note("peak_ratio, valley_ratio", "0", "a price above 0 in some hour of the day")
    if market.spot_floor_cny_per_mwh > market.spot_cap_cny_per_mwh:
        note("spot_floor_cny_per_mwh", market.spot_floor_cny_per_mwh, "at most the cap")
    count = len(market.spot_series_cny_per_mwh)
    if (market.spot_from == "series" or count) and count not in SERIES_LENGTHS:
        note("spot_series_cny_per_mwh", f"{count} values", "24, 288 or 8760 values")
    return problems
