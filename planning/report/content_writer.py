"""Figures and words of the printed report in one language and its units."""

from __future__ import annotations

from planning.report.blocks import column
from planning.results import BaseResult, CorridorResult, Summary
from planning.words import Language, UnitSystem, shown, term, unit

TIER_KEYS = {"official": "official", "published": "published_tier", "estimated": "estimated"}


class Writer:
    """Figures and words in one language and its units."""

    def __init__(self, summary: Summary, language: Language) -> None:
        self.summary, self.language = summary, language
        self.units: UnitSystem = "cn" if language == "zh" else "si"

    def pick(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def word(self, key: str) -> str:
        name = term(key, self.language)
        return name if self.language == "zh" else name[0].upper() + name[1:]

    def unit(self, kind: str) -> str:
        return unit(kind, self.units, self.language)

    def figure(self, value: float | None, kind: str) -> str:
        return shown(value, kind, self.units)

    def with_unit(self, value: float | None, kind: str) -> str:
        return "–" if value is None else f"{self.figure(value, kind)} {self.unit(kind)}"

    def column(self, key: str, kind: str = "", width: float = 1) -> dict[str, object]:
        return column(self.word(key), self.unit(kind) if kind else "", width=width)

    def wide(self, zh: float, en: float) -> float:
        """Share of a table the names need: English ones are longer."""
        return zh if self.language == "zh" else en

    def name(self, item: BaseResult | CorridorResult) -> str:
        return item.name_zh if self.language == "zh" else item.name_en

    def tier(self, tier: str) -> str:
        key = TIER_KEYS.get(tier)
        return term(key, self.language) if key else tier

    def scenario(self) -> str:
        return self.pick(self.summary.scenario_name_zh, self.summary.scenario_name_en)
