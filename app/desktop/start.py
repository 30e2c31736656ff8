"""Starts the window: application, fonts, icon text, the project to open."""

from __future__ import annotations

import gc
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from app.desktop.layout import layout_file, layout_of, read_layout, restore, write_layout
from app.desktop.main_window import MainWindow
from app.desktop.state import WindowState
from app.messages import Language
from planning.report.fonts import FAMILY, font_paths

TIME_START = "ENERGYMAP_TIME_START"
"""In the environment: say when the first map stands, and end. The benchmarks start the program so, frozen or not."""


def make_application() -> QApplication:
    """The application with the bundled font; the running one if there is one."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("energymap")
    application.setStyle("Fusion")
    for path in font_paths():
        QFontDatabase.addApplicationFont(str(path))
    application.setFont(QFont(FAMILY, 9))
    return application


def open_window(
    project: Path | None, language: Language, state_folder: Path | None = None, language_asked: bool = True
) -> MainWindow:
    """The window on the screen, as the user left it, the map being painted; `state_folder` instead of the user's
    own. A language that was not asked for gives way to the one the user last chose.

    Raises
    ------
    InputError
        `project` is not one of ours.
    """
    make_application()
    file = state_folder / "window.json" if state_folder else layout_file()
    kept = read_layout(file)
    if kept is not None and not language_asked:
        language = kept.language
    window = MainWindow(WindowState(language), state_folder=state_folder)
    window.resize(1440, 900)
    if kept is not None:
        restore(window, kept)
    window.closing.connect(lambda: write_layout(file, layout_of(window)))
    window.show()
    # What the window is made of lives as long as it: the collector of cycles need not walk it ever again.
    window.canvas.painted.connect(gc.freeze, Qt.ConnectionType.SingleShotConnection)
    window.begin(project)
    return window


def start(project: Path | None, language: Language, language_asked: bool = True) -> None:
    """Open the window and stay until it is closed; as `open_window`."""
    window = open_window(project, language, language_asked=language_asked)
    if os.environ.get(TIME_START):
        _end_with_first_map(window)
    QApplication.exec()
    del window  # it lived as long as the program


def _end_with_first_map(window: MainWindow) -> None:
    """Print the moment, in seconds of the epoch, when the map is on the screen; what is read in the background is
    not waited for."""

    def shown() -> None:
        window.canvas.repaint()
        print(time.time(), flush=True)
        os._exit(0)

    window.help.show_map()
    window.canvas.painted.connect(shown, Qt.ConnectionType.SingleShotConnection)
