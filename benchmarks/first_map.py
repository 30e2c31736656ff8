"""Starts the window as `energymap gui` does and prints the moment, in seconds of the epoch, when the map stood."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from app.desktop.start import open_window


def main() -> None:
    from PySide6.QtCore import QCoreApplication, Qt

    window = open_window(None, "zh", Path(sys.argv[1]))
    window.help.show_map()
    painted: list[float] = []

    def shown() -> None:
        window.canvas.repaint()
        painted.append(time.time())

    window.canvas.painted.connect(shown, Qt.ConnectionType.SingleShotConnection)
    while not painted:
        QCoreApplication.processEvents()
        time.sleep(0.001)
    print(painted[0], flush=True)
    # What is read in the background is not waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
