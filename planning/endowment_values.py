"""The endowment as a document: what every region has of wind, sun and water, and what each figure rests on.

Made by `planning.endowment`; the same value serves JSON, workbook, map and window.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from gis_layers.provenance import Grade, Tier

Level = Literal["province", "city", "county"]
LEVELS: Final[tuple[Level, ...]] = ("province", "city", "county")
LandTechnology = Literal["wind", "pv"]
FORMAT: Final = 1


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class LandEndowment(_Value):
    """Onshore wind or ground PV of a region. Sequences by rule and by class are in the order of the document's
    `Technology`."""

    taken_km2: tuple[float, ...]
    """(rule,) what each took of what those before it left."""
    alone_km2: tuple[float, ...]
    """(rule,) what each would take alone."""
    eligible_km2: float
    class_km2: tuple[float, ...]
    """(class,) eligible land, from the fewest hours up."""
    class_mw: tuple[float, ...]
    class_mwh: tuple[float, ...]
    """(class,) a year."""
    capacity_mw: float
    """PV: AC."""
    energy_mwh: float
    """P50, a year."""
    energy_p75_mwh: float
    energy_p90_mwh: float
    """Of one year, as if all errors of the region went the same way."""
    full_load_hours: float | None
    """Energy over capacity (PV: AC); None where nothing is eligible. [h/a]"""


class RoofEndowment(_Value):
    """PV on roofs; capacity is that of modules (DC)."""

    people: float
    roof_km2: float
    capacity_mw: float
    energy_mwh: float


class SeaEndowment(_Value):
    """Wind at sea, by foundation: `offshore.FOUNDATIONS`."""

    usable_km2: tuple[float, ...]
    capacity_mw: tuple[float, ...]
    energy_mwh: tuple[float, ...]


class RegionEndowment(_Value):
    """One province, city or county, or the nation."""

    id: str
    name_zh: str
    name_en: str
    """The Chinese name where none is known in Latin letters (counties)."""
    province: str
    """Adcode."""
    land_km2: float
    wind: LandEndowment
    pv: LandEndowment
    roof: RoofEndowment
    sea: SeaEndowment | None
    """None: no sea is nearest to its coast."""
    hydro_mw: float
    """Theoretical mean power of rivers of 10 MW and more; the reach counts where it begins."""
    complementarity: float | None
    """Mean over land eligible for wind or PV. [-]"""
    wind_ms: tuple[float, ...]
    """(month,) mean wind at 100 m over the land."""
    sun_kwh_per_m2: tuple[float, ...]
    """(month,) global horizontal irradiation over the land."""
    rain_mm: tuple[float, ...]
    """(month,)"""

    def of(self, technology: LandTechnology) -> LandEndowment:
        return self.wind if technology == "wind" else self.pv

    @property
    def sea_mw(self) -> float:
        return sum(self.sea.capacity_mw) if self.sea else 0.0

    @property
    def sea_mwh(self) -> float:
        return sum(self.sea.energy_mwh) if self.sea else 0.0

    @property
    def hydro_mwh(self) -> float:
        """Theoretical, a year of 8,760 h."""
        return self.hydro_mw * 8760.0

    @property
    def wind_pv_mwh(self) -> float:
        """Wind on land and at sea, PV on the ground and on roofs: what could be developed, water apart."""
        return self.wind.energy_mwh + self.pv.energy_mwh + self.roof.energy_mwh + self.sea_mwh


class RuleNote(_Value):
    """A rule of the audit."""

    id: str
    title_zh: str
    title_en: str
    source: str
    source_zh: str
    tier: Tier


class Technology(_Value):
    """Rules and classes of wind or PV on land."""

    rules: tuple[RuleNote, ...]
    limits_h: tuple[float, ...]
    """Between classes: full-load hours; of PV per module capacity (kWh/kWp)."""
    class_titles: tuple[str, ...]
    density_mw_per_km2: float
    """PV: AC."""
    p75_share: float | None
    p90_share: float | None
    """Energy exceeded with that probability over P50 where it is alike for all regions."""


class Figure(_Value):
    """A number the endowment rests on."""

    what_zh: str
    what_en: str
    value: float
    unit: str
    date: str
    source: str
    source_zh: str = ""
    tier: Tier


class Source(_Value):
    """A layer or a file the endowment was computed from."""

    what_zh: str
    what_en: str
    source: str
    source_zh: str
    period: str
    period_zh: str
    grade: Grade


class Comparison(_Value):
    """A published value beside ours; nothing was fitted to it."""

    what_zh: str
    what_en: str
    unit: str
    published: float
    ours: float
    alike: bool
    """False: the two do not mean quite the same; `remark` says how."""
    source: str
    tier: Tier
    remark_zh: str
    remark_en: str

    @property
    def error_share(self) -> float:
        return self.ours / self.published - 1.0


class Endowment(_Value):
    """All regions of one level."""

    energymap_endowment: Literal[1] = FORMAT
    level: Level
    grade: Grade
    period_zh: str
    period_en: str
    wind: Technology
    pv: Technology
    pv_dc_ac: float
    """Modules over AC capacity of ground PV. [-]"""
    regions: tuple[RegionEndowment, ...]
    nation: RegionEndowment
    figures: tuple[Figure, ...]
    sources: tuple[Source, ...]
    comparisons: tuple[Comparison, ...]
    assessed_share: float | None
    """Of the eligible land whose hours are those of an assessment; None: those of the embedded atlas."""
    years: tuple[int, ...] = ()
    """Of weather that the spread of yields rests on; empty: the default spread."""

    def technology(self, technology: LandTechnology) -> Technology:
        return self.wind if technology == "wind" else self.pv

    def region(self, identity: str) -> RegionEndowment | None:
        """A region by its code; the nation's is 100000."""
        if identity == self.nation.id:
            return self.nation
        return next((r for r in self.regions if r.id == identity), None)


def best_class(land: LandEndowment, share: float = 0.20) -> int | None:
    """The best class that at least a fifth of the eligible land reaches or exceeds; None without land."""
    if land.eligible_km2 <= 0:
        return None
    above = 0.0
    for k in reversed(range(len(land.class_km2))):
        above += land.class_km2[k]
        if above >= share * land.eligible_km2:
            return k
    return 0
