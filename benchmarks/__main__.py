"""`./run bench`: times ours and the peer in turn and writes benchmarks/latest.json.

`./run bench resource` (or window, siting, sizing, network, dispatch) measures that part alone and leaves the other rows of the file.
Quote the ratios; absolute times say more of the machine than of the program. Rows of the window have a limit
in place of a peer.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import dispatch, network, resource_nation, resource_wind, siting, sizing, window
from benchmarks import resource as pv

ROOT = Path(__file__).parent


PARTS: dict[str, tuple[Callable[[], list[dict[str, Any]]], ...]] = {
    "window": (window.rows,),
    "resource": (pv.rows, resource_wind.rows, resource_nation.rows),
    "siting": (siting.rows,),
    "sizing": (sizing.rows,),
    "network": (network.rows,),
    "dispatch": (dispatch.rows,),
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
