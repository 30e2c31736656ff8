"""A planner who does not wait: opens a project with hours, looks into every tab, changes scenario, language,
month, hour and theme, clicks, draws a base. The watchdog says how long each step held the event loop."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import shapely
from PySide6.QtWidgets import QApplication

from app.desktop.start import open_window
from app.desktop.watchdog import Watchdog
from planning.edits import activate_scenario, duplicate_scenario
from planning.hourly import HOURS, HourlyResult
from planning.project_file import StoredResult, write_workspace
from planning.scenario import load_scenario
from planning.workspace import new_workspace
from tests.planning.summary_factory import make_summary

SIZE = (1920, 1080)


@dataclass(frozen=True, slots=True)
class Step:
    """What the planner did, and what it cost the window."""

    name: str
    call_ms: float
    """Until the window took the next key: the handler alone."""
    call_cpu_ms: float
    """Processor time of the window's thread in it."""
    held_ms: float
    """Longest block of the event loop, the handler and what it set going included."""
    held_cpu_ms: float
    """The most processor time the window's thread took in one block: without what neighbours took of the machine."""


def made_hours() -> HourlyResult:
    """Random hours of the shape a year's run has."""
    summary, random = make_summary(), np.random.default_rng(7)
    provinces, bases, lines = list(summary.provinces), list(summary.bases), list(summary.corridors)
    nodes = [*provinces, *bases]

    def power(rows: int) -> Any:
        return random.uniform(0, 9000, (rows, HOURS)).astype(np.float32)

    return HourlyResult(
        node_ids=tuple(nodes), base_nodes=tuple(bases), line_ids=tuple(lines),
        node_adcodes=tuple([int(p) for p in provinces] + [summary.bases[b].adcode for b in bases]),
        line_from=(0,) * len(lines), line_to=(1,) * len(lines),
        supply_mw={k: power(len(nodes)) for k in ("coal", "hydro", "wind", "pv", "battery")},
        charge_mw=power(len(nodes)), load_mw=power(len(nodes)), curtailed_mw=power(len(nodes)),
        price_cny_per_mwh=power(len(nodes)), flow_mw=power(len(lines)) - 4000,
        green_share=power(len(lines)) / 9000,
    )  # fmt: skip


def write_project(path: Path) -> None:
    """A project of two scenarios, the first with an answer and its hours."""
    scenario = load_scenario("2030-1200GW")
    workspace = new_workspace(scenario)
    workspace = duplicate_scenario(workspace, scenario.id)(workspace)
    workspace = activate_scenario(workspace, scenario.id)(workspace)
    write_workspace(path, workspace, {scenario.id: StoredResult(make_summary(), scenario, made_hours())})


class User:
    """The window and the one who works in it."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project.gpkg"
        write_project(self.project)
        self.window = open_window(None, "zh", folder / "state")
        self.window.resize(*SIZE)
        self._dog = Watchdog()
        self.rest(1.0)
        self.settle()

    def rest(self, seconds: float) -> None:
        """Let the event loop run."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            QApplication.processEvents()
            time.sleep(0.001)

    def settle(self) -> None:
        """Until what was set going in the background has ended."""
        self.window.document.background.wait(60.0)
        self.window.canvas.wait_painted()
        self.rest(0.3)

    def do(self, name: str, act: Callable[[], Any], until: Callable[[], bool] = lambda: True) -> Step:
        """One step: the act, its picture and all that follows within 0.4 s or until `until` holds."""
        self._dog.start()
        self.rest(0.03)
        began, cpu = time.perf_counter(), time.thread_time()
        act()
        QApplication.processEvents()
        call_ms, call_cpu_ms = (time.perf_counter() - began) * 1e3, (time.thread_time() - cpu) * 1e3
        self.rest(0.4)
        end = time.perf_counter() + 30.0
        while not until() and time.perf_counter() < end:
            self.rest(0.05)
        self._dog.stop()
        return Step(name, call_ms, call_cpu_ms, self._dog.worst_ms, self._dog.worst_cpu_ms)

    def close(self) -> None:
        self.window.document.save_as(self.project)
        self.settle()
        self.window.close()
        self.window.deleteLater()
        QApplication.processEvents()


def work(user: User) -> list[Step]:
    """The whole day; every first time is in it."""
    window = user.window
    state, document, results = window.state, window.document, window.results
    first = "2030-1200GW"
    steps = [
        user.do(
            "open project",
            lambda: window.files.open(user.project),
            lambda: document.path is not None and document.hours() is not None,
        )
    ]
    second = next(s.id for s in document.workspace.scenarios if s.id != first)
    steps += [user.do(f"tab {key}", lambda key=key: results.show_tab(key)) for key in results.tab_keys()]
    base, line = next(iter(make_summary().bases)), next(iter(make_summary().corridors))
    box = shapely.box(93.0, 36.0, 94.0, 37.0)

    def trigger(action: str) -> Callable[[], Any]:
        return window._actions[action].trigger

    acts: list[tuple[str, Callable[[], Any]]] = [
        ("scenario without an answer", lambda: document.apply(activate_scenario(document.workspace, second))),
        ("scenario with an answer", lambda: document.apply(activate_scenario(document.workspace, first))),
        ("month", lambda: state.set_month(7)),
        ("year", lambda: state.set_month(None)),
        ("select base", lambda: state.select("base", base)),
        ("select corridor", lambda: state.select("corridor", line)),
        ("identify", lambda: window.canvas.clicked.emit(94.9, 36.4, 5000.0)),
        ("hour mode", lambda: window.time_bar.set_mode("hour")),
        ("hour", lambda: state.set_hour(4321)),
        ("theme", trigger("theme")),
        ("theme back", trigger("theme")),
        ("units", trigger("units")),
        ("zoom to corner", lambda: window.canvas.center_on(100.0, 37.0, 600.0)),
        ("whole country", window.canvas.show_all),
        ("inputs", trigger("edit_inputs")),
        ("tool polygon", lambda: window.bench.toolbox.activate("draw_polygon")),
        ("shape drawn", lambda: window.bench.toolbox.drawn.emit(box)),
    ]
    steps += [user.do(name, act) for name, act in acts]
    held = len(document.scenario.bases)
    steps.append(
        user.do(
            "base from shape",
            lambda: window.drawing.bar.base_wanted.emit("新基地", 3000.0, ""),
            lambda: len(document.scenario.bases) > held,
        )
    )
    steps.append(user.do("undo", trigger("undo")))
    steps.append(user.do("import dialog", lambda: window.imports.offer(())))
    if window.imports.dialog is not None:
        window.imports.dialog.close()
    return steps


def language_switches(user: User) -> list[Step]:
    """There and back with every tab of the results in sight in turn."""
    switch = user.window._actions["language"].trigger
    steps = []
    for key in user.window.results.tab_keys():
        user.window.results.show_tab(key)
        user.rest(0.3)
        steps += [user.do(f"language, {key}", switch), user.do(f"language back, {key}", switch)]
    return steps


def identify_ms(user: User, times: int = 40) -> list[tuple[float, float]]:
    """A click on places all over the country until the inspector shows them: by the clock, and processor time of
    the window's thread."""
    spent = []
    places = np.random.default_rng(3).uniform((85.0, 28.0), (118.0, 42.0), (times, 2))
    for lon, lat in places.tolist():
        began, cpu = time.perf_counter(), time.thread_time()
        user.window.canvas.clicked.emit(lon, lat, 5000.0)
        user.window.inspector.repaint()
        spent.append(((time.perf_counter() - began) * 1e3, (time.thread_time() - cpu) * 1e3))
        user.rest(0.1)
    return spent
