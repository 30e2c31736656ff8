"""A line without a price on file is told so wherever prices stand; nowhere is it a price of 0."""

from __future__ import annotations

from typing import Any

import pytest

from planning.corridors import tariff
from planning.report.content_grid import corridors as printed
from planning.report.content_writer import Writer
from planning.report.excel_assets import corridors as sheet
from planning.tables import load_tables
from tests.planning.summary_factory import make_summary

WITHOUT = ("luxi", "yue", "yunxiao", "fugu-hebei")
WORDS = {"zh": "无文件电价", "en": "none on file"}


def flat(value: Any) -> list[str]:
    """Every text in nested plain data."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in flat(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in flat(inner)]
    return [value] if isinstance(value, str) else []


def test_these_lines_have_no_price() -> None:
    for line_id in WITHOUT:
        assert tariff(load_tables().corridor(line_id)) is None
        assert make_summary().corridors[line_id].tariff_cny_per_mwh is None


def test_the_workbook_says_that_there_is_none() -> None:
    made = sheet(make_summary())
    column = next(i for i, c in enumerate(made.columns) if "输电价" in c.zh)
    prices = {row[0]: row[column] for row in made.rows}
    for line_id in WITHOUT:
        assert prices[line_id] == "无文件电价 / none on file"
    assert prices["jinsu"] == pytest.approx(0.0511)  # yuan/kWh
    assert 0 not in prices.values()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_says_that_there_is_none(language: Any) -> None:
    summary = make_summary()
    texts = flat(printed(Writer(summary, language), {}))
    several = sum(c.tariff_cny_per_mwh is None and c.kind != "ac" for c in summary.corridors.values())
    assert texts.count(WORDS[language]) >= several >= 3
