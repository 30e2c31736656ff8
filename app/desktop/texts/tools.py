"""Words of the tools that work on the map."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
