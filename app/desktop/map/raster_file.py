"""A raster file on the map: tiles read in the background, coarse first, painted as they come."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter

from app.desktop.map.garbage import collect_in_this_thread
from app.desktop.map.layers import style_image
from app.desktop.map.projection import DEFINITIONS, Projection
from app.desktop.map.stack import USER_GROUP, LayerItem
from app.desktop.map.style import RasterStyle, Style, classified, range_from_data
from app.desktop.map.viewport import Viewport
from gis_layers.errors import InputError
from gis_layers.tiles import (
    TILE_PX,
    BasePicture,
    LruCache,
    RasterFile,
    Tile,
    Values,
    plane_to_file,
    read_tile,
    tiles_in,
    zoom_for,
)

CACHE_BYTES = 96 << 20
"""Of all raster files together."""
LOOK_AHEAD = 3
"""Zooms by which the first, coarse tiles are coarser."""
QUEUE = 400
"""Requests kept; the oldest, no longer in view, are dropped."""
READ_THREADS = 2
UPDATE_MS = 60
RETIRE_MS = 200

_serial = count()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A tile as read, and as last painted."""

    values: Values | None
    base_serial: int | None
    """State of the base picture it was cut from; None where it was read from the file itself."""
    style: RasterStyle | None = None
    image: QImage | None = None


@lru_cache(maxsize=1)
def shared_cache() -> LruCache[_Entry]:
    return LruCache(CACHE_BYTES)


@lru_cache(maxsize=1)
def reading_pool() -> ThreadPoolExecutor:
    """The threads that read layers, first come first served.

    Python's threads and not Qt's: a QThreadPool gives each task a new Python thread state, with which
    pyproj's context of the thread dies while its transformers live on; that ends in a crash.
    """
    return ThreadPoolExecutor(READ_THREADS, thread_name_prefix="layer-reader")


class BackgroundLayer(QObject):
    """A layer read by threads, and never destroyed by one of them.

    A QObject must die in the window's thread. A thread that reads for a layer holds it; were the window to
    drop it meanwhile, the thread would hold it last. So every layer is kept here until it was closed and
    its threads have ended, and is let go of by the window's thread.
    """

    _alive: ClassVar[set[BackgroundLayer]] = set()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = 0
        self._lock = threading.Lock()
        self._closed = False
        BackgroundLayer._alive.add(self)
        # Cycles too must be collected there.
        collect_in_this_thread()

    def _submit(self, work: Callable[..., None], *given: object) -> None:
        """Do something in a reading thread; nothing once the layer is closed or the program ends."""

        def run() -> None:
            try:
                work(*given)
            finally:
                with self._lock:
                    self._tasks -= 1

        with self._lock:
            if self._closed:
                return
            self._tasks += 1
        try:
            reading_pool().submit(run)
        except RuntimeError:  # the interpreter is shutting down
            with self._lock:
                self._tasks -= 1

    def close(self) -> None:
        """Stop reading; called by the window's thread. The layer announces nothing more."""
        with self._lock:
            self._closed = True
        QTimer.singleShot(RETIRE_MS, self._retire)

    @Slot()
    def _retire(self) -> None:
        if self._tasks:
            QTimer.singleShot(RETIRE_MS, self._retire)
        else:
            # Once more around: the thread may not have left its last task yet.
            QTimer.singleShot(RETIRE_MS, self._let_go)

    @Slot()
    def _let_go(self) -> None:
        BackgroundLayer._alive.discard(self)


