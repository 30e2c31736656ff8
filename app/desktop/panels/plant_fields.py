"""The fields of a plant as a form: what can be set for each kind, and what the controls then say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)

from app.desktop.panels.tick_tree import TickBox
from app.desktop.texts import text
from app.messages import Language

Kind = Literal["pv", "wind", "offshore", "csp"]
KINDS: tuple[Kind, ...] = ("pv", "wind", "offshore", "csp")


@dataclass(frozen=True)
class Field:
    """One control. `low` with `auto` is the mark for a value left to the program."""

    key: str
    kind: Literal["number", "whole", "choice", "tick", "file"]
    start: Any = 0.0
    low: float = 0.0
    high: float = 0.0
    digits: int = 1
    auto: str = ""
    """Key of the words shown for the lowest value, which then means: not given."""
    choices: tuple[str, ...] = ()


FIELDS: dict[Kind, tuple[Field, ...]] = {
    "pv": (
        Field("mounting", "choice", "single_axis", choices=("fixed", "single_axis")),
        Field("tilt_deg", "number", -1.0, -1.0, 90.0, 0, "plant.auto"),
        Field("module", "choice", "topcon", choices=("mono_perc", "topcon", "hjt", "cdte")),
        Field("inverter", "choice", "string", choices=("central", "string")),
        Field("bifacial", "tick", True),
        Field("dc_ac_ratio", "number", 1.2, 0.5, 3.0, 2),
        Field("cleaning_every_days", "whole", 60, 0, 365, 0, "plant.never"),
        Field("year_of_operation", "whole", 0, 0, 40, 0, "plant.new"),
    ),
    "wind": (
        Field("rated_mw", "number", 6.25, 0.5, 30.0, 2),
        Field("rotor_m", "number", 200.0, 40.0, 350.0, 0),
        Field("hub_m", "number", 120.0, 30.0, 250.0, 0),
        Field("curve_file", "file"),
        Field("farm_mw", "number", 200.0, 1.0, 20_000.0, 0),
        Field("density_mw_per_km2", "number", 5.0, 0.5, 30.0, 1),
        Field("icing", "tick", False),
    ),
    "offshore": (
        Field("rated_mw", "number", 10.0, 2.0, 30.0, 2),
        Field("rotor_m", "number", 220.0, 80.0, 350.0, 0),
        Field("hub_m", "number", 130.0, 60.0, 250.0, 0),
        Field("farm_mw", "number", 500.0, 1.0, 20_000.0, 0),
        Field("depth_m", "number", 0.0, 0.0, 3000.0, 0, "plant.auto"),
    ),
    "csp": (
        Field("solar_multiple", "number", 2.4, 0.5, 6.0, 1),
        Field("storage_h", "number", 10.0, 0.0, 24.0, 1),
        Field("clock_from", "whole", 17, 0, 23),
    ),
}


class FileField(QWidget):
    """A path, typed or chosen."""

    def __init__(self, choose: Callable[[], str]) -> None:
        super().__init__()
        self.line, self.button = QLineEdit(), QToolButton()
        self.button.setText("…")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        self.button.clicked.connect(lambda: self._take(choose()))

    def _take(self, path: str) -> None:
        if path:
            self.line.setText(path)


class PlantFields(QWidget):
    """The form of one kind."""

    def __init__(self, kind: Kind, choose_curve: Callable[[], str]) -> None:
        super().__init__()
        self.kind = kind
        self.controls: dict[str, QWidget] = {}
        self._labels: dict[str, QLabel] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(3)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for field in FIELDS[kind]:
            control = _control(field, choose_curve)
            label = QLabel()
            label.setBuddy(control)
            form.addRow(label, control)
            self.controls[field.key], self._labels[field.key] = control, label

    def values(self) -> dict[str, Any]:
        """What the planner set, as the part of PLANT.toml; what is left to the program is not in it."""
        found: dict[str, Any] = {}
        for field in FIELDS[self.kind]:
            value = _value(field, self.controls[field.key])
            if value is not None:
                found[field.key] = value
        if self.kind == "pv" and "cleaning_every_days" not in found:
            found["cleaning_every_days"] = None
        return found

    def set_language(self, language: Language) -> None:
        for field in FIELDS[self.kind]:
            name = text(f"plant.{field.key}", language)
            self._labels[field.key].setText(name)
            control = self.controls[field.key]
            control.setAccessibleName(name)
            if isinstance(control, QSpinBox | QDoubleSpinBox) and field.auto:
                control.setSpecialValueText(text(field.auto, language))
            if isinstance(control, QComboBox):
                for index, choice in enumerate(field.choices):
                    control.setItemText(index, _choice_words(field.key, choice, language))
            if isinstance(control, FileField):
                control.line.setPlaceholderText(text("plant.none", language))
                control.line.setAccessibleName(name)
                control.button.setToolTip(text("plant.choose_curve", language))
                control.button.setAccessibleName(text("plant.choose_curve", language))


_MODULES = {"mono_perc": "PERC", "topcon": "TOPCon", "hjt": "HJT", "cdte": "CdTe"}
_INVERTERS = {"central": ("集中式", "central"), "string": ("组串式", "string")}


def _choice_words(key: str, choice: str, language: Language) -> str:
    if key == "module":
        return _MODULES[choice]
    if key == "inverter":
        return _INVERTERS[choice][0 if language == "zh" else 1]
    return text(f"plant.{key}.{choice}", language)


def _control(field: Field, choose_curve: Callable[[], str]) -> QWidget:
    if field.kind == "tick":
        tick = TickBox()
        tick.setChecked(bool(field.start))
        return tick
    if field.kind == "choice":
        return _combo(field.choices, str(field.start))
    if field.kind == "file":
        return FileField(choose_curve)
    if field.kind == "whole":
        whole = QSpinBox()
        whole.setRange(int(field.low), int(field.high))
        whole.setValue(int(field.start))
        return whole
    number = QDoubleSpinBox()
    number.setDecimals(field.digits)
    number.setRange(field.low, field.high)
    number.setSingleStep(10.0**-field.digits if field.digits else 5.0)
    number.setValue(float(field.start))
    return number


def _combo(choices: Sequence[str], start: str) -> QComboBox:
    combo = QComboBox()
    combo.addItems(list(choices))
    combo.setCurrentIndex(list(choices).index(start))
    return combo


def _value(field: Field, control: QWidget) -> Any:
    if isinstance(control, QCheckBox):
        return control.isChecked()
    if isinstance(control, QComboBox):
        return field.choices[control.currentIndex()]
    if isinstance(control, FileField):
        return control.line.text().strip() or None
    assert isinstance(control, QSpinBox | QDoubleSpinBox)
    if field.auto and control.value() <= control.minimum():
        return None
    return control.value()
