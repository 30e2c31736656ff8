"""Columns and cells of the workbook in the units of Chinese planning, headed in both languages."""

from __future__ import annotations

from planning.report.sheets import Column, Style
from planning.shipped_words import shipped_words
from planning.words import converted, plain_unit, term, unit

STYLE_OF: dict[str, Style] = {
    "power_mw": "two",
    "energy_mwh": "two",
    "storage_mwh": "one",
    "price_cny_per_mwh": "four",
    "money_cny": "two",
    "co2_t": "one",
}
IN_LATIN = {
    "power_mw": "10 MW",
    "energy_mwh": "0.1 TWh",
    "storage_mwh": "10 MWh",
    "money_cny": "100 m CNY",
    "co2_t": "10 kt",
}
"""What one of planning's counting units is, for a reader of the English heads."""
TIERS = {"official": "official", "published": "published_tier", "estimated": "estimated"}


def quantity(zh: str, en: str, kind: str, width: float = 13.0) -> Column:
    """A column of one kind of figure in planning's units."""
    return Column(zh, en, both_units(kind), STYLE_OF[kind], width)


def both_units(kind: str) -> str:
    """Planning's unit of a kind of figure, and what it is in Latin letters."""
    return f"{unit(kind, 'cn', 'zh')} / {IN_LATIN.get(kind) or unit(kind, 'cn', 'en')}"


def known(key: str, kind: str, zh: str = "", en: str = "") -> Column:
    """The same, headed by a known term, with words before it."""
    return quantity(zh + term(key, "zh"), (en + " " + term(key, "en")).strip(), kind)


def plain(name: str) -> str:
    """A unit that no preference changes, in both languages."""
    zh = plain_unit(name, "zh")
    return name if zh == name else f"{zh} / {name}"


def said(text: str | None) -> tuple[str | None, str | None]:
    """A source, design or description in Chinese and English, for two cells."""
    return (shipped_words(text, "zh"), shipped_words(text, "en")) if text else (None, None)


def cn(value: float | None, kind: str) -> float | None:
    """The figure in planning's unit; None stays None."""
    return None if value is None else converted(value, kind, "cn")


def tier(name: str) -> str:
    """Both languages of a tier; an unknown one as it is."""
    key = TIERS.get(name)
    return f"{term(key, 'zh')} / {term(key, 'en')}" if key else name
