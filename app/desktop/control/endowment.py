"""The endowment of the window: computed by the worker process, kept on disk, shown as page, layer and card."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject

from app import messages
from app.desktop.control.runs import runs_folder
from app.desktop.jobs import Job
from app.desktop.map.by_field import by_number
from app.desktop.map.classes import quantile_breaks
from app.desktop.map.colour import colour_table
from app.desktop.map.regions import RegionLayer, RegionMark
from app.desktop.map.stack import LayerItem
from app.desktop.map.style import Category, RasterStyle, VectorStyle
from app.desktop.panels.endowment import EndowmentPanel
from app.desktop.panels.endowment_tables import Quantity
from app.desktop.workbench import Workbench
from gis_layers.errors import EnergyMapError, InputError
from gis_layers.files import replacing
from planning.endowment_values import Endowment

LAYER = "layer.endowment"
CLASSES = 7
ASSESSED_STEP, ASSESSED_YEAR = 0.25, 2020
CLUSTER_FILE = "cluster.json"


class EndowmentControl(QObject):
    """One computation at a time; the layer follows the page."""

    def __init__(self, bench: Workbench, panel: EndowmentPanel, folder: Path | None = None) -> None:
        super().__init__(bench.window)
        self.bench, self.panel = bench, panel
        self._folder = folder or runs_folder().parent / "endowments"
        self._job: Job | None = None
        self._wanted = 0
        """Number of the latest question; an older one's answer starts nothing."""
        self._file = ""
        self._mark = RegionMark()
        bench.canvas.add_overlay(self._mark)
        panel.asked.connect(self.run)
        panel.stopped.connect(self.stop)
        panel.export_asked.connect(self.export)
        panel.file_asked.connect(self._choose_file)
        panel.picked.connect(self._picked)
        panel.quantity_changed.connect(self._colour)
        panel.cluster_named.connect(self._cluster_named)
        panel.failed.connect(bench.say)
        panel.cluster.setText(self._remembered())
        bench.canvas.clicked.connect(self._clicked)
        state = bench.state
        state.language_changed.connect(lambda: panel.set_language(state.language))
        state.units_changed.connect(lambda: panel.set_units(state.units))
        state.theme_changed.connect(lambda: panel.set_dark(state.dark))
        panel.set_dark(state.dark)
        panel.set_units(state.units)
        panel.set_language(state.language)
        bench.stack.changed.connect(self._switched)

    @property
    def busy(self) -> bool:
        return self._job is not None

    def on_endowment(self) -> None:
        """The page; with nothing on it yet, the provinces are computed at once."""
        self.bench.show_dock("endowment")
        if self.panel.endowment is None and not self.busy:
            self.run()

    def run(self) -> None:
        """Compute what the page asks for, or take what was computed before."""
        if self.busy:
            return
        source = self.panel.hours_from
        if source == "assess":
            file = self._folder / f"assessment-{ASSESSED_STEP:g}-{ASSESSED_YEAR}.nc"
            if not file.is_file():
                arguments = ["assess", "--out", str(file), "--step", f"{ASSESSED_STEP:g}", "--years",
                             str(ASSESSED_YEAR), "--json"]  # fmt: skip
                cluster = self._cluster_named(self.panel.cluster.text())
                if cluster is None:
                    self.panel.cluster.setFocus()
                    return
                if cluster:
                    arguments += ["--cluster", cluster]
                self._start(arguments, lambda: self._compute(file))
                return
            self._compute(file)
        else:
            self._compute(Path(self._file) if source == "file" and self._file else None)

    def stop(self) -> None:
        """The user or the end of the window stops it; finished tiles of an assessment are kept."""
        self._wanted += 1
        if self._job is not None:
            self._job.cancel()

    def export(self) -> None:
        """Workbook, CSV, GeoPackage, maps and JSON where the user wants them."""
        bench, endowment = self.bench, self.panel.endowment
        if endowment is None:
            return
        chosen = bench.dialogs.choose_folder(bench.text("endowment.export_title"))
        if not chosen:
            return
        target = Path(chosen) / f"endowment-{endowment.level}"
        number = bench.document.workspace.map_review_number
        bench.document.background.run(
            lambda: _write(target, endowment, number),
            lambda _: bench.say(bench.text("endowment.exported", path=target), 60.0),
            bench.complain,
        )

    # -- cluster ---------------------------------------------------------------------------------------

    def _cluster_named(self, typed: str) -> str | None:
        """The address, kept for the next time; None where it can be none, which is said."""
        from resources.spread import check_address

        try:
            cluster = check_address(typed)
        except InputError as error:
            self.bench.complain(error)
            return None
        if cluster != self._remembered():
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                with replacing(self._folder / CLUSTER_FILE) as temporary:
                    temporary.write_text(json.dumps({"cluster": cluster}), "utf-8")
            except (OSError, EnergyMapError):
                pass  # it is typed again next time
        return cluster

    def _remembered(self) -> str:
        from resources.spread import check_address

        try:
            held = json.loads((self._folder / CLUSTER_FILE).read_text("utf-8"))
            return check_address(str(held["cluster"]))
        except (OSError, ValueError, KeyError, TypeError, InputError):
            return ""

    # -- computing ---------------------------------------------------------------------------------------

    def _compute(self, assessment: Path | None) -> None:
        bench, level = self.bench, self.panel.level
        self._folder.mkdir(parents=True, exist_ok=True)
        self._wanted += 1
        question = self._wanted

        def known(key: str) -> None:
            if question != self._wanted:
                return  # stopped meanwhile
            kept = self._folder / f"{level}-{key}.json"
            if kept.is_file():
                self._read(kept, lambda error: start(kept))
            else:
                start(kept)

        def start(kept: Path) -> None:
            # A name of its own: two windows may compute the same at once.
            made = Path(tempfile.mkdtemp(prefix="new-", dir=self._folder)) / "endowment.json"
            arguments = ["endowment", "--level", level, "--document", str(made), "--json"]
            if assessment is not None:
                arguments += ["--assessment", str(assessment)]

            def done() -> None:
                made.replace(kept)
                shutil.rmtree(made.parent, ignore_errors=True)
                self._read(kept, bench.complain)

            self._start(arguments, done, made.parent)

        bench.document.background.run(lambda: _key(assessment), known, bench.complain)

    def _start(self, arguments: list[str], then: Callable[[], None], made: Path | None = None) -> None:
        if self.busy:
            return
        job = Job([*arguments, "--lang", self.bench.state.language], self)
        self._job = job
        self.panel.set_busy(True)
        job.progressed.connect(self._progressed)
        job.finished.connect(lambda good, words: self._finished(good, words, then, made))

    def _progressed(self, share: float, what: str, remaining: object) -> None:
        words = messages.step(what, self.bench.state.language)
        self.panel.set_progress(
            share, words, float(remaining) if isinstance(remaining, int | float) else None
        )

    def _finished(self, good: bool, words: str, then: Callable[[], None], made: Path | None) -> None:
        job, self._job = self._job, None
        self.panel.set_busy(False)
        if job is None:
            return
        if good:
            then()
        else:
            if made is not None:
                shutil.rmtree(made, ignore_errors=True)
            key = "endowment.cancelled" if job.cancelled else "endowment.failed"
            said = self.bench.text(key) if job.cancelled else self.bench.text(key, words=words)
            self.bench.say(said.replace("\n", "  "), 60.0)
        job.deleteLater()

    def _read(self, path: Path, failed: Callable[[EnergyMapError], None]) -> None:
        self.bench.document.background.run(lambda: _read(path), self.show, failed)

    def _choose_file(self) -> None:
        bench = self.bench
        kinds = bench.text("endowment.files")
        self._file = bench.dialogs.open_file(bench.text("endowment.choose"), kinds)
        self.panel.set_file(self._file)

    # -- map ---------------------------------------------------------------------------------------------

    def show(self, endowment: Endowment) -> None:
        """A document becomes the page and the layer."""
        self._mark.set_region(endowment.level, "")
        self.panel.show_endowment(endowment)

    def _colour(self) -> None:
        """The layer shows the quantity chosen; a click in the tree still hides it."""
        endowment, panel, stack = self.panel.endowment, self.panel, self.bench.stack
        if endowment is None:
            return
        state, quantity = self.bench.state, panel.quantity
        held = stack.layer(LAYER) if LAYER in stack else None
        ids = tuple(r.id for r in endowment.regions)
        fresh = not (isinstance(held, RegionLayer) and held.ids == ids)
        layer = RegionLayer(LAYER, endowment.level, ids) if fresh else held
        assert isinstance(layer, RegionLayer)
        field = quantity.title(panel.resource, state.language)
        unit = quantity.unit(state.units, state.language)
        style, values = style_of(endowment, quantity, field, state.units)
        layer.set_columns({field: values})
        title = f"{field} ({unit})" if unit else field
        item = LayerItem(
            id=LAYER, group="group.resource", title_zh=title, title_en=title, unit=unit,
            grade=endowment.grade,
            source="energymap endowment; densities and rules for land estimated",
            source_zh="energymap 资源禀赋评估; 密度与土地规则为估计",
            period=endowment.period_en, period_zh=endowment.period_zh, visible=True, opacity=0.95, style=style,
        )  # fmt: skip
        stack.add(item, layer, below="layer.lake")
        stack.show_content(LAYER, style, style)
        self.bench.canvas.refresh()

    def _picked(self, identity: str) -> None:
        endowment = self.panel.endowment
        if endowment is not None:
            self._mark.set_region(endowment.level, "" if identity == endowment.nation.id else identity)
            self.bench.canvas.update()

    def _clicked(self, lon: float, lat: float, metres_per_pixel: float) -> None:
        """A click on the coloured map shows the card of the region there."""
        endowment, stack = self.panel.endowment, self.bench.stack
        if endowment is None or LAYER not in stack or not stack.item(LAYER).visible:
            return
        from gis_layers.boundary import locate

        code = str(locate(lon, lat, endowment.level)[0])
        if code:
            self.panel.pick(code)

    def _switched(self, identities: object) -> None:
        visible = LAYER in self.bench.stack and self.bench.stack.item(LAYER).visible
        if self._mark.visible != visible:
            self._mark.visible = visible
            self.bench.canvas.update()


