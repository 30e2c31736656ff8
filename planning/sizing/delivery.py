"""What the channel is to carry, hour by hour, and its rows."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from planning.sizing.assembly import HOURS, Assembly, Index, Sensitivity
from planning.sizing.fields import CasePart, NotNegative, Positive, PositiveShare, Share
from resources.hours import MONTH_OF_DAY

Array = NDArray[np.float64]
Hour = Annotated[int, Field(ge=0, le=24)]

SEASONS = {"winter": (11, 0, 1), "spring": (2, 3, 4), "summer": (5, 6, 7), "autumn": (8, 9, 10)}
"""Months, 0 is January."""


class Channel(CasePart):
    """The line that takes the base's power away."""

    capacity_mw: Positive
    """Largest power at the sending converter."""
    min_power_share: Share = 0.0
    """Least power in every hour, of the capacity; with delivery that is free or a band."""
    ramp_share_per_h: PositiveShare | None = None
    """Largest change from hour to hour, of the capacity."""
    loss_share: Annotated[float, Field(ge=0, lt=0.5)] | None = None
    """Of the energy sent."""
    length_km: Positive | None = None
    """With it costs and loss that are left out come from the technology table and the corridors' rule."""
    kv: Annotated[float, Field(ge=500, le=1100)] = 800.0
    converter: Literal["lcc", "vsc", "hybrid"] = "lcc"
    capex_cny_per_kw: NotNegative | None = None
    """Of the line with both converters."""
    fixed_om_share_of_capex_per_year: NotNegative | None = None
    life_years: Positive | None = None
    tariff_cny_per_mwh: NotNegative | None = None
    """A price for its use, on energy received, in place of its own cost."""

    @model_validator(mode="after")
    def _one_price(self) -> Channel:
        if self.tariff_cny_per_mwh is not None and self.capex_cny_per_kw is not None:
            raise ValueError("either tariff_cny_per_mwh or capex_cny_per_kw")
        return self


class SeasonLevels(CasePart):
    winter: Positive = 1.0
    spring: Positive = 1.0
    summer: Positive = 1.0
    autumn: Positive = 1.0


class Delivery(CasePart):
    """What the channel is to carry."""

    kind: Literal["flat", "two_step", "seasonal", "band", "free"]
    """flat: the same power all year; two_step: a day curve of two levels; seasonal: the day curve times a level by
    season; band: between shares of such a profile; free: any power up to the channel, so that the year's energy is
    within its hours."""
    peak_hours: tuple[tuple[Hour, Hour], ...] = ()
    """[from, to) hours of the day, UTC+8."""
    peak_level: PositiveShare = 1.0
    valley_level: PositiveShare = 1.0
    season_levels: SeasonLevels = SeasonLevels()
    band_low_share: Share = 0.0
    """band: least power over the profile's."""
    band_high_share: Annotated[float, Field(ge=1)] = 1.0
    """band: largest power over the profile's, within the channel."""
    full_load_hours_min: Annotated[float, Field(ge=0, le=8760)]
    full_load_hours_max: Annotated[float, Field(gt=0, le=8760)] | None = None
    unmet_penalty_cny_per_mwh: Positive | None = None
    """Price of energy not delivered; without it the delivery is hard."""

    @model_validator(mode="after")
    def _consistent(self) -> Delivery:
        wrong = []
        if self.full_load_hours_max is not None and self.full_load_hours_max < self.full_load_hours_min:
            wrong.append("full_load_hours_max of at least full_load_hours_min")
        if self.kind != "free" and self.full_load_hours_min == 0:
            wrong.append("full_load_hours_min above 0 with a profile")
        if self.kind == "two_step" and not self.peak_hours:
            wrong.append("peak_hours with kind = 'two_step'")
        if self.kind in ("flat", "free") and self.peak_hours:
            wrong.append("kind = 'two_step', 'seasonal' or 'band' with peak_hours")
        if any(start >= stop for start, stop in self.peak_hours):
            wrong.append("peak_hours as [from, to] with from < to")
        if self.season_levels != SeasonLevels() and self.kind not in ("seasonal", "band"):
            wrong.append("kind = 'seasonal' or 'band' with season_levels")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    @property
    def firm(self) -> bool:
        """Whether the power of each hour is given."""
        return self.kind in ("flat", "two_step", "seasonal")


