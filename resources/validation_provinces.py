"""Provinces' hourly capacity factors of 2020 (reanalysis) beside ours, plain and made the way theirs were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.progress import Progress, silent
from gis_layers.province import PROVINCES
from resources.hours import HOURS, month_means
from resources.solar import PvLosses, PvSystem, pv_capacity_factor
from resources.sources.region_names import code_of_region
from resources.validation_row import Row, Section, Table, Words
from resources.validation_sample import Land, Sample, carried
from resources.validation_typical import closed
from resources.weather import HourlyWeather
from resources.wind import FLEET_TURBINE, WindTurbine, wind_capacity_factor

Array = NDArray[np.float64]
Technology = Literal["pv", "wind"]

FILES: Final[dict[Technology, str]] = {"pv": "profile_solar.nc", "wind": "profile_onwind.nc"}
LEAP_DAY: Final = slice(59 * 24, 60 * 24)
SOURCE: Final = "province profiles 2020: ERA5 through atlite, Rick10119/PyPSA-China"
THEIR_PV: Final = PvSystem(
    tilt_deg=35.0,
    dc_ac_ratio=1.0,
    inverter_curve=(0.0, 0.9, 0.0),
    losses=PvLosses(
        soiling_share=0.15, shading_share=0, mismatch_share=0, wiring_share=0, connections_share=0,
        light_induced_share=0, nameplate_share=0, transformer_and_line_share=0, availability_share=0,
    ),
)  # fmt: skip
"""Panel CSi at 35 degrees with an inverter of 0.9 and the correction 0.85 of their configuration."""
THEIR_TURBINE: Final = WindTurbine(
    name="Vestas V112 3 MW, no losses", rated_mw=3.0, rotor_m=112.0, hub_m=80.0, curve="V112/3000", wake="none",
    availability_loss_share=0.0, other_loss_share=0.0,
)  # fmt: skip
"""Of their configuration; atlite's hub height."""
QUANTILES: Final[dict[Technology, tuple[float, float, float]]] = {
    "pv": (0.75, 0.90, 0.99),
    "wind": (0.10, 0.50, 0.90),
}
WORDS: Final[dict[Technology, Words]] = {"pv": ("光伏", "PV"), "wind": ("风电", "wind")}


@dataclass(frozen=True, slots=True)
class ProvinceYear:
    """A file of the reference, our hours."""

    adcode: tuple[str, ...]
    factor: Array
    """(province, hour) capacity factor, UTC+8, 29 February dropped. [-]"""
    lon_deg: Array
    lat_deg: Array
    potential_mw: Array
    """(lat, lon) what could be built in each cell: the land their means stand for."""

    def potential_at(self, lon_deg: Array, lat_deg: Array) -> Array:
        """(place,) of the nearest cell. [MW]"""
        col = np.abs(self.lon_deg[None, :] - lon_deg[:, None]).argmin(axis=1)
        row = np.abs(self.lat_deg[None, :] - lat_deg[:, None]).argmin(axis=1)
        return np.asarray(np.nan_to_num(self.potential_mw[row, col]))


def read_province_year(path: Path) -> ProvinceYear:
    """One of the two files.

    Raises
    ------
    InputError
        Not such a file.
    """
    import h5py

    try:
        with h5py.File(path) as file:
            names = [name.decode() if isinstance(name, bytes) else str(name) for name in file["bus"][:]]
            hourly = np.asarray(file["profile"][:], dtype=np.float64).T
            lon, lat, potential = (
                np.asarray(file[key][:], dtype=np.float64) for key in ("x", "y", "potential")
            )
    except (OSError, KeyError) as error:
        expected = "NetCDF4 with profile (time, bus), bus and potential (y, x)"
        raise InputError(Problem(str(path), "file", str(error)[:80], expected)) from error
    hourly = np.delete(hourly, LEAP_DAY, axis=1) if hourly.shape[1] == HOURS + 24 else hourly
    codes = tuple(code_of_region(name) for name in names)
    if hourly.shape[1] != HOURS or "" in codes:
        found = f"{hourly.shape[1]} h, provinces {', '.join(names)[:60]}"
        raise InputError(Problem(str(path), "profile", found, "8,784 or 8,760 h of provinces"))
    return ProvinceYear(codes, hourly, lon, lat, potential)


