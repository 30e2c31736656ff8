"""Services that make hourly weather of a place when asked: NASA POWER and PVGIS, and how each is asked.

The addresses and the parameters are those of pvlib.iotools (`get_nasa_power`, `get_pvgis_hourly`,
`get_pvgis_tmy`); a test holds the two together. The answer is kept as it came and brought in as any file of the
user's, so that it is checked, hashed and traced like one.

Sources: NASA POWER, Hourly API; PVGIS, Non-interactive service (European Commission, Joint Research Centre).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from gis_layers.errors import InputError, Problem
from resources.download_parts import Wanted

NASA_URL = "https://power.larc.nasa.gov/api/temporal/hourly/point"
PVGIS_URL = "https://re.jrc.ec.europa.eu/api/"
NASA_PARAMETERS = (
    "ALLSKY_SFC_SW_DWN",
    "ALLSKY_SFC_SW_DNI",
    "ALLSKY_SFC_SW_DIFF",
    "T2M",
    "PS",
    "WS10M",
    "WS50M",
)
_HOURS = 8784
_BYTES_OF_NASA_VALUE = 20
"""As `"2021010100": 12.34,` of one parameter."""
_BYTES_OF_PVGIS_HOUR = 140
_BYTES_OF_TMY_HOUR = 170


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a service."""

    lon_deg: float
    lat_deg: float
    first_year: int = 0
    """Calendar years, UTC; 0 where the service has no years."""
    last_year: int = 0
    base_url: str = ""
    """Another address of the same service; '' is the public one."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service."""

    id: str
    format_id: str
    """Of the files it sends."""
    title_zh: str
    title_en: str
    first_year: int
    """It can have; 0 where it has no years."""
    wanted: Callable[[Request], tuple[Wanted, ...]]
    """The files of a request, in the order of time."""


def service_of(id: str) -> Service:
    """The service of an id.

    Raises
    ------
    InputError
        There is none; names those there are.
    """
    for one in SERVICES:
        if one.id == id:
            return one
    there = ", ".join(one.id for one in SERVICES)
    raise InputError(Problem("argument", "service", id, f"one of {there}"))


def files_of(service: Service, request: Request) -> tuple[Wanted, ...]:
    """What to fetch.

    Raises
    ------
    InputError
        A place outside the map, years the service does not have or none where it needs them: all at once.
    """
    from resources.sources.hourly_format import CHINA_LAT_DEG, CHINA_LON_DEG

    problems = []
    for name, value, (low, high) in (
        ("longitude", request.lon_deg, CHINA_LON_DEG),
        ("latitude", request.lat_deg, CHINA_LAT_DEG),
    ):
        if not low <= value <= high:
            problems.append(Problem("argument", name, f"{value:g}", f"{low:g} to {high:g} degrees"))
    first, last = request.first_year, request.last_year
    if service.first_year:
        # How far the service reaches today it says itself.
        if not service.first_year <= first <= last <= 2100:
            found = f"{first} to {last}" if first else "none"
            problems.append(
                Problem("argument", "years", found, f"from {service.first_year} on, e.g. 2019-2021")
            )
    elif first:
        problems.append(
            Problem("argument", "years", f"{first} to {last}", f"none: {service.id} is a typical year")
        )
    if problems:
        raise InputError(problems)
    return service.wanted(request)


def _nasa_power(request: Request) -> tuple[Wanted, ...]:
    """A file a year; the first begins a day early, so that the hours of UTC+8 are all there."""
    files = []
    for year in range(request.first_year, request.last_year + 1):
        early = year == request.first_year and year > 2001
        query = {
            "latitude": request.lat_deg,
            "longitude": request.lon_deg,
            "start": f"{year - 1}1231" if early else f"{year}0101",
            "end": f"{year}1231",
            "community": "re",
            "parameters": ",".join(NASA_PARAMETERS),
            "format": "json",
            "header": True,
            "time-standard": "utc",
        }
        estimate = _HOURS * len(NASA_PARAMETERS) * _BYTES_OF_NASA_VALUE
        name = f"nasa_power_{_at(request)}_{'from_1231_' if early else ''}{year}.json"
        files.append(Wanted(f"{request.base_url or NASA_URL}?{urlencode(query)}", name, "", estimate))
    return tuple(files)


def _pvgis_hourly(request: Request) -> tuple[Wanted, ...]:
    """One file of all years, on the horizontal plane, beam and diffuse apart, with the horizon of the terrain."""
    query = {
        "lat": request.lat_deg,
        "lon": request.lon_deg,
        "outputformat": "json",
        "angle": 0,
        "aspect": 0,
        "pvcalculation": 0,
        "pvtechchoice": "crystSi",
        "mountingplace": "free",
        "trackingtype": 0,
        "components": 1,
        "usehorizon": 1,
        "optimalangles": 0,
        "optimalinclination": 0,
        "loss": 0,
        "startyear": request.first_year,
        "endyear": request.last_year,
    }
    years = request.last_year - request.first_year + 1
    name = f"pvgis_{_at(request)}_{request.first_year}-{request.last_year}.json"
    url = f"{_pvgis_base(request)}seriescalc?{urlencode(query)}"
    return (Wanted(url, name, "", years * _HOURS * _BYTES_OF_PVGIS_HOUR),)


def _pvgis_tmy(request: Request) -> tuple[Wanted, ...]:
    query = {"lat": request.lat_deg, "lon": request.lon_deg, "outputformat": "json"}
    name = f"pvgis_tmy_{_at(request)}.json"
    url = f"{_pvgis_base(request)}tmy?{urlencode(query)}"
    return (Wanted(url, name, "", _HOURS * _BYTES_OF_TMY_HOUR),)


def _at(request: Request) -> str:
    """The place in a file name."""
    return f"{request.lat_deg:.4f}N_{request.lon_deg:.4f}E".replace(".", "p")


def _pvgis_base(request: Request) -> str:
    base = request.base_url or PVGIS_URL
    return base if base.endswith("/") else f"{base}/"


SERVICES: tuple[Service, ...] = (
    Service("nasa_power", "nasa_power", "NASA POWER 逐时", "NASA POWER hourly", 2001, _nasa_power),
    Service("pvgis", "pvgis", "PVGIS 逐时", "PVGIS hourly", 2005, _pvgis_hourly),
    Service("pvgis_tmy", "pvgis", "PVGIS 典型年", "PVGIS typical year", 0, _pvgis_tmy),
)
