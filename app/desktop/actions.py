"""The window's commands as data; menus, toolbar, shortcuts and the command palette are made from this table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Needs = Literal["", "result", "idle", "running", "undo", "redo", "back", "forward", "base"]
"""What must be so for the command to be offered; "" is always."""


@dataclass(frozen=True)
class ActionSpec:
    """One command: its id is the key of its words and of its handler `on_<id>` in a controller."""

    id: str
    menu: str
    shortcut: str = ""
    icon: str = ""
    toolbar: int = 0
    """Group in the toolbar, from the left; 0 is not in it."""
    separator_before: bool = False
    checkable: bool = False
    needs: Needs = ""
    worded: bool = False
    """In the toolbar with the word `short.<id>` beside its icon."""


MENUS = (
    "menu.file", "menu.edit", "menu.view", "menu.tools", "menu.layers", "menu.scenario", "menu.run",
    "menu.help",
)  # fmt: skip
"""In the order of the menu bar."""

TOOLS = (
    "tool_hand", "tool_edit", "tool_select", "tool_identify", "tool_distance", "tool_area", "tool_polygon", "tool_rectangle",
    "tool_circle", "tool_corridor", "tool_profile", "tool_pin", "tool_outage",
)  # fmt: skip
"""Commands of which one is in the hand."""

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("new", "menu.file", "Ctrl+N", "mdi6.file-plus-outline"),
    ActionSpec("open", "menu.file", "Ctrl+O", "mdi6.folder-open-outline", 1),
    ActionSpec("save", "menu.file", "Ctrl+S", "mdi6.content-save-outline", 1),
    ActionSpec("save_as", "menu.file", "Ctrl+Shift+S"),
    ActionSpec("welcome", "menu.file", "", "mdi6.home-outline", separator_before=True),
    ActionSpec("export_map", "menu.file", "Ctrl+E", "mdi6.image-outline", 1),
    ActionSpec("export_results", "menu.file", "Ctrl+Shift+E", "mdi6.file-export-outline", needs="result"),
    ActionSpec("network_export", "menu.file", "Ctrl+Alt+E", "mdi6.export-variant", needs="result"),
    ActionSpec("quit", "menu.file", "Ctrl+Q", separator_before=True),
    ActionSpec("undo", "menu.edit", "Ctrl+Z", "mdi6.undo", 2, needs="undo"),
    ActionSpec("redo", "menu.edit", "Ctrl+Shift+Z", "mdi6.redo", 2, needs="redo"),
    ActionSpec("palette", "menu.edit", "Ctrl+K", "mdi6.console-line", separator_before=True),
    ActionSpec("zoom_in", "menu.view", "Ctrl++", "mdi6.magnify-plus-outline", 5),
    ActionSpec("zoom_out", "menu.view", "Ctrl+-", "mdi6.magnify-minus-outline", 5),
    ActionSpec("zoom_all", "menu.view", "Ctrl+0", "mdi6.map-outline", 5),
    ActionSpec("zoom_selection", "menu.view", "Ctrl+J", "mdi6.crosshairs-gps"),
    ActionSpec("view_back", "menu.view", "Alt+Left", "mdi6.arrow-left", 5, needs="back"),
    ActionSpec("view_forward", "menu.view", "Alt+Right", "mdi6.arrow-right", 5, needs="forward"),
    ActionSpec("bookmark", "menu.view", "Ctrl+B", "mdi6.bookmark-plus-outline"),
    ActionSpec("panels", "menu.view", "F9", "mdi6.dock-window", separator_before=True),
    ActionSpec("present", "menu.view", "F11", "mdi6.presentation"),
    ActionSpec("language", "menu.view", "Ctrl+L", "mdi6.translate", 7, separator_before=True),
    ActionSpec("units", "menu.view", "Ctrl+U", "mdi6.ruler", 7),
    ActionSpec("theme", "menu.view", "Ctrl+D", "mdi6.theme-light-dark", 7),
    ActionSpec("tool_hand", "menu.tools", "H", "mdi6.hand-back-right-outline", 3, checkable=True),
    ActionSpec("tool_select", "menu.tools", "V", "mdi6.select-drag", checkable=True),
    ActionSpec("tool_identify", "menu.tools", "I", "mdi6.information-outline", 3, checkable=True),
    ActionSpec("tool_distance", "menu.tools", "M", "mdi6.ruler-square", 3, checkable=True),
    ActionSpec("tool_area", "menu.tools", "A", "mdi6.vector-square", checkable=True),
    ActionSpec(
        "tool_polygon", "menu.tools", "P", "mdi6.vector-polygon", 3, separator_before=True, checkable=True
    ),
    ActionSpec("tool_rectangle", "menu.tools", "R", "mdi6.vector-rectangle", checkable=True),
    ActionSpec("tool_circle", "menu.tools", "C", "mdi6.vector-circle", checkable=True),
    ActionSpec("tool_edit", "menu.tools", "E", "mdi6.vector-polyline-edit", checkable=True),
    ActionSpec("tool_corridor", "menu.tools", "L", "mdi6.vector-line", 3, checkable=True),
    ActionSpec("tool_profile", "menu.tools", "F", "mdi6.chart-line", separator_before=True, checkable=True),
    ActionSpec("tool_pin", "menu.tools", "N", "mdi6.pin-outline", 3, checkable=True),
    ActionSpec("tool_outage", "menu.tools", "O", "mdi6.flash-off-outline", 3, checkable=True),
    ActionSpec("type_place", "menu.tools", "Ctrl+G", "mdi6.map-marker-plus-outline"),
    ActionSpec("complement_pins", "menu.tools", "Ctrl+Alt+M", "mdi6.matrix"),
    ActionSpec("plant_here", "menu.tools", "Ctrl+Alt+P", "mdi6.factory"),
    ActionSpec("import", "menu.layers", "Ctrl+I", "mdi6.database-import-outline", 4),
    ActionSpec("library", "menu.layers", "Ctrl+Shift+I", "mdi6.database-outline"),
    ActionSpec("download", "menu.layers", "", "mdi6.cloud-download-outline"),
    ActionSpec("style", "menu.layers", "Ctrl+Y", "mdi6.palette-outline"),
    ActionSpec("swipe", "menu.layers", "Ctrl+W", "mdi6.compare", 4, checkable=True),
    ActionSpec(
        "show_balance",
        "menu.layers",
        "Ctrl+Alt+B",
        "mdi6.scale-unbalanced",
        needs="result",
        separator_before=True,
    ),
    ActionSpec("show_prices", "menu.layers", "Ctrl+Alt+J", "mdi6.currency-cny", needs="result"),
    ActionSpec("show_n1", "menu.layers", "Ctrl+Alt+N", "mdi6.transmission-tower-off", needs="result"),
    ActionSpec("duplicate_scenario", "menu.scenario", "", "mdi6.content-copy"),
    ActionSpec("compare_scenarios", "menu.scenario", "", "mdi6.table-column-plus-after"),
    ActionSpec("edit_inputs", "menu.scenario", "Ctrl+T", "mdi6.tune", 4),
    ActionSpec("lines", "menu.scenario", "Ctrl+Alt+L", "mdi6.transmission-tower-export"),
    ActionSpec("run_resource", "menu.run", "Ctrl+1", "mdi6.weather-windy", 6, needs="idle", worded=True),
    ActionSpec("run_sizing", "menu.run", "Ctrl+2", "mdi6.chart-donut", 6, needs="idle", worded=True),
    ActionSpec("run_dispatch", "menu.run", "Ctrl+3", "mdi6.chart-areaspline", 6, needs="idle", worded=True),
    ActionSpec("run_flow", "menu.run", "Ctrl+4", "mdi6.transmission-tower", 6, needs="idle", worded=True),
    ActionSpec("run_cash", "menu.run", "Ctrl+5", "mdi6.cash-multiple", 6, needs="idle", worded=True),
    ActionSpec("run", "menu.run", "F5", "mdi6.play", 6, needs="idle", separator_before=True, worded=True),
    ActionSpec("size_base", "menu.run", "F6", "mdi6.scale-balance", 6, needs="base"),
    ActionSpec("cancel", "menu.run", "Esc", "mdi6.stop", needs="running"),
    ActionSpec("endowment", "menu.run", "Ctrl+6", "mdi6.layers-search-outline", separator_before=True),
    ActionSpec("siting", "menu.run", "Ctrl+7", "mdi6.map-search-outline", 6, worded=True),
    ActionSpec("sizing", "menu.run", "Ctrl+8", "mdi6.scale-unbalanced"),
    ActionSpec("outage", "menu.run", "Ctrl+9", "mdi6.flash-alert-outline", needs="result"),
    ActionSpec("log", "menu.run", "", "mdi6.text-box-outline", separator_before=True),
    ActionSpec("play", "menu.run", "Space", "mdi6.play-circle-outline", needs="result"),
    ActionSpec("tour", "menu.help", "F1", "mdi6.map-marker-path"),
    ActionSpec("about", "menu.help", "", "mdi6.information-variant"),
)
