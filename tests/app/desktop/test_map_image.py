"""The map as a picture, compared with one that was looked at: China whole, ten strokes, inset, labels.

`UPDATE_GOLDEN=1 pytest ...` writes the pictures anew; look at them before they are committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.desktop.main_window import MainWindow

GOLDEN = Path(__file__).parents[2] / "golden"
SIZE = (640, 460)
MEAN, FAR, FAR_SHARE = 2.5, 48, 0.015
"""Of 255: mean difference; a pixel that differs by more than FAR counts as other, of which there may be few."""


def pixels(image: QImage) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    flat = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(flat.constBits(), dtype=np.uint8).reshape(flat.height(), flat.bytesPerLine())
    return lines[:, : 3 * flat.width()].reshape(flat.height(), flat.width(), 3).astype(np.int16)


@pytest.mark.parametrize(
    ("name", "projection", "dark", "box"),
    [
        ("china", "albers", False, None),
        ("china_dark", "albers", True, None),
        ("qinghai_mercator", "mercator", False, (94.0, 34.0, 104.0, 39.0)),
    ],
)
def test_the_map_looks_as_it_was_approved(
    window: MainWindow, name: str, projection: str, dark: bool, box: tuple[float, float, float, float] | None
) -> None:
    window.canvas.setFixedSize(*SIZE)
    window.state.set_dark(dark)
    window.view.set_projection(projection)  # type: ignore[arg-type]
    window.canvas.show_all() if box is None else window.canvas.zoom_to(box)
    image = window.canvas.grab().toImage()
    path = GOLDEN / f"map_{name}.png"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        image.convertToFormat(QImage.Format.Format_RGB888).save(str(path))
    held = pixels(QImage(str(path)))
    shown = pixels(image)
    assert shown.shape == held.shape
    off = np.abs(shown - held).max(axis=2)
    assert off.mean() < MEAN
    assert (off > FAR).mean() < FAR_SHARE


def test_a_map_without_its_borders_would_be_noticed(window: MainWindow) -> None:
    """The comparison can fail: a layer switched off is beyond the tolerance."""
    window.canvas.setFixedSize(*SIZE)
    window.bench.stack.set_visible("layer.hillshade", False)
    window.bench.stack.set_visible("layer.province", False)
    window.canvas.show_all()
    off = np.abs(pixels(window.canvas.grab().toImage()) - pixels(QImage(str(GOLDEN / "map_china.png")))).max(
        axis=2
    )
    assert off.mean() >= MEAN or (off > FAR).mean() >= FAR_SHARE
