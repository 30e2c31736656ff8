"""Sheets of the year's power flow beyond the ties: losses, single outages, voltages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planning.flow_words import node_word, outage_effect, outage_word
from planning.report.excel_columns import cn, plain, quantity
from planning.report.sheets import Cell, Column, Sheet
from planning.words import converted

if TYPE_CHECKING:
    from planning.results import Summary


def flow_sheets(summary: Summary) -> list[Sheet]:
    """Those whose figures are there: results of older programs have none."""
    year = summary.power_flow.year
    if year is None:
        return []
    made = [(year.losses, line_losses), (year.outages, outages), (year.voltages, voltages)]
    return [sheet(summary) for figures, sheet in made if figures]


def line_losses(summary: Summary) -> Sheet:
    """Physical beside settled loss of every corridor."""
    columns = (
        Column("通道", "corridor", width=30), quantity("送出电量", "sent", "energy_mwh"),
        quantity("物理损耗", "physical loss", "energy_mwh"), quantity("结算损耗", "settled loss", "energy_mwh"),
        Column("物理损耗率", "physical loss share", "1", "share2"), Column("结算损耗率", "settled loss share", "1", "share2"),
        quantity("结算多计", "settled beyond physics", "energy_mwh"), quantity("折合金额", "in money", "money_cny"),
    )  # fmt: skip
    year = summary.power_flow.year
    losses = year.losses if year is not None else {}
    rows: list[tuple[Cell, ...]] = []
    for name, c in summary.corridors.items():
        if name not in losses:
            continue
        loss = losses[name]
        share = [
            v / loss.sent_mwh if loss.sent_mwh > 0 else None
            for v in (loss.physics_loss_mwh, loss.settled_loss_mwh)
        ]
        rows.append(
            (f"{c.name_zh} / {c.name_en}", converted(loss.sent_mwh, "energy_mwh", "cn"),
             converted(loss.physics_loss_mwh, "energy_mwh", "cn"), converted(loss.settled_loss_mwh, "energy_mwh", "cn"), *share,
             converted(loss.settled_loss_mwh - loss.physics_loss_mwh, "energy_mwh", "cn"), cn(c.loss_difference_cny, "money_cny"))
        )  # fmt: skip
    return Sheet("线损对照", "物理损耗与结算损耗 · Physical and settled losses", columns, tuple(rows))


def outages(summary: Summary) -> Sheet:
    """Every single outage in its worst hour."""
    names = {c.id: f"{c.name_zh} / {c.name_en}" for c in summary.corridors.values()}
    year = summary.power_flow.year
    columns = (
        Column("停运元件", "outage", width=44), Column("最重时刻", "worst hour", plain("h"), "whole"),
        Column("影响", "effect", width=40), Column("停运前负载率", "loading before", "1", "share"),
        Column("停运后 (线性)", "after, linear", "1", "share"), Column("停运后 (交流)", "after, AC", "1", "share"),
        Column("新增越限小时", "hours it overloads", plain("h"), "whole"), Column("损失功率", "power lost", plain("MW"), "whole"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (outage_word(o, names, "zh"), o.hour, outage_effect(o, names, "zh"), o.loading_before if o.worst_tie else None,
         o.loading_linear if o.worst_tie else None, o.loading_ac, o.hours_over, o.lost_mw)
        for o in (year.outages if year is not None else ())
    ]  # fmt: skip
    return Sheet("N-1", "N-1：回路、断面、单极、双极 · Circuits, ties, poles, bipoles", columns, tuple(rows))


def voltages(summary: Summary) -> Sheet:
    """Lowest and highest voltage of every node, where and when."""
    year = summary.power_flow.year
    columns = (
        Column("省级电网", "node", width=16), Column("Node", "", width=22),
        Column("最低电压", "lowest voltage", "p.u.", "four"), Column("母线", "bus", width=28),
        Column("时刻", "hour", plain("h"), "whole"), Column("最高电压", "highest voltage", "p.u.", "four"),
        Column("母线", "bus", width=28), Column("时刻", "hour", plain("h"), "whole"),
        Column("无功不足小时", "hours short of reactive power", plain("h"), "whole"),
        Column("无功过剩小时", "hours with too much", plain("h"), "whole"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (node_word(n, "zh"), node_word(n, "en"), v.min_pu, v.min_bus, v.min_hour, v.max_pu, v.max_bus, v.max_hour,
         v.hours_short, v.hours_surplus)
        for n, v in (year.voltages if year is not None else {}).items()
    ]  # fmt: skip
    return Sheet("电压", "全年电压 · Voltages over the year", columns, tuple(rows))
