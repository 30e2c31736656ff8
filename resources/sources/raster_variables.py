"""What a raster may hold: its variables, their units, and how large they are over China.

Ranges are wide enough for every place of China and its seas and narrow enough to tell one unit from another
(general knowledge; the embedded atlas lies inside all of them).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gis_layers.errors import Problem
from resources.sources.contract import Answers, Finding, Guess, Question

YEAR_DAYS = 365
"""Of the house's year of 8,760 hours; daily sums become yearly ones by it."""
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class RasterUnit:
    """A unit a variable may come in: ours = value * scale (* days) + offset."""

    name: str
    spellings: tuple[str, ...] = ()
    """Lower case, without spaces, '*', '^', '**' and brackets; the name itself counts too."""
    scale: float = 1.0
    offset: float = 0.0
    by_days: bool = False
    """Of a day: multiplied by the days of the year or of the band's month."""


@dataclass(frozen=True, slots=True)
class RasterVariable:
    """One thing a raster can be to us."""

    id: str
    """With our unit; `raster_layers.RULES` and others go by it."""
    units: tuple[RasterUnit, ...]
    """The first is ours."""
    low: float
    """Limits of single values, in our unit."""
    high: float
    mean: tuple[float, float]
    """Between these the mean over any part of China lies, in our unit."""
    words: tuple[str, ...] = ()
    """In file names and titles, lower case."""
    height: bool = False
    """Holds at a height above ground that must be known."""
    months: bool = False
    """Twelve bands, January first."""
    tolerance: float = 0.0
    """By which overlapping tiles may differ, in our unit."""


_DAY = "kwh/m2/day"


def _sun(sums: str) -> tuple[RasterUnit, ...]:
    own = {
        "year": ("kwh/m2/year", "kwh/m2", "kwh/m2/a", "kwh/m2/yr", "kwhm-2year-1", "kwhm-2a-1"),
        "month": ("kwh/m2/month", "kwh/m2", "kwhm-2month-1"),
    }
    units = [
        RasterUnit(f"kWh/m2/{sums}", own[sums]),
        RasterUnit("kWh/m2/day", (_DAY, "kwh/m2/d", "kwhm-2day-1", "kwhm-2d-1"), by_days=True),
        RasterUnit("W/m2", ("w/m2", "wm-2"), 0.024, by_days=True),
        RasterUnit("MJ/m2/day", ("mj/m2/day", "mj/m2/d", "mjm-2day-1", "mjm-2d-1"), 1 / 3.6, by_days=True),
        RasterUnit("J/m2/day", ("j/m2", "jm-2", "j/m2/day"), 1 / 3.6e6, by_days=True),
        RasterUnit(f"MJ/m2/{sums}", (f"mj/m2/{sums}", "mj/m2", "mjm-2"), 1 / 3.6),
    ]
    if sums == "year":
        units.append(RasterUnit("kWh/m2/month", ("kwh/m2/month", "kwhm-2month-1"), 12.0))
    return tuple(units)


_SPEED = (
    RasterUnit("m/s", ("m/s", "ms-1", "mps", "米/秒")),
    RasterUnit("km/h", ("km/h", "kmh-1", "kph"), 1 / 3.6),
    RasterUnit("kn", ("kn", "kt", "knots", "knot"), 0.514444),
)
_WATER = (
    RasterUnit("mm/year", ("mm", "mm/year", "mm/a", "mm/yr", "mmyear-1", "毫米")),
    RasterUnit("mm/day", ("mm/day", "mm/d", "mmday-1"), by_days=True),
    RasterUnit("mm/month", ("mm/month", "mmmonth-1"), 12.0),
    RasterUnit("m/year", ("m", "m/year", "m/a"), 1000.0),
    RasterUnit("kg/m2/s", ("kg/m2/s", "kgm-2s-1"), 86400.0, by_days=True),
)

