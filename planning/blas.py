"""One thread for BLAS while a programme is solved.

The pieces are long and thin (70,000 x 10); OpenBLAS splits even these among all cores, and its threads spin
while they wait. Measured on two cores: three times the processor time, and beside another busy program seven
times the wait. Where NumPy and SciPy bring another BLAS, or none is found, nothing is changed.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import scipy

_lock = threading.Lock()
_users = 0
_before: list[int] = []


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Within it OpenBLAS stays in the calling thread; after the last user leaves, all is as before."""
    global _users
    with _lock:
        if _users == 0:
            _before[:] = [get() for get, _ in _libraries()]
            for _, put in _libraries():
                put(1)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                for (_, put), threads in zip(_libraries(), _before, strict=True):
                    put(threads)


@cache
def _libraries() -> tuple[tuple[Callable[[], int], Callable[[int], Any]], ...]:
    """(get, set) of the number of threads, of every OpenBLAS the wheels of NumPy and SciPy brought."""
    found = []
    for package in (np, scipy):
        home = Path(str(package.__file__)).parent
        for folder in (home.parent / f"{package.__name__}.libs", home / ".dylibs"):
            for path in sorted(folder.glob("*openblas*")) if folder.is_dir() else ():
                try:
                    library = ctypes.CDLL(str(path))
                except OSError:
                    continue
                for name in ("scipy_openblas_{}_num_threads64_", "scipy_openblas_{}_num_threads"):
                    get = getattr(library, name.format("get"), None)
                    put = getattr(library, name.format("set"), None)
                    if get is not None and put is not None:
                        get.restype, put.argtypes = ctypes.c_int, [ctypes.c_int]
                        found.append((get, put))
                        break
    return tuple(found)
