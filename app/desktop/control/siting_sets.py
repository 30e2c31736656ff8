"""Named sets of rules of the siting page: loaded, kept and deleted."""

from __future__ import annotations

from pathlib import Path

from app.desktop.panels.siting_edit import EditedRules
from app.desktop.panels.siting_rules import RuleEditor
from app.desktop.workbench import Workbench
from gis_layers.errors import EnergyMapError, InputError
from planning.siting.rules import FOLDER, drop_rules, load_rules, rule_set_names, save_rules

USUAL_RULES = "desert_base"


class RuleSets:
    """What the buttons beside the list of sets do."""

    def __init__(self, bench: Workbench, editor: RuleEditor, folder: Path | None) -> None:
        self.bench, self.editor, self._folder = bench, editor, folder
        editor.set_chosen.connect(self.load)
        editor.save_asked.connect(self.save)
        editor.drop_asked.connect(self.drop)

    def _names(self) -> tuple[str, ...]:
        return rule_set_names(self._folder)

    def load(self, name: str) -> None:
        try:
            rules = load_rules(name, self._folder)
        except InputError as error:
            self.bench.complain(error)
            return
        built_in = (FOLDER / f"{name}.toml").is_file()
        self.editor.show_names(self._names(), name)
        self.editor.show_rules(EditedRules.of(rules), droppable=not built_in)
        self.editor.changed.emit()

    def save(self) -> None:
        bench, edited = self.bench, self.editor.edited
        if edited is None:
            return
        suggested = (
            f"{edited.base.name}-2" if (FOLDER / f"{edited.base.name}.toml").is_file() else edited.base.name
        )
        name = bench.dialogs.ask_text(bench.text("siting.save_set"), bench.text("siting.set_name"), suggested)
        if not name:
            return
        try:
            made = edited.effective(name.strip())
            save_rules(made, self._folder)
        except EnergyMapError as error:
            bench.complain(error)
            return
        self.load(made.name)
        bench.say(bench.text("siting.saved", name=made.name, n=len(made.rules)))

    def drop(self) -> None:
        edited = self.editor.edited
        if edited is None:
            return
        try:
            drop_rules(edited.base.name, self._folder)
        except EnergyMapError as error:
            self.bench.complain(error)
            return
        self.bench.say(self.bench.text("siting.dropped", name=edited.base.name))
        self.load(USUAL_RULES)
