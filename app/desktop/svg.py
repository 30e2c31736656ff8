"""SVG files that look alike everywhere: text as outlines, so that a reader needs no Chinese font."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFont, QPainter, QPainterPath
from PySide6.QtSvg import QSvgGenerator

SCREEN_DPI = 96
"""Letters as large as in the window."""
UNITS = 1000
"""Outlines are taken at so many pixels to the em and scaled: a whole number of pixels at 12 would be coarse."""
_TEXT = re.compile(r"<text ([^>]*)>(.*?)</text>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')


@contextlib.contextmanager
def svg_painter(path: Path, size: QSize, title: str) -> Iterator[QPainter]:
    """A painter on a new SVG file; when it is done, all text in the file is outlines.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    device = QSvgGenerator()
    device.setFileName(str(path))
    device.setSize(size)
    device.setViewBox(QRect(0, 0, size.width(), size.height()))
    device.setResolution(SCREEN_DPI)
    device.setTitle(title)
    painter = QPainter()
    if not painter.begin(device):
        raise OSError(f"{path.name}: not written")
    try:
        yield painter
    finally:
        painter.end()
    path.write_text(outlined(path.read_text("utf-8")), "utf-8", newline="\n")


def outlined(svg: str) -> str:
    """Qt's SVG with every text as a path; the words stay as its label for readers of the file and screen."""
    return _TEXT.sub(_path, svg)


def _path(match: re.Match[str]) -> str:
    attributes = dict(_ATTRIBUTE.findall(match[1]))
    words = html.unescape(match[2]).strip("\n")
    outline = _outline(
        html.unescape(attributes.get("font-family", "")).split(",")[0].strip("' "),
        int(attributes.get("font-weight", "400")),
        attributes.get("font-style", "normal") == "italic",
        words,
    )
    if not outline:
        return ""
    scale = float(attributes["font-size"].removesuffix("px")) / UNITS
    x, y = (float(attributes.get(key, "0")) for key in ("x", "y"))
    fill, opacity = attributes.get("fill", "#000000"), attributes.get("fill-opacity", "1")
    return (
        f'<path aria-label="{html.escape(words.strip())}" fill="{fill}" fill-opacity="{opacity}" stroke="none" '
        f'fill-rule="nonzero" transform="matrix({scale:.6g},0,0,{scale:.6g},{x:.6g},{y:.6g})" d="{outline}"/>'
    )


@lru_cache(maxsize=2048)
def _outline(family: str, weight: int, italic: bool, words: str) -> str:
    """Path data of words that begin at the origin, in `UNITS` to the em; empty for blanks."""
    if not words.strip():
        return ""
    font = QFont(family)
    font.setPixelSize(UNITS)
    font.setWeight(QFont.Weight(weight))
    font.setItalic(italic)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    path = QPainterPath()
    path.addText(0, 0, font, words)
    elements: list[Any] = [
        path.elementAt(i) for i in range(path.elementCount())
    ]  # without types in Qt's stubs
    kind, parts, index = QPainterPath.ElementType, [], 0
    while index < len(elements):
        point = elements[index]
        if point.type == kind.CurveToElement:
            ends = elements[index : index + 3]
            parts.append("C" + " ".join(f"{end.x:.0f},{end.y:.0f}" for end in ends))
            index += 3
        else:
            letter = "M" if point.type == kind.MoveToElement else "L"
            parts.append(f"{letter}{point.x:.0f},{point.y:.0f}")
            index += 1
    return "".join(parts)
