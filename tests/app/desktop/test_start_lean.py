"""What the first map does not need is not loaded before it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent.parent
HEAVY = (
    "pandas",
    "pvlib",
    "xarray",
    "dask",
    "distributed",
    "geopandas",
    "scipy.stats",
    "scipy.optimize",
    "requests",
    "h5py",
)


def test_the_window_loads_no_heavy_library_before_its_first_map() -> None:
    script = f"import sys, app.desktop.main_window; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"


def test_what_is_loaded_beside_the_first_hand_movements_is_light_too() -> None:
    """It takes turns with the window for Python's lock, so a heavy library there holds the window up."""
    script = (
        "import sys, app.desktop.main_window; from resources.sources.registry import formats; formats(); "
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"
