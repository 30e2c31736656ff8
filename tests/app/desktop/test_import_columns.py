"""Which column is what: guesses shown, choices turned into answers."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.desktop.importing.columns import ColumnsTable, answers_for, roles_of
from app.desktop.importing.table_head import TableHead, read_head
from gis_layers.importer.report import Guess, Question


def asked(id: str, *values: str) -> Question:
    return Question(id, tuple(Guess(value, 0.5, "name") for value in values))


QUESTIONS = (
    asked("column:time", "日期", "时刻", "日期", "时刻", "V80", "V10"),
    asked("column:wind_speed_ms", "V80", "none", "V10"),
    asked("column:wind_speed_second", "none", "V80", "V10"),
    asked("stamp", "end"),
)


def test_guesses_stand_over_their_columns_and_a_time_may_stand_in_two() -> None:
    assert roles_of(QUESTIONS, {}) == {
        "time": ("日期", "时刻"),
        "wind_speed_ms": ("V80",),
        "wind_speed_second": (),
    }
    assert roles_of(QUESTIONS, {"column:wind_speed_ms": "none"})["wind_speed_ms"] == ()


def test_a_role_moves_from_one_column_to_another_and_leaves_none_behind() -> None:
    changed = answers_for(QUESTIONS, {}, "V80", "wind_speed_second")
    assert changed == {"column:wind_speed_ms": "none", "column:wind_speed_second": "V80"}
    assert roles_of(QUESTIONS, changed)["wind_speed_second"] == ("V80",)
    assert answers_for(QUESTIONS, {}, "V10", "wind_speed_ms") == {"column:wind_speed_ms": "V10"}
    assert answers_for(QUESTIONS, {}, "V80", "") == {"column:wind_speed_ms": "none"}


def test_a_table_cannot_be_left_without_its_time() -> None:
    assert answers_for(QUESTIONS, {"column:time": "日期"}, "日期", "") is None
    assert answers_for(QUESTIONS, {}, "时刻", "") == {"column:time": "日期"}


def test_the_header_is_found_below_remarks_in_any_chinese_encoding(tmp_path: Path) -> None:
    lines = "测风塔 甲;;;\n日期;时刻;V80;V10\n2021-01-01;00:10;7.1;5.2\n2021-01-01;00:20;7.3\n"
    for encoding in ("utf-8-sig", "gb18030"):
        path = tmp_path / f"{encoding}.csv"
        path.write_text(lines, encoding=encoding)
        head = read_head(path, ("日期", "时刻", "V80", "V10"))
        assert head is not None
        assert head.names == ("日期", "时刻", "V80", "V10")
        assert head.rows == (("2021-01-01", "00:10", "7.1", "5.2"), ("2021-01-01", "00:20", "7.3", ""))
    assert read_head(path, ("lon", "lat")) is None
    assert read_head(tmp_path / "gone.csv", ("日期",)) is None


def test_the_page_announces_answers_and_shows_them(qtbot: QtBot) -> None:
    table = ColumnsTable()
    qtbot.addWidget(table)
    head = TableHead(("日期", "时刻", "V80", "V10"), (("2021-01-01", "00:10", "7.1", "5.2"),))
    table.show_columns(head, QUESTIONS, {}, "zh")
    assert [table.boxes[name].currentText() for name in head.names] == ["时间", "时间", "风速", "不使用"]
    told: list[dict[str, str]] = []
    table.answered.connect(told.append)
    box = table.boxes["V10"]
    box.setCurrentIndex(box.findData("wind_speed_second"))
    box.activated.emit(box.currentIndex())
    assert told == [{"column:wind_speed_second": "V10"}]
    date = table.boxes["日期"]
    table.show_columns(head, QUESTIONS, {**told[0], "column:time": "日期"}, "en")
    date = table.boxes["日期"]
    date.setCurrentIndex(0)
    date.activated.emit(0)
    assert table.boxes["日期"].currentText() == "time"
    assert len(told) == 1
