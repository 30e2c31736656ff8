"""Words of projects, scenarios and their forms."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
