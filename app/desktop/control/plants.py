"""The plant panel and the map: a click fills in the place, hours are exported where the user says."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.desktop.panels.plant_panel import PlantPanel
from app.desktop.workbench import Workbench

DOCK = "plant"


class PlantControl(QObject):
    """Handlers of the command for one plant."""

    def __init__(self, bench: Workbench, panel: PlantPanel) -> None:
        super().__init__(bench.window)
        self.bench, self.panel = bench, panel
        self._place = (94.9, 36.4)
        bench.canvas.clicked.connect(lambda lon, lat, *_: self.take_place(lon, lat))
        bench.toolbox.pointed.connect(lambda lon, lat, *_: self.take_place(lon, lat))
        panel.failed.connect(lambda words: bench.say(words, 30.0))
        panel.said.connect(bench.say)
        panel.choose_with(self._curve, self._target)

    def on_plant_here(self) -> None:
        """Bring the panel forward with the place last clicked."""
        if not self.panel.lon.text():
            self.panel.set_place(*self._place)
        self.bench.show_dock(DOCK)

    def take_place(self, lon_deg: float, lat_deg: float) -> None:
        """Remember a place the map was clicked at, and fill it in."""
        self._place = (lon_deg, lat_deg)
        self.panel.set_place(lon_deg, lat_deg)

    def _curve(self) -> str:
        return self.bench.dialogs.open_file(self.bench.text("plant.choose_curve"), "CSV (*.csv)")

    def _target(self) -> str:
        title = self.bench.text("plant.save_hours")
        return self.bench.dialogs.save_file(title, "hours.csv", "CSV (*.csv);;Parquet (*.parquet)")
