"""Published yields of sites, regions, provinces and the nation beside ours, with the machines of their time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.progress import Progress, silent
from gis_layers.province import MENGXI
from resources import atlas
from resources import weather_solar as sun
from resources.climate import PlaceClimate
from resources.profile import HIGHEST_SITE_M
from resources.pv_equipment import modules
from resources.pv_site import at_place
from resources.solar import PvSystem, pv_capacity_factor
from resources.validation_published import Published, published
from resources.validation_row import Row, Section, Words
from resources.validation_sample import SEED, Land, Sample, carried
from resources.weather import HourlyWeather, generate
from resources.wind import BASE_TURBINE, FLEET_TURBINE, WindTurbine, machine, wind_capacity_factor

Array = NDArray[np.float64]

FIXED: Final = PvSystem()
TRACKING: Final = PvSystem(mounting="single_axis")
MACHINES: Final[dict[str, tuple[Words, WindTurbine]]] = {
    "fleet": (("存量机组 2 MW, 103 m", "fleet machine, 2 MW, 103 m"), FLEET_TURBINE),
    "base": (("新机组 6.25 MW, 200 m", "new machine, 6.25 MW, 200 m"), BASE_TURBINE),
    "old": (
        ("2010 年前后机组 1.5 MW, 82 m", "machine of about 2010, 1.5 MW, 82 m"),
        machine(1.5, 82.0, 70.0),
    ),
    "small": (("2008 年机组 750 kW, 48 m", "machine of 2008, 750 kW, 48 m"), machine(0.75, 48.0, 50.0)),
}
"""Fleet and base as in the program; the older two by general knowledge of their time (estimated)."""
PLACED_ON: Final = {"wind": 0.35, "pv": 0.5}
"""Best share of a region's ground that plants stand on: as the national chain places its fleets. [-]"""
FINEST: Final = 0.1
"""The other placing that is tried: the best tenth of the ground. [-]"""
LARGE: Final = 0.05
"""Errors below need no reason. [-]"""
AGED_YEAR: Final = 5
"""Year of operation of the other PV plant that is tried, with dust and snow of the place."""
GROUPS: dict[str, Words] = {
    "pv_site": ("光伏 电站与基地", "PV, plants and bases"),
    "wind_site": ("风电 风电场", "wind, farms"),
    "pv_region": ("光伏 区域与全国", "PV, regions and the nation"),
    "wind_region": ("风电 区域与全国", "wind, regions and the nation"),
    "pv_province": ("光伏 各省 2020 年", "PV, provinces in 2020"),
    "wind_province": ("风电 各省 2019 年", "wind, provinces in 2019"),
    "dni": ("直接辐射 光热电站所在地", "DNI, places of solar thermal plants"),
    "dni_province": ("直接辐射 省平均", "DNI, provinces' means"),
}
Alternative = tuple[Words, float]
Placed = tuple[float, list[Alternative], float]
Kind = Literal["wind", "pv"]


def yield_section(of: Land, years: Sample, progress: Progress = silent) -> Section:
    """All published yields; `of` and `years` stand for provinces and regions."""
    wanted = [row for row in published() if row.kind != "year"]
    progress(0.0, "validation published yields")
    rows = [*_sites([row for row in wanted if row.place is not None])]
    progress(0.5, "validation published yields")
    rows += _regions([row for row in wanted if row.place is None], of, years)
    order = list(GROUPS)
    return Section(
        id="published_yields",
        title=("公布的发电小时", "Published yields"),
        rows=tuple(sorted(rows, key=lambda row: order.index(row.group))),
        groups=GROUPS,
        notes=(
            (
                (
                    "公布值已按其公布的利用率还原弃电 (没有公布利用率的不还原)。风电用当年的机组, 场址在可开发地面; "
                    "光伏按注明的直流 (kWp) 或交流 (DC/AC 1.2) 容量。'原因' 一栏只列算出来的: 换一个算法后误差减半以上时, "
                    "写出该算法与所得小时数。各省光伏公布值是一个区间: 2020 年发电量 (估计) 除以年中容量, 与除以年中和年末容量的平均。"
                    "同一数据曾用于校准 (各省 2019 年风电小时), 该组误差不是独立检验。"
                ),
                (
                    "Published hours are freed of curtailment where its share is published, else taken as they are. Wind "
                    "takes the machine of its time on developable ground; PV is per kW of modules (dc) or per kW of grid "
                    "capacity (ac, DC/AC 1.2), as stated. The reason column holds computed figures alone: another way of "
                    "counting that takes at least half the error away, with its hours. PV of a province is a range: output "
                    "of 2020 (estimated) over capacity at mid-year, and over the mean of mid-year and year's end. The "
                    "provinces' wind hours of 2019 went into the atlas, so that group is no independent test."
                ),
            ),
        ),
    )


