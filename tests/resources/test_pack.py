"""Data packs: what goes in comes out, and nothing else; a bad one leaves a library as it was."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio

from gis_layers.errors import Cancelled, EnergyMapError, InputError
from resources import atlas
from resources.hours import HOURS
from resources.library import Entry, entries, find, remove
from resources.pack import LICENCES_NAME, MANIFEST_NAME, PackManifest, make_pack, read_pack, verify_pack
from resources.pack_cut import Selection
from resources.sources.capacity_factor_file import open_capacity_factors, write_capacity_factors
from resources.sources.house import FIELDS, open_weather, weather_writer
from resources.sources.importing import sha256_of
from resources.unpack import unpack
from resources.weather import generate
from tests.resources.library_factory import _entry, raster_entry, weather_entry

BOX = (100.0, 40.0, 101.0, 41.0)
DAY = date(2026, 11, 21)
LON, LAT = np.array([100.0, 100.5, 101.0, 101.5]), np.array([40.0, 40.0, 40.0, 40.5])


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Entry:
    """Hours of three years at four places; every value tells its year, place and hour."""
    folder = tmp_path_factory.mktemp("grid")
    data = folder / "era5.nc"
    with weather_writer(data, [2019, 2020, 2021], LON, LAT, np.full(4, 1500.0)) as out:
        for year in range(3):
            for number, name in enumerate(FIELDS):
                values = 1000.0 * year + 100.0 * np.arange(4)[:, None] + number + np.arange(HOURS) / HOURS
                out.put(name, year, 0, 0, values)
    return _entry(folder, "era5", data, "hourly-grid", {"years": "2019, 2020, 2021", "places": 4})


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of a raster and a mast."""
    folder = tmp_path / "library"
    folder.mkdir()
    raster_entry(folder, "gwa", "wind_speed_ms", np.full((1, 9, 9), 7.0), BOX, height_m=100.0)
    weather_entry(folder, "mast", generate(atlas.climate_at([100.5], [40.5]), 99), "hourly-place")
    return folder


def packed(some: tuple[Entry, ...], out: Path, **more: Any) -> PackManifest:
    more.setdefault("made_on", DAY)
    return make_pack(some, out, program_version="0.1.0", **more)


def found(call: Callable[[], object]) -> str:
    """All problems of a refusal."""
    with pytest.raises(InputError) as caught:
        call()
    return "\n".join(map(str, caught.value.problems))


def files(folder: Path) -> dict[str, str]:
    return {path.name: sha256_of(path) for path in folder.iterdir()} if folder.is_dir() else {}


def test_what_is_packed_comes_out_the_same_and_its_refs_hold(library: Path, tmp_path: Path) -> None:
    some, _ = entries(library)
    made = packed(some, tmp_path / "a.energypack")
    assert [entry.manifest.id for entry in made.entries] == ["gwa", "mast"]
    assert verify_pack(tmp_path / "a.energypack") == made
    done = unpack(tmp_path / "a.energypack", tmp_path / "other")
    assert (done.added, done.skipped) == (("gwa", "mast"), ())
    for entry in some:
        there = find(tmp_path / "other", entry.ref, verify=True)
        assert there.manifest == entry.manifest
        assert there.data.read_bytes() == entry.data.read_bytes()
    assert len(files(tmp_path / "other")) == 4
    # A second time there is nothing to do, and nothing is touched.
    before = files(tmp_path / "other")
    again = unpack(tmp_path / "a.energypack", tmp_path / "other")
    assert (again.added, again.skipped) == ((), ("gwa", "mast"))
    assert files(tmp_path / "other") == before


def test_the_same_entries_and_day_make_the_same_bytes(library: Path, grid: Entry, tmp_path: Path) -> None:
    some = (entries(library)[0][0], grid)
    for name, order in (("a", some), ("b", some[::-1])):
        packed(order, tmp_path / name, selection=Selection(years=(2020,)))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    packed(some, tmp_path / "c", selection=Selection(years=(2020,)), made_on=date(2026, 11, 22))
    assert (tmp_path / "a").read_bytes() != (tmp_path / "c").read_bytes()


