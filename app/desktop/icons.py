"""Icons of one family, drawn from a font, so that they follow theme and scale."""

from __future__ import annotations

import os

os.environ.setdefault("QT_API", "pyside6")

from functools import lru_cache

from PySide6.QtGui import QIcon


@lru_cache(maxsize=256)
def icon(name: str, dark: bool) -> QIcon:
    """The icon of a name as `mdi6.play`; empty for the empty name."""
    import qtawesome

    if not name:
        return QIcon()
    ink, faint = ("#d5dade", "#5b646b") if dark else ("#3a444c", "#b3bbc1")
    made: QIcon = qtawesome.icon(name, color=ink, color_disabled=faint, color_active="#1f6fb2")
    return made