# -- sites ---------------------------------------------------------------------------------------------------


def _sites(wanted: Sequence[Published]) -> list[Row]:
    places = [row.place for row in wanted if row.place is not None]
    climate = atlas.climate_at([p[0] for p in places], [p[1] for p in places])
    weather = generate(climate, SEED)
    wind = {
        key: wind_capacity_factor(weather, turbine, climate.wind_speedup).sum(axis=1, dtype=np.float64)
        for key, (_, turbine) in MACHINES.items()
    }
    average = wind_capacity_factor(weather, FLEET_TURBINE).sum(axis=1, dtype=np.float64)
    pv = _pv_hours(weather)
    aged = _aged_hours(climate, weather)
    dni = weather.dni_w_per_m2.sum(axis=1, dtype=np.float64) / 1e3
    rows = []
    for at, one in enumerate(wanted):
        if one.technology == "dni":
            row = _row("dni", one, float(dni[at]), [], "kWh/m2")
            large = abs(row.error or 0.0) >= LARGE
            rows.append(replace(row, why=_of_beam(weather, at, one)) if large else row)
        elif one.technology == "wind":
            others: list[Alternative] = [
                (words, float(wind[key][at])) for key, (words, _) in MACHINES.items() if key != one.plant
            ]
            others.append((("存量机组, 网格平均地面", "fleet machine on average ground"), float(average[at])))
            row = _row("wind_site", one, float(wind[one.plant][at]), others)
            mean = float(weather.wind_speed_ms[at].mean(dtype=np.float64))
            good = mean * float(climate.wind_speedup[at])
            said = (
                f"本图 100 m 风速: 可开发地面 {good:.1f}, 网格平均 {mean:.1f} m/s",
                f"our wind at 100 m: {good:.1f} m/s on developable ground, {mean:.1f} in the cell",
            )
            rows.append(row if row.why[0] or abs(row.error or 0.0) < LARGE else replace(row, why=said))
        else:
            own = (one.plant, one.basis)
            others = [(_PV_WORDS[key], float(hours[at])) for key, hours in pv.items() if key != own]
            others.append((_AGED_WORDS, float(pv[own][at] * aged[at] / pv["fixed", "dc"][at])))
            rows.append(_row("pv_site", one, float(pv[own][at]), others))
    return rows


_PV_WORDS: Final[dict[tuple[str, str], Words]] = {
    ("fixed", "dc"): ("固定, 按直流", "fixed, per kW dc"),
    ("fixed", "ac"): ("固定, 按交流", "fixed, per kW ac"),
    ("tracking", "dc"): ("跟踪, 按直流", "tracking, per kW dc"),
    ("tracking", "ac"): ("跟踪, 按交流", "tracking, per kW ac"),
}


def _pv_hours(weather: HourlyWeather) -> dict[tuple[str, str], Array]:
    """(place,) hours by mounting and basis. [h]"""
    hours: dict[tuple[str, str], Array] = {}
    for mounting, system in (("fixed", FIXED), ("tracking", TRACKING)):
        ac = pv_capacity_factor(weather, system).sum(axis=1, dtype=np.float64)
        hours[mounting, "ac"], hours[mounting, "dc"] = ac, ac / system.dc_ac_ratio
    return hours


_AGED_WORDS: Final[Words] = (
    f"当地积灰积雪与第 {AGED_YEAR} 年组件",
    f"dust and snow of the place, modules in year {AGED_YEAR}",
)


