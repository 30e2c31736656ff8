"""Capacity factors of regions in the house's own form: NetCDF4 of (year, region, hour)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from resources.hours import HOURS
from resources.sources.contract import refuse

_VERSION = 1


@dataclass(frozen=True, slots=True)
class CapacityFactors:
    """An imported file; our hours (UTC+8, 8,760, 29 February dropped)."""

    path: Path
    technology: str
    """'pv' or 'wind'."""
    years: tuple[int, ...]
    regions: tuple[str, ...]
    """Names as in the user's file."""
    adcodes: tuple[str, ...]
    """Province codes; '' where a name is none of a province."""

    def year(self, year: int) -> NDArray[np.float32]:
        """(region, 8760) capacity factors, 0..1. [-]

        Raises
        ------
        InputError
            The file has no such year.
        """
        import h5netcdf

        if year not in self.years:
            raise InputError(
                Problem(str(self.path), "year", str(year), f"one of {', '.join(map(str, self.years))}")
            )
        with h5netcdf.File(self.path, "r") as file:
            values: NDArray[np.float32] = file.variables["capacity_factor"][self.years.index(year)]
        values.setflags(write=False)
        return values


def write_capacity_factors(
    path: Path,
    technology: str,
    years: Sequence[int],
    regions: Sequence[str],
    adcodes: Sequence[str],
    values: NDArray[np.float32],
) -> None:
    """Write `values` (year, region, 8760)."""
    import h5netcdf
    import h5py

    with h5netcdf.File(path, "w") as file:
        file.dimensions = {"year": len(years), "region": len(regions), "hour": HOURS}
        file.attrs["energymap_capacity_factor"] = _VERSION
        file.attrs["technology"] = technology
        file.attrs["time_note"] = "UTC+8, 8760 h, 29 February dropped, labels at the beginning of the hour"
        file.create_variable("year", ("year",), "i4", data=np.asarray(years, dtype=np.int32))
        for name, texts in (("region", regions), ("adcode", adcodes)):
            made = file.create_variable(name, ("region",), h5py.string_dtype())
            made[:] = np.array(list(texts), dtype=object)
        file.create_variable(
            "capacity_factor", ("year", "region", "hour"), "f4", data=values, compression="gzip", shuffle=True
        )


def open_capacity_factors(path: Path) -> CapacityFactors:
    """What a file of ours holds.

    Raises
    ------
    InputError
        Not readable, or not a file of ours.
    """
    import h5netcdf

    try:
        with h5netcdf.File(path, "r") as file:
            if int(file.attrs.get("energymap_capacity_factor", 0)) != _VERSION:
                raise refuse(path, "file", "another NetCDF", "imported capacity factors")
            there = file.variables
            names, codes = (
                tuple(text.decode() if isinstance(text, bytes) else str(text) for text in there[name][:])
                for name in ("region", "adcode")
            )
            return CapacityFactors(
                path,
                str(file.attrs["technology"]),
                tuple(int(each) for each in there["year"][:]),
                names,
                codes,
            )
    except (OSError, KeyError, ValueError) as error:
        raise refuse(path, "file", str(error)[:80], "imported capacity factors") from error
