"""The files of a run a planner opens: summary.json, results.xlsx, maps, report.pdf, project.gpkg."""

from __future__ import annotations

from pathlib import Path

from gis_layers.files import replacing, writable_folder
from gis_layers.progress import Progress, silent
from planning.hourly import HourlyResult
from planning.project_file import canonical_json, write_project
from planning.report.excel import write_workbook
from planning.report.maps import all_maps
from planning.report.pdf import report_pdf
from planning.report.series import ReportSeries
from planning.results import Summary

SUMMARY, WORKBOOK, PROJECT, REPORT, MAPS = (
    "summary.json",
    "results.xlsx",
    "project.gpkg",
    "report.pdf",
    "maps",
)


def write_outputs(
    folder: Path,
    summary: Summary,
    series: ReportSeries | None,
    scenario_toml: str,
    review_number: str = "",
    progress: Progress = silent,
    hourly: HourlyResult | None = None,
) -> list[Path]:
    """Write all files of a run into `folder`, each whole or not at all.

    Parameters
    ----------
    series
        Curves for the charts; without them their pages are left out, and the report says so.
    scenario_toml
        The scenario as the user has it, kept in the project file.
    review_number
        审图号, printed on every map; empty prints an empty field.
    hourly
        Hours for the window's charts and moving flows, kept in the project file.

    Returns
    -------
    list[Path]
        The files, in the order written.

    Raises
    ------
    InputError
        The folder cannot be written.
    EnergyMapError
        `disk_full`; other system errors pass through.
    Cancelled
        From `progress`; the files written before stay and are whole.
    """
    curves = series or ReportSeries()
    writable_folder(folder)
    maps_folder = writable_folder(folder / MAPS)
    written: list[Path] = []

    progress(0.0, f"outputs: {SUMMARY}")
    written.append(_bytes(folder / SUMMARY, canonical_json(summary).encode()))

    progress(0.02, f"outputs: {WORKBOOK}")
    with replacing(folder / WORKBOOK) as temporary:
        write_workbook(temporary, summary, curves)
    written.append(folder / WORKBOOK)

    progress(0.07, f"outputs: {PROJECT}")
    write_project(folder / PROJECT, summary, scenario_toml, {"map_review_number": review_number}, hourly)
    written.append(folder / PROJECT)

    pictures: dict[str, bytes] = {}
    pages = all_maps(summary, review_number)
    for number, (name, draw) in enumerate(pages.items()):
        progress(0.2 + 0.55 * number / len(pages), f"outputs: {MAPS}/{name}")
        pictures[name] = draw()
        written.append(_bytes(maps_folder / name, pictures[name]))

    progress(0.75, f"outputs: {REPORT}")
    written.append(_bytes(folder / REPORT, report_pdf(summary, curves, pictures, "zh", review_number)))
    progress(1.0, "outputs: done")
    return written


def _bytes(path: Path, content: bytes) -> Path:
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    return path
