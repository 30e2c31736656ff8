"""The parts of the window as its controllers see them: who holds what, and how to say something to the user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QMainWindow

from app import messages
from app.desktop.document import Document
from app.desktop.map.canvas import MapCanvas
from app.desktop.map.furniture import Furniture
from app.desktop.map.labels import LabelLayer
from app.desktop.map.stack import LayerStack
from app.desktop.state import WindowState
from app.desktop.texts import text
from app.desktop.tools.toolbox import ToolBox
from gis_layers.errors import EnergyMapError

if TYPE_CHECKING:
    from app.desktop.panels.inspector import Inspector
    from app.desktop.panels.layer_tree import LayerTree
    from app.desktop.panels.results import ResultsPanel
    from app.desktop.panels.time_bar import TimeBar


class Dialogs(Protocol):
    """What needs an answer from the user; replaced in tests."""

    def open_file(self, title: str, kinds: str) -> str: ...
    def save_file(self, title: str, name: str, kinds: str) -> str: ...
    def choose_folder(self, title: str) -> str: ...
    def ask_save(self, title: str, words: str) -> str:
        """save, discard or cancel: the one question that stops the window, for data would be lost."""

    def ask_text(self, title: str, label: str, value: str) -> str | None: ...


@dataclass
class Workbench:
    """Parts shared by the controllers."""

    window: QMainWindow
    state: WindowState
    document: Document
    canvas: MapCanvas
    furniture: Furniture
    stack: LayerStack
    labels: LabelLayer
    toolbox: ToolBox
    dialogs: Dialogs
    tree: LayerTree
    inspector: Inspector
    results: ResultsPanel
    time_bar: TimeBar
    show_dock: Callable[[str], None]
    """Bring a panel forward."""
    zooms: dict[str, Callable[[str], tuple[float, float, float, float] | None]] = field(default_factory=dict)
    """Kind of a selection -> where (west, south, east, north) the thing of an id lies; of kinds no result holds."""

    def say(self, words: str, seconds: float = 12.0) -> None:
        """A line in the status bar; nothing stops."""
        self.window.statusBar().showMessage(words, round(seconds * 1000))

    def complain(self, error: EnergyMapError) -> None:
        """Say what went wrong, in the user's language."""
        self.say(messages.say(error, self.state.language).replace("\n", "  "), 30.0)

    def text(self, key: str, **values: object) -> str:
        return text(key, self.state.language, **values)
