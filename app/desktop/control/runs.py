"""Long work: the chain or one base in the worker process, with progress, remaining time, cancel and a log."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal

from app import messages
from app.desktop.jobs import Job
from app.desktop.workbench import Workbench
from gis_layers.errors import EnergyMapError
from gis_layers.files import replacing, writable_folder
from planning.chain.link_documents import LinkAnswer
from planning.chain.links import LINKS, Link, first_stale
from planning.compare import stale_inputs
from planning.scenario import Scenario
from planning.words import link as link_words

KEPT_DAYS = 30
"""Folders of runs that no window cleared."""


def runs_folder() -> Path:
    """Where the worker writes before a project is saved."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    return Path(place) / "runs"


@dataclass
class Run:
    """One job and what follows it."""

    title: str
    job: Job
    folder: Path
    then: Callable[[str], None]


class RunControl(QObject):
    """Handlers of the menu Run; one job at a time."""

    changed = Signal()
    """A run began or ended."""
    progressed = Signal(str, float, object)
    """Words, share, remaining seconds or None."""
    logged = Signal(str)
    base_sized = Signal(str, object)
    """Base id and the document of `energymap size`."""

    link_answered = Signal(object)
    """LinkAnswer of a link run alone."""
    link_stale = Signal(int)
    """How many inputs changed since, where the answer of that link would be another now."""

    def __init__(self, bench: Workbench, results_folder: Path | None = None) -> None:
        super().__init__(bench.window)
        self.bench = bench
        self.run: Run | None = None
        self.last_words = ""
        self.last_out: Path | None = None
        """Folder of the last run's report, workbook and maps."""
        self._root = results_folder
        self._folders: list[Path] = []
        self._answered: tuple[Link, Scenario] | None = None
        bench.document.workspace_changed.connect(self._check_answered)

    @property
    def busy(self) -> bool:
        return self.run is not None

    def on_run(self) -> None:
        """The whole chain of the active scenario; links whose inputs stand are reused."""

        def arguments(file: Path, out: Path) -> list[str]:
            number = self.bench.document.workspace.map_review_number
            return ["demo", "--out", str(out), "--scenario", str(file), "--json", "--review-number", number]

        self._run_whole("run_title", arguments, with_report=True)

    def on_run_resource(self) -> None:
        """Wind, sun and rain of every grid and base."""
        self._run_link("resource")

    def on_run_sizing(self) -> None:
        """All bases of the scenario."""
        self._run_link("sizing")

    def on_run_dispatch(self) -> None:
        """The year of the nation, hour by hour."""
        self._run_link("dispatch")

    def on_run_flow(self) -> None:
        """The AC power flow of chosen hours."""
        self._run_link("power_flow")

    def on_run_cash(self) -> None:
        """The whole chain up to the money, without the report: its answer replaces the result."""

        def arguments(file: Path, out: Path) -> list[str]:
            return ["run", str(file), "--link", "cash_flow", "--out", str(out), "--json"]

        self._run_whole("cash_title", arguments, with_report=False)

    def _run_whole(self, title: str, arguments: Callable[[Path, Path], list[str]], with_report: bool) -> None:
        inputs = self._inputs()
        if inputs is None:
            return
        scenario, folder, file = inputs
        out = folder / "results"

        def done(answer: str) -> None:
            self.bench.document.take_run(scenario, out / "project.gpkg")
            # A report of an earlier run is not that of the result now shown.
            self.last_out = out if with_report else None

        self._start(
            self.bench.text(title, name=self._name(scenario)), [*arguments(file, out), *self.store_arguments()], folder,
            done,
        )  # fmt: skip

    def _run_link(self, name: Link) -> None:
        """One link and what it stands on; its answer has a page of its own and replaces no result."""
        inputs = self._inputs()
        if inputs is None:
            return
        scenario, folder, file = inputs

        def done(answer: str) -> None:
            shutil.rmtree(folder, ignore_errors=True)
            self._answered = (name, scenario)
            self.link_answered.emit(LinkAnswer.model_validate_json(answer))
            self._check_answered()

        words = link_words(name, self.bench.state.language)
        self._start(
            self.bench.text("link_title", link=words, name=self._name(scenario)),
            ["run", str(file), "--link", name, "--json", *self.store_arguments()], folder, done,
        )  # fmt: skip

    def on_size_base(self) -> None:
        """The selected base alone."""
        chosen = self.bench.state.selected
        base_id = chosen[1] if chosen is not None and chosen[0] == "base" else ""
        if all(b.id != base_id for b in self.bench.document.scenario.bases):
            self.bench.say(self.bench.text("select_base_first"))
            return
        inputs = self._inputs()
        if inputs is None:
            return
        _, folder, file = inputs

        def done(answer: str) -> None:
            self.base_sized.emit(base_id, json.loads(answer))
            shutil.rmtree(folder, ignore_errors=True)

        self._start(
            self.bench.text("size_title", name=base_id),
            ["size", str(file), "--base", base_id, "--json", *self.store_arguments()], folder, done,
        )  # fmt: skip

    def export_network(
        self, format_: str, hours: str, file: Path, project: Path | None, then: Callable[[str], None]
    ) -> None:
        """The network of a run for other tools: from its project file, or the active scenario through the store.

        Without --json: that would print every line of every hour."""
        inputs = self._inputs()
        if inputs is None:
            return
        _, folder, scenario = inputs

        def done(answer: str) -> None:
            shutil.rmtree(folder, ignore_errors=True)
            then(answer)

        arguments = [
            "network",
            str(project or scenario),
            "--hours",
            hours,
            "--format",
            format_,
            "--out",
            str(file),
        ]
        self._start(
            self.bench.text("network.run", file=file.name),
            [*arguments, "--json", *self.store_arguments()],
            folder,
            done,
        )

    def _check_answered(self) -> None:
        """Whether the answer of the link run last is that of the scenario it was run for as it is now."""
        if self._answered is None:
            return
        name, ran = self._answered
        now = next((s for s in self.bench.document.workspace.scenarios if s.id == ran.id), None)
        first = first_stale(ran, now) if now is not None and now != ran else None
        changed = first is not None and now is not None and LINKS.index(first) <= LINKS.index(name)
        self.link_stale.emit(len(stale_inputs(ran, now)) if changed and now is not None else 0)

    def stale_from(self) -> str:
        """The first link of the active result that its inputs no longer stand for, in words; else empty."""
        document = self.bench.document
        result = document.results.get(document.workspace.active)
        if result is None or result.inputs is None or not document.stale():
            return ""
        first = first_stale(result.inputs, document.scenario)
        return link_words(first, self.bench.state.language) if first is not None else ""

    def on_export_results(self) -> None:
        """Put the report, workbook, maps and project of the last run where the user wants them."""
        bench, out = self.bench, self.last_out
        if out is None or not out.is_dir():
            bench.say(bench.text("run_first"))
            return
        chosen = bench.dialogs.choose_folder(bench.text("export_results"))
        if not chosen:
            return
        target = Path(chosen) / f"{bench.document.workspace.active}-results"

        def copy() -> Path:
            try:
                writable_folder(target)
                for source in sorted(p for p in out.rglob("*") if p.is_file()):
                    place = target / source.relative_to(out)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    with replacing(place) as temporary:
                        shutil.copyfile(source, temporary)
            except OSError as error:
                raise EnergyMapError("system_error", what=str(error)) from error
            return target

        bench.document.background.run(
            copy, lambda path: bench.say(bench.text("exported", path=path), 60.0), bench.complain
        )

    def on_cancel(self) -> None:
        if self.run is not None:
            self.run.job.cancel()

    def stop(self) -> None:
        """The window closes."""
        self.on_cancel()

    def clear(self) -> None:
        """Throw away the folders of this window's runs: what was to be kept is saved or exported."""
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)

    def forget_old(self) -> None:
        """Throw away folders that windows ended by a crash left long ago; in a thread."""
        limit = time.time() - KEPT_DAYS * 86_400
        root = self._root or runs_folder()
        for folder in root.glob("run-*") if root.is_dir() else ():
            if folder.stat().st_mtime < limit:
                shutil.rmtree(folder, ignore_errors=True)

    # -- inside ----------------------------------------------------------------------------------

    def _name(self, scenario: Scenario) -> str:
        return scenario.name_zh if self.bench.state.language == "zh" else scenario.name_en

    def store_arguments(self) -> list[str]:
        """Answers of links stay beside the runs, for all projects."""
        return ["--store", str((self._root or runs_folder()).parent / "links")]

    def _inputs(self) -> tuple[Scenario, Path, Path] | None:
        """The active scenario, a folder for a run of it and its file there; None, with a word, where one goes on."""
        if self.run is not None:
            self.bench.say(self.bench.text("one_run"))
            return None
        root = self._root or runs_folder()
        root.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=root))
        self._folders.append(folder)
        scenario, file = self.bench.document.write_inputs(folder)
        return scenario, folder, file

    def _start(self, title: str, arguments: list[str], folder: Path, then: Callable[[str], None]) -> None:
        job = Job([*arguments, "--lang", self.bench.state.language], self)
        self.run = Run(title, job, folder, then)
        job.progressed.connect(self._progressed)
        job.noted.connect(self.logged)
        job.finished.connect(self._finished)
        self.logged.emit(f"— {title}")
        self.changed.emit()

    def _progressed(self, share: float, what: str, remaining: object) -> None:
        if self.run is None:
            return
        words = messages.step(what, self.bench.state.language)
        if words != self.last_words:
            self.last_words = words
            self.logged.emit(f"{share:6.1%}  {words}")
        self.progressed.emit(f"{self.run.title}: {words}", share, remaining)

    def _finished(self, good: bool, words: str) -> None:
        run, self.run, self.last_words = self.run, None, ""
        if run is None:
            return
        bench = self.bench
        if good:
            self.logged.emit(bench.text("done"))
            run.then(words)
        else:
            shutil.rmtree(run.folder, ignore_errors=True)
            said = bench.text("cancelled") if run.job.cancelled else f"{bench.text('failed')}: {words}"
            self.logged.emit(said)
            bench.say(said.replace("\n", "  "), 60.0)
        run.job.deleteLater()
        self.changed.emit()
