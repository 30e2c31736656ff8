"""The files of an endowment: workbook, table, outlines for any GIS, maps, and the document itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing, writable_folder
from gis_layers.progress import Progress, silent
from planning.endowment_values import Endowment, LandTechnology, RegionEndowment, best_class
from planning.project_layers import write_frames
from planning.report.csv_table import table_text
from planning.report.endowment_maps import endowment_pages
from planning.report.endowment_sheets import write_endowment_workbook
from planning.report.series import MONTH_HOURS
from resources.foundations import FOUNDATIONS

DOCUMENT, WORKBOOK, TABLE, LAYERS, MAPS = (
    "endowment.json", "endowment.xlsx", "endowment.csv", "endowment.gpkg", "maps",
)  # fmt: skip
_TECHNOLOGIES: Final[tuple[LandTechnology, ...]] = ("wind", "pv")


def write_endowment(
    folder: Path, endowment: Endowment, review_number: str = "", progress: Progress = silent
) -> list[Path]:
    """Write all files into `folder`, each whole or not at all.

    Parameters
    ----------
    review_number
        审图号, printed on every map; empty prints an empty field.

    Raises
    ------
    InputError
        The folder cannot be written.
    EnergyMapError
        `disk_full`.
    Cancelled
        From `progress`; files written before stay and are whole.
    """
    writable_folder(folder)
    progress(0.0, f"outputs: {DOCUMENT}")
    written = [_bytes(folder / DOCUMENT, document_json(endowment).encode())]
    progress(0.05, f"outputs: {WORKBOOK}")
    with replacing(folder / WORKBOOK) as temporary:
        write_endowment_workbook(temporary, endowment)
    progress(0.2, f"outputs: {TABLE}")
    # A byte-order mark: Excel would read Chinese in UTF-8 as Latin letters.
    table = _bytes(folder / TABLE, table_csv(endowment).encode("utf-8-sig"))
    progress(0.25, f"outputs: {LAYERS}")
    with replacing(folder / LAYERS) as temporary:
        _write_layers(temporary, endowment)
    written += [folder / WORKBOOK, table, folder / LAYERS]
    maps = writable_folder(folder / MAPS)
    pages = endowment_pages(endowment, review_number)
    for number, (name, draw) in enumerate(pages.items()):
        progress(0.35 + 0.65 * number / len(pages), f"outputs: {MAPS}/{name}")
        written.append(_bytes(maps / name, draw()))
    progress(1.0, "outputs: done")
    return written


def document_json(endowment: Endowment) -> str:
    """The document as text: keys sorted, UTF-8 as it is; same value, same bytes."""
    return json.dumps(endowment.model_dump(mode="json"), ensure_ascii=False, sort_keys=True) + "\n"


def read_endowment(path: Path) -> Endowment:
    """The document of a former run.

    Raises
    ------
    InputError
        Not readable, or not an endowment of this version.
    """
    try:
        return Endowment.model_validate_json(path.read_bytes())
    except (OSError, ValidationError, ValueError) as error:
        found = str(error).splitlines()[0][:80]
        raise InputError(Problem(str(path), "file", found, "an endowment of this program")) from error


def flat_row(e: Endowment, r: RegionEndowment) -> dict[str, object]:
    """One region as named figures with units; what has no value is None."""
    row: dict[str, object] = {
        "code": r.id, "name_zh": r.name_zh, "name_en": r.name_en, "province": r.province,
        "land_km2": r.land_km2,
    }  # fmt: skip
    for key in _TECHNOLOGIES:
        land = r.of(key)
        best = best_class(land)
        row |= {
            f"{key}_eligible_km2": land.eligible_km2,
            f"{key}_mw": land.capacity_mw,
            f"{key}_mwh": land.energy_mwh,
            f"{key}_p75_mwh": land.energy_p75_mwh,
            f"{key}_p90_mwh": land.energy_p90_mwh,
            f"{key}_full_load_h": land.full_load_hours,
            f"{key}_best_class": None if best is None else e.technology(key).class_titles[best],
        }
        for rule, km2 in zip(e.technology(key).rules, land.taken_km2, strict=True):
            row[f"{key}_taken_{rule.id}_km2"] = km2
        for k, (mw, mwh) in enumerate(zip(land.class_mw, land.class_mwh, strict=True), start=1):
            row[f"{key}_class{k}_mw"], row[f"{key}_class{k}_mwh"] = mw, mwh
    row |= {
        "roof_km2": r.roof.roof_km2,
        "roof_module_mw": r.roof.capacity_mw,
        "roof_mwh": r.roof.energy_mwh,
        "hydro_mean_mw": r.hydro_mw,
        "complementarity": r.complementarity,
    }
    for k, name in enumerate(FOUNDATIONS):
        row[f"sea_{name}_mw"] = r.sea.capacity_mw[k] if r.sea else None
        row[f"sea_{name}_mwh"] = r.sea.energy_mwh[k] if r.sea else None
    hours = sum(MONTH_HOURS)
    row["wind_ms"] = sum(v * h for v, h in zip(r.wind_ms, MONTH_HOURS, strict=True)) / hours
    row["ghi_kwh_per_m2"], row["rain_mm"] = sum(r.sun_kwh_per_m2), sum(r.rain_mm)
    row["grade"] = e.grade
    return row


def table_csv(e: Endowment) -> str:
    """Every region and, last, the nation; text that a spreadsheet would take for a formula is made harmless."""
    return table_text([flat_row(e, r) for r in (*e.regions, e.nation)])


def _write_layers(path: Path, e: Endowment) -> None:
    """Outlines with all figures, and the ten-stroke line, for any GIS."""
    import geopandas
    import pandas

    from gis_layers import boundary

    outlines = boundary.regions(e.level, 1)
    shape = dict(zip(outlines.ids, outlines.geometry, strict=True))
    table = pandas.DataFrame([flat_row(e, r) for r in e.regions])
    for name in table.columns:
        if table[name].map(lambda v: v is None or isinstance(v, float)).all():
            table[name] = table[name].astype("float64")
    frame = geopandas.GeoDataFrame(table, geometry=[shape[r.id] for r in e.regions], crs="EPSG:4326")
    write_frames(
        path,
        [
            (f"endowment_{e.level}", frame, "MultiPolygon"),
            ("ten_stroke_line", boundary.ten_stroke_line(), "LineString"),
        ],
    )


def _bytes(path: Path, content: bytes) -> Path:
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    return path