def province_section(
    folder: Path,
    of: Land,
    years: Sample,
    files: Mapping[Words, HourlyWeather] | None = None,
    progress: Progress = silent,
) -> Section:
    """Both technologies, 31 provinces.

    Parameters
    ----------
    files
        Typical years by place: PV made from them the way theirs was tells how bright their light is.

    Raises
    ------
    InputError
        As `read_province_year`.
    """
    rows: list[Row] = []
    tables: list[Table] = []
    technologies: tuple[Technology, ...] = ("pv", "wind")
    for number, technology in enumerate(technologies):
        progress(number / 2, "validation provinces")
        made = _compare(technology, read_province_year(folder / FILES[technology]), of, years)
        rows += made[0]
        tables.append(made[1])
    rows += _of_files(read_province_year(folder / FILES["pv"]), files or {})
    groups: dict[str, Words] = {
        "pv_files": (
            "光伏: 典型年 (闭合) 按对方做法, 对其所在省",
            "PV: typical year (closed) made their way, beside its province",
        )
    }
    for technology, (zh, en) in WORDS.items():
        groups |= {
            f"{technology}_plain": (f"{zh}: 全省平均, 本图设备", f"{en}: mean of all ground, our machine"),
            f"{technology}_alike": (f"{zh}: 按对方做法", f"{en}: made the way theirs was"),
            f"{technology}_statistics": (f"{zh}: 统计", f"{en}: statistics"),
        }
    return Section(
        id="provinces_2020",
        title=("各省 2020 年逐时出力", "Province profiles of 2020"),
        rows=tuple(rows),
        groups=groups,
        tables=tuple(tables),
        unlisted=frozenset(key for key in groups if key.endswith(("plain", "alike"))),
        notes=(
            (
                (
                    "对方并非全省面积平均: 按其公开的脚本与配置 (生成这些文件的确切版本不明), 以可用地 (草地、裸地、灌木) 乘容量系数加权; 光伏固定 35 度、修正 0.85、"
                    "逆变器 0.9, 风机为 V112 3 MW、80 m、不计损失。因此除本图的全省平均外, 另按对方做法算一遍 "
                    "(同样设备, 权重取文件中的可开发容量乘容量系数); 后者之差才是资源之差。对方为 2020 一年, 本图为多年气候。"
                ),
                (
                    "Theirs is no plain mean of the ground: their published script and configuration (which version made the files is not known for certain) weight cells by usable land (grass, bare, shrub) "
                    "times capacity factor; PV fixed at 35 degrees, corrected by 0.85, inverter 0.9; V112 3 MW at 80 m "
                    "without losses. So ours stands here twice: as the mean of all ground with our machines, and made "
                    "their way (same machines, weighted by the file's potential times capacity factor). Only the second "
                    "difference is one of the resource. Theirs is the one year 2020, ours a mean climate."
                ),
            ),
        ),
    )


