"""The window's figures beside the limits it promises: frames, start, language, identify, a big raster, blocks.

A row without a peer has `limit_s` instead, and its ratio is limit / ours: above 1 the promise is kept. `cpu_s` is the
processor time of the window's own thread in the same stretch: where it is far below `ours_s`, the machine was busy
with something else.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks.peak import peak_mib as measured_peak_mib

ROOT = Path(__file__).parents[1]
FRAME_S = 1 / 60
STARTS = 5
PROGRAM = (sys.executable, "-P", "-m", "app")
FROZEN = ROOT / "dist/energymap" / ("energymap.exe" if sys.platform == "win32" else "energymap")


def row(
    name: str,
    ours_s: float | None,
    limit_s: float,
    peak_mib: float | None = None,
    cpu_s: float | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    """A row of the file; `ours_s` None: it could not be measured, and `note` says why."""
    peak = measured_peak_mib() if peak_mib is None else peak_mib
    return {
        "name": name,
        "ours_s": None if ours_s is None else round(ours_s, 4),
        "cpu_s": None if cpu_s is None else round(cpu_s, 4),
        "peer": None,
        "peer_s": None,
        "limit_s": round(limit_s, 4),
        "ratio": None if ours_s is None else round(limit_s / ours_s, 2),
        "max_error": None,
        "peak_mib": round(peak),
        "note": note,
    }


def first_map_s(folder: Path, starts: int = STARTS, program: Sequence[str] = PROGRAM) -> list[float]:
    """Seconds from the start of the process to the painted map; the first start, which warms the disk and lets
    Python keep what it compiled, does not count."""
    from app.desktop.start import TIME_START

    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    environment["PYTHONPATH"] = str(ROOT)
    environment["HOME"] = str(folder)  # a user of whom nothing is known
    environment.update({f"XDG_{kind}_HOME": str(folder / kind) for kind in ("CONFIG", "DATA", "CACHE")})
    environment[TIME_START] = "1"
    spent = []
    for _ in range(starts + 1):
        began = time.time()
        child = subprocess.run(
            [*program, "gui"], cwd=folder, env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        spent.append(float(child.stdout.split()[-1]) - began)
    return spent[1:]


def frozen_start(folder: Path) -> dict[str, Any]:
    """The start of the frozen program, if there is one that was made from this program."""
    name, limit_s = "first map after start, frozen program", 4.0
    if not FROZEN.is_file():
        return row(name, None, limit_s, note="no dist/energymap here; ./run installer makes it")
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(FROZEN.stat().st_mtime))
    spent = first_map_s(folder, program=(str(FROZEN),))
    return row(name, float(np.median(spent)), limit_s, note=f"made {made}")


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


def p95(name: str, spent_s: Sequence[tuple[float, float]], limit_s: float) -> dict[str, Any]:
    """A row of pairs: seconds by the clock, seconds of the window's thread."""
    clock, cpu = np.percentile(np.asarray(spent_s), 95, axis=0).tolist()
    return row(name, clock, limit_s, cpu_s=cpu)


def rows() -> list[dict[str, Any]]:
    """All figures of the window."""
    from benchmarks.map_frames import measure_frames
    from benchmarks.window_user import User, identify_ms, language_switches, work

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        answer = [row("first map after start", float(np.median(first_map_s(folder))), 2.5)]
        answer.append(frozen_start(folder))
        raster = big_raster(folder)
        if raster is not None:
            answer.append(row("2 GB GeoTIFF opened and drawn", raster["drawn_s"], 1.0, raster["memory_mib"]))
        user = User(folder)
        steps = work(user)
        for step in steps:
            print(f"{step.name:34} {step.held_ms:7.1f} ms  own {step.held_cpu_ms:7.1f} ms", file=sys.stderr)
        held = [(step.held_ms / 1e3, step.held_cpu_ms / 1e3) for step in steps]
        most = max(steps, key=lambda step: step.held_cpu_ms)
        worst = f"{max(steps, key=lambda step: step.held_ms).name}; own processor time: {most.name}"
        longest = row(
            "event loop blocked, longest step",
            max(h for h, _ in held),
            0.1,
            cpu_s=max(c for _, c in held),
            note=worst,
        )
        middle = row(
            "event loop blocked, middle step",
            float(np.median([h for h, _ in held])),
            0.1,
            cpu_s=float(np.median([c for _, c in held])),
        )
        switches = [(step.call_ms / 1e3, step.call_cpu_ms / 1e3) for step in language_switches(user)]
        looks = [(clock / 1e3, cpu / 1e3) for clock, cpu in identify_ms(user)]
        answer += [longest, middle, p95("language switch, p95 over all tabs", switches, 0.3)]
        answer.append(p95("identify, p95", looks, 0.05))
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