def test_the_licences_lie_in_the_pack_in_plain_words(library: Path, tmp_path: Path) -> None:
    packed(entries(library)[0], tmp_path / "a")
    with zipfile.ZipFile(tmp_path / "a") as bundle:
        text = bundle.read(LICENCES_NAME).decode()
        assert all(member.compress_type == zipfile.ZIP_STORED for member in bundle.infolist())
        assert all(member.date_time == (1980, 1, 1, 0, 0, 0) for member in bundle.infolist())
    assert "gwa\n  source: made for a test: gwa\n  licence: none\n  grade: measured" in text


def test_chosen_years_and_an_area_are_an_entry_of_its_own(grid: Entry, tmp_path: Path) -> None:
    choice = Selection(years=(2019, 2021, 1990), bounds=(100.2, 39.0, 101.2, 41.0))
    made = packed((grid,), tmp_path / "a", selection=choice)
    (one,) = made.entries
    assert one.manifest.id == "era5_2019_2021_100p2-101p2E_39-41N"
    assert one.manifest.details["cut_from_sha256"] == grid.manifest.data_sha256
    assert (one.manifest.details["years"], one.manifest.details["places"]) == ("2019, 2021", 2)
    unpack(tmp_path / "a", tmp_path / "in")
    (entry,) = entries(tmp_path / "in")[0]
    part, whole = open_weather(entry.data), open_weather(grid.data)
    assert (part.years, part.lon_deg.tolist()) == ((2019, 2021), [100.5, 101.0])
    for year in (2019, 2021):
        (some,), (all_,) = part.blocks(year), whole.blocks(year)
        for name in FIELDS:
            assert np.array_equal(getattr(some, name), getattr(all_, name)[1:3])
    # The whole stands beside the part.
    packed((grid,), tmp_path / "b")
    assert unpack(tmp_path / "b", tmp_path / "in").added == ("era5",)


def test_who_chooses_everything_gets_the_entry_itself(grid: Entry, tmp_path: Path) -> None:
    choice = Selection(years=(2019, 2020, 2021), bounds=(90.0, 30.0, 110.0, 50.0))
    (one,) = packed((grid,), tmp_path / "a", selection=choice).entries
    assert one.manifest == grid.manifest


def test_years_of_capacity_factors_are_cut_too_and_rasters_stay_whole(library: Path, tmp_path: Path) -> None:
    data = library / "cf.nc"
    values = np.linspace(0, 1, 2 * 3 * HOURS, dtype=np.float32).reshape(2, 3, HOURS)
    write_capacity_factors(data, "wind", [2019, 2020], ["甘肃", "b", "c"], ["62", "", ""], values)
    _entry(library, "cf", data, "capacity-factor-year", {"years": "2019, 2020"})
    some = tuple(entry for entry in entries(library)[0] if entry.manifest.id != "mast")
    made = packed(some, tmp_path / "a", selection=Selection(years=(2020,)))
    assert [entry.manifest.id for entry in made.entries] == ["cf_2020", "gwa"]
    unpack(tmp_path / "a", tmp_path / "in")
    part = open_capacity_factors(tmp_path / "in" / "cf_2020.nc")
    assert (part.years, part.regions, part.adcodes) == ((2020,), ("甘肃", "b", "c"), ("62", "", ""))
    assert np.array_equal(part.year(2020), values[1])


def test_an_entry_without_the_years_or_the_area_is_named(library: Path, grid: Entry, tmp_path: Path) -> None:
    some = (*entries(library)[0], grid)
    text = found(lambda: packed(some, tmp_path / "a", selection=Selection(years=(1990,))))
    assert "era5: found years 1990, expected some of 2019, 2020, 2021" in text
    assert "mast: found years 1990, expected some of 2021" in text
    far = Selection(bounds=(120.0, 30.0, 121.0, 31.0))
    assert "era5: found no place within 120 30 121 31" in found(
        lambda: packed((grid,), tmp_path / "a", selection=far)
    )
    assert not list(tmp_path.glob("a*"))
    assert not list(tmp_path.glob(".*"))
    assert "at least one" in found(lambda: packed((), tmp_path / "a"))
    assert "era5 twice" in found(lambda: packed((grid, grid), tmp_path / "a"))


def test_damaged_data_are_not_packed(library: Path, tmp_path: Path) -> None:
    (library / "gwa.tif").write_bytes((library / "gwa.tif").read_bytes() + b"x")
    assert "sha256" in found(lambda: packed(entries(library)[0], tmp_path / "a"))
    assert not (tmp_path / "a").exists()


