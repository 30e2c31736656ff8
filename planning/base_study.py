"""A study of one base, from its TOML to the document and the tables `energymap size --study` answers with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing, writable_folder
from gis_layers.progress import Progress, part, silent
from planning.base_sources import case_sources
from planning.built_in_cases import case_path
from planning.chain.sources import worst_grade
from planning.report.csv_table import table_text
from planning.sizing import load_base_case, with_defaults
from planning.sizing.case import BaseCase
from planning.sizing.resource import BaseResource
from planning.sizing.sites import resource_of_case
from planning.sizing.studies import documents
from planning.sizing.studies.alternatives import SLACK_SHARE, near_optimal
from planning.sizing.studies.family import Member, one_answer
from planning.sizing.studies.forecast import load_errors
from planning.sizing.studies.pareto import Quality, pareto_front
from planning.sizing.studies.replay import HORIZON_H, replay_year
from planning.sizing.studies.robust import ALLOWED_SHARE, P90, p90_year, robust_design
from planning.sizing.studies.tornado import tornado
from planning.tables import load_tables
from resources.resource_data import EMBEDDED, ResourceData

Study = Literal["pareto", "alternatives", "tornado", "robust", "replay"]
STUDIES: Final[tuple[Study, ...]] = get_args(Study)
MOST_YEARS: Final = 40

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a study; each takes what it needs."""

    study: Study
    points: int = 11
    quality: Quality = "renewable_share"
    slack_share: float = SLACK_SHARE
    directions: int = 0
    years: int = 5
    """Years of weather: the seed's own and those after it."""
    allowed_share: float = ALLOWED_SHARE
    horizon_h: int = HORIZON_H
    error_scale: float = 1.0
    error_seed: int = 0


def study_base_file(
    path: Path,
    wish: Wish,
    seed: int,
    progress: Progress = silent,
    data: ResourceData = EMBEDDED,
    library: Path | None = None,
) -> tuple[dict[str, Any], dict[str, Rows]]:
    """(document, rows of each table by file name) of a study of the base of a file, or of a built-in case.

    Raises
    ------
    InputError
        The file, a site outside China, a figure of the wish that is none.
    InfeasibleError
        The limits in conflict and by how much each would have to give.
    """
    path = case_path(path)
    case = with_defaults(load_base_case(path), load_tables().technology)
    progress(0.0, "resource")
    resource, served = resource_of_case(case, seed, data, str(path), library)
    if wish.study == "robust":
        years = _years(case, resource, wish.years, seed, data, str(path), library, part(progress, 0.05, 0.3))
        found, tables = _robust(case, years, wish, part(progress, 0.3, 1.0))
    else:
        found, tables = _one_year(case, resource, wish, part(progress, 0.05, 1.0))
    head = {
        "id": case.id,
        "name_zh": case.name_zh,
        "name_en": case.name_en,
        "study": wish.study,
        "price_year": case.price_year,
        "goal": case.goal,
        "seed": seed,
    }
    tail = {
        "grade": worst_grade(served, ()),
        "resource": [source.model_dump(mode="json") for source in case_sources(case, served, seed)],
    }
    return head | found | tail, tables


def write_study(folder: Path, document: dict[str, Any], tables: dict[str, Rows]) -> list[Path]:
    """Write the document and its tables, each whole or not at all; text that a spreadsheet would run is made harmless.

    Raises
    ------
    InputError
        The folder cannot be written.
    EnergyMapError
        `disk_full`.
    """
    writable_folder(folder)
    content = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False, sort_keys=True) + "\n"
    files = {f"{document['study']}.json": content.encode()}
    # A byte-order mark: Excel would read UTF-8 as Latin letters.
    files |= {name: table_text(rows).encode("utf-8-sig") for name, rows in tables.items()}
    for name, data in files.items():
        with replacing(folder / name) as temporary:
            temporary.write_bytes(data)
    return [folder / name for name in files]


def _one_year(
    case: BaseCase, resource: BaseResource, wish: Wish, progress: Progress
) -> tuple[dict[str, Any], dict[str, Rows]]:
    if wish.study == "pareto":
        front = pareto_front(case, resource, wish.quality, wish.points, progress)
        return documents.front_document(front), {"pareto.csv": documents.front_rows(front)}
    if wish.study == "alternatives":
        near = near_optimal(
            case, resource, wish.slack_share, progress, directions=wish.directions, seed=wish.error_seed
        )
        return documents.alternatives_document(near), {"alternatives.csv": documents.alternatives_rows(near)}
    if wish.study == "tornado":
        bars = tornado(case, resource, progress)
        return documents.tornado_document(bars), {"tornado.csv": documents.tornado_rows(bars)}
    design = one_answer(Member(case, resource), part(progress, 0.0, 0.2)).design
    year = replay_year(
        case, design, resource, part(progress, 0.2, 1.0),
        horizon_h=wish.horizon_h, seed=wish.error_seed, error_scale=wish.error_scale,
    )  # fmt: skip
    tables = {"replay.csv": documents.replay_rows(year), "replay_hours.csv": documents.replay_hours(year)}
    return {"design": documents.design_figures(design)} | documents.replay_document(
        year, load_errors()
    ), tables


def _years(
    case: BaseCase,
    first: BaseResource,
    count: int,
    seed: int,
    data: ResourceData,
    where: str,
    library: Path | None,
    progress: Progress,
) -> dict[str, BaseResource]:
    """The seed's own year, those of the seeds after it, and the year of the yield that nine in ten exceed."""
    if not 2 <= count <= MOST_YEARS:
        raise InputError(Problem("argument", "years", str(count), f"2 to {MOST_YEARS}"))
    found = {f"seed_{seed}": first}
    for k in range(1, count):
        progress(k / count, f"resource: seed {seed + k}")
        found[f"seed_{seed + k}"] = resource_of_case(case, seed + k, data, where, library)[0]
    return found | {P90: p90_year(list(found.values()))}


def _robust(
    case: BaseCase, years: dict[str, BaseResource], wish: Wish, progress: Progress
) -> tuple[dict[str, Any], dict[str, Rows]]:
    held = robust_design(case, years, progress, allowed_share=wish.allowed_share)
    return documents.robust_document(held), {"robust.csv": documents.robust_rows(held)}
