"""Siting in the window: the area looked at, rules tried as they are edited, the run in the worker process, its answer."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from app import messages
from app.desktop.background import Background
from app.desktop.control import siting_work as work
from app.desktop.control.runs import runs_folder
from app.desktop.control.siting_area import SitingArea
from app.desktop.control.siting_bases import make_base
from app.desktop.control.siting_kept import channels, file_name, last_kept, remember, resource_options
from app.desktop.control.siting_map import SitingMap
from app.desktop.control.siting_sets import USUAL_RULES, RuleSets
from app.desktop.jobs import Job
from app.desktop.panels.siting import SitingPanel
from app.desktop.panels.siting_edit import weights_toml
from app.desktop.workbench import Workbench
from gis_layers.errors import Cancelled, EnergyMapError, InputError
from planning.siting.rules import RuleSet

DOCK, KIND = "siting", "site"
WAIT_MS = 600
"""Of edits that follow each other, the last is tried."""


class SitingControl(QObject):
    """One run at a time; a newer try takes the place of an older."""

    def __init__(self, bench: Workbench, panel: SitingPanel, folder: Path | None = None) -> None:
        super().__init__(bench.window)
        self.bench, self.panel = bench, panel
        self._folder = folder or runs_folder().parent / "sitings"
        self.sets = RuleSets(bench, panel.rules, folder / "rules" if folder is not None else None)
        self._job: Job | None = None
        self._tried = 0
        """Number of the latest try; an older one's answer shows nothing."""
        self._wanted = 0
        self._begun = False
        self._give_up = threading.Event()
        self._thread = Background(self)
        self.area = SitingArea(bench, panel, self._thread)
        self.map = SitingMap(bench)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self._try)
        self._connect()
        self._words()

    def _connect(self) -> None:
        bench, panel = self.bench, self.panel
        self.area.changed.connect(self._area_changed)
        self.area.known.connect(self._area_known)
        panel.run_asked.connect(self.run)
        panel.stopped.connect(self.stop_run)
        panel.export_asked.connect(self.export)
        panel.base_asked.connect(self.make_base)
        panel.zoom_asked.connect(self.zoom)
        panel.picked.connect(partial(bench.state.select, KIND))
        panel.technology_changed.connect(self._draw_land)
        panel.question_changed.connect(self._question_changed)
        panel.failed.connect(lambda words: bench.say(words, 30.0))
        bench.canvas.clicked.connect(lambda lon, lat, *_: self._clicked(lon, lat))
        bench.toolbox.pointed.connect(lambda lon, lat, *_: self._clicked(lon, lat))
        bench.document.workspace_changed.connect(self._workspace_changed)
        bench.zooms[KIND] = self._box
        state = bench.state
        state.selection_changed.connect(self._selected)
        for signal in (state.language_changed, state.units_changed):
            signal.connect(self._words)
        state.theme_changed.connect(lambda: panel.set_dark(state.dark))

    @property
    def busy(self) -> bool:
        return self._job is not None

    # -- commands ----------------------------------------------------------------------------------------

    def on_siting(self) -> None:
        """The page, with the newest area; the last answer where none was asked for yet."""
        self.bench.show_dock(DOCK)
        self._begin()

    def assess(self, identity: str) -> None:
        """The page with a drawing as its area."""
        self.bench.show_dock(DOCK)
        self._begin()
        self.area.choose(identity)

    def run(self) -> None:
        """Assess, or take the answer of the same question before."""
        if self.busy:
            return
        asked = self.area.asked
        if asked is None:
            self.bench.say(self.bench.text("siting.no_area"))
            return
        try:
            rules, arguments, weights = self._question()
        except InputError as error:
            self.bench.complain(error)
            return
        kept = self._folder / work.key_of(asked, rules, arguments, weights)
        if (kept / work.DOCUMENT).is_file():
            kept.touch()
            self._show(kept)
            return
        self._wanted += 1
        wanted = self._wanted

        def written(made: Path) -> None:
            if wanted == self._wanted:
                self._start(made, kept, arguments)
            else:
                shutil.rmtree(made, ignore_errors=True)

        def write() -> Path:
            self._folder.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix="new-", dir=self._folder))
            work.write_question(made, asked, rules, weights)
            return made

        self.bench.document.background.run(write, written, self.bench.complain)

    def stop_run(self) -> None:
        self._wanted += 1
        if self._job is not None:
            self._job.cancel()

    def stop(self) -> None:
        """Before the window goes."""
        self._wait.stop()
        self._give_up.set()
        self.stop_run()
        self._thread.stop()

    def export(self) -> None:
        """Report, tables and layers where the user wants them."""
        bench, answer = self.bench, self.panel.answer
        if answer is None:
            return
        chosen = bench.dialogs.choose_folder(bench.text("siting.export_title"))
        if not chosen:
            return
        target = Path(chosen) / f"siting-{file_name(str(answer.document['area']))}"
        bench.document.background.run(
            lambda: work.export_answer(answer, target),
            lambda path: bench.say(bench.text("siting.exported", path=path), 60.0),
            bench.complain,
        )

    def make_base(self) -> None:
        """The site picked becomes a base of the scenario."""
        answer = self.panel.answer
        if answer is not None and self.panel.site:
            make_base(self.bench, answer, self.panel.site)

    def zoom(self) -> None:
        box = self._box(self.panel.site)
        if box is not None:
            self.bench.canvas.zoom_to(box)

    # -- rules -------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """What the page needs is read when it is first asked for."""
        if not self._begun:
            self._begun = True
            self.sets.load(USUAL_RULES)
            self.panel.options.show_channels(channels(self.bench))
            self.bench.document.background.run(
                lambda: work.forget_old(self._folder), lambda _: None, self.bench.complain
            )
            self._take_last()
        self._workspace_changed()

    def _workspace_changed(self) -> None:
        if self._begun:
            self.area.follow()
            self._judge()

    def _area_changed(self) -> None:
        """A try of the area before shows nothing any more."""
        self._tried += 1
        self._give_up.set()
        self._judge()

    def _area_known(self) -> None:
        self._judge()
        self._try()

    def _question_changed(self) -> None:
        self._judge()
        self.area.read()  # the wish to clip may have changed
        if self.area.asked is not None:
            self._wait.start()

    def _try(self) -> None:
        """Apply the rules to the area at a coarse cell, beside the window."""
        self._wait.stop()
        asked, edited = self.area.asked, self.panel.rules.edited
        if asked is None or edited is None:
            return
        self._tried += 1
        number = self._tried
        self._give_up.set()
        give_up = self._give_up = threading.Event()
        bench = self.bench
        try:
            rules = edited.effective()
        except InputError as error:
            self._untried(number, error)
            return
        choice = bench.document.scenario.resource

        def going(share: float, what: str) -> None:
            if give_up.is_set():
                raise Cancelled

        def done(tried: work.Tried) -> None:
            if number == self._tried:
                self.panel.show_tried(tried)
                self._draw_land()

        self.panel.rules.say(bench.text("siting.trying"))
        self._thread.run(
            lambda: work.try_rules(asked.checked, rules, choice, going), done, partial(self._untried, number)
        )

    def _untried(self, number: int, error: EnergyMapError) -> None:
        if number == self._tried and not isinstance(error, Cancelled):
            words = messages.say(error, self.bench.state.language)
            self.panel.show_tried(None, self.bench.text("siting.try_failed", words=words), bad=True)

    # -- the run -----------------------------------------------------------------------------------------

    def _question(self) -> tuple[RuleSet, list[str], str]:
        """Rules, arguments and weights as they stand; InputError with what cannot be asked."""
        edited = self.panel.rules.edited
        wishes = self.panel.wishes()
        wishes.request()
        wishes.judged.weights()
        assert edited is not None
        arguments = [*wishes.arguments(), *resource_options(self.bench.document.scenario.resource)]
        number = self.bench.document.workspace.map_review_number
        if number:
            arguments += [f"--review-number={number}"]
        return edited.effective(), arguments, weights_toml(wishes.judged)

    def _start(self, made: Path, kept: Path, arguments: list[str]) -> None:
        told = [
            "site", str(made / work.AREA_FILE), "--rules", str(made / work.RULES_FILE), "--weights",
            str(made / work.WEIGHTS_FILE), *arguments, "--out", str(made), "--json", "--lang", self.bench.state.language,
        ]  # fmt: skip
        job = Job(told, self)
        self._job = job
        self.panel.set_busy(True)
        job.progressed.connect(self._progressed)
        job.finished.connect(lambda good, words: self._finished(good, words, made, kept))

    def _progressed(self, share: float, what: str, remaining: object) -> None:
        words = messages.step(what, self.bench.state.language)
        left = float(remaining) if isinstance(remaining, int | float) else None
        self.panel.set_progress(share, words, left)

    def _finished(self, good: bool, words: str, made: Path, kept: Path) -> None:
        job, self._job = self._job, None
        self.panel.set_busy(False)
        if job is None:
            return
        if good:
            shutil.rmtree(kept, ignore_errors=True)
            made.replace(kept)
            self._show(kept)
        else:
            shutil.rmtree(made, ignore_errors=True)
            key = "siting.cancelled" if job.cancelled else "siting.failed"
            said = self.bench.text(key) if job.cancelled else self.bench.text(key, words=words)
            self.bench.say(said.replace("\n", "  "), 60.0)
        job.deleteLater()

    def _show(self, kept: Path, quiet: bool = False) -> None:
        def done(answer: work.Answer) -> None:
            self.show(answer)
            if not quiet:
                self.panel.show_result_page()
                remember(self._folder, kept.name)

        failed: Callable[[EnergyMapError], None] = (lambda _: None) if quiet else self.bench.complain
        self.bench.document.background.run(lambda: work.read_answer(kept), done, failed)

    def _take_last(self) -> None:
        """The answer shown last, where it is still kept."""
        kept = last_kept(self._folder)
        if kept is not None:
            self._show(kept, quiet=True)

    def show(self, answer: work.Answer) -> None:
        """An answer becomes the pages and the layers."""
        self.panel.show_answer(answer)
        self._judge()
        self.map.show_sites(answer)
        self._draw_land()
        self._selected()

    def _judge(self) -> None:
        """Whether the answer shown is that of the question as it stands."""
        answer = self.panel.answer
        if answer is None:
            return
        stale = True
        if self.area.asked is not None:
            try:
                rules, arguments, weights = self._question()
                stale = work.key_of(self.area.asked, rules, arguments, weights) != answer.key
            except InputError:
                stale = True
        self.panel.set_stale(stale)

    # -- map and selection -------------------------------------------------------------------------------

    def _draw_land(self) -> None:
        panel = self.panel
        tried, answer = panel.tried, panel.answer
        technology = panel.shown_technology
        if tried is not None and (answer is None or panel.stale):
            self.map.show_land(tried.grid, technology, preview=True)
        elif answer is not None:
            self.map.show_land(answer.grid, technology, preview=False)

    def _clicked(self, lon: float, lat: float) -> None:
        answer = self.panel.answer
        site = self.map.site_at(answer, lon, lat) if answer is not None else ""
        if site:
            self.bench.state.select(KIND, site)

    def _selected(self) -> None:
        """The selection of the window, where it is a site."""
        chosen, answer = self.bench.state.selected, self.panel.answer
        site = chosen[1] if chosen is not None and chosen[0] == KIND else ""
        if answer is None or answer.site(site) is None:
            site = ""
        self.panel.select(site)
        self.map.mark(answer, site)

    def _box(self, identity: str) -> tuple[float, float, float, float] | None:
        """West, south, east, north of a site, with some ground around it."""
        answer = self.panel.answer
        outline = answer.outlines.get(identity) if answer is not None else None
        if outline is None:
            return None
        west, south, east, north = (float(v) for v in outline.bounds)
        lon, lat = 0.25 * (east - west), 0.25 * (north - south)
        return west - lon, south - lat, east + lon, north + lat

    def _words(self) -> None:
        state, panel = self.bench.state, self.panel
        panel.set_language(state.language)
        panel.set_units(state.units)
        panel.set_dark(state.dark)
        if self._begun:
            panel.options.show_channels(channels(self.bench))
            self.area.show()
        if panel.answer is not None:
            self.map.show_sites(panel.answer)
        self._draw_land()
