"""The window's commands as data; menus, toolbar and shortcuts are made from this one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ActionSpec:
    """One command: id (key of its words and name of its handler), menu, shortcut."""

    id: str
    menu: str
    shortcut: str = ""
    toolbar: bool = False
    separator_before: bool = False


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open", "menu.file", "Ctrl+O", toolbar=True),
    ActionSpec("export_map", "menu.file", "Ctrl+E", toolbar=True),
    ActionSpec("quit", "menu.file", "Ctrl+Q", separator_before=True),
    ActionSpec("zoom_in", "menu.view", "Ctrl++", toolbar=True),
    ActionSpec("zoom_out", "menu.view", "Ctrl+-", toolbar=True),
    ActionSpec("zoom_all", "menu.view", "Ctrl+0", toolbar=True),
    ActionSpec("panels", "menu.view", "F9", separator_before=True),
    ActionSpec("language", "menu.view", "Ctrl+L", toolbar=True, separator_before=True),
    ActionSpec("units", "menu.view", "Ctrl+U", toolbar=True),
    ActionSpec("theme", "menu.view", "Ctrl+D", toolbar=True),
    ActionSpec("run", "menu.run", "F5", toolbar=True),
    ActionSpec("cancel", "menu.run", "Esc"),
    ActionSpec("about", "menu.help", "F1"),
)
