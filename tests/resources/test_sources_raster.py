"""Any raster comes in with its variable, unit and place understood, or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources.resource_data import ResourceChoice, open_resource
from resources.sources import raster_mosaic
from resources.sources.importing import inspect_source
from resources.sources.raster_mosaic import WINDOW
from tests.resources.rasters_made import cells, geotiff, imported, refused, weights

SPEED = np.linspace(4.0, 9.0, 40 * 40).reshape(40, 40).astype(np.float32)
ASKED = {"variable": "wind_speed_ms", "height_m": "100", "unit": "m/s"}


def test_a_raster_becomes_a_cog_that_the_run_takes_its_wind_from(tmp_path: Path) -> None:
    import rasterio

    entry = imported([geotiff(tmp_path / "a.tif", SPEED)], tmp_path / "in", **ASKED)
    details = entry.manifest.details
    assert (entry.manifest.kind, entry.manifest.format) == ("raster", "raster_file")
    assert (details["variable"], details["height_m"]) == ("wind_speed_ms", 100.0)
    assert details["mean"] == pytest.approx(6.5, abs=1e-3)
    assert np.array_equal(cells(entry)[0], SPEED)
    with rasterio.open(entry.data) as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.compression.name == "deflate"
    data = open_resource(ResourceChoice(rasters=(entry.ref,)), tmp_path / "in")
    climate = data.climate_at(np.array([101.0]), np.array([39.0]))
    assert climate.wind_speed_monthly_ms.mean() == pytest.approx(6.5, rel=0.05)


def test_the_variable_the_height_and_an_ambiguous_unit_are_asked_for(tmp_path: Path) -> None:
    plain = geotiff(tmp_path / "a.tif", SPEED)
    assert "variable: found no answer" in refused([plain], tmp_path / "in")
    said = refused([plain], tmp_path / "in", variable="wind_speed_ms")
    assert "height_m: found no answer" in said
    assert "unit: found no answer" in said  # 6.5 may be m/s or km/h
    named = geotiff(tmp_path / "wind-speed_50m.tif", SPEED, unit="m s-1")
    entry = imported([named], tmp_path / "in", format_id="raster_file")
    assert entry.manifest.details["height_m"] == 50.0


def test_a_wrong_unit_is_found_by_the_size_of_the_values_and_mended_with_consent(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "temperature_2020.tif", np.full((9, 9), 283.15, np.float32), unit="C")
    assert weights([path])["unit_wrong"] == "consent"
    assert "K by the size" in refused([path], tmp_path / "in")
    entry = imported([path], tmp_path / "in", fix__unit_wrong="yes")
    assert cells(entry)[0] == pytest.approx(10.0, abs=1e-4)
    assert entry.manifest.details["period"] == "2020"


@pytest.mark.parametrize(
    ("value", "unit", "sum_kwh"),
    [
        (4.5, "kWh/m2/day", 4.5 * 365),
        (190.0, "W m**-2", 190.0 * 8.76),
        (6000.0, "MJ/m2", 6000.0 / 3.6),
        (1.62e7, "J m**-2", 1.62e7 / 3.6e6 * 365),
        (1700.0, "kWh/m2", 1700.0),
    ],
)
def test_sun_of_any_unit_becomes_a_sum_of_the_year(
    tmp_path: Path, value: float, unit: str, sum_kwh: float
) -> None:
    entry = imported([geotiff(tmp_path / "ghi.tif", np.full((5, 5), value), unit=unit)], tmp_path / "in")
    assert entry.manifest.details["mean"] == pytest.approx(sum_kwh, rel=1e-6)


def test_a_sum_of_sun_no_place_of_china_has_is_refused(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "ghi.tif", np.full((5, 5), 9.0e4), unit="kWh/m2")
    assert "unit_impossible" in weights([path])
    assert "700 to 2600" in refused([path], tmp_path / "in", fix="yes")


def test_months_are_weighed_by_their_days(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "ghi_monthly.tif", np.full((12, 4, 4), 4.0), unit="kWh/m2/day")
    entry = imported([path], tmp_path / "in", variable="ghi_kwh_per_m2_month")
    assert cells(entry)[:, 0, 0] == pytest.approx(
        [4.0 * d for d in (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)]
    )
    one = geotiff(tmp_path / "x.tif", np.full((4, 4), 120.0), unit="kWh/m2/month")
    assert "12, January first" in refused([one], tmp_path / "no", variable="ghi_kwh_per_m2_month")


def test_a_fill_value_nobody_declared_is_found_and_left_out(tmp_path: Path) -> None:
    for fill in (-9999.0, 0.0, 3.4028234663852886e38, 65535.0):
        values = SPEED.copy()
        values[:5] = fill
        path = geotiff(tmp_path / f"wind-speed_{abs(fill):.0f}_100m.tif", values, unit="m/s")
        assert weights([path], "raster_file")["nodata_suspected"] == "consent"
        entry = imported([path], tmp_path / "in", "raster_file", height_m="100", fix__nodata_suspected="yes")
        there = cells(entry)[0]
        assert np.isnan(there[:5]).all()
        assert np.array_equal(there[5:], SPEED[5:])


def test_scale_and_offset_hold(tmp_path: Path) -> None:
    import rasterio

    path = geotiff(tmp_path / "temp_2001-2010.tif", np.full((4, 4), 150, np.int16), unit="C", nodata=-1)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.1,), (-3.0,)
    entry = imported([path], tmp_path / "in")
    assert cells(entry)[0] == pytest.approx(12.0, abs=1e-5)
    assert entry.manifest.details["period"] == "2001-2010"


def test_rows_from_the_south_are_turned(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "a.tif", SPEED, south_up=True)
    assert weights([path], **ASKED)["south_up"] == "note"
    assert np.array_equal(cells(imported([path], tmp_path / "in", **ASKED))[0], SPEED)


def test_longitudes_from_0_to_360_and_a_seam_inside_china_change_nothing(tmp_path: Path) -> None:
    whole = np.tile(np.linspace(4.0, 9.0, 360, dtype=np.float32), (20, 1))
    plain = geotiff(tmp_path / "p.tif", whole, (-180.0, 30.0, 180.0, 50.0))
    for name, first in (("from_0", 0), ("seam", -255)):
        rolled = np.roll(whole, -(first + 180), axis=1)
        turned = geotiff(tmp_path / f"{name}.tif", rolled, (float(first), 30.0, first + 360.0, 50.0))
        both = [imported([path], tmp_path / f"in_{name}", fix="yes", **ASKED) for path in (plain, turned)]
        assert np.array_equal(cells(both[0]), cells(both[1]))
        assert both[1].manifest.details["west"] == WINDOW[0]
    assert inspect_source([tmp_path / "from_0.tif"], ASKED).grid.longitudes == "0..360"  # type: ignore[union-attr]


def test_a_raster_of_the_world_is_cut_to_china_when_the_user_agrees(tmp_path: Path) -> None:
    world = np.full((180, 360), 6.0, np.float32)
    path = geotiff(tmp_path / "w.tif", world, (-180.0, -90.0, 180.0, 90.0))
    assert weights([path], **ASKED)["cut_to_china"] == "consent"
    assert "% is kept" in refused([path], tmp_path / "in", **ASKED)
    details = imported([path], tmp_path / "in", fix__cut_to_china="yes", **ASKED).manifest.details
    assert (details["west"], details["south"], details["east"], details["north"]) == WINDOW
    assert "cut_to_china" not in weights([geotiff(tmp_path / "s.tif", SPEED)], **ASKED)


def test_what_has_no_cell_in_china_is_refused(tmp_path: Path) -> None:
    far = geotiff(tmp_path / "far.tif", SPEED, (-10.0, 38.0, -8.0, 40.0))
    assert "72-137E" in refused([far], tmp_path / "in", fix="yes", **ASKED)
    empty = geotiff(tmp_path / "e.tif", np.full((9, 9), np.nan, np.float32))
    assert "no value there" in refused([empty], tmp_path / "in", fix="yes", **ASKED)


def test_a_missing_system_is_asked_for_and_exchanged_axes_are_refused(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "a.tif", SPEED, crs=None)
    assert "crs: found no answer" in refused([path], tmp_path / "in", **ASKED)
    entry = imported([path], tmp_path / "in", crs="EPSG:4326", **ASKED)
    assert entry.manifest.details["crs"] == "EPSG:4326"
    swapped = geotiff(tmp_path / "s.tif", SPEED, (38.0, 100.0, 40.0, 102.0), crs=None)
    assert "longitude along the columns" in refused(
        [swapped], tmp_path / "no", fix="yes", crs="EPSG:4326", **ASKED
    )


def test_a_rotated_raster_is_refused(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "r.tif", SPEED, rotated=True)
    assert weights([path], **ASKED)["rotated"] == "fatal"
    assert "warp it first" in refused([path], tmp_path / "in", fix="yes", **ASKED)


def test_a_cut_off_file_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    path = geotiff(tmp_path / "t.tif", rng.uniform(4, 9, (600, 600)).astype(np.float32), compress="deflate")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "t.tif" in refused([path], tmp_path / "in", fix="yes", **ASKED)


def test_damage_in_the_middle_leaves_nothing_either(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    values = rng.uniform(4, 9, (2000, 1000)).astype(np.float32)
    path = geotiff(tmp_path / "t.tif", values, compress="deflate", tiled=True, blockxsize=256, blockysize=256)
    raw = bytearray(path.read_bytes())
    middle = len(raw) // 2
    raw[middle : middle + 90_000] = bytes(90_000)
    path.write_bytes(raw)
    assert "cannot be read" in refused([path], tmp_path / "in", fix="yes", **ASKED)


def test_impossible_values_need_consent_if_few_and_are_fatal_if_many(tmp_path: Path) -> None:
    few = SPEED.copy()
    few[0, 0] = 77.0
    path = geotiff(tmp_path / "f.tif", few)
    assert weights([path], **ASKED)["values_beyond"] == "consent"
    entry = imported([path], tmp_path / "in", fix__values_beyond="yes", **ASKED)
    assert np.isnan(cells(entry)[0, 0, 0])
    assert entry.manifest.details["values_left_out"] == 1
    many = SPEED.copy()
    many[:3] = 60.0
    assert weights([geotiff(tmp_path / "m.tif", many)], **ASKED)["values_beyond"] == "fatal"


def test_a_value_only_a_full_reading_shows_is_found_too(tmp_path: Path) -> None:
    values = np.full((1800, 1800), 6.0, np.float32)
    values[3, 5] = 99.0  # beside the blocks of the sample
    path = geotiff(tmp_path / "f.tif", values)
    assert "values_beyond" not in weights([path], **ASKED)
    assert "1 values of 99 to 99" in refused([path], tmp_path / "in", **ASKED)


def test_netcdf_is_read_with_its_axes_in_any_order(tmp_path: Path) -> None:
    import xarray

    lon, lat = np.arange(100.25, 102, 0.5), np.arange(38.25, 40, 0.5)
    values = np.arange(16, dtype=np.float32).reshape(4, 4) + 1000.0  # (lat from the south, lon)
    data = xarray.Dataset(
        {"ghi": (("lon", "lat"), values.T, {"units": "kWh/m2/year"}), "flag": (("lon", "lat"), values.T)},
        {"lon": lon, "lat": lat},
    )
    data.to_netcdf(tmp_path / "sun_2015.nc", engine="h5netcdf")
    entry = imported(
        [tmp_path / "sun_2015.nc"], tmp_path / "in", variable="ghi_kwh_per_m2_year", nc_variable="ghi"
    )
    assert np.array_equal(cells(entry)[0], values[::-1])
    details = entry.manifest.details
    assert (details["west"], details["north"]) == (100.0, 40.0)
    data.assign_coords(lat=[38.25, 38.75, 39.5, 39.75]).to_netcdf(tmp_path / "odd.nc", engine="h5netcdf")
    assert "one even step" in refused([tmp_path / "odd.nc"], tmp_path / "no", "raster_file", fix="yes")


def test_rows_a_netcdf_lacks_stay_empty(tmp_path: Path) -> None:
    import xarray

    lon, lat = np.arange(100.25, 120, 0.5), np.arange(30.25, 50, 0.5)
    values = np.add.outer(lat, lon).astype(np.float32)
    data = xarray.Dataset(
        {"temp": (("lat", "lon"), values - 140.0, {"units": "degC"})}, {"lat": lat, "lon": lon}
    )
    data.isel(lat=[at for at in range(40) if at != 7]).to_netcdf(tmp_path / "t.nc", engine="h5netcdf")
    assert weights([tmp_path / "t.nc"])["lines_lacking"] == "note"
    there = cells(imported([tmp_path / "t.nc"], tmp_path / "in"))[0]
    assert there.shape == (40, 40)
    assert np.isnan(there[40 - 1 - 7]).all()
    assert np.array_equal(
        np.delete(there, 40 - 1 - 7, axis=0), np.delete(values - np.float32(140.0), 7, axis=0)[::-1]
    )


def test_people_of_china_come_in_as_their_file_has_them(tmp_path: Path) -> None:
    path = Path(__file__).resolve().parents[3] / "shared/reference/rasters/pop_density_china.nc"
    if not path.is_file():
        pytest.skip("shared/reference/rasters is not there")
    assert "crs: found no answer" in refused([path], tmp_path / "in", unit="1/km2")  # x and y, no system
    entry = imported([path], tmp_path / "in", unit="1/km2", crs="EPSG:4326", fix="yes")
    import xarray

    with xarray.open_dataset(path, engine="h5netcdf") as data:
        theirs = float(data.pop_density.sum())
    assert np.nansum(cells(entry)) == pytest.approx(theirs, rel=1e-5)
    assert entry.manifest.details["variable"] == "population_per_km2"


def test_projected_rasters_keep_their_system(tmp_path: Path) -> None:
    from gis_layers.crs import ALBERS_CHINA, to_albers

    x, y = to_albers(101.0, 39.0)
    bounds = (float(x) - 4e4, float(y) - 4e4, float(x) + 4e4, float(y) + 4e4)
    path = geotiff(tmp_path / "a.tif", SPEED, bounds, crs=ALBERS_CHINA)
    entry = imported([path], tmp_path / "in", **ASKED)
    assert np.array_equal(cells(entry)[0], SPEED)
    served = open_resource(ResourceChoice(rasters=(entry.ref,)), tmp_path / "in")
    assert served.origins[0].serves[0] == "wind_speed_100m"


def test_pieces_of_any_size_give_the_same_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(5).uniform(3, 9, (700, 1300)).astype(np.float32)
    path = geotiff(tmp_path / "a.tif", values)
    whole = cells(imported([path], tmp_path / "one", **ASKED))
    monkeypatch.setattr(raster_mosaic, "_READ_COLS", 512)
    assert np.array_equal(cells(imported([path], tmp_path / "two", **ASKED)), whole)
    assert np.array_equal(whole[0], values)


def test_a_stop_leaves_nothing(tmp_path: Path) -> None:
    from gis_layers.errors import Cancelled
    from resources.sources.importing import import_source

    def stop(share: float, what: str) -> None:
        if share > 0.3:
            raise Cancelled

    path = geotiff(tmp_path / "a.tif", SPEED)
    with pytest.raises(Cancelled):
        import_source([path], ASKED, tmp_path / "in", progress=stop)
    assert list((tmp_path / "in").iterdir()) == []


def test_text_that_is_no_raster_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"II*\x00nothing")
    with pytest.raises(InputError):
        imported([path], tmp_path / "in", **ASKED)


@pytest.mark.slow
def test_a_raster_of_2_gb_comes_in_with_less_than_500_mb_of_memory(tmp_path: Path) -> None:
    import subprocess
    import sys

    import rasterio
    from rasterio.windows import Window

    path = tmp_path / "CHN_wind-speed_100m.tif"
    rows, cols = 20_000, 25_000
    with rasterio.open(
        path, "w", driver="GTiff", width=cols, height=rows, count=1, dtype="float32", crs="EPSG:4326",
        transform=rasterio.Affine(0.0024, 0.0, 74.0, 0.0, -0.0018, 54.0), tiled=True, compress="deflate", zlevel=1,
    ) as file:  # fmt: skip
        line = np.linspace(4.0, 9.0, cols, dtype=np.float32)
        for top in range(0, rows, 512):
            count = min(512, rows - top)
            file.write(np.broadcast_to(line, (1, count, cols)), window=Window(0, top, cols, count))
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from benchmarks.peak import peak_mib\n"
        "from resources.sources.importing import import_source, read_manifest\n"
        "made = import_source([Path(sys.argv[1])], {}, Path(sys.argv[2]))\n"
        "print(read_manifest(made).details['mean'], round(peak_mib()))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(path), str(tmp_path / "in")],
        capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    mean, peak_mb = said.stdout.split()
    assert float(mean) == pytest.approx(6.5, abs=1e-3)
    assert int(peak_mb) < 500
