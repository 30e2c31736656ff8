"""Pictures of the real window on a real project: `./run screenshots [--project FILE] [--out DIR] [--all]`.

Without --project the demo is run first. Without --all only the pictures the guides show are made, else every
scene in both languages, light and dark.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.desktop.main_window import MainWindow
    from app.messages import Language

SIZE = (1600, 1000)
COLOURS = 256
JULY_AFTERNOON = (31 + 28 + 31 + 30 + 31 + 30 + 14) * 24 + 14
"""15 July, 14:00."""
GOLMUD, LENGHU, KUBUQI, LHASA, SHANGHAI = (
    (94.9, 36.4),
    (93.3, 38.75),
    (107.8, 40.3),
    (91.1, 29.7),
    (121.5, 31.2),
)
WORKER_S = 900.0
"""The longest a scene waits for the worker: an outage needs the dispatch, where the store has it not."""
GUIDE = (
    "main zh light", "main en light", "flows zh dark", "flows en dark", "place zh light", "base en light",
    "dispatch zh light", "pins en light", "import zh light", "welcome en light", "balance zh light", "lines en light",
    "single zh light", "trades en light",
)  # fmt: skip
"""What README and the user guides show: scene, language, light or dark."""


class Stage:
    """One window, with what a scene needs to move it."""

    def __init__(self, language: Language, dark: bool, project: Path, folder: Path) -> None:
        from app.desktop.main_window import MainWindow
        from app.desktop.state import WindowState

        self.folder, self.project = folder, project
        # Of each window its own: the first page lists no project of a scene before it.
        state_folder = Path(tempfile.mkdtemp(dir=folder))
        self.window: MainWindow = MainWindow(WindowState(language), state_folder=state_folder)
        self.window.resize(*SIZE)
        self.window.show()
        self.window.state.set_dark(dark)
        self.box: QWidget | None = None
        """A dialog over the window, part of the picture."""

    def open(self) -> None:
        self.window.open_project(self.project)
        self.settle()
        self.until(lambda: self.window.document.hours() is not None, "hours of the project")

    def do(self, command: str) -> None:
        """Trigger a command by its id, as the menu does."""
        from PySide6.QtGui import QAction

        action = self.window.findChild(QAction, command)
        assert action is not None, command
        action.trigger()

    def show_only(self, *layers: str) -> None:
        """Of the rasters and the hill shade, these alone, in this order from above."""
        from app.desktop.map.style import RasterStyle

        stack = self.window.bench.stack
        for item in stack.items():
            if isinstance(item.style, RasterStyle) or item.id == "layer.hillshade":
                stack.set_visible(item.id, item.id in layers)

    def hour(self, hour: int) -> None:
        self.window.time_bar.set_mode("hour")
        self.window.state.set_hour(hour)

    def taller_results(self, height: int) -> None:
        self.taller("results", height)

    def taller(self, panel: str, height: int) -> None:
        """A panel below the map, so many pixels high."""
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QDockWidget

        dock = self.window.findChild(QDockWidget, panel)
        assert isinstance(dock, QDockWidget), panel
        self.window.resizeDocks([dock], [height], Qt.Orientation.Vertical)

    def settle(self) -> None:
        """Wait for what is read and painted beside the window."""
        for _ in range(2):
            self.wait(0.4)
            self.window.document.background.wait()
            self.window.canvas.wait_painted()
        self.wait(0.3)

    def until(self, true: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                raise TimeoutError(what)
            self.wait(0.1)

    def wait(self, seconds: float) -> None:
        """Let events and other threads work; `QTest.qWait` would keep Python from them."""
        from PySide6.QtWidgets import QApplication

        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.01)

    def picture(self) -> Any:
        """The window, with the dialog over it where there is one."""
        from PySide6.QtCore import QPoint
        from PySide6.QtGui import QColor, QPainter

        self.settle()
        shot = self.window.grab()
        if self.box is not None:
            over = self.box.grab()
            corner = QPoint((shot.width() - over.width()) // 2, (shot.height() - over.height()) // 2)
            painter = QPainter(shot)
            painter.fillRect(shot.rect(), QColor(0, 0, 0, 70))
            painter.drawPixmap(corner, over)
            painter.end()
        return shot

    def close(self) -> None:
        from PySide6.QtWidgets import QApplication

        if self.box is not None:
            self.box.close()
        self.window.document.undo()
        self.window.files.may_close = lambda then: True  # type: ignore[method-assign]
        self.window.close()
        self.window.deleteLater()
        QApplication.processEvents()


# -- scenes ----------------------------------------------------------------------------------------


def main(stage: Stage) -> None:
    stage.open()


def flows(stage: Stage) -> None:
    stage.open()
    stage.show_only("layer.hillshade")
    stage.hour(JULY_AFTERNOON)


def wind(stage: Stage) -> None:
    stage.open()
    stage.show_only("wind_speed_100m", "layer.hillshade")
    stage.window.bench.stack.set_visible("layer.corridors", False)
    stage.window.canvas.center_on(98.0, 38.0, 2200.0)


def place(stage: Stage) -> None:
    stage.open()
    stage.window.canvas.center_on(*LENGHU, 1500.0)
    stage.window.canvas.clicked.emit(*LENGHU, 1500.0)


def base(stage: Stage) -> None:
    stage.open()
    summary = stage.window.document.summary
    assert summary is not None
    largest = max(summary.bases, key=lambda key: sum(summary.bases[key].capacity_mw.values()))
    stage.window.results.show_tab("tab.bases")
    stage.window.state.select("base", largest)
    stage.do("zoom_selection")


def dispatch(stage: Stage) -> None:
    stage.open()
    stage.hour(JULY_AFTERNOON)
    stage.window.results.show_tab("charts.tab.dispatch")
    stage.taller_results(520)


def inputs(stage: Stage) -> None:
    stage.open()
    stage.do("edit_inputs")
    stage.window.form.show_section("prices")


def compare(stage: Stage) -> None:
    from planning.edits import set_field

    stage.open()
    document = stage.window.document
    stage.do("duplicate_scenario")
    document.apply(
        set_field(document.workspace, document.workspace.scenarios[-1].id, "prices.carbon_cny_per_t", 150.0)
    )
    stage.do("compare_scenarios")


def pins(stage: Stage) -> None:
    stage.open()
    for place_deg in (GOLMUD, LHASA, SHANGHAI):
        stage.window.bench.toolbox.add_pin(*place_deg)
    stage.until(lambda: stage.window.pins.idle, "values of the pins")


def draw(stage: Stage) -> None:
    import shapely

    stage.open()
    stage.window.canvas.center_on(*KUBUQI, 700.0)
    stage.do("tool_polygon")
    lon, lat = KUBUQI
    shape = shapely.Polygon(
        [(lon - 1.1, lat - 0.3), (lon + 1.0, lat - 0.5), (lon + 1.3, lat + 0.1), (lon - 0.7, lat + 0.3)]
    )
    stage.window.bench.toolbox.drawn.emit(shape)


def swipe(stage: Stage) -> None:
    stage.open()
    stage.show_only("pv_yield", "wind_cf", "layer.hillshade")
    stage.do("swipe")


def imports(stage: Stage) -> None:
    """A table of power stations as a Chinese spreadsheet writes it, in GBK."""
    import planning

    stage.open()
    table = stage.folder / "水电站.csv"
    ours = Path(planning.__file__).parent / "data" / "hydro_stations.csv"
    table.write_text(ours.read_text(encoding="utf-8"), encoding="gb18030")
    stage.window.imports.offer([table])
    stage.box = stage.window.imports.dialog
    stage.until(
        lambda: stage.window.imports.dialog is not None and not stage.window.imports.dialog.busy, "import"
    )


def style(stage: Stage) -> None:
    stage.open()
    stage.window.layers.edit_style("pv_yield")
    stage.box = stage.window.layers._style_box


def siting(stage: Stage) -> None:
    """Sites of a drawn area, as the worker finds them."""
    import shapely

    stage.open()
    window, (lon, lat) = stage.window, KUBUQI
    window.canvas.center_on(lon, lat, 260.0)
    shape = shapely.box(lon - 0.25, lat - 0.18, lon + 0.25, lat + 0.18)
    window.bench.toolbox.drawn.emit(shape)
    window.drawing.bar.assess.click()
    stage.until(lambda: window.sitings.area.asked is not None, "area")
    window.sitings.run()
    stage.until(lambda: window.siting.answer is not None, "sites", WORKER_S)
    stage.taller("siting", 420)


def sizing(stage: Stage) -> None:
    """The first of the built-in bases, as the worker sizes it."""
    stage.open()
    window = stage.window
    stage.do("sizing")
    stage.until(lambda: bool(window.sizing.draft.document), "bases")
    window.sizings.run()
    stage.until(lambda: bool(window.sized.results), "sizing", WORKER_S)
    stage.taller("sized", 460)


def lines(stage: Stage) -> None:
    """The table of corridors and the editor of the one selected."""
    stage.open()
    stage.do("lines")
    stage.window.state.select("corridor", largest_line(stage))
    stage.taller("lines", 480)


def single(stage: Stage) -> None:
    stage.open()
    stage.hour(JULY_AFTERNOON)
    stage.window.results.show_tab("charts.tab.single")
    stage.window.state.select("corridor", largest_line(stage))
    stage.taller_results(460)


def sankey(stage: Stage) -> None:
    """Who sends to whom."""
    stage.open()
    stage.window.results.show_tab("charts.tab.exchange")
    stage.taller_results(560)


def trades(stage: Stage) -> None:
    """Who pays whom."""
    stage.open()
    stage.window.results.show_tab("tab.trades")
    stage.taller_results(520)


def claim(stage: Stage) -> None:
    stage.open()
    stage.window.results.show_tab("tab.claim")
    stage.taller_results(480)


def balance(stage: Stage) -> None:
    stage.open()
    stage.hour(JULY_AFTERNOON)
    stage.do("show_balance")


def prices(stage: Stage) -> None:
    stage.open()
    stage.hour(JULY_AFTERNOON)
    stage.do("show_prices")


def outage(stage: Stage) -> None:
    """Both poles of the largest line, as the worker answers."""
    stage.open()
    window = stage.window
    stage.hour(JULY_AFTERNOON)
    window.state.select("corridor", largest_line(stage))
    stage.do("outage")
    window.outages.run()
    stage.until(lambda: window.outages.overlay.answer is not None, "outage", WORKER_S)
    stage.taller("outage", 420)


def largest_line(stage: Stage) -> str:
    """The direct-current line that delivers most."""
    summary = stage.window.document.summary
    assert summary is not None
    own = {key: c.delivered_mwh for key, c in summary.corridors.items() if c.kind == "dc"}
    return max(own, key=lambda key: own[key])


def welcome(stage: Stage) -> None:
    stage.do("welcome")


SCENES: dict[str, Callable[[Stage], None]] = {
    "main": main, "flows": flows, "wind": wind, "place": place, "base": base, "dispatch": dispatch,
    "inputs": inputs, "compare": compare, "pins": pins, "draw": draw, "swipe": swipe, "import": imports,
    "style": style, "welcome": welcome, "siting": siting, "sizing": sizing, "lines": lines, "single": single,
    "sankey": sankey, "trades": trades, "claim": claim, "balance": balance, "prices": prices, "outage": outage,
}  # fmt: skip


# -- writing ---------------------------------------------------------------------------------------


def write_small(shot: Any, path: Path) -> None:
    """A PNG of 256 colours, a third of the size of a full one; dithered, so that colour ramps stay even."""
    import io

    from PIL import Image
    from PySide6.QtCore import QBuffer

    held = QBuffer()
    held.open(QBuffer.OpenModeFlag.ReadWrite)
    shot.save(held, "PNG")
    picture = Image.open(io.BytesIO(held.data().data())).convert("RGB")
    picture.quantize(palette=picture.quantize(COLOURS, kmeans=1), dither=Image.Dither.FLOYDSTEINBERG).save(
        path, optimize=True
    )


def take(names: Iterable[str], project: Path, out: Path) -> None:
    """Make the pictures "scene language look" as `<scene>_<language>_<look>.png` in `out`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QStandardPaths

    from app.desktop.start import make_application

    QStandardPaths.setTestModeEnabled(True)  # nothing of the user's own settings is read or written
    make_application()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        opened = folder / "2030-1200GW.gpkg"
        shutil.copyfile(project, opened)
        for name in names:
            scene, language, look = name.split()
            stage = Stage(language, look == "dark", opened, folder)  # type: ignore[arg-type]
            SCENES[scene](stage)
            path = out / f"{scene}_{language}_{look}.png"
            write_small(stage.picture(), path)
            stage.close()
            print(f"{path}  {path.stat().st_size // 1024} kB", file=sys.stderr)


