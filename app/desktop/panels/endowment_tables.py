"""The endowment as tables and as values for the map: the same document in the reader's units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.desktop.panels.results_tables import Columns
from app.desktop.panels.table import Cell, TableContent
from app.desktop.texts import text
from planning.endowment_values import Endowment, LandTechnology, RegionEndowment, best_class
from planning.words import Language, UnitSystem, converted, plain_unit, term, unit
from resources.foundations import FOUNDATIONS

Resource = Literal["all", "wind", "pv", "roof", "sea", "hydro"]
RESOURCES: tuple[Resource, ...] = ("all", "wind", "pv", "roof", "sea", "hydro")
Number = float | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """What the map can be coloured by."""

    key: str
    words: str
    """Key of its name in `texts`, after 'endowment.'."""
    kind: str
    """Of `planning.words.QUANTITIES`, or a unit that no preference changes; '' without one."""
    read: Callable[[RegionEndowment], Number]
    palette: str
    classes: LandTechnology | None = None
    """Coloured by class of quality."""

    def title(self, resource: Resource, language: Language) -> str:
        name = text(f"endowment.{self.words}", language)
        if resource == "all":
            return name
        between = "" if language == "zh" else ", "
        return f"{text(f'endowment.tech.{resource}', language)}{between}{name}"

    def unit(self, units: UnitSystem, language: Language) -> str:
        if self.kind in ("power_mw", "energy_mwh"):
            return unit(self.kind, units, language)
        return plain_unit(self.kind, language)

    def value(self, region: RegionEndowment, units: UnitSystem) -> Number:
        """In the reader's unit; None where there is nothing."""
        found = self.read(region)
        if found is None or self.kind not in ("power_mw", "energy_mwh"):
            return found
        return converted(found, self.kind, units)


def _of_land(key: LandTechnology) -> tuple[Quantity, ...]:
    palette = "wind" if key == "wind" else "sun"

    def some(value: float) -> Number:
        return value if value > 0 else None

    return (
        Quantity("energy", "energy", "energy_mwh", lambda r: some(r.of(key).energy_mwh), palette),
        Quantity("capacity", "capacity", "power_mw", lambda r: some(r.of(key).capacity_mw), palette),
        Quantity(
            "density", "density", "MW/km²",
            lambda r: some(r.of(key).capacity_mw / r.land_km2) if r.land_km2 else None, palette,
        ),
        Quantity("hours", "flh", "h/a", lambda r: r.of(key).full_load_hours, palette),
        Quantity("class", "class", "h/a" if key == "wind" else "kWh/kWp", lambda r: best_class(r.of(key)), palette, key),
    )  # fmt: skip


QUANTITIES: dict[Resource, tuple[Quantity, ...]] = {
    "all": (
        Quantity("total", "total", "energy_mwh", lambda r: r.wind_pv_mwh or None, "leaf"),
        Quantity("complementarity", "complementarity", "", lambda r: r.complementarity, "balance"),
    ),
    "wind": _of_land("wind"),
    "pv": _of_land("pv"),
    "roof": (
        Quantity("energy", "energy", "energy_mwh", lambda r: r.roof.energy_mwh or None, "sun"),
        Quantity("capacity", "capacity_dc", "power_mw", lambda r: r.roof.capacity_mw or None, "sun"),
    ),
    "sea": (
        Quantity("energy", "energy", "energy_mwh", lambda r: r.sea_mwh or None, "wind"),
        Quantity("capacity", "capacity", "power_mw", lambda r: r.sea_mw or None, "wind"),
    ),
    "hydro": (
        Quantity("mean", "hydro_mean", "power_mw", lambda r: r.hydro_mw or None, "water"),
        Quantity("energy", "hydro_energy", "energy_mwh", lambda r: r.hydro_mwh or None, "water"),
    ),
}


def name_of(r: RegionEndowment, language: Language) -> str:
    return r.name_zh if language == "zh" else r.name_en


def endowment_table(e: Endowment, resource: Resource, c: Columns) -> TableContent:
    """All regions of the document, the nation first."""
    heads, read = _COLUMNS[resource](e, c)
    regions = (e.nation, *e.regions)
    rows = tuple((c.words(r.name_zh, r.name_en), *read(r)) for r in regions)
    return TableContent((text("endowment.region", c.language), *heads), rows, tuple(r.id for r in regions))


def source_words(e: Endowment, language: Language) -> str:
    """Period, grade, and what is estimated: under every number."""
    period = e.period_zh if language == "zh" else e.period_en
    words = text("endowment.source", language, period=period, grade=term(e.grade, language))
    if e.assessed_share is not None:
        words += " · " + text("endowment.assessed", language, share=f"{e.assessed_share:.0%}")
    return words


# -- columns of each resource --------------------------------------------------------------------------------

Head = tuple[tuple[str, ...], Callable[[RegionEndowment], tuple[Cell, ...]]]


def _head(c: Columns, key: str, kind: str) -> str:
    name = text(f"endowment.{key}", c.language)
    if kind in ("power_mw", "energy_mwh"):
        return f"{name}\n{unit(kind, c.units, c.language)}"
    return f"{name}\n{plain_unit(kind, c.language)}" if kind else name


def _noted(cell: Cell, hint: str) -> Cell:
    return Cell(cell.shown, cell.key, hint)


