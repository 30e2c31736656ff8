"""Tiles of raster files: the right cell under every pixel, whatever the file's grid, and errors that say why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from rasterio.enums import MaskFlags, Resampling

from gis_layers.crs import ALBERS_CHINA
from gis_layers.errors import InputError
from gis_layers.raster_windows import BASE_PX, BasePicture, RasterFile
from gis_layers.tile_values import plane_to_file, read_tile
from gis_layers.tiles import COARSEST_M, TILE_PX, LruCache, Tile, resolution_m, tiles_in, zoom_for

MakeFile = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> MakeFile:
    def write(values: np.ndarray, transform: Affine, crs: str | None = "EPSG:4326", **profile: Any) -> Path:
        path = tmp_path / "某 raster.tif"
        bands = values if values.ndim == 3 else values[None]
        overviews = profile.pop("overviews", ())
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            count=len(bands),
            height=bands.shape[1],
            width=bands.shape[2],
            dtype=bands.dtype,
            crs=crs,
            transform=transform,
            **profile,
        ) as file:
            file.write(bands)
            if overviews:
                file.build_overviews(overviews, Resampling.nearest)
        return path

    return write


def ramp(rows: int, cols: int) -> np.ndarray:
    """Every cell another value."""
    return np.arange(rows * cols, dtype=np.float32).reshape(rows, cols)


def whole_base(file: RasterFile) -> BasePicture:
    base = BasePicture(file)
    for _ in base.parts():
        pass
    assert base.complete
    return base


def expected(tile: Tile, values: np.ndarray, transform: Affine, crs: str) -> np.ndarray:
    """The cell under each pixel's centre, each place transformed by itself."""
    left, _, _, top = tile.extent
    at = (np.arange(TILE_PX) + 0.5) * tile.metres_per_pixel
    x, y = np.meshgrid(left + at, top - at)
    x, y = Transformer.from_crs(ALBERS_CHINA, crs, always_xy=True).transform(x, y)
    a, b, c, d, e, f, *_ = ~transform
    col, row = a * x + b * y + c, d * x + e * y + f
    col, row = np.floor(col), np.floor(row)
    inside = (col >= 0) & (col < values.shape[1]) & (row >= 0) & (row < values.shape[0])
    found = np.full(x.shape, np.nan, dtype=np.float32)
    found[inside] = values[row[inside].astype(int), col[inside].astype(int)]
    return found


GRIDS = {
    "degrees": ("EPSG:4326", Affine(0.01, 0, 100, 0, -0.01, 40)),
    "utm": ("EPSG:32648", Affine(900, 0, 300_000, 0, -900, 4_400_000)),
    "rotated": ("EPSG:32648", Affine(800, 300, 300_000, 300, -800, 4_200_000)),
    "south up": ("EPSG:4326", Affine(0.01, 0, 100, 0, 0.01, 36)),
    "CGCS2000 zone": ("EPSG:4508", Affine(900, 0, 200_000, 0, -900, 4_400_000)),
}


@pytest.mark.parametrize("name", GRIDS)
def test_every_pixel_shows_the_cell_it_lies_in(make: MakeFile, name: str) -> None:
    crs, transform = GRIDS[name]
    values = ramp(400, 500)
    file = RasterFile(make(values, transform, crs))
    base, places = whole_base(file), plane_to_file(file, ALBERS_CHINA)
    west, south, east, north = file.box_deg()
    x, y = Transformer.from_crs("EPSG:4326", ALBERS_CHINA, always_xy=True).transform(
        (west + east) / 2, (south + north) / 2
    )
    tile = next(tiles_in((x, y, x + 1, y + 1), zoom_for(320)))
    got, _ = read_tile(file, base, places, tile)
    assert got is not None
    want = expected(tile, values, transform, crs)
    # Places are interpolated between control points: only at an edge of cells may the neighbour show.
    assert (np.isnan(got) == np.isnan(want)).mean() > 0.995
    both = ~np.isnan(got) & ~np.isnan(want)
    assert both.mean() > 0.3
    assert (got[both] == want[both]).mean() > 0.97
    off = np.abs(got[both] - want[both])
    assert set(np.unique(off)) <= {0.0, 1.0, 500.0, 499.0, 501.0}
    file.close()


def test_coarse_tiles_are_read_from_overviews_not_from_the_cells(make: MakeFile) -> None:
    values = ramp(2048, 4096)
    path = make(
        values, Affine(0.01, 0, 90, 0, -0.01, 45), tiled=True, blockxsize=256, blockysize=256, overviews=[2]
    )
    with rasterio.open(path, "r+") as file:
        file.write(np.full((2048, 4096), -7, dtype=np.float32), 1)  # the overview keeps the old values
    file = RasterFile(path)
    base = whole_base(file)
    assert file.overviews == (2,)
    assert base.cheap
    assert base.values.min() >= 0
    assert base.values.shape == (683, 1366)
    file.close()


