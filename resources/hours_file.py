"""Hourly series of a year as a table for other programs: CSV or Parquet, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing
from resources.hours import HOURS


def check_target(path: Path) -> None:
    """Refuse a file that could not be written, before any work.

    Raises
    ------
    InputError
        An ending that is neither .csv nor .parquet, a folder that is not there.
    """
    problems = []
    if path.suffix not in (".csv", ".parquet"):
        problems.append(Problem("--out", "ending", path.suffix or "none", ".csv or .parquet"))
    if not path.parent.is_dir():
        problems.append(Problem("--out", "folder", str(path.parent), "a folder that exists"))
    if problems:
        raise InputError(problems)


def write_hours(path: Path, columns: Mapping[str, NDArray[np.floating]], digits: int = 5) -> None:
    """Write columns of (8760,) values, named with their units, beside the hour and its UTC+8 label.

    Raises
    ------
    InputError
        As `check_target`; the file cannot be written.
    """
    import pandas as pd

    check_target(path)
    labels = pd.date_range("2019-01-01", periods=HOURS, freq="h")  # a year without 29 February
    table = pd.DataFrame(
        {
            "hour": np.arange(HOURS),
            "month_day_hour_utc8": labels.strftime("%m-%d %H:%M"),
            **{name: np.round(np.asarray(values, np.float64), digits) for name, values in columns.items()},
        }
    )
    with replacing(path) as temporary:
        if path.suffix == ".csv":
            table.to_csv(temporary, index=False)
        else:
            table.to_parquet(temporary, index=False)
