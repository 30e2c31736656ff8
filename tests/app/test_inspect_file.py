"""`energymap inspect`: a file described in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import run


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "电站 表.csv"
    path.write_text("名称,经度,纬度\n溪洛渡,103.65,28.26\n", encoding="gb18030")
    return path


def test_a_file_is_described_as_json_without_its_picture(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["inspect", str(table), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (layer,) = document["layers"]
    assert layer["encoding"]["value"] == "gb18030"
    assert layer["table"]["lon"]["value"] == "经度"
    assert [question["id"] for question in layer["questions"]] == ["datum"]
    assert "preview" not in layer


def test_a_file_is_described_in_words(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(table), "--lang", "zh"]) == 0
    assert "经度列: 经度" in capsys.readouterr().out


def test_an_unusable_file_ends_with_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "空.tif").touch()
    assert run(["inspect", str(tmp_path / "空.tif"), "--lang", "zh"]) == 2
    assert "空.tif" in capsys.readouterr().err