def _all(e: Endowment, c: Columns) -> Head:
    heads = (
        _head(c, "land", "km²"), _head(c, "total", "energy_mwh"), _head(c, "wind_energy", "energy_mwh"),
        _head(c, "pv_energy", "energy_mwh"), _head(c, "roof_energy", "energy_mwh"),
        _head(c, "sea_energy", "energy_mwh"), _head(c, "hydro_mean", "power_mw"), _head(c, "complementarity", ""),
    )  # fmt: skip
    sea, water = (text(f"endowment.{key}", c.language) for key in ("sea_note", "hydro_note"))

    def read(r: RegionEndowment) -> tuple[Cell, ...]:
        return (
            c.number(r.land_km2), c.figure(r.wind_pv_mwh, "energy_mwh"), c.figure(r.wind.energy_mwh, "energy_mwh"),
            c.figure(r.pv.energy_mwh, "energy_mwh"), c.figure(r.roof.energy_mwh, "energy_mwh"),
            _noted(c.figure(r.sea_mwh if r.sea else None, "energy_mwh"), sea),
            _noted(c.figure(r.hydro_mw, "power_mw"), water), c.number(r.complementarity, 2),
        )  # fmt: skip

    return heads, read


def _land(key: LandTechnology, e: Endowment, c: Columns) -> Head:
    technology = e.technology(key)
    energy = unit("energy_mwh", c.units, c.language)
    power = unit("power_mw", c.units, c.language)
    hours = plain_unit("h/a" if key == "wind" else "kWh/kWp", c.language)
    capacity = "capacity" if key == "wind" else "capacity_ac"
    heads = (
        _head(c, "eligible", "km²"), _head(c, capacity, "power_mw"), f"P50\n{energy}", f"P75\n{energy}",
        f"P90\n{energy}", _head(c, "flh", "h/a"),
        *(f"{title} {hours}\n{power}" for title in technology.class_titles),
        *(f"− {rule.title_zh if c.language == 'zh' else rule.title_en}\n{plain_unit('km²', c.language)}"
          for rule in technology.rules),
    )  # fmt: skip
    note = text("endowment.p_note", c.language)
    density = f"{technology.density_mw_per_km2:.2f} MW/km²"
    rules = [rule.source_zh if c.language == "zh" else rule.source for rule in technology.rules]
    column = {"published": "published_tier"}
    tiers = [term(column.get(rule.tier, rule.tier), c.language) for rule in technology.rules]

    def read(r: RegionEndowment) -> tuple[Cell, ...]:
        land = r.of(key)
        return (
            c.number(land.eligible_km2), _noted(c.figure(land.capacity_mw, "power_mw"), density),
            c.figure(land.energy_mwh, "energy_mwh"), _noted(c.figure(land.energy_p75_mwh, "energy_mwh"), note),
            _noted(c.figure(land.energy_p90_mwh, "energy_mwh"), note), c.number(land.full_load_hours),
            *(c.figure(mw, "power_mw") for mw in land.class_mw),
            *(_noted(c.number(km2), f"{source} · {tier}")
              for km2, source, tier in zip(land.taken_km2, rules, tiers, strict=True)),
        )  # fmt: skip

    return heads, read


def _roof(e: Endowment, c: Columns) -> Head:
    heads = (
        _head(c, "people", ""), _head(c, "roof_area", "km²"), _head(c, "capacity_dc", "power_mw"),
        _head(c, "energy", "energy_mwh"), _head(c, "flh", "kWh/kWp"),
    )  # fmt: skip

    def read(r: RegionEndowment) -> tuple[Cell, ...]:
        hours = r.roof.energy_mwh / r.roof.capacity_mw if r.roof.capacity_mw else None
        return (
            c.number(r.roof.people), c.number(r.roof.roof_km2, 1), c.figure(r.roof.capacity_mw, "power_mw"),
            c.figure(r.roof.energy_mwh, "energy_mwh"), c.number(hours),
        )  # fmt: skip

    return heads, read


def _sea(e: Endowment, c: Columns) -> Head:
    power = unit("power_mw", c.units, c.language)
    heads = (
        _head(c, "capacity", "power_mw"), _head(c, "energy", "energy_mwh"), _head(c, "flh", "h/a"),
        *(f"{text(f'endowment.sea.{name}', c.language)}\n{power}" for name in FOUNDATIONS),
    )  # fmt: skip
    note = text("endowment.sea_note", c.language)

    def read(r: RegionEndowment) -> tuple[Cell, ...]:
        if r.sea is None:
            return tuple(c.number(None) for _ in heads)
        cells = (
            c.figure(r.sea_mw, "power_mw"), c.figure(r.sea_mwh, "energy_mwh"),
            c.number(r.sea_mwh / r.sea_mw if r.sea_mw else None),
            *(c.figure(mw, "power_mw") for mw in r.sea.capacity_mw),
        )  # fmt: skip
        return tuple(_noted(cell, note) for cell in cells)

    return heads, read


def _hydro(e: Endowment, c: Columns) -> Head:
    heads = (
        _head(c, "hydro_mean", "power_mw"),
        _head(c, "hydro_energy", "energy_mwh"),
        _head(c, "rain", "mm"),
    )
    note = text("endowment.hydro_note", c.language)

    def read(r: RegionEndowment) -> tuple[Cell, ...]:
        return (
            _noted(c.figure(r.hydro_mw, "power_mw"), note), _noted(c.figure(r.hydro_mwh, "energy_mwh"), note),
            c.number(sum(r.rain_mm)),
        )  # fmt: skip

    return heads, read


_COLUMNS: dict[Resource, Callable[[Endowment, Columns], Head]] = {
    "all": _all,
    "wind": lambda e, c: _land("wind", e, c),
    "pv": lambda e, c: _land("pv", e, c),
    "roof": _roof,
    "sea": _sea,
    "hydro": _hydro,
}
