"""Values on the clipboard as spreadsheets take them."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from app.desktop.charts.export import ValueGrid


def tab_text(grid: ValueGrid) -> str:
    """Cells between tabs, a row a line; a missing value is empty, numbers have six figures that count."""
    lines = [[header.replace("\n", " ") for header in grid.headers]]
    for row in grid.rows:
        lines.append(["" if v is None or v != v else v if isinstance(v, str) else f"{v:.6g}" for v in row])
    return "\n".join("\t".join(line) for line in lines) + "\n"


def copy(grid: ValueGrid) -> None:
    QGuiApplication.clipboard().setText(tab_text(grid))
