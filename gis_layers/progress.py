"""Progress of long work: a plain callback, so the core knows nothing of threads or windows."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with (share done 0..1, what is being done); may raise `Cancelled`."""


def silent(share: float, what: str) -> None:
    """Progress that nobody watches."""


def part(progress: Progress, start: float, end: float, prefix: str = "") -> Progress:
    """The callback for a step that fills only `start`..`end` of the whole."""

    def inner(share: float, what: str) -> None:
        progress(start + (end - start) * min(max(share, 0.0), 1.0), f"{prefix}{what}")

    return inner
