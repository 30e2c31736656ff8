"""The lines of a scenario: which of the tables' run, which the planner adds, and what is changed of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from planning.scenario_base import (
    Amount,
    Identifier,
    Lat,
    Lon,
    Part,
    Positive,
    Share,
    Sourced,
    Year,
)

Rule = Literal["free", "curve"]
Ramp = Annotated[float, Field(strict=True, gt=0, le=2)]
"""2 is from full one way to full the other within an hour."""
DayCurve = Annotated[tuple[Share, ...], Field(min_length=24, max_length=24)]
"""24 shares of the level of the day, hour 0 is 0:00-1:00 UTC+8."""
SAME_PLACE_DEG = 0.01
Loss = Annotated[float, Field(strict=True, ge=0, lt=0.5)]
FullLoadHours = Annotated[float, Field(strict=True, gt=0, le=8760)]


class OwnLine(Sourced):
    """A line the planner adds, DC or AC: dispatched from the first hour of the scenario's year."""

    id: Identifier
    name_zh: str = Field(min_length=1)
    name_en: str = Field(min_length=1)
    kind: Literal["lcc", "vsc", "hybrid", "b2b", "ac"] = "lcc"
    """ac: between nodes of one synchronous grid; carries power either way and is part of the power flow."""
    kv: Annotated[float, Field(strict=True, ge=100, le=1500)]
    mw: Positive
    """Rated power at the sending end; of AC, of all circuits together."""
    circuits: Annotated[int, Field(strict=True, ge=1, le=8)] = 1
    """Of an AC line."""
    km: Positive
    from_node: str
    to_node: str
    from_lon_deg: Lon
    from_lat_deg: Lat
    to_lon_deg: Lon
    to_lat_deg: Lat
    bidirectional: bool = False
    loss_share: Loss | None = None
    """Of the energy sent; None: by its kind, voltage and length."""
    tariff_cny_per_mwh: Amount | None = None
    """On the energy delivered; None: what its investment needs."""
    tariff_includes_loss: bool = False
    """The tariff pays the loss, so the loss is not charged again."""
    rule: Rule | None = None
    """How it is operated; this and the next four: None for what is usual (`operating_rules`)."""
    min_power_share: Share | None = None
    """Least power while it runs, of the rated power."""
    ramp_share_per_h: Ramp | None = None
    """Largest change from hour to hour, of the rated power."""
    day_curve: DayCurve | None = None
    annual_full_load_hours: FullLoadHours | None = None
    """Contracted energy of a year over the rated power, at the sending end. [h/a]"""
    investment_cny: Positive | None = None
    """Line and both ends; None: estimated from length and power where a price asks for it."""
    route: tuple[tuple[Lon, Lat], ...] = ()
    """Corners of its way from end to end, for the map; none: straight."""

    @property
    def way(self) -> tuple[tuple[float, float], ...]:
        """The corners of `route`, or the two ends where it has none or was drawn for other ends."""
        ends = ((self.from_lon_deg, self.from_lat_deg), (self.to_lon_deg, self.to_lat_deg))
        if len(self.route) < 2 or any(
            max(abs(a[0] - b[0]), abs(a[1] - b[1])) > SAME_PLACE_DEG
            for a, b in zip((self.route[0], self.route[-1]), ends, strict=True)
        ):
            return ends
        return self.route


class ChangedLine(Sourced):
    """A line of the tables with other figures; what is None stays as the table has it.

    Of an AC tie (`interfaces.csv`) the power and the year can be changed.
    """

    id: Annotated[str, Field(min_length=1)]
    """Of a row of `corridors.csv` or `interfaces.csv`."""
    mw: Positive | None = None
    year: Year | None = None
    """The line opens in this year, whatever the table says of its state."""
    bidirectional: bool | None = None
    loss_share: Loss | None = None
    """Settlement loss, of the energy sent."""
    tariff_cny_per_mwh: Amount | None = None
    tariff_includes_loss: bool | None = None
    """Belongs to `tariff_cny_per_mwh`."""
    rule: Rule | None = None
    min_power_share: Share | None = None
    ramp_share_per_h: Ramp | None = None
    day_curve: DayCurve | None = None
    annual_full_load_hours: FullLoadHours | None = None

    @property
    def given(self) -> dict[str, object]:
        """What is changed, by field."""
        named = (*CHANGEABLE, "tariff_includes_loss")
        return {name: value for name in named if (value := getattr(self, name)) is not None}


def follow(line: dict[str, Any], key: str) -> None:
    """What only makes sense with another input of a changed line, after `key` was set by itself."""
    if key == "tariff_cny_per_mwh":
        line["tariff_includes_loss"] = None if line[key] is None else bool(line["tariff_includes_loss"])
    elif key == "day_curve" and line[key] is not None:
        line["rule"] = "curve"
    elif key == "rule" and line[key] == "free":
        line["day_curve"] = None


CHANGEABLE: tuple[str, ...] = (
    "mw", "year", "bidirectional", "loss_share", "tariff_cny_per_mwh", "rule", "min_power_share", "ramp_share_per_h",
    "day_curve", "annual_full_load_hours",
)  # fmt: skip
"""What can be changed of a line; `tariff_includes_loss` goes with the tariff."""
CHANGEABLE_OF_TIE: tuple[str, ...] = ("mw", "year")


class LineChoice(Part):
    """Which lines run: those in service by the year, plus and minus what is named, plus the planner's own."""

    in_service_by: Year
    operation: Literal["by_cost", "by_contract"] = "by_cost"
    """by_cost: any power up to what a line carries. by_contract: as before the markets, hydropower lines carry
    their stations' share, lines with coal a curve by the receiver's load, and AC exchange keeps its distance."""
    also: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    """Lines and AC ties left out."""
    own: tuple[OwnLine, ...] = ()
    changed: tuple[ChangedLine, ...] = ()
    outages: tuple[str, ...] = ()
    """DC lines out of service, all year or from a day to a day (`planning.outages`): 'jiquan 07-01..07-15'."""