_ALL = (
    RasterVariable(
        "elevation_m",
        (RasterUnit("m", ("m", "meter", "meters", "metre", "metres", "米")), RasterUnit("ft", ("ft", "feet"), 0.3048)),
        -11_000.0, 8_900.0, (-6_000.0, 6_500.0),
        ("elevation", "dem", "dsm", "altitude", "srtm", "gebco", "height_above_mean_sea_level", "高程", "海拔"),
        tolerance=2.0,
    ),
    RasterVariable(
        "wind_speed_ms", _SPEED, 0.05, 40.0, (1.0, 14.0),
        ("wind-speed", "wind_speed", "windspeed", "wspd", "风速"), height=True, tolerance=0.1,
    ),
    RasterVariable(
        "weibull_scale_ms", _SPEED, 0.05, 45.0, (1.2, 16.0),
        ("weibull-a", "weibull_a", "weibull_scale"), height=True, tolerance=0.1,
    ),
    RasterVariable(
        "weibull_shape", (RasterUnit("1", ("1", "-")),), 0.5, 8.0, (1.0, 4.0),
        ("weibull-k", "weibull_k", "weibull_shape"), height=True, tolerance=0.05,
    ),
    RasterVariable(
        "wind_power_density_w_per_m2",
        (RasterUnit("W/m2", ("w/m2", "wm-2")), RasterUnit("kW/m2", ("kw/m2", "kwm-2"), 1000.0)),
        0.0, 30_000.0, (8.0, 3_000.0), ("power-density", "power_density", "风功率密度"), height=True, tolerance=10.0,
    ),
    RasterVariable(
        "air_density_kg_per_m3", (RasterUnit("kg/m3", ("kg/m3", "kgm-3")),), 0.35, 1.7, (0.5, 1.45),
        ("air-density", "air_density", "空气密度"), height=True, tolerance=0.01,
    ),
    RasterVariable(
        "ghi_kwh_per_m2_year", _sun("year"), 300.0, 3_200.0, (700.0, 2_600.0),
        ("ghi", "ssrd", "global_horizontal", "水平面总辐射", "总辐射"), tolerance=20.0,
    ),
    RasterVariable(
        "ghi_kwh_per_m2_month", _sun("month"), 0.0, 420.0, (15.0, 280.0),
        ("ghi_month", "ghi-month", "ghi_monthly"), months=True, tolerance=3.0,
    ),
    RasterVariable(
        "dhi_kwh_per_m2_year", _sun("year"), 100.0, 1_500.0, (300.0, 1_200.0),
        ("dif", "dhi", "diffuse", "散射"), tolerance=20.0,
    ),
    RasterVariable(
        "dni_kwh_per_m2_year", _sun("year"), 0.0, 4_000.0, (200.0, 3_000.0),
        ("dni", "direct_normal", "直射"), tolerance=20.0,
    ),
    RasterVariable(
        "gti_kwh_per_m2_year", _sun("year"), 300.0, 3_400.0, (700.0, 2_900.0),
        ("gti", "global_tilted"), tolerance=20.0,
    ),
    RasterVariable(
        "pvout_kwh_per_kwp_year",
        (
            RasterUnit("kWh/kWp/year", ("kwh/kwp/year", "kwh/kwp", "kwh/kwp/a")),
            RasterUnit("kWh/kWp/day", ("kwh/kwp/day", "kwh/kwp/d"), by_days=True),
        ),
        100.0, 2_800.0, (500.0, 2_300.0), ("pvout",), tolerance=20.0,
    ),
    RasterVariable(
        "temperature_c",
        (RasterUnit("C", ("c", "degc", "°c", "celsius", "℃", "degreecelsius", "degree_celsius")),
         RasterUnit("K", ("k", "kelvin"), 1.0, -273.15)),
        -60.0, 50.0, (-25.0, 32.0), ("temp", "temperature", "t2m", "气温"), tolerance=0.5,
    ),
    RasterVariable(
        "rain_mm_year", _WATER, 0.0, 14_000.0, (5.0, 4_000.0),
        ("rain", "precip", "precipitation", "降水"), tolerance=20.0,
    ),
    RasterVariable("runoff_mm_year", _WATER, 0.0, 10_000.0, (0.5, 3_000.0), ("runoff", "径流"), tolerance=20.0),
    RasterVariable(
        "population_per_km2",
        (RasterUnit("1/km2", ("1/km2", "people/km2", "persons/km2", "km-2", "人/km2", "人/平方公里")),
         RasterUnit("1/ha", ("1/ha", "people/ha", "persons/ha"), 100.0)),
        0.0, 400_000.0, (0.0, 60_000.0), ("population", "pop_density", "popdensity", "人口"), tolerance=10.0,
    ),
    RasterVariable("land_cover_class", (RasterUnit("1"),), 0.0, 254.0, (float("-inf"), float("inf"))),
    RasterVariable("other", (RasterUnit("as in the file"),), float("-inf"), float("inf"), (float("-inf"), float("inf"))),
)  # fmt: skip
VARIABLES: Mapping[str, RasterVariable] = {variable.id: variable for variable in _ALL}
LAND_COVER = "land_cover_class"


