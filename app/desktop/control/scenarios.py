"""Scenarios and their inputs: list, form and comparison on one side, the map and the document on the other."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.desktop.panels.compare_panel import ComparePanel
from app.desktop.panels.scenario_form import ScenarioForm
from app.desktop.panels.scenarios import ScenarioPanel
from app.desktop.workbench import Workbench
from gis_layers.errors import EnergyMapError
from planning.edits import duplicate_scenario, set_review_number


class ScenarioControl(QObject):
    """Handlers of the menu Scenario."""

    def __init__(
        self, bench: Workbench, panel: ScenarioPanel, form: ScenarioForm, compare: ComparePanel
    ) -> None:
        super().__init__(bench.window)
        self.bench, self.panel, self.compare = bench, panel, compare
        panel.compare_requested.connect(self.compare_pair)
        form.draw_base_requested.connect(lambda: bench.toolbox.activate("draw_polygon"))
        form.draw_line_requested.connect(lambda: bench.toolbox.activate("draw_corridor"))
        form.base_picked.connect(lambda base: bench.state.select("base", base))

    def on_duplicate_scenario(self) -> None:
        document = self.bench.document
        document.apply(duplicate_scenario(document.workspace, document.workspace.active))
        self.bench.show_dock("scenarios")

    def on_compare_scenarios(self) -> None:
        workspace = self.bench.document.workspace
        others = [s.id for s in workspace.scenarios if s.id != workspace.active]
        if not others:
            self.bench.say(self.bench.text("compare_needs_two"))
            return
        self.compare_pair(others[-1], workspace.active)

    def compare_pair(self, before: str, after: str) -> None:
        self.compare.show_pair(before, after)
        self.bench.show_dock("compare")

    def set_review_number(self, number: str) -> None:
        """The 审图号 printed on the map and on every export."""
        if number.strip() == self.bench.document.workspace.map_review_number:
            return
        try:
            self.bench.document.apply(set_review_number(number))
        except EnergyMapError as error:
            self.bench.complain(error)
