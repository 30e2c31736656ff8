"""`./run bench`: times ours and the peer in turn and writes benchmarks/latest.json.

`./run bench resource` (or base, window) measures that part alone and leaves the other rows of the file.
Quote the ratios; absolute times say more of the machine than of the program. Rows of the window have a limit
in place of a peer.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import network, resource_nation, resource_wind, siting, sizing, window
from benchmarks import resource as pv
from planning.lp import solve
from planning.sizing import load_base_case, with_defaults
from planning.sizing.model import build_model
from planning.sizing.resource import wind_and_pv
from planning.tables import load_tables
from resources import atlas
from resources.profile import profiles_of_weather
from resources.solar import PvSystem
from resources.weather import generate
from resources.wind import BASE_TURBINE

ROOT = Path(__file__).parent
HOURS = 8760


def base_lp() -> dict[str, Any]:
    """One base over the whole year: our interior-point method against HiGHS on the same programme."""
    case = with_defaults(
        load_base_case(ROOT / "base_kubuqi.toml"), load_tables().technology
    )
    assert case.wind is not None
    assert case.pv is not None
    sites = [case.wind.sites[0], case.pv.sites[0]]
    climate = atlas.climate_at([s.lon_deg for s in sites], [s.lat_deg for s in sites])
    profiles = profiles_of_weather(generate(climate, 2020), PvSystem(), BASE_TURBINE, climate.wind_speedup)
    model = build_model(case, wind_and_pv(profiles.wind[0], profiles.pv[1]))
    began = time.perf_counter()
    ours = solve(model.program, "ipm", tolerance=1e-8)
    middle = time.perf_counter()
    theirs = solve(model.program, "highs")
    ended = time.perf_counter()
    return {
        "name": "base LP, 8,760 h, wind + PV + battery + coal",
        "ours_s": round(middle - began, 2),
        "peer": "HiGHS (default choice) on the same arrays",
        "peer_s": round(ended - middle, 2),
        "ratio": round((ended - middle) / (middle - began), 1),
        "max_error": abs(ours.objective - theirs.objective) / abs(theirs.objective),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


PARTS: dict[str, tuple[Callable[[], list[dict[str, Any]]], ...]] = {
    "base": (lambda: [base_lp()],),
    "window": (window.rows,),
    "resource": (pv.rows, resource_wind.rows, resource_nation.rows),
    "siting": (siting.rows,),
    "sizing": (sizing.rows,),
    "network": (network.rows,),
}


def main(arguments: Sequence[str]) -> None:
    wanted = arguments or list(PARTS)
    if unknown := sorted(set(wanted) - set(PARTS)):
        sys.exit(f"unknown part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    latest = ROOT / "latest.json"
    rows = [row for part in wanted for measure in PARTS[part] for row in measure()]
    if arguments and latest.is_file():
        new = {row["name"] for row in rows}
        rows = [row for row in json.loads(latest.read_text("utf-8")) if row["name"] not in new] + rows
    latest.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    for row in rows:
        print(json.dumps(row), file=sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