def test_other_data_under_the_same_id_are_never_written_over(library: Path, tmp_path: Path) -> None:
    packed(entries(library)[0], tmp_path / "a")
    other = tmp_path / "other"
    other.mkdir()
    raster_entry(other, "gwa", "wind_speed_ms", np.full((1, 9, 9), 8.0), BOX, height_m=100.0)
    (other / "mast.nc").write_bytes(b"a file of somebody's")
    before = files(other)
    text = found(lambda: unpack(tmp_path / "a", other))
    assert "gwa: found other data under this id" in text
    assert "mast: found another file" in text
    assert files(other) == before


def test_data_left_by_a_kill_are_taken_up_again(library: Path, tmp_path: Path) -> None:
    packed(entries(library)[0], tmp_path / "a")
    other = tmp_path / "other"
    other.mkdir()
    (other / "gwa.tif").write_bytes((library / "gwa.tif").read_bytes())
    assert unpack(tmp_path / "a", other).added == ("gwa", "mast")
    assert len(entries(other)[0]) == 2


def test_an_entry_that_lost_its_data_is_said_to_be_damaged(library: Path, tmp_path: Path) -> None:
    packed(entries(library)[0], tmp_path / "a")
    (library / "gwa.tif").unlink()
    assert "gwa: found an entry under this id that is damaged" in found(
        lambda: unpack(tmp_path / "a", library)
    )


def test_a_flipped_bit_anywhere_is_found_and_the_library_stays_empty(library: Path, tmp_path: Path) -> None:
    packed(entries(library)[0], tmp_path / "a")
    good = (tmp_path / "a").read_bytes()
    rng = np.random.default_rng(1)
    bad_pack = tmp_path / "b"
    for at in [*rng.integers(0, len(good), 25).tolist(), len(good) - 5, 30]:
        bad = bytearray(good)
        bad[at] ^= 1 << int(rng.integers(8))
        bad_pack.write_bytes(bad)
        try:
            made = unpack(bad_pack, tmp_path / "in").made
        except InputError:
            assert files(tmp_path / "in") == {}
            continue
        # A flip in a date or flag of the zip changes nothing that counts.
        assert made == read_pack(tmp_path / "a")
        for entry in entries(tmp_path / "in")[0]:
            find(tmp_path / "in", entry.ref, verify=True)
            remove(entry)


@pytest.mark.parametrize("keep", [0.0, 0.001, 0.5, 0.999])
def test_a_pack_cut_off_is_refused(library: Path, tmp_path: Path, keep: float) -> None:
    packed(entries(library)[0], tmp_path / "a")
    data = (tmp_path / "a").read_bytes()
    (tmp_path / "a").write_bytes(data[: int(len(data) * keep)])
    for call in (read_pack, verify_pack):
        assert "a whole data pack" in found(lambda call=call: call(tmp_path / "a"))  # type: ignore[misc]
    assert "data pack" in found(lambda: unpack(tmp_path / "a", tmp_path / "in"))
    assert files(tmp_path / "in") == {}


