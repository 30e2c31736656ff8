"""A corridor as one object with all its ends: rows of `corridors.csv` that share a parent are one line with several.

The dispatch knows a line with several ends as one row an end; `terminals.csv` tells the converter stations behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from gis_layers.errors import Problem
from gis_layers.provenance import Tier
from planning.corridors import Corridor, CorridorKind
from planning.table_rows import DATA, Row, raise_if, read_rows
from planning.tables import Tables

Role = Literal["sending", "receiving", "regulating", "either"]
"""regulating: takes power as well as sends it; either: an end of a line that reverses."""

PARENT_NAMES: Mapping[str, tuple[str, str]] = {
    "kunliulong": ("昆柳龙", "Wudongde Kunbei-Liubei-Longmen"),
    "jinshang": ("金上-湖北", "Jinshang-Hubei"),
}
"""Of lines whose rows are named for their ends."""


class Terminal(Row):
    """A converter station of a line with several ends (`terminals.csv`)."""

    id: str
    line_id: str
    """Row of `corridors.csv` at whose end it stands; one of them where it serves several."""
    end: Literal["from", "to"]
    name_zh: str
    name_en: str
    converter: Literal["lcc", "vsc"]
    role: Literal["sending", "receiving", "regulating"]
    mw: Annotated[float, Field(gt=0)]
    lon_deg: Annotated[float, Field(ge=73, le=136)]
    lat_deg: Annotated[float, Field(ge=15, le=55)]
    note: str = ""


@dataclass(frozen=True, slots=True)
class CorridorEnd:
    """One end of a corridor."""

    name_zh: str
    name_en: str
    node: str | None
    """None beyond the border."""
    lon_deg: float
    lat_deg: float
    role: Role
    mw: float | None
    """Power of the station; None where no source gives one."""
    converter: str
    """lcc, vsc; of AC the kind of the line."""
    source: str
    tier: Tier


@dataclass(frozen=True, slots=True)
class CorridorObject:
    """A corridor with all its ends."""

    id: str
    """Of the row, or the parent of several."""
    name_zh: str
    name_en: str
    kind: CorridorKind
    kv: float
    mw: float | None
    """Rated power, the rows' together; None where a row has none."""
    lines: tuple[Corridor, ...]
    """The rows the dispatch and the settlement know, one or more."""
    ends: tuple[CorridorEnd, ...]

    @property
    def several(self) -> bool:
        """More than two ends."""
        return len(self.ends) > 2


def corridor_objects(
    tables: Tables, terminals: tuple[Terminal, ...] | None = None
) -> tuple[CorridorObject, ...]:
    """Every corridor of the tables, those of a scenario among them, in the tables' order.

    Raises
    ------
    InputError
        As `load_terminals`.
    """
    stations = load_terminals() if terminals is None else terminals
    grouped: dict[str, list[Corridor]] = {}
    for line in tables.corridors:
        grouped.setdefault(line.parent or line.id, []).append(line)
    return tuple(_object(key, tuple(lines), tables, stations) for key, lines in grouped.items())


def multi_terminal(tables: Tables) -> tuple[CorridorObject, ...]:
    """The corridors with more than two ends."""
    return tuple(corridor for corridor in corridor_objects(tables) if corridor.several)


def corridor_object(tables: Tables, line_id: str) -> CorridorObject:
    """The corridor of a row or of a parent; KeyError where there is none."""
    for corridor in corridor_objects(tables):
        if corridor.id == line_id or any(line.id == line_id for line in corridor.lines):
            return corridor
    raise KeyError(line_id)


def load_terminals(folder: Path | None = None) -> tuple[Terminal, ...]:
    """The stations of `terminals.csv`.

    Raises
    ------
    InputError
        Every bad row of the file.
    """
    return _own_terminals() if folder is None else _load(folder)


@lru_cache(maxsize=1)
def _own_terminals() -> tuple[Terminal, ...]:
    return _load(DATA)


def _load(folder: Path) -> tuple[Terminal, ...]:
    problems: list[Problem] = []
    rows = read_rows(folder / "terminals.csv", Terminal, problems)
    raise_if(problems)
    return rows


def _object(
    key: str, lines: tuple[Corridor, ...], tables: Tables, stations: tuple[Terminal, ...]
) -> CorridorObject:
    first, ids = lines[0], {line.id for line in lines}
    own = tuple(station for station in stations if station.line_id in ids)
    powers = [line.mw for line in lines]
    return CorridorObject(
        id=key,
        name_zh=PARENT_NAMES[key][0] if key in PARENT_NAMES else first.name_zh,
        name_en=PARENT_NAMES[key][1] if key in PARENT_NAMES else first.name_en,
        kind=first.kind,
        kv=first.kv,
        mw=None if None in powers else sum(power for power in powers if power is not None),
        lines=lines,
        ends=tuple(_of_station(s, tables) for s in own) if own else _of_rows(lines, tables),
    )


def _of_station(station: Terminal, tables: Tables) -> CorridorEnd:
    line = tables.corridor(station.line_id)
    return CorridorEnd(
        station.name_zh, station.name_en, line.from_node if station.end == "from" else line.to_node,
        station.lon_deg, station.lat_deg, station.role, station.mw, station.converter, station.source, station.tier,
    )  # fmt: skip


def _of_rows(lines: tuple[Corridor, ...], tables: Tables) -> tuple[CorridorEnd, ...]:
    """The ends as the rows have them; an end that several share is one."""
    found: dict[tuple[str | None, float, float, Role], CorridorEnd] = {}
    for line in lines:
        for node, lon, lat, role in (
            (line.from_node, line.from_lon_deg, line.from_lat_deg, "sending"),
            (line.to_node, line.to_lon_deg, line.to_lat_deg, "receiving"),
        ):
            kind: Role = "either" if line.bidirectional else "sending" if role == "sending" else "receiving"
            place = tables.node_by_id.get(node or "")
            names = (place.name_zh, place.name_en) if place is not None else ("境外", "abroad")
            old = found.get((node, lon, lat, kind))
            power = line.mw if old is None else _sum(old.mw, line.mw)
            found[(node, lon, lat, kind)] = CorridorEnd(
                *names, node, lon, lat, kind, power, line.kind, line.source, line.tier
            )
    return tuple(found.values())


def _sum(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a + b
