"""What all reanalyses in NetCDF share as a format: told by their variables, read as a grid."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import ClassVar

from gis_layers.provenance import Grade
from resources.sources.contract import Answers, Kind
from resources.sources.gridded import GridRaw, Rule
from resources.sources.hourly import HourlyRaw
from resources.sources.hourly_format import HourlyFormat
from resources.sources.netcdf_file import is_netcdf, variables_of


class GridFormat(HourlyFormat):
    """A reanalysis; its module says which variable is what."""

    kind: ClassVar[Kind] = "hourly-grid"
    grade: ClassVar[Grade] = "reanalysis"
    rules: ClassVar[Mapping[str, Rule]]
    """By the name of the variable in the file."""

    def sniff(self, head: bytes, path: Path) -> float:
        if not is_netcdf(head):
            return 0.0
        known = self.rules.keys() & variables_of(path).keys()
        return 0.9 if len(known) > 1 else 0.8 if known else 0.0

    def open(self, paths: tuple[Path, ...], answers: Answers) -> AbstractContextManager[HourlyRaw]:
        return closing(GridRaw(paths, self.rules))
