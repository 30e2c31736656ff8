"""The window's figures beside the limits it promises: frames, start, language, identify, a big raster, blocks.

A row without a peer has `limit_s` instead, and its ratio is limit / ours: above 1 the promise is kept.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).parents[1]
FRAME_S = 1 / 60
STARTS = 5


def row(name: str, ours_s: float, limit_s: float, peak_mib: float | None = None) -> dict[str, Any]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 if peak_mib is None else peak_mib
    return {
        "name": name,
        "ours_s": round(ours_s, 4),
        "peer": None,
        "peer_s": None,
        "limit_s": round(limit_s, 4),
        "ratio": round(limit_s / ours_s, 2),
        "max_error": None,
        "peak_mib": round(peak),
    }


def first_map_s(folder: Path, starts: int = STARTS) -> list[float]:
    """Seconds from the start of the process to the painted map; the first start, which warms the disk and lets
    Python keep what it compiled, does not count."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    spent = []
    for _ in range(starts + 1):
        began = time.time()
        child = subprocess.run(
            [sys.executable, "-m", "benchmarks.first_map", str(folder / "state")],
            cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        spent.append(float(child.stdout.split()[-1]) - began)
    return spent[1:]


def big_raster(folder: Path) -> dict[str, float] | None:
    """Figures of the 2 GB file, the middle of three openings; None where the disk has no room for it."""
    from benchmarks.big_raster import BYTES, make

    if shutil.disk_usage(folder).free < 2 * BYTES:
        return None
    path = folder / "big.tif"
    make(path)
    answers = []
    for _ in range(3):
        child = subprocess.run(
            [sys.executable, "-m", "benchmarks.big_raster", str(path)],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        answers.append(json.loads(child.stdout.splitlines()[-1]))
    path.unlink()
    return {key: float(np.median([answer[key] for answer in answers])) for key in answers[0]}


def rows() -> list[dict[str, Any]]:
    """All figures of the window."""
    from benchmarks.map_frames import measure_frames
    from benchmarks.window_user import User, identify_ms, language_switches, work

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        answer = [row("first map after start", float(np.median(first_map_s(folder))), 2.5)]
        raster = big_raster(folder)
        if raster is not None:
            answer.append(row("2 GB GeoTIFF opened and drawn", raster["drawn_s"], 1.0, raster["memory_mib"]))
        user = User(folder)
        steps = work(user)
        for step in steps:
            print(f"{step.name:34} {step.held_ms:7.1f} ms", file=sys.stderr)
        worst = max(steps, key=lambda step: step.held_ms)
        middle = float(np.median([step.held_ms for step in steps]))
        answer.append(
            row(f"event loop blocked, longest of {len(steps)} steps ({worst.name})", worst.held_ms / 1e3, 0.1)
        )
        answer.append(row("event loop blocked, middle step", middle / 1e3, 0.1))
        switched = [step.call_ms for step in language_switches(user)]
        answer.append(
            row("language switch, p95 over all tabs", float(np.percentile(switched, 95)) / 1e3, 0.3)
        )
        answer.append(row("identify, p95", float(np.percentile(identify_ms(user), 95)) / 1e3, 0.05))
        user.close()
    frames = measure_frames()
    for words, key in (
        ("frame of panning, six layers, p95", "pan_p95_ms"),
        ("frame of zooming, six layers, p95", "zoom_p95_ms"),
        ("hour step of the flows, p95", "hour_step_p95_ms"),
        ("frame of panning with flows, p95", "pan_with_flows_p95_ms"),
    ):
        answer.append(row(words, frames[key] / 1e3, FRAME_S))
    return answer


if __name__ == "__main__":
    for one in rows():
        print(json.dumps(one))
