"""`energymap gui`: the window."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.base import Command, Context
from gis_layers.errors import EnergyMapError


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", nargs="?", type=Path, help="a project.gpkg to open")


def _run(options: argparse.Namespace, context: Context) -> None:
    try:
        from app.desktop.start import start
    except ImportError as error:
        raise EnergyMapError("no_window", what=str(error)) from error
    start(options.project, context.language, language_asked=options.lang is not None)


COMMAND = Command("gui", "打开窗口 · open the window", _arguments, _run)
