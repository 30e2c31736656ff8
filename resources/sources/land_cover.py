"""Land-cover maps: ESA WorldCover, Copernicus LC100, GLC_FCS30, CLCD. The copy keeps the product's own codes.

Which legend holds is told by the name, else asked; codes it does not know are a finding, and fractions (shares of
a class, averaged maps) are refused: they are no classes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import Param, Problem
from gis_layers.progress import Progress, silent
from gis_layers.provenance import Grade
from resources.sources.contract import Answers, Guess, Question, SourceReport
from resources.sources.land_cover_legends import LEGENDS, Legend
from resources.sources.raster_format import RasterFormat, is_raster
from resources.sources.raster_questions import Beyond, Known
from resources.sources.raster_tile import Array, Tile
from resources.sources.raster_variables import LAND_COVER, RasterVariable

_GENERAL = re.compile(r"land[-_ ]?(cover|use)|lulc|土地(覆盖|利用)", re.IGNORECASE)

_OTHER = re.compile(
    r"InputQuality|[-_]proba|CoverFraction|Forest-Type|DataDensity|Change-Confidence", re.IGNORECASE
)
"""Layers of the same deliveries that are no classes."""


class LandCoverFile(RasterFormat):
    """See the module."""

    id: ClassVar[str] = "land_cover"
    title_zh: ClassVar[str] = "土地覆盖（WorldCover、LC100、GLC_FCS30、CLCD）"
    title_en: ClassVar[str] = "Land cover (WorldCover, LC100, GLC_FCS30, CLCD)"
    licence: ClassVar[str] = "of the product"
    grade: ClassVar[Grade] = "measured"
    beyond_code: ClassVar[str] = "class_unknown"
    newest_band: ClassVar[bool] = True

    def known(self, path: Path) -> Known | None:
        if legend_named(path) and _OTHER.search(path.stem):
            return Known()
        return Known(LAND_COVER, "1") if legend_named(path) or _GENERAL.search(path.stem) else None

    def sniff(self, head: bytes, path: Path) -> float:
        if not is_raster(head, path):
            return 0.0
        return 0.95 if legend_named(path) else 0.6 if _GENERAL.search(path.stem) else 0.0

    def inspect(self, paths: tuple[Path, ...], answers: Answers) -> SourceReport:
        return super().inspect(paths, _with_legend(paths, answers))

    def write(
        self, report: SourceReport, answers: Answers, target: Path, progress: Progress = silent
    ) -> Mapping[str, Param]:
        settled = _with_legend(report.paths, answers)
        details = dict(super().write(report, settled, target, progress))
        for meaningless in ("mean", "low", "high", "unit_found"):
            del details[meaningless]
        return {**details, "legend": settled["legend"]}

    def stored_as(self, tile: Tile) -> Literal["float32", "int16", "uint8"]:
        return "uint8"

    def impossible(self, values: Array, variable: RasterVariable, answers: Answers) -> NDArray[np.bool_]:
        legend = LEGENDS.get(answers.get("legend", ""))
        codes = (*legend.classes, *legend.missing) if legend else tuple(range(256))
        return np.asarray(np.isfinite(values) & ~np.isin(values, codes))

    def beyond_problem(
        self, where: str, variable: RasterVariable, beyond: Beyond, answers: Answers
    ) -> Problem:
        legend = LEGENDS.get(answers.get("legend", ""))
        expected = "whole numbers, the codes of classes"
        if legend is not None:
            expected = f"codes of {legend.title_en}: {', '.join(map(str, legend.classes))}"
        found = f"{beyond.count} cells with other values, {beyond.low:.4g} to {beyond.high:.4g}"
        return Problem(where, "class", found, expected)

    def cleaned(self, values: Array, answers: Answers) -> Array:
        legend = LEGENDS.get(answers.get("legend", ""))
        missing = legend.missing if legend else ()
        return np.where(np.isin(values, missing), np.nan, values)

    def _ask(self, paths: tuple[Path, ...], answers: Answers) -> list[Question]:
        named = legend_named(paths[0])
        first = [Guess(named.id, 0.95, "name")] if named else []
        rest = [Guess(id, 0.1, "list") for id in LEGENDS if named is None or id != named.id]
        return [Question("legend", (*first, *rest), required=named is None)]

    def _source(self, tile: Tile) -> str:
        legend = legend_named(tile.path)
        return legend.source if legend else super()._source(tile)

    def _licence(self, tile: Tile) -> str:
        legend = legend_named(tile.path)
        return legend.licence if legend else self.licence


def legend_named(path: Path) -> Legend | None:
    """The product a file's name or its folder's speaks of."""
    for text in (path.name, path.parent.name):
        for legend in LEGENDS.values():
            if any(re.search(pattern, text, re.IGNORECASE) for pattern in legend.names):
                return legend
    return None


def _with_legend(paths: tuple[Path, ...], answers: Answers) -> dict[str, str]:
    """Answers with the legend of the name where the user gave none, or none that is there."""
    named = legend_named(paths[0])
    chosen = answers.get("legend", "")
    if chosen not in LEGENDS:
        chosen = named.id if named else ""
    return {**answers, "legend": chosen}


FORMAT = LandCoverFile()
