"""Words of the map, its layers and styles."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
