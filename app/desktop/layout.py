"""How the user left the window: size, panels, theme, units and language; kept from one start to the next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from PySide6.QtCore import QByteArray, QStandardPaths

from app.messages import Language
from gis_layers.errors import EnergyMapError
from gis_layers.files import replacing

if TYPE_CHECKING:
    from app.desktop.main_window import MainWindow

MOST_BYTES = 100_000


class Layout(BaseModel):
    """What is kept. Qt's own two parts are bytes in hexadecimal, which Qt checks itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    language: Language
    units: Literal["cn", "si"]
    dark: bool
    geometry: str
    panels: str


def layout_file() -> Path:
    """Where it lies for this user."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)
    return Path(folder) / "window.json"


def read_layout(file: Path) -> Layout | None:
    """None where there is none, or none that can be used: it is a convenience."""
    try:
        if file.stat().st_size > MOST_BYTES:
            return None
        return Layout.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError):
        return None


def write_layout(file: Path, layout: Layout) -> None:
    """Whole or not at all; a folder that cannot be written keeps nothing."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as temporary:
            temporary.write_text(layout.model_dump_json(indent=1), "utf-8")
    except (OSError, EnergyMapError):
        return


def layout_of(window: MainWindow) -> Layout:
    """As the window stands."""
    state = window.state
    return Layout(
        language=state.language,
        units=state.units,
        dark=state.dark,
        geometry=bytes(window.saveGeometry().data()).hex(),
        panels=bytes(window.saveState().data()).hex(),
    )


def restore(window: MainWindow, layout: Layout) -> None:
    """Bring a window to a layout; the panels below stay folded until there is a result."""
    try:
        geometry, panels = bytes.fromhex(layout.geometry), bytes.fromhex(layout.panels)
    except ValueError:
        return
    window.restoreGeometry(QByteArray(geometry))
    if window.restoreState(QByteArray(panels)):
        window.docks.restored()
    window.state.set_units(layout.units)
    window.state.set_dark(layout.dark)
