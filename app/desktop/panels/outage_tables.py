"""Tables and words of an outage's answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.desktop.charts.data import moment
from app.desktop.charts.look import Look
from app.desktop.panels.results_tables import Columns
from app.desktop.panels.table import Cell, TableContent
from app.desktop.texts import text
from app.fault_words import ENDS, FAULTS, NOTES
from planning.chain.fault_documents import FaultAnswer
from planning.words import unit

Names = Callable[[str, str], str]
"""Kind (line, node) and id -> the name in the reader's language."""
FLOWING_MW = 0.5


def _head(key: str, c: Columns, own_unit: str = "", kind: str = "") -> str:
    name = text(f"outage.{key}", c.language)
    told = unit(kind, c.units, c.language) if kind else own_unit
    return f"{name}\n{told}" if told else name


def grid_table(answer: FaultAnswer, c: Columns, names: Names) -> TableContent:
    """Both grids: what they lost, what they have, how far their frequency goes. A row's id is the node's."""
    column = 0 if c.language == "zh" else 1
    rows = []
    for g in answer.grids:
        end = ENDS[g.end][column]
        rows.append(
            (
                Cell(end, end), Cell(names("node", g.node), g.node), c.figure(g.lost_mw, "power_mw"),
                c.figure(g.reserve_mw, "power_mw"), c.figure(g.reserve_short_mw, "power_mw"),
                c.number(g.lowest_hz, 2), c.number(g.settled_hz, 2), c.number(g.rate_hz_per_s, 3),
                c.figure(g.load_mw, "power_mw"), c.figure(g.running_mw, "power_mw"),
            )
        )  # fmt: skip
    headers = (
        _head("end", c), _head("grid", c), _head("lost", c, kind="power_mw"), _head("reserve", c, kind="power_mw"),
        _head("reserve_short", c, kind="power_mw"), _head("lowest", c, "Hz"), _head("settled", c, "Hz"),
        _head("rate", c, "Hz/s"), _head("load", c, kind="power_mw"), _head("running", c, kind="power_mw"),
    )  # fmt: skip
    return TableContent(headers, tuple(rows), tuple(g.node for g in answer.grids))


def tie_table(answer: FaultAnswer, c: Columns, names: Names) -> TableContent:
    """AC ties after the outage, the most loaded first; a row's id is the tie's."""
    rows = [
        (
            Cell(names("line", t.id), names("line", t.id)), c.share(t.loading_before), c.share(t.loading_after),
            c.figure(t.before_mw, "power_mw"), c.figure(t.after_mw, "power_mw"), c.figure(t.rating_mw, "power_mw"),
        )
        for t in answer.ties
    ]  # fmt: skip
    headers = (
        text("outage.ties", c.language), _head("loading_before", c), _head("loading_after", c),
        _head("before", c, kind="power_mw"), _head("after", c, kind="power_mw"), _head("limit", c, kind="power_mw"),
    )  # fmt: skip
    return TableContent(headers, tuple(rows), tuple(t.id for t in answer.ties))


def infeed_table(answer: FaultAnswer, c: Columns, names: Names) -> TableContent:
    """Direct-current lines into the receiving grid, the weakest first; a row's id is the line's."""
    flowing = [i for i in answer.infeeds if abs(i.infeed_mw) > FLOWING_MW]
    flowing.sort(key=lambda i: (i.miscr is None, i.miscr or 0.0))
    rows = [
        (
            Cell(names("line", i.id), names("line", i.id)), Cell(names("node", i.node), i.node),
            c.figure(i.infeed_mw, "power_mw"), c.number(i.miscr, 1),
        )
        for i in flowing
    ]  # fmt: skip
    headers = (
        text("outage.line", c.language), _head("grid", c), _head("infeed", c, kind="power_mw"), _head("miscr", c),
    )  # fmt: skip
    return TableContent(headers, tuple(rows), tuple(i.id for i in flowing))


def note_table(answer: FaultAnswer, c: Columns) -> TableContent:
    """What the answer leaves out and what it stands on."""
    column = 0 if c.language == "zh" else 1
    said = [
        (text("link.note", c.language), NOTES[code][column] if code in NOTES else code)
        for code in answer.notes
    ]
    said += [
        (s.what_zh, f"{s.source_zh} {s.date_zh}")
        if column == 0
        else (s.what_en, f"{s.source_en} {s.date_en}")
        for s in answer.sources
    ]
    rows = tuple((Cell(a, a), Cell(b, b, b)) for a, b in said)
    return TableContent(
        (text("link.of", c.language), text("outage.notes", c.language)),
        rows,
        tuple(str(k) for k in range(len(rows))),
    )


def head_words(answer: FaultAnswer, look: Look) -> str:
    """Which line, fault and hour."""
    at = moment(answer.hour)
    return text(
        "outage.head", look.language, line=look.pick(answer.name_zh, answer.name_en), fault=look.pick(*FAULTS[answer.fault]),
        when=f"{at.month:02d}-{at.day:02d} {at.hour:02d}:00", power=look.figure(abs(answer.flow_mw), "power_mw"),
    )  # fmt: skip


def verdict_words(answer: FaultAnswer, look: Look, names: Names) -> str:
    """What happens, in a line; what is not solved is said, not left out."""
    parts = []
    receiving = next((g for g in answer.grids if g.end == "receiving"), None)
    if receiving is not None:
        short = receiving.reserve_short_mw > FLOWING_MW
        parts.append(
            text(
                "outage.short" if short else "outage.enough", look.language,
                lost=look.figure(receiving.lost_mw, "power_mw"), reserve=look.figure(receiving.reserve_mw, "power_mw"),
                short=look.figure(receiving.reserve_short_mw, "power_mw"),
            )
        )  # fmt: skip
        parts.append(text("outage.dip", look.language, hz=f"{receiving.lowest_hz:.2f}"))
    if answer.splits:
        nodes = ("、" if look.language == "zh" else ", ").join(names("node", n) for n in answer.splits)
        parts.append(text("outage.splits", look.language, nodes=nodes))
    elif not answer.solved:
        parts.append(text("outage.unsolved", look.language))
    else:
        over = [t for t in answer.ties if t.loading_after > 1.0]
        new = sum(t.loading_before <= 1.0 for t in over)
        parts.append(text("outage.overloads", look.language, n=len(over), new=new))
    if answer.hours > 1:
        parts.append(
            text("outage.many", look.language, n=f"{answer.hours:,}", over=f"{answer.hours_overloaded:,}",
                 short=f"{answer.hours_reserve_short:,}", unsolved=f"{answer.hours_unsolved:,}")
        )  # fmt: skip
    comma = "; "
    return comma.join(parts)


def node_names(tables_nodes: Mapping[str, tuple[str, str]], node: str, look: Look) -> str:
    """A node's name; an unknown one keeps its id."""
    return look.pick(*tables_nodes.get(node, (node, node)))