def guess_variable(*texts: str) -> list[Guess]:
    """Variables that names and titles speak of, the longest word first."""
    joined = " ".join(texts).lower()
    found = {
        variable.id: max(len(word) for word in hits)
        for variable in _ALL
        if (hits := [word for word in variable.words if _is_said(word, joined)])
    }
    return [Guess(id, 0.7, "name") for id in sorted(found, key=lambda id: -found[id])]


def _is_said(word: str, text: str) -> bool:
    """Short words ('dem', 'temp') only by themselves, not inside others ('academy')."""
    if not word.isascii():
        return word in text
    return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None


@dataclass(frozen=True, slots=True)
class UnitFound:
    """The unit of a raster's values and what is to be said or asked of it."""

    unit: RasterUnit
    finding: Finding | None = None
    question: Question | None = None


def understand_unit(
    where: str, variable: RasterVariable, declared: str, mean: float, answers: Answers, days: float
) -> UnitFound:
    """The unit, from what is declared, answered, and how large the values are.

    Parameters
    ----------
    declared
        As in the file, '' where it says nothing.
    mean
        Of the values looked at, as in the file; NaN where there are none.
    days
        Of the year, or of the month the values are of.

    Notes
    -----
    A declared or answered unit holds where the mean is possible in it. A declared one that is impossible gives
    way to the only other that is possible, with the user's consent. Where nothing is declared and several are
    possible the user must say; where one is, it is proposed.
    """
    units = variable.units
    if variable.id == "other":
        return UnitFound(RasterUnit(answers.get("unit", "") or declared or "1"))
    if variable.id == LAND_COVER:
        return UnitFound(units[0])
    fitting = [unit for unit in units if fits(unit, variable, mean, days)]
    answered = unit_named(units, answers.get("unit", ""))
    said = answered or unit_named(units, declared)
    low, high = variable.mean
    ours = f"a mean of {low:g} to {high:g} {units[0].name} over China"
    found = f"{answers.get('unit', '') or declared or 'no unit'}, mean {mean:.4g}"
    if answers.get("unit") and answered is None:
        expected = f"one of {', '.join(unit.name for unit in units)}"
        problem = Problem(where, "unit", answers["unit"], expected)
        return UnitFound(units[0], Finding("unit_unknown", "fatal", problem))
    if said is not None and (said in fitting or mean != mean):
        return UnitFound(said)
    if not fitting or answered is not None:
        return UnitFound(
            said or units[0], Finding("unit_impossible", "fatal", Problem(where, variable.id, found, ours))
        )
    choices = tuple(Guess(unit.name, 0.6 / len(fitting), "values") for unit in fitting)
    if len(fitting) > 1:
        problem = Problem(
            where, variable.id, found, f"one of {', '.join(unit.name for unit in fitting)}; please say"
        )
        code = "unit_wrong" if said else "unit_missing"
        return UnitFound(
            fitting[0],
            Finding(code, "note", problem, {"unit": fitting[0].name}),
            Question("unit", choices, required=True),
        )
    code = "unit_wrong" if said else "unit_missing" if not declared else "unit_unknown"
    problem = Problem(where, variable.id, found, f"{fitting[0].name} by the size of the values")
    return UnitFound(
        fitting[0], Finding(code, "consent", problem, {"unit": fitting[0].name}), Question("unit", choices)
    )


def fits(unit: RasterUnit, variable: RasterVariable, mean: float, days: float) -> bool:
    """Whether a mean in this unit is possible over China."""
    low, high = variable.mean
    return low <= mean * factor(unit, days) + unit.offset <= high


def factor(unit: RasterUnit, days: float) -> float:
    """From a value in this unit to ours."""
    return unit.scale * (days if unit.by_days else 1.0)


def unit_named(units: tuple[RasterUnit, ...], text: str) -> RasterUnit | None:
    """The unit of a name or spelling."""
    plain = re.sub(r"[\s*^\[\]()]|\*\*", "", text.strip().lower()).replace("²", "2").replace("³", "3")
    if not plain:
        return None
    return next((unit for unit in units if plain in (unit.name.lower(), *unit.spellings)), None)
