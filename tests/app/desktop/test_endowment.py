"""The endowment page: table, card, layer and map show one region; what is computed once is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.desktop.control import endowment as control_module
from app.desktop.control.endowment import LAYER, style_of
from app.desktop.main_window import MainWindow
from app.desktop.map.regions import RegionLayer
from app.desktop.map.style import VectorStyle
from app.desktop.panels.endowment_tables import QUANTITIES, RESOURCES, endowment_table
from app.desktop.panels.results_tables import Columns
from planning.endowment import assess_endowment
from planning.endowment_values import Endowment
from planning.report.endowment import document_json
from tests.app.desktop.fake_job import FakeJob

INNER_MONGOLIA = (112.0, 42.0)


@pytest.fixture(scope="module")
def provinces() -> Endowment:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "planning.endowment_sea._gross_hours", lambda sites, cells, *_: np.full(len(cells), 3000.0)
        )
        return assess_endowment("province")


class EndowmentJob(FakeJob):
    """Stands in for the worker process: writes the document it is asked for when told to."""

    started: ClassVar[list[EndowmentJob]] = []
    document = ""

    def end(self) -> None:
        self.given("--document").write_text(EndowmentJob.document, "utf-8")
        self.finished.emit(True, "{}")


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch, provinces: Endowment) -> list[EndowmentJob]:
    monkeypatch.setattr(control_module, "Job", EndowmentJob)
    EndowmentJob.started = []
    EndowmentJob.document = document_json(provinces)
    return EndowmentJob.started


def wait_for(qtbot: QtBot, what: Callable[[], bool]) -> None:
    qtbot.waitUntil(what, timeout=10_000)


def test_the_page_computes_once_and_takes_the_kept_answer_afterwards(
    window: MainWindow, qtbot: QtBot, jobs: list[EndowmentJob], provinces: Endowment
) -> None:
    window.endowments.on_endowment()
    wait_for(qtbot, lambda: len(jobs) == 1)
    assert jobs[0].arguments[:3] == ["endowment", "--level", "province"]
    jobs[0].progressed.emit(0.5, "endowment: sea", 4.0)
    assert "50%" in window.endowment._words.text()
    jobs[0].end()
    wait_for(qtbot, lambda: window.endowment.endowment is not None)
    assert window.endowment.endowment == provinces
    assert LAYER in window.bench.stack
    window.endowment.show_endowment(None)
    window.endowments.run()
    wait_for(qtbot, lambda: window.endowment.endowment is not None)
    assert len(jobs) == 1


def test_a_stopped_computation_leaves_nothing_and_can_be_asked_again(
    window: MainWindow, qtbot: QtBot, jobs: list[EndowmentJob]
) -> None:
    window.endowments.run()
    wait_for(qtbot, lambda: len(jobs) == 1)
    window.endowment.stopped.emit()
    assert not window.endowments.busy
    assert window.endowment.endowment is None
    assert not list(window.endowments._folder.glob("new-*"))
    window.endowments.run()
    wait_for(qtbot, lambda: len(jobs) == 2)
    window.endowments.stop()


def test_an_assessment_comes_before_the_endowment_that_stands_on_it(
    window: MainWindow, qtbot: QtBot, jobs: list[EndowmentJob]
) -> None:
    window.endowment._boxes["hours"].setCurrentIndex(1)
    window.endowments.run()
    assert jobs[0].arguments[0] == "assess"
    file = Path(jobs[0].arguments[jobs[0].arguments.index("--out") + 1])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"stands in")
    jobs[0].finished.emit(True, "{}")
    wait_for(qtbot, lambda: len(jobs) == 2)
    assert jobs[1].arguments[jobs[1].arguments.index("--assessment") + 1] == str(file)
    window.endowments.stop()


def test_a_click_on_the_map_shows_the_region_in_table_card_and_mark(
    window: MainWindow, provinces: Endowment
) -> None:
    window.endowments.show(provinces)
    window.endowment.set_resource("pv")
    window.endowments._clicked(*INNER_MONGOLIA, 0.0)
    assert window.endowment.region == "150000"
    assert window.endowment.table.current_id() == "150000"
    assert "内蒙古" in window.endowment.card.head.text()
    assert window.endowments._mark.code == "150000"
    shown = window.endowment.card.audit.rows
    assert sum(row.share for row in shown) == pytest.approx(1.0, abs=1e-6)
    window.bench.stack.set_visible(LAYER, False)
    window.endowments._clicked(104.0, 30.0, 0.0)
    assert window.endowment.region == "150000"
    assert not window.endowments._mark.visible


def test_the_layer_tells_quantity_unit_and_grade_in_the_readers_words(
    window: MainWindow, provinces: Endowment
) -> None:
    window.endowments.show(provinces)
    window.endowment.set_resource("wind")
    item = window.bench.stack.item(LAYER)
    assert item.title_zh == "陆上风电年电量 (亿千瓦时)"
    assert item.grade == "reference"
    assert "估计" in item.source_zh
    window.state.set_language("en")
    window.state.set_units("si")
    assert window.bench.stack.item(LAYER).title_en == "Onshore wind, energy a year (TWh)"
    layer = window.bench.stack.layer(LAYER)
    assert isinstance(layer, RegionLayer)
    values = layer.column(layer.fields[0])
    assert values is not None
    assert np.nansum(values) == pytest.approx(provinces.nation.wind.energy_mwh / 1e6)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("resource", RESOURCES)
def test_every_resource_has_a_table_of_the_nation_and_all_regions(
    provinces: Endowment, resource: Any, language: Any
) -> None:
    content = endowment_table(provinces, resource, Columns(language, "si"))
    assert content.ids[0] == "100000"
    assert len(content.rows) == 35
    assert all(len(row) == len(content.headers) for row in content.rows)
    assert len(set(content.headers)) == len(content.headers)


def test_every_quantity_colours_regions_and_leaves_those_without_it_grey(provinces: Endowment) -> None:
    for resource, quantities in QUANTITIES.items():
        for quantity in quantities:
            style, values = style_of(provinces, quantity, "f", "si")
            colours = style.colours(values, len(values))
            tibet = [r.id for r in provinces.regions].index("540000")
            assert len(set(colours)) > 2, (resource, quantity.key)
            assert (colours[tibet] == style.other) == (resource == "sea"), (resource, quantity.key)


def test_the_layer_paints_every_region_in_its_colour(window: MainWindow, provinces: Endowment) -> None:
    from PySide6.QtGui import QImage, QPainter

    layer = RegionLayer("x", "province", ["150000"])
    layer.set_columns({"f": np.array([1.0])})
    layer.set_style(VectorStyle(line=None, fill="#ff0000"))
    canvas = window.canvas
    canvas.show_all()
    layer.project(canvas.projection)
    view = canvas.viewport
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    layer.paint(painter, view)
    painter.end()
    at = [round(v) for v in view.to_screen(*canvas.to_plane(*INNER_MONGOLIA))]
    assert image.pixelColor(*at).name() == "#ff0000"
    elsewhere = [round(v) for v in view.to_screen(*canvas.to_plane(104.0, 30.0))]
    assert image.pixelColor(*elsewhere).alpha() == 0


def test_an_assessment_runs_where_the_user_says_and_the_address_is_kept(
    window: MainWindow, qtbot: QtBot, jobs: list[EndowmentJob], tmp_path: Path
) -> None:
    panel, said = window.endowment, []
    window.endowments.bench.complain = said.append  # type: ignore[method-assign]
    assert panel.cluster.isHidden()  # the atlas's hours are computed nowhere else
    panel._boxes["hours"].setCurrentIndex(1)
    assert not panel.cluster.isHidden()
    panel.cluster.setText("no such place")
    window.endowments.run()
    assert not jobs
    assert [error.problems[0].field for error in said] == ["address"]
    panel.cluster.setText(" tcp://10.0.0.5:8786 ")
    window.endowments.run()
    assert jobs[0].arguments[jobs[0].arguments.index("--cluster") + 1] == "tcp://10.0.0.5:8786"
    assert not panel.cluster.isEnabled()
    jobs[0].progressed.emit(0.25, "assessment", 60.0)
    assert "25%" in panel._words.text()
    panel._run.click()  # which says Stop now
    assert jobs[0].cancelled
    assert panel.cluster.isEnabled()
    again = control_module.EndowmentControl(window.bench, type(panel)(), window.endowments._folder)
    assert again.panel.cluster.text() == "tcp://10.0.0.5:8786"
    (window.endowments._folder / control_module.CLUSTER_FILE).write_text('{"cluster": 7}', "utf-8")
    assert again._remembered() == ""
