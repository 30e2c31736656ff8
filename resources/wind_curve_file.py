"""A machine's power curve from the user's CSV: two columns, speed and power, checked before it is used.

Used by import, forms and the wind chain (`WindTurbine.own_curve`).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from resources.wind_curve import BETZ, PowerCurve
from resources.wind_kernel import STANDARD_DENSITY_KG_PER_M3

Array = NDArray[np.float64]
PowerUnit = Literal["W", "kW", "MW", "share"]

_LARGEST_BYTES: Final = 1_000_000
_FASTEST_MS: Final = 60.0
_MW: Final = {"W": 1e-6, "kW": 1e-3, "MW": 1.0}
_DIP_SHARE: Final = 0.03
"""A curve may fall so far below its highest value before rated speed: rounding and measurement."""
_STANDBY_SHARE: Final = 0.02
"""Own use of a standing machine; taken as 0."""
_SPEED_WORDS: Final = ("speed", "wind", "风速", "v(", "m/s", "ws")
_POWER_WORDS: Final = ("power", "功率", "出力", "p(", "kw", "mw")


@dataclass(frozen=True, slots=True)
class CurveFile:
    """A power curve that has passed the checks, and what it says of the machine."""

    curve: PowerCurve
    rated_mw: float
    cut_in_ms: float
    """First speed with more than 0.1 % of rated power."""
    rated_ms: float
    """First speed with at least 99 % of rated power."""
    cut_out_ms: float
    best_power_coefficient: float | None
    """Where the rotor is known. [-]"""


def read_curve_file(
    path: Path,
    *,
    rated_mw: float | None = None,
    rotor_m: float | None = None,
    unit: PowerUnit | None = None,
    density_kg_per_m3: float = STANDARD_DENSITY_KG_PER_M3,
) -> CurveFile:
    """Read and check a power curve.

    Parameters
    ----------
    path : Path
        CSV (comma, semicolon or tab; UTF-8 or GB 18030) with a header that names speed and power, in any order and
        among other columns.
    rated_mw : float or None
        Of the machine; None: the curve's highest power.
    rotor_m : float or None
        To hold the curve against the limit of Betz.
    unit : str or None
        Of power; None: as the header says ("power_kw", "功率(MW)").
    density_kg_per_m3 : float
        At which the curve is given; other than 1.225 its speeds are moved to standard density (IEC 61400-12-1).

    Raises
    ------
    InputError
        All problems at once, with their rows: no such columns, no unit, not a number, speeds that do not rise or are
        not m/s, power that falls before rated speed, is above rated or above Betz's limit, too few points.
    """
    where = path.name
    rows, header_row = _rows(path)
    speed_at, power_at, found_unit = _columns(where, rows[header_row], unit)
    problems: list[Problem] = []
    points: list[tuple[int, float, float]] = []
    for number, row in enumerate(rows[header_row + 1 :], start=header_row + 2):
        if not any(cell.strip() for cell in row):
            continue
        values = []
        for index, name in ((speed_at, "speed"), (power_at, "power")):
            text = row[index].strip() if index < len(row) else ""
            try:
                value = float(text)
            except ValueError:
                value = np.nan
            if not np.isfinite(value):
                problems.append(Problem(f"{where} row {number}", name, text or "nothing", "a number"))
            values.append(value)
        points.append((number, values[0], values[1]))
    if len(points) < 5:
        problems.append(Problem(where, "rows", str(len(points)), "at least 5 points of the curve"))
    if problems:
        raise InputError(problems)

    number_of = [p[0] for p in points]
    speed = np.array([p[1] for p in points])
    power = np.array([p[2] for p in points])
    highest = float(power.max())
    if found_unit == "share":
        rated = rated_mw if rated_mw is not None else np.nan
        share = power
        if rated_mw is None:
            problems.append(
                Problem("argument", "rated_mw", "nothing", "rated power: the file holds shares of it")
            )
    else:
        rated = rated_mw if rated_mw is not None else highest * _MW[found_unit]
        share = power * _MW[found_unit] / rated if rated > 0 else power
    problems += _speed_problems(where, number_of, speed)
    problems += _power_problems(where, number_of, share, found_unit)
    if problems:
        raise InputError(problems)
    speed = speed * (density_kg_per_m3 / STANDARD_DENSITY_KG_PER_M3) ** (1 / 3)
    coefficient = None
    if rotor_m is not None:
        in_wind = (
            0.5 * STANDARD_DENSITY_KG_PER_M3 * np.pi / 4 * rotor_m**2 * np.maximum(speed, 0.1) ** 3 / 1e6
        )
        ratios = np.where(share > 0.01, share * rated / in_wind, 0.0)
        worst = int(np.argmax(ratios))
        coefficient = float(ratios[worst])
        if coefficient > BETZ:
            found = f"power coefficient {coefficient:.2f} at {speed[worst]:g} m/s"
            expected = f"at most {BETZ:.3f} (Betz): is the speed in m/s, the rotor {rotor_m:g} m?"
            raise InputError(Problem(f"{where} row {number_of[worst]}", "power", found, expected))
    clean = np.clip(share, 0.0, 1.0)
    curve = PowerCurve(name=path.stem, speed_ms=tuple(speed.tolist()), power_share=tuple(clean.tolist()))
    top = float(clean.max())
    return CurveFile(
        curve=curve,
        rated_mw=float(rated),
        cut_in_ms=float(speed[np.flatnonzero(clean > 1e-3)[0]]),
        rated_ms=float(speed[np.flatnonzero(clean >= 0.99 * top)[0]]),
        cut_out_ms=float(speed[np.flatnonzero(clean > 1e-3)[-1]]),
        best_power_coefficient=coefficient,
    )


def _rows(path: Path) -> tuple[list[list[str]], int]:
    """All rows, and the number of the header: the first row with a word of speed and one of power."""
    try:
        size = path.stat().st_size
        if size > _LARGEST_BYTES:
            raise InputError(Problem(path.name, "size", f"{size} bytes", "a table of a few hundred rows"))
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            Problem(str(path), "file", error.strerror or "unreadable", "a readable CSV")
        ) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError(Problem(path.name, "encoding", "neither", "UTF-8 or GB 18030"))
    if "\x00" in text:
        raise InputError(Problem(path.name, "content", "bytes that are not text", "a CSV table"))
    lines = text.splitlines()
    delimiter = max(",;\t", key=lambda mark: sum(line.count(mark) for line in lines[:20]))
    rows = list(csv.reader(lines, delimiter=delimiter))
    for number, row in enumerate(rows[:20]):
        names = [cell.lower() for cell in row]
        if any(_has(n, _SPEED_WORDS) for n in names) and any(_has(n, _POWER_WORDS) for n in names):
            return rows, number
    raise InputError(Problem(path.name, "header", _short(rows), "a row that names speed and power"))


def _columns(where: str, header: list[str], unit: PowerUnit | None) -> tuple[int, int, PowerUnit]:
    names = [cell.strip().lower() for cell in header]
    power_at = next(i for i, n in enumerate(names) if _has(n, _POWER_WORDS))
    speeds = [i for i, n in enumerate(names) if _has(n, _SPEED_WORDS) and i != power_at]
    problems = []
    if not speeds:
        problems.append(Problem(where, "header", ", ".join(header), "a column of speed beside that of power"))
    elif re.search(r"km/?h|knot|mph", names[speeds[0]]):
        problems.append(Problem(where, "speed", header[speeds[0]], "speed in m/s"))
    found = unit or _unit_of_name(names[power_at])
    if found is None:
        problems.append(Problem(where, "power", header[power_at], "a unit: kW, MW, W, or share"))
    if problems:
        raise InputError(problems)
    assert found is not None
    return speeds[0], power_at, found


def unit_of_header(path: Path) -> PowerUnit | None:
    """The unit of power a file's header tells; None where it tells none.

    Raises
    ------
    InputError
        Not such a table at all.
    """
    rows, header_row = _rows(path)
    names = [cell.strip().lower() for cell in rows[header_row]]
    return _unit_of_name(next(name for name in names if _has(name, _POWER_WORDS)))


def looks_like_a_curve(head: str) -> bool:
    """Whether the first lines of a file are those of a power curve: a header of speed and power, then rising speeds."""
    lines = head.splitlines()
    delimiter = max(",;\t", key=lambda mark: sum(line.count(mark) for line in lines[:20]))
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    for number, row in enumerate(rows[:20]):
        names = [cell.lower() for cell in row]
        power_at = next((i for i, name in enumerate(names) if _has(name, _POWER_WORDS)), None)
        speed_at = next((i for i, n in enumerate(names) if _has(n, _SPEED_WORDS) and i != power_at), None)
        if power_at is None or speed_at is None:
            continue
        try:
            points = [
                (float(r[speed_at]), float(r[power_at])) for r in rows[number + 1 : number + 5] if any(r)
            ]
        except (ValueError, IndexError):
            return False
        speeds = [speed for speed, _ in points]
        return (
            len(points) >= 3
            and speeds[0] >= 0
            and speeds[-1] <= _FASTEST_MS
            and speeds == sorted(set(speeds))
        )
    return False


def _unit_of_name(name: str) -> PowerUnit | None:
    # The longest first: 'mw' and 'kw' hold a 'w'.
    marks: tuple[tuple[str, PowerUnit], ...] = (
        (r"mw|兆瓦", "MW"), (r"kw|千瓦", "kW"), (r"share|per.?unit|p\.?u\.?|标幺", "share"), (r"[\(\[_ ]w\b|瓦", "W"),
    )  # fmt: skip
    return next((unit for pattern, unit in marks if re.search(pattern, name)), None)


def _speed_problems(where: str, row: list[int], speed: Array) -> list[Problem]:
    problems = [
        Problem(f"{where} row {row[i]}", "speed", f"{speed[i]:g}", f"0 to {_FASTEST_MS:g} m/s")
        for i in np.flatnonzero((speed < 0) | (speed > _FASTEST_MS))
    ]
    problems += [
        Problem(
            f"{where} row {row[i + 1]}",
            "speed",
            f"{speed[i + 1]:g}",
            f"more than {speed[i]:g} (row {row[i]})",
        )
        for i in np.flatnonzero(np.diff(speed) <= 0)
    ]
    return problems


def _power_problems(where: str, row: list[int], share: Array, unit: str) -> list[Problem]:
    """Negative, above rated, never near rated, and falls before rated power is reached."""
    problems = [
        Problem(f"{where} row {row[i]}", "power", f"{share[i]:.1%} of rated", "not below 0")
        for i in np.flatnonzero(share < -_STANDBY_SHARE)
    ]
    problems += [
        Problem(f"{where} row {row[i]}", "power", f"{share[i]:.1%} of rated", "at most rated power (unit?)")
        for i in np.flatnonzero(share > 1.05)
    ]
    top = float(share.max())
    if top < 0.9:
        found = f"highest power is {top:.2%} of rated"
        problems.append(Problem(where, "power", found, f"rated power reached (is the unit {unit}?)"))
        return problems
    reached = int(np.flatnonzero(share >= 0.98 * top)[0])
    rising = share[: reached + 1]
    before = np.maximum.accumulate(rising)
    problems += [
        Problem(
            f"{where} row {row[i]}", "power", f"{share[i]:.1%} of rated", f"not below {before[i]:.1%} before"
        )
        for i in np.flatnonzero(before - rising > _DIP_SHARE)
    ]
    return problems


def _has(name: str, words: tuple[str, ...]) -> bool:
    return any(word in name for word in words)


def _short(rows: list[list[str]]) -> str:
    return "; ".join(",".join(row) for row in rows[:2])[:120] or "nothing"