def write_keys(docs: Path) -> None:
    """The table of keys in both guides, from the window's own table of commands."""
    from app.desktop.actions import ACTIONS
    from app.desktop.texts import TEXTS

    for guide, language in (("user_guide.md", 1), ("user_guide.zh.md", 0)):
        rows = [f"| {a.shortcut} | {TEXTS[a.id][language].rstrip('…')} |\n" for a in ACTIONS if a.shortcut]
        page = (docs / guide).read_text(encoding="utf-8")
        table = re.compile(r"(?<=\|---\|---\|\n)(\|.*\n)+")
        (docs / guide).write_text(table.sub("".join(rows), page), encoding="utf-8")


def everything() -> list[str]:
    return [f"{s} {lang} {look}" for s in SCENES for lang in ("zh", "en") for look in ("light", "dark")]


def run(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./run screenshots", description=__doc__)
    parser.add_argument(
        "--project", type=Path, help="a project.gpkg with results; without it the demo is run"
    )
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--all", action="store_true", help="every scene in both languages, light and dark")
    parser.add_argument("--only", nargs="*", metavar="SCENE", help="of these scenes")
    parser.add_argument("--keys", action="store_true", help="only the tables of keys in the guides")
    chosen = parser.parse_args(arguments)
    if chosen.keys:
        write_keys(Path("docs"))
        return 0
    names = [
        n for n in (everything() if chosen.all else GUIDE) if not chosen.only or n.split()[0] in chosen.only
    ]
    with tempfile.TemporaryDirectory() as temporary:
        project = chosen.project
        if project is None:
            from app.cli import run as program

            project = Path(temporary) / "project.gpkg"
            if code := program(["demo", "--out", temporary]):
                return code
        take(names, project, chosen.out)
    return 0


if __name__ == "__main__":
    sys.exit(run())
