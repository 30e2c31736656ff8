"""`energymap data` as a planner meets it: look, import, list, pack, carry, unpack, download."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli import run
from app.commands.data_source import answers_of
from app.source_words import provenance_rows
from resources.library import drop, entries, entry_of, period_of
from resources.resource_data import ResourceChoice, open_resource
from tests.resources.download_server import Server, serving, whole
from tests.resources.library_factory import raster_entry
from tests.resources.service_answers import LAT, LON, nasa_power, truth
from tests.resources.sources_made import Made, hours_of, made
from tests.resources.test_sources_nasa_power import columns, write_csv

BOX = (100.0, 40.0, 101.0, 41.0)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's own folders, empty."""
    for name in ("ENERGYMAP_SETTINGS", "ENERGYMAP_LIBRARY"):
        monkeypatch.setenv(name, str(tmp_path / name))
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("ENERGYMAP_PROXY", "none")
    return tmp_path


@pytest.fixture
def library(home: Path) -> Path:
    return home / "ENERGYMAP_LIBRARY"


@pytest.fixture(scope="module")
def weather() -> Made:
    return made(hours_of("2021-01-01T00", "2021-12-31T23"))


@pytest.fixture
def power(tmp_path: Path, weather: Made) -> Path:
    """A file of NASA POWER with three hours missing."""
    table = {name: column.copy() for name, column in columns(weather).items()}
    table["T2M"][3992:3995] = -999.0
    return write_csv(tmp_path / "power.csv", weather, table=table)


Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    def call(*arguments: str | Path, lang: str = "en") -> tuple[int, str, str]:
        code = run(["data", *map(str, arguments), "--lang", lang, "--progress", "none"])
        return (code, *capsys.readouterr())

    return call


def document(said: Said, *arguments: str | Path) -> dict[str, Any]:
    code, out, err = said(*arguments, "--json")
    assert code == 0, err
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


def test_all_formats_are_listed_in_both_languages(said: Said) -> None:
    ids = [row["id"] for row in document(said, "formats")["formats"]]
    assert {"era5", "nasa_power", "epw", "mast"} <= set(ids)
    for lang, word in (("zh", "测风塔"), ("en", "Mast")):
        code, out, _ = said("formats", lang=lang)
        assert code == 0
        assert word in out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_file_is_looked_at_with_findings_and_questions(said: Said, power: Path, lang: str) -> None:
    code, out, _ = said("inspect", power, lang=lang)
    assert code == 0
    assert "nasa_power" in out
    assert "T2M → temperature_c" in out
    assert "2855 m" in out.replace(",", "")
    assert {"zh": "没有海拔", "en": "No elevation"}[lang] not in out
    assert {"zh": "世界时的一年", "en": "A year of UTC"}[lang] in out


def test_a_look_as_a_document_holds_what_the_program_knows(said: Said, power: Path) -> None:
    found = document(said, "inspect", power)
    assert (found["format_id"], found["usable"], found["period"]["years"]) == ("nasa_power", True, [2021])
    assert {one["weight"] for one in found["findings"]} == {"note"}


def test_consent_is_needed_given_and_told(said: Said, power: Path, library: Path) -> None:
    code, out, err = said("import", power)
    assert (code, out) == (2, "")
    assert "T2M" in err
    assert not list(library.glob("*"))
    code, out, _ = said("import", power, "--agree", "gap_short")
    assert code == 0
    assert "imported: power" in out
    found = document(said, "show", "power")
    assert found["details"]["corrected_gap_short_values"] == 3
    assert found["originals"][0]["name"] == "power.csv"
    listed = document(said, "list")
    assert [one["id"] for one in listed["entries"]] == ["power"]
    assert listed["entries"][0]["period"] == "2021"
    code, out, _ = said("list", lang="zh")
    assert "单点逐时气象, 再分析, 2021" in out


def test_answers_and_codes_nobody_asks_for_are_refused(said: Said, power: Path) -> None:
    code, _, err = said("import", power, "--answer", "utc_ofset_h=8", "--answer", "x", "--agree", "gaps")
    assert code == 2
    for word in ("utc_ofset_h", "ID=VALUE", "gaps"):
        assert word in err


