"""The siting page: rules tried as they are edited, the run of the command, one selection of table, chart and map."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QItemSelectionModel, Qt
from pytestqt.qtbot import QtBot

from app.commands.site import COMMAND, request_of
from app.desktop.control import siting as control_module
from app.desktop.control import siting_work as work
from app.desktop.control.siting_map import LAND, LINKS, SITES
from app.desktop.main_window import MainWindow
from app.desktop.map.projection import Projection
from app.desktop.map.siting_layers import LandGrid, _on_plane
from app.desktop.panels.siting import PAGES
from app.desktop.panels.siting_edit import EditedRules, Wishes, weights_toml
from app.desktop.panels.siting_tables import SUM_ROWS
from gis_layers.crs import from_albers
from gis_layers.errors import InputError
from gis_layers.progress import silent
from planning.edits import put_item
from planning.siting.rules import load_rules, rules_toml
from planning.siting.suitability import Judgements, read_judgements
from planning.workspace import Drawing
from resources.choice import ResourceChoice
from tests.app.desktop.conftest import Answers
from tests.app.desktop.fake_job import FakeJob

RING = ((108.6, 40.1), (109.0, 40.1), (109.0, 40.3), (108.6, 40.3), (108.6, 40.1))
AREA = Drawing(id="shape-1", name="试验区", kind="rectangle", rings=(RING,))


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the command writes it; the printed reports, which take seconds, are left out."""
    from planning.report.siting import write_siting
    from planning.siting.area import area_of
    from planning.siting.exclusion import eligibility_of
    from planning.siting.request import SitingRequest
    from planning.siting.site_run import run_siting
    from resources.resource_data import EMBEDDED

    area, rules = area_of(shapely.Polygon(RING), "试验区"), load_rules()
    land = eligibility_of(area, rules, cell_m=1000.0, pixel_m=500.0)
    result = run_siting(land, SitingRequest(least_mw=100.0, most_mw=400.0), EMBEDDED)
    folder = tmp_path_factory.mktemp("answered")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("planning.report.siting.siting_pdf", lambda *_: b"%PDF-")
        write_siting(folder, result, area, rules)
    return folder


class SitingJob(FakeJob):
    """Stands in for the worker process: puts the answer where it was asked for when told to."""

    started: ClassVar[list[SitingJob]] = []
    answer = Path()

    def end(self) -> None:
        shutil.copytree(SitingJob.answer, self.given("--out"), dirs_exist_ok=True)
        self.finished.emit(True, "{}")


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch, answered: Path) -> list[SitingJob]:
    monkeypatch.setattr(control_module, "Job", SitingJob)
    SitingJob.started, SitingJob.answer = [], answered
    return SitingJob.started


def wait_for(qtbot: QtBot, what: Callable[[], bool]) -> None:
    qtbot.waitUntil(what, timeout=20_000)


@pytest.fixture(scope="module")
def tried() -> work.Tried:
    """Rules as they come, tried on the area."""
    asked = work.area_of_rings(AREA.rings, AREA.name, False)
    return work.try_rules(asked.checked, load_rules(), ResourceChoice(), silent)


@pytest.fixture
def asked(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tried: work.Tried) -> MainWindow:
    """The page with the drawn area; every try has the answer of the first."""
    monkeypatch.setattr(work, "try_rules", lambda *_: tried)
    return _ask(window, qtbot)


