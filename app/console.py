"""What the command line shows beside its answer: progress with remaining time, on stderr only."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Literal

from gis_layers.progress import Progress, silent

ProgressStyle = Literal["line", "json", "none"]


def note_to_stderr(style: ProgressStyle, words: str) -> None:
    """Something that went wrong beside the work: a line for people, an object for a parent process."""
    line = json.dumps({"note": words}, ensure_ascii=False) if style == "json" else f"energymap: {words}"
    print(line, file=sys.stderr, flush=True)


def progress_to_stderr(style: ProgressStyle, say: Callable[[str], str]) -> Progress:
    """A progress callback that writes to stderr.

    Parameters
    ----------
    style
        `line` for people, `json` for a parent process (one object a line), `none`.
    say
        Turns the name of a step into the user's language.
    """
    if style == "none":
        return silent
    began = time.monotonic()
    last = [-1.0, 0.0]

    def show(share: float, what: str) -> None:
        now = time.monotonic()
        # A step's first call is always shown; in between, at most five a second.
        if share < 1.0 and now - last[1] < 0.2 and share - last[0] < 0.02:
            return
        last[0], last[1] = share, now
        elapsed = now - began
        remaining = elapsed * (1.0 - share) / share if share > 0.01 else None
        if style == "json":
            print(
                json.dumps(
                    {
                        "share": round(share, 4),
                        "what": what,
                        "elapsed_s": round(elapsed, 1),
                        "remaining_s": None if remaining is None else round(remaining, 1),
                    },
                    ensure_ascii=False,
                ),
                file=sys.stderr,
                flush=True,
            )
            return
        tail = "" if remaining is None else f"  ~{remaining:4.0f} s"
        print(f"[{share:6.1%}] {say(what)}{tail}", file=sys.stderr, flush=True)

    return show