def test_an_answer_reaches_the_format_even_of_a_column_with_an_equals_sign(said: Said, power: Path) -> None:
    code, _, err = said(
        "import", power, "--answer", "utc_offset_h=0", "--agree", "all", "--answer", "unit:a=b=C"
    )
    assert code == 0, err
    assert document(said, "show", "power")["answers"]["unit:a=b"] == "C"


def test_where_an_answer_begins_is_told_by_its_id() -> None:
    options = argparse.Namespace(
        answer=["column:time=Date=Time", "unit:v=80=m/s", "licence=CC BY 4.0, q=1"], agree=["all"]
    )
    assert answers_of(options) == {
        "column:time": "Date=Time",
        "unit:v=80": "m/s",
        "licence": "CC BY 4.0, q=1",
        "fix": "yes",
    }


def test_a_changed_copy_fails_the_check_and_can_be_removed(said: Said, power: Path, library: Path) -> None:
    said("import", power, "--agree", "all")
    assert document(said, "verify")["sound"] == ["power"]
    with (library / "power.nc").open("r+b") as file:
        file.seek(5000)
        file.write(b"xx")
    code, _out, err = said("verify", "power")
    assert code == 2
    assert "sha256" in err
    (library / "power.nc").unlink()
    code, _, err = said("show", "power")
    assert code == 2
    assert said("remove", "power")[0] == 0
    assert list(library.iterdir()) == []
    code, _, err = said("remove", "power")
    assert code == 2
    assert "it holds: nothing" in err


def test_data_go_to_a_room_without_a_network_in_a_pack(
    said: Said, power: Path, library: Path, tmp_path: Path
) -> None:
    said("import", power, "--agree", "all")
    raster_entry(library, "gwa", "wind_speed_ms", np.full((1, 9, 9), 7.0), BOX, height_m=100.0)
    pack = tmp_path / "west.energypack"
    made_of = document(said, "pack", "power", "gwa", "--out", pack, "--made-on", "2026-11-21")
    assert [one["manifest"]["id"] for one in made_of["entries"]] == ["gwa", "power"]
    for part in (("verify-pack", pack), ("verify", pack)):
        code, out, _ = said(*part)
        assert code == 0
        assert "licence: NASA POWER data, free to use with acknowledgement" in out
    other = tmp_path / "other"
    assert document(said, "unpack", pack, "--library", other)["added"] == ["gwa", "power"]
    assert document(said, "unpack", pack, "--library", other)["skipped"] == ["gwa", "power"]
    assert document(said, "verify", "--library", other)["sound"] == ["gwa", "power"]
    pack.write_bytes(pack.read_bytes()[:-100])
    assert said("unpack", pack, "--library", tmp_path / "third")[0] == 2
    assert not list((tmp_path / "third").glob("*"))


def test_all_that_is_wrong_with_a_pack_is_said_at_once(said: Said, tmp_path: Path) -> None:
    code, _, err = said(
        "pack", "gone", "--out", tmp_path / "a", "--years", "20", "--area", "1,2", "--made-on", "x"
    )
    assert code == 2
    for word in ("--years", "--area", "--made-on", "gone"):
        assert word in err


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        running.answers["/point"] = nasa_power(truth("2020-12-31T00", "2021-12-31T23"))
        yield running


def test_a_service_is_asked_once_the_size_was_seen_and_its_answer_comes_in(
    said: Said, server: Server, library: Path, home: Path
) -> None:
    ask = [
        "download",
        "nasa_power",
        str(LON),
        str(LAT),
        "--years",
        "2021",
        "--base-url",
        server.url("/point"),
    ]
    code, _, err = said(*ask)
    assert code == 2
    assert "--yes" in err
    assert "1.2 MB (estimated" in err
    assert server.seen == []
    found = document(said, *ask, "--yes")
    details = found["manifest"]["details"]
    assert details["downloaded_from"] == server.url("/point")
    assert details["years"] == "2021"
    kept = list((home / "home").rglob("nasa_power_*.json"))
    assert found["manifest"]["originals"][0]["sha256"] in {
        json.loads(path.read_text())["sha256"] for path in kept if path.name.endswith(".download.json")
    }
    # Asked for again it is here already, and nobody has to agree.
    count = len(server.seen)
    assert document(said, *ask)["manifest"]["id"].endswith("_2")
    assert len(server.seen) == count


