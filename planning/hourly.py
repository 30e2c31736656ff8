"""The hours of a dispatched year as the window draws them, kept in the project file beside the answer.

Powers are rounded to 0.1 MW and stored as compressed float32: 45 nodes and 110 lines take about 10 MB. A file
holds bytes and shapes, never objects.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem

Array32 = NDArray[np.float32]

HOURS = 8760
STACK = ("nuclear", "coal", "gas", "hydro", "wind", "pv", "pumped", "battery", "unserved")
"""Supply from the bottom up, as charts stack it; storages are what they discharge."""
STEP = 0.1
"""Stored powers and prices are multiples of it. [MW, CNY/MWh]"""
MOST_BYTES = 512 * 1024 * 1024
"""A table that claims more is damaged or made to harm."""


@dataclass(frozen=True, slots=True)
class HourlyResult:
    """Arrays are (node, hour) or (line, hour), hour-beginning, UTC+8, 8,760 of them."""

    node_ids: tuple[str, ...]
    """Provinces, parts of Inner Mongolia, then bases."""
    node_adcodes: tuple[int, ...]
    """Of the province a node lies in, as 630000."""
    base_nodes: tuple[str, ...]
    """Which of the nodes are bases."""
    line_ids: tuple[str, ...]
    """Corridors by their id, AC ties, and ties of bases to their province."""
    line_from: tuple[int, ...]
    """Index of the node."""
    line_to: tuple[int, ...]
    supply_mw: Mapping[str, Array32]
    """By the names of `STACK`; what is 0 all year is left out."""
    charge_mw: Array32
    load_mw: Array32
    curtailed_mw: Array32
    """Wind and PV not taken."""
    price_cny_per_mwh: Array32
    """Marginal cost of load."""
    flow_mw: Array32
    """(line, hour) sent, > 0 from `from` to `to`, < 0 the other way."""
    green_share: Array32
    """(line, hour) of wind, PV and hydro in what is sent, to a hundredth."""
    running_mw: Array32 | None = None
    """Synchronous machines on line, estimated; None in a file from before it was kept."""

    def nodes_of(self, adcode: int) -> NDArray[np.intp]:
        """Indices of the nodes of a province, its bases among them."""
        return np.flatnonzero(np.array(self.node_adcodes) == adcode)

    def line(self, line_id: str) -> int | None:
        return self.line_ids.index(line_id) if line_id in self.line_ids else None


_PLAIN = ("charge_mw", "load_mw", "curtailed_mw", "price_cny_per_mwh", "flow_mw", "green_share")
_NAMES = ("node_ids", "node_adcodes", "base_nodes", "line_ids", "line_from", "line_to")


def write_hourly(database: sqlite3.Connection, scenario_id: str, hourly: HourlyResult) -> None:
    """Put the hours of a scenario into an open project file, in place of those that were there."""
    database.execute(
        "CREATE TABLE IF NOT EXISTS hourly (fid INTEGER PRIMARY KEY, scenario TEXT NOT NULL, "
        "name TEXT NOT NULL, rows INTEGER NOT NULL, data BLOB NOT NULL)"
    )
    database.execute("DELETE FROM hourly WHERE scenario = ?", (scenario_id,))
    heads = {name: list(getattr(hourly, name)) for name in _NAMES}
    stored = [("names", 0, zlib.compress(json.dumps(heads).encode(), 6))]
    for name, values in (
        *((f"supply_mw.{k}", v) for k, v in hourly.supply_mw.items()),
        *((name, getattr(hourly, name)) for name in _PLAIN),
        *(() if hourly.running_mw is None else (("running_mw", hourly.running_mw),)),
    ):
        step = 0.01 if name == "green_share" else STEP
        whole = np.rint(np.asarray(values, dtype=np.float64) / step).astype("<i4")
        # Differences from hour to hour are small numbers, which compress to half.
        steps = np.diff(whole, axis=1, prepend=0).astype("<i4")
        stored.append((name, len(whole), zlib.compress(steps.tobytes(), 4)))
    database.executemany(
        "INSERT INTO hourly (scenario, name, rows, data) VALUES (?, ?, ?, ?)",
        [(scenario_id, *row) for row in stored],
    )


def read_hourly(path: Path, scenario_id: str) -> HourlyResult | None:
    """The hours of a scenario; None where the file has none.

    Raises
    ------
    InputError
        The table is damaged.
    """

    def damaged(found: str) -> InputError:
        return InputError(Problem(path.name, "hourly", found, "hourly results as this program writes them"))

    with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        try:
            there = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'hourly'").fetchone()
            if there is None:
                return None
            rows = database.execute(
                "SELECT name, rows, data FROM hourly WHERE scenario = ?", (scenario_id,)
            ).fetchall()
        except sqlite3.Error as error:
            raise damaged(str(error)) from error
    if not rows:
        return None
    try:
        stored = {str(name): (int(count), bytes(data)) for name, count, data in rows}
        heads = json.loads(_unpacked(stored.pop("names")[1]))
        arrays = {name: _array(name, *value) for name, value in stored.items()}
        supply = {k.removeprefix("supply_mw."): v for k, v in arrays.items() if k.startswith("supply_mw.")}
        fields: dict[str, Any] = {name: tuple(heads[name]) for name in _NAMES}
        fields |= {name: arrays[name] for name in _PLAIN} | {"running_mw": arrays.get("running_mw")}
        answer = HourlyResult(supply_mw={k: supply[k] for k in STACK if k in supply}, **fields)
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise damaged(f"{type(error).__name__}: {error}") from error
    nodes, lines = len(answer.node_ids), len(answer.line_ids)
    wrong = [k for k, v in arrays.items() if len(v) != (lines if k in ("flow_mw", "green_share") else nodes)]
    if wrong:
        raise damaged(f"{', '.join(wrong)} of another number of rows")
    return answer


def _array(name: str, rows: int, data: bytes) -> Array32:
    steps = np.frombuffer(_unpacked(data), dtype="<i4").reshape(rows, HOURS)
    values = np.cumsum(steps, axis=1, dtype=np.int64).astype(np.float32)
    values *= np.float32(0.01 if name == "green_share" else STEP)
    values.flags.writeable = False
    return values


def _unpacked(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    content = inflater.decompress(data, MOST_BYTES)
    if inflater.unconsumed_tail or not inflater.eof:
        raise ValueError("too large or cut short")
    return content
