"""A GeoTIFF of 2 GB: made once, then opened and drawn in a process of its own, whose memory is looked at."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import numpy as np

SIDE = 23_200
"""Cells: 23,200 x 23,200 of four bytes are 2.0 GiB."""
BYTES = SIDE * SIDE * 4
SIZE_PX = (1920, 1080)


def make(path: Path) -> None:
    """Tiled, neither compressed nor with overviews: the hard case."""
    import rasterio
    from rasterio.transform import Affine
    from rasterio.windows import Window

    strip = 512
    with rasterio.open(
        path, "w", driver="GTiff", width=SIDE, height=SIDE, count=1, dtype="float32", crs="EPSG:4326",
        transform=Affine(30.0 / SIDE, 0.0, 85.0, 0.0, -20.0 / SIDE, 45.0), tiled=True, blockxsize=512, blockysize=512,
    ) as file:  # fmt: skip
        across = np.sin(np.arange(SIDE, dtype=np.float32) / 900.0)
        for top in range(0, SIDE, strip):
            rows = min(strip, SIDE - top)
            down = np.cos(np.arange(top, top + rows, dtype=np.float32) / 700.0)
            file.write(down[:, None] + across[None, :], 1, window=Window(0, top, SIDE, rows))


def peak_memory_kib() -> float:
    """Of this program alone: `ru_maxrss` also remembers the process that started it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return float(next(line for line in lines if line.startswith("VmHWM:")).split()[1])


def open_and_draw(path: Path) -> dict[str, float]:
    """Seconds until the whole file stands on the picture, MiB of memory taken for it at the most."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtGui import QImage, QPainter

    from app.desktop.map.open_raster import open_raster
    from app.desktop.map.projection import Projection
    from app.desktop.map.viewport import Viewport
    from app.desktop.start import make_application

    application = make_application()
    projection = Projection("albers")
    view = Viewport(0.0, 0.0, 1.0, *SIZE_PX).fitted(*projection.bounds(85.0, 25.0, 115.0, 45.0))
    before_kib = peak_memory_kib()
    began = time.perf_counter()
    _, layer = open_raster(path)
    layer.project(projection)
    image = QImage(*SIZE_PX, QImage.Format.Format_ARGB32_Premultiplied)

    def drawn_share() -> float:
        image.fill(0)
        painter = QPainter(image)
        layer.paint(painter, view)
        painter.end()
        middle = image.copy(SIZE_PX[0] // 2 - 200, SIZE_PX[1] // 2 - 200, 400, 400)
        seen = np.frombuffer(middle.constBits(), np.uint32)
        return float((seen != 0).mean())

    while drawn_share() < 1.0:
        QCoreApplication.processEvents()
        time.sleep(0.01)
    first_s = time.perf_counter() - began
    while layer.pending:
        drawn_share()
        QCoreApplication.processEvents()
        time.sleep(0.01)
    finest_s = time.perf_counter() - began
    peak_kib = peak_memory_kib()
    layer.close()
    del application
    return {"drawn_s": first_s, "finest_s": finest_s, "memory_mib": (peak_kib - before_kib) / 1024}


if __name__ == "__main__":
    print(json.dumps(open_and_draw(Path(sys.argv[1]))), flush=True)
    os._exit(0)
