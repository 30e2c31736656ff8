"""A raster file of the user's, ready for the stack: its title, unit and first style."""

from __future__ import annotations

from pathlib import Path

from app.desktop.map.raster_file import RasterFileLayer
from app.desktop.map.stack import USER_GROUP, LayerItem
from app.desktop.map.style import Category, ImageStyle, PalettedStyle, RasterStyle
from gis_layers.raster_windows import RasterFile


def open_raster(
    path: Path,
    band: int = 1,
    crs: str | None = None,
    identity: str | None = None,
    name: str = "",
    nodata: float | None = None,
    unit: str | None = None,
) -> tuple[LayerItem, RasterFileLayer]:
    """A raster file as a layer of the user's, ready for `LayerStack.add`. A band with a colour table of its own
    is drawn in it, any other in a ramp over the range of its values.

    Parameters
    ----------
    crs, name, nodata
        As of `RasterFile`.
    unit
        Of the band, where the user knows better than the file.

    Raises
    ------
    InputError
        The file cannot be drawn: every reason named.
    """
    path = Path(path)

    def open_band(number: int) -> RasterFile:
        # What the user said is missing was said of the band he chose.
        return RasterFile(path, number, crs, name, nodata if number == band else None)

    layer = RasterFileLayer(
        identity or f"user.{path.name}.{band}", open_band, RasterStyle(band=band, from_data=True)
    )
    file = layer.file
    style: ImageStyle = own_colours(file) or RasterStyle(band=band, from_data=True)
    layer.set_style(style)
    if unit:
        layer.stated_units[band] = unit
    title = path.stem if file.bands == 1 else f"{path.stem} · {file.names[band - 1] or band}"
    item = LayerItem(
        id=layer.id,
        group=USER_GROUP,
        title_zh=file.tags.get("TITLE_ZH", title),
        title_en=file.tags.get("TITLE_EN", title),
        unit=layer.unit,
        grade="user",
        source=file.tags.get("SOURCE", path.name),
        period=file.tags.get("PERIOD", ""),
        visible=True,
        style=style,
        removable=True,
        box_deg=layer.box_deg,
    )
    return item, layer


def own_colours(file: RasterFile) -> PalettedStyle | None:
    """The colours a paletted band brings; None where it has none."""
    classes = tuple(
        Category(value=str(value), colour=f"#{red:02x}{green:02x}{blue:02x}")
        for value, (red, green, blue, opacity) in sorted(file.colours.items())
        if opacity > 0
    )
    return PalettedStyle(band=file.band, classes=classes, from_data=True) if classes else None
