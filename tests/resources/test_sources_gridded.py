"""ERA5 and MERRA-2 files, made in the layouts of their services."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray

from resources.hours import HOURS
from resources.sources.era5 import FORMAT as ERA5
from resources.sources.gridded import GridRaw
from resources.sources.hourly import year_hours
from resources.sources.hourly_convert import Recipe
from resources.sources.hourly_write import write_years
from resources.sources.house import FIELDS, open_weather
from resources.sources.importing import inspect_source
from resources.sources.variables import ROLES
from resources.weather import HourlyWeather
from tests.resources.sources_made import Made, codes, hours_of, imported, made, only_year, refused

LATS, LONS = np.array([37.0, 36.5, 36.0]), np.array([94.0, 94.5, 95.0, 95.5])
UNITS = {"t2m": "K", "sp": "Pa", "u100": "m s**-1", "v100": "m s**-1", "ssrd": "J m**-2", "fdir": "J m**-2"}


def era5(
    numbers: np.ndarray, names: tuple[str, ...] = tuple(UNITS), lons: np.ndarray = LONS, **change: Any
) -> xarray.Dataset:
    """Instants at the beginning of each hour, radiation of the hour that ends there."""
    cells = [
        [made(numbers, float(lon), float(lat), seed=7) for lon in (lons + 180) % 360 - 180] for lat in LATS
    ]
    before = [
        [made(numbers - 1, float(lon), float(lat), seed=7) for lon in (lons + 180) % 360 - 180]
        for lat in LATS
    ]

    def stack(grid: list[list[Made]], key: str) -> np.ndarray:
        return np.array([[getattr(cell, key) for cell in row] for row in grid]).transpose(2, 0, 1)

    bearing = numbers[:, None, None] / 50.0
    values = {
        "t2m": stack(cells, "temperature") + 273.15,
        "sp": stack(cells, "pressure"),
        "u100": stack(cells, "speed") * np.cos(bearing),
        "v100": stack(cells, "speed") * np.sin(bearing),
        "ssrd": stack(before, "ghi") * 3600,
        "fdir": stack(before, "beam") * 3600,
    }
    stamps = (numbers * 3600).astype(np.int64)
    made_set = xarray.Dataset(
        {
            name: (
                ("valid_time", "latitude", "longitude"),
                values[name].astype(np.float32),
                {"units": UNITS[name]},
            )
            for name in names
        },
        coords={
            "valid_time": (
                "valid_time",
                stamps,
                {"units": "seconds since 1970-01-01", "calendar": "proleptic_gregorian"},
            ),
            "latitude": ("latitude", LATS, {"units": "degrees_north"}),
            "longitude": ("longitude", lons, {"units": "degrees_east"}),
        },
    )
    return made_set.assign(**change) if change else made_set


def save(dataset: xarray.Dataset, path: Path, engine: str = "h5netcdf") -> Path:
    dataset.to_netcdf(path, engine=engine)
    return path


@pytest.fixture(scope="module")
def numbers() -> np.ndarray:
    return hours_of("2021-01-01T00", "2021-12-31T23")


@pytest.fixture(scope="module")
def year_2021(numbers: np.ndarray) -> xarray.Dataset:
    return era5(numbers)


@pytest.fixture(scope="module")
def whole(year_2021: xarray.Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(year_2021, tmp_path_factory.mktemp("era5") / "era5.nc")


@pytest.fixture(scope="module")
def plain(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> HourlyWeather:
    """What the plain file becomes, to compare others with."""
    return only_year(imported([whole], tmp_path_factory.mktemp("plain") / "in")[0])


def test_a_year_of_era5_becomes_weather_of_every_cell(whole: Path, tmp_path: Path) -> None:
    report = inspect_source([whole])
    assert report.format_id == "era5"
    assert report.grid is not None
    assert (report.grid.rows, report.grid.columns, report.grid.step_deg) == (3, 4, (0.5, 0.5))
    assert report.period is not None
    assert (report.period.years, report.period.stamp, report.period.utc_offset_h) == ((2021,), "mixed", 0.0)
    assert {found.weight for found in report.findings} == {"note"}
    file, _ = imported([whole], tmp_path / "in")
    year = only_year(file)
    assert len(year) == 12
    # Cells row by row as in the file: the sixth is 36.5 N, 94.5 E.
    assert (year.lat_deg[5], year.lon_deg[5]) == (36.5, 94.5)
    # Radiation stamped 05 UTC is of 04-05 UTC, our hour 12. Hours 0 to 7 lie before the file.
    numbers = hours_of("2020-12-31T23", "2021-12-31T22")
    truth = made(numbers, 94.5, 36.5, seed=7)
    inside = np.isin(year_hours(2021), numbers)
    assert np.allclose(
        year.ghi_w_per_m2[5, inside], truth.ghi[np.searchsorted(numbers, year_hours(2021)[inside])], atol=0.01
    )
    # Horizontal beam of the file comes back out of DNI by the sun's height.
    beam = year.ghi_w_per_m2[5] - year.dhi_w_per_m2[5]
    high = inside & (year.ghi_w_per_m2[5] > 200)
    assert np.allclose(beam[high], truth.beam[np.searchsorted(numbers, year_hours(2021)[high])], atol=0.05)


def test_wind_and_temperature_are_the_mean_of_the_hour_s_two_ends(
    tmp_path: Path, numbers: np.ndarray, plain: HourlyWeather
) -> None:
    year = plain
    truth = made(numbers, 94.5, 36.5, seed=7)
    at = int(np.searchsorted(numbers, year_hours(2021)[5000]))
    # The speed does not depend on the bearing, nor on which component is called u.
    assert year.wind_speed_ms[5, 5000] == pytest.approx(truth.speed[at : at + 2].mean(), abs=1e-4)
    assert year.temperature_c[5, 5000] == pytest.approx(truth.temperature[at : at + 2].mean(), abs=1e-3)


def test_what_is_written_does_not_depend_on_the_pieces(whole: Path, tmp_path: Path) -> None:
    raw = GridRaw((whole,), __import__("resources.sources.era5", fromlist=["RULES"]).RULES)
    units = {
        column.name: next(
            unit for unit in ROLES[column.role].units if unit.name in ("K", "Pa", "m/s", "J/m2 per hour")
        )
        for column in raw.columns
    }
    answers = {"fix": "yes"}
    for name, budget in (("one.nc", 1 << 30), ("many.nc", 5 * len(raw.columns) * 740 * 4)):
        write_years(raw, Recipe(units, 0.0, 0.2), (2021,), answers, tmp_path / name, budget_bytes=budget)
    raw.close()
    one, many = (only_year(open_weather(tmp_path / name)) for name in ("one.nc", "many.nc"))
    for field in FIELDS:
        assert np.array_equal(getattr(one, field), getattr(many, field))


def test_old_layout_monthly_files_in_netcdf3_read_the_same(
    year_2021: xarray.Dataset, numbers: np.ndarray, tmp_path: Path, plain: HourlyWeather
) -> None:
    paths = []
    months = numbers.astype("datetime64[h]").astype("datetime64[M]").astype(int) % 12
    for month in range(12):
        part = year_2021.isel(valid_time=np.flatnonzero(months == month)).rename(valid_time="time")
        stamps = part["time"].values // 3600 + 613608
        part = part.assign_coords(
            time=(
                "time",
                stamps.astype(np.int32),
                {"units": "hours since 1900-01-01 00:00:00.0", "calendar": "gregorian"},
            )
        )
        paths.append(save(part, tmp_path / f"m{month:02d}.nc", "scipy"))
    file, _ = imported(paths[::-1], tmp_path / "in")
    one, other = only_year(file), plain
    for field in FIELDS:
        assert np.array_equal(getattr(one, field), getattr(other, field))


def test_a_zipped_delivery_of_instants_and_totals_is_one_source(
    year_2021: xarray.Dataset, tmp_path: Path, plain: HourlyWeather
) -> None:
    instants = save(
        year_2021[["t2m", "sp", "u100", "v100"]], tmp_path / "data_stream-oper_stepType-instant.nc"
    )
    totals = save(year_2021[["ssrd", "fdir"]], tmp_path / "data_stream-oper_stepType-accum.nc")
    with zipfile.ZipFile(tmp_path / "cds.zip", "w") as bundle:
        for path in (instants, totals):
            bundle.write(path, path.name)
    one = only_year(imported([tmp_path / "cds.zip"], tmp_path / "in")[0])
    other = plain
    assert np.array_equal(one.dni_w_per_m2, other.dni_w_per_m2)
    assert np.array_equal(one.air_density_kg_per_m3, other.air_density_kg_per_m3)


def test_final_and_preliminary_hours_are_merged(
    year_2021: xarray.Dataset, tmp_path: Path, plain: HourlyWeather
) -> None:
    cut = 7000
    late = year_2021["valid_time"] >= year_2021["valid_time"][cut]
    both = xarray.concat([year_2021.where(~late), year_2021.where(late)], dim="expver").transpose(
        "valid_time", "expver", "latitude", "longitude"
    )
    for name, unit in UNITS.items():
        both[name].attrs["units"] = unit
    path = save(both.assign_coords(expver=("expver", [1, 5])), tmp_path / "expver.nc")
    one, other = only_year(imported([path], tmp_path / "in")[0]), plain
    for field in FIELDS:
        assert np.array_equal(getattr(one, field), getattr(other, field))


def test_totals_that_run_through_the_day_are_taken_apart(
    year_2021: xarray.Dataset, numbers: np.ndarray, tmp_path: Path, plain: HourlyWeather
) -> None:
    changed = year_2021.copy()
    for name in ("ssrd", "fdir"):
        values = year_2021[name].values.astype(np.float64)
        day = (numbers - 1) // 24
        running = np.concatenate([np.cumsum(values[day == each], axis=0) for each in np.unique(day)], axis=0)
        changed[name] = (year_2021[name].dims, running, {"units": "J m**-2"})
    path = save(changed, tmp_path / "land.nc")
    found = codes([path])
    # The first stamp is the whole of the day before: its last hour cannot be told, our 07 h of 1 January.
    assert (found["running_total"], found["gap_short"]) == ("note", "consent")
    one, other = only_year(imported([path], tmp_path / "in", fix__gap_short="yes")[0]), plain
    assert np.allclose(one.ghi_w_per_m2[:, 8:], other.ghi_w_per_m2[:, 8:], atol=0.5)


def test_longitudes_of_360_degrees_and_the_rest_of_the_world_are_cropped_away(
    numbers: np.ndarray, tmp_path: Path
) -> None:
    data = era5(numbers[:48], lons=np.array([70.0, 95.0, 135.0, 200.0]))
    found = codes([save(data, tmp_path / "a.nc")])
    assert found["longitudes_360"] == "note"
    assert found["cropped"] == "note"
    abroad = era5(numbers[:48], lons=np.array([200.0, 210.0]))
    assert "expected cells in China" in refused([save(abroad, tmp_path / "b.nc")], tmp_path / "no")


def test_a_file_cut_off_is_named_and_nothing_is_left(
    whole: Path, year_2021: xarray.Dataset, tmp_path: Path
) -> None:
    for engine in ("h5netcdf", "scipy"):
        path = save(year_2021, tmp_path / f"{engine}.nc", engine)
        data = path.read_bytes()
        path.write_bytes(data[: len(data) * 2 // 3])
        text = refused([path], tmp_path / "no")
        assert f"{engine}.nc: " in text
        assert "it may be cut off" in text


def _renamed(dataset: xarray.Dataset, name: str, **attrs: str) -> xarray.Dataset:
    changed = dataset.copy()
    changed[name] = changed[name].assign_attrs(attrs)
    return changed


def test_wrong_units_are_found_by_the_size_of_the_values(year_2021: xarray.Dataset, tmp_path: Path) -> None:
    for name, unit, expected in (
        ("ssrd", "W m**-2", "J/m2 per hour"),
        ("t2m", "degC", "K by the size"),
        ("sp", "hPa", "Pa by the size"),
    ):
        text = refused(
            [save(_renamed(year_2021, name, units=unit), tmp_path / f"{name}.nc")], tmp_path / "no"
        )
        assert f"{name}: found {unit}, values up to" in text
        assert f"expected {expected}" in text


def test_components_that_contradict_their_names_are_told_and_a_lone_one_refused(
    year_2021: xarray.Dataset, tmp_path: Path
) -> None:
    path = save(_renamed(year_2021, "u100", standard_name="northward_wind"), tmp_path / "a.nc")
    assert codes([path])["components_swapped"] == "note"
    path = save(year_2021.drop_vars("v100"), tmp_path / "b.nc")
    assert "u100: found u100 alone, expected both components at 100 m" in refused([path], tmp_path / "no")


def _with_calendar(dataset: xarray.Dataset, hours: np.ndarray, calendar: str) -> xarray.Dataset:
    axis = ("valid_time", hours, {"units": "hours since 2021-01-01", "calendar": calendar})
    return dataset.isel(valid_time=slice(0, len(hours))).assign_coords(valid_time=axis)


def test_calendars_of_climate_models(year_2021: xarray.Dataset, tmp_path: Path, plain: HourlyWeather) -> None:
    path = save(_with_calendar(year_2021, np.arange(8640), "360_day"), tmp_path / "a.nc")
    assert "calendar '360_day'" in refused([path], tmp_path / "no")
    path = save(_with_calendar(year_2021, np.arange(HOURS), "noleap"), tmp_path / "b.nc")
    assert inspect_source([path]).period.calendar == "noleap"  # type: ignore[union-attr]
    one, other = only_year(imported([path], tmp_path / "in")[0]), plain
    assert np.array_equal(one.ghi_w_per_m2, other.ghi_w_per_m2)


def test_files_that_overlap_must_agree_and_tiles_come_one_by_one(
    year_2021: xarray.Dataset, whole: Path, tmp_path: Path
) -> None:
    part = year_2021.isel(valid_time=slice(100, 200))
    assert codes([whole, save(part, tmp_path / "same.nc")])["duplicate_times"] == "consent"
    other = part.copy(deep=True)
    other["t2m"] += 1
    text = refused([whole, save(other, tmp_path / "other.nc")], tmp_path / "no", fix="yes")
    assert "twice with other values (100 steps)" in text
    tile = year_2021.assign_coords(longitude=("longitude", LONS + 1.0))
    text = refused([whole, save(tile, tmp_path / "tile.nc")], tmp_path / "no", fix="yes")
    assert "bring tiles in one by one" in text


def test_a_month_that_is_missing_is_named(year_2021: xarray.Dataset, tmp_path: Path) -> None:
    hole = year_2021.isel(valid_time=np.r_[0:2000, 2744:HOURS])
    text = refused([save(hole, tmp_path / "a.nc")], tmp_path / "no", fix="yes")
    assert "744 h without a row from 2021-03-25T" in text


def test_local_time_in_a_grid_is_found_by_the_sun(
    year_2021: xarray.Dataset, tmp_path: Path, plain: HourlyWeather
) -> None:
    axis = ("valid_time", year_2021["valid_time"].values + 8 * 3600, year_2021["valid_time"].attrs)
    path = save(year_2021.assign_coords(valid_time=axis), tmp_path / "a.nc")
    assert codes([path])["clock_offset"] == "consent"
    one, other = only_year(imported([path], tmp_path / "in", fix="yes")[0]), plain
    assert np.array_equal(one.ghi_w_per_m2[:, 8:], other.ghi_w_per_m2[:, 8:])


def test_cells_without_data_are_left_out(year_2021: xarray.Dataset, tmp_path: Path) -> None:
    land = year_2021.where(year_2021["longitude"] < 95.2)
    for name, unit in UNITS.items():
        land[name].attrs["units"] = unit
    file, details = imported([save(land, tmp_path / "a.nc")], tmp_path / "in")
    assert (len(file), details["places_without_data"]) == (9, 3)
    assert file.lon_deg.max() == 95.0
    assert np.isfinite(only_year(file).ghi_w_per_m2).all()


def test_wind_alone_is_read_and_what_is_absent_is_told(year_2021: xarray.Dataset, tmp_path: Path) -> None:
    path = save(year_2021[["u100", "v100", "t2m", "sp"]], tmp_path / "a.nc")
    found = codes([path])
    assert found["fields_absent"] == "note"
    assert found["clock_unchecked"] == "note"
    file, _ = imported([path], tmp_path / "in")
    assert file.fields == ("temperature_c", "wind_speed_ms", "air_density_kg_per_m3")
    with pytest.raises(Exception, match="ghi_w_per_m2"):
        next(file.blocks(2021))


def test_merra2_is_of_the_hour_around_its_stamp_and_lifted_by_its_own_shear(tmp_path: Path) -> None:
    numbers = hours_of("2021-01-01T00", "2021-12-31T23")
    truth = made(numbers)
    bearing = numbers / 50.0
    paths = []
    for first in range(0, HOURS, 2190):
        some = slice(first, first + 2190)

        def cube(values: np.ndarray, unit: str, some: slice = some) -> tuple[Any, ...]:
            grid = np.broadcast_to(values[some, None, None], (2190, 2, 2)).astype(np.float32)
            return ("time", "lat", "lon"), grid, {"units": unit}

        dataset = xarray.Dataset(
            {
                "SWGDN": cube(truth.ghi, "W m-2"),
                "T2M": cube(truth.temperature + 273.15, "K"),
                "PS": cube(truth.pressure, "Pa"),
                "U50M": cube(truth.speed * 5**0.1 * np.cos(bearing), "m s-1"),
                "V50M": cube(truth.speed * 5**0.1 * np.sin(bearing), "m s-1"),
                "U10M": cube(truth.speed * np.cos(bearing), "m s-1"),
                "V10M": cube(truth.speed * np.sin(bearing), "m s-1"),
            },
            coords={
                "time": (
                    "time",
                    (np.arange(2190) * 60).astype(np.int32),
                    {
                        "units": f"minutes since {str(numbers[first].astype('datetime64[h]'))[:10]} "
                        f"{str(numbers[first].astype('datetime64[h]'))[11:13]}:30:00"
                    },
                ),
                "lat": ("lat", np.array([36.0, 36.8])),
                "lon": ("lon", np.array([94.6, 95.2])),
            },
        )
        paths.append(save(dataset, tmp_path / f"MERRA2_400.tavg1_2d_slv_Nx.{first:05d}.nc4"))
    report = inspect_source(paths)
    assert report.format_id == "merra2"
    year = only_year(imported(paths, tmp_path / "in")[0])
    assert np.allclose(year.ghi_w_per_m2[3, 8:], truth.our_year(2021, truth.ghi)[8:], atol=0.01)
    assert np.allclose(year.wind_speed_ms[0, 8:], truth.our_year(2021, truth.speed)[8:] * 10**0.1, rtol=1e-3)


def test_a_grid_says_how_sure_it_is_of_itself(whole: Path, tmp_path: Path) -> None:
    head = whole.read_bytes()[:4096]
    assert ERA5.sniff(head, whole) == 0.9
    other = save(xarray.Dataset({"depth": ("x", np.ones(3))}), tmp_path / "a.nc")
    assert ERA5.sniff(other.read_bytes()[:4096], other) == 0.0
