"""Kinds of ground and of lines, as a reader is told them (Chinese, English)."""

from __future__ import annotations

from typing import Final

GROUND_WORDS: Final[dict[str, tuple[str, str]]] = {
    "plain": ("平地", "plain"),
    "hills": ("丘陵", "hills"),
    "mountains": ("山地", "mountains"),
    "high_mountains": ("高山", "high mountains"),
    "great_ranges": ("高山峡谷", "gorges and great ranges"),
    "lake": ("湖泊", "lake"),
    "sea": ("海域", "sea"),
    "above_3000_m": ("海拔 3000 m 以上", "above 3,000 m"),
    "above_4000_m": ("海拔 4000 m 以上", "above 4,000 m"),
    "desert": ("荒漠", "desert"),
    "ice": ("覆冰区", "icing"),
}
LINE_WORDS: Final[dict[str, tuple[str, str]]] = {
    "lcc": ("常规直流", "LCC DC"),
    "vsc": ("柔性直流", "VSC DC"),
    "hybrid": ("混合直流", "hybrid DC"),
    "ac": ("交流", "AC"),
}
