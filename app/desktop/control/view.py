"""Where the map looks and how the window looks: zoom, history of views, bookmarks, projection, theme, words."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal

from app.desktop.map.projection import Projection, ProjectionId
from app.desktop.map.view_history import ViewHistory
from app.desktop.workbench import Workbench
from planning.edits import new_id, put_item, set_preferences
from planning.workspace import Bookmark


class ViewControl(QObject):
    """Handlers of the menu View."""

    history_changed = Signal()

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench.window)
        self.bench = bench
        self.history = ViewHistory()
        self._walking = False
        bench.canvas.view_settled.connect(self._settled)
        bench.document.opened.connect(self._opened)

    # -- where -----------------------------------------------------------------------------------

    def on_zoom_in(self) -> None:
        self.bench.canvas.zoom(1.5)

    def on_zoom_out(self) -> None:
        self.bench.canvas.zoom(1 / 1.5)

    def on_zoom_all(self) -> None:
        self.bench.canvas.show_all()

    def on_zoom_selection(self) -> None:
        box = selection_box(self.bench)
        if box is None:
            self.bench.say(self.bench.text("nothing_selected"))
        else:
            self.bench.canvas.zoom_to(box)

    def on_view_back(self) -> None:
        self._walk(self.history.back())

    def on_view_forward(self) -> None:
        self._walk(self.history.forward())

    def on_bookmark(self) -> None:
        """Keep this view under a name; it becomes part of the project."""
        bench = self.bench
        held = bench.document.workspace.bookmarks
        name = bench.dialogs.ask_text(
            bench.text("bookmark"), bench.text("bookmark_name"), bench.text("bookmark_n", n=len(held) + 1)
        )
        if not name:
            return
        view = bench.canvas.view()
        bench.document.apply(
            put_item(
                Bookmark(
                    id=new_id(f"view-{len(held) + 1}", (b.id for b in held)),
                    name=name,
                    lon_deg=view.lon_deg,
                    lat_deg=view.lat_deg,
                    metres_per_pixel=view.metres_per_pixel,
                )
            )
        )

    def go_to(self, bookmark: Bookmark) -> None:
        self.bench.canvas.center_on(bookmark.lon_deg, bookmark.lat_deg, bookmark.metres_per_pixel)

    def set_projection(self, name: ProjectionId) -> None:
        bench = self.bench
        if bench.canvas.projection.id == name:
            return
        bench.canvas.set_projection(Projection(name))
        preferences = bench.document.workspace.preferences
        bench.document.apply(set_preferences(preferences.model_copy(update={"projection": name})))

    def _walk(self, history: ViewHistory) -> None:
        view = history.present
        if history == self.history or view is None:
            return
        self.history, self._walking = history, True
        self.bench.canvas.set_view(view)
        self.history_changed.emit()

    def _settled(self) -> None:
        if self._walking:
            self._walking = False
        else:
            self.history = self.history.record(self.bench.canvas.view(), time.monotonic())
        self.history_changed.emit()

    def _opened(self) -> None:
        wanted = self.bench.document.workspace.preferences.projection
        if self.bench.canvas.projection.id != wanted:
            self.bench.canvas.set_projection(Projection(wanted))

    # -- looks -----------------------------------------------------------------------------------

    def on_language(self) -> None:
        self.bench.state.set_language("en" if self.bench.state.language == "zh" else "zh")

    def on_units(self) -> None:
        self.bench.state.set_units("si" if self.bench.state.units == "cn" else "cn")

    def on_theme(self) -> None:
        self.bench.state.set_dark(not self.bench.state.dark)


def selection_box(bench: Workbench) -> tuple[float, float, float, float] | None:
    """West, south, east, north of what is selected, with some ground around it."""
    chosen, summary = bench.state.selected, bench.document.summary
    if chosen is None:
        return None
    kind, identity = chosen
    if kind in bench.zooms:
        return bench.zooms[kind](identity)
    if kind == "province":
        from gis_layers.boundary import regions

        table = regions("province", 2)
        if identity in table.ids:
            west, south, east, north = table.geometry[table.ids.index(identity)].bounds
            return (float(west), float(south), float(east), float(north))
    if summary is None:
        return None
    if kind == "corridor" and identity in summary.corridors:
        line = summary.corridors[identity]
        lon, lat = sorted((line.from_lon, line.to_lon)), sorted((line.from_lat, line.to_lat))
        return (lon[0] - 0.5, lat[0] - 0.5, lon[1] + 0.5, lat[1] + 0.5)
    if kind == "base" and identity in summary.bases:
        base = summary.bases[identity]
        return (base.lon - 2.0, base.lat - 1.5, base.lon + 2.0, base.lat + 1.5)
    return None