def profile_gw(channel: Channel, delivery: Delivery, hours: int = HOURS) -> Array:
    """(hour,) power asked of the channel; for 'free' delivery the channel's capacity."""
    capacity = channel.capacity_mw / 1e3
    if delivery.kind == "free":
        return np.full(hours, capacity)
    level = np.ones(HOURS)
    if delivery.peak_hours:
        hour = np.arange(HOURS) % 24
        peak = np.zeros(HOURS, dtype=bool)
        for start, stop in delivery.peak_hours:
            peak |= (hour >= start) & (hour < stop)
        level = np.where(peak, delivery.peak_level, delivery.valley_level)
    if delivery.kind in ("seasonal", "band"):
        month = np.repeat(MONTH_OF_DAY, 24)
        for season, months in SEASONS.items():
            level = np.where(np.isin(month, months), level * getattr(delivery.season_levels, season), level)
    level = level[:hours] if hours <= HOURS else np.resize(level, hours)
    mean = delivery.full_load_hours_min / HOURS
    # Scaled to the hours asked for; a peak that would pass the channel is cut and the rest raised.
    low, high = 0.0, 1.0
    while np.minimum(level * high, 1.0).mean() < mean and high < 1e9:
        high *= 2.0
    for _ in range(60):
        scale = (low + high) / 2
        if np.minimum(level * scale, 1.0).mean() < mean:
            low = scale
        else:
            high = scale
    return np.asarray(capacity * np.minimum(level * high, 1.0))


def bounds_gw(channel: Channel, delivery: Delivery, hours: int = HOURS) -> tuple[Array, Array]:
    """(hour,) least and largest power of each hour, when nothing may be left undelivered."""
    capacity = channel.capacity_mw / 1e3
    profile = profile_gw(channel, delivery, hours)
    if delivery.firm:
        return profile, profile
    least = np.full(hours, channel.min_power_share * capacity)
    if delivery.kind == "free":
        return least, profile
    high = np.minimum(profile * delivery.band_high_share, capacity)
    return np.minimum(np.maximum(profile * delivery.band_low_share, least), high), high


def add_delivery(a: Assembly, channel: Channel, delivery: Delivery) -> None:
    """The delivered power of each hour, the year's energy, and the channel's own rows."""
    b, hours = a.builder, a.hours
    capacity = channel.capacity_mw / 1e3
    low, high = bounds_gw(channel, delivery, hours)
    penalty = delivery.unmet_penalty_cny_per_mwh
    gives = penalty is not None or a.elastic
    # A firm profile is fixed, unless some of it may be missed: then the year's energy is a row of its own.
    least = np.zeros(hours) if delivery.firm and gives else low
    delivered = b.columns(hours, lower=least, upper=high)
    a.columns["delivered"] = delivered
    a.supply(delivered, -1.0)
    a.sum("delivered", delivered)
    floor = delivery.full_load_hours_min * capacity * a.year_share
    energy = float(high.sum()) if delivery.firm else floor
    if penalty is not None and energy > 0:
        unmet = b.columns(1, cost=penalty * 1e-3)
        a.columns["unmet"] = unmet
        a.sum("unmet", unmet)
    if energy > 0 and (gives or not delivery.firm):
        a.at_least(
            "full_load_hours_min",
            "h",
            a.expression("delivered", "unmet"),
            energy,
            lambda x: capacity * a.year_share,
            size=energy,
        )
    if delivery.full_load_hours_max is not None and not delivery.firm:
        top = delivery.full_load_hours_max * capacity * a.year_share
        a.at_least(
            "full_load_hours_max",
            "h",
            a.expression("delivered").scaled(-1.0),
            -top,
            lambda x: capacity * a.year_share,
            size=top,
        )
    if channel.ramp_share_per_h is not None and not delivery.firm:
        step = channel.ramp_share_per_h * capacity
        ramp = a.later_rows(-step, step)
        b.put(ramp, delivered[1:], 1.0)
        b.put(ramp, delivered[:-1], -1.0)
    _sensitivities(a, channel, delivery, high, delivered)


def _sensitivities(a: Assembly, channel: Channel, delivery: Delivery, high: Array, delivered: Index) -> None:
    """What one more MW of the channel moves at the same energy; what one hour less moves where the hours are given."""
    more = channel.capacity_mw + 1.0
    wider = channel.model_copy(update={"capacity_mw": more})
    same = delivery.full_load_hours_min * channel.capacity_mw / more
    roomier = bounds_gw(wider, delivery.model_copy(update={"full_load_hours_min": same}), a.hours)[1]
    nothing = np.zeros(0, dtype=np.int64)
    a.sensitivities.append(Sensitivity("channel_mw", "MW", delivered, roomier - high, nothing, np.zeros(0)))
    if not delivery.firm:
        return
    step = min(1.0, delivery.full_load_hours_min / 2.0)
    fewer = delivery.model_copy(update={"full_load_hours_min": delivery.full_load_hours_min - step})
    change = (bounds_gw(channel, fewer, a.hours)[1] - high) / step
    rows = [limit.row for limit in a.limits if limit.name == "full_load_hours_min"]
    a.sensitivities.append(
        Sensitivity(
            "full_load_hours_min",
            "h",
            delivered,
            change,
            np.array(rows, dtype=np.int64),
            np.full(len(rows), float(change.sum())),
        )
    )
