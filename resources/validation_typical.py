"""Typical-year files beside the year our generator draws at the same place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gis_layers.progress import Progress, silent
from resources import atlas
from resources import weather_solar as sun
from resources.hours import DAYS_OF_MONTH, month_means
from resources.solar import PvSystem, pv_capacity_factor, specific_yield_kwh_per_kwp
from resources.validation_row import Row, Section, Table, Words
from resources.weather import HourlyWeather, generate

Array = NDArray[np.float64]

SEED = 2020
_SOURCE = "typical-year file (EPW)"
_PERIOD = "typical year"
_HOURS_OF_MONTH = 24.0 * np.array(DAYS_OF_MONTH)
GROUPS: dict[str, Words] = {
    "sun": ("年辐照量", "irradiation of the year"),
    "wind": ("年均风速", "mean wind"),
    "warmth": ("气温", "temperature"),
    "pv": ("光伏发电量", "PV yield"),
    "months": ("逐月均方根误差", "root mean square of months"),
    "ks": ("小时值分布的 KS 距离", "KS distance of the hours' distributions"),
    "shape": ("日变化曲线相关系数", "correlation of the mean days"),
}


def generated_at(file: HourlyWeather, progress: Progress = silent) -> HourlyWeather:
    """The year our generator draws where a file's place is."""
    return generate(atlas.climate_at(file.lon_deg, file.lat_deg), SEED, progress)


def ks_distance(a: Array, b: Array) -> float:
    """Largest difference of two samples' cumulative distributions (Kolmogorov and Smirnov), 0..1. [-]"""
    both = np.sort(np.concatenate([a, b]))
    below = [np.searchsorted(np.sort(x), both, side="right") / len(x) for x in (a, b)]
    return float(np.abs(below[0] - below[1]).max())


def mean_day(hourly: Array) -> Array:
    """(24,) mean of each hour of day."""
    return np.asarray(hourly.reshape(-1, 24).mean(axis=0))


def closed(weather: HourlyWeather) -> tuple[HourlyWeather, float]:
    """The weather with diffuse light such that the three close, and by what share of GHI they did not."""
    above = np.maximum(sun.cos_zenith(weather.lat_deg, sun.hour_angle(weather.lon_deg)), 0.0)
    ghi = weather.ghi_w_per_m2.astype(np.float64)
    beam = weather.dni_w_per_m2.astype(np.float64) * above
    gap = float((beam + weather.dhi_w_per_m2).sum() / ghi.sum() - 1)
    diffuse = np.maximum(ghi - beam, 0.0).astype(np.float32)
    return replace(weather, dhi_w_per_m2=diffuse), gap


def typical_section(files: Mapping[Words, HourlyWeather], progress: Progress = silent) -> Section:
    """Sums, months, distributions and mean days; one file a place."""
    rows: list[Row] = []
    tables: list[Table] = []
    for number, (place, theirs) in enumerate(files.items()):
        progress(number / len(files), "validation typical years")
        ours = generated_at(theirs)
        rows += _rows(place, theirs, ours)
        tables.append(_months(place, theirs, ours))
    return Section(
        id="typical_years",
        title=("典型年文件", "Typical-year files"),
        rows=tuple(rows),
        groups=GROUPS,
        tables=tuple(tables),
        notes=(
            (
                (
                    f"本图: 内置气候生成的一年 (种子 {SEED})。文件的风为城镇 10 m 测风, 按幂律 0.2 推到 100 m; "
                    "本图的风为 100 m 开阔地面上的格点平均, 两者不应细比。GHI 的 KS 距离只取太阳在地平线上的小时。"
                ),
                (
                    f"Ours: a year drawn from the embedded climate (seed {SEED}). The file's wind is a town mast at 10 m, "
                    "lifted to 100 m by a power law of 0.2; ours is the mean of a cell at 100 m over open ground, so the "
                    "two should not be compared closely. The KS distance of GHI takes hours with the sun up."
                ),
            ),
        ),
    )


