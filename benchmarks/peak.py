"""Most memory a process held; the standard library alone, for the peers' environments import it too."""

from __future__ import annotations

import resource
from pathlib import Path


def peak_mib() -> float:
    """Of this process; ru_maxrss alone would count what its parent held when it was started."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
