"""All tools of the map, the one in hand, and their signals in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.background import Background
from app.desktop.texts import text
from app.desktop.tools.base import MapTool
from app.desktop.tools.circle import CircleTool
from app.desktop.tools.corridor import CorridorTool
from app.desktop.tools.edit import EditTool
from app.desktop.tools.editable import Editable
from app.desktop.tools.identify import IdentifyTool
from app.desktop.tools.measure import AreaTool, DistanceTool
from app.desktop.tools.outage import OutageTool
from app.desktop.tools.pin_tool import PinOverlay, PinTool
from app.desktop.tools.pins import MOST, Pin, PinList
from app.desktop.tools.polygon import PolygonTool
from app.desktop.tools.profile_line import ProfileLineTool
from app.desktop.tools.rectangle import RectangleTool
from app.desktop.tools.select import SelectTool
from app.desktop.tools.snapping import Snapper
from app.desktop.tools.typed_box import TypedBox
from app.messages import Language, say


class ToolBox(QObject):
    """`activate(id)` takes a tool up; `TOOL_IDS` names them; words for an id are `tool.<id>`."""

    tool_changed = Signal(object)
    """The MapTool in hand, or None: hand it to canvas.set_tool."""
    repaint = Signal()
    panned = Signal(float, float)
    message = Signal(str)
    focus_map = Signal()
    """The box for typed places was closed: the keys go to the map again."""

    picked = Signal(float, float, float, float)
    lost = Signal(float, float, float, float)
    """Where a line is to be taken out: longitude, latitude and the pixel."""
    pointed = Signal(float, float, float, bool)
    boxed = Signal(object, bool)
    drawn = Signal(object)
    edited = Signal(object, object)
    """Editable, and its geometry after."""
    removed = Signal(object)
    """Editable."""
    corridor_drawn = Signal(object, object, float)
    profile_drawn = Signal(object)
    pins_changed = Signal(object)
    """Tuple of Pin."""

    TOOL_IDS = (
        "identify",
        "select",
        "measure_distance",
        "measure_area",
        "draw_polygon",
        "draw_rectangle",
        "draw_circle",
        "edit",
        "draw_corridor",
        "profile",
        "pin",
        "outage",
    )

    def __init__(self, map_widget: QWidget | None = None) -> None:
        super().__init__(map_widget)
        self.language: Language = "zh"
        self.snapper, self._anchors = Snapper(), Snapper()
        self._things: list[Editable] = []
        self.identify, self.select = IdentifyTool(self.snapper, self), SelectTool(self.snapper, self)
        self.edit_tool, self.profile_line = (
            EditTool(self.snapper, self._anchors, self),
            ProfileLineTool(self.snapper, self),
        )
        self.pins, self.pin_overlay = PinList(), PinOverlay()
        polygon, rectangle = PolygonTool(self.snapper, self), RectangleTool(self.snapper, self)
        circle, corridor = CircleTool(self.snapper, self), CorridorTool(self._anchors, self)
        pin = PinTool(self.snapper, self.pin_overlay, self)
        pin.catches = False
        outage = OutageTool(self.snapper, self)
        tools: tuple[MapTool, ...] = (
            self.identify,
            self.select,
            DistanceTool(self.snapper, self),
            AreaTool(self.snapper, self),
            polygon,
            rectangle,
            circle,
            self.edit_tool,
            corridor,
            self.profile_line,
            pin,
            outage,
        )
        self.tools = {tool.id: tool for tool in tools}
        self.active: MapTool | None = None
        self._background = Background(self)
        self.box = TypedBox(map_widget)
        self.box.entered.connect(self._entered)
        self.box.taken_back.connect(self._taken_back)
        self.box.closed.connect(self.focus_map)
        for tool in tools:
            tool.message.connect(self.message)
            tool.changed.connect(self.repaint)
            tool.panned.connect(self.panned)
            tool.left.connect(self._left)
            tool.typing.connect(self.type_place)
        self.identify.picked.connect(self.picked)
        outage.picked.connect(self.lost)
        self.select.pointed.connect(self.pointed)
        self.select.boxed.connect(self.boxed)
        for shape in (polygon, rectangle, circle):
            shape.drawn.connect(self.drawn)
        self.edit_tool.edited.connect(self.edited)
        self.edit_tool.removed.connect(self.removed)
        self.edit_tool.taken.connect(self._catch_drawings)
        corridor.corridor_drawn.connect(self.corridor_drawn)
        self.profile_line.profile_drawn.connect(self.profile_drawn)
        pin.placed.connect(self.add_pin)
        pin.moved.connect(self.move_pin)

    # -- the tool in hand ----------------------------------------------------------------------------

    def activate(self, id: str | None) -> None:
        """Take up a tool by id, or none: then the hand pans.

        Raises
        ------
        KeyError
            There is no such tool.
        """
        tool = None if id is None else self.tools[id]
        if tool is self.active:
            return
        if self.active is not None:
            self.active.deactivate()
        self.active = tool
        if tool is None or tool is self.edit_tool:
            self._catch_drawings()
        if tool is None:
            self.box.hide()
        self.tool_changed.emit(tool)
        self.message.emit("" if tool is None else text(f"tool.{tool.id}.hint", self.language))

    def edit(self, thing: Editable) -> bool:
        """Take up the edit tool on a thing; whether it can be edited."""
        self.activate("edit")
        if not self.edit_tool.edit(thing):
            self.activate(None)
            return False
        return True

    def type_place(self, first: str = "") -> None:
        """Open the box for typed places, for the tool in hand."""
        if self.active is not None:
            self.box.open(first)

    def set_language(self, language: Language) -> None:
        self.language = language
        for tool in self.tools.values():
            tool.language = language
        self.box.set_language(language)
        self.repaint.emit()

    # -- what is caught ------------------------------------------------------------------------------

    def set_borders(self, geometries: Sequence[Any]) -> None:
        """Borders (provinces) whose vertices and edges are caught."""
        self.snapper.set_geometries("borders", geometries)

    def load_borders(self) -> None:
        """Read the provinces' borders beside the window and catch them from then on."""
        self._background.run(
            _province_borders,
            self.set_borders,
            lambda error: self.message.emit(say(error, self.language)),
            key="borders",
        )

    def stop(self) -> None:
        """Before the window goes."""
        self._background.stop()

    def set_things(self, things: Sequence[Editable]) -> None:
        """What the edit tool may take up; the user's own shapes among it are caught as well."""
        self._things = list(things)
        self.edit_tool.things = tuple(things)
        self._catch_drawings()

    def set_anchors(self, places: Sequence[tuple[str, float, float]]) -> None:
        """Load centres and bases (name, longitude, latitude) a corridor catches."""
        self._anchors.set_named(places)

    def _catch_drawings(self) -> None:
        """The shape being edited does not catch itself."""
        held = self.edit_tool.before
        others = [t.geometry for t in self._things if t.kind == "drawing" and t != held]
        self.snapper.set_geometries("drawings", others)

    # -- pins ----------------------------------------------------------------------------------------

    def add_pin(self, lon_deg: float, lat_deg: float) -> None:
        """Pin a place in China, named after its province."""
        from gis_layers.boundary import province_at

        province = province_at(lon_deg, lat_deg)
        if province is None:
            self.message.emit(text("tool.pin.outside", self.language))
            return
        name = province.name_zh if self.language == "zh" else province.name_en
        if self.pins.add(name, (lon_deg, lat_deg)) is None:
            self.message.emit(text("tool.pin.full", self.language, most=MOST))
            return
        self._pins_changed()

    def remove_pin(self, letter: str) -> None:
        if self.pins.remove(letter):
            self._pins_changed()

    def move_pin(self, letter: str, lon_deg: float, lat_deg: float) -> None:
        """Put a pin elsewhere in China; its name stays."""
        from gis_layers.boundary import province_at

        if province_at(lon_deg, lat_deg) is None:
            self.message.emit(text("tool.pin.outside", self.language))
        elif self.pins.move(letter, (lon_deg, lat_deg)):
            self._pins_changed()

    def rename_pin(self, letter: str, name: str) -> None:
        if self.pins.rename(letter, name):
            self._pins_changed()

    def set_pins(self, pins: Sequence[Pin]) -> None:
        """The pins of a project."""
        self.pins = PinList(pins)
        self._pins_changed()

    def _pins_changed(self) -> None:
        self.pin_overlay.pins = self.pins.pins
        self.pins_changed.emit(self.pins.pins)
        self.repaint.emit()

    # -- slots ---------------------------------------------------------------------------------------

    def _entered(self, words: str) -> None:
        if self.active is not None:
            self.box.take(self.active.type_place(words))

    def _taken_back(self) -> None:
        if self.active is not None and self.active.undo():
            self.repaint.emit()

    def _left(self) -> None:
        self.activate(None)


def _province_borders() -> Sequence[Any]:
    from gis_layers.boundary import regions

    return list(regions("province", 1).geometry)
