"""The printed tables of the year's power flow beyond the ties: losses, single outages, voltages."""

from __future__ import annotations

from collections.abc import Mapping

from planning.flow_words import node_word, outage_effect, outage_word
from planning.report.blocks import Block, column, heading, table, text
from planning.report.content_writer import Writer
from planning.words import number, percent

SHOWN = 10


def flow_blocks(w: Writer, named: Mapping[str, str]) -> list[Block]:
    """Nothing where there is no flow of the year."""
    return [*_losses(w, named), *_outages(w, named), *_voltages(w)]


def _losses(w: Writer, named: Mapping[str, str]) -> list[Block]:
    year = w.summary.power_flow.year
    losses = {n: x for n, x in (year.losses if year else {}).items() if n in w.summary.corridors}
    if not losses:
        return []
    physics, settled = (
        sum(getattr(x, f) for x in losses.values()) for f in ("physics_loss_mwh", "settled_loss_mwh")
    )
    intro = w.pick(
        f"物理损耗 {w.with_unit(physics, 'energy_mwh')}，结算损耗 {w.with_unit(settled, 'energy_mwh')}。直流按逐时电流的 I²R 加换流站"
        "损耗，交流按逐时潮流；电阻与站损为估计值。金额按各通道送端平均售电价折算，正值为结算多计。",
        f"Physical losses {w.with_unit(physics, 'energy_mwh')}, settled {w.with_unit(settled, 'energy_mwh')}. DC: I²R of each "
        "hour's current and the stations; AC: the flow of each hour; resistances and station losses are estimated. Money at "
        "the mean price of what each line sends; above 0 more is settled than lost.",
    )
    columns = [
        column(w.pick("通道", "Corridor"), right=False, width=2.6), column(w.pick("物理损耗", "Physical"), w.unit("energy_mwh")),
        column(w.pick("结算损耗", "Settled"), w.unit("energy_mwh")), column(w.pick("物理损耗率", "Physical share")),
        column(w.pick("结算损耗率", "Settled share")), column(w.pick("折合金额", "In money"), w.unit("money_cny")),
    ]  # fmt: skip
    order = sorted(losses.items(), key=lambda x: -abs(x[1].settled_loss_mwh - x[1].physics_loss_mwh))[:SHOWN]
    rows = [
        (named.get(n, n), w.figure(x.physics_loss_mwh, "energy_mwh"), w.figure(x.settled_loss_mwh, "energy_mwh"),
         *(percent(v / x.sent_mwh if x.sent_mwh > 0 else None) for v in (x.physics_loss_mwh, x.settled_loss_mwh)),
         w.figure(w.summary.corridors[n].loss_difference_cny, "money_cny"))
        for n, x in order
    ]  # fmt: skip
    title = w.pick("物理损耗与结算损耗", "Physical and settled losses")
    return [heading(title), text(intro), table(columns, rows, size=7.6)]


def _outages(w: Writer, named: Mapping[str, str]) -> list[Block]:
    year = w.summary.power_flow.year
    if year is None or not year.outages:
        return []
    over = sum(o.hours_over > 0 for o in year.outages)
    intro = w.pick(
        f"共 {len(year.outages)} 种停运：每回交流线、每个断面、每极、每双极。逐时线性筛查，最重时刻以交流潮流复核；"
        f"{over} 种在某些时刻使断面超过估计能力。",
        f"{len(year.outages)} outages: each AC circuit, each tie, each pole, each bipole. All hours by linear screening, "
        f"the worst hour by AC; {over} of them bring a tie above its estimated capability in some hours.",
    )
    columns = [
        column(w.pick("停运元件", "Outage"), right=False, width=2.6), column(w.pick("影响", "Effect"), right=False, width=2.4),
        column(w.pick("停运前", "Before")), column(w.pick("停运后", "After")), column(w.pick("越限小时", "Hours above"), "h"),
        column(w.pick("损失功率", "Lost"), "MW"),
    ]  # fmt: skip
    rows = [
        (outage_word(o, named, w.language), outage_effect(o, named, w.language),
         percent(o.loading_before if o.worst_tie else None),
         percent(o.loading_ac if o.loading_ac is not None else o.loading_linear if o.worst_tie else None),
         number(o.hours_over), number(o.lost_mw))
        for o in year.outages[:SHOWN]
    ]  # fmt: skip
    return [heading("N-1"), text(intro), table(columns, rows, size=7.6)]


def _voltages(w: Writer) -> list[Block]:
    year = w.summary.power_flow.year
    if year is None or not year.voltages:
        return []
    low = min(year.voltages.items(), key=lambda x: x[1].min_pu)
    high = max(year.voltages.items(), key=lambda x: x[1].max_pu)
    short = sum(v.hours_short > 0 for v in year.voltages.values())
    return [
        text(
            w.pick(
                f"全年电压最低 {low[1].min_pu:.3f} p.u.（{node_word(low[0], 'zh')}，第 {low[1].min_hour} 小时），最高 "
                f"{high[1].max_pu:.3f} p.u.（{node_word(high[0], 'zh')}，第 {high[1].max_hour} 小时）；{short} 个省级电网在某些时刻"
                "无功支撑用尽（按在线机组估计）。",
                f"Voltages between {low[1].min_pu:.3f} p.u. ({node_word(low[0], 'en')}, hour {low[1].min_hour}) and "
                f"{high[1].max_pu:.3f} p.u. ({node_word(high[0], 'en')}, hour {high[1].max_hour}); {short} provincial grids use "
                "up their reactive support in some hours (estimated from machines on line).",
            )
        )
    ]
