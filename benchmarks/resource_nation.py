"""A year of the whole country, wind and PV, at 0.25 degrees: time and memory of one process, against the limit.

`python -m benchmarks.resource_nation` prints the row alone. It takes some minutes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.peak import peak_mib
from resources.hours import HOURS

LIMIT_MIB = 2048
NAME = "national year, both technologies, 0.25 degrees"


def rows() -> list[dict[str, Any]]:
    """One row; measured in a process of its own, so that the peak is that of the assessment alone."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.resource_nation", "--measure"],
        check=True,
        capture_output=True,
        text=True,
    )
    return [json.loads(answer.stdout.splitlines()[-1])]


def measure(step_deg: float = 0.25) -> dict[str, Any]:
    """Assess a year and read it back."""
    import numpy as np

    from resources.assessment import AssessmentSpec, run_assessment
    from resources.assessment_file import assessment_head

    spec = AssessmentSpec(step_deg=step_deg)
    with tempfile.TemporaryDirectory() as folder:
        began, cpu = time.perf_counter(), time.process_time()
        out = run_assessment(spec, Path(folder) / "nation.nc")
        seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu
        peak = peak_mib()
        size = out.stat().st_size
        cells = int(np.isfinite(next(assessment_head(out).read_years()).wind_hours).sum())
    hours = 2 * cells * HOURS * len(spec.years)
    return {
        "name": NAME,
        "cells": cells,
        "cell_hours": hours,
        "ours_s": round(seconds, 1),
        "cpu_s": round(cpu_s, 1),
        "ours_million_per_s": round(hours / seconds / 1e6, 2),
        "file_mib": round(size / 2**20, 1),
        "peak_mib": round(peak),
        "limit_mib": LIMIT_MIB,
        "within_limit": peak <= LIMIT_MIB,
    }


def main(arguments: list[str]) -> None:
    for row in [measure()] if "--measure" in arguments else rows():
        print(json.dumps(row))


if __name__ == "__main__":
    main(sys.argv[1:])
