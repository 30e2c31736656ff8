"""Arguments that name a place, shared by the commands that take one."""

from __future__ import annotations

import argparse
from collections.abc import Sequence


def add_place_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("lon", metavar="LON", type=float, help="longitude, degrees east (WGS84)")
    parser.add_argument("lat", metavar="LAT", type=float, help="latitude, degrees north (WGS84)")


def monthly_row(values: Sequence[float], digits: int) -> str:
    """Twelve numbers in a row."""
    return " ".join(f"{value:>5.{digits}f}" for value in values)
