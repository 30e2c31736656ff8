"""The layer tree: groups, visibility, opacity, order, a small legend, and what stands behind each layer."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desktop.map.stack import DisplayEntry, LayerStack, resolve
from app.desktop.panels.layer_lines import ID_ROLE, LayerLines
from app.desktop.panels.swatch import Swatch
from app.desktop.texts import text
from app.desktop.theme import palette
from app.messages import Language

_LAYER_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsUserCheckable
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
)
COMMANDS: tuple[tuple[str, str], ...] = (
    ("style", "Return"),
    ("zoom", "Ctrl+Return"),
    ("up", "Alt+Up"),
    ("down", "Alt+Down"),
    ("top", "Alt+Home"),
    ("bottom", "Alt+End"),
    ("remove", "Del"),
)
"""What can be done with the current layer, and its key."""


class LayerTree(QWidget):
    """Shows a stack and changes it; told of differences, it touches only the lines that differ."""

    style_requested = Signal(str)
    remove_requested = Signal(str)
    """A layer of the user's is to leave the project."""
    zoom_requested = Signal(float, float, float, float)
    """west, south, east, north in degrees."""

    def __init__(self, stack: LayerStack | None = None, language: Language = "zh") -> None:
        super().__init__()
        self._language: Language = language
        self._month: int | None = None
        self._entries: dict[str, DisplayEntry] = {}
        self._groups: dict[str, QTreeWidgetItem] = {}
        self._lines: dict[str, QTreeWidgetItem] = {}
        self._stack = LayerStack(self)
        self._tree = LayerLines(self._dropped)
        self._tree.itemChanged.connect(self._checked)
        self._tree.currentItemChanged.connect(self._show_opacity)
        self._tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._tree.customContextMenuRequested.connect(self._open_menu)
        self._label = QLabel()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, 100)
        self._slider.setEnabled(False)
        self._slider.setValue(100)
        self._slider.valueChanged.connect(self._slid)
        self._commands = {name: self._command(name, key) for name, key in COMMANDS}
        row = QHBoxLayout()
        row.addWidget(self._label)
        row.addWidget(self._slider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._tree)
        layout.addLayout(row)
        self._connect(self._stack)
        self.set_language(language)
        if stack is not None:
            self.set_stack(stack)

    # -- what is shown ---------------------------------------------------------------------------

    def set_stack(self, stack: LayerStack) -> None:
        """Show another stack from now on."""
        self._stack.changed.disconnect(self._changed)
        self._stack.order_changed.disconnect(self._reordered)
        self._stack = stack
        self._connect(stack)
        self._tree.clear()
        self._entries, self._groups, self._lines = {}, {}, {}
        self._reordered()

    def set_language(self, language: Language) -> None:
        self._language = language
        self._tree.setAccessibleName(text("layers", language))
        for name, action in self._commands.items():
            action.setText(text(f"layers.{name}", language))
        self._reordered()
        self._show_opacity()

    def set_month(self, month: int | None) -> None:
        """The month shown (1-12, None the year), for the units of the legends."""
        self._month = month
        self._changed(frozenset(self._entries))

    def set_dark(self, dark: bool) -> None:
        colours = palette(dark)
        self.setPalette(colours)
        if dark:
            # Fusion draws the frame of a check box a shade darker than Window: lost on a dark ground.
            colours.setColor(QPalette.ColorRole.Window, QColor("#8b949b"))
        self._tree.setPalette(colours)
        for line in self._lines.values():
            line.setForeground(1, colours.placeholderText())

    # -- from the stack --------------------------------------------------------------------------

    def _connect(self, stack: LayerStack) -> None:
        stack.changed.connect(self._changed)
        stack.order_changed.connect(self._reordered)

    def _changed(self, ids: object) -> None:
        assert isinstance(ids, frozenset)
        self._tree.blockSignals(True)
        for entry in resolve(self._stack.items(), self._language, self._month):
            if entry.id in ids and entry.id in self._lines:
                self._update(entry)
        self._tree.blockSignals(False)
        self._show_opacity()

    def _reordered(self) -> None:
        """Bring the lines into the stack's order; a line that stands right is left alone."""
        entries = resolve(self._stack.items(), self._language, self._month)
        present = {entry.id for entry in entries}
        self._tree.blockSignals(True)
        for identity in [i for i in self._lines if i not in present]:
            line = self._lines.pop(identity)
            del self._entries[identity]
            line.parent().removeChild(line)
        names = list(dict.fromkeys(entry.group for entry in entries))
        for name in [n for n in self._groups if n not in names]:
            self._tree.takeTopLevelItem(self._tree.indexOfTopLevelItem(self._groups.pop(name)))
        for place, name in enumerate(names):
            self._place_group(place, name)
            for index, entry in enumerate(e for e in entries if e.group == name):
                self._place(self._groups[name], index, entry)
        self._tree.blockSignals(False)

    def _place_group(self, place: int, name: str) -> None:
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = QTreeWidgetItem()
            group.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDropEnabled)
            font = self.font()
            font.setBold(True)
            group.setFont(0, font)
            self._tree.insertTopLevelItem(place, group)
            group.setFirstColumnSpanned(True)
            group.setExpanded(True)
        elif self._tree.topLevelItem(place) is not group:
            was_open = group.isExpanded()
            self._tree.takeTopLevelItem(self._tree.indexOfTopLevelItem(group))
            self._tree.insertTopLevelItem(place, group)
            group.setFirstColumnSpanned(True)
            group.setExpanded(was_open)
            for index in range(group.childCount()):
                self._set_legend(group.child(index), self._entries[group.child(index).data(0, ID_ROLE)])
        group.setText(0, text(name, self._language))

    def _place(self, group: QTreeWidgetItem, index: int, entry: DisplayEntry) -> None:
        line = self._lines.get(entry.id)
        if line is None:
            line = self._lines[entry.id] = QTreeWidgetItem()
            line.setData(0, ID_ROLE, entry.id)
            line.setFlags(_LAYER_FLAGS)
            line.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            group.insertChild(index, line)
        elif group.child(index) is not line:
            current = self._tree.currentItem() is line
            line.parent().removeChild(line)
            group.insertChild(index, line)
            self._entries.pop(entry.id, None)
            if current:
                self._tree.setCurrentItem(line)
        self._update(entry)

    def _update(self, entry: DisplayEntry) -> None:
        if self._entries.get(entry.id) == entry:
            return
        line, self._entries[entry.id] = self._lines[entry.id], entry
        line.setText(0, entry.short)
        line.setText(1, entry.badge)
        line.setForeground(1, self.palette().placeholderText())
        line.setToolTip(0, entry.hint)
        line.setData(0, Qt.ItemDataRole.AccessibleTextRole, entry.title)
        line.setToolTip(1, f"{text('grade', self._language)}: {entry.grade}" if entry.grade else "")
        line.setCheckState(0, Qt.CheckState.Checked if entry.visible else Qt.CheckState.Unchecked)
        self._set_legend(line, entry)

    def _set_legend(self, line: QTreeWidgetItem, entry: DisplayEntry) -> None:
        """The legend under a visible layer that has one to show."""
        legend = entry.legend
        wanted = entry.visible and legend is not None and not legend.empty
        if not wanted:
            line.takeChildren()
            return
        assert legend is not None
        if line.childCount() == 0:
            line.addChild(QTreeWidgetItem())
            line.child(0).setFlags(Qt.ItemFlag.ItemIsEnabled)
            line.child(0).setFirstColumnSpanned(True)
        child = line.child(0)
        swatch = self._tree.itemWidget(child, 0)
        if isinstance(swatch, Swatch):
            swatch.set_legend(legend)
        else:
            swatch = Swatch(legend)
            self._tree.setItemWidget(child, 0, swatch)
        child.setSizeHint(0, QSize(10, swatch.sizeHint().height()))
        line.setExpanded(True)

    # -- from the hand ---------------------------------------------------------------------------

    def current_id(self) -> str | None:
        """The layer the keys and the slider act on."""
        line = self._tree.currentItem()
        identity = line.data(0, ID_ROLE) if line is not None else None
        return identity if identity in self._entries else None

    def select(self, identity: str) -> None:
        """Make a layer the current one."""
        self._tree.setCurrentItem(self._lines[identity])

    def _checked(self, line: QTreeWidgetItem, column: int) -> None:
        identity = line.data(0, ID_ROLE)
        if identity in self._entries and column == 0:
            visible = line.checkState(0) == Qt.CheckState.Checked
            if visible != self._entries[identity].visible:
                self._stack.set_visible(identity, visible)

    def _show_opacity(self) -> None:
        identity = self.current_id()
        words = text("opacity", self._language)
        self._label.setText(words)
        self._slider.setEnabled(identity is not None)
        for name, action in self._commands.items():
            action.setEnabled(identity is not None and self._can(name, self._entries[identity]))
        if identity is not None:
            entry = self._entries[identity]
            self._slider.blockSignals(True)
            self._slider.setValue(round(entry.opacity * 100))
            self._slider.blockSignals(False)
            words = text("layers.opacity_of", self._language, title=entry.title)
        self._slider.setAccessibleName(words)
        self._slider.setToolTip(words)

    def _slid(self, value: int) -> None:
        identity = self.current_id()
        if identity is not None:
            self._stack.set_opacity(identity, value / 100)

    def _command(self, name: str, key: str) -> QAction:
        action = QAction(self)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: self.run(name))
        self._tree.addAction(action)
        return action

    def _can(self, name: str, entry: DisplayEntry) -> bool:
        return {"style": entry.has_style, "zoom": entry.has_box, "remove": entry.removable}.get(name, True)

    def _open_menu(self, at: QPoint) -> None:
        line = self._tree.itemAt(at)
        if line is None or line.data(0, ID_ROLE) not in self._entries:
            return
        self._tree.setCurrentItem(line)
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._tree.viewport().mapToGlobal(at))

    def menu(self) -> QMenu:
        """The commands the current layer knows."""
        menu = QMenu(self)
        for name, action in self._commands.items():
            if action.isEnabled():
                menu.addAction(action)
            if name == "zoom":
                menu.addSeparator()
        return menu

    def run(self, name: str) -> None:
        """Do one of `COMMANDS` with the current layer."""
        identity = self.current_id()
        if identity is None or not self._can(name, self._entries[identity]):
            return
        order = [item.id for item in self._stack.items()]
        if name == "style":
            self.style_requested.emit(identity)
        elif name == "zoom":
            box = self._stack.item(identity).box_deg
            assert box is not None
            self.zoom_requested.emit(*box)
        elif name == "remove":
            self.remove_requested.emit(identity)
        elif name == "top":
            self._stack.move(identity, len(order))
        elif name == "bottom":
            # Above what is painted but not listed: the land and the sea floor of the map.
            self._stack.move_below(identity, next(i.id for i in self._stack.items() if i.listed))
        else:
            self._step(identity, -1 if name == "up" else 1)

    def _step(self, identity: str, by: int) -> None:
        """Past the neighbour in the same group."""
        group = self._entries[identity].group
        siblings = [e.id for e in resolve(self._stack.items(), self._language) if e.group == group]
        at = siblings.index(identity) + by
        if 0 <= at < len(siblings):
            if by < 0:
                self._stack.move_above(identity, siblings[at])
            else:
                self._stack.move_below(identity, siblings[at])

    def _dropped(self, source: QTreeWidgetItem, target: QTreeWidgetItem, above: bool) -> None:
        moved, other = source.data(0, ID_ROLE), target.data(0, ID_ROLE)
        if moved not in self._entries or other not in self._entries or moved == other:
            return
        if self._entries[moved].group == self._entries[other].group:
            (self._stack.move_above if above else self._stack.move_below)(moved, other)
