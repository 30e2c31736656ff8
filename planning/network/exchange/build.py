"""What all readers share: sizes that are refused before anything is read, and problems named with their file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.network.ac import AcNetwork, Branches, Complex
from planning.network.exchange.case import MOST_BUSES, GridCase

Bools = NDArray[np.bool_]

MOST_BYTES = 64 * 2**20
"""A network of 2,000 buses as text or JSON takes less than a tenth of it."""


def checked_size(path: Path) -> None:
    """InputError where the file is missing or larger than 64 MB."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(
            Problem(path.name, "file", error.strerror or "cannot be read", "a network to read")
        ) from error
    if not path.is_file():
        raise InputError(Problem(path.name, "file", "no file", "a network to read"))
    if size > MOST_BYTES:
        raise InputError(
            Problem(path.name, "size", f"{size / 2**20:,.0f} MB", f"{MOST_BYTES >> 20} MB at most")
        )


def text_of(path: Path) -> str:
    """The text of a file of tolerable size, UTF-8."""
    checked_size(path)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(Problem(path.name, "text", "bytes that are not UTF-8", "UTF-8 text")) from error
    except OSError as error:
        raise InputError(
            Problem(path.name, "file", error.strerror or "cannot be read", "a network to read")
        ) from error


def refuse_size(where: str, buses: int) -> None:
    """InputError beyond what dense matrices can hold."""
    if buses > MOST_BUSES:
        raise InputError(Problem(where, "buses", f"{buses:,}", f"{MOST_BUSES:,} buses at most"))


def built(
    where: str,
    *,
    bus_ids: tuple[str, ...],
    base_mva: float,
    branches: Branches,
    shunt_pu: Complex,
    holds: Bools,
    reference: Bools,
    **more: Any,
) -> GridCase:
    """The case of what was read.

    Parameters
    ----------
    where
        The file, for messages.
    reference : (bus,)
        Buses that take what is missing; they share it evenly where an island has several.
    more
        The other fields of `GridCase`.

    Raises
    ------
    InputError
        Branches without impedance or reactance, islands without a reference bus.
    """
    problems = [
        Problem(f"{where} branch {branches.ids[k]}", "x", "0", "a reactance other than 0")
        for k in np.flatnonzero((branches.x_pu == 0) & (branches.r_pu != 0))
    ]
    if problems:
        raise InputError(problems[:20])
    try:
        network = AcNetwork(
            bus_ids, base_mva, branches, np.asarray(shunt_pu, dtype=np.complex128), holds,
            reference.astype(np.float64),
        )  # fmt: skip
    except InputError as error:
        raise InputError(
            Problem(f"{where} {p.where}", p.field, p.found, p.expected) for p in error.problems[:20]
        ) from error
    return GridCase(network=network, hours=more.pop("hours", (0,)), **more)


def with_more(first: Branches, second: Branches) -> Branches:
    """All branches of both, ids that come again with a mark."""
    again = set(first.ids)
    ids = first.ids + tuple(f"{name} (2)" if name in again else name for name in second.ids)
    arrays = [n for n in Branches.__slots__ if n != "ids"]
    return Branches(ids, *(np.concatenate([getattr(first, n), getattr(second, n)]) for n in arrays))
