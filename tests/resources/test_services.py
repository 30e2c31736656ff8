"""NASA POWER and PVGIS asked as pvlib asks them, and their answers read as pvlib reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from pvlib import iotools

from gis_layers.errors import InputError
from resources.download import Net, fetch_all
from resources.sources.hourly import year_hours
from resources.sources.services import NASA_PARAMETERS, Request, files_of, service_of
from tests.resources.download_server import Server, serving
from tests.resources.service_answers import LAT, LON, nasa_power, pvgis_hourly, truth
from tests.resources.sources_made import Made, imported

NET = Net(proxy="none", tries=1)


@pytest.fixture(scope="module")
def weather() -> Made:
    return truth()


@pytest.fixture
def server(weather: Made, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as running:
        running.answers["/point"] = nasa_power(weather)
        running.answers["/api/seriescalc"] = pvgis_hourly(weather)
        yield running


def fetched(server: Server, id: str, base: str, folder: Path, **years: int) -> list[Path]:
    request = Request(LON, LAT, base_url=server.url(base), **years)
    wanted = files_of(service_of(id), request)
    return [one.path for one in fetch_all(wanted, folder, lambda offers: True, net=NET)]


def query(server: Server, at: int) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(server.seen[at][1]).query).items()}


def test_two_years_of_nasa_power_become_two_whole_years_of_ours(
    server: Server, tmp_path: Path, weather: Made
) -> None:
    files = fetched(server, "nasa_power", "/point", tmp_path / "got", first_year=2020, last_year=2021)
    assert len(files) == 2
    assert all(verb == "GET" for verb, _, _ in server.seen)
    file, _ = imported(files, tmp_path / "in")
    assert file.years == (2020, 2021)
    for year in file.years:
        (block,) = file.blocks(year)
        # The first file begins a day early: no hour is taken from the year's other end.
        assert np.isfinite(weather.our_year(year, weather.ghi)).all()
        assert np.allclose(block.ghi_w_per_m2[0], weather.our_year(year, weather.ghi), atol=0.01)
        assert np.allclose(block.temperature_c[0], weather.our_year(year, weather.temperature), atol=1e-3)


def test_nasa_power_is_asked_and_read_as_by_pvlib(server: Server, tmp_path: Path) -> None:
    files = fetched(server, "nasa_power", "/point", tmp_path / "got", first_year=2021, last_year=2021)
    theirs, meta = iotools.get_nasa_power(
        LAT, LON, "2020-12-31", "2021-12-31", parameters=list(NASA_PARAMETERS), url=server.url("/point")
    )
    assert query(server, 0) == query(server, 1)
    file, _ = imported(files, tmp_path / "in")
    (ours,) = file.blocks(2021)
    hours = year_hours(2021).astype("datetime64[h]")
    rows = theirs.tz_convert(None).reindex(hours)
    assert meta["altitude"] == file.elevation_m[0]
    assert np.allclose(ours.ghi_w_per_m2[0], rows["ghi"], atol=0.01)
    assert np.allclose(ours.temperature_c[0], rows["temp_air"], atol=1e-3)


def test_pvgis_is_asked_and_read_as_by_pvlib(server: Server, tmp_path: Path) -> None:
    files = fetched(server, "pvgis", "/api", tmp_path / "got", first_year=2021, last_year=2021)
    theirs, _ = iotools.get_pvgis_hourly(
        LAT, LON, start=2021, end=2021, url=server.url("/api/"), surface_azimuth=180
    )
    assert query(server, 0) == query(server, 1)
    file, _ = imported(files, tmp_path / "in")
    (ours,) = file.blocks(2021)
    stamps = theirs.index.tz_convert(None).floor("h")
    total = theirs["poa_direct"] + theirs["poa_sky_diffuse"]
    at = np.searchsorted(stamps.to_numpy(), year_hours(2021).astype("datetime64[h]"))
    assert np.allclose(ours.ghi_w_per_m2[0, 8:], total.to_numpy()[at[8:]], atol=0.02)


def test_the_public_addresses_are_those_of_pvlib() -> None:
    (file,) = files_of(service_of("nasa_power"), Request(LON, LAT, 2001, 2001))
    assert file.url.startswith(f"{iotools.nasa_power.URL}?latitude={LAT}&longitude={LON}&start=20010101&")
    (file,) = files_of(service_of("pvgis"), Request(LON, LAT, 2020, 2021))
    assert file.url.startswith(f"{iotools.pvgis.URL}seriescalc?lat={LAT}&lon={LON}&")
    (file,) = files_of(service_of("pvgis_tmy"), Request(LON, LAT))
    assert file.url == f"{iotools.pvgis.URL}tmy?lat={LAT}&lon={LON}&outputformat=json"


def test_the_estimate_of_the_size_is_near_the_truth(server: Server, tmp_path: Path) -> None:
    for id, base in (("nasa_power", "/point"), ("pvgis", "/api")):
        request = Request(LON, LAT, 2021, 2021, server.url(base))
        (wanted,) = files_of(service_of(id), request)
        (one,) = fetch_all([wanted], tmp_path, lambda offers: True, net=NET)
        assert wanted.estimate_bytes is not None
        assert 0.6 < one.record.size_bytes / wanted.estimate_bytes < 1.4


@pytest.mark.parametrize(
    ("id", "request_", "words"),
    [
        ("nasa_power", Request(7.1, 60.0, 2020, 2020), ["longitude", "latitude"]),
        ("nasa_power", Request(LON, LAT), ["years: found none"]),
        ("nasa_power", Request(LON, LAT, 1990, 1995), ["from 2001 on"]),
        ("pvgis", Request(LON, LAT, 2021, 2020), ["years: found 2021 to 2020"]),
        ("pvgis_tmy", Request(LON, LAT, 2020, 2020), ["a typical year"]),
    ],
)
def test_what_a_service_cannot_have_is_refused_before_it_is_asked(
    id: str, request_: Request, words: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        files_of(service_of(id), request_)
    for word in words:
        assert word in str(caught.value)
    with pytest.raises(InputError, match="one of nasa_power, pvgis, pvgis_tmy"):
        service_of("meteo")
