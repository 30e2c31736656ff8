"""The corridors and AC ties as a table: every line with its state in a scenario, and its figures in words.

The command line and the window show the same rows and the same words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from planning.corridor_figures import Figure, corridor_figures, tie_figures
from planning.corridor_objects import CorridorEnd, corridor_objects
from planning.corridors import Corridor, Interface, in_service
from planning.day_curve import curve_text
from planning.line_words import (
    CAPABILITY,
    FIGURES,
    KINDS,
    NO_TARIFF,
    RULES,
    STATUSES,
    SUPPLIES,
    TARIFF_STATUSES,
    missing_words,
)
from planning.scenario import BaseSpec, Scenario
from planning.scenario_lines import line_name, with_own_lines
from planning.shipped_words import shipped_words
from planning.tables import Tables
from planning.words import Language, number

State = Literal["runs", "not_yet", "retired"]
"""Of a line in a scenario; a line on paper or one within a province is not counted."""

_WORDS = {
    "kind": KINDS,
    "status": STATUSES,
    "supply": SUPPLIES,
    "rule": RULES,
    "tariff_status": TARIFF_STATUSES,
}
_DIGITS = {"from_lon_deg": 2, "from_lat_deg": 2, "to_lon_deg": 2, "to_lat_deg": 2, "reactance_ohm": 2}
_YES = {True: ("是", "yes"), False: ("否", "no")}


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the table or a tie, as a scenario has it."""

    id: str
    name_zh: str
    name_en: str
    line: Corridor | Interface
    figures: dict[str, Figure]
    ends: tuple[CorridorEnd, ...]
    """Of the whole corridor, more than two where it has more; none of an AC tie."""
    state: State | None
    """None without a scenario."""
    changed: bool
    """Some figure is the scenario's."""
    bases: tuple[BaseSpec, ...] = ()
    """Bases of the scenario that feed the line."""

    @property
    def own(self) -> bool:
        return isinstance(self.line, Corridor) and self.line.status == "own"

    @property
    def tie(self) -> bool:
        return isinstance(self.line, Interface)


def line_rows(tables: Tables, scenario: Scenario | None = None) -> tuple[LineRow, ...]:
    """Every corridor and AC tie: of the tables, or as a scenario has them, those it leaves out among them."""
    return (*_corridor_rows(tables, scenario), *_tie_rows(tables, scenario))


def line_row(tables: Tables, line_id: str, scenario: Scenario | None = None) -> LineRow:
    """One of them; KeyError where there is none."""
    for row in line_rows(tables, scenario):
        if row.id == line_id:
            return row
    raise KeyError(line_id)


def _corridor_rows(tables: Tables, scenario: Scenario | None) -> Iterator[LineRow]:
    mine = tables if scenario is None else with_own_lines(tables, scenario)
    ends = {line.id: corridor.ends for corridor in corridor_objects(mine) for line in corridor.lines}
    running: set[str] = set()
    if scenario is not None:
        chosen = scenario.lines
        running = {line.id for line in in_service(mine.corridors, chosen.in_service_by, chosen.also)}
    for line in mine.corridors:
        state: State | None = None
        if scenario is not None:
            gone = {line.id, line.parent} & set(scenario.lines.without)
            state = "retired" if gone else "runs" if _counted(line, mine, scenario, running) else "not_yet"
        figures = _with_limit(corridor_figures(line), line, None if scenario is None else scenario.year)
        yield LineRow(
            line.id, line.name_zh, line.name_en, line, figures, ends[line.id], state,
            bool(line.changed_fields),
            () if scenario is None else tuple(base for base in scenario.bases if base.corridor_id == line.id),
        )  # fmt: skip


def _with_limit(figures: dict[str, Figure], line: Corridor, year: int | None) -> dict[str, Figure]:
    """The figures with what the line was held to behind its rated power: the last that is known, or that of a year.

    No limit is known of a year to come, and none holds a rated power of the planner's own.
    """
    from planning.chain.nation_lines import LIMITS_KNOWN_THROUGH, line_limits

    if line.mw is None or "mw" in line.changed_fields or (year is not None and year > LIMITS_KNOWN_THROUGH):
        return figures
    own = [limit for limit in line_limits() if limit.line_id in (line.id, line.parent)]
    last = next((limit for limit in reversed(own) if year is None or limit.day.year <= year), None)
    if last is None or last.mw >= line.mw:
        return figures
    held = Figure(last.mw, "MW", last.date[:4], last.source, last.tier)
    items = list(figures.items())
    place = list(figures).index("mw") + 1
    return dict([*items[:place], ("held_mw", held), *items[place:]])


