"""The environment in which peers run that we do not depend on: made once, in .cache/bench_peers."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".cache" / "bench_peers"
PACKAGES = ("atlite==0.7.0",)


def python() -> Path | None:
    """The peers' interpreter; none where there is no uv (environment variable UV) or no network to make it."""
    interpreter = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if _has_peers(interpreter):
        return interpreter
    uv = os.environ.get("UV")
    if not uv:
        return None
    steps = (
        [uv, "venv", "-q", "--clear", str(FOLDER)],
        [uv, "pip", "install", "-q", "--python", str(interpreter), *PACKAGES],
    )
    for step in steps:
        if subprocess.run(step, check=False).returncode:
            return None
    return interpreter


def _has_peers(interpreter: Path) -> bool:
    if not interpreter.is_file():
        return False
    found = subprocess.run([str(interpreter), "-c", "import atlite"], capture_output=True, check=False)
    return found.returncode == 0
