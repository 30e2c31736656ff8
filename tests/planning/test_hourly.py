"""The hours in a project file: what is written is what is read, and damage is named."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from planning.hourly import HOURS, HourlyResult, read_hourly, write_hourly


def made(seed: int = 0) -> HourlyResult:
    rng = np.random.default_rng(seed)

    def power(rows: int, low: float = 0.0) -> np.ndarray:
        return np.round(rng.uniform(low, 50_000.0, (rows, HOURS)), 1).astype(np.float32)

    return HourlyResult(
        node_ids=("630000", "320000", "qinghai"), node_adcodes=(630000, 320000, 630000), base_nodes=("qinghai",),
        line_ids=("qingyu", "tie-qinghai"), line_from=(0, 2), line_to=(1, 0),
        supply_mw={"coal": power(3), "pv": power(3)}, charge_mw=power(3), load_mw=power(3),
        curtailed_mw=power(3), price_cny_per_mwh=power(3), flow_mw=power(2, -50_000.0),
        green_share=np.round(rng.uniform(0, 1, (2, HOURS)), 2).astype(np.float32), running_mw=power(3),
    )  # fmt: skip


def stored(path: Path, hourly: HourlyResult) -> Path:
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        write_hourly(database, "a", hourly)
    return path


def test_hours_come_back_as_they_were_written(tmp_path: Path) -> None:
    hourly = made()
    back = read_hourly(stored(tmp_path / "p.gpkg", hourly), "a")
    assert back is not None
    assert back.node_ids == hourly.node_ids
    assert back.line_from == hourly.line_from
    assert list(back.supply_mw) == ["coal", "pv"]
    np.testing.assert_allclose(back.flow_mw, hourly.flow_mw, atol=0.06)
    np.testing.assert_allclose(back.supply_mw["pv"], hourly.supply_mw["pv"], atol=0.06)
    np.testing.assert_allclose(back.green_share, hourly.green_share, atol=0.006)
    assert back.running_mw is not None
    assert hourly.running_mw is not None
    np.testing.assert_allclose(back.running_mw, hourly.running_mw, atol=0.06)


def test_a_file_from_before_machines_on_line_were_kept_still_opens(tmp_path: Path) -> None:
    back = read_hourly(stored(tmp_path / "p.gpkg", replace(made(), running_mw=None)), "a")
    assert back is not None
    assert back.running_mw is None


def test_writing_again_replaces_a_scenario_and_leaves_the_others(tmp_path: Path) -> None:
    path = stored(tmp_path / "p.gpkg", made())
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        write_hourly(database, "b", made(1))
        write_hourly(database, "a", made(2))
    again = read_hourly(path, "a")
    assert again is not None
    np.testing.assert_allclose(again.load_mw, made(2).load_mw, atol=0.06)
    assert read_hourly(path, "b") is not None
    assert read_hourly(path, "c") is None


def test_a_province_has_its_node_and_its_base() -> None:
    hourly = made()
    nodes = hourly.nodes_of(630000)
    assert nodes.tolist() == [0, 2]


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE hourly SET data = substr(data, 1, 100) WHERE name = 'load_mw'",
        "UPDATE hourly SET data = x'00' WHERE name = 'names'",
        "UPDATE hourly SET rows = 7 WHERE name = 'flow_mw'",
        "DELETE FROM hourly WHERE name = 'charge_mw'",
    ],
)
def test_a_damaged_table_is_named(tmp_path: Path, harm: str) -> None:
    path = stored(tmp_path / "p.gpkg", made())
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute(harm)
    with pytest.raises(InputError) as caught:
        read_hourly(path, "a")
    assert caught.value.problems[0].field == "hourly"
