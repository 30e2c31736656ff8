"""What the importer finds out about files, and what it makes of them with the user's answers."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import rasterio
import shapely
from numpy.typing import NDArray

from gis_layers.boundary import regions
from gis_layers.errors import InputError
from gis_layers.importer.apply import apply
from gis_layers.importer.archive import unpack
from gis_layers.importer.datum import wgs84_to_gcj02
from gis_layers.importer.inspect import inspect_file
from gis_layers.importer.report import LayerReport
from gis_layers.vector import read_layer, write_layer

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"
NAMES = ["溪洛渡水电站", "锦屏一级", "白鹤滩"]
POINTS = [(103.65, 28.26), (101.63, 28.19), (102.9, 27.2)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "中文 与 spaces"
    made.mkdir()
    return made


def write_tif(path: Path, values: NDArray[np.generic], **profile: object) -> Path:
    given = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype.name,
        "crs": "EPSG:4326",
        "transform": rasterio.Affine(0.1, 0.0, 100.0, 0.0, -0.1, 40.0),
        **profile,
    }
    with rasterio.open(path, "w", **given) as out:
        out.write(values, 1)
    return path


def write_shp(path: Path, encoding: str) -> Path:
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(shapely.points(POINTS)),
        field_data=[np.array(NAMES, dtype=object), np.array([13860, 3600, 16000])],
        fields=np.array(["名称", "MW"], dtype=object),
        geometry_type="Point",
        crs="EPSG:4326",
        driver="ESRI Shapefile",
        encoding=encoding,
    )
    return path


def asked(layer: LayerReport) -> set[str]:
    return {question.id for question in layer.questions}


def found(layer: LayerReport) -> set[str]:
    return {finding.code for finding in layer.findings}


def test_a_raster_tells_its_place_size_and_statistics_and_only_the_unit_is_asked(folder: Path) -> None:
    values = np.arange(600, dtype=np.float32).reshape(20, 30)
    path = write_tif(folder / "风速 100m.tif", values)
    layer = inspect_file(path).layers[0]
    assert (layer.width, layer.height, layer.bands[0].dtype) == (30, 20, "float32")
    assert layer.crs is not None
    assert layer.crs.value == "EPSG:4326"
    assert layer.bounds_wgs84 == pytest.approx((100.0, 38.0, 103.0, 40.0))
    assert (layer.bands[0].low, layer.bands[0].high, layer.bands[0].mean) == (0.0, 599.0, 299.5)
    assert asked(layer) == {"unit"}
    made = apply(inspect_file(path), {"unit": "m/s"})
    assert (made.unit, made.band, made.path, made.copied) == ("m/s", 1, path, False)


@pytest.mark.parametrize(
    ("fill", "dtype"), [(-9999.0, "float32"), (1e20, "float32"), (255, "uint8"), (-32768, "int16")]
)
def test_undeclared_nodata_is_suspected_and_kept_out_of_statistics(
    folder: Path, fill: float, dtype: str
) -> None:
    values = (np.arange(600) % 90).reshape(20, 30).astype(dtype)
    values[:5] = fill
    path = write_tif(folder / "a.tif", values)
    layer = inspect_file(path).layers[0]
    assert layer.bands[0].suspected_share == pytest.approx(0.25)
    assert layer.bands[0].high == 89.0
    assert "nodata" in asked(layer)
    assert apply(inspect_file(path), {"unit": "1"}).nodata == pytest.approx(fill)
    assert apply(inspect_file(path), {"unit": "1", "nodata": ""}).nodata is None


def test_values_that_only_look_like_fill_are_left_alone(folder: Path) -> None:
    slope = (np.arange(600) % 256).reshape(20, 30).astype(np.uint8)
    layer = inspect_file(write_tif(folder / "a.tif", slope)).layers[0]
    assert layer.bands[0].suspected_nodata is None


def test_a_raster_without_crs_is_asked_for_it_and_likely_ones_are_named(folder: Path) -> None:
    values = np.ones((20, 30), dtype=np.float32)
    layer = inspect_file(write_tif(folder / "a.tif", values, crs=None)).layers[0]
    question = next(q for q in layer.questions if q.id == "crs")
    assert question.choices[0].value == "EPSG:4326"
    zone = rasterio.Affine(100.0, 0.0, 38_500_000.0, 0.0, -100.0, 4_400_000.0)
    layer = inspect_file(write_tif(folder / "b.tif", values, crs=None, transform=zone)).layers[0]
    question = next(q for q in layer.questions if q.id == "crs")
    assert question.choices[0].value == "EPSG:4526"  # zone 38 of the 3-degree zones
    with pytest.raises(InputError, match="crs"):
        apply(inspect_file(folder / "b.tif"), {"unit": "m"})
    with pytest.raises(InputError, match="PROJ knows"):
        apply(inspect_file(folder / "b.tif"), {"unit": "m", "crs": "EPSG:0"})


def test_beijing_1954_is_warned_of_and_cgcs2000_is_not(folder: Path) -> None:
    values = np.ones((20, 30), dtype=np.float32)
    for crs, code, warns in (("EPSG:4214", "beijing54", True), ("EPSG:4490", "cgcs2000", False)):
        layer = inspect_file(write_tif(folder / "a.tif", values, crs=crs)).layers[0]
        assert [f.warning for f in layer.findings if f.code == code] == [warns]


def test_a_large_raster_is_sampled_not_read(folder: Path) -> None:
    path = folder / "large.tif"
    size = 40_000
    with rasterio.open(
        path, "w", driver="GTiff", width=size, height=size, count=1, dtype="float32", crs="EPSG:4326",
        transform=rasterio.Affine(60 / size, 0.0, 74.0, 0.0, -40 / size, 54.0),
        tiled=True, blockxsize=256, blockysize=256, SPARSE_OK=True, BIGTIFF="YES",
    ) as out:  # fmt: skip
        out.write(np.full((256, 256), 7.0, np.float32), 1, window=rasterio.windows.Window(0, 0, 256, 256))
    layer = inspect_file(path).layers[0]
    assert (layer.width, layer.height) == (size, size)
    assert layer.preview is not None
    assert layer.preview.values is not None
    assert layer.preview.values.size < 400_000


def test_a_cut_off_raster_says_so(folder: Path) -> None:
    rng = np.random.default_rng(1)
    path = write_tif(folder / "断 了.tif", rng.random((400, 400)).astype(np.float32), compress="deflate")
    path.write_bytes(path.read_bytes()[:300_000])
    with pytest.raises(InputError, match=r"断 了\.tif"):
        inspect_file(path)


def test_a_raster_in_one_huge_block_is_refused(folder: Path) -> None:
    path = folder / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=20_000, height=20_000, count=1, dtype="float32", crs="EPSG:4326",
        transform=rasterio.Affine(0.001, 0.0, 100.0, 0.0, -0.001, 40.0), blockysize=20_000, compress="deflate",
        SPARSE_OK=True,
    ):  # fmt: skip
        pass
    with pytest.raises(InputError, match="tiles or strips"):
        inspect_file(path)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.tif", b"", "empty"),
        ("a.vrt", b"<VRTDataset rasterXSize='1'><SourceFilename>/vsicurl/http://x/y.tif", "virtual"),
        ("a.tif", b"  <VRTDataset rasterXSize='1'>", "virtual"),
        ("a.gpkg", b"<OGRVRTDataSource>", "virtual"),
        ("a.json", b'{"type": "gdal_streamed_alg", "command_line": "x"}', "pipeline"),
        ("a.json", b'{"hello": 1}', "no GeoJSON"),
        ("a.bin", bytes(range(1, 200)), "unknown bytes"),
        ("a.csv", b"just words\nand words\n", "without columns"),
        ("a.xlsx", b"PK\x03\x04....", "Excel"),
        ("a.tif", b"II*\x00\x08\x00\x00\x00garbage", "raster"),
        ("a.gpkg", b"SQLite format 3\x00" + bytes(200), "geopackage"),
        ("a.epw", b"LOCATION,x,y\n", "LOCATION"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(
    folder: Path, name: str, content: bytes, expected: str
) -> None:
    path = folder / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=expected) as caught:
        inspect_file(path)
    assert name in str(caught.value)


def test_links_folders_and_missing_files_are_refused(folder: Path) -> None:
    real = write_tif(folder / "a.tif", np.ones((2, 2), dtype=np.uint8))
    (folder / "link.tif").symlink_to(real)
    for path in (folder / "link.tif", folder, folder / "nothing.tif"):
        with pytest.raises(InputError, match="expected"):
            inspect_file(path)


@pytest.mark.parametrize("cpg", ["", "UTF-8", "GBK"])
def test_a_gbk_shapefile_is_read_whatever_its_cpg_says(folder: Path, cpg: str) -> None:
    path = write_shp(folder / "电站.shp", "GBK")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg:
        path.with_suffix(".cpg").write_text(cpg)
    report = inspect_file(path.with_suffix(".dbf"))
    assert report.path == path
    layer = report.layers[0]
    assert layer.encoding is not None
    assert layer.encoding.value == "gb18030"
    assert layer.fields[0].name == "名称"
    assert layer.fields[0].samples[0] == NAMES[0]
    assert ("encoding_contradicted" in found(layer)) == (cpg == "UTF-8")
    made = apply(report, {"datum": "wgs84", "encoding": "gb18030"}, folder / "out")
    copied = read_layer(made.path, made.layer)
    assert copied.text("名称") == tuple(NAMES)
    np.testing.assert_allclose(shapely.get_coordinates(copied.geometry), POINTS, atol=1e-12)


def test_parts_of_a_shapefile_may_be_missing_but_the_index_and_its_end(folder: Path) -> None:
    path = write_shp(folder / "a.shp", "UTF-8")
    path.with_suffix(".prj").unlink()
    layer = inspect_file(path).layers[0]
    assert "crs_missing" in found(layer)
    assert "crs" in asked(layer)
    path.with_suffix(".dbf").unlink()
    assert "dbf_missing" in found(inspect_file(path).layers[0])
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with pytest.raises(InputError, match="header says"):
        inspect_file(path)
    path.write_bytes(whole)
    path.with_suffix(".shx").unlink()
    with pytest.raises(InputError, match=r"a\.shx"):
        inspect_file(path)


def test_all_layers_of_a_geopackage_are_reported(folder: Path) -> None:
    path = folder / "多层.gpkg"
    write_layer(path, "站点", shapely.points(POINTS), "Point", {"name": NAMES})
    write_layer(path, "线", [shapely.LineString(POINTS)], "LineString", {"mw": [8000.0]})
    report = inspect_file(path)
    assert [(layer.name, layer.geometry, layer.rows) for layer in report.layers] == [
        ("站点", "Point", 3),
        ("线", "LineString", 1),
    ]
    assert apply(report, {"datum": "wgs84"}, layer="线").layer == "线"
    with pytest.raises(InputError, match="one of 站点, 线"):
        report.layer("面")


def county_file(path: Path, shifted: bool) -> Path:
    """The cities of a province, with corners moved by up to 30 m as another survey would have them."""
    codes = regions("city", 0)
    chosen = np.array(
        [shape for code, shape in zip(codes.ids, codes.geometry, strict=True) if code[:2] == "62"]
    )

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        xy = xy + 3e-4 * np.sin(9973.0 * xy)
        return np.column_stack(wgs84_to_gcj02(xy[:, 0], xy[:, 1])) if shifted else xy

    shapes = shapely.transform(chosen, moved)
    features = [
        {"type": "Feature", "properties": {"n": at}, "geometry": json.loads(shapely.to_geojson(shape))}
        for at, shape in enumerate(shapes)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_shifted_borders_are_recognised_and_put_right(folder: Path) -> None:
    report = inspect_file(county_file(folder / "甘肃.geojson", shifted=True))
    layer = report.layers[0]
    assert layer.datum is not None
    assert (layer.datum.value, layer.datum.how) == ("gcj02", "borders")
    assert layer.datum.confidence > 0.6
    assert {"datum"} <= asked(layer)
    made = apply(report, {"datum": "gcj02"}, folder / "out")
    assert made.copied
    again = inspect_file(made.path).layers[0]
    assert again.datum is not None
    assert again.datum.value == "wgs84"
    with pytest.raises(InputError, match="datum"):
        apply(report, {}, folder / "out")


def test_true_borders_are_not_asked_about(folder: Path) -> None:
    layer = inspect_file(county_file(folder / "a.geojson", shifted=False)).layers[0]
    assert layer.datum is not None
    assert layer.datum.value == "wgs84"
    assert "datum" not in asked(layer)


def test_outlines_that_are_no_borders_cannot_tell(folder: Path) -> None:
    path = folder / "farm.gpkg"
    rng = np.random.default_rng(3)
    farms = shapely.buffer(shapely.points(rng.uniform([95.0, 35.0], [105.0, 41.0], (60, 2))), 0.05)
    write_layer(path, "farms", farms, "Polygon", {"n": np.arange(60)})
    layer = inspect_file(path).layers[0]
    assert layer.datum is None
    assert "datum" in asked(layer)
    assert apply(inspect_file(path), {}).path == path


def test_a_file_that_names_its_shift_is_suspected(folder: Path) -> None:
    path = folder / "高德 充电站.csv"
    path.write_text("名称,经度,纬度\n甲,116.4,39.9\n乙,116.5,39.8\n", encoding="gb18030")
    layer = inspect_file(path).layers[0]
    question = next(q for q in layer.questions if q.id == "datum")
    assert question.required
    assert question.choices[0].value == "gcj02"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_in_any_encoding_and_delimiter(folder: Path, encoding: str, delimiter: str) -> None:
    path = folder / "电站 表.csv"
    rows = [["名称", "经度", "纬度", "装机(MW)", "编码"]]
    rows += [
        [n, str(x), str(y), str(mw), f"0{mw}"] for n, (x, y), mw in zip(NAMES, POINTS, (1, 2, 3), strict=True)
    ]
    path.write_bytes("\n".join(delimiter.join(row) for row in rows).encode(encoding))
    report = inspect_file(path)
    layer = report.layers[0]
    assert layer.table is not None
    assert layer.table.delimiter == delimiter
    assert layer.table.lon is not None
    assert layer.table.lon.value == "经度"
    assert layer.rows == 3
    made = apply(report, {}, folder / "out")
    copied = read_layer(made.path, made.layer)
    assert copied.text("名称") == tuple(NAMES)
    assert copied.text("编码") == ("01", "02", "03")
    assert copied.columns["装机(MW)"].dtype.kind == "i"
    np.testing.assert_allclose(shapely.get_coordinates(copied.geometry), POINTS)


def test_degrees_minutes_seconds_decimal_commas_titles_and_bad_rows_are_managed(folder: Path) -> None:
    path = folder / "a.csv"
    path.write_text(
        "全国电站名录;;;\n站名;东经;北纬;MW\n甲;116°24′E;39°54′N;1,5\n乙;113,25;23,5;2,5\n丙;不详;;3\n",
        encoding="utf-8",
    )
    report = inspect_file(path)
    layer = report.layers[0]
    assert layer.table is not None
    assert (layer.table.header_row, layer.table.decimal_comma) == (1, True)
    assert "rows_without_place" in found(layer)
    made = apply(report, {}, folder / "out")
    assert made.left_out == 1
    copied = read_layer(made.path, made.layer)
    np.testing.assert_allclose(shapely.get_coordinates(copied.geometry), [(116.4, 39.9), (113.25, 23.5)])
    np.testing.assert_allclose(copied.columns["MW"], [1.5, 2.5])


def test_exchanged_columns_are_suspected_and_the_answer_is_taken(folder: Path) -> None:
    path = folder / "a.csv"
    path.write_text("name,lon,lat\na,39.9,116.4\nb,23.5,113.3\n", encoding="utf-8")
    report = inspect_file(path)
    layer = report.layers[0]
    assert "swapped" in found(layer)
    assert layer.bounds_wgs84 == pytest.approx((113.3, 23.5, 116.4, 39.9))
    with pytest.raises(InputError, match="order"):
        apply(report, {}, folder / "out")
    assert apply(report, {"order": "swapped"}, folder / "out").bounds_wgs84 == layer.bounds_wgs84


def test_a_table_without_names_is_recognised_by_its_values(folder: Path) -> None:
    path = folder / "a.csv"
    path.write_text("甲,39.91,116.41,300\n乙,23.52,113.34,200\n", encoding="utf-8")
    layer = inspect_file(path).layers[0]
    assert layer.table is not None
    assert layer.table.header_row is None
    assert layer.table.lon is not None
    assert layer.table.lat is not None
    assert (layer.table.lon.value, layer.table.lat.value) == ("column 3", "column 2")
    assert {"lon", "lat"} <= asked(layer)


def test_projected_coordinates_of_a_table_are_asked_for_their_system(folder: Path) -> None:
    path = folder / "a.csv"
    path.write_text("x,y,name\n38500000,4400000,a\n38510000,4410000,b\n", encoding="utf-8")
    report = inspect_file(path)
    assert asked(report.layers[0]) == {"crs"}
    made = apply(report, {"crs": "EPSG:4526"}, folder / "out")
    assert made.bounds_wgs84 is not None
    assert made.bounds_wgs84[0] == pytest.approx(114.0)  # the central meridian of zone 38
    with pytest.raises(InputError, match="coordinates of EPSG:4326"):
        apply(report, {"crs": "EPSG:4326"}, folder / "out")


def test_odd_attributes_exchanged_axes_and_bd09_are_put_right_in_the_copy(folder: Path) -> None:
    path = folder / "e.geojson"
    place = {"type": "Point", "coordinates": [39.92133699351021, 116.41036949371029]}
    properties = ({"a": [1, 2], "fid": 3, "b": None}, {"a": [1], "fid": 4, "b": True, "B": "x"})
    features = [
        {"type": "Feature", "properties": one, "geometry": geometry}
        for one, geometry in zip(properties, (None, place), strict=True)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    report = inspect_file(path)
    assert {"swapped", "shapes_missing"} <= found(report.layers[0])
    made = apply(report, {"order": "swapped", "datum": "bd09"}, folder / "out")
    copied = read_layer(made.path, made.layer)
    assert copied.text("B_2") == (None, "x")
    lon, lat = shapely.get_coordinates(copied.geometry)[0]
    assert (lon, lat) == pytest.approx((116.39775, 39.91360), abs=2e-5)


def test_a_name_that_hides_a_path_is_refused(folder: Path) -> None:
    path = folder / "a.geojson"
    county_file(path, shifted=False).rename(folder / "a!b.geojson")
    with pytest.raises(InputError, match="rename"):
        inspect_file(folder / "a!b.geojson")


def test_a_table_without_coordinates_says_what_it_lacks(folder: Path) -> None:
    path = folder / "a.csv"
    path.write_text("省,装机\n甘肃,三百\n", encoding="utf-8")
    with pytest.raises(InputError, match="经度"):
        inspect_file(path)


def test_a_zip_is_unpacked_with_its_chinese_names(folder: Path) -> None:
    shp = write_shp(folder / "a.shp", "UTF-8")
    archive = folder / "打包.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        for part in folder.glob("a.*"):
            if part.suffix != ".zip":
                bundle.write(part, f"数据/{part.name}")
    (main,) = unpack(archive, folder / "out")
    assert main == folder / "out" / "数据" / shp.name
    assert inspect_file(main).layers[0].rows == 3


def test_unsafe_zips_are_refused_and_leave_nothing(folder: Path) -> None:
    def make(name: str, content: bytes, attributes: int = 0) -> Path:
        path = folder / "a.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
            member = zipfile.ZipInfo(name)
            member.external_attr = attributes << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(member, content)
        return path

    out = folder / "out"
    for path, expected in (
        (lambda: make("../evil.tif", b"x"), "inside the folder"),
        (lambda: make("/etc/evil.tif", b"x"), "inside the folder"),
        (lambda: make("C:\\evil.tif", b"x"), "inside the folder"),
        (lambda: make("link.tif", b"/etc/passwd", 0o120777), "link"),
        (lambda: make("bomb.tif", bytes(60 * 2**20)), "times"),
        (lambda: make("read.me", b"x"), "GeoTIFF"),
    ):
        with pytest.raises(InputError, match=expected):
            unpack(path(), out)
        assert not out.exists()
    (folder / "a.zip").write_bytes(b"PK\x03\x04broken")
    with pytest.raises(InputError, match="zip"):
        unpack(folder / "a.zip", out)


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="shared/reference is not here")
def test_real_files_are_read_as_documented() -> None:
    elevation = inspect_file(REFERENCE / "rasters" / "gebco_2025_CN.tif").layers[0]
    assert (elevation.bands[0].unit, elevation.bands[0].nodata) == ("m", -32767.0)
    assert asked(elevation) == set()
    stations = inspect_file(REFERENCE / "power_plants" / "WRI_GPPD_raw_China.csv").layers[0]
    assert stations.rows == 3137
    weather = inspect_file(REFERENCE / "weather_epw" / "CHN_Beijing.Beijing.545110_CSWD.epw")
    assert weather.kind == "epw"
    assert weather.layers[0].bounds == pytest.approx((116.47, 39.80, 116.47, 39.80))
    assert apply(weather, {}).kind == "weather"