def style_of(
    endowment: Endowment, quantity: Quantity, field: str, units: str
) -> tuple[VectorStyle, np.ndarray]:
    """How the regions are coloured, and their values in the reader's unit."""
    base = VectorStyle(line="#ffffff", width_px=0.35 if endowment.level == "county" else 0.6, other="#d9d9d9")
    found = [quantity.value(r, "cn" if units == "cn" else "si") for r in endowment.regions]
    if quantity.classes is not None:
        titles = endowment.technology(quantity.classes).class_titles
        table = colour_table(quantity.palette, False)
        steps = [
            tuple(table[40 + round(k * 215 / (len(titles) - 1)), :3].tolist()) for k in range(len(titles))
        ]
        categories = tuple(
            Category(value=title, colour="#{:02x}{:02x}{:02x}".format(*step))
            for title, step in zip(titles, steps, strict=True)
        )
        names = np.array(["" if v is None else titles[int(v)] for v in found], dtype=object)
        update = {"colour_field": field, "categories": categories, "has_other": bool((names == "").any())}
        return base.model_copy(update=update), names
    values = np.array([np.nan if v is None else v for v in found], dtype=np.float64)
    known = values[np.isfinite(values)]
    breaks = tuple(_rounded(b) for b in quantile_breaks(known, CLASSES))
    ramp = RasterStyle(
        palette=quantity.palette,
        classification="breaks",
        classes=CLASSES,
        breaks=tuple(dict.fromkeys(breaks)),
    )
    style = by_number(base, field, values, ramp)
    if style.ramp is not None and style.ramp.high > 0:
        style = style.model_copy(
            update={"ramp": style.ramp.model_copy(update={"high": _upwards(style.ramp.high)})}
        )
    return style, values


def _upwards(value: float) -> float:
    """Up to two digits."""
    step = 10.0 ** (np.floor(np.log10(value)) - 1)
    return float(np.ceil(value / step) * step)


def _rounded(value: float) -> float:
    """To two digits, so that the limits of classes read well."""
    if value == 0 or not np.isfinite(value):
        return value
    digits = 1 - int(np.floor(np.log10(abs(value))))
    return round(value, digits)


# What computes is loaded in the thread that first needs it: it would hold the first map up.


def _key(assessment: Path | None) -> str:
    from planning.endowment import endowment_key

    return endowment_key(assessment)


def _read(path: Path) -> Endowment:
    from planning.report.endowment import read_endowment

    return read_endowment(path)


def _write(target: Path, endowment: Endowment, review_number: str) -> None:
    from planning.report.endowment import write_endowment

    write_endowment(target, endowment, review_number)