def _rows(place: Words, theirs: HourlyWeather, ours: HourlyWeather) -> list[Row]:
    def row(
        group: str, zh: str, en: str, unit: str, mine: float, other: float | None = None, **more: object
    ) -> Row:
        pair = None if other is None else (other, other)
        name = (f"{place[0]} {zh}", f"{place[1]}, {en}")
        tier = None if other is None else "published"
        return Row(group, name, unit, mine, pair, _PERIOD, _SOURCE, tier, **more)  # type: ignore[arg-type]

    fields = {
        "ghi": (theirs.ghi_w_per_m2, ours.ghi_w_per_m2),
        "dni": (theirs.dni_w_per_m2, ours.dni_w_per_m2),
        "temperature": (theirs.temperature_c, ours.temperature_c),
        "wind": (theirs.wind_speed_ms, ours.wind_speed_ms),
    }
    hours = {name: tuple(x[0].astype(np.float64) for x in pair) for name, pair in fields.items()}
    months = {name: tuple(month_means(x)[0] for x in pair) for name, pair in fields.items()}
    (file_ghi, our_ghi), (file_wind, our_wind) = hours["ghi"], hours["wind"]
    file_warm, our_warm = hours["temperature"]
    up = sun.cos_zenith(theirs.lat_deg, sun.hour_angle(theirs.lon_deg))[0] > 0
    found = [
        row("sun", "总辐照量", "GHI", "kWh/m2", our_ghi.sum() / 1e3, file_ghi.sum() / 1e3),
        row("sun", "直接辐射", "DNI", "kWh/m2", hours["dni"][1].sum() / 1e3, hours["dni"][0].sum() / 1e3),
        row(
            "warmth",
            "年均气温之差",
            "mean temperature less the file's",
            "K",
            our_warm.mean() - file_warm.mean(),
            digits=2,
        ),
        row("wind", "100 m 风速", "wind at 100 m", "m/s", our_wind.mean(), file_wind.mean(), digits=2),
    ]
    whole, gap = closed(theirs)
    for zh, en, system in (
        ("光伏 固定", "PV fixed", PvSystem()),
        ("光伏 跟踪", "PV tracking", PvSystem(mounting="single_axis")),
    ):
        file_kwh, closed_kwh, our_kwh = (
            float(specific_yield_kwh_per_kwp(pv_capacity_factor(w, system), system)[0])
            for w in (theirs, whole, ours)
        )
        why = (
            f"文件的三种辐射不闭合: 直射水平分量加散射比总辐射{gap:+.1%}; 闭合后文件得 {closed_kwh:.0f}",
            (
                f"the file's three irradiances do not close: beam on the horizontal plus diffuse is {gap:+.1%} of GHI; "
                f"closed, the file gives {closed_kwh:.0f}"
            ),
        )
        found.append(row("pv", zh, en, "kWh/kWp", our_kwh, file_kwh, why=why))
    light = _HOURS_OF_MONTH / 1e3
    for zh, en, unit, key, scale, digits in (
        ("总辐照量", "GHI", "kWh/m2", "ghi", light, 1),
        ("气温", "temperature", "K", "temperature", np.ones(12), 2),
        ("风速", "wind", "m/s", "wind", np.ones(12), 2),
    ):
        gaps = (months[key][1] - months[key][0]) * scale
        rms = float(np.sqrt(np.mean(gaps**2)))
        found.append(row("months", zh, en, unit, rms, digits=digits))
    found += [
        row("ks", "总辐射", "GHI", "1", ks_distance(our_ghi[up], file_ghi[up]), digits=3),
        row("ks", "风速", "wind", "1", ks_distance(our_wind, file_wind), digits=3),
        row("ks", "风速除以年均", "wind over its mean", "1",
            ks_distance(our_wind / our_wind.mean(), file_wind / file_wind.mean()), digits=3),
    ]  # fmt: skip
    found += [
        row("shape", zh, en, "1", float(np.corrcoef(mean_day(mine), mean_day(other))[0, 1]), digits=3)
        for zh, en, mine, other in (
            ("总辐射", "GHI", our_ghi, file_ghi),
            ("气温", "temperature", our_warm, file_warm),
            ("风速", "wind", our_wind, file_wind),
        )
    ]
    return found


def _months(place: Words, theirs: HourlyWeather, ours: HourlyWeather) -> Table:
    light = _HOURS_OF_MONTH / 1e3
    lines: list[tuple[Words, tuple[float | None, ...]]] = []
    for name, mine, other, scale in (
        (("总辐照量 kWh/m2", "GHI, kWh/m2"), ours.ghi_w_per_m2, theirs.ghi_w_per_m2, light),
        (("气温 °C", "temperature, °C"), ours.temperature_c, theirs.temperature_c, np.ones(12)),
        (("100 m 风速 m/s", "wind at 100 m, m/s"), ours.wind_speed_ms, theirs.wind_speed_ms, np.ones(12)),
    ):
        for whose, values in ((("文件", "file"), other), (("本图", "ours"), mine)):
            monthly = month_means(values)[0] * scale
            lines.append(((f"{name[0]} {whose[0]}", f"{name[1]}: {whose[1]}"), tuple(monthly.tolist())))
    head: tuple[Words, ...] = (("", ""), *((f"{m} 月", name) for m, name in enumerate("JFMAMJJASOND", 1)))
    return Table((f"{place[0]} 逐月", f"{place[1]}, months"), head, tuple(lines), (".1f",) * 12)