def test_without_overviews_a_sparse_look_comes_first_and_ends_in_the_true_picture(
    make: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gis_layers.raster_windows.LATTICE_BLOCKS", 16)
    x, y = np.meshgrid(np.linspace(0, 1, 3000), np.linspace(0, 1, 2600))
    values = (x + 10 * y).astype(np.float32)
    path = make(values, Affine(0.01, 0, 90, 0, -0.01, 45), tiled=True, blockxsize=256, blockysize=256)
    file = RasterFile(path)
    base = BasePicture(file)
    assert not base.cheap
    parts = base.parts()
    next(parts)
    first = base.values.copy()
    assert base.serial > 0
    assert not np.isnan(first).any()
    for _ in parts:
        pass
    rows, cols = base.values.shape
    truth = np.linspace(0, 1, cols)[None, :] + 10 * np.linspace(0, 1, rows)[:, None]
    assert np.abs(base.values - truth).max() < 0.05
    assert np.abs(first - truth).mean() < 2.0
    assert max(base.values.shape) <= BASE_PX
    file.close()


def test_striped_files_are_looked_at_in_lines(make: MakeFile) -> None:
    values = np.repeat(np.arange(3000, dtype=np.float32)[:, None], 2500, axis=1)
    file = RasterFile(make(values, Affine(0.01, 0, 90, 0, -0.01, 45)))
    base = BasePicture(file)
    next(base.parts())
    assert not np.isnan(base.values).any()
    assert np.corrcoef(base.values[:, 0], np.arange(len(base.values)))[0, 1] > 0.999
    file.close()


def test_nodata_masks_and_scale_are_honoured(make: MakeFile) -> None:
    stored = np.array([[1, 2], [-32768, 4]], dtype=np.int16)
    path = make(stored, Affine(1, 0, 100, 0, -1, 40), nodata=-32768)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.5,), (10.0,)
    read = RasterFile(path)
    values = read.read(0, 0, 2, 2, (2, 2))
    assert values[0].tolist() == [10.5, 11.0]
    assert np.isnan(values[1, 0])
    assert read.value_at(101.5, 38.5) == 12.0
    assert np.isnan(read.value_at(100.5, 38.5))
    assert np.isnan(read.value_at(10, 10))
    read.close()


def test_a_mask_band_hides_cells(make: MakeFile) -> None:
    path = make(np.ones((4, 4), dtype=np.uint8), Affine(1, 0, 100, 0, -1, 40))
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as file:
        file.write_mask(np.eye(4, dtype=bool))
        assert file.mask_flag_enums[0] == [MaskFlags.per_dataset]
    read = RasterFile(path)
    assert (np.isnan(read.read(0, 0, 4, 4, (4, 4))) == ~np.eye(4, dtype=bool)).all()
    read.close()


def test_infinite_values_count_as_missing(make: MakeFile) -> None:
    file = RasterFile(make(np.array([[np.inf, 1.0]], dtype=np.float32), Affine(1, 0, 100, 0, -1, 40)))
    assert np.isnan(file.read(0, 0, 2, 1, (1, 2))[0, 0])
    file.close()


def test_the_wanted_band_is_read(make: MakeFile) -> None:
    path = make(np.stack([ramp(2, 2), ramp(2, 2) + 100]), Affine(1, 0, 100, 0, -1, 40))
    file = RasterFile(path, band=2)
    assert file.bands == 2
    assert file.value_at(100.5, 39.5) == 100
    file.close()


def test_a_file_that_cannot_be_drawn_says_everything_that_is_wrong(make: MakeFile, tmp_path: Path) -> None:
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        path = make(ramp(2, 2), Affine.identity(), crs=None)
    with pytest.raises(InputError) as caught:
        RasterFile(path, band=3)
    assert [p.field for p in caught.value.problems] == ["band", "crs", "transform"]
    for name, content in (("text.tif", b"no raster"), ("empty.tif", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError):
            RasterFile(tmp_path / name)
    with pytest.raises(InputError, match="no such file"):
        RasterFile(tmp_path / "absent.tif")


def test_a_file_without_a_coordinate_system_opens_when_the_user_states_it(make: MakeFile) -> None:
    path = make(ramp(2, 2), Affine(1, 0, 100, 0, -1, 40), crs=None)
    with pytest.raises(InputError, match="crs"):
        RasterFile(path)
    file = RasterFile(path, crs="EPSG:4326")
    assert file.box_deg() == pytest.approx((100, 38, 102, 40))
    file.close()


def test_a_file_cut_short_raises_instead_of_showing_zeros(make: MakeFile) -> None:
    path = make(ramp(600, 600), Affine(0.01, 0, 100, 0, -0.01, 40), compress="deflate")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InputError):
        whole_base(RasterFile(path))


def test_tiles_cover_an_extent_without_gap_or_overlap() -> None:
    extent = (-1_234_567.0, 3_000_000.0, 987_654.0, 5_111_111.0)
    tiles = list(tiles_in(extent, 4))
    assert len(tiles) == len(set(tiles))
    boxes = np.array([tile.extent for tile in tiles])
    assert (boxes[:, :2].min(axis=0) <= extent[:2]).all()
    assert (boxes[:, 2:].max(axis=0) >= extent[2:]).all()
    area = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sum()
    outer = boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0)
    assert area == pytest.approx(outer.prod())


