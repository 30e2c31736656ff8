"""Words of reading the user's own files."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
