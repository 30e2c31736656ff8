"""An area as the user gives it: taken as meant, or refused with every reason in one message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from app.messages import WORDS
from gis_layers.crs import area_km2
from gis_layers.errors import InputError
from planning.siting.area import area_of, read_area

ORDOS = shapely.box(107.0, 39.0, 108.0, 40.0)


def _write(folder: Path, document: Any) -> Path:
    path = folder / "AREA.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _feature(shape: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)}


def _collection(*shapes: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [_feature(shape) for shape in shapes]}


def test_a_feature_gives_its_name_and_its_geodesic_area(tmp_path: Path) -> None:
    area = read_area(_write(tmp_path, _feature(ORDOS, name="库布齐")))
    assert area.name == "库布齐"
    assert area.area_km2 == pytest.approx(area_km2(ORDOS), rel=1e-9)
    assert [note.code for note in area.notes] == ["area_datum"]


def test_edges_are_geodesics_like_the_area_that_is_told() -> None:
    wide = area_of(shapely.box(100.0, 38.0, 104.0, 40.0), "wide")
    assert len(wide.outline.exterior.coords) > 200
    assert wide.area_km2 == pytest.approx(area_km2(shapely.box(100.0, 38.0, 104.0, 40.0)), rel=1e-8)
    # The northern edge bows north of its parallel.
    assert wide.outline.bounds[3] > 40.01


def test_several_polygons_are_taken_together_and_it_is_said(tmp_path: Path) -> None:
    other = shapely.box(107.5, 39.0, 108.5, 40.0)
    area = read_area(_write(tmp_path, _collection(ORDOS, other)))
    assert area.area_km2 == pytest.approx(1.5 * area_km2(ORDOS), rel=1e-5)
    joined = next(note for note in area.notes if note.code == "area_joined")
    assert joined.params["count"] == 2
    assert joined.params["twice_km2"] == pytest.approx(0.5 * area_km2(ORDOS), abs=1.0)


def test_every_bad_feature_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    bow = shapely.Polygon([(106, 39), (108, 41), (108, 39), (106, 41)])
    swapped = shapely.box(39.0, 107.0, 40.0, 108.0)
    metres = shapely.box(400_000, 4_000_000, 410_000, 4_010_000)
    with pytest.raises(InputError) as caught:
        read_area(_write(tmp_path, _collection(bow, swapped, metres, shapely.Polygon())))
    said = [str(problem) for problem in caught.value.problems]
    assert len(said) == 4
    assert "Self-intersection[107 40]" in said[0]
    assert "exchanged" in said[1]
    assert "not metres of a projection" in said[2]
    assert "empty" in said[3]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (_feature(shapely.Point(107, 39)), "Polygon or MultiPolygon"),
        (_feature(shapely.LineString([(107, 39), (108, 40)])), "Polygon or MultiPolygon"),
        ({"type": "FeatureCollection", "features": []}, "at least one polygon"),
        ({"type": "Feature", "properties": {}, "geometry": None}, "a GeoJSON object"),
        ({"type": "Polygon", "coordinates": [[[107, 39], [108, 39]]]}, "at least four places"),
        ({"type": "Polygon", "coordinates": [[["x", 39], [108, 39], [108, 40]]]}, "at least four places"),
        ([1, 2], "a GeoJSON object"),
        ({**_feature(ORDOS), "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::32649"}}}, "WGS84 degrees"),
    ],
)  # fmt: skip
def test_what_is_no_polygon_is_refused_with_what_is_expected(
    tmp_path: Path, document: Any, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        read_area(_write(tmp_path, document))


@pytest.mark.parametrize("text", ["{", "[" * 3000, '{"type": "Point", "coordinates": [NaN, 1]}', "\xff"])
def test_text_that_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "AREA.geojson"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError):
        read_area(path)
    with pytest.raises(InputError, match="No such file"):
        read_area(tmp_path / "gone.geojson")


def test_half_at_sea_is_refused_without_consent_and_cut_with_it() -> None:
    coast = shapely.box(118.0, 38.0, 121.0, 40.0)
    with pytest.raises(InputError, match=r"at sea.*clip"):
        area_of(coast, "coast")
    area = area_of(coast, "coast", clip=True)
    cut = next(note for note in area.notes if note.code == "area_clipped")
    assert 0 < area.area_km2 < area_km2(coast)
    assert area.area_km2 + float(cut.params["cut_km2"]) == pytest.approx(area_km2(coast), abs=1.0)


def test_over_the_border_names_the_share_abroad() -> None:
    border = shapely.box(107.0, 41.0, 109.0, 44.0)
    with pytest.raises(InputError) as caught:
        area_of(border, "border")
    found = caught.value.problems[0].found
    assert 20 < float(found.split("%")[0]) < 80
    assert "abroad" in found
    with pytest.raises(InputError, match="land of China"):
        area_of(shapely.box(106.0, 46.0, 107.0, 47.0), "Mongolia", clip=True)


def test_sizes_have_limits_with_a_reason() -> None:
    with pytest.raises(InputError, match="one cell of the answer"):
        area_of(shapely.box(107.0, 39.0, 107.001, 39.001), "garden")
    with pytest.raises(InputError, match="takes too long"):
        area_of(shapely.box(75.0, 20.0, 130.0, 50.0), "everything")


def test_notes_have_words_in_both_languages() -> None:
    for code in ("area_joined", "area_clipped", "area_datum"):
        assert all(WORDS[code])