def _compare(
    technology: Technology, theirs: ProvinceYear, of: Land, years: Sample
) -> tuple[list[Row], Table]:
    if technology == "pv":
        ours = pv_capacity_factor(years.weather, PvSystem()) / np.float32(PvSystem().dc_ac_ratio)
        alike = pv_capacity_factor(years.weather, THEIR_PV)
        layer = of.pv_kwh_per_kwp
    else:
        ours = wind_capacity_factor(years.weather, FLEET_TURBINE)
        alike = wind_capacity_factor(years.weather, THEIR_TURBINE)
        layer = of.wind_cf_area_mean
    mean, alike_mean = (x.mean(axis=1, dtype=np.float64) for x in (ours, alike))
    potential = theirs.potential_at(of.lon_deg[years.cell], of.lat_deg[years.cell])
    words = WORDS[technology]
    order = np.argsort(theirs.adcode)
    rows: list[Row] = []
    lines: list[tuple[Words, tuple[float | None, ...]]] = []
    plain, like, season, spread = [], [], [], []
    for number in order:
        code, hourly = theirs.adcode[number], theirs.factor[number]
        at = np.flatnonzero(of.province[years.cell] == code)
        own = np.flatnonzero(of.province == code)
        plain.append(carried(of, years.cell[at], mean[at], layer, own))
        weight = potential[at] * alike_mean[at]
        weight = weight if weight.sum() > 0 else of.area[years.cell[at]]
        series = (weight / weight.sum()) @ alike[at].astype(np.float64)
        like.append(float(series.mean()))
        both = month_means(np.stack([hourly, series]))
        season.append(float(np.corrcoef(both[0], both[1]).ravel()[1]))
        quantiles = [np.asarray(np.quantile(x, QUANTILES[technology])).tolist() for x in (hourly, series)]
        spread.append(quantiles)
        ref = PROVINCES[code]
        whole = float(hourly.mean())
        for group, value in (("plain", plain[-1]), ("alike", like[-1])):
            rows.append(
                Row(
                    f"{technology}_{group}", (f"{ref.name_zh}{words[0]}", f"{words[1]} of {ref.name_en}"), "1",
                    value, (whole, whole), "2020", SOURCE, "published", digits=3,
                )
            )  # fmt: skip
        figures = [whole, plain[-1], plain[-1] / whole - 1, like[-1], like[-1] / whole - 1, season[-1]]
        lines.append(((ref.name_zh, ref.name_en), (*figures, *quantiles[0], *quantiles[1])))
    known = theirs.factor[order].mean(axis=1)
    rows += _statistics(
        technology, known, np.array(plain), np.array(like), np.array(season), np.array(spread)
    )
    head: list[Words] = [
        ("省份", "province"), ("对方", "theirs"), ("本图", "ours"), ("误差", "error"),
        ("按对方做法", "made their way"), ("误差", "error"), ("逐月相关", "months, r"),
    ]  # fmt: skip
    for zh, en in (("对方", "theirs"), ("本图", "ours")):
        head += [(f"{zh} P{q * 100:.0f}", f"{en} P{q * 100:.0f}") for q in QUANTILES[technology]]
    formats = (".3f", ".3f", "+.0%", ".3f", "+.0%", ".2f", *(".2f",) * 6)
    title = (
        f"各省{words[0]}年均容量系数与小时分位",
        f"{words[1]} by province: mean capacity factor and hourly quantiles",
    )
    return rows, Table(title, tuple(head), tuple(lines), formats)


def _of_files(theirs: ProvinceYear, files: Mapping[Words, HourlyWeather]) -> list[Row]:
    from gis_layers.boundary import locate

    rows = []
    for place, weather in files.items():
        code = str(locate(weather.lon_deg, weather.lat_deg, "province")[0])
        if code not in theirs.adcode:
            continue
        whole = float(theirs.factor[theirs.adcode.index(code)].mean())
        made = float(pv_capacity_factor(closed(weather)[0], THEIR_PV).mean(dtype=np.float64))
        name = (f"{place[0]} 典型年", f"typical year of {place[1]}")
        rows.append(Row("pv_files", name, "1", made, (whole, whole), "2020", SOURCE, "published", digits=3))
    return rows


def _statistics(
    technology: Technology, known: Array, plain: Array, like: Array, season: Array, quantiles: Array
) -> list[Row]:
    from scipy.stats import spearmanr

    group, words = f"{technology}_statistics", WORDS[technology]

    def row(zh: str, en: str, value: float) -> Row:
        return Row(
            group, (f"{words[0]} {zh}", f"{words[1]}, {en}"), "1", value, year="2020", source=SOURCE, digits=2
        )

    return [
        row("各省秩相关, 全省平均", "rank correlation of provinces, mean of all ground", float(spearmanr(plain, known)[0])),
        row("各省秩相关, 按对方做法", "rank correlation of provinces, their way", float(spearmanr(like, known)[0])),
        row("省间离散与对方之比", "spread over provinces over theirs, their way",
            float(like.std() / like.mean() / (known.std() / known.mean()))),
        row("逐月相关, 各省平均", "correlation of months, mean of provinces", float(season.mean())),
        row("逐月相关, 最低", "correlation of months, lowest", float(season.min())),
        *(
            row(f"小时分位 P{q * 100:.0f} 之差, 各省平均", f"P{q * 100:.0f} of hours less theirs, mean of provinces",
                float((quantiles[:, 1, at] - quantiles[:, 0, at]).mean()))
            for at, q in enumerate(QUANTILES[technology])
        ),
    ]  # fmt: skip