class RasterFileLayer(BackgroundLayer):
    """One band of a raster file. `paint` draws what is there, asks for what is missing, never waits."""

    updated = Signal()
    """There is more to paint."""
    restyled = Signal(object)
    """RasterStyle with the range found in the data, once, unless a style was given."""
    failed = Signal(object)
    """InputError, once: the file broke or went away while it was being read."""
    _arrived = Signal()

    def __init__(
        self,
        identity: str,
        path: Path,
        band: int = 1,
        crs: str | None = None,
        style: RasterStyle | None = None,
        parent: QObject | None = None,
    ) -> None:
        """InputError where the file cannot be drawn (see `RasterFile`); values are read later."""
        file = RasterFile(path, band, crs)
        try:
            box_deg = file.box_deg()
        except InputError:
            file.close()
            raise
        super().__init__(parent)
        self.id, self.visible, self.opacity = identity, True, 1.0
        self.file, self.box_deg = file, box_deg
        self._style = style or RasterStyle()
        self._ranged = style is not None
        self._key = next(_serial)
        self._generation = 0
        self._places: Callable[..., tuple[NDArray[np.float64], NDArray[np.float64]]] | None = None
        self._extent: tuple[float, float, float, float] | None = None
        self._finest = 0
        self._base = BasePicture(self.file)
        self._base_parts = self._base.parts()
        self._base_started = False
        self._wanted: OrderedDict[tuple[int, Tile], None] = OrderedDict()
        self._reading: set[tuple[int, Tile]] = set()
        self._broken = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(UPDATE_MS)
        self._timer.timeout.connect(self.updated)
        self._arrived.connect(self._start_timer)

    @Slot()
    def _start_timer(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @property
    def pending(self) -> int:
        """Tiles asked for and not yet read, one more while the base picture grows."""
        with self._lock:
            growing = self._base_started and not (self._base.complete or self._broken or self._closed)
            return len(self._wanted) + len(self._reading) + int(growing)

    def sample(self) -> Values:
        """The values read so far at a coarse step, for ranges and quantiles."""
        return self._base.values

    def value_at(self, lon_deg: float, lat_deg: float) -> float:
        """The value of the cell under a place; NaN where there is none."""
        return self.file.value_at(lon_deg, lat_deg)

    def set_style(self, style: Style) -> None:
        if isinstance(style, RasterStyle):
            with self._lock:
                self._style = style if style.breaks else classified(style, self._base.values)

    def close(self) -> None:
        """Stop reading and let go of the file."""
        super().close()
        with self._lock:
            self._wanted.clear()
        self._timer.stop()
        self.file.close()

    # -- painting ------------------------------------------------------------------------------------

    def project(self, projection: Projection) -> None:
        places = plane_to_file(self.file, DEFINITIONS[projection.id])
        west, south, east, north = self.box_deg
        # A box around half the Earth has no honest outline on a map of China: then only the view limits.
        extent = projection.bounds(*self.box_deg) if east - west < 120 and north < 89 else None
        if extent is not None and not np.isfinite(extent).all():
            extent = None
        finest = _finest_zoom(places, projection, (west + east) / 2, (south + north) / 2)
        with self._lock:
            self._generation += 1
            self._places, self._extent, self._finest = places, extent, finest
            self._wanted.clear()

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        with self._lock:
            style, generation, limits, finest = self._style, self._generation, self._extent, self._finest
            if self._places is None or self._closed:
                return
        self._start_base()
        if self._base.serial == 0:
            return  # its first state is a moment away, and coarse tiles are cut from it
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        extent = _overlap(viewport.extent, limits) if limits is not None else viewport.extent
        if extent is None:
            return
        zoom = min(zoom_for(viewport.metres_per_pixel / ratio), finest)
        cache, missing = shared_cache(), []
        for tile in tiles_in(extent, zoom):
            entry = cache.get((self._key, generation, tile))
            if entry is None or entry.base_serial not in (None, self._base.serial):
                missing.append(tile)
            if entry is not None:
                self._draw(painter, viewport, tile, tile, entry, style, generation)
            else:
                self._draw_coarser(painter, viewport, tile, style, generation)
        if missing:
            coarse = {tile.parent(LOOK_AHEAD) for tile in missing} if zoom >= LOOK_AHEAD else set()
            known = {t for t in coarse if cache.get((self._key, generation, t)) is not None}
            # The last asked for is read first.
            self._ask(generation, [*reversed(missing), *(coarse - known)])

    def _draw_coarser(
        self, painter: QPainter, viewport: Viewport, tile: Tile, style: RasterStyle, generation: int
    ) -> None:
        for levels in range(1, min(tile.zoom, 7) + 1):
            parent = tile.parent(levels)
            entry = shared_cache().get((self._key, generation, parent))
            if entry is not None:
                self._draw(painter, viewport, tile, parent, entry, style, generation)
                return

    def _draw(
        self,
        painter: QPainter,
        viewport: Viewport,
        tile: Tile,
        held: Tile,
        entry: _Entry,
        style: RasterStyle,
        generation: int,
    ) -> None:
        """Paint `tile` with what is held of it: itself, or the part of a coarser tile."""
        if entry.values is None:
            return
        if entry.image is None or entry.style != style:
            entry = replace(entry, style=style, image=style_image(entry.values, style))
            self._keep((self._key, generation, held), entry)
        left, bottom, right, top = tile.extent
        # Whole pixels: neighbours share an edge, so no seam shows.
        x0, y0 = (round(v) for v in viewport.to_screen(left, top))
        x1, y1 = (round(v) for v in viewport.to_screen(right, bottom))
        part = 1 << (tile.zoom - held.zoom)
        side = TILE_PX / part
        source = QRectF((tile.col - held.col * part) * side, (tile.row - held.row * part) * side, side, side)
        assert entry.image is not None
        painter.drawImage(QRectF(x0, y0, x1 - x0, y1 - y0), entry.image, source)

    # -- reading -------------------------------------------------------------------------------------

    def _keep(self, key: tuple[int, int, Tile], entry: _Entry) -> None:
        size = 200 + (entry.values.nbytes if entry.values is not None else 0)
        size += entry.image.sizeInBytes() if entry.image is not None else 0
        shared_cache().put(key, entry, size)

    def _ask(self, generation: int, tiles: list[Tile]) -> None:
        started = 0
        with self._lock:
            if self._closed or self._broken:
                return
            for tile in tiles:
                request = (generation, tile)
                if request in self._reading:
                    continue
                if request not in self._wanted:
                    started += 1
                self._wanted[request] = None
                self._wanted.move_to_end(request)
            while len(self._wanted) > QUEUE:
                self._wanted.popitem(last=False)
        for _ in range(started):
            self._submit(self._read_next)

    def _read_next(self) -> None:
        """In a reading thread: the tile asked for last."""
        with self._lock:
            if not self._wanted or self._closed:
                return
            request, _ = self._wanted.popitem(last=True)
            generation, tile = request
            if generation != self._generation or self._places is None:
                return
            self._reading.add(request)
            places, style = self._places, self._style
        try:
            serial = self._base.serial
            values, from_base = read_tile(self.file, self._base, places, tile)
            if values is not None and not from_base and np.isnan(values).all():
                values = None
            image = style_image(values, style) if values is not None else None
            if generation == self._generation:
                entry = _Entry(
                    values, serial if from_base and not self._base_done(serial) else None, style, image
                )
                self._keep((self._key, generation, tile), entry)
        except InputError as error:
            self._fail(error)
        finally:
            with self._lock:
                self._reading.discard(request)
                if not self._closed:
                    self._arrived.emit()

    def _base_done(self, serial: int) -> bool:
        return self._base.complete and serial == self._base.serial

    def _start_base(self) -> None:
        with self._lock:
            if self._base_started or self._closed:
                return
            self._base_started = True
        self._submit(self._grow_base)

    def _grow_base(self) -> None:
        """In a reading thread: one part of the base picture, then back into the queue behind the tiles."""
        with self._lock:
            if self._closed:
                return
        try:
            ended = next(self._base_parts, "end") == "end"
        except InputError as error:
            self._fail(error)
            return
        found = None
        if not self._ranged and np.isfinite(self._base.values).any():
            self._ranged = True
            found = range_from_data(self._style, self._base.values)
        self._tell(found)
        if not ended:
            self._submit(self._grow_base)

    def _tell(self, found: RasterStyle | None) -> None:
        with self._lock:
            if self._closed:
                return
            if found is not None:
                self._style = found
                self.restyled.emit(found)
            self._arrived.emit()

    def _fail(self, error: InputError) -> None:
        with self._lock:
            if self._broken or self._closed:
                return
            self._broken = True
            self._wanted.clear()
            self.failed.emit(error)


def open_raster(
    path: Path, band: int = 1, crs: str | None = None, identity: str | None = None
) -> tuple[LayerItem, RasterFileLayer]:
    """A raster file as a layer of the user's, ready for `LayerStack.add`.

    Raises
    ------
    InputError
        The file cannot be drawn: every reason named.
    """
    path = Path(path)
    layer = RasterFileLayer(identity or f"user.{path.name}.{band}", path, band, crs)
    file = layer.file
    title = path.stem if file.bands == 1 else f"{path.stem} · {file.names[band - 1] or band}"
    item = LayerItem(
        id=layer.id,
        group=USER_GROUP,
        title_zh=file.tags.get("TITLE_ZH", title),
        title_en=file.tags.get("TITLE_EN", title),
        unit=file.unit,
        grade="user",
        source=file.tags.get("SOURCE", path.name),
        period=file.tags.get("PERIOD", ""),
        visible=True,
        style=RasterStyle(),
        removable=True,
        box_deg=layer.box_deg,
    )
    return item, layer


def _finest_zoom(
    places: Callable[..., tuple[NDArray[np.float64], NDArray[np.float64]]],
    projection: Projection,
    lon: float,
    lat: float,
) -> int:
    """The zoom at which a cell is about four pixels wide: finer tiles would show nothing new."""
    x, y = projection.forward(np.array([lon]), np.array([lat]))
    step = 10.0
    col, row = places(x + np.array([0.0, step]), y + np.array([0.0, 0.0]))
    cells_per_metre = float(np.hypot(col[1] - col[0], row[1] - row[0])) / step
    if not np.isfinite(cells_per_metre) or cells_per_metre <= 0:
        return 10
    return zoom_for(min(20_000.0, 0.25 / cells_per_metre))


def _overlap(
    a: tuple[float, float, float, float], b: tuple[float, float, float, float]
) -> tuple[float, float, float, float] | None:
    box = (max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))
    return box if box[0] < box[2] and box[1] < box[3] else None
