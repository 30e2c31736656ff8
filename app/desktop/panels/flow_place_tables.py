"""Tables of the AC power flow by place: hours without a solution and where they fail, voltages of nodes."""

from __future__ import annotations

from app.desktop.panels.results_tables import Columns, hour_cell
from app.desktop.panels.table import Cell, TableContent
from app.desktop.texts import text
from app.messages import Language
from planning.flow_words import failure_words, node_word
from planning.results import PowerFlowYear, Summary
from planning.results_flow import PowerFlowFailure


def _missing(words: str, c: Columns) -> TableContent:
    return TableContent((text("failure.words", c.language),), ((Cell(words, words),),), ("",))


def place_words(why: PowerFlowFailure, summary: Summary, language: Language) -> str:
    """The line, or the node, of a failure."""
    line = summary.corridors.get(why.line or "")
    if line is not None:
        return line.name_zh if language == "zh" else line.name_en
    return why.line or node_word(why.node, language)


def failures_of(year: PowerFlowYear | None, summary: Summary) -> dict[str, PowerFlowFailure]:
    """By hour as text: those of the year, and of the chosen hours."""
    found = {str(f.hour): f for f in (year.failures if year is not None else ())}
    return found | {str(h.hour): h.failure for h in summary.power_flow.hours if h.failure is not None}


def failure_table(summary: Summary, c: Columns) -> TableContent:
    """An hour without an AC solution a row, the least solvable first; a row's id is its hour."""
    year = summary.power_flow.year
    found = failures_of(year, summary)
    if not found:
        if year is None:
            return _missing(text("failure.not_asked", c.language), c)
        return _missing(_counted(year, c.language), c)
    named = {k: x.name_zh if c.language == "zh" else x.name_en for k, x in summary.corridors.items()}
    rows, ids = [], []
    for name, f in sorted(found.items(), key=lambda kv: kv[1].share):
        cause, place = text(f"failure.cause.{f.cause}", c.language), place_words(f, summary, c.language)
        said = failure_words(f, named, c.language)
        rows.append(
            (
                hour_cell(f.hour), Cell(cause, cause), Cell(place, place), c.share(f.share, 0),
                c.figure(f.asked_mw, "power_mw"), c.figure(f.most_mw, "power_mw"), c.number(f.voltage_pu, 2),
                Cell(said, said),
            )
        )  # fmt: skip
        ids.append(name)
    headers = (
        text("failure.hour", c.language), text("failure.cause", c.language), text("failure.place", c.language),
        text("failure.share", c.language), f"{text('failure.asked', c.language)}\n{c.unit('power_mw')}",
        f"{text('failure.most', c.language)}\n{c.unit('power_mw')}",
        f"{text('voltage.min', c.language)}\np.u.", text("failure.words", c.language),
    )  # fmt: skip
    return TableContent(headers, tuple(rows), tuple(ids))


def _counted(year: PowerFlowYear, language: Language) -> str:
    if year.converged == year.hours:
        return text("failure.none", language, n=f"{year.hours:,}")
    return text("failure.unexplained", language, n=f"{year.hours - year.converged:,}", all=f"{year.hours:,}")


def voltage_table(summary: Summary, c: Columns) -> TableContent:
    """A node a row, the lowest voltage first; a row's id is the node's."""
    year = summary.power_flow.year
    if year is None or not year.voltages:
        return _missing(text("failure.not_asked", c.language), c)
    rows, ids = [], []
    for node, v in sorted(year.voltages.items(), key=lambda kv: kv[1].min_pu):
        name = node_word(node, c.language)
        rows.append(
            (
                Cell(name, name), c.number(v.min_pu, 3), hour_cell(v.min_hour), c.number(v.max_pu, 3), hour_cell(v.max_hour),
                c.number(v.hours_short), c.number(v.hours_surplus),
            )
        )  # fmt: skip
        ids.append(node)
    headers = (
        text("voltage.node", c.language), f"{text('voltage.min', c.language)}\np.u.",
        text("voltage.min_hour", c.language), f"{text('voltage.max', c.language)}\np.u.",
        text("voltage.max_hour", c.language), c.plain(text("voltage.short", c.language), "h"),
        c.plain(text("voltage.surplus", c.language), "h"),
    )  # fmt: skip
    return TableContent(headers, tuple(rows), tuple(ids))
