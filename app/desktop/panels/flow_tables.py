"""Tables of the AC power flow: chosen hours, and every tie over the year."""

from __future__ import annotations

from collections.abc import Mapping

from app.desktop.panels.results_tables import Columns
from app.desktop.panels.table import Cell, TableContent
from planning.results import PowerFlowResult, PowerFlowYear, Summary
from planning.words import flow_note, term, unit


def power_flow_table(summary: Summary, c: Columns) -> TableContent:
    zh = c.language == "zh"
    named = {k: x.name_zh if zh else x.name_en for k, x in summary.corridors.items()}
    return flow_table(summary.power_flow, named, c)


def flow_table(flow: PowerFlowResult, named: Mapping[str, str], c: Columns) -> TableContent:
    """The AC power flows of chosen hours; a row's id is its hour. `named` has the names of lines by id."""
    zh = c.language == "zh"
    labels = {"peak": term("peak", c.language), "trough": term("trough", c.language)}
    transfer = "最大外送 " if zh else "largest transfer "
    rows = []
    for hour in flow.hours:
        label = labels.get(hour.label, hour.label.replace("transfer-", transfer))
        said = flow_note(hour, named, c.language)
        line = named.get(hour.max_loading_line or "", hour.max_loading_line or "–")
        done = ("是" if hour.converged else "否") if zh else ("yes" if hour.converged else "no")
        rows.append(
            (
                Cell(f"{label}  {hour.time}", f"{hour.hour:04d}"),
                Cell(done, done),
                c.figure(hour.loss_mwh, "storage_mwh"),
                c.figure(hour.dispatch_loss_mwh, "storage_mwh"),
                c.share(hour.max_loading),
                Cell(line, line),
                c.number(hour.min_voltage_pu, 3),
                c.number(hour.max_voltage_pu, 3),
                Cell(said, said),
            )
        )
    energy = unit("storage_mwh", c.units, c.language)
    headers = tuple(
        zh_words if zh else en_words
        for zh_words, en_words in (
            ("时刻", "hour"),
            ("收敛", "converged"),
            (f"潮流损耗\n{energy}", f"AC losses\n{energy}"),
            (f"调度损耗\n{energy}", f"dispatch losses\n{energy}"),
            ("最高负载率", "highest loading"),
            ("线路", "line"),
            ("最低电压\np.u.", "lowest voltage\np.u."),
            ("最高电压\np.u.", "highest voltage\np.u."),
            ("说明", "note"),
        )
    )
    return TableContent(headers, tuple(rows), tuple(str(h.hour) for h in flow.hours))


def tie_table_of(summary: Summary, c: Columns) -> TableContent:
    zh = c.language == "zh"
    named = {k: x.name_zh if zh else x.name_en for k, x in summary.corridors.items()}
    return tie_table(summary.power_flow.year, named, c)


def tie_table(year: PowerFlowYear | None, named: Mapping[str, str], c: Columns) -> TableContent:
    """Every AC tie over the year, the heaviest first; a row's id is the tie's. `named` has the names of lines by id."""
    zh = c.language == "zh"
    energy = unit("energy_mwh", c.units, c.language)
    headers = tuple(
        zh_words if zh else en_words
        for zh_words, en_words in (
            ("交流断面", "AC tie"),
            (f"送出电量\n{energy}", f"energy sent\n{energy}"),
            (f"物理损耗\n{energy}", f"physical losses\n{energy}"),
            ("最高负载率", "highest loading"),
            ("越限小时", "hours above\nlimit"),
            ("N-1 最高负载率", "highest loading, N-1"),
            ("N-1 越限小时", "hours above\nlimit, N-1"),
            ("最重的停运", "worst outage"),
        )
    )
    if year is None:
        return TableContent(headers, (), ())
    rows, ids = [], []
    for name, tie in sorted(year.ties.items(), key=lambda item: -item[1].max_loading):
        outage = named.get(tie.worst_outage or "", tie.worst_outage or "–")
        said = ("本线停运即解列" if zh else "its own loss parts the grid") if tie.bridge else outage
        rows.append(
            (
                Cell(named.get(name, name), name),
                c.figure(tie.sent_mwh, "energy_mwh"),
                c.figure(tie.loss_mwh, "energy_mwh"),
                c.share(tie.max_loading),
                c.number(tie.hours_over),
                c.share(tie.max_outage_loading),
                c.number(tie.outage_hours_over),
                Cell(said, said),
            )
        )
        ids.append(name)
    return TableContent(headers, tuple(rows), tuple(ids))
