"""The sizing of the window: form, run, result and studies of one base, all from what the command line writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.desktop.control import sizing as control_module
from app.desktop.main_window import MainWindow
from app.desktop.panels.results_tables import Columns
from app.desktop.panels.sized_tables import (
    conflict_table,
    figure_table,
    published_table,
    size_table,
    worth_words,
)
from app.desktop.panels.study_tables import change_words, front_table
from app.desktop.sized_result import SizedResult, balance_of, read_refusal, read_result
from gis_layers.errors import Conflict, InfeasibleError, InputError
from planning.base_form import BaseDraft
from planning.base_out import refusals_kept, write_design
from planning.base_run import size_base_file
from planning.built_in_cases import case_path
from tests.app.desktop.conftest import Answers
from tests.app.desktop.fake_job import FakeJob


@pytest.fixture(scope="module")
def longyangxia(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `energymap size longyangxia --out` writes."""
    folder = tmp_path_factory.mktemp("longyangxia")
    size_base_file(
        Path("longyangxia"), 2020, keep=lambda document, design: write_design(folder, document, design)
    )
    return folder


def point(share: float, cost: float, wind: float) -> dict[str, Any]:
    design = {"capacity_mw": {"wind": wind, "coal": 400.0}, "storage_mwh": 0.0, "curtailment_rate": 0.02,
              "lcoe_cny_per_mwh": 300.0}  # fmt: skip
    return {"value_share": share, "bound_share": share, "cost_cny_per_year": cost, "design": design}


FRONT: dict[str, Any] = {
    "id": "kubuqi", "name_zh": "库布齐", "name_en": "Kubuqi", "study": "pareto", "quality": "renewable_share", "grade": "reference",
    "price_year": 2024, "points": [point(0.5, 9e9, 4000.0), point(0.6, 9.4e9, 5000.0), point(0.7, 1.1e10, 7000.0)],
    "step_cny_per_percentage_point": [4e7, 1.6e8], "resource": [],
}  # fmt: skip


class SizingJob(FakeJob):
    """Stands in for the worker process: leaves what it is told to when it is told to."""

    started: ClassVar[list[SizingJob]] = []

    def end(self, files: dict[str, bytes], good: bool = True, words: str = "{}") -> None:
        self.given("--out").mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (self.given("--out") / name).write_bytes(content)
        self.finished.emit(good, words)


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[SizingJob]:
    monkeypatch.setattr(control_module, "Job", SizingJob)
    SizingJob.started = []
    return SizingJob.started


def wait_for(qtbot: QtBot, what: Callable[[], bool]) -> None:
    qtbot.waitUntil(what, timeout=10_000)


def chosen(window: MainWindow, qtbot: QtBot, case: str) -> None:
    window.sizings.choose(f"built_in:{case}")
    wait_for(qtbot, lambda: window.sizing.draft.value("id") == case)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_built_in_case_is_sized_and_shown_with_its_hours(
    window: MainWindow, qtbot: QtBot, jobs: list[SizingJob], longyangxia: Path
) -> None:
    window._actions["sizing"].trigger()
    wait_for(qtbot, lambda: window.sizing.draft.value("id") == "kubuqi")
    chosen(window, qtbot, "longyangxia")
    qtbot.mouseClick(window.sizing.run, Qt.MouseButton.LeftButton)
    assert len(jobs) == 1
    written = Path(jobs[0].arguments[1])
    assert BaseDraft.read(written).document == {"schema_version": 1} | window.sizing.draft.document
    jobs[0].progressed.emit(0.5, "sizing", 4.0)
    assert "50%" in window.sizing._state.text()
    assert "50%" in window.status.task.text()
    assert window.status.stop.isVisible()
    jobs[0].end(files_of(longyangxia))
    wait_for(qtbot, lambda: "size" in window.sized.results)
    assert not window.docks.docks["sized"].isHidden()
    assert not window.status.stop.isVisible()
    assert not written.exists()
    document = json.loads((longyangxia / "design.json").read_text("utf-8"))
    assert window.sized.results["size"].document == document
    shown = [p.key for i, p in enumerate(window.sized.pages) if window.sized.tabs.isTabVisible(i)]
    assert shown == [f"sized.tab.{k}" for k in
                     ("design", "dispatch", "delivery", "water", "limits", "published", "sources")]  # fmt: skip
    for index in range(window.sized.tabs.count()):
        if window.sized.tabs.isTabVisible(index):
            window.sized.tabs.setCurrentIndex(index)
    chart = window.sized.page("dispatch").chart  # type: ignore[attr-defined]
    assert chart.grid() is not None
    window.state.set_hour(1234)
    assert chart.hour == 1234
    for language in ("en", "zh"):
        window.state.set_language(language)  # type: ignore[arg-type]
        assert ("gap" if language == "en" else "间隙") in window.sized._proof.text()
    window.sizing._edit("channel.capacity_mw", 2000.0)
    assert window.sized._badge.isVisible()


