"""Every word of the window, Chinese and English side by side; one module an area."""

from __future__ import annotations

from app.desktop.texts import (
    charts,
    complement,
    endowment,
    importing,
    layers,
    library,
    map,
    money,
    national,
    plant,
    scenario,
    siting,
    sizing,
    tools,
    window,
)
from app.messages import Language

AREAS = (
    endowment,
    siting,
    plant,
    complement,
    window,
    map,
    layers,
    tools,
    charts,
    scenario,
    importing,
    library,
    sizing,
    national,
    money,
)
TEXTS: dict[str, tuple[str, str]] = {key: words for area in AREAS for key, words in area.TEXTS.items()}


def text(key: str, language: Language, **values: object) -> str:
    """The words for a key, `{name}` in them filled from `values`; an unknown key is a KeyError, our fault."""
    words = TEXTS[key][0 if language == "zh" else 1]
    return words.format(**values) if values else words
