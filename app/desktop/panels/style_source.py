"""The page of the style dialog that says what of a raster is drawn: which band or bands, and how between cells."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox

from app.desktop.map.open_raster import own_colours
from app.desktop.map.raster_file import RasterFileLayer
from app.desktop.map.stack import LayerStack
from app.desktop.map.style import (
    CompositeStyle,
    ImageStyle,
    PalettedStyle,
    RasterStyle,
    VectorStyle,
    bands_of,
)
from app.desktop.panels.style_page import StylePage
from app.desktop.texts import text
from app.messages import Language

MODES = ("band", "composite", "paletted")
CHANNELS = ("red", "green", "blue")


class SourcePage(StylePage):
    """Band, composite of three or the file's own colours; nearest cell or between cells."""

    def __init__(self, stack: LayerStack, identity: str) -> None:
        super().__init__(stack, identity)
        self.mode, self.band, self.resampling = QComboBox(), QComboBox(), QComboBox()
        self.channels = tuple(QComboBox() for _ in CHANNELS)
        self.mode.addItems([""] * len(MODES))
        self.resampling.addItems(["", ""])
        self.mode.currentIndexChanged.connect(self._choose_mode)
        self.band.currentIndexChanged.connect(lambda _: self._choose_bands())
        self.resampling.currentIndexChanged.connect(self._choose_resampling)
        self.row("layers.drawn_as", self.mode)
        self.row("layers.band", self.band)
        for name, box in zip(CHANNELS, self.channels, strict=True):
            box.currentIndexChanged.connect(lambda _: self._choose_bands())
            self.row(f"layers.{name}", box)
        self.row("layers.resampling", self.resampling)

    def set_language(self, language: Language) -> None:
        super().set_language(language)
        for index, mode in enumerate(MODES):
            self.mode.setItemText(index, text(f"layers.mode.{mode}", language))
        for index, name in enumerate(("nearest", "bilinear")):
            self.resampling.setItemText(index, text(f"layers.{name}", language))

    def show_style(self, style: ImageStyle) -> None:
        """Bring every field to what the stack holds."""
        blocked = [QSignalBlocker(box) for box in (self.mode, self.band, self.resampling, *self.channels)]
        picture = self.picture()
        names = _band_names(picture) if isinstance(picture, RasterFileLayer) else ()
        kind = "band" if isinstance(style, RasterStyle) else style.kind
        self.mode.setCurrentIndex(MODES.index(kind))
        modes = [
            len(names) > 0,
            len(names) >= 3,
            isinstance(picture, RasterFileLayer) and bool(picture.file.colours),
        ]
        for index, possible in enumerate(modes):
            self.mode.model().item(index).setEnabled(possible)  # type: ignore[attr-defined]
        self.show_row(self.mode, sum(modes) > 1)
        self.show_row(self.band, len(names) > 1 and kind != "composite")
        for box in self.channels:
            self.show_row(box, kind == "composite")
        for box, band in zip(
            (self.band, *self.channels), (bands_of(style)[0], *bands_of(style)), strict=False
        ):
            box.clear()
            box.addItems(list(names))
            box.setCurrentIndex(band - 1)
        self.resampling.setCurrentIndex(int(style.smooth))
        self.resampling.setEnabled(not isinstance(style, PalettedStyle))
        for blocker in blocked:
            blocker.unblock()

    # -- from the hand ---------------------------------------------------------------------------

    def _held(self) -> tuple[ImageStyle, RasterFileLayer] | None:
        style, picture = self.style_held(), self.picture()
        if style is None or isinstance(style, VectorStyle) or not isinstance(picture, RasterFileLayer):
            return None
        return style, picture

    def _choose_mode(self, index: int) -> None:
        held = self._held()
        if held is None:
            return
        style, picture = held
        band = bands_of(style)[0]
        made: ImageStyle | None = RasterStyle(band=band, from_data=True)
        if MODES[index] == "composite":
            made = CompositeStyle(bands=natural_colours(picture.file.names), from_data=True)
        elif MODES[index] == "paletted":
            made = own_colours(picture.file)
        if made is not None:
            self.put(made)

    def _choose_bands(self) -> None:
        held = self._held()
        if held is None:
            return
        style, _ = held
        fields: dict[str, object] = {"band": self.band.currentIndex() + 1}
        if isinstance(style, CompositeStyle):
            fields = {"bands": tuple(box.currentIndex() + 1 for box in self.channels)}
        elif isinstance(style, RasterStyle):
            # Limits of another band say nothing of this one.
            fields |= {"breaks": (), "labels_zh": (), "labels_en": ()}
            if style.classification == "breaks":
                fields |= {"classification": "equal"}
        self.put(style.model_copy(update={**fields, "from_data": True}))

    def _choose_resampling(self, index: int) -> None:
        style = self.style_held()
        if isinstance(style, RasterStyle | CompositeStyle):
            self.put(style.model_copy(update={"smooth": index == 1}))


def natural_colours(names: tuple[str, ...]) -> tuple[int, int, int]:
    """The bands a file calls red, green and blue; the first three where it names none of them so."""
    told = [name.strip().lower() for name in names]
    found = [
        next((told.index(word) + 1 for word in words if word in told), 0)
        for words in (("red", "r", "红"), ("green", "g", "绿"), ("blue", "b", "蓝"))
    ]
    return (found[0], found[1], found[2]) if all(found) else (1, 2, 3)


def _band_names(picture: RasterFileLayer) -> tuple[str, ...]:
    """ "3 · NIR" where the file names its bands, else the number."""
    return tuple(
        f"{number} · {name}" if name else str(number)
        for number, name in enumerate(picture.file.names, start=1)
    )
