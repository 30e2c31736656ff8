"""A raster file on the map: tiles read in the background, coarse first, painted as they come."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter

from app.desktop.map.background import BackgroundLayer
from app.desktop.map.channels import Channel, close_channels, open_channels, state_of
from app.desktop.map.layers import values_image
from app.desktop.map.projection import DEFINITIONS, Projection
from app.desktop.map.style import (
    ImageStyle,
    RasterStyle,
    Style,
    VectorStyle,
    bands_of,
    classified,
    found_in,
)
from app.desktop.map.viewport import Viewport
from gis_layers.errors import InputError
from gis_layers.raster_windows import RasterFile, Values
from gis_layers.tile_values import plane_to_file, read_tile
from gis_layers.tiles import TILE_PX, LruCache, Tile, tiles_in, zoom_for

CACHE_BYTES = 96 << 20
"""Of all raster files together."""
LOOK_AHEAD = 3
"""Zooms by which the first, coarse tiles are coarser."""
QUEUE = 400
"""Requests kept; the oldest, no longer in view, are dropped."""
UPDATE_MS = 60

_serial = count()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A tile as read, and as last painted."""

    values: Values | None
    """(TILE_PX, TILE_PX), of a composite (3, TILE_PX, TILE_PX)."""
    base_serial: int | None
    """State of the base pictures it was cut from; None where it was read from the file itself."""
    style: ImageStyle | None = None
    image: QImage | None = None


@lru_cache(maxsize=1)
def shared_cache() -> LruCache[_Entry]:
    return LruCache(CACHE_BYTES)


