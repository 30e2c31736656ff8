"""`energymap fault`: one line or the table of every line, and the table in both languages; `run --link power_flow` in lines."""

from __future__ import annotations

import pytest

from app.cli import run
from app.flow_lines import flow_year_lines
from planning.chain import faults_every
from planning.chain.fault_documents import FaultRow, FaultTable
from tests.planning.summary_factory import make_summary

ROW = FaultRow(
    line="lingshao", name_zh="灵绍", name_en="Ningdong-Shaoxing", fault="bipole", hour=12, node="330000", lost_mw=7276.0,
    reserve_mw=4000.0, reserve_short_mw=3276.0, lost_over_reserve=1.819, hours_reserve_short=9, lowest_hz=49.42, miscr=6.5,
)  # fmt: skip


@pytest.mark.parametrize("arguments", [["fault"], ["fault", "lingshao", "--every"]])
def test_either_a_line_or_every_line_is_asked_for(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, "--lang", "en"]) != 0
    assert "the table of every line" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "灵绍, 双极闭锁"), ("en", "Ningdong-Shaoxing, bipole block")]
)
def test_the_table_tells_what_is_short(
    language: str, words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    none = ROW.model_copy(update={"lowest_hz": None, "miscr": None, "fault": "pole"})
    table = FaultTable(scenario="x", hours=8760, rows=(ROW, none), uses=(), sources=(), notes=())
    asked: list[str] = []

    def fake(chain: object, hour: str) -> FaultTable:
        asked.append(hour)
        return table

    monkeypatch.setattr(faults_every, "fault_table", fake)
    assert run(["fault", "--every", "--hour", "all", "--lang", language]) == 0
    out = capsys.readouterr().out
    assert asked == ["all"]
    for part in (words, "3,276", "7,276", "49.42", "6.5", "(h 12)"):
        assert part in out


class Plain:
    """What lines ask of a context."""

    def __init__(self, language: str) -> None:
        self.language = language

    def pick(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "物理损耗 17.60 TWh"), ("en", "physical losses 17.60 TWh")]
)
def test_the_year_of_flows_in_lines(language: str, words: str) -> None:
    year = make_summary().power_flow.year
    assert year is not None
    lines = flow_year_lines(year, {"620000-640000-750": ("甘宁", "Gansu-Ningxia")}, Plain(language))  # type: ignore[arg-type]
    assert words in lines[0]
    assert any("0.962" in line and "1.071" in line for line in lines)
    assert any(line.endswith("97% -> 129%") for line in lines)
