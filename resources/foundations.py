"""Kinds of foundation of wind turbines at sea, from shallow to deep water."""

from __future__ import annotations

from typing import Final

FOUNDATIONS: Final = ("monopile", "jacket", "floating")
