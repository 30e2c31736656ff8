"""How many members this machine carries at once: by its cores, and by the memory one member takes."""

from __future__ import annotations

import os
import sys
from typing import Final

MEMBER_BYTES: Final = 3 * 2**30
"""A national year through all links; docs/ensemble.md says how it was measured."""
SPARE_BYTES: Final = 2**30
"""Left to the system and to the process that hands out."""


def workers_here(free_bytes: int | None = None, cores: int | None = None) -> int:
    """Members to run at once, at least one.

    Parameters
    ----------
    free_bytes, cores
        As the machine has them where not given.
    """
    free = free_memory_bytes() if free_bytes is None else free_bytes
    count = usable_cores() if cores is None else cores
    if free is None:
        return 1
    return max(1, min(count, (free - SPARE_BYTES) // MEMBER_BYTES))


def usable_cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def free_memory_bytes() -> int | None:
    """Memory that can be had without swapping; None where the system does not tell."""
    if sys.platform == "win32":
        return _free_on_windows()
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:  # macOS tells no more than what is built in: half of it
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (OSError, ValueError, AttributeError):
        return None


def _free_on_windows() -> int | None:
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong), ("load", ctypes.c_ulong), ("total", ctypes.c_ulonglong),
            ("free", ctypes.c_ulonglong), ("page_total", ctypes.c_ulonglong), ("page_free", ctypes.c_ulonglong),
            ("virtual_total", ctypes.c_ulonglong), ("virtual_free", ctypes.c_ulonglong),
            ("extended_free", ctypes.c_ulonglong),
        )  # fmt: skip

    status = Status()
    status.length = ctypes.sizeof(Status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  mypy on other systems knows no windll
    return int(status.free) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
