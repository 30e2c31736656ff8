"""The environments in which peers run that we do not depend on: made once, in .cache."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

CACHE = Path(__file__).parents[1] / ".cache"
ATLITE = ("atlite", "bench_peers", ("atlite==0.7.0",))
PYPSA = ("pypsa", "bench_pypsa", ("pypsa==1.4.0", "highspy[extras]==1.15.1", "clarabel==0.11.1"))
"""Module that tells whether it is there, folder, packages. HiPO comes with highspy's extras."""


def python(peer: tuple[str, str, tuple[str, ...]] = ATLITE, make: bool = True) -> Path | None:
    """The peer's interpreter; none where there is no uv (environment variable UV) or no network to make it.

    make : False only looks whether it is there.
    """
    module, folder, packages = peer
    home = CACHE / folder
    interpreter = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if _has(interpreter, module):
        return interpreter
    if not make:
        return None
    uv = os.environ.get("UV")
    if not uv:
        return None
    steps = (
        [uv, "venv", "-q", "--clear", str(home)],
        [uv, "pip", "install", "-q", "--python", str(interpreter), *packages],
    )
    for step in steps:
        if subprocess.run(step, check=False).returncode:
            return None
    return interpreter


def _has(interpreter: Path, module: str) -> bool:
    if not interpreter.is_file():
        return False
    look = f"import importlib.util, sys; sys.exit(importlib.util.find_spec('{module}') is None)"
    found = subprocess.run([str(interpreter), "-c", look], capture_output=True, check=False)
    return found.returncode == 0
