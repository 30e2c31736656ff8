"""The bands of a raster file that a layer draws, each with its coarse picture; no Qt."""

from __future__ import annotations

from collections.abc import Callable

from gis_layers.errors import InputError
from gis_layers.raster_windows import BasePicture, RasterFile


class Channel:
    """One band: its file, and its coarse picture as it grows."""

    def __init__(self, file: RasterFile) -> None:
        self.file, self.base = file, BasePicture(file)
        self.parts = self.base.parts()


def open_channels(open_band: Callable[[int], RasterFile], bands: tuple[int, ...]) -> tuple[Channel, ...]:
    """A channel for each band, all or none: InputError closes what was opened."""
    opened: list[Channel] = []
    try:
        for band in bands:
            opened.append(Channel(open_band(band)))
    except InputError:
        close_channels(tuple(opened))
        raise
    return tuple(opened)


def close_channels(channels: tuple[Channel, ...]) -> None:
    """Let go of the files; reads under way end first."""
    for channel in channels:
        channel.file.close()


def state_of(channels: tuple[Channel, ...]) -> int:
    """Grows with every part of a base picture."""
    return sum(channel.base.serial for channel in channels)
