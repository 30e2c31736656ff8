"""Complementarity of the 31 provinces of 2020 (ERA5 through atlite), where the reference files are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from resources.complementarity import combined, correlations, storage_for_firm
from resources.droughts import droughts
from resources.place_gain import gain_of_places

FOLDER = Path(__file__).parents[3] / "shared" / "reference" / "province_profiles_2020"


def _read(name: str) -> tuple[np.ndarray, list[str]]:
    if not (FOLDER / name).is_file():
        pytest.skip("the province profiles of 2020 are not here")
    import xarray

    with xarray.open_dataset(FOLDER / name, engine="h5netcdf") as data:
        series = data["profile"].transpose("bus", "time").values
        time = data["time"].values
        names = [str(bus) for bus in data["bus"].values]
    day = (time.astype("datetime64[D]") - time.astype("datetime64[M]")).astype(int)
    leap = (time.astype("datetime64[M]").astype(int) % 12 == 1) & (day == 28)
    return series[:, ~leap], names


@pytest.fixture(scope="module")
def wind() -> tuple[np.ndarray, list[str]]:
    return _read("profile_onwind.nc")


@pytest.fixture(scope="module")
def sun() -> tuple[np.ndarray, list[str]]:
    return _read("profile_solar.nc")


def test_the_sun_shines_everywhere_at_once_and_the_wind_does_not(
    wind: tuple[np.ndarray, list[str]], sun: tuple[np.ndarray, list[str]]
) -> None:
    pairs = np.triu_indices(31, 1)
    assert correlations(sun[0]).pearson[pairs].mean() > 0.7
    assert correlations(wind[0]).pearson[pairs].mean() < 0.25


def test_the_nation_has_shorter_droughts_and_needs_less_storage_than_its_provinces(
    wind: tuple[np.ndarray, list[str]],
) -> None:
    nation = combined(wind[0])
    longest = [droughts(series).longest_h for series in wind[0]]
    assert droughts(nation).longest_h < 0.5 * np.median(longest)
    store = [storage_for_firm(series, (0.8,)).capacity_h[0] for series in wind[0]]
    assert storage_for_firm(nation, (0.8,)).capacity_h[0] < 0.5 * np.median(store)


def test_the_first_eight_places_are_far_apart_and_end_the_droughts(
    wind: tuple[np.ndarray, list[str]], sun: tuple[np.ndarray, list[str]]
) -> None:
    names = [f"{name} wind" for name in wind[1]] + [f"{name} pv" for name in sun[1]]
    steps = gain_of_places(np.concatenate([wind[0], sun[0]]), names=names, most=8)
    variations = [step.variation for step in steps]
    assert variations == sorted(variations, reverse=True)
    assert variations[-1] < 0.6 * variations[0]
    assert steps[0].drought_h > 24
    assert steps[-1].drought_h == 0
    # No two neighbours among the first three.
    assert {step.name for step in steps[:3]} == {"InnerMongolia wind", "Fujian wind", "Xinjiang wind"}
