"""A line without a price on file in the window's table and inspector: told so, and never 0."""

from __future__ import annotations

from typing import Any

import pytest

from app.desktop.inspect import _corridor
from app.desktop.panels.results_tables import Columns, corridor_table
from tests.planning.summary_factory import make_summary

WORDS = {"zh": "无文件电价", "en": "none on file"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("units", ["cn", "si"])
def test_a_line_without_a_price_says_so(language: Any, units: Any) -> None:
    summary, columns = make_summary(), Columns(language, units)
    table = corridor_table(summary, columns)
    place = next(
        i for i, head in enumerate(table.headers) if head.startswith(("输电价", "transmission tariff"))
    )
    shown = dict(zip(table.ids, (row[place].shown for row in table.rows), strict=True))
    assert shown["luxi"] == WORDS[language]
    assert shown["jinsu"] not in (WORDS[language], "0")
    assert not {"0", "0.0", "0.0000"} & set(shown.values())
    lines = {line.value for line in _corridor(summary.corridors["luxi"], columns)}
    assert WORDS[language] in lines
