"""Areas not to build on: any vector file, its shapes mended and its shift turned back, and the rule they make."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gis_layers.boundary import regions
from gis_layers.crs import area_km2
from gis_layers.errors import InputError
from gis_layers.grid import TERRAIN
from gis_layers.importer.datum import wgs84_to_gcj02
from gis_layers.raster import cell_area_km2
from gis_layers.vector import write_layer
from resources.areas import areas_rule
from resources.eligible import rules_for, share_left
from resources.sources.areas import open_areas
from resources.sources.importing import inspect_source
from tests.resources.library_factory import raster_entry
from tests.resources.rasters_made import imported, refused, weights

PARK = shapely.box(100.0, 38.0, 100.5, 38.5)


def geojson(path: Path, shapes: list[Any], **columns: list[str]) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {name: values[at] for name, values in columns.items()},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for at, shape in enumerate(shapes)
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), "utf-8"
    )
    return path


def shapefile(path: Path, shapes: list[Any], crs: str, encoding: str, **columns: list[str]) -> Path:
    import pyogrio.raw

    pyogrio.raw.write(
        path, geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=[np.array(values, dtype=object) for values in columns.values()],
        fields=np.array(list(columns), dtype=object), driver="ESRI Shapefile", geometry_type="Polygon", crs=crs,
        encoding=encoding,
    )  # fmt: skip
    return path


def test_areas_become_a_rule_that_takes_their_area(tmp_path: Path) -> None:
    other = shapely.box(110.0, 30.0, 111.0, 31.0)
    path = geojson(
        tmp_path / "保护区.geojson", [PARK, other], name=["祁连山", "神农架"], 类型=["国家级", "省级"]
    )
    entry = imported([path], tmp_path / "in")
    assert (entry.manifest.kind, entry.manifest.format) == ("areas", "areas")
    held = open_areas(entry.data)
    assert held.text("name") == ("祁连山", "神农架")
    assert held.text("category") == ("国家级", "省级")
    km2 = area_km2(PARK) + area_km2(other)
    assert entry.manifest.details["area_km2"] == pytest.approx(km2, rel=1e-6)
    rule = areas_rule(entry)
    assert float(((1.0 - rule.kept) * cell_area_km2(TERRAIN)).sum()) == pytest.approx(km2, rel=1e-4)
    row, col = np.argmin(abs(TERRAIN.lat_deg - 38.25)), np.argmin(abs(TERRAIN.lon_deg - 100.25))
    assert share_left(rules_for("wind", more=(rule,)))[row, col] == 0.0
    assert rule.title_zh == "自然保护地"


def test_areas_that_overlap_are_counted_once(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [PARK, shapely.box(100.25, 38.0, 100.75, 38.5)], id=["1", "2"])
    entry = imported([path], tmp_path / "in", what="red_line")
    assert entry.manifest.details["area_km2"] == pytest.approx(1.5 * area_km2(PARK), rel=1e-6)
    assert areas_rule(entry).title_en == "ecological red lines"


def test_a_projected_shapefile_in_gbk_comes_in_as_degrees_and_text(tmp_path: Path) -> None:
    from gis_layers.crs import ALBERS_CHINA, geometry_to_albers

    folder = tmp_path / "delivery"
    folder.mkdir()
    shapefile(folder / "hx.shp", [geometry_to_albers(PARK)], ALBERS_CHINA, "GBK", 名称=["红线甲"])
    entry = imported([folder], tmp_path / "in", name_field="名称")
    held = open_areas(entry.data)
    assert held.text("name") == ("红线甲",)
    assert held.geometry[0].bounds == pytest.approx(PARK.bounds, abs=1e-6)
    assert len(entry.manifest.originals) == len(list(folder.iterdir()))


def test_outlines_that_cross_themselves_are_mended_with_consent(tmp_path: Path) -> None:
    bow = shapely.Polygon([(100, 38), (101, 39), (101, 38), (100, 39)])
    path = geojson(tmp_path / "a.geojson", [PARK, bow], id=["1", "2"])
    assert weights([path])["shapes_invalid"] == "consent"
    assert "1 of 2" in refused([path], tmp_path / "in")
    entry = imported([path], tmp_path / "in", fix__shapes_invalid="yes")
    held = open_areas(entry.data)
    assert shapely.is_valid(held.geometry).all()
    halves = area_km2(shapely.Polygon([(100, 38), (100.5, 38.5), (100, 39)]))
    halves += area_km2(shapely.Polygon([(101, 38), (101, 39), (100.5, 38.5)]))
    assert held.columns["area_km2"][1] == pytest.approx(halves, rel=1e-6)
    assert entry.manifest.details["corrected_shapes"] == 1


def test_borders_in_gcj02_are_seen_and_turned_back(tmp_path: Path) -> None:
    cities = regions("city", 0)
    true = cities.geometry[cities.ids.index("632800")]
    shifted = shapely.transform(true, lambda xy: np.column_stack(wgs84_to_gcj02(xy[:, 0], xy[:, 1])))
    path = geojson(tmp_path / "areas.geojson", [shifted], name=["海西"])
    assert weights([path])["datum_shifted"] == "note"
    assert "datum: found no answer" in refused([path], tmp_path / "in")
    entry = imported([path], tmp_path / "in", datum="gcj02", fix="yes")
    back = shapely.get_coordinates(open_areas(entry.data).geometry)
    assert np.abs(back.mean(axis=0) - shapely.get_coordinates(true).mean(axis=0)).max() < 1e-4
    assert area_km2(open_areas(entry.data).geometry[0]) == pytest.approx(area_km2(true), rel=1e-5)


def test_of_several_layers_the_one_of_polygons_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_layer(path, "towns", [shapely.Point(100, 38)], "Point", {"n": ["x"]})
    write_layer(path, "parks", [PARK], "Polygon", {"n": ["y"]})
    report = inspect_source([path])
    layers = next(question for question in report.questions if question.id == "layer")
    assert [choice.value for choice in layers.choices] == ["parks", "towns"]
    assert imported([path], tmp_path / "in").manifest.details["areas"] == 1
    assert "polygons" in refused([path], tmp_path / "no", layer="towns")


def test_what_is_no_area_in_china_is_refused(tmp_path: Path) -> None:
    far = geojson(tmp_path / "far.geojson", [shapely.box(2.0, 48.0, 3.0, 49.0)], id=["1"])
    assert weights([far])["outside_china"] == "fatal"
    assert "places in China" in refused([far], tmp_path / "in", fix="yes")
    line = geojson(tmp_path / "l.geojson", [shapely.LineString([(100, 38), (101, 39)])], id=["1"])
    assert weights([line])["no_polygons"] == "fatal"
    nowhere = shapefile(tmp_path / "x.shp", [PARK], "EPSG:4326", "UTF-8", n=["1"])
    (tmp_path / "x.prj").unlink()
    assert "crs: found no answer" in refused([nowhere], tmp_path / "in")
    exchanged = shapely.box(38.0, 100.0, 38.5, 100.5)
    swapped = shapefile(tmp_path / "s.shp", [exchanged], "EPSG:4326", "UTF-8", n=["1"])
    (tmp_path / "s.prj").unlink()
    assert "order: found no answer" in refused([swapped], tmp_path / "in", crs="EPSG:4326")
    entry = imported([swapped], tmp_path / "in", crs="EPSG:4326", order="swapped")
    assert open_areas(entry.data).geometry[0].bounds == pytest.approx(PARK.bounds)


def test_a_cut_off_geopackage_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_layer(path, "parks", [PARK], "Polygon", {"n": ["y"]})
    path.write_bytes(path.read_bytes()[:20_000])
    assert "a.gpkg" in refused([path], tmp_path / "in", fix="yes")


def test_other_entries_make_no_such_rule(tmp_path: Path) -> None:
    entry = raster_entry(tmp_path, "x", "elevation_m", np.ones((1, 5, 5)), (100.0, 38.0, 102.0, 40.0))
    with pytest.raises(InputError, match="imported areas"):
        areas_rule(entry)
