"""The rules of land a run goes by: those of `eligible`, with the land cover and the areas its data names."""

from __future__ import annotations

from gis_layers.progress import Progress, silent
from resources.areas import areas_rule
from resources.eligible import KINDS, Rule, Technology, rules_for, share_left
from resources.land_cover import land_cover_of
from resources.resource_data import EMBEDDED, Array, ResourceData


def rules_of(
    data: ResourceData = EMBEDDED, progress: Progress = silent
) -> dict[Technology, tuple[Rule, ...]]:
    """The rules of each technology.

    Raises
    ------
    InputError
        The land cover or an area cannot be read, or is none.
    """
    cover = None if data.land_cover is None else land_cover_of(data.land_cover, progress)
    areas = tuple(areas_rule(entry) for entry in data.excluded)
    return {technology: rules_for(technology, data, cover, areas) for technology in KINDS}


def buildable_share(data: ResourceData = EMBEDDED, progress: Progress = silent) -> dict[Technology, Array]:
    """(row, col) share of each terrain cell that may be built on, by technology. [-]"""
    return {technology: share_left(rules) for technology, rules in rules_of(data, progress).items()}
