"""The contract all sources share, shown on EPW files and on a made format."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError, Problem
from resources.hours import HOURS
from resources.sources import contract, house, registry
from resources.sources.contract import Finding, Guess, Question, SourceReport
from resources.sources.epw import from_epw
from resources.sources.importing import MANIFEST_SUFFIX, import_source, inspect_source, read_manifest
from resources.weather import HourlyWeather
from tests.resources.sources_made import refused
from tests.resources.test_epw import EPW, LOCATION, _rows, _write


def _epw(path: Path, rows: list[list[str]]) -> Path:
    """The made file, at a place where the sun stands highest in its lit hour."""
    return _write(path, rows, LOCATION.replace("97.00", "112.00"))


def _report(*findings: Finding, questions: tuple[Question, ...] = ()) -> SourceReport:
    return SourceReport(
        paths=(Path("a.csv"),),
        format_id="made",
        kind="stations",
        size_bytes=1,
        grade="user",
        source="made",
        licence="none",
        variables=(),
        findings=findings,
        questions=questions,
    )


def test_an_epw_comes_in_as_the_same_year_with_its_manifest(tmp_path: Path) -> None:
    original = _epw(tmp_path / "a.epw", _rows())
    manifest_path = import_source([original], {}, tmp_path / "in")
    manifest = read_manifest(manifest_path, verify=True)
    assert (manifest.format, manifest.kind, manifest.grade) == ("epw", "hourly-place", "measured")
    assert manifest.originals[0].sha256 == hashlib.sha256(original.read_bytes()).hexdigest()
    assert manifest.answers == {"shear_exponent": "0.2"}
    imported = house.open_weather(manifest_path.parent / manifest.data)
    assert (imported.years, len(imported)) == ((0,), 1)
    (year,) = imported.blocks(0)
    direct = from_epw(original)
    for name in house.FIELDS:
        assert np.array_equal(getattr(year, name), getattr(direct, name))


def test_an_answer_changes_what_is_written(tmp_path: Path) -> None:
    original = _epw(tmp_path / "a.epw", _rows())
    path = import_source([original], {"shear_exponent": "0"}, tmp_path / "in")
    (year,) = house.open_weather(path.parent / read_manifest(path).data).blocks(0)
    assert year.wind_speed_ms[0, 0] == 5.0
    with pytest.raises(InputError, match="shear_exponent: found 7"):
        import_source([original], {"shear_exponent": "7"}, tmp_path / "in")


def test_a_bad_file_leaves_nothing_behind_and_names_everything(tmp_path: Path) -> None:
    rows = _rows()
    rows[0][13], rows[4][21] = "-600", "windy"
    folder = tmp_path / "in"
    with pytest.raises(InputError) as caught:
        import_source([_epw(tmp_path / "a.epw", rows)], {"fix": "yes"}, folder)
    assert [problem.field for problem in caught.value.problems] == ["ghi_w_per_m2", "wind_speed_ms"]
    assert not folder.exists() or not list(folder.iterdir())


def test_a_failure_while_writing_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(path: Path, weather: HourlyWeather, year: int = 0) -> None:
        path.write_bytes(b"half")
        raise InputError(Problem("a.epw", "row 7", "bad", "good"))

    monkeypatch.setattr("resources.sources.epw.write_weather", stop)
    with pytest.raises(InputError):
        import_source([_epw(tmp_path / "a.epw", _rows())], {}, tmp_path / "in")
    assert list((tmp_path / "in").iterdir()) == []


def test_two_imports_of_one_name_stand_beside_each_other(tmp_path: Path) -> None:
    original = _epw(tmp_path / "a.epw", _rows())
    names = [import_source([original], {}, tmp_path / "in").name for _ in range(2)]
    assert names == [f"a{MANIFEST_SUFFIX}", f"a_2{MANIFEST_SUFFIX}"]


def test_a_changed_copy_is_found_by_its_hash(tmp_path: Path) -> None:
    path = import_source([_epw(tmp_path / "a.epw", _rows())], {}, tmp_path / "in")
    data = path.parent / read_manifest(path).data
    raw = bytearray(data.read_bytes())
    raw[len(raw) // 2] ^= 1
    data.write_bytes(raw)
    read_manifest(path)
    with pytest.raises(InputError, match="sha256"):
        read_manifest(path, verify=True)


def test_the_light_of_the_typical_years_comes_half_an_hour_early_and_that_is_told() -> None:
    if not EPW.is_dir():
        pytest.skip("no EPW files beside the project (../shared/reference/weather_epw)")
    for path in sorted(EPW.glob("*.epw")):
        report = inspect_source([path])
        found = {each.code: each for each in report.findings}
        assert report.usable
        assert found["clock_minutes"].params["off_h"] == pytest.approx(-0.5, abs=0.05)


def test_an_epw_of_utc_is_refused_because_of_the_sun(tmp_path: Path) -> None:
    rows = _rows()
    # The made file's only light is at noon; here at 04 h, as in a file of UTC.
    for row in rows:
        for at in (13, 14, 15):
            row[at] = "0"
        if row[3] in ("4", "5", "6"):
            row[13], row[14], row[15] = "600", "500", "200"
    text = refused([_epw(tmp_path / "a.epw", rows)], tmp_path / "in", fix="yes")
    assert "the light comes 8." in text


def test_a_zip_and_a_folder_are_read_as_what_is_in_them(tmp_path: Path) -> None:
    (tmp_path / "some").mkdir()
    original = _epw(tmp_path / "some" / "a.epw", _rows())
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as bundle:
        bundle.write(original, "a.epw")
    for source in (tmp_path / "some", tmp_path / "b.zip"):
        assert inspect_source([source]).format_id == "epw"
    path = import_source([tmp_path / "b.zip"], {}, tmp_path / "in")
    assert [one.name for one in read_manifest(path).originals] == ["b.zip"]


def test_an_unknown_file_an_empty_one_and_none_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\0" * 100)
    (tmp_path / "empty").touch()
    for name, found in (("a.bin", "none of them"), ("empty", "0 bytes"), ("gone", "No such file")):
        with pytest.raises(InputError, match=f"{name}.*{found}"):
            inspect_source([tmp_path / name])
    with pytest.raises(InputError, match="at least one file"):
        inspect_source([])
    with pytest.raises(InputError, match=r"one of era5, .*epw"):
        registry.format_of("nothing")


def test_every_format_has_its_own_id_and_both_titles() -> None:
    ids = [one.id for one in registry.formats()]
    assert len(set(ids)) == len(ids)
    for one in registry.formats():
        assert one.title_zh
        assert one.title_en
        assert one.licence
        assert one.suffix.startswith(".")
        assert one.sniff(b"\0\1\2", Path("/nothing/there")) == 0.0


def _settled(report: SourceReport, answers: Mapping[str, str]) -> dict[str, str] | list[str]:
    try:
        return contract.settle(report, answers)
    except InputError as error:
        return [problem.field for problem in error.problems]


def test_consent_is_asked_for_each_correction_and_notes_for_none() -> None:
    gap = Finding("gap_short", "consent", Problem("a.csv", "gap", "2 h", "none"))
    night = Finding("negative_night", "consent", Problem("a.csv", "ghi", "-3", "0"))
    note = Finding("edge", "note", Problem("a.csv", "edge", "8 h", "none"))
    report = _report(gap, night, note)
    assert report.usable
    assert _settled(report, {}) == ["gap", "ghi"]
    assert _settled(report, {"fix:gap_short": "yes"}) == ["ghi"]
    assert _settled(report, {"fix": "yes"}) == {"fix": "yes"}
    assert _settled(report, {"fix": "no"}) == ["gap", "ghi"]


def test_no_consent_makes_a_fatal_finding_good() -> None:
    report = _report(Finding("cut", "fatal", Problem("a.csv", "file", "half", "whole")))
    assert not report.usable
    assert _settled(report, {"fix": "yes"}) == ["file"]


def test_questions_fall_back_on_their_first_choice_unless_required() -> None:
    zone = Question("utc_offset_h", (Guess("8", 0.9, "sun"), Guess("0", 0.1, "name")), required=True)
    stamp = Question("stamp", (Guess("end", 0.6, "values"), Guess("beginning", 0.4, "values")))
    report = _report(questions=(zone, stamp))
    assert _settled(report, {}) == ["utc_offset_h"]
    assert _settled(report, {"utc_offset_h": "8"}) == {"utc_offset_h": "8", "stamp": "end"}
    assert _settled(report, {"utc_offset_h": "9", "stamp": "no"}) == ["utc_offset_h", "stamp"]


def test_places_of_a_weather_file_are_read_in_blocks_in_their_order(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    values = {name: rng.random((150, HOURS), dtype=np.float32) for name in house.FIELDS}
    lon, lat, height = (np.arange(150.0) + start for start in (0, 200, 400))
    path = tmp_path / "a.nc"
    house.write_weather(path, HourlyWeather(lon, lat, height, **{k: v.copy() for k, v in values.items()}))
    file = house.open_weather(path)
    blocks = list(file.blocks(0, places_at_once=64))
    assert [len(block) for block in blocks] == [64, 64, 22]
    assert np.array_equal(np.concatenate([block.lon_deg for block in blocks]), lon)
    assert np.array_equal(np.concatenate([b.temperature_c for b in blocks]), values["temperature_c"])
    with pytest.raises(InputError, match="year: found 2020, expected one of 0"):
        next(file.blocks(2020))


def test_a_year_with_holes_is_not_handed_out(tmp_path: Path) -> None:
    path = tmp_path / "a.nc"
    one = np.ones(1)
    with house.weather_writer(path, [2020], one, one, one) as out:
        for name in house.FIELDS[1:]:
            out.put(name, 0, 0, 0, np.ones((1, HOURS)))
    with pytest.raises(InputError, match="ghi_w_per_m2: found hours of 2020 without a value"):
        next(house.open_weather(path).blocks(2020))
