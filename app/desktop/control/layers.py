"""The stack of layers and the map that shows it: order, legends, sources, months, styles, the user's own files."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.desktop.map.content import show_month, year_ranges
from app.desktop.map.furniture import MapSource
from app.desktop.map.legends import MapLegend, of_style
from app.desktop.map.regions import RegionLayer
from app.desktop.map.stack import resolve
from app.desktop.map.style import VectorStyle
from app.desktop.map.swipe import SwipeTool
from app.desktop.panels.style_dialog import StyleDialog
from app.desktop.workbench import Workbench
from gis_layers.errors import InputError
from planning.workspace import LayersView, Workspace


class LayerControl(QObject):
    """Keeps canvas, legends and source line in step with the stack."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench.window)
        self.bench = bench
        self._style_box: StyleDialog | None = None
        self.extra_legends: list[MapLegend] = []
        """Of the flows; the result's controller sets them."""
        self.outage_legends: list[MapLegend] = []
        """Of an outage on the map."""
        stack, state = bench.stack, bench.state
        stack.order_changed.connect(self._restack)
        stack.changed.connect(self._changed)
        stack.repaint.connect(bench.canvas.refresh)
        state.month_changed.connect(self._month)
        state.language_changed.connect(self._reword)
        state.theme_changed.connect(self._retheme)
        bench.document.workspace_changed.connect(self._review)
        bench.document.opened.connect(self._restore)
        bench.document.dress = self._dressed
        self._restack()
        self._reword()

    def on_swipe(self) -> None:
        """Compare the two topmost visible rasters at a line that can be dragged; again: end it."""
        bench = self.bench
        if isinstance(bench.canvas.tool, SwipeTool):
            bench.canvas.set_tool(None)
            return
        rasters = [
            i
            for i in reversed(bench.stack.items())
            if i.visible and i.style is not None and not isinstance(i.style, VectorStyle)
        ]
        if len(rasters) < 2:
            bench.say(bench.text("swipe_needs_two"))
            return
        right, left = rasters[0], rasters[1]
        zh = bench.state.language == "zh"
        titles = (left.title_zh, right.title_zh) if zh else (left.title_en, right.title_en)
        bench.toolbox.activate(None)
        bench.canvas.set_tool(SwipeTool(bench.canvas, [left.id], [right.id], titles))
        bench.say(bench.text("swipe_shows", left=titles[0], right=titles[1]), 20.0)

    def on_style(self) -> None:
        chosen = self.bench.tree.current_id()
        if chosen is None:
            self.bench.say(self.bench.text("nothing_selected"))
        else:
            self.edit_style(chosen)

    def edit_style(self, identity: str) -> None:
        """Open the style box of a layer; it stops nothing."""
        bench = self.bench
        if bench.stack.item(identity).style is None:
            return
        if self._style_box is not None:
            self._style_box.close()
        box = StyleDialog(bench.stack, identity, bench.state.language, bench.state.dark, bench.window)
        box.closed.connect(self._style_closed)
        self._style_box = box
        box.show()

    def _style_closed(self, identity: str) -> None:
        if self._style_box is not None and self._style_box.identity == identity:
            self._style_box = None

    def relegend(self) -> None:
        """What stands beside the map: legends of what is seen, where it is from, how good it is."""
        bench = self.bench
        language, month = bench.state.language, bench.state.month
        legends: list[MapLegend] = []
        sources: list[MapSource] = []
        for entry in resolve(bench.stack.items(), language, month):
            item = bench.stack.item(entry.id)
            if not item.visible or item.group == "group.base":
                continue
            if entry.legend is not None and (entry.legend.palette or entry.legend.steps):
                when = item.period_in(language)
                period = f" · {when}" if when else ""
                # What provinces are coloured by is the layer's own title.
                of_regions = isinstance(bench.stack.layer(entry.id), RegionLayer)
                by = "" if of_regions else "".join(f" · {caption}" for caption in entry.legend.captions)
                remark = f"{entry.remark} · " if entry.remark else ""
                legends.append(of_style(entry.title, entry.legend, f"{remark}{entry.grade}{period}{by}"))
            if item.source and item.grade is not None:
                sources.append(MapSource(item.source_in(language), item.grade))
        bench.furniture.legends = [*self.outage_legends, *legends, *self.extra_legends]
        bench.furniture.sources = sources
        bench.canvas.refit()
        bench.canvas.update()

    # -- the view kept with the project ----------------------------------------------------------

    def _dressed(self, workspace: Workspace) -> Workspace:
        """With the layers as they are shown. Written at every save and autosave, but no edit: a tick in the
        tree is no step of undo, and a project that was only looked at closes without a question."""
        shown = self.bench.stack.to_dict()
        if self.bench.state.month is not None:
            year_ranges(shown)
        return workspace.model_copy(update={"view": LayersView.model_validate(shown)})

    def _restore(self) -> None:
        """Show a project's layers as they were; one that says nothing (an older file) changes nothing."""
        view = self.bench.document.workspace.view
        if not view.layers:
            return
        try:
            self.bench.stack.from_dict(view.model_dump(mode="json"), "view")
        except InputError as error:  # the map stays as it is, the project is whole
            self.bench.complain(error)
        if self.bench.state.month is not None:
            self._month()

    def _restack(self) -> None:
        self.bench.canvas.set_layers([*self.bench.stack.layers(), self.bench.labels])
        self.relegend()

    def _changed(self, identities: object) -> None:
        self.bench.canvas.refresh()
        self.relegend()

    def _month(self) -> None:
        show_month(self.bench.stack, self.bench.state.month)

    def _reword(self) -> None:
        language = self.bench.state.language
        self.bench.furniture.language = language
        self.bench.labels.set_language(language)
        self.bench.canvas.refresh()
        self.relegend()

    def _retheme(self) -> None:
        dark = self.bench.state.dark
        self.bench.furniture.set_dark(dark)
        self.bench.labels.set_dark(dark)
        self.bench.canvas.set_dark(dark)
        self.bench.canvas.refresh()

    def _review(self) -> None:
        self.bench.furniture.review_number = self.bench.document.workspace.map_review_number
        self.bench.canvas.update()
