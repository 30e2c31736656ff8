"""One door to all formats: write a case under the name of its format, read a file by what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing
from planning.network.exchange.case import CaseFlows, GridCase
from planning.network.exchange.matpower import matpower_text
from planning.network.exchange.matpower_read import read_matpower
from planning.network.exchange.pypsa_netcdf import write_pypsa
from planning.network.exchange.pypsa_read import read_pypsa
from planning.network.exchange.tables import write_tables

Format = Literal["pandapower-json", "pandapower-xlsx", "matpower", "pypsa", "parquet", "csv", "gpkg"]
FORMATS: tuple[Format, ...] = get_args(Format)
SUFFIX: dict[Format, str] = {
    "pandapower-json": ".json", "pandapower-xlsx": ".xlsx", "matpower": ".m", "pypsa": ".nc",
    "parquet": ".parquet", "csv": ".csv", "gpkg": ".gpkg",
}  # fmt: skip


def write_network(case: GridCase, flows: CaseFlows, path: Path, form: Format) -> tuple[Path, ...]:
    """Write a case, whole or not at all; the files made.

    Raises
    ------
    InputError
        What the format cannot hold; a name with another ending; a file that cannot be written.
    EnergyMapError
        `disk_full`.
    """
    if path.suffix.lower() != SUFFIX[form]:
        raise InputError(Problem("--out", "file", path.name, f"a name ending in {SUFFIX[form]}"))
    if form in ("csv", "parquet", "gpkg"):
        return write_tables(case, flows, path, form)
    with replacing(path) as temporary:
        if form == "matpower":
            temporary.write_text(matpower_text(case), encoding="utf-8")
        elif form == "pypsa":
            write_pypsa(case, flows, temporary)
        else:
            from planning.network.pandapower_adapter import write_case

            write_case(case, temporary, "json" if form == "pandapower-json" else "xlsx")
    return (path,)


def read_network(path: Path) -> GridCase:
    """Read a MATPOWER case (.m), a network of pandapower (.json) or of PyPSA (.nc).

    Raises
    ------
    InputError
        Another ending, or as the reader says.
    """
    ending = path.suffix.lower()
    if ending == ".m":
        return read_matpower(path)
    if ending == ".json":
        from planning.network.exchange.pandapower_json import read_pandapower_json

        return read_pandapower_json(path)
    if ending == ".nc":
        return read_pypsa(path)
    expected = "MATPOWER (.m), pandapower JSON (.json) or PyPSA NetCDF (.nc)"
    raise InputError(Problem(path.name, "file", ending or "no ending", expected))
