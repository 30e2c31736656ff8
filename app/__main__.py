"""Start of the program: `energymap` and `python -m app`."""

from __future__ import annotations

import multiprocessing
import sys

from app.cli import run


def main() -> None:
    # The installed program starts its worker processes by starting itself.
    multiprocessing.freeze_support()
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
