"""What NASA POWER and PVGIS answer, in their documented layouts, made of known weather."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import numpy as np

from resources.sources.services import NASA_PARAMETERS
from tests.resources.download_server import Answer, Handler, whole
from tests.resources.sources_made import LAT, LON, Made, hours_of, made, stamp

UNITS = {
    "ALLSKY_SFC_SW_DWN": "Wh/m^2",
    "ALLSKY_SFC_SW_DNI": "Wh/m^2",
    "ALLSKY_SFC_SW_DIFF": "Wh/m^2",
    "T2M": "C",
    "PS": "kPa",
    "WS10M": "m/s",
    "WS50M": "m/s",
}


def truth(first: str = "2019-12-31T00", last: str = "2021-12-31T23") -> Made:
    return made(hours_of(first, last))


def nasa_power(weather: Made) -> Answer:
    """Answers for the days that are asked for, as the hourly point service."""

    def answer(handler: Handler) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        days = [f"{query[name][:4]}-{query[name][4:6]}-{query[name][6:]}" for name in ("start", "end")]
        hours = hours_of(f"{days[0]}T00", f"{days[1]}T23")
        at = np.searchsorted(weather.numbers, hours)
        columns = {
            "ALLSKY_SFC_SW_DWN": weather.ghi,
            "ALLSKY_SFC_SW_DNI": weather.beam * 1.2,
            "ALLSKY_SFC_SW_DIFF": weather.ghi - weather.beam,
            "T2M": weather.temperature,
            "PS": weather.pressure / 1000,
            "WS10M": weather.speed,
            "WS50M": weather.speed * 5**0.2,
        }
        assert query["parameters"] == ",".join(NASA_PARAMETERS)
        keys = [str(each).replace("-", "").replace("T", "")[:10] for each in stamp(hours)]
        document = {
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": [float(query["longitude"]), float(query["latitude"]), 2855.12],
            },
            "properties": {
                "parameter": {
                    name: dict(zip(keys, np.round(columns[name][at], 4).tolist(), strict=True))
                    for name in query["parameters"].split(",")
                }
            },
            "header": {
                "title": "NASA/POWER Source Native Resolution Hourly Data",
                "api": {"version": "v2", "name": "POWER Hourly API"},
                "sources": ["SYN1DEG", "MERRA2"],
                "fill_value": -999.0,
                "time_standard": query["time-standard"].upper(),
                "start": query["start"],
                "end": query["end"],
            },
            "messages": [],
            "parameters": {name: {"units": unit, "longname": name} for name, unit in UNITS.items()},
            "times": {"data": 1.0, "process": 0.1},
        }
        whole(json.dumps(document).encode(), "application/json", ranges=False)(handler)

    return answer


def pvgis_hourly(weather: Made) -> Answer:
    """Answers for the years that are asked for, beam and diffuse on the horizontal plane, stamps at :30."""

    def answer(handler: Handler) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        hours = hours_of(f"{query['startyear']}-01-01T00", f"{query['endyear']}-12-31T23")
        at = np.searchsorted(weather.numbers, hours)
        rows = [
            {
                "time": str(when).replace("-", "").replace("T", ":").replace(":", "", 2)[:8]
                + ":"
                + str(when)[11:13]
                + "30",
                "Gb(i)": round(float(weather.beam[index]), 2),
                "Gd(i)": round(float(weather.ghi[index] - weather.beam[index]), 2),
                "Gr(i)": 0.0,
                "H_sun": 0.0,
                "T2m": round(float(weather.temperature[index]), 2),
                "WS10m": round(float(weather.speed[index]), 2),
                "Int": 0.0,
            }
            for when, index in zip(stamp(hours), at, strict=True)
        ]
        document = {
            "inputs": {
                "location": {
                    "latitude": float(query["lat"]),
                    "longitude": float(query["lon"]),
                    "elevation": 2807.0,
                },
                "meteo_data": {"radiation_db": "PVGIS-ERA5", "meteo_db": "ERA5"},
                "mounting_system": {"fixed": {"slope": {"value": float(query["angle"]), "optimal": False}}},
            },
            "outputs": {"hourly": rows},
            "meta": {"inputs": {}, "outputs": {}},
        }
        whole(json.dumps(document).encode(), "application/json", ranges=False)(handler)

    return answer


__all__ = ["LAT", "LON", "nasa_power", "pvgis_hourly", "truth"]