_USUAL_WORDS: Final[dict[Kind, Words]] = {
    "wind": ("最好的 35 % 地面", "best 35 % of the ground"),
    "pv": ("最好的一半地面", "best half of the ground"),
}
_BOTH_WORDS: Final[Words] = (
    f"全部地面平均, {_AGED_WORDS[0]}",
    f"mean of all the ground, {_AGED_WORDS[1]}",
)


def _aged_hours(climate: PlaceClimate, weather: HourlyWeather) -> Array:
    """(place,) hours of fixed plants per kW of modules with dust, snow and age in place of the flat shares. [h]"""
    system, kept = at_place(climate, FIXED, module=modules()["mono_perc"], year_of_operation=AGED_YEAR)
    ac = pv_capacity_factor(weather, system, kept).sum(axis=1, dtype=np.float64)
    return np.asarray(ac / system.dc_ac_ratio)


def with_dni(weather: HourlyWeather, scale: float) -> HourlyWeather:
    """The weather with its beam scaled and the same GHI; diffuse light takes the rest."""
    above = np.maximum(sun.cos_zenith(weather.lat_deg, sun.hour_angle(weather.lon_deg)), 0.0)
    dni = weather.dni_w_per_m2.astype(np.float64) * scale
    diffuse = np.maximum(weather.ghi_w_per_m2 - dni * above, 0.0)
    return replace(weather, dni_w_per_m2=dni.astype(np.float32), dhi_w_per_m2=diffuse.astype(np.float32))


def _of_beam(weather: HourlyWeather, at: int, one: Published) -> Words:
    """What the published DNI would mean for the beam share and for PV, with the same GHI."""
    here = HourlyWeather(*(getattr(weather, name)[at : at + 1].copy() for name in HourlyWeather.__slots__))
    scale = one.high / (float(here.dni_w_per_m2.sum(dtype=np.float64)) / 1e3)
    other = with_dni(here, scale)
    shares = [1 - float(w.dhi_w_per_m2.sum(dtype=np.float64) / w.ghi_w_per_m2.sum(dtype=np.float64))
              for w in (here, other)]  # fmt: skip
    before, after = _pv_hours(here), _pv_hours(other)
    fixed, tracking = (float(after[key, "dc"][0] / before[key, "dc"][0] - 1) for key in ("fixed", "tracking"))
    ghi = float(here.ghi_w_per_m2.sum(dtype=np.float64)) / 1e3
    return (
        (
            f"总辐射 {ghi:.0f} 不变时, 公布值意味着直射占比 {shares[1]:.2f} (本图 {shares[0]:.2f}), "
            f"光伏固定 {fixed:+.1%}, 跟踪 {tracking:+.1%}"
        ),
        (
            f"with GHI kept at {ghi:.0f} the published DNI means a beam share of {shares[1]:.2f} (ours {shares[0]:.2f}), "
            f"and PV fixed {fixed:+.1%}, tracking {tracking:+.1%}"
        ),
    )


# -- regions -------------------------------------------------------------------------------------------------


