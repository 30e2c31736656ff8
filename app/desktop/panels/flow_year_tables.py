"""Tables of the year's power flow: physical beside settled losses, single outages."""

from __future__ import annotations

from collections.abc import Mapping

from app.desktop.panels.results_tables import Columns, hour_cell
from app.desktop.panels.table import Cell, TableContent
from planning.flow_words import outage_effect, outage_word
from planning.results import PowerFlowYear, Summary
from planning.words import unit


def _named(summary: Summary, c: Columns) -> dict[str, str]:
    return {k: x.name_zh if c.language == "zh" else x.name_en for k, x in summary.corridors.items()}


def loss_table_of(summary: Summary, c: Columns) -> TableContent:
    """Of a run: with the difference in money."""
    money = {k: x.loss_difference_cny for k, x in summary.corridors.items()}
    settled = summary.settlement
    paid = None if settled is None else {k: loss.settled_cny for k, loss in settled.losses.items()}
    return loss_table(summary.power_flow.year, _named(summary, c), c, money, paid)


def loss_table(
    year: PowerFlowYear | None,
    named: Mapping[str, str],
    c: Columns,
    difference_cny: Mapping[str, float | None] | None = None,
    paid_cny: Mapping[str, float] | None = None,
) -> TableContent:
    """Every line, the largest difference first; a row's id is the line's.

    Parameters
    ----------
    named
        Names of lines by id.
    difference_cny, paid_cny
        Settled beyond physical losses, and what was paid for losses in the year; None: no such column.
    """
    column = 0 if c.language == "zh" else 1
    energy, money = (unit(k, c.units, c.language) for k in ("energy_mwh", "money_cny"))
    headers = tuple(
        words[column]
        for words in (
            ("通道", "corridor"),
            (f"送出电量\n{energy}", f"energy sent\n{energy}"),
            (f"物理损耗\n{energy}", f"physical losses\n{energy}"),
            (f"结算损耗\n{energy}", f"settled losses\n{energy}"),
            ("物理损耗率", "physical share"),
            ("结算损耗率", "settled share"),
            *(((f"结算线损费\n{money}", f"paid for losses\n{money}"),) if paid_cny is not None else ()),
            *(
                ((f"结算多计\n{money}", f"settled beyond physics\n{money}"),)
                if difference_cny is not None
                else ()
            ),
        )
    )
    losses = year.losses if year is not None else {}
    order = sorted(losses.items(), key=lambda x: -abs(x[1].settled_loss_mwh - x[1].physics_loss_mwh))
    rows = tuple(
        (
            Cell(named.get(name, name), name),
            c.figure(x.sent_mwh, "energy_mwh"),
            c.figure(x.physics_loss_mwh, "energy_mwh"),
            c.figure(x.settled_loss_mwh, "energy_mwh"),
            *(
                c.share(v / x.sent_mwh if x.sent_mwh > 0 else None, 2)
                for v in (x.physics_loss_mwh, x.settled_loss_mwh)
            ),
            *((c.figure(paid_cny.get(name), "money_cny"),) if paid_cny is not None else ()),
            *((c.figure(difference_cny.get(name), "money_cny"),) if difference_cny is not None else ()),
        )
        for name, x in order
    )
    return TableContent(headers, rows, tuple(name for name, _ in order))


def outage_table_of(summary: Summary, c: Columns) -> TableContent:
    """Of a run."""
    return outage_table(summary.power_flow.year, _named(summary, c), c)


def outage_table(year: PowerFlowYear | None, named: Mapping[str, str], c: Columns) -> TableContent:
    """Every circuit, tie, pole and bipole in its worst hour, the worst first; a row's id is the line's."""
    column = 0 if c.language == "zh" else 1
    power = c.unit("power_mw")
    headers = tuple(
        words[column]
        for words in (
            ("停运元件", "outage"),
            ("最重时刻", "worst hour"),
            ("影响", "effect"),
            ("停运前", "before"),
            ("停运后 (线性)", "after, linear"),
            ("停运后 (交流)", "after, AC"),
            ("新增越限小时", "hours it\noverloads"),
            (f"损失功率\n{power}", f"power lost\n{power}"),
        )
    )
    outages = year.outages if year is not None else ()
    rows = []
    for o in outages:
        what, effect = outage_word(o, named, c.language), outage_effect(o, named, c.language)
        loads = o.worst_tie is not None
        rows.append(
            (
                Cell(what, what),
                hour_cell(o.hour),
                Cell(effect, effect),
                c.share(o.loading_before if loads else None),
                c.share(o.loading_linear if loads else None),
                c.share(o.loading_ac),
                c.number(o.hours_over),
                c.figure(o.lost_mw, "power_mw"),
            )
        )
    return TableContent(headers, tuple(rows), tuple(o.line for o in outages))
