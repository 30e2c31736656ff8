"""What `energymap size --out DIR` leaves: the document, the hours of the year, and where there is no design, why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InfeasibleError
from gis_layers.files import replacing
from planning.base_files import DESIGN, HOURS, REFUSED
from planning.sizing.delivery import bounds_gw
from planning.sizing.design import BaseDesign
from planning.sizing.studies.documents import reason
from resources.hours_file import write_hours

DIGITS: Final = 4
"""Of MW: a tenth of a kW."""


def hours_of(design: BaseDesign) -> dict[str, NDArray[np.float64]]:
    """(8760,) columns: power of every source and use, what the channel was asked for, levels at the end of the hour.

    `<what>_mw`; `asked_least_mw` and `asked_most_mw`; `battery_mwh`, `pumped_mwh`, `csp_heat_mwh`, `reservoir_mwh`;
    of each station of a cascade `<id>_hm3`, `<id>_inflow_m3_s`, `<id>_release_m3_s`, `<id>_spilt_m3_s`.
    """
    low, high = bounds_gw(design.case.channel, design.case.delivery)
    columns = {f"{name}_mw": values for name, values in design.hourly_mw.items()}
    columns |= {"asked_least_mw": low * 1e3, "asked_most_mw": high * 1e3}
    return columns | dict(design.levels)


def write_design(folder: Path, document: Mapping[str, Any], design: BaseDesign) -> list[Path]:
    """Write document and hours, each whole or not at all; the folder is there.

    Raises
    ------
    InputError, EnergyMapError
        As `gis_layers.files.replacing`.
    """
    _write_json(folder / DESIGN, document)
    write_hours(folder / HOURS, hours_of(design), DIGITS)
    return [folder / DESIGN, folder / HOURS]


@contextmanager
def refusals_kept(folder: Path | None) -> Iterator[None]:
    """Where there is no design, leave in the folder which limits conflict and by how much each would have to give."""
    try:
        yield
    except InfeasibleError as error:
        if folder is not None:
            _write_json(folder / REFUSED, reason(error))
        raise


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    content = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    with replacing(path) as temporary:
        temporary.write_text(content, encoding="utf-8")
