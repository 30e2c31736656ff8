"""How every chart looks to this reader: language, units and the colours of light and dark."""

from __future__ import annotations

from dataclasses import dataclass

from planning.words import (
    MISSING,
    TECHNOLOGY_COLOURS,
    Language,
    UnitSystem,
    converted,
    number,
    term,
    unit,
)

SERIES_COLOURS = {
    **TECHNOLOGY_COLOURS,
    "unserved": "#d1495b",
    "received": "#b8a5c9",
    "sent": "#cdbfd9",
    "charge": "#8fbf9a",
    "curtailed": "#c9a227",
    "electrolyser": "#7f6fb5",
}
"""Of what a chart stacks; technologies as on every map."""
LINE_COLOURS = ("#2f7f9e", "#d99a1c", "#8c6bb1", "#a0522d", "#5aa469", "#d1495b")
GAIN, COST = "#3f8f6b", "#c46b5a"
"""Money in and money out; told apart by side of the axis as well as by colour."""


@dataclass(frozen=True, slots=True)
class Look:
    """Frozen: a change is a new one, and the chart draws itself again."""

    language: Language = "zh"
    units: UnitSystem = "cn"
    dark: bool = False

    @property
    def ink(self) -> str:
        return "#dde2e6" if self.dark else "#262b30"

    @property
    def dim(self) -> str:
        return "#98a1a8" if self.dark else "#69727a"

    @property
    def rule(self) -> str:
        return "#3a3f44" if self.dark else "#e1e5e8"

    @property
    def ground(self) -> str:
        return "#1e2123" if self.dark else "#ffffff"

    def pick(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def word(self, key: str) -> str:
        return term(key, self.language)

    def unit(self, kind: str) -> str:
        """Of a key of `planning.words.QUANTITIES`; anything else is a unit already."""
        return unit(kind, self.units, self.language) if kind in _KINDS else kind

    def value(self, base_value: float, kind: str) -> float:
        """A figure in the reader's unit."""
        return converted(base_value, kind, self.units) if kind in _KINDS else base_value

    def figure(self, base_value: float | None, kind: str) -> str:
        """A figure with its unit, to about four digits; a dash where it is missing."""
        if base_value is None or base_value != base_value:
            return MISSING
        name = self.unit(kind)
        return f"{self.short(self.value(base_value, kind))} {name}".rstrip()

    def short(self, value: float) -> str:
        """A number to about four digits, never in powers of ten."""
        size = abs(value)
        return number(value, 0 if size >= 1000 or size == 0 else 1 if size >= 100 else 2 if size >= 1 else 3)


_KINDS = frozenset(("power_mw", "energy_mwh", "storage_mwh", "price_cny_per_mwh", "money_cny", "co2_t"))
