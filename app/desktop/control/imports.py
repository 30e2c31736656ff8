"""The user's own files: dropped or chosen, read and asked about by the import dialog, then layers of the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from PySide6.QtCore import QObject, QStandardPaths

from app.desktop.importing.dialog import ImportDialog
from app.desktop.importing.source_rows import unit_of
from app.desktop.map.features import column_of
from app.desktop.map.open_raster import open_raster
from app.desktop.map.raster_file import RasterFileLayer
from app.desktop.map.stack import LayerItem
from app.desktop.map.vector_file import VectorFileLayer, open_vector
from app.desktop.panels.library_rows import Held, period_words
from app.desktop.workbench import Workbench
from gis_layers.errors import EnergyMapError
from gis_layers.importer.apply import ImportedLayer
from gis_layers.provenance import Grade
from planning.edits import new_id, put_item, remove_item
from planning.workspace import UserLayer

if TYPE_CHECKING:
    from app.desktop.control.library import LibraryControl


class ImportControl(QObject):
    """Handlers of the menu Layers that bring files in."""

    def __init__(self, bench: Workbench, folder: Path | None = None) -> None:
        super().__init__(bench.window)
        self.bench = bench
        self.dialog: ImportDialog | None = None
        self.library: LibraryControl | None = None
        """Takes what is to be computed with; sets itself."""
        self._folder = folder
        self._shown: dict[str, UserLayer] = {}
        self._gone: dict[str, tuple[UserLayer, LayerItem]] = {}
        """How layers looked that were taken away, for when undo brings them back."""
        bench.tree.remove_requested.connect(self.remove)
        bench.document.workspace_changed.connect(self.refresh)
        bench.document.opened.connect(self.refresh)

    def on_import(self) -> None:
        self.offer(())

    def offer(self, paths: Iterable[Path], together: bool = False) -> None:
        """Open the dialog with these files, `together` if they are parts of one source."""
        bench = self.bench
        if self.dialog is None:
            library = self.library
            known = library.folder_or_none() if library is not None else None
            self.dialog = ImportDialog(bench.state.language, self.folder(), bench.window, known)
            self.dialog.set_dark(bench.state.dark)
            self.dialog.imported.connect(self.take)
            self.dialog.finished.connect(self._closed)
            if library is not None:
                self.dialog.ordered.connect(library.import_source)
                self.dialog.cancelled.connect(library.cancel)
                library.order_moved.connect(self.dialog.order_moved)
                library.order_over.connect(self.dialog.order_over)
        self.dialog.show()
        self.dialog.raise_()
        if paths := list(paths):
            self.dialog.add_files(paths, as_one=together)

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

    # -- entries of the library on the map -------------------------------------------------------

    def show_entry(self, held: Held) -> bool:
        """An entry of the library on the map: a raster or shapes as a layer, a place as a pin, places as points.

        Returns
        -------
        Whether there is anything to show.
        """
        bench = self.bench
        shown = next(
            (u for u in bench.document.workspace.user_layers if u.style.get("entry") == held.id), None
        )
        if shown is not None and shown.style.get("entry_sha256") == held.entry.manifest.data_sha256:
            self._bring_forward(f"user.{shown.id}", held)
        elif held.kind == "raster":
            self._put_entry(held, held.entry.data, "raster")
        elif held.places == 1 and held.lon_deg is not None and held.lat_deg is not None:
            return self._pin(held, float(held.lon_deg[0]), float(held.lat_deg[0]))
        elif held.places:
            self._show_points(held)
        elif held.entry.data.suffix == ".gpkg":
            self._put_entry(held, held.entry.data, "vector")
        else:
            return False
        return True

    def forget_entry(self, identity: str) -> None:
        """The layer of an entry that goes; the edit can be undone, the file cannot."""
        for layer in self.bench.document.workspace.user_layers:
            if layer.style.get("entry") == identity:
                self.bench.document.apply(remove_item(layer))

    def _pin(self, held: Held, lon: float, lat: float) -> bool:
        """A pin at the place of an entry, under its name; one that is there stays as it is."""
        bench, pins = self.bench, self.bench.toolbox.pins
        bench.canvas.center_on(lon, lat)
        if any(abs(p.lon_deg - lon) < 1e-3 and abs(p.lat_deg - lat) < 1e-3 for p in pins.pins):
            return True
        if pins.full:
            bench.say(bench.text("library.pins_full"))
            return True
        count = len(pins.pins)
        bench.toolbox.add_pin(lon, lat)
        if len(pins.pins) > count:
            bench.toolbox.rename_pin(pins.pins[-1].letter, held.id)
        return True

    def _show_points(self, held: Held) -> None:
        """The cells or stations as points, written once beside the other copies."""
        sha = held.entry.manifest.data_sha256
        path = self.folder() / f"{held.id}-{sha[:8]}.gpkg"

        def write() -> None:
            import shapely

            from gis_layers.files import writable_folder
            from gis_layers.vector import write_layer

            if path.is_file():
                return
            writable_folder(path.parent)
            points = shapely.points(held.lon_deg, held.lat_deg)
            columns = {"lon_deg": list(held.lon_deg), "lat_deg": list(held.lat_deg)}  # type: ignore[arg-type]
            write_layer(path, "places", points, "Point", columns)

        bench = self.bench
        bench.document.background.run(
            write, lambda _: self._put_entry(held, path, "vector", "places"), bench.complain
        )

    def _put_entry(self, held: Held, path: Path, kind: Literal["raster", "vector"], layer: str = "") -> None:
        bench, manifest = self.bench, held.entry.manifest
        kept = UserLayer(
            id=new_id("layer", (u.id for u in bench.document.workspace.user_layers)),
            name=held.id,
            path=str(path),
            kind=kind,
            style={
                "layer": layer,
                "band": 1,
                "unit": unit_of(str(manifest.details.get("variable", ""))),
                "entry": held.id,
                "entry_sha256": manifest.data_sha256,
                "grade": manifest.grade,
                "source": manifest.source,
                "licence": manifest.licence,
                "period": period_words(held, bench.state.language).removeprefix("–"),
            },
        )
        try:
            bench.document.apply(put_item(kept))
        except EnergyMapError as error:
            bench.complain(error)
            return
        self._bring_forward(f"user.{kept.id}", held)

    def _bring_forward(self, item: str, held: Held) -> None:
        bench = self.bench
        if item in bench.stack:
            bench.stack.set_visible(item, True)
            box = bench.stack.item(item).box_deg or held.bounds
            if box is not None:
                bench.canvas.zoom_to(box)

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
        grade = said("grade")
        item = replace(
            item,
            title_zh=layer.name,
            title_en=layer.name,
            source=" · ".join(part for part in (said("source"), said("licence")) if part) or layer.path,
            period=said("period") or item.period,
            grade=grade if grade in get_args(Grade) else item.grade,  # type: ignore[arg-type]
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
