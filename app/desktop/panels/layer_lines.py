"""The lines of the layer tree: titles that wrap, and drops that are told instead of done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
)

ID_ROLE = Qt.ItemDataRole.UserRole
INDENT_PX = 14
MOST_LINES = 4


class _Wrapped(QStyledItemDelegate):
    """A title that does not fit takes another line rather than an ellipsis: two wind layers begin alike."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        plain = super().sizeHint(option, index)
        if index.column() != 0 or not index.data(ID_ROLE):
            return plain
        style = self._tree.style()
        tick = style.pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth, None, self._tree)
        gap = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, None, self._tree) + 1
        # As if the bar at the side stood there always: were lines to wrap because it comes, and it to go because they do
        # not, Qt would lay out one within the other until its stack is full.
        tree = self._tree
        bar = tree.verticalScrollBar().sizeHint().width()
        column = tree.width() - 2 * tree.frameWidth() - bar - tree.columnWidth(1)
        room = column - 2 * INDENT_PX - tick - 4 * gap
        metrics = self._tree.fontMetrics()
        flags = Qt.TextFlag.TextWordWrap
        needed = metrics.boundingRect(QRect(0, 0, max(room, 40), 1000), flags, str(index.data())).height()
        lines = min(round(needed / metrics.lineSpacing()), MOST_LINES)
        # Qt puts an ellipsis into the last line but one unless each line has a little more than it takes.
        spare = 3 if lines > 1 else 2
        return QSize(plain.width(), max(plain.height(), lines * (metrics.lineSpacing() + spare)))


class LayerLines(QTreeWidget):
    """A tree that tells of a drop instead of moving its items: the stack moves them."""

    def __init__(self, dropped: Callable[[QTreeWidgetItem, QTreeWidgetItem, bool], None]) -> None:
        super().__init__()
        self._tell = dropped
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setIndentation(INDENT_PX)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.setWordWrap(True)
        self.setItemDelegate(_Wrapped(self))
        self.header().sectionResized.connect(self._rewrap)

    def _rewrap(self, column: int) -> None:
        if column == 0:
            self.scheduleDelayedItemsLayout()

    def dropEvent(self, event: QDropEvent) -> None:
        at = event.position().toPoint()
        place = self.dropIndicatorPosition()
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if not self.indexAt(at).isValid() or not self.currentIndex().isValid():
            return
        source, target = self.currentItem(), self.itemAt(at)
        above = place == QAbstractItemView.DropIndicatorPosition.AboveItem
        if target.data(0, ID_ROLE) is None and target.parent() is not None:
            target, above = target.parent(), False  # dropped on a legend: below its layer
        self._tell(source, target, above)
