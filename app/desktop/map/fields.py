"""What the attributes of features hold: numbers, kinds, and the unit a field's name tells; no Qt."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

PROBE = 500
MANY = 5_000

_UNITS = (
    "万千瓦时", "亿千瓦时", "万千瓦", "兆瓦", "千瓦", "公里", "千米", "万元", "亿元", "米", "吨", "万吨",
    "MW", "GW", "kW", "GWh", "MWh", "TWh", "kWh", "kV", "MVA", "km", "km2", "m", "m/s", "%", "t", "a", "h",
    "CNY", "deg",
)  # fmt: skip
_OF_SUFFIX = {unit.lower(): unit for unit in _UNITS}


def field_unit(name: str) -> tuple[str, str]:
    """A field's name without its unit, and the unit: "装机容量(万千瓦)", "capacity_mw", "length km"."""
    bracket = re.fullmatch(r"\s*(.+?)\s*[(（\[]\s*([^()（）\[\]]+?)\s*[)）\]]\s*", name)
    if bracket:
        stem, unit = bracket.groups()
        return stem, _OF_SUFFIX.get(unit.lower(), unit)
    suffix = re.fullmatch(r"(.+?)[_\s]([^_\s]+)", name)
    # One letter is as likely an index (class_a) as a unit.
    if suffix and len(suffix.group(2)) > 1 and suffix.group(2).lower() in _OF_SUFFIX:
        return suffix.group(1), _OF_SUFFIX[suffix.group(2).lower()]
    return name, ""


def numbers(values: NDArray[Any]) -> NDArray[np.float64] | None:
    """The values as numbers, NaN where one is missing; None for a field of words.

    A table's numbers may come as text ("1,250"); a field counts as numbers when all it says are.
    """
    if values.dtype.kind in "iuf":
        return values.astype(np.float64)
    if values.dtype.kind != "O":
        return None
    told = [value for value in values[:: max(1, len(values) // PROBE)] if not _blank(value)]
    if not told or any(math.isnan(number(value)) for value in told):
        return None
    quick = _quick_numbers(values) if len(values) > MANY else None
    return np.array([number(value) for value in values], dtype=np.float64) if quick is None else quick


def _quick_numbers(values: NDArray[Any]) -> NDArray[np.float64] | None:
    """The same by Arrow, ten times as fast; None where it will not take something that `number` may.

    A table of 300,000 rows would else hold the window for a quarter second.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        column = pa.array(values, from_pandas=True)
        if pa.types.is_string(column.type):
            plain = pc.replace_substring(pc.utf8_trim_whitespace(column), ",", "")
            column = pc.cast(pc.if_else(pc.equal(plain, ""), None, plain), pa.float64())
        if not pa.types.is_floating(column.type) and not pa.types.is_integer(column.type):
            return None
        found = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowException:
        return None
    return np.where(np.isfinite(found), found, np.nan)


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value != value


def number(value: object) -> float:
    """A finite number from what a table says, "1,250" too; NaN where it is none."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, str | int | float | np.number):
        return math.nan
    try:
        told = float(value.replace(",", "") if isinstance(value, str) else value)
    except ValueError:
        return math.nan
    return told if math.isfinite(told) else math.nan


def numeric_fields(columns: Mapping[str, NDArray[Any]]) -> tuple[str, ...]:
    """Names of the fields that hold numbers."""
    return tuple(
        name
        for name, values in columns.items()
        if numbers(values[:: max(1, len(values) // PROBE)]) is not None
    )


def kind_of(value: object) -> str:
    """A kind as text: whole numbers without a point, "" where the attribute is missing."""
    if value is None or value != value:
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def largest(values: NDArray[Any] | None) -> float | None:
    """The largest number of a field above 0; None where there is none."""
    found = numbers(values) if values is not None else None
    if found is None:
        return None
    top = float(np.max(found, initial=0.0, where=np.isfinite(found)))
    return top if top > 0 else None


def shares(values: NDArray[Any] | None, count: int) -> NDArray[np.float64] | None:
    """(feature,) each number as a share of the largest, missing and negative ones 0; None without numbers."""
    found = numbers(values) if values is not None else None
    top = largest(values)
    if found is None or top is None:
        return None if found is None else np.zeros(count)
    return np.asarray(np.nan_to_num(np.clip(found, 0.0, None) / top), dtype=np.float64)
