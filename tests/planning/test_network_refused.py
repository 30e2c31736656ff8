"""Networks of other tools that cannot be read: refused by name, with the file and the place, and never run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gis_layers.errors import InputError
from planning.network.exchange.case import solve_case
from planning.network.exchange.files import read_network
from tests.planning.test_network_exchange import CASE, read_text, some_case, written


def changed_json(folder: Path, change: Any) -> Path:
    path, _ = written(some_case(held=True), folder, "n.json", "pandapower-json")
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document["_object"])
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def set_table(tables: dict[str, Any], name: str, **split: Any) -> None:
    held = json.loads(tables[name]["_object"])
    tables[name]["_object"] = json.dumps(held | split)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("type", "160 MVA 380/110 kV", "standard type"),
        ("tap_side", 1.0, "taps at bus0"),
        ("s_nom", 0.0, "a number above 0"),
        ("model", "t", "t with a shunt"),
        ("tap_ratio", np.nan, "Inf or NaN"),
    ],
)
def test_a_transformer_of_pypsa_that_cannot_be_read_is_named(
    tmp_path: Path, name: str, value: Any, said: str
) -> None:
    import xarray

    path, _ = written(
        read_text(CASE.replace("30 0 0.2 0 ", "30 0 0.2 0.1 "), tmp_path), tmp_path, "n.nc", "pypsa"
    )
    with xarray.open_dataset(path, engine="h5netcdf") as data:
        changed = data.load()
    column = np.array([value], dtype=object if isinstance(value, str) else np.float64)
    changed[f"transformers_{name}"] = ("transformers_i", column)
    changed.to_netcdf(tmp_path / "changed.nc", engine="h5netcdf")
    with pytest.raises(InputError, match=f"(?s)changed.nc.*transformers.*{said}"):
        read_network(tmp_path / "changed.nc")


def test_an_impedance_that_differs_by_direction_is_named(tmp_path: Path) -> None:
    columns = ["name", "from_bus", "to_bus", "rft_pu", "xft_pu", "rtf_pu", "xtf_pu", "sn_mva"]

    def change(tables: dict[str, Any]) -> None:
        rows = [["T1", 0, 1, 0.0, 0.1, 0.0, 0.2, 100.0]]
        tables["impedance"] = {"_object": json.dumps({"columns": columns, "index": [4], "data": rows})}

    with pytest.raises(InputError, match=r"impedance 4.*the same impedance from both ends"):
        read_network(changed_json(tmp_path, change))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mpc.baseMVA = 100;", "", "baseMVA.*nothing"),
        ("mpc.baseMVA = 100;", "mpc.baseMVA = 0;", "baseMVA.*above 0"),
        ("mpc.version = '2'", "mpc.version = '1'", "version 2"),
        ("10 20 0 0.1 0", "10 20 0 0 0", "impedance above 0"),
        ("10 20 0 0.1 0", "10 20 0.1 0 0", "reactance other than 0"),
        ("10 20 0 0.1 0", "10 99 0 0.1 0", "99.*bus of mpc.bus"),
        ("10 30 0 0.2 0   0 0 0 1.25 0 1", "10 30 0 0.2 0   0 0 0 1.25 0 0", "island.*takes what is missing"),
        ("    20   0 0 999 -999 1 100 1 999 0;", "    20 0 0;", "3 columns.*10 columns"),
        ("20 2 500", "20 2 abc", "abc.*a number"),
        ("20 2 500", "20 2 NaN", "Inf or NaN"),
        ("20 2 500", "10 2 500", "each number once"),
        ("mpc.version", "system('rm x'); mpc.version", "nothing is computed"),
        ("mpc.baseMVA = 100;", "mpc.baseMVA = 50 * 2;", "statement that ends here"),
        ("mpc.bus_name = {", "mpc.branch(:, 3) = mpc.branch(:, 3) / 2;\nmpc.bus_name = {", "nothing is computed"),
        ("];\nmpc.gen", "\nmpc.gen", "a number"),
    ],
)  # fmt: skip
def test_a_case_that_cannot_be_used_says_where_and_why(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in CASE
    with pytest.raises(InputError, match="(?s)hand.m.*" + said):
        read_text(CASE.replace(old, new), tmp_path)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.m"
    with path.open("wb") as file:
        file.truncate(65 * 2**20)  # sparse
    with pytest.raises(InputError, match="64 MB at most"):
        read_network(path)
    rows = "\n".join(f"{k} 1 0 0 0 0 1 1 0 500 1 1.1 0.9" for k in range(1, 2502))
    head, tail = CASE.split("mpc.bus = [")[0], CASE[CASE.index("mpc.branch") :]
    tail = tail.replace("10 20", "1 2").replace("10 30", "2 3")
    with pytest.raises(InputError, match=r"2,000 buses at most"):
        read_text(f"{head}mpc.bus = [\n{rows}\n];\n{tail}", tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.pop("sn_mva"), "sn_mva"),
        (
            lambda t: set_table(t, "trafo", columns=["name"], index=[0], data=[["T1"]]),
            "trafo.*impedances, DC lines",
        ),
        (lambda t: set_table(t, "ext_grid", index=[], data=[]), "island.*takes what is missing"),
        (
            lambda t: set_table(t, "line", columns=["name", "from_bus"], index=[0], data=[["a", 0]]),
            "no to_bus",
        ),
        (lambda t: set_table(t, "load", columns=["bus", "p_mw"], index=[0], data=[[99, 1.0]]), "99.*a bus"),
        (lambda t: set_table(t, "load", columns=["bus", "p_mw"], index=[0], data=[[0, "x"]]), "x.*a number"),
        (lambda t: t["bus"].update(_object="[["), "bus.*as pandapower writes it"),
    ],
)
def test_a_pandapower_file_that_cannot_be_used_says_so(tmp_path: Path, change: Any, said: str) -> None:
    with pytest.raises(InputError, match="(?s)n.json.*" + said):
        read_network(changed_json(tmp_path, change))


def test_a_class_named_in_a_pandapower_file_is_never_looked_up(tmp_path: Path) -> None:
    def plant(tables: dict[str, Any]) -> None:
        tables["controller"] = {"_module": "antigravity", "_class": "Anything", "_object": "{}"}
        tables["bus"] |= {"_module": "antigravity", "_class": "Anything"}

    sys.modules.pop("antigravity", None)
    assert solve_case(read_network(changed_json(tmp_path, plant))).converged.all()
    assert "antigravity" not in sys.modules


@pytest.mark.parametrize("name", ["n.nc", "n.json", "n.m", "n.txt", "n"])
def test_a_file_of_another_kind_is_one_clear_message(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x89HDF not really")
    with pytest.raises(InputError, match=r"^n"):
        read_network(path)
    with pytest.raises(InputError):
        read_network(tmp_path / f"missing-{name}")