class RasterFileLayer(BackgroundLayer):
    """One band of a raster file, or three as a composite. `paint` draws what is there, asks for what is missing,
    never waits."""

    updated = Signal()
    """There is more to paint."""
    restyled = Signal(object)
    """The style with what it left to the data."""
    failed = Signal(object)
    """InputError, once: the file broke or went away while it was being read."""
    _arrived = Signal()

    def __init__(
        self,
        identity: str,
        open_band: Callable[[int], RasterFile],
        style: ImageStyle | None = None,
        parent: QObject | None = None,
    ) -> None:
        """InputError where the file cannot be drawn (see `RasterFile`); values are read later.

        Parameters
        ----------
        open_band
            Gives the file with a band; InputError where there is none.
        style
            None: the first band, its range from the data.
        """
        style = style or RasterStyle(from_data=True)
        channels = open_channels(open_band, bands_of(style))
        try:
            box_deg = channels[0].file.box_deg()
        except InputError:
            close_channels(channels)
            raise
        super().__init__(parent)
        self.id, self.visible, self.opacity = identity, True, 1.0
        self.box_deg = box_deg
        self.stated_units: dict[int, str] = {}
        """By band: the unit as the user knows it."""
        self._open_band, self._channels = open_band, channels
        self._style: ImageStyle = style
        self._key = next(_serial)
        self._generation = 0
        self._places: Callable[..., tuple[NDArray[np.float64], NDArray[np.float64]]] | None = None
        self._extent: tuple[float, float, float, float] | None = None
        self._finest = 0
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
            complete = all(channel.base.complete for channel in self._channels)
            growing = self._base_started and not (complete or self._broken or self._closed)
            return len(self._wanted) + len(self._reading) + int(growing)

    @property
    def file(self) -> RasterFile:
        """With the band drawn, of a composite the red one."""
        return self._channels[0].file

    @property
    def unit(self) -> str:
        """Of the band drawn; "" for colours."""
        if not isinstance(self._style, RasterStyle):
            return ""
        return self.stated_units.get(self._style.band, self.file.unit)

    def sample(self) -> Values:
        """The values read so far at a coarse step, for ranges and quantiles; of a composite of all three."""
        values = [channel.base.values for channel in self._channels]
        return values[0] if len(values) == 1 else np.stack(values)

    def value_at(self, lon_deg: float, lat_deg: float) -> float:
        """The value of the cell under a place; NaN where there is none, or where colours are drawn."""
        return float("nan") if len(self._channels) > 1 else self.file.value_at(lon_deg, lat_deg)

    def set_style(self, style: Style) -> None:
        """Draw otherwise; other bands are opened at once and read in the background."""
        if isinstance(style, VectorStyle):
            return
        old: tuple[Channel, ...] = ()
        try:
            fresh = None
            if bands_of(style) != bands_of(self._style):
                fresh = open_channels(self._open_band, bands_of(style))
        except InputError as error:
            self._fail(error)
            return
        with self._lock:
            if fresh is not None:
                old, self._channels = self._channels, fresh
            if fresh is not None or style.smooth != self._style.smooth:
                self._key = next(_serial)
                self._wanted.clear()
            if fresh is not None:
                self._base_started = False
            elif isinstance(style, RasterStyle) and not style.breaks:
                style = classified(style, self._channels[0].base.values)
            self._style = style
        close_channels(old)
        if style.from_data and fresh is None:
            self._submit(self._find)

    def close(self) -> None:
        """Stop reading and let go of the file."""
        super().close()
        with self._lock:
            self._wanted.clear()
        self._timer.stop()
        close_channels(self._channels)

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
            key, channels = self._key, self._channels
        self._start_base()
        if any(channel.base.serial == 0 for channel in channels):
            return  # its first state is a moment away, and coarse tiles are cut from it
        state = state_of(channels)
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        extent = _overlap(viewport.extent, limits) if limits is not None else viewport.extent
        if extent is None:
            return
        zoom = min(zoom_for(viewport.metres_per_pixel / ratio), finest)
        cache, missing = shared_cache(), []
        for tile in tiles_in(extent, zoom):
            entry = cache.get((key, generation, tile))
            if entry is None or entry.base_serial not in (None, state):
                missing.append(tile)
            if entry is not None:
                self._draw(painter, viewport, tile, tile, entry, style, (key, generation))
            else:
                self._draw_coarser(painter, viewport, tile, style, (key, generation))
        if missing:
            coarse = {tile.parent(LOOK_AHEAD) for tile in missing} if zoom >= LOOK_AHEAD else set()
            known = {t for t in coarse if cache.get((key, generation, t)) is not None}
            # The last asked for is read first.
            self._ask(generation, [*reversed(missing), *(coarse - known)])

    def _draw_coarser(
        self, painter: QPainter, viewport: Viewport, tile: Tile, style: ImageStyle, owner: tuple[int, int]
    ) -> None:
        for levels in range(1, min(tile.zoom, 7) + 1):
            parent = tile.parent(levels)
            entry = shared_cache().get((*owner, parent))
            if entry is not None:
                self._draw(painter, viewport, tile, parent, entry, style, owner)
                return

    def _draw(
        self,
        painter: QPainter,
        viewport: Viewport,
        tile: Tile,
        held: Tile,
        entry: _Entry,
        style: ImageStyle,
        owner: tuple[int, int],
    ) -> None:
        """Paint `tile` with what is held of it: itself, or the part of a coarser tile."""
        if entry.values is None:
            return
        if entry.image is None or entry.style != style:
            entry = replace(entry, style=style, image=values_image(entry.values, style))
            self._keep((*owner, held), entry)
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
            places, style, channels, key = self._places, self._style, self._channels, self._key
        try:
            done, state = all(channel.base.complete for channel in channels), state_of(channels)
            read = [read_tile(c.file, c.base, places, tile, style.smooth) for c in channels]
            parts = [part for part, _ in read if part is not None]
            from_base = any(of_base for _, of_base in read)
            values: Values | None = None
            if len(parts) == len(channels) and (from_base or not all(np.isnan(p).all() for p in parts)):
                values = parts[0] if len(parts) == 1 else np.stack(parts)
            image = values_image(values, style) if values is not None else None
            if generation == self._generation and key == self._key:
                entry = _Entry(values, state if from_base and not done else None, style, image)
                self._keep((key, generation, tile), entry)
        except InputError as error:
            self._fail(error)
        finally:
            with self._lock:
                self._reading.discard(request)
                if not self._closed:
                    self._arrived.emit()

    def _start_base(self) -> None:
        with self._lock:
            if self._base_started or self._closed:
                return
            self._base_started, channels = True, self._channels
        self._submit(self._grow_base, channels)

    def _grow_base(self, channels: tuple[Channel, ...]) -> None:
        """In a reading thread: one part of each base picture, then back into the queue behind the tiles."""
        with self._lock:
            if self._closed or channels is not self._channels:
                return
        try:
            ended = [next(channel.parts, "end") == "end" for channel in channels]
        except InputError as error:
            self._fail(error)
            return
        self._find()
        if not all(ended):
            self._submit(self._grow_base, channels)

    def _find(self) -> None:
        """In a reading thread: what the style leaves to the data, as soon as there are some."""
        with self._lock:
            style, channels = self._style, self._channels
        found: ImageStyle | None = None
        if style.from_data and all(np.isfinite(channel.base.values).any() for channel in channels):
            whole = np.dtype(channels[0].file.dtype).kind in "iub"
            found = found_in(style, self.sample(), whole)
        with self._lock:
            if self._closed:
                return
            if found is not None and style is self._style:
                if found.smooth != style.smooth:
                    self._key = next(_serial)
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
