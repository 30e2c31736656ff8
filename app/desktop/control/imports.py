"""The user's own files: dropped or chosen, read and asked about by the import dialog, then layers of the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths

from app.desktop.importing.dialog import ImportDialog
from app.desktop.map.features import column_of
from app.desktop.map.open_raster import open_raster
from app.desktop.map.raster_file import RasterFileLayer
from app.desktop.map.stack import LayerItem
from app.desktop.map.vector_file import VectorFileLayer, open_vector
from app.desktop.workbench import Workbench
from gis_layers.errors import EnergyMapError
from gis_layers.importer.apply import ImportedLayer
from planning.edits import new_id, put_item, remove_item
from planning.workspace import UserLayer


class ImportControl(QObject):
    """Handlers of the menu Layers that bring files in."""

    def __init__(self, bench: Workbench, folder: Path | None = None) -> None:
        super().__init__(bench.window)
        self.bench = bench
        self.dialog: ImportDialog | None = None
        self._folder = folder
        self._shown: dict[str, UserLayer] = {}
        self._gone: dict[str, tuple[UserLayer, LayerItem]] = {}
        """How layers looked that were taken away, for when undo brings them back."""
        bench.tree.remove_requested.connect(self.remove)
        bench.document.workspace_changed.connect(self.refresh)
        bench.document.opened.connect(self.refresh)

    def on_import(self) -> None:
        self.offer(())

    def offer(self, paths: Iterable[Path]) -> None:
        """Open the dialog with these files; a project file is opened instead."""
        bench = self.bench
        if self.dialog is None:
            self.dialog = ImportDialog(bench.state.language, self.folder(), bench.window)
            self.dialog.set_dark(bench.state.dark)
            self.dialog.imported.connect(self.take)
            self.dialog.finished.connect(self._closed)
        self.dialog.show()
        self.dialog.raise_()
        if paths := list(paths):
            self.dialog.add_files(paths)

    def folder(self) -> Path:
        """Where corrected copies of the user's files lie."""
        if self._folder is not None:
            return self._folder
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
        return Path(place) / "imported"

    def take(self, layer: ImportedLayer) -> None:
        """A layer the user brought: part of the project, drawn on the map."""
        if layer.kind == "weather":
            self._take_weather(layer)
            return
        held = self.bench.document.workspace.user_layers
        kept = UserLayer(
            id=new_id("layer", (u.id for u in held)),
            name=layer.layer or layer.source.name,
            path=str(layer.path),
            kind="table" if layer.columns else layer.kind,
            style={
                "stations": self._holds_stations(layer),
                "open_name": layer.open_name,
                "layer": layer.layer,
                "crs": layer.crs,
                "band": layer.band or 1,
                "unit": layer.unit,
                "nodata": layer.nodata,
                "encoding": layer.encoding,
            },
        )
        try:
            self.bench.document.apply(put_item(kept))
        except EnergyMapError as error:
            self.bench.complain(error)
            return
        self.bench.say(self.bench.text("imported", name=kept.name))
        item = f"user.{kept.id}"
        if item in self.bench.stack and (box := self.bench.stack.item(item).box_deg) is not None:
            self.bench.canvas.zoom_to(box)

    @staticmethod
    def _holds_stations(layer: ImportedLayer) -> bool:
        """Whether a table of places tells the capacity of each: then it is drawn as power stations."""
        if not layer.columns:
            return False
        import pyogrio

        fields = pyogrio.read_info(layer.path, layer=layer.layer)["fields"]
        return "mw" in column_of([str(field) for field in fields])

    def _take_weather(self, layer: ImportedLayer) -> None:
        """A weather file is a year at one place: the place is pinned, the file stays where it is."""
        bench = self.bench
        if layer.bounds_wgs84 is not None:
            west, south, east, north = layer.bounds_wgs84
            lon, lat = (west + east) / 2, (south + north) / 2
            bench.canvas.center_on(lon, lat)
            bench.toolbox.add_pin(lon, lat)
        bench.say(bench.text("weather_taken", name=layer.source.name), 30.0)

    def remove(self, identity: str) -> None:
        """Take a layer out of the project, which takes it off the map; undo brings it back as it looked."""
        layer = self._shown.get(identity)
        if layer is not None:
            self.bench.document.apply(remove_item(layer))

    def refresh(self) -> None:
        """The stack holds exactly the user layers of the project."""
        stack = self.bench.stack
        wanted = {f"user.{u.id}": u for u in self.bench.document.workspace.user_layers}
        for identity in [i.id for i in stack.items() if i.id.startswith("user.")]:
            # Another project may call another file the same.
            if wanted.get(identity) != self._shown.get(identity):
                layer = self._shown.pop(identity, None)
                if layer is not None:
                    self._gone[identity] = (layer, stack.item(identity))
                stack.remove(identity)
        for identity, layer in wanted.items():
            if identity not in stack:
                try:
                    self._add(identity, layer)
                except EnergyMapError as error:
                    self.bench.complain(error)

    def _add(self, identity: str, layer: UserLayer) -> None:
        of_file, path = layer.style, Path(layer.path)

        def said(key: str) -> str | None:
            return str(of_file.get(key) or "") or None

        item: LayerItem
        picture: RasterFileLayer | VectorFileLayer
        if layer.kind == "raster":
            nodata, unit = of_file.get("nodata"), said("unit")
            item, picture = open_raster(
                path, int(said("band") or 1), said("crs"), identity, name=said("open_name") or "",
                nodata=float(nodata) if isinstance(nodata, int | float) else None, unit=unit,
            )  # fmt: skip
        else:
            item, picture = open_vector(
                path, said("layer"), said("encoding"), said("crs"), identity,
                stations=layer.kind == "table" and bool(of_file.get("stations")),
            )  # fmt: skip
        picture.failed.connect(self.bench.complain)
        item = replace(
            item,
            title_zh=layer.name,
            title_en=layer.name,
            source=layer.path,
            visible=layer.visible,
            opacity=layer.opacity,
        )
        self._shown[identity] = layer
        self.bench.stack.add(item, picture)
        known, held = self._gone.pop(identity, (None, None))
        if known == layer and held is not None:
            self.bench.stack.set_visible(identity, held.visible)
            self.bench.stack.set_opacity(identity, held.opacity)
            if held.style is not None:
                self.bench.stack.set_style(identity, held.style)

    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
