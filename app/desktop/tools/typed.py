"""Typed places: degrees, degrees-minutes-seconds, or a distance and azimuth from the last one. No Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from gis_layers.measure import Place, destination


@dataclass(frozen=True, slots=True)
class Offset:
    """A distance, and the azimuth (clockwise from north) it is walked at; None for a bare radius."""

    length_km: float
    azimuth_deg: float | None

    def from_place(self, last: Place | None) -> Place:
        """Where it leads from `last`.

        Raises
        ------
        TypedError
            There is no place to walk from, or no azimuth to walk at.
        """
        if last is None:
            raise TypedError("tool.type.no_last")
        if self.azimuth_deg is None:
            raise TypedError("tool.type.no_azimuth")
        return destination(last, self.azimuth_deg, self.length_km)


class TypedError(Exception):
    """What was typed cannot be read; `key` names the words that say why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


_WORDS = (
    # Hemispheres first: 东经 116 度 becomes E 116 °, and a letter may stand before or after its number.
    ("东经", "E"),
    ("西经", "W"),
    ("北纬", "N"),
    ("南纬", "S"),
    ("经度", "E"),
    ("纬度", "N"),
    ("方位角", " "),
    ("方位", " "),
    ("距离", "@"),
    ("公里", "km"),
    ("千米", "km"),
    ("KM", "km"),
    ("Km", "km"),
    ("东", "E"),
    ("西", "W"),
    ("北", "N"),
    ("南", "S"),
    ("度", "°"),
    ("º", "°"),
    ("分", "'"),
    ("秒", '"'),
    ("′", "'"),
    ("’", "'"),
    ("″", '"'),
    ("”", '"'),
    ("＋", "+"),
    ("−", "-"),
    ("－", "-"),
    ("。", "."),
    ("．", "."),
    ("：", ":"),
    ("＠", "@"),
    ("＜", "<"),
)
_SEPARATOR = re.compile(r"[\s,，、;；/|]+")
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_TOKEN = re.compile(rf"(?P<number>{_NUMBER})|(?P<side>[EWNS])|(?P<mark>[°:'\"])")
_MARKS = ("°:", "':", '"')
"""What may stand after degrees, minutes and seconds."""


def parse(words: str) -> Place | Offset:
    """Read what was typed.

    `116.4 39.9`, `116.4，39.9`, `39.9N 116.4E`, `116°24'30"E 39°54'N`, `东经116度24分 北纬39度54分`,
    `116:24:30 39:54:00` and `116 24 30 39 54 0` are places; longitude first unless letters, or a latitude
    beyond 90, say otherwise. `@100 45`, `@100<45`, `100 km 45°` and `100公里，方位45度` are offsets;
    `50 km` is a bare radius.

    Raises
    ------
    TypedError
        `tool.type.bad`: not of these forms; `tool.type.range`: beyond 180 or 90 degrees, 60 minutes, or a
        distance of zero or more than half the Earth's girth.
    """
    plain = words.strip()
    for word, sign in _WORDS:
        plain = plain.replace(word, sign)
    plain = plain.upper().replace("KM", "km")
    if "@" in plain or "km" in plain or "<" in plain:
        return _offset(plain)
    return _place(plain)


def _offset(plain: str) -> Offset:
    bare = _SEPARATOR.sub(" ", re.sub("[@<]|km|°", " ", plain)).strip()
    parts = bare.split()
    if not 1 <= len(parts) <= 2 or not all(re.fullmatch(_NUMBER, part) for part in parts):
        raise TypedError("tool.type.bad")
    length = float(parts[0])
    azimuth = float(parts[1]) if len(parts) == 2 else None
    if not 0 < length <= 20_000 or (azimuth is not None and not -360 <= azimuth <= 360):
        raise TypedError("tool.type.range")
    return Offset(length, azimuth)


def _place(plain: str) -> Place:
    tokens: list[tuple[str, str]] = []
    for word in _SEPARATOR.split(plain):
        at = 0
        while at < len(word):
            match = _TOKEN.match(word, at)
            if match is None or match.lastgroup is None:
                raise TypedError("tool.type.bad")
            tokens.append((match.lastgroup, match[0]))
            at = match.end()
    return _ordered([_angle(group) for group in _groups(tokens)])


def _groups(tokens: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """The tokens of each angle."""
    sides = [i for i, (kind, _) in enumerate(tokens) if kind == "side"]
    if sides:
        cuts = sides if sides[0] == 0 else [i + 1 for i in sides]
    elif any(kind == "mark" for kind, _ in tokens):
        colon = any(value == ":" for _, value in tokens)
        before = [("", ""), *tokens]
        after = [*tokens[1:], ("", "")]
        cuts = [
            i
            for i, (kind, _) in enumerate(tokens)
            if kind == "number" and (before[i][1] != ":" if colon else after[i][1] == "°")
        ]
    else:
        cuts = [0, len(tokens) // 2] if len(tokens) in (2, 4, 6) else []
    edges = sorted({0, *cuts, len(tokens)})
    return [tokens[a:b] for a, b in pairwise(edges)]


def _angle(tokens: list[tuple[str, str]]) -> tuple[float, str]:
    """Degrees and hemisphere ('' if none) of the tokens of one angle."""
    parts: list[float] = []
    side = ""
    for kind, value in tokens:
        if kind == "number":
            parts.append(float(value))
        elif kind == "side":
            side = value
        elif not 1 <= len(parts) <= 3 or value not in _MARKS[len(parts) - 1]:
            raise TypedError("tool.type.bad")
    if not 1 <= len(parts) <= 3:
        raise TypedError("tool.type.bad")
    return _degrees(parts), side


def _degrees(parts: list[float]) -> float:
    degrees, *rest = parts
    if any(part % 1 for part in parts[:-1]):
        raise TypedError("tool.type.bad")  # 116.5 degrees and 39.9 minutes: more likely three places
    if any(part < 0 or part >= 60 for part in rest):
        raise TypedError("tool.type.range")
    size = abs(degrees) + sum(part / 60.0**power for power, part in enumerate(rest, 1))
    return -size if str(degrees).startswith("-") else size


def _ordered(found: list[tuple[float, str]]) -> Place:
    """Longitude and latitude of two angles with their hemispheres ('' where none was named)."""
    if len(found) != 2:
        raise TypedError("tool.type.bad")
    (first, first_side), (second, second_side) = found
    if first_side and second_side and (first_side in "EW") == (second_side in "EW"):
        raise TypedError("tool.type.bad")
    if (first < 0 and first_side) or (second < 0 and second_side):
        raise TypedError("tool.type.bad")
    first, second = (-v if side in ("W", "S") else v for v, side in found)
    named = bool(first_side or second_side)
    latitude_first = (
        first_side in ("N", "S") or second_side in ("E", "W") if named else abs(first) <= 90 < abs(second)
    )
    lon, lat = (second, first) if latitude_first else (first, second)
    if abs(lon) > 180 or abs(lat) > 90:
        raise TypedError("tool.type.range")
    return lon, lat
