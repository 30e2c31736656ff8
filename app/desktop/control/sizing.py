"""The sizing of the window: a base chosen or opened, computed by the worker process, its result shown."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app import messages
from app.desktop.control.runs import runs_folder
from app.desktop.jobs import Job
from app.desktop.panels.sized import SizedPanel
from app.desktop.panels.sizing_form import Choice, SizingForm
from app.desktop.sized_result import SizedResult, read_refusal, read_result
from app.desktop.texts import text
from app.desktop.turns import Turns
from app.desktop.workbench import Workbench
from gis_layers.errors import EnergyMapError
from gis_layers.files import replacing
from planning.base_form import SECTIONS, BaseDraft, base_fields
from planning.scenario import Scenario

FIRST = "built_in:kubuqi"
"""Shown where the planner has chosen nothing."""
STUDY_OPTIONS: dict[str, tuple[str, ...]] = {
    "size": (),
    "pareto": ("--study", "pareto"),
    "pareto_co2": ("--study", "pareto", "--quality", "co2"),
    **{study: ("--study", study) for study in ("alternatives", "tornado", "robust", "replay")},
}
WITHIN = 1e-5
"""How far a front's bound is eased when its point is computed anew, so that the solver's own tolerance is no conflict."""
SEED = 2020


class SizingControl(QObject):
    """One computation at a time."""

    moved = Signal(str, float, object)
    """Words, share, remaining seconds or None."""
    rested = Signal()
    """A computation ended."""

    def __init__(
        self, bench: Workbench, form: SizingForm, panel: SizedPanel, folder: Path | None = None
    ) -> None:
        super().__init__(bench.window)
        self.bench, self.form, self.panel = bench, form, panel
        self._folder = folder or runs_folder()
        self._job: Job | None = None
        self._built_in: tuple[Choice, ...] = ()
        self._opened: tuple[Choice, ...] = ()
        self._current = ""
        self._place: tuple[float, float] | None = None
        self._turns = Turns(self)
        self._wanted = 0
        """Number of the latest choice; the answer to an older one is dropped."""
        self._scenario: Scenario | None = None
        """Whose base is in the form, with its seed and data."""
        form.asked.connect(self.run)
        form.stopped.connect(self.stop)
        form.chosen.connect(self.choose)
        form.open_asked.connect(self.open)
        form.save_asked.connect(self.save)
        form.place_asked.connect(self._take_place)
        form.edited.connect(lambda: panel.set_changed(True))
        panel.failed.connect(bench.say)
        panel.load_asked.connect(self.load_point)
        state = bench.state
        panel.hour_changed.connect(state.set_hour)
        state.hour_changed.connect(lambda: panel.set_hour(state.hour))
        state.language_changed.connect(self._speak)
        state.units_changed.connect(self._reunit)
        state.theme_changed.connect(self._redress)
        bench.canvas.clicked.connect(self._clicked)
        bench.document.workspace_changed.connect(self._offer)
        bench.document.opened.connect(self._offer)
        self._redress()
        self._reunit()
        self._speak()

    @property
    def busy(self) -> bool:
        return self._job is not None

    def on_sizing(self) -> None:
        """The form; with nothing in it yet, a built-in case."""
        self.bench.show_dock("sizing")
        if not self._built_in:
            self.bench.document.background.run(_built_in_choices, self._known, self.bench.complain)
        if not self.form.draft.document and not self._current:
            self.choose(FIRST)

    # -- what is in the form ---------------------------------------------------------------------

    def choose(self, key: str) -> None:
        """A built-in case, a base of the scenario, a file opened before, or an empty base."""
        self._wanted += 1
        question, kind, _, name = self._wanted, *key.partition(":")
        scenario = self.bench.document.scenario if kind == "scenario" else None

        def show(draft: BaseDraft) -> None:
            if question != self._wanted:
                return
            self._current, self._scenario = key, scenario
            self.form.show_draft(draft)
            self._offer()
            self.panel.set_changed(True)

        def failed(error: EnergyMapError) -> None:
            self._offer()
            self.bench.complain(error)

        self.bench.document.background.run(partial(_looked_at, kind, name, scenario), show, failed)

    def open(self) -> None:
        """A BASE.toml."""
        bench = self.bench
        chosen = bench.dialogs.open_file(bench.text("sizing.open_title"), bench.text("sizing.kinds"))
        if chosen:
            self._remember(Path(chosen))
            self.choose(f"file:{chosen}")

    def save(self) -> None:
        """The base in the form as a BASE.toml."""
        bench, draft = self.bench, self.form.draft
        name = f"{draft.value('id') or 'base'}.toml"
        chosen = bench.dialogs.save_file(bench.text("sizing.save_title"), name, bench.text("sizing.kinds"))
        if not chosen:
            return
        path = Path(chosen)
        path = path if path.suffix.lower() == ".toml" else path.with_name(f"{path.name}.toml")

        def done(_: object) -> None:
            self._remember(path)
            self._current = f"file:{path}"
            self._offer()
            bench.say(bench.text("sizing.saved", path=path), 60.0)

        bench.document.background.run(partial(_write, path, draft.toml()), done, bench.complain)

    def load_point(self, document: Mapping[str, Any], number: int) -> None:
        """A point of a front: its bound becomes a limit of the base, and the hours are computed."""
        point, draft = document["points"][number], self.form.draft
        if document["quality"] == "renewable_share":
            share = max(float(point["value_share"]) - WITHIN, 0.0)
            draft = draft.with_value("limits.renewable_share_min", round(share, 6))
        else:
            draft = draft.with_value("limits.co2_max_t", float(point["value_t"]) * (1.0 + WITHIN) + 1.0)
        self.form.set_draft(draft)
        self.form.set_study("size")
        self.run()

    def _known(self, choices: tuple[Choice, ...]) -> None:
        self._built_in = choices
        self._offer()

    def _offer(self) -> None:
        """What one may begin with, as the scenario now stands."""
        bases = self.bench.document.scenario.bases
        told = [
            *((c.key, "sizing.built_in", c.name_zh, c.name_en) for c in self._built_in),
            *((f"scenario:{b.id}", "sizing.of_scenario", b.name_zh, b.name_en) for b in bases),
            *((c.key, "sizing.of_file", c.name_zh, c.name_en) for c in self._opened),
        ]
        choices = [
            Choice(key, text(words, "zh", name=zh), text(words, "en", name=en)) for key, words, zh, en in told
        ]
        choices.append(Choice("new:", text("sizing.new", "zh"), text("sizing.new", "en")))
        self.form.set_choices(choices, self._current)

    def _remember(self, path: Path) -> None:
        choice = Choice(f"file:{path}", path.name, path.name)
        self._opened = (*(c for c in self._opened if c.key != choice.key), choice)

    def _clicked(self, lon: float, lat: float, metres_per_pixel: float) -> None:
        self._place = (lon, lat)

    def _take_place(self, part: str) -> None:
        if self._place is None:
            self.bench.say(self.bench.text("sizing.no_place"))
            return
        self.form.set_draft(self.form.draft.with_site(part, *self._place))

    # -- computing -------------------------------------------------------------------------------

    def run(self) -> None:
        """Compute what the form asks for."""
        if self.busy:
            return
        if not self.form.sound or not self.form.draft.document:
            self.form.first_problem()
            return
        study, toml = self.form.study_key, self.form.draft.toml()
        names = (str(self.form.draft.value("name_zh")), str(self.form.draft.value("name_en")))
        self.form.set_busy(True)
        self._folder.mkdir(parents=True, exist_ok=True)
        # A name of its own: two windows may compute at once; what a crash leaves goes with old runs.
        made = Path(tempfile.mkdtemp(prefix="run-size-", dir=self._folder))
        file = made / "base.toml"
        file.write_text(toml, encoding="utf-8")
        arguments = ["size", str(file), "--out", str(made / "out"), "--json", *STUDY_OPTIONS[study]]
        arguments += ["--seed", str(SEED if self._scenario is None else self._scenario.seed)]
        if self._scenario is not None:
            arguments += _data_options(self._scenario)
        job = Job([*arguments, "--lang", self.bench.state.language], self)
        self._job = job
        job.progressed.connect(self._progressed)
        after = partial(self._finished, study=study.removesuffix("_co2"), made=made, names=names)
        job.finished.connect(lambda good, words: after(good, words))

    def stop(self) -> None:
        """The user or the end of the window stops it."""
        if self._job is not None:
            self._job.cancel()

    def _progressed(self, share: float, what: str, remaining: object) -> None:
        words = messages.step(what, self.bench.state.language)
        left = float(remaining) if isinstance(remaining, int | float) else None
        self.form.set_progress(share, words, left)
        self.moved.emit(f"{text('sizing', self.bench.state.language)}: {words}", share, left)

    def _finished(self, good: bool, words: str, study: str, made: Path, names: tuple[str, str]) -> None:
        job, self._job = self._job, None
        self.form.set_busy(False)
        self.rested.emit()
        if job is None:
            return
        cancelled = job.cancelled
        job.deleteLater()
        bench = self.bench
        if cancelled:
            shutil.rmtree(made, ignore_errors=True)
            bench.say(bench.text("sizing.cancelled"))
            return

        def show(result: SizedResult | None) -> None:
            if result is None:
                bench.say(bench.text("sizing.failed", words=words).replace("\n", "  "), 60.0)
                return
            self._turns.start(
                partial(bench.show_dock, "sized"), partial(self.panel.take, result), self.panel.fill_current
            )

        bench.document.background.run(partial(_taken, made, study, good, names), show, bench.complain)

    # -- looks -----------------------------------------------------------------------------------

    def _speak(self) -> None:
        language = self.bench.state.language
        self.form.set_language(language)
        self.panel.set_language(language)
        self._offer()

    def _reunit(self) -> None:
        self.form.set_units(self.bench.state.units)
        self.panel.set_units(self.bench.state.units)

    def _redress(self) -> None:
        self.form.set_dark(self.bench.state.dark)
        self.panel.set_dark(self.bench.state.dark)


# What reads and computes is loaded in the thread that first needs it.


def _built_in_choices() -> tuple[Choice, ...]:
    from planning.built_in_cases import built_in_ids, case_path

    found = []
    for name in built_in_ids():
        draft = BaseDraft.read(case_path(name))
        found.append(Choice(f"built_in:{name}", str(draft.value("name_zh")), str(draft.value("name_en"))))
    return tuple(found)


def _looked_at(kind: str, name: str, scenario: Scenario | None) -> BaseDraft:
    """The draft, and what its form needs, loaded."""
    draft = _read_draft(kind, name, scenario)
    draft.problems()
    for section in SECTIONS:
        base_fields(draft, section)
    return draft


def _read_draft(kind: str, name: str, scenario: Scenario | None) -> BaseDraft:
    if kind == "built_in":
        from planning.built_in_cases import case_path

        return BaseDraft.read(case_path(name))
    if kind == "scenario" and scenario is not None:
        from planning.base_of_scenario import draft_of_scenario_base

        return draft_of_scenario_base(scenario, name)
    if kind == "file":
        return BaseDraft.read(Path(name))
    return new_draft()


def new_draft() -> BaseDraft:
    """A base to begin with: wind, sun and a battery behind a line, its places left to the planner."""
    return BaseDraft(
        {
            "id": "base",
            "name_zh": "新基地",
            "name_en": "New base",
            "price_year": 2024,
            "discount_rate": 0.065,
            "channel": {"capacity_mw": 8000.0},
            "delivery": {
                "kind": "two_step",
                "peak_hours": [[7, 23]],
                "valley_level": 0.7,
                "full_load_hours_min": 4500.0,
            },
            "wind": {"sites": []},
            "pv": {"sites": []},
            "storage": {"min_duration_h": 1.0, "max_duration_h": 8.0},
        }
    )


def _data_options(scenario: Scenario) -> list[str]:
    """The scenario's own data for the command line."""
    choice = scenario.resource
    options: list[str] = []
    for ref in choice.refs:
        options += ["--resource", ref.id]
    if options and choice.weather_year is not None:
        options += ["--weather-year", str(choice.weather_year)]
    if options and choice.level != "auto":
        options += ["--level", choice.level]
    return options


def _write(path: Path, words: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(words, encoding="utf-8")


def _taken(made: Path, study: str, good: bool, names: tuple[str, str]) -> SizedResult | None:
    """What the worker left, and its folder gone."""
    from resources.cascade_tables import cascade_stations

    cascade_stations()  # read here: the tables ask for the stations' names
    try:
        return read_result(made / "out", study) if good else read_refusal(made / "out", study, names)
    finally:
        shutil.rmtree(made, ignore_errors=True)
