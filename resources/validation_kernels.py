"""The PV and wind kernels beside pvlib's and windpowerlib's own chains on the same hours."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from gis_layers.progress import Progress, silent
from resources.hours import HOURS
from resources.solar import PvSystem, pv_capacity_factor
from resources.validation_chains import bare, pvlib_hours, windpowerlib_hours
from resources.validation_row import Row, Section, Words
from resources.weather import HourlyWeather
from resources.wind import BASE_TURBINE, FLEET_TURBINE, wind_capacity_factor

Array = NDArray[np.float64]

YEAR_LIMIT = 0.005
"""Of the year, against either chain; set by the issue that asked for this page."""
NOON_LIMIT = 0.02
"""Of any hour from 11 to 14, PV."""
NOON_LEAST = 0.02
"""Hours with less of rated power have no meaningful relative error. [-]"""
_PVLIB, _WINDPOWERLIB = "pvlib ModelChain, same models", "windpowerlib ModelChain, density-corrected curve"
GROUPS: dict[str, Words] = {
    "pv_year": ("光伏核 年发电量", "PV kernel, year"),
    "pv_hour": ("光伏核 逐时", "PV kernel, hours"),
    "wind_year": ("风电核 年发电量", "wind kernel, year"),
    "wind_hour": ("风电核 逐时", "wind kernel, hours"),
}


def worst_at_noon(ours: Array, theirs: Array) -> float:
    """Largest relative error of an hour from 11 to 14. [-]"""
    noon = np.isin(np.arange(HOURS) % 24, (11, 12, 13)) & (theirs > NOON_LEAST)
    return float(np.abs(ours[noon] / theirs[noon] - 1).max())


def root_mean_square(values: Array) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


def kernel_section(years: Mapping[Words, HourlyWeather], progress: Progress = silent) -> Section:
    """Years and hours of both kernels on the first place of each weather.

    Parameters
    ----------
    years
        Weather by what it is called.
    """
    rows: list[Row] = []
    plants: tuple[tuple[Words, PvSystem], ...] = (
        (("固定", "fixed"), PvSystem()),
        (("跟踪", "tracking"), PvSystem(mounting="single_axis")),
    )
    machines: tuple[tuple[Words, str], ...] = ((("新机组", "base"), "base"), (("存量机组", "fleet"), "fleet"))
    for number, (place, weather) in enumerate(years.items()):
        progress(number / len(years), "validation kernels")
        for plant, system in plants:
            name = (f"{place[0]} 光伏 {plant[0]}", f"{place[1]}, PV {plant[1]}")
            ours = pv_capacity_factor(weather, system)[0].astype(np.float64)
            theirs = pvlib_hours(weather, system)
            rows += _pair("pv", name, ours, theirs, _PVLIB)
            rows.append(
                Row(
                    "pv_hour",
                    (f"{name[0]} 正午最大误差", f"{name[1]}: worst hour from 11 to 14"),
                    "1",
                    worst_at_noon(ours, theirs),
                    source=_PVLIB,
                    limit=NOON_LIMIT,
                    enforced=True,
                    digits=5,
                )
            )
        for kind, key in machines:
            turbine = bare(BASE_TURBINE if key == "base" else FLEET_TURBINE)
            name = (f"{place[0]} 风电 {kind[0]}", f"{place[1]}, wind {kind[1]} machine")
            ours = wind_capacity_factor(weather, turbine)[0].astype(np.float64)
            rows += _pair("wind", name, ours, windpowerlib_hours(weather, turbine), _WINDPOWERLIB)
    return Section(
        id="kernels",
        title=("内核与 pvlib、windpowerlib 对照", "Kernels beside pvlib and windpowerlib"),
        rows=tuple(rows),
        groups=GROUPS,
        notes=(
            (
                (
                    "同样的小时气象、同样的模型; 年误差限 0.5 %, 正午 (11 至 14 时) 逐时误差限 2 %, 超限即失败。"
                    "风电不计尾流与损失, 因为对方没有。"
                ),
                (
                    "The same hours and the same models; 0.5 % of a year and 2 % of an hour at noon (11 to 14) are "
                    "enforced. Wind without wakes and losses, which the other chain does not have."
                ),
            ),
        ),
    )


def _pair(kind: str, name: Words, ours: Array, theirs: Array, source: str) -> list[Row]:
    whole = float(theirs.sum())
    year = Row(
        f"{kind}_year",
        name,
        "h",
        float(ours.sum()),
        (whole, whole),
        source=source,
        limit=YEAR_LIMIT,
        enforced=True,
        digits=1,
    )
    hour = Row(
        f"{kind}_hour",
        (f"{name[0]} 逐时均方根误差", f"{name[1]}: root mean square of hours"),
        "1",
        root_mean_square(ours - theirs),
        source=source,
        digits=5,
    )
    return [year, hour]
