"""How far years lie apart: the program's default spreads beside the few years that are published."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from resources.validation_published import published
from resources.validation_row import Row, Section, Words
from resources.years import INTERANNUAL

Array = NDArray[np.float64]

DAMS_FILE: Final = "hydro/dams_large.csv"
DAM_YEARS: Final = tuple(range(2009, 2016))
_FIRST_COLUMN = 7
GROUPS: dict[str, Words] = {
    "spread_pv": ("光伏 年际差", "PV, spread of years"),
    "spread_wind": ("风电 年际差", "wind, spread of years"),
    "spread_hydro": ("水电 年际差", "water, spread of years"),
}


def spread_section(reference: Path | None) -> Section:
    """Sun and wind from the published table, water from the reference's dams where that folder is."""
    rows = [_sun(), _wind()]
    notes: list[Words] = [
        (
            (
                "没有一个电站或省份的多年发电记录, 因此 P50/P75/P90 的默认年际差 (风 6 %, 光 3 %, 水 12 %) 只能这样旁证: "
                "全国均值的年际差必小于一地; 两年之差含机组与弃电变化。"
            ),
            (
                "No multi-year record of a plant or a province is at hand, so the default spreads behind P50, P75 and P90 "
                "(wind 6 %, sun 3 %, water 12 %) have only these side lights: a nation's mean varies less than a place; "
                "two years' difference holds changes of fleet and curtailment as well."
            ),
        )
    ]
    if reference is not None and (reference / DAMS_FILE).is_file():
        rows.append(_water(reference / DAMS_FILE))
    else:
        notes.append(("缺少参考水库资料, 水电未比", "Water left out: the reference's dams are not at hand."))
    return Section(
        id="spread",
        title=("年际差 (P50/P75/P90)", "Spread of years (P50, P75, P90)"),
        rows=tuple(rows),
        groups=GROUPS,
        notes=tuple(notes),
    )


def _sun() -> Row:
    years = [row for row in published() if row.technology == "ghi"]
    values = np.array([row.low for row in years])
    found = float(values.std(ddof=1) / values.mean())
    text = ", ".join(row.year for row in years)
    return Row(
        "spread_pv",
        ("光伏 默认值, 旁证: 全国平均总辐射", "PV, default; beside it GHI of all China"),
        "1",
        INTERANNUAL["pv"].sigma_share,
        (found, found),
        text,
        "CMA bulletins",
        "published",
        digits=3,
        why=(
            f"仅 {len(values)} 年的全国平均, 是一地之差的下限",
            f"{len(values)} years of a national mean: a lower bound for one place",
        ),
    )


def _wind() -> Row:
    rows = published()
    later = {row.adcode: row for row in rows if row.technology == "wind" and row.kind == "year"}
    before = {row.adcode: row for row in rows if row.technology == "wind" and row.kind == "province"}
    both = sorted(later.keys() & before.keys())
    steps = np.log([later[code].low / before[code].low for code in both])
    # Two years' difference has twice the variance of one year.
    found = float(np.sqrt(np.mean(steps**2) / 2))
    return Row(
        "spread_wind",
        (
            "风电 默认值, 旁证: 四省 2019-2020 年小时数之差",
            "wind, default; beside it four provinces' hours of 2019 and 2020",
        ),
        "1",
        INTERANNUAL["wind"].sigma_share,
        (found, found),
        "2019-2020",
        later[both[0]].source,
        "estimated",
        digits=3,
        why=(
            "各省 " + ", ".join(f"{step:+.0%}" for step in steps),
            "provinces " + ", ".join(f"{step:+.0%}" for step in steps),
        ),
    )


def dam_flows(path: Path) -> dict[str, Array]:
    """(year,) yearly flow of the dams that have all years. [1e8 m3]

    Raises
    ------
    InputError
        Not that table.
    """
    try:
        with path.open(encoding="utf-8-sig") as handle:
            lines = list(csv.reader(handle))[1:]
        last = _FIRST_COLUMN + 3 * len(DAM_YEARS)
        cells = {line[0]: line[_FIRST_COLUMN + 2 : last : 3] for line in lines}
        return {
            name: np.array([float(value) for value in values])
            for name, values in cells.items()
            if len(values) == len(DAM_YEARS) and all(values)
        }
    except (OSError, ValueError, IndexError) as error:
        expected = "name, six columns, then generation, water use and flow of 2009 to 2015"
        raise InputError(Problem(str(path), "file", str(error)[:80], expected)) from error


def _water(path: Path) -> Row:
    flows = dam_flows(path)
    spread = np.array([values.std(ddof=1) / values.mean() for values in flows.values()])
    found = float(np.median(spread))
    low, high = np.quantile(spread, [0.25, 0.75])
    return Row(
        "spread_hydro",
        ("水电 默认值, 旁证: 大型水库年发电用水量", "water, default; beside it yearly flow of large dams"),
        "1",
        INTERANNUAL["hydro"].sigma_share,
        (found, found),
        f"{DAM_YEARS[0]}-{DAM_YEARS[-1]}",
        "large dams of PyPSA-China-PIK",
        "published",
        digits=3,
        why=(
            f"{len(spread)} 座水库的中位数; 一半在 {low:.0%} 至 {high:.0%} 之间",
            f"median of {len(spread)} dams; half lie between {low:.0%} and {high:.0%}",
        ),
    )
