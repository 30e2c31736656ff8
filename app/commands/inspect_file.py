"""`energymap inspect FILE`: what a map file is, as the import dialog would say it."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.base import Command, Context, plain


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
    context.answer(plain(report), "\n".join(lines))


COMMAND = Command("inspect", "用户文件是什么 · what a map file is", _arguments, _run)
