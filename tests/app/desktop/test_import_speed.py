"""Bringing files in leaves the window's thread free: what it takes of the processor between two beats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import rasterio

from benchmarks.window_user import Step, User
from gis_layers.importer import shift

MOST_MS = 60.0
SLOWER = 1.5
"""A shared machine: what neighbours take of caches and clock."""


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    one = User(tmp_path_factory.mktemp("user"))
    yield one
    one.close()


def raster(path: Path) -> Path:
    with rasterio.open(
        path, "w", driver="GTiff", width=900, height=600, count=1, dtype="float32", crs="EPSG:4326", tiled=True,
        transform=rasterio.Affine(0.01, 0.0, 100.0, 0.0, -0.01, 40.0),
    ) as out:  # fmt: skip
        out.write(np.linspace(3.0, 9.0, 540_000, dtype=np.float32).reshape(600, 900), 1)
    return path


def outlines(path: Path) -> Path:
    def triangle(at: float) -> dict[str, object]:
        ring = [[100 + at, 30.0], [100.005 + at, 30.0], [100.005 + at, 31.0], [100 + at, 30.0]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "properties": {"n": at}, "geometry": shape}

    features = [triangle(0.01 * k) for k in range(500)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def stations(path: Path) -> Path:
    path.write_text(
        "名称,经度,纬度,MW\n溪洛渡,103.65,28.26,13860\n锦屏,101.63,28.19,3600\n", encoding="gb18030"
    )
    return path


def mast(path: Path) -> Path:
    random, start = np.random.default_rng(1), datetime(2021, 1, 1)
    rows = [
        f"{(start + timedelta(hours=h)).isoformat()},{8 * random.weibull(2):.2f},{random.normal(10, 8):.1f}"
        for h in range(8760)
    ]
    path.write_text("\n".join(["time,wind_speed,temperature", *rows]), encoding="utf-8")
    return path


def test_no_step_of_an_import_takes_the_windows_thread(user: User, tmp_path: Path) -> None:
    imports, steps = user.window.imports, list[Step]()

    def step(name: str, act: object, *, wait: bool = True) -> None:
        def rested() -> bool:
            return imports.dialog is None or not wait or not imports.dialog.busy

        steps.append(user.do(name, act, rested))  # type: ignore[arg-type]

    step("dialog", lambda: imports.offer(()))
    files = raster(tmp_path / "风速.tif"), outlines(tmp_path / "面.geojson"), stations(tmp_path / "站.csv")
    for path in (*files, mast(tmp_path / "mast.csv")):
        dialog = imports.dialog
        assert dialog is not None
        row = len(dialog.entries)
        step(f"read {path.name}", partial(imports.offer, (path,)))
        step(f"show {path.name}", partial(dialog._list.setCurrentRow, row))
        if path.suffix == ".tif":
            dialog.layer_page.form.boxes["unit"].setEditText("m/s")
        if path in files:
            step(f"import {path.name}", dialog.import_checked)
    made = [item for item in user.window.bench.stack.items() if item.id.startswith("user.")]
    assert len(made) == len(files)
    step("close", lambda: imports.dialog.close())  # type: ignore[union-attr]
    slow = {one.name: round(one.held_cpu_ms) for one in steps if one.held_cpu_ms > MOST_MS * SLOWER}
    assert not slow


def test_corners_of_the_borders_are_each_counted_once() -> None:
    _, corners = shift._borders()
    assert corners.shape[1] == 2
    assert len(np.unique(corners, axis=0)) == len(corners) > 10_000
