"""What the program ships in words is said in both languages, with the same figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from planning.chain.nation_lines import line_limits
from planning.corridor_figures import corridor_figures
from planning.corridor_objects import load_terminals
from planning.corridors import loss_share, tariff
from planning.plant_words import AS_SCENARIO, SOURCES, USUAL_SOURCE, offers, source_of
from planning.scenario import list_scenarios, load_scenario
from planning.shipped_words import shipped_words
from planning.tables import load_tables

CHINESE = re.compile("[\u4e00-\u9fff]")


def said(value: object) -> Iterator[str]:
    """Every source, design and description in nested plain data."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("source", "design", "description") and isinstance(inner, str):
                yield inner
            else:
                yield from said(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from said(inner)


def plant_sources() -> list[str]:
    """What stands beside every input of the machines, and beside every choice of a table."""
    named = [source_of(key, id)[0] for key in ("module", "inverter", "machine") for id, *_ in offers(key)]
    return [USUAL_SOURCE, AS_SCENARIO, *(source for source, _ in SOURCES.values()), *named]


def shipped() -> list[str]:
    tables = load_tables()
    words = [text for name in list_scenarios() for text in said(load_scenario(name).model_dump())]
    words += [price.source for price in tables.prices]
    for line in tables.corridors:
        price = tariff(line)
        words += [loss_share(line).source, price.source if price is not None else ""]
        words += [figure.source for figure in corridor_figures(line).values()]
    words += [loss_share(line).source for line in tables.interfaces]
    words += [station.source for station in load_terminals()]
    words += [limit.source for limit in line_limits()]
    words += plant_sources()
    return sorted({text for text in words if text})


@pytest.mark.parametrize("text", shipped())
def test_shipped_words_are_said_in_both_languages_with_the_same_figures(text: str) -> None:
    chinese, english = shipped_words(text, "zh"), shipped_words(text, "en")
    assert not CHINESE.search(english)
    plain = re.sub(r"https?://\S+|[\w./]+\.csv", "", chinese)
    assert CHINESE.search(plain) or not re.search("[a-z]{3}", plain)
    figures = re.compile(r"(?<![A-Za-z])\d+(?:[.,/-]\d+)*")
    if "bn yuan" not in text and not re.search(
        "April|December", text
    ):  # 5.5 bn yuan is said as 55 亿元, months as numbers
        assert sorted(figures.findall(chinese)) == sorted(figures.findall(english))


def test_words_a_user_typed_stay_as_they_are() -> None:
    assert shipped_words("my own estimate", "zh") == "my own estimate"
