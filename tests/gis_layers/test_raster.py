"""Rasters: what is written is read back, with its tags; sampling knows its edges."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from gis_layers.raster import Raster, read_raster, sample, write_cog

TAGS = {"UNIT": "m", "GRADE": "reference"}


def written(tmp_path: Path, values: np.ndarray) -> Path:
    path = tmp_path / "a.tif"
    write_cog(path, values, 100.0, 40.0, 0.5, 0.1, TAGS)
    return path


def test_values_come_back_to_half_a_step_with_missing_ones_missing(tmp_path: Path) -> None:
    values = np.linspace(-50, 50, 2 * 4 * 6).reshape(2, 4, 6)
    values[0, 1, 2] = np.nan
    raster = read_raster(written(tmp_path, values))
    assert np.nanmax(np.abs(raster.values - values)) <= 0.05 + 1e-6
    assert np.isnan(raster.values[0, 1, 2])
    assert raster.tags["UNIT"] == "m"


def test_the_same_values_give_the_same_file(tmp_path: Path) -> None:
    values = np.arange(24.0).reshape(1, 4, 6)
    first = written(tmp_path, values).read_bytes()
    assert written(tmp_path, values).read_bytes() == first


def test_a_window_holds_the_cells_it_touches(tmp_path: Path) -> None:
    values = np.arange(24.0).reshape(1, 4, 6)
    part = read_raster(written(tmp_path, values), window=(100.6, 38.9, 101.4, 39.4))
    assert part.west_deg == 100.5
    assert part.north_deg == 39.5
    assert part.values.shape == (1, 2, 2)
    np.testing.assert_allclose(part.values[0], values[0, 1:3, 1:3])


def test_a_text_file_is_no_raster(tmp_path: Path) -> None:
    path = tmp_path / "b.tif"
    path.write_text("hello", encoding="utf-8")
    with pytest.raises(InputError, match="GeoTIFF"):
        read_raster(path)


def test_bilinear_meets_cell_centres_and_ignores_unknown_neighbours() -> None:
    values = np.array([[[1.0, 3.0], [np.nan, 5.0]]])
    raster = Raster(values, 0.0, 2.0, 1.0, {})
    assert sample(raster, [0.5], [1.5])[0, 0] == 1.0
    assert sample(raster, [1.0], [1.5])[0, 0] == 2.0
    assert sample(raster, [0.5], [0.6])[0, 0] == pytest.approx(1.0)
    assert np.isnan(sample(raster, [5.0], [1.0])[0, 0])