def test_a_stopped_sizing_leaves_nothing(window: MainWindow, qtbot: QtBot, jobs: list[SizingJob]) -> None:
    chosen(window, qtbot, "dalad")
    window.sizings.run()
    window.sizings.run()
    assert len(jobs) == 1
    window.sizing.stopped.emit()
    assert not window.sizings.busy
    assert not window.sized.results
    assert not list(window.sizings._folder.glob("run-size-*"))


def test_limits_in_conflict_are_a_list_with_what_each_must_give(
    window: MainWindow, qtbot: QtBot, jobs: list[SizingJob], tmp_path: Path
) -> None:
    conflicts = [Conflict("land_km2_max", 812.5, "km2"), Conflict("capacity_bounds", float("nan"), "MW")]
    with pytest.raises(InfeasibleError), refusals_kept(tmp_path):
        raise InfeasibleError("base_infeasible", conflicts, base="kubuqi")
    chosen(window, qtbot, "kubuqi")
    window.sizings.run()
    jobs[0].end(files_of(tmp_path), good=False, words="infeasible")
    wait_for(qtbot, lambda: "refused" in window.sized.results)
    result = window.sized.results["refused"]
    table = conflict_table(result, Columns("zh", "cn"))
    assert [cell.shown for cell in table.rows[0][:3]] == ["用地上限", "812.5", "平方公里"]
    assert table.rows[1][1].shown == "–"
    assert window.sized.tabs.currentWidget() is window.sized.page("infeasible")
    assert read_refusal(tmp_path / "nowhere", "size") is None


