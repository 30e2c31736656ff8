"""`energymap cash`: a run's hours settled, told in both languages, written as CSV and workbook; what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli import run
from planning.chain.cash_table import hour_rows, hours_of_line, line_workbook
from planning.chain.settle_project import trade_of_project
from planning.hourly import HourlyResult
from planning.project_file import write_project
from planning.report.csv_table import table_text
from planning.scenario import load_scenario
from planning.scenario_toml import to_toml
from tests.planning.formulas import Evaluator
from tests.planning.summary_factory import make_summary

LINES = ("qishao", "jiquan", "620000-650000-750")
NODES = ("620000", "650000", "430000", "320000", "150000W")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the hours of two lines of Gansu and its tie to Xinjiang, and a market."""
    dice = np.random.default_rng(2)
    count, hours = len(NODES), 8760

    def random(rows: int, most: float) -> Any:
        return np.round(dice.uniform(0, most, (rows, hours)), 1).astype(np.float32)

    flow = random(3, 4000.0)
    flow[2] -= 2000.0
    hourly = HourlyResult(
        node_ids=NODES, node_adcodes=(620000, 650000, 430000, 320000, 150000), base_nodes=(), line_ids=LINES,
        line_from=(0, 0, 0), line_to=(2, 3, 1), supply_mw={}, charge_mw=random(count, 1.0),
        load_mw=random(count, 1.0), curtailed_mw=random(count, 1.0), price_cny_per_mwh=random(count, 600.0),
        flow_mw=flow, green_share=np.round(dice.uniform(0, 1, (3, hours)), 2).astype(np.float32),
    )  # fmt: skip
    scenario = load_scenario("2030-1200GW")
    market = scenario.market.model_copy(
        update={"contract_share": 0.8, "line_contract_share": {"jiquan": 1.0}}
    )
    text = to_toml(scenario.model_copy(update={"market": market}))
    path = tmp_path_factory.mktemp("cash") / "project.gpkg"
    write_project(path, make_summary(), text, {}, hourly)
    return path


def test_the_hours_of_a_line_are_written_and_add_up(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, book = tmp_path / "q.csv", tmp_path / "q.xlsx"
    arguments = ["cash", str(project), "--line", "qishao", "--hours", "0-23, 100", "--csv", str(table)]
    assert run([*arguments, "--xlsx", str(book), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["by"] == "hour"
    assert len(document["hours"]) == 25
    for hour in document["hours"]:
        assert hour["contract_mwh"] == pytest.approx(0.8 * hour["sent_mwh"], abs=0.001)
        # the tariff of this line holds its loss: the owner pays for it, the buyer does not
        parts = [hour[f"{p}_cny"] for p in
                 ("energy", "energy_spot", "transmission", "export_tariff", "certificate", "carbon")]  # fmt: skip
        assert hour["bill_cny"] == pytest.approx(sum(parts), abs=1e-6)
        sale = (
            hour["contract_mwh"] * hour["contract_cny_per_mwh"] + hour["spot_mwh"] * hour["spot_cny_per_mwh"]
        )
        paid = hour["energy_cny"] + hour["energy_spot_cny"] + hour["loss_cny"]
        assert paid == pytest.approx(sale, abs=0.011)
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert [float(r["bill_cny"]) for r in rows] == [h["bill_cny"] for h in document["hours"]]
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(book).active
    evaluator = Evaluator(sheet)
    last = sheet.max_row
    bill = sheet.max_column
    name = sheet.cell(last, bill).coordinate
    assert evaluator.cell(name) == pytest.approx(document["totals"][0]["bill_cny"])
    assert evaluator.cell(sheet.cell(7, bill).coordinate) == pytest.approx(document["hours"][0]["bill_cny"])


def test_a_tie_without_a_tariff_says_so_both_ways(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["cash", str(project), "--line", LINES[2], "--hours", "0-1"]
    assert run([*arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {hour["way"] for hour in document["hours"]} == {"forward", "back"}
    assert document["missing"] == ["tariff"]
    assert all(hour["transmission_cny"] is None for hour in document["hours"])
    assert all(total["transmission_cny"] is None for total in document["totals"])
    assert run([*arguments, "--lang", "zh"]) == 0
    assert "缺输电价: 账单不含此项" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("达标需均价", "不含 1 条缺价线路")), ("en", ("it would take", "without 1 line"))],
)
def test_the_year_tells_the_claim_the_parties_and_what_is_missing(
    project: Path, language: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["cash", str(project), "--lang", language]) == 0
    out = capsys.readouterr().out
    for each in words:
        assert each in out


def test_the_year_is_written_as_a_table_and_a_workbook(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, book = tmp_path / "y.csv", tmp_path / "y.xlsx"
    assert run(["cash", str(project), "--csv", str(table), "--xlsx", str(book), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    rows = {r["line"]: r for r in csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines())}
    assert set(rows) == {*LINES, f"{LINES[2]}:reverse"}
    assert rows[LINES[2]]["transmission_cny"] == ""
    assert float(rows["jiquan"]["spot_mwh"]) == 0.0
    assert document["settlement"]["by"] == "hour"
    openpyxl = pytest.importorskip("openpyxl")
    names = openpyxl.load_workbook(book).sheetnames
    assert names == [
        "命题检验",
        "命题敏感性",
        "命题假设",
        "结算科目",
        "省际付款",
        "省际电量",
        "线路结算",
        "线损",
    ]


def test_a_name_that_looks_like_a_formula_stays_text(project: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    scenario, tables, hours = trade_of_project(project)
    (way,) = hours_of_line(scenario, tables, hours, "qishao")
    path = tmp_path / "named.xlsx"
    line_workbook(path, ("=1+1", "@SUM(A1)"), [(way, hour_rows(way, [0]))])
    title = openpyxl.load_workbook(path).active["A1"]
    assert title.data_type == "s"
    assert title.value.startswith("=1+1")
    assert "'=1+1" in table_text([{"line": "=1+1", "sent_mwh": 1.0}])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--line", "moon"], "moon"),
        (["--line", "qishao", "--hours", "9000"], "9000"),
        (["--hours", "3"], "a line as well"),
        (["--csv", "x.xls"], "x.xls"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    project: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["cash", str(project), *arguments, "--lang", "en"]) == 2
    assert said in capsys.readouterr().err
