"""`energymap inspect FILE`: what a map file is, as the import dialog would say it."""

from __future__ import annotations

import argparse
import math
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from app.commands.base import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, help="GeoTIFF, GeoPackage, shapefile, GeoJSON, CSV with coordinates or EPW"
    )


def _run(options: argparse.Namespace, context: Context) -> None:
    from app.desktop.importing.words import finding_lines, report_rows
    from app.desktop.texts import text
    from gis_layers.importer.inspect import inspect_file

    report = inspect_file(options.file)
    lines = []
    for layer in report.layers:
        lines.append(f"{report.path.name} · {layer.name}")
        for item, found, how in report_rows(report, layer, context.language):
            lines.append(f"  {item}: {found}" + (f"  [{how}]" if how else ""))
        lines += [f"  {line}" for line in finding_lines(layer, context.language)]
        lines += [
            f"  ? {text(f'import.ask.{question.id}', context.language)}" for question in layer.questions
        ]
    context.answer(_plain(report), "\n".join(lines))


def _plain(value: Any) -> Any:
    """A report as JSON can hold it: no picture, not-a-number as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.name != "preview"}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, Path) else value


COMMAND = Command("inspect", "用户文件是什么 · what a map file is", _arguments, _run)