@given(st.integers(1, 12), st.integers(-500, 500), st.integers(-500, 500), st.integers(1, 5))
def test_a_parent_covers_its_tile(zoom: int, col: int, row: int, levels: int) -> None:
    tile = Tile(zoom + levels, col, row)
    left, bottom, right, top = tile.extent
    outer = tile.parent(levels).extent
    assert outer[0] <= left
    assert outer[1] <= bottom
    assert outer[2] >= right
    assert outer[3] >= top


def test_the_zoom_has_pixels_of_about_the_wanted_size() -> None:
    assert resolution_m(0) == COARSEST_M
    for wanted in (20.0, 333.0, 5000.0, 19_000.0):
        assert 0.7 < resolution_m(zoom_for(wanted)) / wanted < 1.42


def test_the_cache_keeps_what_was_used_last_within_its_bytes() -> None:
    cache: LruCache[str] = LruCache(10)
    cache.put("a", "A", 4)
    cache.put("b", "B", 4)
    assert cache.get("a") == "A"
    cache.put("c", "C", 4)
    assert cache.get("b") is None
    assert cache.get("a") == "A"
    assert cache.bytes == 8
    cache.put("a", "long", 8)
    assert cache.get("c") is None
    cache.put("huge", "x", 11)
    assert cache.get("huge") is None
    assert (len(cache), cache.bytes) == (1, 8)


def test_between_cells_values_are_bilinear_and_missing_ones_lend_nothing(make: MakeFile) -> None:
    rows, cols = 30, 40
    col, row = np.meshgrid(np.arange(cols), np.arange(rows))
    values = (3.0 * col + 7.0 * row).astype(np.float32)
    values[10:20, 10:20] = -9999
    transform = Affine(1_000, 0, 0, 0, -1_000, 4_000_000)
    file = RasterFile(make(values, transform, ALBERS_CHINA, nodata=-9999))
    base, places = whole_base(file), plane_to_file(file, ALBERS_CHINA)
    checked = 0
    for tile in tiles_in((0, 3_970_000, 40_000, 4_000_000), zoom_for(80)):
        plain, _ = read_tile(file, base, places, tile)
        smooth, _ = read_tile(file, base, places, tile, smooth=True)
        if plain is None or smooth is None:
            continue
        assert (np.isnan(plain) == np.isnan(smooth)).all()
        step = tile.metres_per_pixel
        x = (tile.extent[0] + (np.arange(TILE_PX) + 0.5) * step) / 1_000 - 0.5
        y = (4_000_000 - tile.extent[3] + (np.arange(TILE_PX) + 0.5) * step) / 1_000 - 0.5
        want = 3.0 * x[None, :] + 7.0 * y[:, None]
        far = (y[:, None] < 8.5) & (y[:, None] > 0) & (x[None, :] > 0) & (x[None, :] < cols - 1)
        here = far & ~np.isnan(smooth)
        assert np.abs(smooth[here] - want[here]).max(initial=0.0) < 0.02
        known = ~np.isnan(smooth)
        assert smooth[known].min(initial=0.0) >= 0.0  # no -9999 came through
        checked += int(here.sum())
    assert checked > 10_000
    file.close()


def test_neighbouring_tiles_meet_without_a_seam_when_smooth(make: MakeFile) -> None:
    rng = np.random.default_rng(4)
    file = RasterFile(
        make(
            rng.uniform(0, 1, (40, 40)).astype(np.float32),
            Affine(5_000, 0, -100_000, 0, -5_000, 4_100_000),
            ALBERS_CHINA,
        )
    )
    base, places = whole_base(file), plane_to_file(file, ALBERS_CHINA)
    zoom = zoom_for(320)
    left = next(tiles_in((-40_000, 4_000_000, -39_999, 4_000_001), zoom))
    right = Tile(zoom, left.col + 1, left.row)
    a, _ = read_tile(file, base, places, left, smooth=True)
    b, _ = read_tile(file, base, places, right, smooth=True)
    assert a is not None
    assert b is not None
    across, within = np.nanmax(np.abs(a[:, -1] - b[:, 0])), np.nanmax(np.abs(np.diff(a, axis=1)))
    assert across <= within * 1.5
    file.close()


def test_what_the_user_calls_missing_is_missing_too(make: MakeFile) -> None:
    values = np.array([[0.0, 1.0], [-1.0, 5.0]], dtype=np.float32)
    path = make(values, Affine(1, 0, 100, 0, -1, 40), nodata=-1)
    file = RasterFile(path, nodata=0.0)
    assert np.isnan(file.read(0, 0, 2, 2, (2, 2))).tolist() == [[True, False], [True, False]]
    assert RasterFile(path).colours == {}
    file.close()
