"""Words of layers, their tree and styles."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