def _counted(line: Corridor, tables: Tables, scenario: Scenario, running: set[str]) -> bool:
    """A line of the dispatch that runs, or a 1,000 kV line whose tie does."""
    if line.interface_id is None:
        return line.id in running
    return any(tie.id == line.interface_id for tie in tables.interfaces_by(scenario.lines.in_service_by))


def _tie_rows(tables: Tables, scenario: Scenario | None) -> Iterator[LineRow]:
    mine = {
        tie.id: tie for tie in (tables if scenario is None else with_own_lines(tables, scenario)).interfaces
    }
    for before in tables.interfaces:
        tie = mine.get(before.id, before)
        state: State | None = None
        if scenario is not None:
            stands = tie.year <= scenario.lines.in_service_by
            state = "retired" if tie.id in scenario.lines.without else "runs" if stands else "not_yet"
        yield LineRow(tie.id, *line_name(tie.id, tables), tie, tie_figures(tie), (), state, tie is not before)


def figure_name(name: str, language: Language, tie: bool = False) -> str:
    """The word of a figure of a line; an AC tie has a capability where a line has a rated power."""
    return (CAPABILITY if tie and name == "mw" else FIGURES[name])[_column(language)]


def figure_text(name: str, figure: Figure, row: LineRow, tables: Tables, language: Language) -> str:
    """A figure with its unit, in words where it is a word, and told as missing where it is."""
    column, value = _column(language), figure.value
    if value is None:
        return missing_words(name)[column]
    if name in _WORDS:
        return _WORDS[name].get(str(value), (str(value), str(value)))[column]
    if isinstance(value, bool):
        return _YES[value][column]
    if name in ("from_node", "to_node"):
        node = tables.node_by_id.get(str(value))
        return str(value) if node is None else f"{(node.name_zh, node.name_en)[column]} ({value})"
    if name == "tariff_document":
        return shipped_words(str(value), language)
    if name == "matched_sources" and isinstance(row.line, Corridor) and language == "zh":
        return row.line.matched_sources_zh or str(value)
    if isinstance(value, tuple):
        return curve_text(value)
    return str(value) if isinstance(value, str) else _number(name, value, figure.unit, language)


def _number(name: str, value: float, unit: str, language: Language) -> str:
    if unit == "1":
        # Some documents give a loss to the third digit.
        exact = name == "approved_loss_share" and abs(value * 100 - round(value * 100, 2)) > 1e-9
        return f"{number(value * 100, 0 if name == 'min_power_share' else 3 if exact else 2)} %"
    if unit == "1/h":
        return f"{number(value * 100)} %/h"
    if unit == "CNY" and language == "zh":
        return f"{number(value / 1e8, 1)} 亿元"
    if unit == "CNY":
        return f"{number(value / 1e9, 2)} bn CNY"
    if unit == "CNY/(kW a)":
        return f"{number(value, 1)} {'元/千瓦·年' if language == 'zh' else unit}"
    digits = _DIGITS.get(name, 1 if value != round(value) else 0)
    if unit == "CNY/MWh":
        return f"{number(value, 2)} {'元/兆瓦时' if language == 'zh' else unit}"
    return f"{number(value, digits)}{'' if unit == '°' else ' '}{unit}".strip()


def tariff_text(row: LineRow, tables: Tables, language: Language) -> str:
    """The price of a line in one cell: the document's, else that there is none, with the estimate used behind it."""
    figures = row.figures
    if "tariff_cny_per_mwh" not in figures:
        return NO_TARIFF[_column(language)]
    figure = figures["tariff_cny_per_mwh"]
    text = figure_text("tariff_cny_per_mwh", figure, row, tables, language)
    if not figure.missing:
        includes = figures["tariff_includes_loss"].value
        words = ("含损", "with loss") if includes else ("不含损", "without loss")
        return f"{text} ({words[_column(language)]})"
    for name, words in (
        ("capacity_tariff_cny_per_kw_year", ("容量电价", "on capacity")),
        ("estimated_tariff_cny_per_mwh", ("估算", "estimate")),
    ):
        if name in figures:
            other = figure_text(name, figures[name], row, tables, language)
            return f"{text} ({words[_column(language)]} {other})"
    return text


def _column(language: Language) -> int:
    return 0 if language == "zh" else 1
