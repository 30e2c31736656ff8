"""pandapower's JSON read as tables of numbers: no class of the file is looked up, nothing in it is ever made.

The tables are text within the JSON (`orient` split), as pandapower 2 and 3 write them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.network.ac import Branches
from planning.network.exchange.branch_kinds import NO_RATING_MVA
from planning.network.exchange.build import built, refuse_size, text_of, with_more
from planning.network.exchange.case import DcLines, GridCase
from planning.network.exchange.given_lines import GIVEN_LINE, GivenLine, as_dc_lines, joined

Array = NDArray[np.float64]
Index = NDArray[np.int64]

NEEDED = {
    "bus": ("vn_kv",),
    "line": ("from_bus", "to_bus", "length_km", "r_ohm_per_km", "x_ohm_per_km", "c_nf_per_km"),
    "impedance": ("from_bus", "to_bus", "rft_pu", "xft_pu", "rtf_pu", "xtf_pu", "sn_mva"),
    "ext_grid": ("bus", "vm_pu"),
    "gen": ("bus", "p_mw", "vm_pu"),
    "sgen": ("bus", "p_mw"),
    "load": ("bus", "p_mw"),
    "shunt": ("bus", "p_mw", "q_mvar"),
    "dcline": ("from_bus", "to_bus", "p_mw", "loss_percent", "loss_mw", "vm_from_pu", "vm_to_pu"),
}
"""Tables that are read, and columns without which they cannot be."""
UNREAD = (
    "trafo", "trafo3w", "ward", "xward", "motor", "storage", "asymmetric_load",
    "asymmetric_sgen", "switch", "svc", "ssc", "tcsc", "vsc", "bus_dc", "line_dc", "load_dc", "source_dc",
    "vsc_stacked", "vsc_bipolar",
)  # fmt: skip
"""Tables whose rows would change the flow: refused where they have any."""
UNLIMITED_MW = float(np.finfo(np.float64).max)


class Table:
    """Rows in service of one table; columns by name."""

    def __init__(self, name: str, document: Any, where: str) -> None:
        self.name, self.where = name, where
        self.index: list[int] = []
        self.rows: list[dict[str, Any]] = []
        if document is None:
            return
        try:
            held = document["_object"]
            split: Any = json.loads(held) if isinstance(held, str) else held
            columns, index, data = (split[key] for key in ("columns", "index", "data"))
            rows = [dict(zip(columns, row, strict=True)) for row in data]
            numbers = [int(k) for k in index]
            if len(numbers) != len(rows):
                raise ValueError("index and rows differ")
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise InputError(
                Problem(f"{where} {name}", "table", type(error).__name__, "a table as pandapower writes it")
            ) from error
        keep = [k for k, row in enumerate(rows) if row.get("in_service", True) in (True, 1)]
        self.index, self.rows = [numbers[k] for k in keep], [rows[k] for k in keep]

    def missing(self) -> list[Problem]:
        """Columns it needs and has not."""
        if not self.rows:
            return []
        return [
            Problem(f"{self.where} {self.name}", "column", f"no {column}", "the columns of pandapower")
            for column in NEEDED[self.name]
            if column not in self.rows[0]
        ]

    def numbers(self, column: str, default: float | None = None) -> Array:
        """(row,) InputError where a value is no number and there is no default."""
        values = []
        for at, row in zip(self.index, self.rows, strict=True):
            value = row.get(column)
            if value is None and default is not None:
                value = default
            if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
                raise InputError(
                    Problem(f"{self.where} {self.name} {at}", column, str(value)[:40], "a number")
                )
            values.append(float(value))
        return np.array(values, dtype=np.float64)

    def texts(self, column: str, default: Callable[[int], str]) -> list[str]:
        """(row,) words, each once: an index is put behind those that come again."""
        words: list[str] = []
        for at, row in zip(self.index, self.rows, strict=True):
            value = row.get(column)
            word = value if isinstance(value, str) and value else default(at)
            words.append(word if word not in words else f"{word} ({at})")
        return words


def read_pandapower_json(path: Path) -> GridCase:
    """The network of a pandapower file: buses, lines, impedances, DC lines, generation, loads and shunts.

    Raises
    ------
    InputError
        No JSON or not of pandapower, tables or columns missing, ends that are no bus, rows of tables that are not
        read and would change the flow (transformers, switches, ...), impedances that differ by direction, islands
        without an external grid.
    """
    try:
        document = json.loads(text_of(path))
    except (ValueError, RecursionError) as error:
        raise InputError(Problem(path.name, "file", "no JSON", "a network of pandapower (JSON)")) from error
    tables = document.get("_object") if isinstance(document, dict) else None
    if not isinstance(tables, dict) or document.get("_class") != "pandapowerNet":
        raise InputError(Problem(path.name, "file", "JSON of another kind", "a network of pandapower (JSON)"))
    where = path.name
    read = {name: Table(name, tables.get(name), where) for name in NEEDED}
    problems = [problem for table in read.values() for problem in table.missing()]
    for name in UNREAD:
        if count := len(Table(name, tables.get(name), where).rows):
            expected = "lines, impedances, DC lines, generation, loads and shunts only"
            problems.append(Problem(f"{where} {name}", "rows", str(count), expected))
    base = tables.get("sn_mva")
    if isinstance(base, bool) or not isinstance(base, int | float) or not base > 0:
        problems.append(Problem(where, "sn_mva", str(base), "a number above 0"))
        base = 1.0
    bus = read["bus"]
    if not bus.rows:
        problems.append(Problem(f"{where} bus", "rows", "0", "buses in service"))
    at = {number: k for k, number in enumerate(bus.index)}
    for name, table in read.items():
        for column in ("bus", "from_bus", "to_bus"):
            if column in NEEDED[name] and not table.missing():
                for number, end in zip(table.index, table.numbers(column), strict=True):
                    if int(end) not in at:
                        place = f"{where} {name} {number}"
                        problems.append(Problem(place, column, f"{end:g}", "a bus in service"))
    if problems:
        raise InputError(problems[:20])
    refuse_size(where, len(bus.rows))
    return _case(path, tables, read, at, float(base))


def _case(
    path: Path, tables: dict[str, Any], read: dict[str, Table], at: dict[int, int], base: float
) -> GridCase:
    bus, n = read["bus"], len(at)
    kv = bus.numbers("vn_kv")
    holds, reference, voltage = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool), np.ones(n)

    def ends(name: str, column: str = "bus") -> Index:
        return np.array([at[int(v)] for v in read[name].numbers(column)], dtype=np.int64)

    for name in ("gen", "ext_grid"):
        holds[ends(name)], voltage[ends(name)] = True, read[name].numbers("vm_pu")
    reference[ends("ext_grid")] = True
    slack = [bool(row.get("slack")) for row in read["gen"].rows]
    reference[ends("gen")[slack]] = True
    generation: dict[str, Array] = {}
    demand: dict[str, Array] = {}
    reactive = np.zeros((1, n))
    pairs = _given_lines(read["load"], read["sgen"])
    kept = {name: set(rows) for name, rows in zip(("load", "sgen"), zip(*pairs, strict=True), strict=False)}
    for name, into, sign in (("gen", generation, 1.0), ("sgen", generation, 1.0), ("load", demand, -1.0)):
        table = read[name]
        scaling = table.numbers("scaling", 1.0)
        power = table.numbers("p_mw") * scaling
        if name != "gen":
            np.add.at(reactive[0], ends(name), sign * table.numbers("q_mvar", 0.0) * scaling)
        _only_constant_power(table)
        for k, end in enumerate(ends(name)):
            word = table.rows[k].get("type")
            carrier = word if isinstance(word, str) and word not in ("", "wye", "delta") else name
            if power[k] != 0 and k not in kept.get(name, ()):
                into.setdefault(carrier, np.zeros((1, n)))[0, end] += power[k]
    shunt = np.zeros(n, dtype=np.complex128)
    table = read["shunt"]
    step = table.numbers("step", 1.0) * (kv[ends("shunt")] / _voltage_of(table, kv[ends("shunt")])) ** 2
    np.add.at(shunt, ends("shunt"), (table.numbers("p_mw") - 1j * table.numbers("q_mvar")) * step / base)
    frequency = tables.get("f_hz")
    hz = float(frequency) if isinstance(frequency, int | float) and frequency > 0 else 50.0
    dc = read["dcline"]
    for column, volt in (("from_bus", "vm_from_pu"), ("to_bus", "vm_to_pu")):
        free = ~holds[ends("dcline", column)]
        voltage[ends("dcline", column)[free]] = dc.numbers(volt)[free]
    holds[ends("dcline", "from_bus")] = holds[ends("dcline", "to_bus")] = True
    sent = dc.numbers("p_mw")
    if (sent < 0).any():
        first = dc.index[int(np.argmax(sent < 0))]
        raise InputError(
            Problem(
                f"{path.name} dcline {first}", "p_mw", "a number below 0", "0 or more, sent from from_bus"
            )
        )
    most = dc.numbers("max_p_mw", UNLIMITED_MW)
    own = DcLines(
        tuple(dc.texts("name", lambda k: f"dcline {k}")), ("dc",) * len(dc.rows),
        ends("dcline", "from_bus"), ends("dcline", "to_bus"), most, np.zeros(len(dc.rows)),
        dc.numbers("loss_percent") / 100.0, dc.numbers("loss_mw"), sent[None],
    )  # fmt: skip
    taken, given, limit = read["load"], read["sgen"], read["load"].numbers("max_p_mw", UNLIMITED_MW)
    lines = as_dc_lines(
        [
            GivenLine(
                str(taken.rows[i]["name"]), int(ends("load")[i]), int(ends("sgen")[j]),
                float(taken.numbers("p_mw")[i]), float(given.numbers("p_mw")[j]), float(limit[i]),
            )
            for i, j in pairs
        ]
    )  # fmt: skip
    return built(
        path.name,
        name=path.stem,
        bus_ids=tuple(bus.texts("name", lambda k: f"bus {k}")),
        base_mva=base,
        branches=with_more(
            _branches(read["line"], ends("line", "from_bus"), ends("line", "to_bus"), kv, base, hz),
            _impedances(read["impedance"], ends("impedance", "from_bus"), ends("impedance", "to_bus"), base),
        ),
        shunt_pu=shunt,
        holds=holds,
        reference=reference,
        base_kv=kv,
        generation_mw=generation or {"generation": np.zeros((1, n))},
        demand_mw=demand or {"load": np.zeros((1, n))},
        reactive_mvar=reactive,
        voltage_pu=voltage,
        dc=joined(own, lines),
    )


def _given_lines(load: Table, sgen: Table) -> list[tuple[int, int]]:
    """Rows of loads and of static generators that are the two ends of one line, as they are written here."""

    def marked(table: Table) -> dict[str, int]:
        rows: dict[str, int] = {}
        for k, row in enumerate(table.rows):
            plain = row.get("scaling", 1.0) in (1, None) and not row.get("q_mvar")
            if row.get("type") == GIVEN_LINE and isinstance(row.get("name"), str) and plain:
                rows[row["name"]] = -1 if row["name"] in rows else k
        return rows

    given = marked(sgen)
    pairs = [(k, given.get(name, -1)) for name, k in marked(load).items()]
    taken, made = load.numbers("p_mw"), sgen.numbers("p_mw")
    return [(k, j) for k, j in pairs if k >= 0 and j >= 0 and 0 <= made[j] <= taken[k]]


def _voltage_of(table: Table, kv: Array) -> Array:
    """(row,) rated voltage of shunts; that of the bus where none is given."""
    return np.array(
        [float(row.get("vn_kv") or own) for row, own in zip(table.rows, kv, strict=True)], dtype=np.float64
    )


def _only_constant_power(table: Table) -> None:
    """InputError for loads that depend on voltage."""
    for at, row in zip(table.index, table.rows, strict=True):
        for name, value in row.items():
            if name.startswith(("const_z", "const_i")) and value:
                raise InputError(
                    Problem(
                        f"{table.where} {table.name} {at}", name, str(value)[:40], "loads of constant power"
                    )
                )


def _branches(table: Table, start: Index, end: Index, kv: Array, base: float, hz: float) -> Branches:
    length, parallel = table.numbers("length_km"), table.numbers("parallel", 1.0)
    ohm = kv[start] ** 2 / base
    series = length / parallel / ohm
    shunt = length * parallel * ohm
    limit = table.numbers("max_i_ka", np.inf) if _has_limit(table) else np.full(len(start), np.inf)
    rating = limit * np.sqrt(3.0) * kv[start] * parallel * table.numbers("df", 1.0)
    count = len(start)
    return Branches(
        ids=tuple(table.texts("name", lambda k: f"line {k}")),
        from_bus=start,
        to_bus=end,
        r_pu=table.numbers("r_ohm_per_km") * series,
        x_pu=table.numbers("x_ohm_per_km") * series,
        g_pu=table.numbers("g_us_per_km", 0.0) * 1e-6 * shunt,
        b_pu=2 * np.pi * hz * table.numbers("c_nf_per_km") * 1e-9 * shunt,
        ratio=np.ones(count),
        shift_rad=np.zeros(count),
        rating_mva=np.where(rating > 0.999 * NO_RATING_MVA, np.inf, rating),
    )


def _impedances(table: Table, start: Index, end: Index, base: float) -> Branches:
    """Branches between rated voltages; their rating is the power their per-unit figures are on."""
    sn = table.numbers("sn_mva")
    r, x = table.numbers("rft_pu"), table.numbers("xft_pu")
    gf, bf = table.numbers("gf_pu", 0.0), table.numbers("bf_pu", 0.0)
    gt, bt = (np.array([own if v is None else v for own, v in zip(near, far, strict=True)], dtype=np.float64)
              for near, far in ((gf, _given(table, "gt_pu")), (bf, _given(table, "bt_pu"))))  # fmt: skip
    same = (
        (r == table.numbers("rtf_pu")) & (x == table.numbers("xtf_pu")) & (gf == gt) & (bf == bt) & (sn > 0)
    )
    if not same.all():
        where = f"{table.where} impedance {table.index[int(np.argmin(same))]}"
        raise InputError(
            Problem(where, "rft_pu, rtf_pu, sn_mva", "two directions that differ, or no power",
                    "the same impedance from both ends, sn_mva above 0")
        )  # fmt: skip
    own, count = base / np.where(sn > 0, sn, 1.0), len(start)
    return Branches(
        ids=tuple(table.texts("name", lambda k: f"impedance {k}")),
        from_bus=start,
        to_bus=end,
        r_pu=r * own,
        x_pu=x * own,
        g_pu=2 * gf / own,
        b_pu=2 * bf / own,
        ratio=np.ones(count),
        shift_rad=np.zeros(count),
        rating_mva=np.where(sn > 0.999 * NO_RATING_MVA, np.inf, sn),
    )


def _given(table: Table, column: str) -> list[float | None]:
    """(row,) a number where the row has one."""
    return [None if row.get(column) is None else float(v)
            for row, v in zip(table.rows, table.numbers(column, 0.0), strict=True)]  # fmt: skip


def _has_limit(table: Table) -> bool:
    return all(isinstance(row.get("max_i_ka"), int | float) for row in table.rows)
