"""Siting's exclusion of 100,000 km2 at 100 m: ours beside the same on whole arrays, and beside atlite.

`python -m benchmarks.siting` prints the rows alone. Each side runs in a process of its own on the same made files.
A peer that cannot be had leaves its row without figures. Seconds of the processor tell what a busy machine hides.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import peers, siting_ground
from gis_layers.crs import ALBERS_CHINA
from planning.siting.rules import RuleSet, rules_toml
from resources.sources.land_cover_legends import LEGENDS

MUST_S, MUST_MIB = 60.0, 2048.0
ROUNDS = 2


def rows() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rules = siting_ground.make(folder)
        (folder / "rules.toml").write_text(rules_toml(rules), encoding="utf-8")
        return [_against_arrays(folder), _against_atlite(folder, rules)]


def _against_arrays(folder: Path) -> dict[str, Any]:
    ours = _ours(folder, "rules.toml")
    theirs = _run([sys.executable, "-m", "benchmarks.siting_plain"], folder, folder / "plain.npz")
    return _row("siting, exclusion", ours) | {
        "peer": "rasterio, geopandas and scipy on whole arrays",
        "peer_s": round(float(theirs["seconds"]), 1),
        "peer_cpu_s": round(float(theirs["cpu_s"]), 1),
        "peer_peak_mib": round(float(theirs["peak_mib"])),
        "ratio": round(float(theirs["seconds"]) / float(ours["seconds"]), 1),
        "max_error": _difference(ours, theirs),
    }


def _difference(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    """Largest difference of a share over cells wholly inside; on the outline the peer counts whole pixels."""
    row = round((float(theirs["north_m"]) - float(ours["north_m"])) / 1000.0)
    col = round((float(ours["west_m"]) - float(theirs["west_m"])) / 1000.0)
    inside = ours["inside"] == 1.0
    rows, cols = inside.shape
    return max(
        float(np.abs(ours[name] - theirs[name][row : row + rows, col : col + cols])[inside].max())
        for name in ("wind", "pv", "csp")
    )


def _against_atlite(folder: Path, rules: RuleSet) -> dict[str, Any]:
    """What atlite knows too: no slope, no shares, one technology."""
    kept = [
        rule.model_copy(update={"technologies": ("wind",)})
        for rule in rules.rules
        if rule.kind not in ("slope", "land_use") and "wind" in rule.technologies
    ]
    simple = rules.model_copy(update={"rules": tuple(kept)})
    (folder / "simple.toml").write_text(rules_toml(simple), encoding="utf-8")
    name = "siting, exclusion without slope and shares, one technology"
    peer = "atlite 0.7.0 ExclusionContainer"
    ours = _ours(folder, "simple.toml")
    python = peers.python()
    if python is None:
        return _row(name, ours) | {"peer": peer, "peer_s": None, "ratio": None, "max_error": None}
    (folder / "atlite.json").write_text(json.dumps(_for_atlite(simple)), encoding="utf-8")
    siting_ground.write_area(folder / "area.gpkg")
    theirs = _run(
        [str(python), str(Path(__file__).with_name("peer_atlite_siting.py"))], folder, folder / "atlite.npz"
    )
    return _row(name, ours) | {
        "peer": peer,
        "peer_s": round(float(theirs["seconds"]), 1),
        "peer_cpu_s": round(float(theirs["cpu_s"]), 1),
        "ratio": round(float(theirs["seconds"]) / float(ours["seconds"]), 1),
        # Of the eligible area; its buffers are of whole pixels and its outline too.
        "difference_of_area": float(theirs["eligible_km2"]) / (float(ours["wind"].sum())) - 1.0,
    }


def _for_atlite(rules: RuleSet) -> dict[str, Any]:
    legend = LEGENDS["esa_worldcover"].classes
    classes, outlines, max_m = [], [], 0.0
    for rule in rules.rules:
        if rule.kind == "land_cover":
            codes = [code for code, (_, _, name) in legend.items() if name in rule.classes]
            classes.append({"codes": codes, "buffer_m": rule.buffer_m})
        elif rule.kind == "elevation":
            max_m = rule.max_m
        else:
            outlines.append({"file": Path(rule.file).name, "buffer_m": rule.buffer_m})
    return {
        "crs": ALBERS_CHINA, "pixel_m": siting_ground.PIXEL_M, "classes": classes, "outlines": outlines,
        "max_m": max_m,
    }  # fmt: skip


def _ours(folder: Path, rules: str) -> dict[str, Any]:
    """The faster of some runs."""
    runs = [
        _run([sys.executable, "-m", "benchmarks.siting_ours"], folder, folder / "ours.npz", rules)
        for _ in range(ROUNDS)
    ]
    return min(runs, key=lambda run: float(run["seconds"]))


def _run(command: list[str], folder: Path, out: Path, *more: str) -> dict[str, Any]:
    done = subprocess.run([*command, str(folder), *more, str(out)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-800:])
    with np.load(out) as held:
        return dict(held)


def _row(name: str, ours: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "area_km2": round(float(ours["area_km2"])),
        "pixel_m": siting_ground.PIXEL_M,
        "ours_s": round(float(ours["seconds"]), 1),
        "ours_cpu_s": round(float(ours["cpu_s"]), 1),
        "must_s": MUST_S,
        "peak_mib": round(float(ours["peak_mib"])),
        "must_mib": MUST_MIB,
    }


def main() -> None:
    for row in rows():
        print(json.dumps(row))


if __name__ == "__main__":
    main()
