"""Areas no line may cross: protected areas and red lines of the user's files and of his library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from gis_layers.errors import InputError, Problem
from planning.siting.raster_tiles import Window
from planning.siting.rule_outlines import of_entries, of_file
from resources.resource_data import ResourceData

_CHINA: Final = Window(west_m=-2_900_000.0, north_m=6_200_000.0, rows=480, cols=560, pixel_m=10_000.0, pad=0)
"""The Albers map from Hainan to Heilongjiang and from the Pamirs to the Ussuri."""


def excluded_areas(files: Sequence[Path], data: ResourceData) -> list[Any]:
    """Shapely polygons on the Albers map, of files and of the areas the resource choice names.

    Raises
    ------
    InputError
        A file that is not there, no vector file, has no coordinate system, or has lines or points in it; all at once.
    """
    problems: list[Problem] = []
    shapes: list[Any] = []
    for path in files:
        try:
            shapes += list(of_file(str(path), "", "avoid", _CHINA, 0.0).shapes)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    if data.excluded:
        shapes += list(of_entries(data.excluded, _CHINA, 0.0).shapes)
    return shapes