def _regions(wanted: Sequence[Published], of: Land, years: Sample) -> list[Row]:
    from gis_layers.boundary import locate

    climate, weather = years.climate, years.weather
    wind = {
        key: wind_capacity_factor(weather, MACHINES[key][1], climate.wind_speedup).sum(
            axis=1, dtype=np.float64
        )
        for key in ("fleet", "base")
    }
    average = wind_capacity_factor(weather, FLEET_TURBINE).sum(axis=1, dtype=np.float64)
    pv = _pv_hours(weather)["fixed", "dc"]
    aged = _aged_hours(climate, weather)
    dni = weather.dni_w_per_m2.sum(axis=1, dtype=np.float64) / 1e3
    node = locate(of.lon_deg, of.lat_deg, "dispatch_region")

    def mean(values: Array, layer: Array, own: NDArray[np.bool_], on: NDArray[np.bool_]) -> float:
        """Of the ground `on`, from the cells sampled of all of `own`."""
        at = np.flatnonzero(own[years.cell])
        return carried(of, years.cell[at], values[at], layer, np.flatnonzero(on))

    def placed(kind: Kind, values: Array, layer: Array, own: NDArray[np.bool_], everywhere: bool) -> Placed:
        """Hours, the hours of other grounds, and those of all the ground."""
        usual, finest, whole = (
            mean(values, layer, own, of.best(own, layer, share, HIGHEST_SITE_M[kind]))
            for share in (PLACED_ON[kind], FINEST, 1.0)
        )
        others: list[Alternative] = [(("最好的十分之一地面", "best tenth of the ground"), finest)]
        if everywhere:
            others.append((_USUAL_WORDS[kind], usual))
        else:
            others.append((("全部地面平均", "mean of all the ground"), whole))
        return whole if everywhere else usual, others, whole

    rows: list[Row] = []
    weights: dict[str, list[tuple[float, float, float]]] = {"wind": [], "pv": []}
    for one in wanted:
        if one.kind == "national":
            continue
        own = _ground(one, of, node)
        group = f"{one.technology}_{'province' if one.kind == 'province' else 'region'}"
        everywhere = one.kind == "desert"
        if one.technology == "dni":
            flat = np.ones(len(of.lon_deg))
            rows.append(_row("dni_province", one, mean(dni, flat, own, own), [], "kWh/m2"))
            continue
        if one.technology == "wind":
            ours, others, _ = placed("wind", wind[one.plant], of.wind_cf_developable, own, everywhere)
            other = mean(average, of.wind_cf_area_mean, own, own)
            others.append((("网格平均地面", "average ground of the cells"), other))
        else:
            ours, others, whole = placed("pv", pv, of.pv_kwh_per_kwp, own, everywhere)
            at = np.flatnonzero(own[years.cell])
            kept = float(aged[at].sum() / pv[at].sum())
            others.append((_AGED_WORDS, ours * kept))
            other = whole * kept
            if not everywhere:
                others.append((_BOTH_WORDS, other))
        rows.append(_row(group, one, ours, others))
        if one.kind == "province" and one.capacity_gw:
            weights[one.technology].append((one.capacity_gw, ours, other))
    for one in wanted:
        if one.kind == "national":
            capacity, hours, other_hours = (np.array(x) for x in zip(*weights[one.technology], strict=True))
            nation, other = (float(capacity @ x / capacity.sum()) for x in (hours, other_hours))
            words = _BOTH_WORDS if one.technology == "pv" else ("网格平均地面", "average ground of the cells")
            rows.append(_row(f"{one.technology}_region", one, nation, [(words, other)]))
    return rows


def _ground(one: Published, of: Land, node: NDArray[np.str_]) -> NDArray[np.bool_]:
    """(cell,) what a published region stands on."""
    if one.kind == "desert":
        return of.desert
    return np.asarray(node == MENGXI if one.kind == "region" else of.province == one.adcode)


# -- both ----------------------------------------------------------------------------------------------------


def _row(
    group: str,
    one: Published,
    ours: float,
    others: Sequence[Alternative],
    unit: str = "h",
    why: Words = ("", ""),
) -> Row:
    basis: Words = {
        "dc": (" (直流)", " (dc)"), "ac": (" (交流)", " (ac)"), "rated": ("", ""),
    }.get(one.basis, ("", ""))  # fmt: skip
    made = Row(
        group=group,
        name=(one.name[0] + basis[0], one.name[1] + basis[1]),
        unit=unit,
        ours=ours,
        published=one.uncut,
        year=one.year,
        source=one.source,
        tier=one.tier,
        why=why,
    )
    return made if why[0] else replace(made, why=reason(made, others))


def reason(row: Row, others: Sequence[Alternative]) -> Words:
    """The other way of counting that brings ours nearest to the published, where it halves the error at least."""
    error = row.error
    if error is None or abs(error) < LARGE:
        return ("", "")
    tried = [(abs(replace(row, ours=hours).error or 0.0), words, hours) for words, hours in others]
    if not tried:
        return ("", "")
    left, words, hours = min(tried, key=lambda one: one[0])
    if left > abs(error) / 2:
        return ("", "")
    then = replace(row, ours=hours).error or 0.0
    return f"{words[0]}: {hours:.0f} ({then:+.0%})", f"{words[1]}: {hours:.0f} ({then:+.0%})"
