"""`python -m resources.build_atlas --debian DIR [--only MODULE ...]`: rebuild the embedded rasters."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Callable
from pathlib import Path

from resources.build_atlas.layer import BuiltLayer
from resources.build_atlas.sources import Context, load_context
from resources.build_atlas.writer import write_layer

MODULES = ("elevation", "temperature", "rain", "desert", "irradiance", "wind", "hydro", "yields")
"""Each has `build(context) -> list[BuiltLayer]`; `yields` reads what the others wrote, so it is the last."""
FOLDER = Path(__file__).resolve().parent.parent / "data" / "atlas"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m resources.build_atlas", description=__doc__)
    parser.add_argument("--debian", type=Path, required=True, help="folder with the unpacked Debian packages")
    parser.add_argument("--only", nargs="+", choices=MODULES, default=list(MODULES), help="build these alone")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder of the rasters")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    context = load_context(options.debian)
    _say(f"sources read in {time.perf_counter() - started:.0f} s")
    total = 0
    for name in options.only:
        started = time.perf_counter()
        build: Callable[[Context], list[BuiltLayer]] = importlib.import_module(
            f"resources.build_atlas.{name}"
        ).build
        for layer in build(context):
            size = write_layer(layer, options.out)
            total += size
            _say(f"{layer.id:<24}{layer.values.shape[0]:>3} bands {size / 1024:>8.0f} KiB")
        _say(f"{name} took {time.perf_counter() - started:.0f} s")
    _say(f"{total / 1024**2:.1f} MiB written")


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