def test_a_plain_address_is_fetched_and_kept_with_its_hash(
    said: Said, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers["/GHI.tif"] = whole(b"x" * 5000)
    ask = ["download", "url", server.url("/GHI.tif"), "--no-import", "--to", str(tmp_path / "got")]

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    assert said(*ask)[0] == 130
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    code, _out, err = said(*ask)
    assert code == 0
    assert "GHI.tif: 0.0 MB (as the server says)" in err
    assert (tmp_path / "got" / "GHI.tif").read_bytes() == b"x" * 5000
    code, _, err = said(*ask, "--sha256", "0" * 64, "--yes", lang="zh")
    assert code == 1
    assert "与已知校验值不符" in err


def test_what_is_wrong_with_a_wish_is_said_before_anything_is_asked(said: Said) -> None:
    code, _, err = said("download", "nasa_power", "east", "36", "--years", "2019,2021", "--sha256", "00")
    assert code == 2
    for word in ("LON", "in a row", "--sha256"):
        assert word in err
    code, _, err = said("download", "url", "ftp://a.org/x", "--yes")
    assert code == 2
    assert "http://" in err
    assert said("download", "meteo", "1", "2")[0] == 2


def test_settings_are_kept_and_a_password_is_not(
    said: Said, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ENERGYMAP_LIBRARY")
    found = document(said, "settings", "--set-library", home / "lib", "--set-proxy", "http://proxy:8080")
    assert found["library_in_use"] == str(home / "lib")
    assert document(said, "settings")["proxy"] == "http://proxy:8080"
    code, _, err = said("settings", "--set-proxy", "http://me:hush@proxy:8080")
    assert code == 2
    assert "hush" not in err
    assert document(said, "settings")["proxy"] == "http://proxy:8080"


def test_options_before_and_after_the_part_hold_alike(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["data", "--json", "list"], ["data", "list", "--json"]):
        assert run(arguments) == 0
        assert json.loads(capsys.readouterr().out)["entries"] == []
    assert run(["data"]) == 2


def test_rows_of_provenance_say_source_grade_period_and_corrections(
    said: Said, power: Path, library: Path
) -> None:
    said("import", power, "--agree", "all")
    raster = raster_entry(library, "gwa", "wind_speed_ms", np.full((1, 60, 60), 7.0), BOX, height_m=100.0)
    found, _ = entries(library)
    rows = provenance_rows(found, "zh")
    assert [(row.id, row.grade, row.period) for row in rows] == [
        ("gwa", "实测", ""),
        ("power", "再分析", "2021"),
    ]
    assert rows[1].sha256_short == entry_of(library, "power").manifest.data_sha256[:12]
    data = open_resource(ResourceChoice(rasters=(raster.ref,)), library)
    (row,) = provenance_rows(data.origins, "en", {one.manifest.id: one.manifest for one in found})
    assert (row.serves, row.grade) == ("wind_speed_100m, wind_speedup", "measured")
    assert row.sha256_short == raster.manifest.data_sha256[:12]


def test_what_was_corrected_is_said_once_a_kind(
    said: Said, tmp_path: Path, weather: Made, library: Path
) -> None:
    table = columns(weather) | {"T2M": weather.temperature + 273.15, "PS": weather.pressure}
    said("import", write_csv(tmp_path / "kelvin.csv", weather, table=table), "--agree", "unit_wrong")
    (row,) = provenance_rows(entries(library)[0], "en")
    assert row.corrected == "The declared unit does not fit the values; corrected by their size"


def test_an_entry_without_its_data_can_be_dropped(library: Path) -> None:
    library.mkdir()
    entry = raster_entry(library, "gwa", "wind_speed_ms", np.full((1, 9, 9), 7.0), BOX)
    assert period_of(entry.manifest) == ""
    entry.manifest_path.write_text("{}")
    drop(library, "gwa")
    assert list(library.iterdir()) == []
