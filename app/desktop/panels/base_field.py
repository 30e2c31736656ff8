"""One input of a base: units of machines and money beside those of energy, what the technology table would fill in."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from app.desktop.panels.field_editor import FieldEditor
from app.desktop.texts import text
from app.messages import Language
from planning.base_form import BaseField, Default, read_typed
from planning.scenario_fields import FormField
from planning.scenario_options import Option
from planning.shipped_words import shipped_words
from planning.typed import Complaint, shown_number, shown_unit
from planning.words import UnitSystem, plain_unit, term

UNITS: dict[str, tuple[str, str]] = {
    "CNY/kW": ("元/千瓦", "CNY/kW"),
    "CNY/kW/a": ("元/千瓦·年", "CNY/kW/a"),
    "CNY/kWh": ("元/千瓦时", "CNY/kWh"),
    "CNY/MW": ("元/兆瓦", "CNY/MW"),
    "t/MW": ("吨/兆瓦", "t/MW"),
    "t": ("吨", "t"),
    "t/MWh": ("吨/兆瓦时", "t/MWh"),
    "tce/MWh": ("吨标煤/兆瓦时", "tce/MWh"),
    "km2/MW": ("平方公里/兆瓦", "km²/MW"),
    "MWh/t": ("兆瓦时/吨", "MWh/t"),
    "a": ("年", "a"),
    "1/a": ("次/年", "1/a"),
}
"""Units of a base that no form of a scenario has."""


def unit_words(field: FormField, units: UnitSystem, language: Language) -> str:
    """The unit beside a field of a base."""
    shown = shown_unit(field, units, language)
    pair = UNITS.get(shown)
    return plain_unit(shown, language) if pair is None else pair[0 if language == "zh" else 1]


def default_words(default: Default, field: FormField, units: UnitSystem, language: Language) -> str:
    """What stands in for an empty field, and what it rests on."""
    unit = unit_words(field, units, language)

    def figure(value: float) -> str:
        return shown_number(value, field, units)

    ends = ""
    if default.low is not None and default.high is not None:
        ends = text("sizing.default_range", language, low=figure(default.low), high=figure(default.high))
    tier = term("published_tier" if default.tier == "published" else default.tier, language)
    return text(
        "sizing.default", language, value=f"{figure(default.value)} {unit}".strip(), date=default.date, tier=tier,
        source=shipped_words(default.source, language), range=ends,
    )  # fmt: skip


def _empty(key: str) -> str:
    """Key of the words for what an empty field means."""
    if key == "capacity_mw":
        return "sizing.free"
    bound = key.startswith(("min_", "max_", "ramp_")) or "_min" in key or "_max" in key
    return "sizing.no_bound" if bound else "sizing.not_given"


class BaseFieldEditor(FieldEditor):
    """An editor of `planning.base_form`'s fields."""

    def __init__(
        self, made: BaseField, label: str, options: tuple[Option, ...], language: Language, units: UnitSystem, dark: bool
    ) -> None:  # fmt: skip
        super().__init__(made.form, label, options, language, units, dark)
        self.default = made.default
        self.refused = False
        """What stands in the field was not taken; its complaint says why."""
        if made.default is None:
            if isinstance(self.editor, QLineEdit) and made.form.optional:
                self.editor.setPlaceholderText(text(_empty(made.form.key), language))
            return
        words = default_words(made.default, made.form, units, language)
        self._about.setText(" · ".join(filter(None, (self._about.text(), words))))
        self._about.setVisible(True)
        self._about.setToolTip(words)
        if isinstance(self.editor, QLineEdit):
            short = shown_number(made.default.value, made.form, units)
            self.editor.setPlaceholderText(text("sizing.default_short", language, value=short))

    def unit_words(self) -> str:
        return unit_words(self.field, self._units, self._language)

    def read_number(self, typed: str) -> float | int | Complaint | None:
        found = read_typed(typed, self.field, self._units)
        self.refused = isinstance(found, Complaint)
        return found

    def show_field(self, made: BaseField) -> None:
        """The same input with another value."""
        self.field = made.form
        self._show_value(made.form.value)
