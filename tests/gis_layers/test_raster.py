"""Rasters: what is written is read back, with its tags; sampling knows its edges; areas add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from gis_layers.errors import InputError
from gis_layers.grid import CLIMATE, TERRAIN
from gis_layers.raster import Raster, cell_area_km2, read_raster, sample, write_cog

TAGS = {"UNIT": "m", "GRADE": "reference", "TITLE_ZH": "海拔"}
BOUNDS = (100.0, 38.0, 103.0, 40.0)


def made(values: NDArray[np.float64]) -> Raster:
    """A raster of half-degree cells."""
    return Raster(values, BOUNDS, tags=TAGS)


def written(tmp_path: Path, values: NDArray[np.float64], resolution: float | None = 0.1) -> Path:
    path = tmp_path / "a.tif"
    write_cog(path, made(values), resolution)
    return path


def test_values_come_back_to_half_a_step_with_missing_ones_missing(tmp_path: Path) -> None:
    values = np.linspace(-50, 50, 2 * 4 * 6).reshape(2, 4, 6)
    values[0, 1, 2] = np.nan
    raster = read_raster(written(tmp_path, values.copy()))
    assert np.nanmax(np.abs(raster.values - values)) <= 0.05 + 1e-9
    assert np.isnan(raster.values[0, 1, 2])
    assert np.isnan(raster.values).sum() == 1
    assert raster.bounds == pytest.approx(BOUNDS)
    assert raster.crs == "EPSG:4326"
    assert raster.unit == "m"
    assert raster.tags["TITLE_ZH"] == "海拔"


@pytest.mark.parametrize(
    ("highest", "resolution", "dtype"),
    [(254.0, 1.0, "uint8"), (255.0, 1.0, "int16"), (1e6, 1.0, "int32"), (1.0, None, "float32")],
)
def test_a_file_takes_the_smallest_type_that_holds_the_steps(
    tmp_path: Path, highest: float, resolution: float | None, dtype: str
) -> None:
    import rasterio

    path = written(tmp_path, np.linspace(0.0, highest, 24).reshape(1, 4, 6), resolution)
    with rasterio.open(path) as source:
        assert source.dtypes == (dtype,)
        assert source.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"


def test_the_same_values_give_the_same_bytes(tmp_path: Path) -> None:
    values = np.arange(24.0).reshape(1, 4, 6)
    first = written(tmp_path, values).read_bytes()
    assert written(tmp_path, values.copy()).read_bytes() == first


def test_a_window_reads_the_whole_cells_it_touches(tmp_path: Path) -> None:
    values = np.arange(24.0).reshape(1, 4, 6)
    part = read_raster(written(tmp_path, values), window=(100.6, 38.9, 101.4, 39.4))
    assert part.bounds == pytest.approx((100.5, 38.5, 101.5, 39.5))
    np.testing.assert_allclose(part.values[0], values[0, 1:3, 1:3])


def test_a_window_along_cell_edges_takes_no_neighbour(tmp_path: Path) -> None:
    part = read_raster(written(tmp_path, np.arange(24.0).reshape(1, 4, 6)), window=(100.5, 38.5, 101.5, 39.5))
    assert part.values.shape == (1, 2, 2)


def test_a_window_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="window"):
        read_raster(written(tmp_path, np.zeros((1, 4, 6))), window=(0.0, 0.0, 1.0, 1.0))


def test_a_text_file_and_a_missing_file_are_no_rasters(tmp_path: Path) -> None:
    path = tmp_path / "b.tif"
    path.write_text("hello", encoding="utf-8")
    with pytest.raises(InputError, match="raster file"):
        read_raster(path)
    with pytest.raises(InputError, match="no such file"):
        read_raster(tmp_path / "c.tif")


def test_values_cannot_be_changed_after_the_fact() -> None:
    raster = made(np.zeros((1, 4, 6)))
    with pytest.raises(ValueError, match="read-only"):
        raster.values[0, 0, 0] = 1.0


def test_bilinear_sampling_gives_back_a_plane_exactly() -> None:
    raster = made(np.zeros((1, 4, 6)))
    lon, lat = np.meshgrid(raster.x, raster.y)
    plane = made((2.0 * lon - 3.0 * lat)[None])
    x, y = np.array([100.3, 101.0, 102.7]), np.array([39.7, 39.0, 38.3])
    np.testing.assert_allclose(sample(plane, x, y)[0], 2.0 * x - 3.0 * y)


def test_sampling_leaves_unknown_neighbours_out_and_holds_the_edge() -> None:
    raster = Raster(np.array([[[1.0, 3.0], [np.nan, 5.0]]]), (0.0, 0.0, 2.0, 2.0))
    assert sample(raster, 0.5, 1.5) == pytest.approx(1.0)
    assert sample(raster, 1.0, 1.5) == pytest.approx(2.0)
    assert sample(raster, 0.5, 0.6) == pytest.approx(1.0)
    assert sample(raster, 0.0, 2.0) == pytest.approx(1.0)
    assert np.isnan(sample(raster, 0.5, 0.5)).all()
    assert np.isnan(sample(raster, [5.0, np.nan], [1.0, 1.0])).all()


def test_nearest_sampling_gives_the_cell_a_point_lies_in() -> None:
    raster = Raster(np.array([[[1.0, 3.0], [np.nan, 5.0]]]), (0.0, 0.0, 2.0, 2.0))
    found = sample(raster, [0.9, 1.1, 2.0, 0.5], [1.1, 1.9, 0.0, 0.5], "nearest")[0]
    np.testing.assert_array_equal(found, [1.0, 3.0, 5.0, np.nan])


def test_cells_of_both_grids_fill_the_same_window() -> None:
    coarse, fine = cell_area_km2(CLIMATE), cell_area_km2(TERRAIN)
    np.testing.assert_allclose(
        coarse, fine.reshape(CLIMATE.rows, 3, CLIMATE.cols, 3).sum(axis=(1, 3)), rtol=1e-12
    )


def test_a_cell_at_the_southern_edge_has_the_area_of_its_ellipsoid() -> None:
    # WGS84 at 15.125N: a degree of meridian 110.649 km, of the parallel 107.485 km.
    assert cell_area_km2(CLIMATE)[-1, 0] == pytest.approx(0.25**2 * 110.649 * 107.485, rel=2e-4)