def rebuilt(
    source: Path,
    target: Path,
    change: Callable[[dict[str, Any]], None] = lambda manifest: None,
    more: dict[str, bytes] | None = None,
    compression: int = zipfile.ZIP_STORED,
    data: Callable[[str, bytes], tuple[str, bytes]] = lambda name, data: (name, data),
) -> Path:
    """A pack taken apart and put together otherwise."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", compression) as new:
        manifest = json.loads(old.read(MANIFEST_NAME))
        change(manifest)
        new.writestr(MANIFEST_NAME, json.dumps(manifest))
        for name in old.namelist():
            if name != MANIFEST_NAME:
                new.writestr(*data(name, old.read(name)))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return target


def renamed(name: str) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        manifest["entries"][0]["manifest"]["data"] = name

    return change


@pytest.mark.parametrize(
    "name", ["../gwa.tif", "/etc/gwa.tif", "..\\gwa.tif", "C:gwa.tif", "gwa.exe", "gwa.py", ".tif"]
)
def test_a_name_that_leads_out_or_is_no_data_is_refused(library: Path, tmp_path: Path, name: str) -> None:
    packed(entries(library)[0], tmp_path / "a")

    def member(old: str, data: bytes) -> tuple[str, bytes]:
        return (f"data/{name}" if old == "data/gwa.tif" else old), data

    bad = rebuilt(tmp_path / "a", tmp_path / "b", renamed(name), data=member)
    before = set(tmp_path.rglob("*"))
    assert "data: found" in found(lambda: unpack(bad, tmp_path / "in"))
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("id", ["../gwa", "con", "a/b", "", "a b", "nul"])
def test_an_id_that_is_no_plain_name_is_refused(library: Path, tmp_path: Path, id: str) -> None:
    packed(entries(library)[0], tmp_path / "a")

    def change(manifest: dict[str, Any]) -> None:
        manifest["entries"][0]["manifest"]["id"] = id

    bad = rebuilt(tmp_path / "a", tmp_path / "b", change)
    assert found(lambda: read_pack(bad))


def test_licences_that_were_rewritten_are_refused(library: Path, tmp_path: Path) -> None:
    packed(entries(library)[0], tmp_path / "a")

    def free(name: str, data: bytes) -> tuple[str, bytes]:
        return name, b"all free" if name == LICENCES_NAME else data

    bad = rebuilt(tmp_path / "a", tmp_path / "b", data=free)
    assert "LICENCES.txt: found other words" in found(lambda: unpack(bad, tmp_path / "in"))


def test_members_beyond_the_manifest_twice_or_missing_are_refused(library: Path, tmp_path: Path) -> None:
    packed(entries(library)[0], tmp_path / "a")
    extra = rebuilt(tmp_path / "a", tmp_path / "b", more={"../../run.sh": b"#!/bin/sh"})
    assert "run.sh" in found(lambda: unpack(extra, tmp_path / "in"))
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = rebuilt(tmp_path / "a", tmp_path / "c", more={"data/gwa.tif": b"other"})
    assert "data/gwa.tif twice" in found(lambda: unpack(twice, tmp_path / "in"))

    def one_less(manifest: dict[str, Any]) -> None:
        manifest["entries"].append(json.loads(json.dumps(manifest["entries"][0]).replace("gwa", "gone")))

    assert "no data/gone.tif" in found(
        lambda: unpack(rebuilt(tmp_path / "a", tmp_path / "d", one_less), tmp_path / "in")
    )
    assert files(tmp_path / "in") == {}


def test_a_pack_that_swells_is_refused_before_anything_is_written(library: Path, tmp_path: Path) -> None:
    packed(entries(library)[0], tmp_path / "a")
    bomb = bytes(80 * 2**20)

    def change(manifest: dict[str, Any]) -> None:
        manifest["entries"][0]["size_bytes"] = len(bomb)
        manifest["entries"] = manifest["entries"][:1]

    def member(old: str, data: bytes) -> tuple[str, bytes]:
        return old, bomb if old == "data/gwa.tif" else data

    def without_mast(path: Path) -> Path:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "c", "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                if "mast" not in name:
                    new.writestr(name, old.read(name))
        return tmp_path / "c"

    bad = without_mast(
        rebuilt(tmp_path / "a", tmp_path / "b", change, compression=zipfile.ZIP_DEFLATED, data=member)
    )
    assert "times its size once unpacked" in found(lambda: unpack(bad, tmp_path / "in"))
    # One that says less than it holds does not get past its word either.
    small = rebuilt(tmp_path / "a", tmp_path / "d", compression=zipfile.ZIP_DEFLATED, data=member)
    assert "size: found data/gwa.tif: 83886080 bytes" in found(lambda: unpack(small, tmp_path / "in"))
    assert files(tmp_path / "in") == {}


def test_a_pack_squeezed_by_other_programs_is_read_all_the_same(library: Path, tmp_path: Path) -> None:
    made = packed(entries(library)[0], tmp_path / "a")
    squeezed = rebuilt(tmp_path / "a", tmp_path / "b", compression=zipfile.ZIP_DEFLATED)
    assert verify_pack(squeezed) == made


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda m: m.update(schema_version=2), "schema_version"),
        (lambda m: m.update(run="me"), "run"),
        (lambda m: m.update(entries=[]), "entries"),
        (lambda m: m["entries"][0].update(size_bytes=-1), "size_bytes"),
        (lambda m: m["entries"][0]["manifest"].update(grade="best"), "grade"),
        (lambda m: m["entries"][0]["manifest"].update(data_sha256="0" * 64), "sha256"),
    ],
)
def test_a_manifest_that_is_wrong_is_named(
    library: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None], word: str
) -> None:
    packed(entries(library)[0], tmp_path / "a")
    bad = rebuilt(tmp_path / "a", tmp_path / "b", change)
    assert word in found(lambda: verify_pack(bad))
    assert word in found(lambda: unpack(bad, tmp_path / "in"))
    assert files(tmp_path / "in") == {}


def test_what_is_no_pack_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("no pack")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        bundle.writestr("a.tif", b"x")
    assert "a whole data pack" in found(lambda: read_pack(tmp_path / "a.txt"))
    assert "no manifest.json inside" in found(lambda: read_pack(tmp_path / "a.zip"))
    assert "No such file" in found(lambda: read_pack(tmp_path / "gone"))


def test_a_stop_or_a_failure_half_way_leaves_the_library_as_it_was(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(entries(library)[0], tmp_path / "a")

    def stop(share: float, what: str) -> None:
        if share > 0.4:
            raise Cancelled

    with pytest.raises(Cancelled):
        unpack(tmp_path / "a", tmp_path / "in", stop)
    assert files(tmp_path / "in") == {}
    replace, count = os.replace, [0]

    def broken(source: Path, target: Path) -> None:
        count[0] += 1
        if count[0] == 3:
            raise OSError(5, "Input/output error")
        replace(source, target)

    monkeypatch.setattr("os.replace", broken)
    with pytest.raises(OSError, match="Input/output"):
        unpack(tmp_path / "a", tmp_path / "in")
    monkeypatch.undo()
    assert files(tmp_path / "in") == {}
    with pytest.raises(Cancelled):
        packed(entries(library)[0], tmp_path / "c", progress=stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "in", "library"]


def test_a_disk_that_is_too_small_is_told_before_anything_is_written(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(entries(library)[0], tmp_path / "a")
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1000})())
    with pytest.raises(EnergyMapError, match="disk_full"):
        unpack(tmp_path / "a", tmp_path / "in")
    assert files(tmp_path / "in") == {}


def test_entries_beyond_the_old_limit_of_zip_are_packed_and_read(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zipfile.ZIP64_LIMIT", 1000)
    made = packed(entries(library)[0], tmp_path / "a")
    monkeypatch.undo()
    assert verify_pack(tmp_path / "a") == made
    assert unpack(tmp_path / "a", tmp_path / "in").added == ("gwa", "mast")


def test_an_area_of_a_raster_is_cut_to_its_cells(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    values = np.arange(40.0 * 40).reshape(1, 40, 40)  # cells of 0.025 degrees, row 0 in the north
    values[0, 20, 20] = np.nan
    stated = {"rows": 40, "columns": 40, "west": 100.0, "mean": 799.5, "period": "2008-2017"}
    entry = raster_entry(folder, "gwa", "wind_speed_ms", values, BOX, height_m=100.0, **stated)
    area = (100.25, 40.25, 100.55, 40.5)
    (one,) = packed((entry,), tmp_path / "a", selection=Selection(bounds=area)).entries
    unpack(tmp_path / "a", tmp_path / "in")
    (part,) = entries(tmp_path / "in")[0]
    part_values = values[0, 20:30, 10:22]
    with rasterio.open(part.data) as source:
        assert source.bounds == pytest.approx(area)
        assert np.array_equal(source.read(1), part_values.astype(source.dtypes[0]), equal_nan=True)
    details = one.manifest.details
    assert (details["rows"], details["columns"], details["period"]) == (10, 12, "2008-2017")
    assert details["west"] == 100.25
    assert details["mean"] == pytest.approx(np.nanmean(part_values))
    assert "known_share" not in details  # it was not stated of the whole
    # A line through the middle of cells takes them in; all of it is the entry itself.
    (wide,) = packed(
        (entry,), tmp_path / "b", selection=Selection(bounds=(100.26, 40.26, 100.54, 40.49))
    ).entries
    assert (wide.manifest.details["rows"], wide.manifest.details["columns"]) == (10, 12)
    (whole,) = packed((entry,), tmp_path / "c", selection=Selection(bounds=(99.0, 39.0, 102.0, 42.0))).entries
    assert whole.manifest == entry.manifest
    far, empty = (
        Selection(bounds=(110.0, 30.0, 111.0, 31.0)),
        Selection(bounds=(100.501, 40.476, 100.524, 40.499)),
    )
    assert "gwa: found no cell within 110 30 111 31" in found(
        lambda: packed((entry,), tmp_path / "d", selection=far)
    )
    assert "no value in the area" in found(lambda: packed((entry,), tmp_path / "d", selection=empty))
