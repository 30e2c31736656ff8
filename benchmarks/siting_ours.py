"""Our exclusion in a process of its own: `python -m benchmarks.siting_ours FOLDER RULES OUT.npz`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.big_raster import peak_memory_kib
from benchmarks.siting_ground import area
from planning.siting.exclusion import eligibility_of
from planning.siting.rules import load_rules


def main() -> None:
    rules, ground = load_rules(Path(sys.argv[1]) / sys.argv[2]), area()
    before = peak_memory_kib()
    began, worked = time.perf_counter(), time.process_time()
    found = eligibility_of(ground, rules)
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - worked
    np.savez(
        sys.argv[3], seconds=seconds, cpu_s=cpu_s, peak_mib=(peak_memory_kib() - before) / 1024, west_m=found.west_m,
        north_m=found.north_m, inside=found.inside_share, area_km2=found.area_km2, **found.eligible_share,
    )  # fmt: skip


if __name__ == "__main__":
    main()
