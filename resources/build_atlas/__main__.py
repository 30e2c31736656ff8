"""`python -m resources.build_atlas --debian DIR`: rebuilds the embedded atlas, the same values each time."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from resources.atlas import FOLDER
from resources.build_atlas.desert import build as build_desert
from resources.build_atlas.elevation import build as build_elevation
from resources.build_atlas.irradiance import build as build_irradiance
from resources.build_atlas.sources import load_context
from resources.build_atlas.temperature import build as build_temperature
from resources.build_atlas.wind import build as build_wind
from resources.build_atlas.writer import write_layers

STEPS = {
    "elevation": build_elevation,
    "temperature": build_temperature,
    "irradiance": build_irradiance,
    "desert": build_desert,
    "wind": build_wind,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="build_atlas")
    parser.add_argument("--debian", type=Path, required=True, help="folder with the unpacked Debian packages")
    parser.add_argument("--only", choices=sorted(STEPS), action="append", help="build only these")
    options = parser.parse_args()
    context = load_context(options.debian)
    FOLDER.mkdir(parents=True, exist_ok=True)
    total = 0
    for name, build in STEPS.items():
        if not options.only or name in options.only:
            print(f"building {name}", file=sys.stderr)
            total += write_layers(build(context), FOLDER)
    print(f"{total / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
