"""What rules take of an area: counted by hand, the same however it is cut into tiles, and adding up to the area."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import distance_transform_edt

from gis_layers.errors import BalanceError, Cancelled, InputError
from planning.siting import exclusion
from planning.siting.coverage import Coverage
from planning.siting.eligibility import Eligibility
from planning.siting.exclusion import eligibility_of
from planning.siting.raster_tiles import Tile, Window, horn_slope_percent
from planning.siting.reach import within
from planning.siting.rules import load_rules
from tests.planning.siting_rasters import (
    NORTH_M,
    WEST_M,
    area_on_map,
    rule_set,
    square,
    write_raster,
    write_shapes,
)


def _row(answer: Eligibility, rule_id: str, technology: str = "wind") -> Any:
    return next(row for row in answer.rows_of(technology) if row.rule_id == rule_id)


def test_a_road_with_a_buffer_of_500_m_takes_a_square_kilometre_a_kilometre(tmp_path: Path) -> None:
    middle = WEST_M + 10_000.0
    line = shapely.LineString([(middle, NORTH_M + 3_000), (middle, NORTH_M - 23_000)])
    file = write_shapes(tmp_path / "road.gpkg", [line], "LineString")
    answer = eligibility_of(square(), rule_set({"id": "road", "kind": "road", "buffer_m": 500, "file": file}))
    assert _row(answer, "road").in_order_km2 == pytest.approx(20.0, abs=1e-6)
    assert answer.eligible_km2["wind"] == pytest.approx(380.0, abs=1e-3)
    # Cells beside the road lose the half that is within 500 m of it; the others nothing.
    assert answer.eligible_share["pv"][:, 9] == pytest.approx(np.full(20, 0.5))
    assert answer.eligible_share["pv"][:, 11] == pytest.approx(np.ones(20))


def test_overlapping_rules_take_twice_alone_and_once_in_order(tmp_path: Path) -> None:
    first, second = np.zeros((200, 200), np.uint8), np.zeros((200, 200), np.uint8)
    first[20:60, 20:60] = 1  # 16 km2
    second[40:80, 40:80] = 1  # 16 km2, of which 4 km2 in both
    rules = rule_set(
        {"id": "a", "kind": "raster", "file": write_raster(tmp_path / "a.tif", first), "low": 1},
        {"id": "b", "kind": "raster", "file": write_raster(tmp_path / "b.tif", second), "low": 1},
    )
    answer = eligibility_of(square(), rules)
    assert [_row(answer, id).alone_km2 for id in "ab"] == pytest.approx([16.0, 16.0])
    assert [_row(answer, id).in_order_km2 for id in "ab"] == pytest.approx([16.0, 12.0])
    assert [_row(answer, id).left_km2 for id in "ab"] == pytest.approx([384.0, 372.0], abs=1e-3)


def test_a_buffer_about_one_pixel_is_a_disc_from_its_edge(tmp_path: Path) -> None:
    mark = np.zeros((200, 200), np.uint8)
    mark[100, 100] = 1
    file = write_raster(tmp_path / "mark.tif", mark)
    answer = eligibility_of(
        square(), rule_set({"id": "m", "kind": "raster", "file": file, "low": 1, "buffer_m": 500})
    )
    row, col = np.mgrid[-6:7, -6:7]
    by_hand = int((np.hypot(row, col) <= 5.5).sum())
    assert _row(answer, "m").alone_km2 == pytest.approx(by_hand * 0.01)


@pytest.mark.parametrize("as_raster", [True, False])
def test_a_lake_just_outside_the_area_takes_its_buffer_inside(tmp_path: Path, as_raster: bool) -> None:
    if as_raster:
        lake = np.zeros((200, 250), np.uint8)
        lake[:, 205:215] = 1  # from 500 m to 1,500 m east of the area's edge
        file = write_raster(tmp_path / "lake.tif", lake)
        rule = {"id": "lake", "kind": "raster", "file": file, "low": 1, "buffer_m": 1500}
    else:
        east = WEST_M + 20_000
        box = shapely.box(east + 500, NORTH_M - 30_000, east + 1500, NORTH_M + 10_000)
        file = write_shapes(tmp_path / "lake.gpkg", [box], "Polygon")
        rule = {"id": "lake", "kind": "water", "file": file, "buffer_m": 1500}
    answer = eligibility_of(square(), rule_set(rule))
    assert _row(answer, "lake").in_order_km2 == pytest.approx(20.0 * 1.0, abs=1e-6)


@pytest.mark.parametrize(("policy", "left_km2"), [("exclude", 200.0), ("allow", 300.0)])
def test_land_without_a_value_is_taken_or_left_as_the_rule_says(
    tmp_path: Path, policy: str, left_km2: float
) -> None:
    cover = np.full((200, 200), 60, np.uint8)  # bare
    cover[:100, :100] = 0  # no value: 100 km2
    cover[100:, :100] = 10  # trees: 100 km2
    file = write_raster(tmp_path / "cover.tif", cover)
    rule = {"id": "c", "kind": "land_cover", "classes": ["tree"], "file": file, "legend": "esa_worldcover"}
    answer = eligibility_of(square(), rule_set({**rule, "nodata": policy}))
    assert _row(answer, "c").nodata_km2 == pytest.approx(100.0)
    assert answer.eligible_km2["wind"] == pytest.approx(left_km2, abs=1e-3)
    with pytest.raises(InputError, match=r"100\.0 km2 without a value"):
        eligibility_of(square(), rule_set({**rule, "nodata": "error"}))


@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16", "float32"])
@pytest.mark.parametrize("resampling", ["nearest", "bilinear"])
def test_land_beyond_a_raster_has_no_value(tmp_path: Path, kind: str, resampling: str) -> None:
    """A file of half the square that declares nothing missing: beyond it lies no 0."""
    values = np.ones((200, 100), kind)
    values[:50] = 3
    file = write_raster(tmp_path / "half.tif", values)
    rule = {"id": "r", "kind": "raster", "file": file, "low": 2, "resampling": resampling}
    answer = eligibility_of(square(), rule_set(rule))
    assert _row(answer, "r").nodata_km2 == pytest.approx(200.0)
    assert _row(answer, "r").in_order_km2 == pytest.approx(200.0 + 50.0)
    assert answer.eligible_km2["csp"] == pytest.approx(150.0, abs=1e-3)


def test_a_mask_inside_a_file_and_its_scale_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "packed.tif"
    write_raster(file, np.full((200, 200), 300, np.int16))
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(file, "r+") as packed:
        packed.scales, packed.offsets = (10.0,), (500.0,)
        shown = np.full((200, 200), 255, np.uint8)
        shown[:, :50] = 0
        packed.write_mask(shown)
    for limit, taken_km2 in ((3499, 300.0), (3501, 0.0)):
        rule = {"id": "h", "kind": "elevation", "max_m": limit, "file": str(file), "nodata": "allow"}
        row = _row(eligibility_of(square(), rule_set(rule)), "h")
        assert row.in_order_km2 == pytest.approx(taken_km2, abs=2.1)
        assert row.nodata_km2 == pytest.approx(100.0, abs=2.1)


def test_shares_of_classes_are_taken_of_what_is_left_and_technologies_differ(tmp_path: Path) -> None:
    cover = np.full((200, 200), 60, np.uint8)  # bare
    cover[:, :50] = 80  # water, 100 km2
    cover[:, 150:] = 30  # grass, 100 km2
    file = write_raster(tmp_path / "cover.tif", cover)
    rules = rule_set(
        {"id": "wet", "kind": "land_cover", "classes": ["water"], "file": file, "legend": "esa_worldcover"},
        {
            "id": "use", "kind": "land_use", "file": file, "legend": "esa_worldcover",
            "usable": {"wind": {"bare": 0.5, "grass": 0.25}, "pv": {"bare": 0.5, "grass": 0.0}},
        },
    )  # fmt: skip
    answer = eligibility_of(square(), rules)
    assert answer.eligible_km2["wind"] == pytest.approx(0.5 * 200 + 0.25 * 100, abs=1e-3)
    assert answer.eligible_km2["pv"] == pytest.approx(0.5 * 200, abs=1e-3)
    assert _row(answer, "use").alone_km2 == pytest.approx(100 + 0.5 * 200 + 0.75 * 100)
    assert _row(answer, "use").in_order_km2 == pytest.approx(0.5 * 200 + 0.75 * 100)


def test_slope_of_a_plane_is_its_gradient_and_the_limit_in_degrees_is_the_same(tmp_path: Path) -> None:
    row, col = np.mgrid[0:220, 0:220].astype(np.float32)
    # 12 % to the east in the western half, level in the eastern one.
    height = 1000.0 + 12.0 * np.minimum(col, 110.0)
    file = write_raster(
        tmp_path / "dem.tif", height.astype(np.float32), west_m=WEST_M - 1000, north_m=NORTH_M + 1000
    )
    for limit, taken_km2 in (
        ({"max_percent": 12.5}, 0.0),
        ({"max_percent": 11.5}, 200.0),
        ({"max_deg": 6.5}, 200.0),
    ):
        answer = eligibility_of(square(), rule_set({"id": "s", "kind": "slope", "file": file, **limit}))
        # The two columns of pixels about the bend lie half on the slope.
        assert _row(answer, "s").in_order_km2 == pytest.approx(taken_km2, abs=2.1)
    plane = 3.0 * row[:5, :5] + 4.0 * col[:5, :5]
    assert horn_slope_percent(plane, 100.0) == pytest.approx(np.full((3, 3), 5.0))


def test_heights_above_the_limit_are_taken_the_limit_itself_is_not(tmp_path: Path) -> None:
    height = np.full((200, 200), 4000.0, np.float32)
    height[:, 100:] = 4000.5
    file = write_raster(tmp_path / "dem.tif", height)
    answer = eligibility_of(square(), rule_set({"id": "h", "kind": "elevation", "max_m": 4000, "file": file}))
    assert _row(answer, "h").in_order_km2 == pytest.approx(200.0, abs=2.1)


def test_tile_edges_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(11)
    cover = rng.choice(np.array([10, 30, 60, 60, 60, 80, 0], np.uint8), (260, 260))
    height = rng.normal(1500.0, 40.0, (260, 260)).astype(np.float32)
    places = {"west_m": WEST_M - 3000, "north_m": NORTH_M + 3000}
    cover_file = write_raster(tmp_path / "cover.tif", cover, nodata=0, **places)
    dem = write_raster(tmp_path / "dem.tif", height, **places)
    corner = np.array([WEST_M, NORTH_M - 20_000.0])
    roads = [shapely.LineString(corner + rng.uniform(-4e3, 24e3, (4, 2))) for _ in range(12)]
    lakes = [
        shapely.Point(corner + rng.uniform(-4e3, 24e3, 2)).buffer(rng.uniform(100, 900)) for _ in range(9)
    ]
    legend = {"file": cover_file, "legend": "esa_worldcover"}
    rules = rule_set(
        {"id": "road", "kind": "road", "buffer_m": 730, "file": write_shapes(tmp_path / "r.gpkg", roads, "LineString")},
        {"id": "lake", "kind": "water", "buffer_m": 210, "file": write_shapes(tmp_path / "l.gpkg", lakes, "Polygon")},
        {"id": "wet", "kind": "land_cover", "classes": ["water"], "buffer_m": 260, "technologies": ["wind"], **legend},
        {"id": "high", "kind": "elevation", "max_m": 1600, "buffer_m": 150, "file": dem},
        {"id": "steep", "kind": "slope", "max_percent": 30, "file": dem, "nodata": "allow"},
        {"id": "use", "kind": "land_use", **legend},
    )  # fmt: skip
    area = area_on_map(shapely.Point(WEST_M + 9_700, NORTH_M - 10_200).buffer(9_000, quad_segs=5))
    answers = []
    for tile_px in (10, 70, 5000):
        monkeypatch.setattr(exclusion, "TILE_PX", tile_px)
        answers.append(eligibility_of(area, rules))
    whole = answers[-1]
    assert 0 < whole.eligible_km2["pv"] < whole.area_km2
    for tiled in answers[:-1]:
        for name in ("wind", "pv", "csp"):
            # Pixels on the outline are cut from other pieces: rounding, never a pixel.
            np.testing.assert_allclose(tiled.eligible_share[name], whole.eligible_share[name], atol=1e-12)
        assert whole.slope_percent is not None or tiled.slope_percent is None
        np.testing.assert_allclose(tiled.inside_share, whole.inside_share, atol=1e-9)
        for one, other in zip(tiled.audit, whole.audit, strict=True):
            assert one.alone_km2 == pytest.approx(other.alone_km2, abs=1e-6)
            assert one.in_order_km2 == pytest.approx(other.in_order_km2, abs=1e-6)
            assert one.nodata_km2 == pytest.approx(other.nodata_km2, abs=1e-6)


def test_the_account_adds_up_to_the_area_and_the_area_is_that_on_the_ellipsoid() -> None:
    star = shapely.Polygon(
        [
            (WEST_M + 3e4 + r * np.cos(a), NORTH_M - 3e4 + r * np.sin(a))
            for a, r in zip(np.linspace(0, 2 * np.pi, 22, endpoint=False), [29_000, 9_000] * 11, strict=True)
        ]
    )
    area = area_on_map(star)
    answer = eligibility_of(area, load_rules())
    assert answer.area_km2 == pytest.approx(area.area_km2, rel=1e-6)
    for technology in ("wind", "pv", "csp"):
        rows = answer.rows_of(technology)
        taken = sum(row.in_order_km2 for row in rows)
        assert taken + answer.eligible_km2[technology] == pytest.approx(answer.area_km2, rel=1e-12)
        assert rows[-1].left_km2 == pytest.approx(answer.eligible_km2[technology], rel=1e-9)
        assert all(row.in_order_km2 <= row.alone_km2 + 1e-9 for row in rows)


def test_rules_without_data_stay_in_the_account_as_not_applied() -> None:
    answer = eligibility_of(square(), load_rules())
    applied = {row.rule_id: row.applied for row in answer.rows_of("pv")}
    assert not any(applied[id] for id in ("red_line", "protected", "farmland", "airport", "forest_wetland"))
    assert applied["water"]
    assert applied["land_use"]
    assert _row(answer, "red_line").in_order_km2 == 0.0
    # Heights of 5 arc minutes tell no slope: relief stands in, and says so.
    assert "no fine elevation" in _row(answer, "slope_wind").title_en
    assert "无高分辨率高程" in _row(answer, "slope_wind").title_zh
    assert answer.slope_percent is None
    assert answer.elevation_m is not None
    assert np.isfinite(answer.elevation_m).all()


@given(
    mask=arrays(bool, st.tuples(st.integers(1, 40), st.integers(1, 40)), elements=st.booleans()),
    reach=st.floats(0, 60),
)
@settings(max_examples=150, deadline=None)
def test_reach_is_the_threshold_of_the_distance_transform(mask: Any, reach: float) -> None:
    expected = distance_transform_edt(~mask) <= reach if mask.any() else mask
    np.testing.assert_array_equal(within(mask, reach), expected)


def test_reach_of_few_marks_in_a_wide_field_is_the_threshold_too() -> None:
    mask = np.zeros((700, 650), dtype=bool)
    mask[[5, 350, 699], [640, 320, 0]] = True
    np.testing.assert_array_equal(within(mask, 300.5), distance_transform_edt(~mask) <= 300.5)


def test_pixels_on_the_edge_of_an_outline_count_with_their_exact_share() -> None:
    window = Window(WEST_M, NORTH_M, 80, 80, 100.0, 0)
    ring = shapely.Point(WEST_M + 4_000, NORTH_M - 4_000).buffer(3_333)
    hole = shapely.Point(WEST_M + 4_100, NORTH_M - 3_900).buffer(777)
    outline = ring.difference(hole)
    shares = Coverage(outline, window).of(Tile(0, 0, 80, 80))
    assert shares is not None
    assert shares.sum() * 1e4 == pytest.approx(outline.area, rel=1e-12)
    x, y = WEST_M + 700.0, NORTH_M - 4_050.0
    pixel = shapely.box(x - x % 100, y - y % 100, x - x % 100 + 100, y - y % 100 + 100)
    assert shares[40, 7] == pytest.approx(outline.intersection(pixel).area / 1e4)
    assert Coverage(outline, window).of(Tile(0, 0, 5, 5)) is None


def test_a_false_account_is_refused() -> None:
    answer = eligibility_of(square(2.0), load_rules())
    first, *others = answer.audit
    false = replace(first, in_order_km2=first.in_order_km2 + 0.01)
    with pytest.raises(BalanceError):
        replace(answer, audit=(false, *others))
    with pytest.raises(InputError, match="shares from 0 to 1"):
        replace(answer, inside_share=answer.inside_share * 1.5)


def test_all_bad_files_of_a_set_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "text.tif").write_text("no raster", encoding="utf-8")
    far = write_raster(tmp_path / "far.tif", np.ones((10, 10), np.uint8), west_m=WEST_M + 9e5)
    lines = write_shapes(tmp_path / "r.gpkg", [shapely.LineString([(WEST_M, NORTH_M), (WEST_M + 9e3, NORTH_M - 9e3)])], "LineString")  # fmt: skip
    rules = rule_set(
        {"id": "gone", "kind": "road", "file": str(tmp_path / "gone.shp"), "buffer_m": 100},
        {"id": "text", "kind": "raster", "file": str(tmp_path / "text.tif"), "low": 1},
        {"id": "far", "kind": "raster", "file": far, "low": 1},
        {"id": "thin", "kind": "road", "file": lines},
        {"id": "band", "kind": "raster", "file": far, "band": 3, "low": 1},
    )
    with pytest.raises(InputError) as caught:
        eligibility_of(square(), rules)
    told = "\n".join(str(problem) for problem in caught.value.problems)
    for id in ("gone", "text", "far extent", "thin buffer_m", "band band"):
        assert id in told


def test_sizes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="whole number of pixels"):
        eligibility_of(square(), load_rules(), cell_m=1000.0, pixel_m=300.0)
    with pytest.raises(InputError, match="at least 10 m"):
        eligibility_of(square(), load_rules(), pixel_m=1.0)
    apart = area_on_map(
        shapely.MultiPolygon([shapely.box(x, x + 3e6, x + 1e4, x + 3.01e6) for x in (0, 9e5)])
    )
    with pytest.raises(InputError, match="distant parts"):
        eligibility_of(apart, load_rules(), cell_m=100.0)


def test_progress_rises_to_the_end_and_may_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exclusion, "TILE_PX", 50)
    seen: list[float] = []
    eligibility_of(square(), load_rules(), progress=lambda share, what: seen.append(share))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 16

    def stop(share: float, what: str) -> None:
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        eligibility_of(square(), load_rules(), progress=stop)
