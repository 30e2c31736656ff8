"""Cascades beside what is published: generation of stations, water per kilowatt-hour, flow at the gauges' months.

Ours is the mean of ten years of equal probability (P = 5, 15 ... 95 %), each with floods of its own seed. Published is
the design generation, which is below a simulation without outages, reserve, withdrawals and load: the sign is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from resources.cascade import cascade_hydrology, gathered
from resources.cascade_run import run_cascade
from resources.cascade_tables import CascadeStation, River, chosen_stations, river_months
from resources.hours import MONTH_HOURS
from resources.river_catchment import catchment_at
from resources.river_gauges import river_gauges
from resources.river_inflow import basin_years

Array = NDArray[np.float64]

CASCADES: Final[tuple[tuple[tuple[River, ...], str, str], ...]] = (
    (("yellow",), "黄河上游", "upper Yellow"),
    (("jinsha", "yalong"), "金沙江、雅砻江", "Jinsha and Yalong"),
    (("dadu",), "大渡河", "Dadu"),
    (("lancang",), "澜沧江", "Lancang"),
    (("yangtze",), "三峡、葛洲坝", "Three Gorges and Gezhouba"),
)
YEARS: Final = tuple((2 * k + 1) / 20 for k in range(10))


@dataclass(frozen=True, slots=True)
class StationYear:
    """One station, ours and published."""

    station: CascadeStation
    mwh: float
    """Mean of the ten years."""
    m3_per_kwh: float
    spilt_share: float
    wet_mwh: float
    dry_mwh: float
    """Years of P = 10 and 90 %."""

    @property
    def error_share(self) -> float:
        return self.mwh / self.station.annual_mwh - 1.0


def station_years(rivers: tuple[River, ...]) -> tuple[StationYear, ...]:
    """Every station of a cascade over ten years, and in a wet and a dry one."""
    chosen = chosen_stations(rivers)

    def year(exceedance: float, seed: int) -> tuple[Array, Array, Array]:
        run = run_cascade(cascade_hydrology(chosen, basin_years(rivers, exceedance=exceedance, seed=seed)))
        return (
            run.annual_mwh,
            run.turbined_m3_s.sum(axis=1) * 3600.0,
            run.spilt_m3_s.sum(axis=1) * 3600.0,
        )

    energy, turbined, spilt = np.mean([year(p, seed) for seed, p in enumerate(YEARS)], axis=0)
    wet, dry = year(0.1, 0)[0], year(0.9, 0)[0]
    return tuple(
        StationYear(
            station=one,
            mwh=float(energy[at]),
            m3_per_kwh=float(turbined[at] / (energy[at] * 1e3)),
            spilt_share=float(spilt[at] / (spilt[at] + turbined[at])),
            wet_mwh=float(wet[at]),
            dry_mwh=float(dry[at]),
        )
        for at, one in enumerate(chosen)
    )


def shape_at_gauges() -> dict[River, tuple[Array, Array, Array]]:
    """By river: (12,) share of the mean as published, as the cascade's inflows sum to it there, and from rain alone."""
    found: dict[River, tuple[Array, Array, Array]] = {}
    places = {gauge.name: gauge for gauge in river_gauges()}
    for rivers, _, _ in CASCADES:
        hydrology = cascade_hydrology(chosen_stations(rivers))
        natural = gathered(hydrology.below, hydrology.local_inflow_m3_s)
        for river in rivers:
            gauge = river_months()[river]
            published = np.array(gauge.monthly_m3_s)
            at = natural[hydrology.ids.index(gauge.station)]
            ours = np.array([at[hours].mean() for hours in MONTH_HOURS])
            place = places[gauge.gauge]
            rain = catchment_at(place.lon_deg, place.lat_deg, 0).monthly_shape
            found[river] = (published / published.mean(), ours / ours.mean(), rain)
    return found