@pytest.fixture
def asked_truly(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The page with the drawn area, its rules tried."""
    return _ask(window, qtbot)


def _ask(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.document.apply(put_item(AREA))
    window.sitings.on_siting()
    wait_for(qtbot, lambda: window.siting.tried is not None)
    return window


@pytest.fixture
def shown(asked: MainWindow, qtbot: QtBot, jobs: list[SitingJob]) -> MainWindow:
    """The page with its answer."""
    asked.sitings.run()
    wait_for(qtbot, lambda: len(jobs) == 1)
    jobs[0].end()
    wait_for(qtbot, lambda: asked.siting.answer is not None)
    asked.siting.settle()
    return asked


def test_the_page_takes_the_drawn_area_and_tells_what_each_rule_takes_of_it(asked: MainWindow) -> None:
    panel = asked.siting
    assert "试验区" in panel.area.currentText()
    # 0.4 x 0.2 degrees at 40.2N: 34.0 km by 22.2 km.
    tried = panel.tried
    assert tried is not None
    assert tried.area_km2 == pytest.approx(34.0 * 22.2, rel=0.005)
    assert "平方公里" in panel.area.currentText()
    tree = panel.rules.tree
    rows = {tree.topLevelItem(i).data(0, Qt.ItemDataRole.UserRole): tree.topLevelItem(i) for i in range(5)}
    assert rows["red_line"].text(2) == "未应用: 无数据"
    wind = [row for row in tried.audit if row["technology"] == "wind"]
    left = tried.area_km2 - sum(row["in_order_km2"] for row in wind)
    assert f"{left:,.0f} 平方公里" in panel.rules.words.text()
    assert LAND in asked.bench.stack
    inside = tried.grid.shares["wind"]
    held = float(np.nansum(inside)) * tried.grid.cell_m**2 / 1e6
    assert held == pytest.approx(left, rel=1e-6)


def test_an_edit_is_tried_and_the_set_no_longer_bears_the_old_name(
    asked_truly: MainWindow, qtbot: QtBot
) -> None:
    panel, editor = asked_truly.siting, asked_truly.siting.rules
    before = panel.tried
    editor.pick("land_use")
    item = editor.tree.currentItem()
    assert item is not None
    item.setCheckState(0, Qt.CheckState.Unchecked)
    wait_for(qtbot, lambda: panel.tried is not before)
    assert editor.edited is not None
    assert panel.tried is not None
    assert before is not None
    effective = editor.edited.effective()
    assert effective.name == "desert_base-edited"
    assert "land_use" not in [rule.id for rule in effective.rules]
    assert np.nansum(panel.tried.grid.shares["pv"]) > np.nansum(before.grid.shares["pv"])
    editor.reset.click()
    assert editor.edited.effective() == load_rules()


def test_fields_of_a_rule_change_it_and_only_it(asked: MainWindow) -> None:
    editor = asked.siting.rules
    editor.pick("slope_wind")
    editor.form.limits[0].setValue(12.0)
    editor.form.buffer.setValue(250.0)
    editor.form.nodata.activated.emit(1)
    assert editor.edited is not None
    rule = editor.edited.rule("slope_wind")
    assert (rule.max_percent, rule.buffer_m, rule.nodata) == (12.0, 250.0, "allow")  # type: ignore[union-attr]
    others = [r for r in editor.edited.rules if r.id != "slope_wind"]
    assert others == [r for r in load_rules().rules if r.id != "slope_wind"]
    assert editor.form.limits[0].suffix() == " %"
    assert editor.form.buffer.suffix() == " m"
    editor.form.technologies["wind"].click()  # its only one: a rule of none has no meaning
    assert editor.edited.rule("slope_wind").technologies == ("wind",)


def test_a_set_is_saved_under_a_name_used_and_deleted(asked: MainWindow, answers: Answers) -> None:
    editor = asked.siting.rules
    editor.pick("slope_wind")
    editor.form.limits[0].setValue(12.0)
    answers.name = "desert_base"
    editor.save.click()
    assert editor.edited is not None
    assert editor.edited.changed
    answers.name = "我的规则"
    editor.save.click()
    assert editor.sets.currentText() == "我的规则"
    assert not editor.edited.changed
    assert editor.edited.rule("slope_wind").max_percent == 12.0  # type: ignore[union-attr]
    editor.drop.click()
    assert editor.sets.currentText() == "desert_base"
    assert editor.sets.findText("我的规则") == -1


def test_the_run_is_the_command_and_the_same_question_is_answered_once(
    asked: MainWindow, qtbot: QtBot, jobs: list[SitingJob]
) -> None:
    panel, control = asked.siting, asked.sitings
    control.run()
    wait_for(qtbot, lambda: len(jobs) == 1)
    told = jobs[0].arguments
    import argparse

    parser = argparse.ArgumentParser()
    COMMAND.add_arguments(parser)
    options = parser.parse_args([a for a in told[1:] if a not in ("--json",)][:-2])
    assert request_of(options) == panel.wishes().request().model_copy(
        update={"judgements": read_judgements(options.weights)}
    )
    assert load_rules(Path(options.rules)) == load_rules()
    drawn = json.loads(options.area.read_text("utf-8"))
    assert drawn["geometry"]["coordinates"][0][1] == [109.0, 40.1]
    jobs[0].progressed.emit(0.5, "siting: data of the rules", 7.0)
    assert "50%" in panel._words.text()
    assert "7" in panel._words.text()
    jobs[0].end()
    wait_for(qtbot, lambda: panel.answer is not None)
    panel.settle()
    assert not panel.stale
    assert {LAND, SITES, LINKS} <= {item.id for item in asked.bench.stack.items()}
    assert PAGES[panel.tabs.currentIndex()] == "curve"
    panel.show_answer(None)
    control.run()
    wait_for(qtbot, lambda: panel.answer is not None)
    assert len(jobs) == 1


def test_an_answer_is_stale_while_rules_or_options_differ(shown: MainWindow) -> None:
    panel = shown.siting
    panel.rules.pick("slope_wind")
    panel.rules.form.limits[0].setValue(12.0)
    assert panel.stale
    assert "过期" in panel._words.text()
    panel.rules.reset.click()
    assert not panel.stale
    panel.options.technologies["csp"].click()
    assert panel.stale
    panel.options.technologies["csp"].click()
    assert not panel.stale
    shown.document.apply(
        put_item(AREA.model_copy(update={"rings": ((*RING[:2], (109.0, 40.25), *RING[3:]),)}))
    )
    assert panel.stale


def test_a_stopped_run_leaves_nothing(asked: MainWindow, qtbot: QtBot, jobs: list[SitingJob]) -> None:
    asked.sitings.run()
    wait_for(qtbot, lambda: len(jobs) == 1)
    asked.siting.run.click()
    assert jobs[0].cancelled
    assert not asked.sitings.busy
    assert not list(asked.sitings._folder.glob("new-*"))
    assert asked.siting.answer is None


def test_table_chart_and_map_share_one_selection(shown: MainWindow) -> None:
    panel, state = shown.siting, shown.state
    ids = [site["id"] for site in panel.answer.document["candidates"]]  # type: ignore[union-attr]
    assert len(ids) > 2
    panel.sites.picked.emit(ids[1])
    assert state.selected == ("site", ids[1])
    assert panel.site == ids[1]
    assert panel.curve._site == ids[1]
    panel.curve.picked.emit(ids[0])
    assert panel.sites.current_id() == ids[0]
    site = panel.answer.site(ids[2])  # type: ignore[union-attr]
    assert site is not None
    shown.canvas.clicked.emit(site["lon_deg"], site["lat_deg"], 100.0)
    assert state.selected == ("site", ids[2])
    assert panel.sites.current_id() == ids[2]
    assert shown.sitings.map._mark._shown[0]
    shown.view.on_zoom_selection()
    lon, lat = shown.canvas.to_degrees(shown.canvas.width() / 2, shown.canvas.height() / 2)
    west, south, east, north = panel.answer.outlines[ids[2]].bounds  # type: ignore[union-attr]
    assert west < lon < east
    assert south < lat < north
    state.select("province", "150000")
    assert panel.site == ""
    assert not panel.base.isEnabled()


def test_a_click_on_a_step_of_the_curve_is_its_site(shown: MainWindow) -> None:
    curve = shown.siting.curve
    step = next(s for s in curve._steps if s.curve == "wind")
    look = curve.look
    middle = look.value((step.from_mw + step.to_mw) / 2, "power_mw")
    found = curve.step_at(middle, look.value(step.lcoe_cny_per_mwh, "price_cny_per_mwh"))
    assert found is not None
    assert found.site == step.site
    sums = {c: max(s.to_mw for s in curve._steps if s.curve == c) for c in ("wind", "pv", "all")}
    assert sums["wind"] + sums["pv"] == pytest.approx(sums["all"])


def test_the_audit_shows_that_it_adds_up(shown: MainWindow) -> None:
    panel = shown.siting
    for technology in range(2):
        panel.technology.setCurrentIndex(technology)
        rows = dict(zip(panel.audit._content.ids, panel.audit._content.rows, strict=True))
        taken, left, area = (rows[key][2].key for key in SUM_ROWS)
        own = [cells[2].key for key, cells in rows.items() if key not in SUM_ROWS]
        assert sum(v for v in own if isinstance(v, float)) == pytest.approx(taken)
        assert taken + left == pytest.approx(area)  # type: ignore[operator]
        assert area == pytest.approx(panel.answer.document["area_km2"], rel=1e-4)  # type: ignore[union-attr]


def test_sites_selected_are_compared_side_by_side(shown: MainWindow) -> None:
    panel = shown.siting
    everything = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    model = panel.sites.model()
    for row in (0, 2):
        panel.sites.selectionModel().select(model.index(row, 0), everything)
    ids = panel.picked_sites()
    assert len(ids) == 2
    heads = panel.compare._content.headers[1:]
    assert [head.split("\n")[0] for head in heads] == ids
    cost = next(
        r
        for r, k in zip(panel.compare._content.rows, panel.compare._content.ids, strict=True)
        if k == "lcoe_cny_per_mwh"
    )
    assert [cell.shown.startswith("★") for cell in cost[1:]] == [True, False]  # rows come cheapest first


def test_a_site_becomes_a_base_and_undo_takes_it_back(shown: MainWindow, qtbot: QtBot) -> None:
    panel, document = shown.siting, shown.document
    bases = len(document.scenario.bases)
    site = panel.answer.document["candidates"][0]  # type: ignore[union-attr]
    panel.sites.picked.emit(site["id"])
    panel.base.click()
    wait_for(qtbot, lambda: len(document.scenario.bases) == bases + 1)
    base = document.scenario.bases[-1]
    assert base.land_max_km2 == pytest.approx(site["land_km2"], abs=0.05)
    assert site["peak_mw"] <= base.channel_mw < site["peak_mw"] + 10.0
    assert base.corridor_id is None
    assert base.wind_sites
    assert base.pv_sites
    assert any(d.id == f"outline-{base.id}" for d in document.workspace.drawings)
    document.undo()
    assert len(document.scenario.bases) == bases


def test_judgements_that_contradict_each_other_are_refused_with_the_one_to_look_at(
    asked: MainWindow, jobs: list[SitingJob]
) -> None:
    editor = asked.siting.weights
    assert editor.usable
    assert "0.00" in editor.words.text()
    editor.boxes[(0, 1)].setCurrentIndex(16)  # resource 9 times the grid,
    editor.boxes[(0, 2)].setCurrentIndex(0)  # but a ninth of the slope,
    editor.boxes[(1, 2)].setCurrentIndex(16)  # and the grid 9 times the slope
    assert not editor.usable
    assert "不予采用" in editor.words.text()
    asked.sitings.run()
    assert jobs == []
    assert "0.1" in asked.statusBar().currentMessage()
    editor.allow.click()
    assert editor.usable
    editor.reset.click()
    assert editor.judged == Judgements()


def test_export_holds_what_the_command_writes_and_not_what_was_asked(
    shown: MainWindow, answers: Answers, tmp_path: Path, answered: Path, qtbot: QtBot
) -> None:
    answers.file = str(tmp_path)
    shown.siting.export.click()
    target = tmp_path / "siting-试验区"
    wait_for(qtbot, lambda: "siting-" in shown.statusBar().currentMessage())
    assert {p.name for p in target.iterdir()} == {p.name for p in answered.iterdir()}


def test_words_and_units_follow_the_window(shown: MainWindow) -> None:
    panel = shown.siting
    assert "元/千瓦时" in " ".join(panel.sites._content.headers)
    shown.state.set_language("en")
    shown.state.set_units("si")
    panel.settle()
    heads = " ".join(panel.sites._content.headers)
    assert "CNY/MWh" in heads
    assert "GW" in heads
    assert panel.rules.tree.headerItem().text(1) == "alone"
    assert panel.options._units["least"].text() == "GW"
    assert shown.bench.stack.item(SITES).unit == "CNY/MWh"
    every = [*panel.sites._content.headers, *panel.audit._content.headers, panel.rules.words.text()]
    assert not any("\u4e00" <= c <= "\u9fff" for words in every for c in words)


def test_the_bar_of_a_drawn_area_leads_to_the_page(window: MainWindow, qtbot: QtBot) -> None:
    window.drawing._drawn(shapely.Polygon(RING))
    assert window.drawing.bar.assess.isVisible()
    assert window.drawing.bar.assess.text() == "选址评估"
    window.drawing.bar.name.setText("新区")
    window.drawing.bar.assess.click()
    assert [d.name for d in window.document.workspace.drawings] == ["新区"]
    wait_for(qtbot, lambda: window.siting.tried is not None)
    assert "新区" in window.siting.area.currentText()


def test_an_area_that_cannot_be_assessed_is_told_on_the_page(window: MainWindow, qtbot: QtBot) -> None:
    crossing = ((108.0, 40.0), (109.0, 41.0), (109.0, 40.0), (108.0, 41.0), (108.0, 40.0))
    window.document.apply(put_item(AREA.model_copy(update={"rings": (crossing,)})))
    window.sitings.on_siting()
    wait_for(qtbot, lambda: "轮廓" in window.siting.rules.words.text())
    window.sitings.run()
    assert "区域" in window.statusBar().currentMessage()


@pytest.mark.parametrize("kind", ["gpkg", "shp"])
def test_areas_come_from_files_in_any_known_coordinates(tmp_path: Path, kind: str) -> None:
    import geopandas

    path = tmp_path / f"area.{kind}"
    frame = geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Polygon(RING)], crs="EPSG:4326")
    frame.to_crs("EPSG:32649").to_file(path)
    found = work.area_of_file(path, clip=False)
    assert found.checked.area_km2 == pytest.approx(34.0 * 22.2, rel=0.005)
    bare = tmp_path / f"bare.{kind}"
    with pytest.warns(UserWarning, match="crs"):
        geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Polygon(RING)]).to_file(bare)
    with pytest.raises(InputError) as refused:
        work.area_of_file(bare, clip=False)
    assert refused.value.problems[0].field == "crs"


def test_what_the_page_writes_the_command_reads_back(tmp_path: Path) -> None:
    judged = Judgements(values={"grid": ((0.0, 1.0), (100.0, 0.0))}, name='含 "引号"')
    path = tmp_path / "weights.toml"
    path.write_text(weights_toml(judged), "utf-8")
    assert read_judgements(path) == judged
    edited = EditedRules.of(load_rules()).changed_rule("elevation", max_m=3500.0).switched("water", False)
    file = tmp_path / "rules.toml"
    file.write_text(rules_toml(edited.effective()), "utf-8")
    assert load_rules(file) == edited.effective()
    with pytest.raises(InputError):
        Wishes(least_mw=500.0, most_mw=600.0).request()


def test_cells_stand_where_they_lie_in_every_projection() -> None:
    """The one filled cell of 3 by 4 is found at its place on the ground in each projection."""
    shares = np.full((3, 4), np.nan)
    shares[1, 2] = 0.5
    grid = LandGrid({"wind": shares}, 250_000.0, 4_300_000.0, 10_000.0)
    lon, lat = from_albers(np.array([275_000.0]), np.array([4_285_000.0]))
    for name in ("albers", "mercator", "plate_carree"):
        projection = Projection(name)  # type: ignore[arg-type]
        values, (left, bottom, width, height) = _on_plane(grid, "wind", projection)
        x, y = projection.forward(lon, lat)
        col = int((x[0] - left) / width * values.shape[1])
        row = int((bottom + height - y[0]) / height * values.shape[0])
        assert values[row, col] == 50.0
        filled = np.isfinite(values).mean()
        assert filled == pytest.approx(1.0 / 12.0, rel=0.35)


def test_an_answer_that_was_damaged_is_refused_in_words(tmp_path: Path, answered: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(answered, copy)
    (copy / "siting.json").write_text("{}", "utf-8")
    with pytest.raises(InputError):
        work.read_answer(copy)


@pytest.mark.slow
def test_a_real_run_of_the_command_ends_on_the_page(asked: MainWindow, qtbot: QtBot) -> None:
    asked.sitings.run()
    qtbot.waitUntil(lambda: asked.siting.answer is not None, timeout=180_000)
    document: Any = asked.siting.answer.document  # type: ignore[union-attr]
    assert document["area"] == "试验区"
    assert document["candidates"]
    assert (asked.siting.answer.folder / "report_zh.pdf").stat().st_size > 10_000  # type: ignore[union-attr]
