"""Words of charts and result tables."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
