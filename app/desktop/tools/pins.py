"""Pinned places as plain data: at most six, each with a letter that stays its own. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from gis_layers.measure import Place

MOST = 6
LETTERS = "ABCDEF"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#3fa7d6")
"""By letter; after Okabe and Ito (2008), yellow darkened for white paper."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid", allow_inf_nan=False))
class Pin:
    """One place to compare; pydantic's ValidationError where a field is out of range."""

    letter: str = Field(pattern="^[A-F]$")
    name: str = Field(min_length=1, max_length=80)
    lon_deg: float = Field(ge=-180, le=180)
    lat_deg: float = Field(ge=-90, le=90)

    @property
    def place(self) -> Place:
        return self.lon_deg, self.lat_deg

    @property
    def colour(self) -> str:
        return COLOURS[LETTERS.index(self.letter)]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Pin:
        """Raises pydantic's ValidationError with all that is wrong."""
        return cls(**values)


class PinList:
    """The pins in the order they were set."""

    def __init__(self, pins: Iterable[Pin] = ()) -> None:
        self._pins: dict[str, Pin] = {}
        for pin in pins:
            if len(self._pins) < MOST:
                self._pins.setdefault(pin.letter, pin)

    @property
    def pins(self) -> tuple[Pin, ...]:
        return tuple(self._pins.values())

    @property
    def full(self) -> bool:
        return len(self._pins) >= MOST

    def add(self, name: str, place: Place) -> Pin | None:
        """The new pin with the first free letter, its name made unlike the others'; None when full."""
        if self.full:
            return None
        letter = next(letter for letter in LETTERS if letter not in self._pins)
        taken = {pin.name for pin in self._pins.values()}
        unlike = next(n for n in (name, *(f"{name} {i}" for i in range(2, MOST + 2))) if n not in taken)
        pin = Pin(letter=letter, name=unlike, lon_deg=place[0], lat_deg=place[1])
        self._pins[letter] = pin
        return pin

    def remove(self, letter: str) -> bool:
        return self._pins.pop(letter, None) is not None

    def move(self, letter: str, place: Place) -> bool:
        """Whether the pin is here."""
        if letter not in self._pins:
            return False
        self._pins[letter] = replace(self._pins[letter], lon_deg=place[0], lat_deg=place[1])
        return True

    def rename(self, letter: str, name: str) -> bool:
        """Whether the pin is here and the name is one."""
        name = name.strip()[:80]
        if letter not in self._pins or not name:
            return False
        self._pins[letter] = replace(self._pins[letter], name=name)
        return True
