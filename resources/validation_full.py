"""The whole validation: typical years, provinces, published yields, rivers, kernels, spread of years."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gis_layers.errors import InputError, Problem
from gis_layers.progress import Progress, part, silent
from resources import atlas
from resources.check import Check
from resources.sources.epw import from_epw
from resources.validation import PLACES, run_checks
from resources.validation_flows import cascade_rows, flow_section
from resources.validation_kernels import kernel_section
from resources.validation_provinces import FILES, province_section
from resources.validation_row import Row, Section, Words
from resources.validation_sample import land, sample
from resources.validation_spread import spread_section
from resources.validation_typical import SEED, typical_section
from resources.validation_yields import yield_section
from resources.weather import HourlyWeather, generate

EPW_FOLDER: Final = "weather_epw"
PROVINCES_FOLDER: Final = "province_profiles_2020"
KERNEL_PLACES: Final[dict[str, Words]] = {"Golmud": ("格尔木", "Golmud"), "Guangzhou": ("广州", "Guangzhou")}
"""Besides the files' places: high and dry, low and wet."""
_ABSENT: Final[Words] = ("缺少参考资料, 本节未做", "Left out: the reference data is not at hand.")


@dataclass(frozen=True, slots=True)
class Validation:
    """Everything `energymap validate --full` says."""

    checks: tuple[Check, ...]
    """Of the short run, enforced and reported."""
    sections: tuple[Section, ...]

    @property
    def failed(self) -> tuple[Words, ...]:
        """Names of what is beyond an enforced limit."""
        names = [(c.name_zh, c.name_en) for c in self.checks if c.enforced and not c.passed]
        return (*names, *(row.name for row in self.enforced if not row.passed))

    @property
    def enforced(self) -> tuple[Row, ...]:
        return tuple(row for section in self.sections for row in section.rows if row.enforced)


def default_reference() -> Path | None:
    """The folder of third-party files beside a checkout; None where there is none."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "reference"
    return folder if folder.is_dir() else None


def run_full(reference: Path | None, progress: Progress = silent) -> Validation:
    """Run it all; half a minute to a minute on two cores.

    Parameters
    ----------
    reference
        Folder with `weather_epw/*.epw` and `province_profiles_2020/*.nc`; what it lacks is left out and said so.

    Raises
    ------
    InputError
        The folder is none; a file in it cannot be read.
    """
    if reference is not None and not reference.is_dir():
        raise InputError(Problem("--reference", "folder", str(reference), "a folder"))
    progress(0.0, "validation embedded atlas")
    checks = run_checks()
    files = typical_years(reference)
    typical = (
        typical_section(files, part(progress, 0.15, 0.2))
        if files
        else Section("typical_years", ("典型年文件", "Typical-year files"), (), {}, notes=(_ABSENT,))
    )
    progress(0.2, "validation hourly weather")
    ground = land()
    years = sample(ground, progress=part(progress, 0.22, 0.5))
    profiles = None if reference is None else reference / PROVINCES_FOLDER
    if profiles is not None and all((profiles / name).is_file() for name in FILES.values()):
        provinces = province_section(profiles, ground, years, files, part(progress, 0.5, 0.65))
    else:
        title = ("各省 2020 年逐时出力", "Province profiles of 2020")
        provinces = Section("provinces_2020", title, (), {}, notes=(_ABSENT,))
    published = yield_section(ground, years, part(progress, 0.65, 0.7))
    flows = flow_section(cascade_rows(part(progress, 0.7, 0.9)))
    kernels = kernel_section(files | kernel_years(), part(progress, 0.9, 1.0))
    spread = spread_section(reference)
    progress(1.0, "validation done")
    return Validation(checks, (typical, provinces, published, flows, kernels, spread))


def typical_years(reference: Path | None) -> dict[Words, HourlyWeather]:
    """Every EPW of the reference folder, by the name of its place."""
    paths = sorted((reference / EPW_FOLDER).glob("*.epw")) if reference is not None else []
    return {_place(path): from_epw(path) for path in paths}


def _place(path: Path) -> Words:
    """'CHN_Beijing.Beijing.545110_CSWD.epw' is Beijing; other names stand as they are."""
    known = {"Beijing": "北京", "Shanghai": "上海"}
    parts = path.stem.split(".")
    name = parts[1] if len(parts) > 2 else path.stem
    return known.get(name, name), name


def kernel_years() -> dict[Words, HourlyWeather]:
    """Generated years at places of other climates than the files'."""
    made = {}
    for name, words in KERNEL_PLACES.items():
        lon, lat = PLACES[name]
        made[words] = generate(atlas.climate_at([lon], [lat]), SEED)
    return made
