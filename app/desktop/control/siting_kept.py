"""Where a siting's questions and answers lie on the disk, and how the command is told of the scenario."""

from __future__ import annotations

import json
from pathlib import Path

from app.desktop.control import siting_work as work
from app.desktop.workbench import Workbench
from gis_layers.errors import EnergyMapError
from gis_layers.files import replacing
from resources.choice import PLACE_PARTS, ResourceChoice, refs_of

LAST = "last.json"


def last_kept(folder: Path) -> Path | None:
    """The folder of the answer shown last; None where it is gone."""
    try:
        name = str(json.loads((folder / LAST).read_text("utf-8"))["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    there = Path(name).name == name and (folder / name / work.DOCUMENT).is_file()
    return folder / name if there else None


def resource_options(choice: ResourceChoice) -> list[str]:
    """The options that name what the scenario uses in place of the atlas."""
    told = [word for part in PLACE_PARTS for ref in refs_of(choice, part) for word in ("--resource", ref.id)]
    if told and choice.weather_year is not None:
        told += ["--weather-year", str(choice.weather_year)]
    if told:
        told += ["--level", choice.level]
    return told


def channels(bench: Workbench) -> list[tuple[str, str]]:
    """(id, name) of the lines whose sending end a site may be connected to."""
    from planning.tables import load_tables

    zh = bench.state.language == "zh"
    lines = [line for line in load_tables().corridors if line.kind != "b2b"]
    return [(line.id, line.name_zh if zh else line.name_en) for line in lines]


def remember(folder: Path, name: str) -> None:
    """The answer shown now is the last."""
    try:
        with replacing(folder / LAST) as temporary:
            temporary.write_text(json.dumps({"folder": name}), "utf-8")
    except (OSError, EnergyMapError):
        pass  # it is asked for again next time


def file_name(name: str) -> str:
    """A name a file system takes."""
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in name).strip("-")[:60] or "area"