def test_a_point_of_a_front_becomes_a_limit_of_the_base_and_is_sized(
    window: MainWindow, qtbot: QtBot, jobs: list[SizingJob]
) -> None:
    chosen(window, qtbot, "kubuqi")
    window.sizing.set_study("pareto")
    window.sizings.run()
    assert jobs[0].arguments[-4:-2] == ["--seed", "2020"]
    assert "pareto" in jobs[0].arguments
    jobs[0].end({"pareto.json": json.dumps(FRONT).encode()})
    wait_for(qtbot, lambda: "pareto" in window.sized.results)
    page = window.sized.page("pareto")
    assert not page.load.isEnabled()  # type: ignore[attr-defined]
    page.chart._pick(1)  # type: ignore[attr-defined]
    page._picked(1)  # type: ignore[attr-defined]
    assert page.table.current_id() == "1"  # type: ignore[attr-defined]
    qtbot.mouseClick(page.load, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    assert window.sizing.draft.value("limits.renewable_share_min") == pytest.approx(0.6, abs=2e-5)
    assert len(jobs) == 2
    assert "--study" not in jobs[1].arguments
    window.sizings.stop()


def test_a_wrong_value_is_told_beside_its_field_and_nothing_is_run(
    window: MainWindow, qtbot: QtBot, jobs: list[SizingJob]
) -> None:
    window.sizings.on_sizing()
    chosen(window, qtbot, "kubuqi")
    form = window.sizing
    form.show_section("wind")
    editor = form._editors["wind.capex_cny_per_kw"]
    line = editor.editor
    assert isinstance(line, QLineEdit)
    for typed, taken in (("0.45 万元/千瓦", 4500.0), ("3 km", 4500.0)):
        line.setText(typed)
        line.setModified(True)
        line.editingFinished.emit()
        assert form.draft.value("wind.capex_cny_per_kw") == taken
    assert not editor.complaint.isHidden()
    assert not form.sound
    window.sizings.run()
    assert not jobs
    form.show_section("channel")
    form._edit("channel.capacity_mw", -1.0)
    assert not form._editors["channel.capacity_mw"].complaint.isHidden()
    assert "通道容量" in form._state.text()
    form.set_language("en")
    assert "greater than 0" in form._editors["channel.capacity_mw"].complaint.text()


def test_a_part_is_put_in_and_taken_out_and_the_map_gives_it_a_place(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.sizings.on_sizing()
    chosen(window, qtbot, "dalad")
    form = window.sizing
    wind = form.tree.topLevelItem(3)
    assert wind is not None
    wind.setCheckState(0, Qt.CheckState.Checked)
    assert form.draft.value("wind.sites") == form.draft.value("pv_fixed.sites")
    window.canvas.clicked.emit(109.5, 40.25, 100.0)
    form.place_asked.emit("wind")
    assert form.draft.value("wind.sites")[-1] == {"lon_deg": 109.5, "lat_deg": 40.25}
    assert form.sound
    wind = form.tree.topLevelItem(3)
    assert wind is not None
    wind.setCheckState(0, Qt.CheckState.Unchecked)
    assert not form.draft.has("wind")


def test_a_base_is_saved_and_opened_again(
    window: MainWindow, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    chosen(window, qtbot, "kubuqi")
    before = window.sizing.draft.document
    answers.file = str(tmp_path / "mine")
    window.sizings.save()
    wait_for(qtbot, lambda: (tmp_path / "mine.toml").is_file())
    chosen(window, qtbot, "dalad")
    answers.file = str(tmp_path / "mine.toml")
    window.sizings.open()
    wait_for(qtbot, lambda: window.sizing.draft.value("id") == "kubuqi")
    assert window.sizing.draft.document == {"schema_version": 1} | before


def test_a_base_of_the_scenario_is_a_draft_with_the_scenarios_seed(
    window: MainWindow, qtbot: QtBot, jobs: list[SizingJob]
) -> None:
    spec = next(b for b in window.document.scenario.bases if b.cascade is None)
    window.sizings.choose(f"scenario:{spec.id}")
    wait_for(qtbot, lambda: window.sizing.draft.value("id") == spec.id)
    assert window.sizing.draft.value("channel.capacity_mw") == spec.channel_mw
    assert window.sizing.sound
    window.sizings.run()
    seed = jobs[0].arguments[jobs[0].arguments.index("--seed") + 1]
    assert seed == str(window.document.scenario.seed)
    window.sizings.stop()


def test_the_hours_add_up_and_are_what_the_document_says(longyangxia: Path) -> None:
    result = read_result(longyangxia, "size")
    b = balance_of(result)
    assert b is not None
    supplied = np.sum(list(b.supply.values()), axis=0)
    np.testing.assert_allclose(supplied, b.sent + b.charge, atol=2e-3)
    assert b.sent.sum() == pytest.approx(result.document["delivered_mwh"], rel=1e-6)
    assert b.curtailed.sum() == pytest.approx(
        sum(result.document["curtailed_mwh_by_cause"].values()), rel=1e-4
    )


def test_the_hours_of_a_replayed_year_are_read_by_their_own_names(tmp_path: Path) -> None:
    year = np.arange(8760.0) % 24
    columns = {"hour": np.arange(8760.0), "wind_mw": year, "thermal_mw": 30 - year, "battery_charge_mw": year / 4,
               "delivered_mw": 30 - year / 4, "unmet_mw": year * 0, "curtailed_mw": year / 2}  # fmt: skip
    rows = np.column_stack(list(columns.values()))
    np.savetxt(tmp_path / "replay_hours.csv", rows, delimiter=",", header=",".join(columns), comments="\ufeff",
               encoding="utf-8", fmt="%.6f")  # fmt: skip
    document = {"study": "replay", "design": {"capacity_mw": {"wind": 24.0, "gas": 30.0, "battery": 6.0}}}
    (tmp_path / "replay.json").write_text(json.dumps(document), encoding="utf-8")
    b = balance_of(read_result(tmp_path, "replay"))
    assert b is not None
    assert set(b.supply) == {"wind", "gas"}
    np.testing.assert_allclose(b.supply["wind"] + b.supply["gas"], b.sent + b.charge, atol=1e-5)
    (tmp_path / "replay_hours.csv").write_text("hour,wind_mw\n0,1\n", encoding="utf-8")
    with pytest.raises(InputError):
        read_result(tmp_path, "replay")


@pytest.mark.parametrize("units", ["cn", "si"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_tables_say_what_the_document_says(longyangxia: Path, language: Any, units: Any) -> None:
    document = read_result(longyangxia, "size").document
    c = Columns(language, units)
    figures = figure_table(document, c)
    delivered = figures.rows[figures.ids.index("delivered_mwh")]
    assert delivered[1].key == pytest.approx(document["delivered_mwh"] * (1e-5 if units == "cn" else 1e-6))
    sizes = size_table(document, c)
    assert sizes.rows[sizes.ids.index("yellow-04")][0].shown == (
        "龙羊峡" if language == "zh" else "Longyangxia"
    )
    published = published_table(document, c)
    assert published.rows[0][1].shown == "5,800"
    assert published.rows[0][4].key == pytest.approx(document["channel_full_load_hours"] / 5800 - 1)
    front = front_table(FRONT, c)
    assert front.rows[2][3].key == (16_000.0 if units == "cn" else 160.0)
    assert front.rows[0][3].shown == "–"


def test_the_worth_of_a_limit_is_told_in_words() -> None:
    assert (
        worth_words("channel_mw", 123456.0, "MW", "cn", "zh") == "通道容量: 放宽 1 兆瓦, 每年节省 12.3 万元"
    )
    english = worth_words("land_km2_max", 2.5e6, "km2", "si", "en")
    assert english == "most land: 1 km2 more room saves 2.5 m CNY a year"
    assert "does not bind" in worth_words("land_km2_max", 0.0, "km2", "si", "en")
    bar = {"kind": "add", "unit": "1/a", "low": {"value": -0.015}, "high": {"value": 0.015}}
    assert (change_words(bar, "low", "zh"), change_words(bar, "high", "zh")) == ("−1.5 %", "+1.5 %")


def test_a_result_of_another_base_takes_the_place_of_all_there_were(
    window: MainWindow, longyangxia: Path
) -> None:
    window.sized.show_result(SizedResult("pareto", FRONT))
    window.sized.show_result(read_result(longyangxia, "size"))
    assert set(window.sized.results) == {"size"}
    assert case_path("longyangxia").is_file()


def test_the_worker_process_sizes_a_base_of_the_window(window: MainWindow, qtbot: QtBot) -> None:
    """The whole way, with nothing standing in for anything."""
    chosen(window, qtbot, "dalad")
    window.sizings.run()
    qtbot.waitUntil(lambda: "size" in window.sized.results, timeout=120_000)
    result = window.sized.results["size"]
    assert result.document["status"] == "optimal"
    assert result.hours["delivered_mw"].sum() == pytest.approx(result.document["delivered_mwh"], rel=1e-6)
    assert not list(window.sizings._folder.glob("run-size-*"))
    assert not window.sizings.busy
