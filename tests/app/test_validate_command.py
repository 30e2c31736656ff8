"""`energymap validate`: its options, and the page it writes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from app.cli import run
from app.commands.validate_page import BEGIN, END, document_of, page, write_page
from app.commands.validate_words import source_zh, year_zh
from gis_layers.errors import InputError
from resources.validation_flows import flow_section
from resources.validation_full import Validation
from resources.validation_published import published
from resources.validation_spread import spread_section


@pytest.fixture(scope="module")
def small() -> Validation:
    return Validation((), (flow_section(), spread_section(None)))


def test_out_and_reference_ask_for_full(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code = run(["validate", "--out", str(tmp_path / "a.md"), "--reference", str(tmp_path), "--lang", "en"])
    said = capsys.readouterr().err
    assert code == 2
    assert "--out" in said
    assert "--reference" in said
    assert not (tmp_path / "a.md").exists()


def test_a_folder_that_is_none_is_bad_input_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "a.md"
    assert run(["validate", "--full", "--reference", str(tmp_path / "no"), "--out", str(out)]) == 2
    assert "--reference" in capsys.readouterr().err
    assert not out.exists()


def test_both_languages_hold_the_same_tables(small: Validation) -> None:
    zh, en = page(small, "zh"), page(small, "en")
    assert zh.count("\n|") == en.count("\n|") > 25
    assert "唐乃亥" in zh
    assert "Tangnaihai" in en
    for text in (zh, en):
        for line in text.splitlines():
            assert not line.startswith("|") or line.endswith("|")


def test_chinese_sources_keep_their_addresses_and_lose_their_english_phrases() -> None:
    assert source_zh("upper end: typical year of the 50 MW tower, https://a.b/design-data") == (
        "上限: 50 MW 塔式电站的典型年, https://a.b/design-data"
    )
    assert source_zh("111e8 m3 a year, general knowledge, unverified") == "111 亿立方米每年, 一般知识, 未核实"
    assert year_zh("2013, design") == "2013, 设计值"
    for row in published():
        assert "knowledge" not in source_zh(row.source), row.id
        assert not re.search("[a-z]{4}", year_zh(row.year)), row.id


def test_the_document_is_json_and_has_every_row_in_both_languages(small: Validation) -> None:
    document = json.loads(json.dumps(document_of(small), allow_nan=False))
    rows = document["sections"][0]["rows"]
    assert len(rows) == len(small.sections[0].rows)
    first = rows[0]
    assert first["name"]
    assert first["name_zh"]
    assert first["error"] == pytest.approx(first["ours"] / first["published_low"] - 1)
    assert first["tier"] in ("official", "published", "estimated")


def test_only_what_stands_between_the_marks_is_renewed(small: Validation, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(f"# Before\n\n{BEGIN}\nstale table\n{END}\n\nafter\n", encoding="utf-8")
    write_page(path, page(small, "en"))
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Before\n\n" + BEGIN)
    assert text.endswith(END + "\n\nafter\n")
    assert "stale table" not in text
    write_page(path, page(small, "en"))
    assert path.read_text(encoding="utf-8") == text


def test_a_file_without_the_marks_is_refused_before_the_work(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from resources import validation_full

    monkeypatch.setattr(validation_full, "run_full", lambda *a: pytest.fail("the work was begun"))
    path = tmp_path / "page.md"
    path.write_text("mine", encoding="utf-8")
    assert run(["validate", "--full", "--out", str(path), "--lang", "en"]) == 2
    assert "page.md" in capsys.readouterr().err


def test_a_file_without_the_marks_is_not_written_over(small: Validation, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError):
        write_page(path, page(small, "en"))
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_new_file_can_be_renewed(small: Validation, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    write_page(path, "first")
    write_page(path, "second")
    assert path.read_text(encoding="utf-8") == f"{BEGIN}\n\nsecond\n\n{END}\n"


def test_the_page_of_the_docs_carries_the_marks_once() -> None:
    text = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
