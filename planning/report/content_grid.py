"""The printed tables of the parts: bases, corridors, provinces, power flow."""

from __future__ import annotations

from collections.abc import Mapping

from planning.line_words import NO_TARIFF
from planning.report.blocks import Block, Section, bullets, column, figure, heading, section, table, text
from planning.report.content_flow import flow_blocks
from planning.report.content_writer import Writer
from planning.report.series import ReportSeries
from planning.results import BaseResult, CorridorResult
from planning.shipped_words import shipped_words
from planning.words import flow_note, number, percent, term


def bases(w: Writer, series: ReportSeries, charts: dict[str, str]) -> Section:
    """Sized bases, the published design beside ours."""
    items = list(w.summary.bases.values())
    title = w.pick("综合能源基地", "Bases")
    if not items:
        return section(
            title, [text(w.pick("本情景没有基地。", "This scenario has no base."))], new_page=False
        )
    kinds = [
        t for t in ("wind", "pv", "hydro", "coal", "battery") if any(b.capacity_mw.get(t) for b in items)
    ]
    columns = [
        column(w.word("base"), right=False, width=w.wide(2.0, 2.6)), *(column(w.pick("电池", "Batt.") if t == "battery" else w.word(t), w.unit("power_mw")) for t in kinds),
        w.column("storage", "storage_mwh"), column(w.pick("送出电量", "Sent out"), w.unit("energy_mwh")),
        column(w.pick("通道小时", "Line hours"), "h"), column(w.pick("可再生占比", "Renew. share")), column(w.pick("弃电率", "Curtail. rate")),
        column(w.pick("度电成本", "LCOE"), w.unit("price_cny_per_mwh")), column("IRR"),
    ]  # fmt: skip
    rows = [
        (w.name(b), *(w.figure(b.capacity_mw.get(t, 0.0), "power_mw") for t in kinds),
         w.figure(b.storage_mwh, "storage_mwh"), w.figure(b.delivered_mwh, "energy_mwh"),
         number(b.channel_full_load_hours), percent(b.renewable_share), percent(b.curtailment_rate),
         w.figure(b.lcoe_cny_per_mwh, "price_cny_per_mwh"), percent(b.irr))
        for b in items
    ]  # fmt: skip
    beside = [
        (w.name(b), shipped_words(b.published.get("design", ""), w.language) or w.pick("未见公布方案", "no published design found"), _ours(w, b),
         _where(w, b))
        for b in items
    ]  # fmt: skip
    blocks: list[Block] = [
        table(columns, rows, size=7.2, note=w.pick(
            "内部收益率为实际、税前、全投资；– 表示不存在唯一收益率。已建水电按现价重置成本计入度电成本与收益率，不计入投资。",
            "IRR is real, before tax, on total investment; – where there is no single rate. Hydro stands already: LCOE "
            "and IRR count it at what it would cost today, the investment does not.")),
    ]  # fmt: skip
    if "bases" in charts:
        blocks.append(figure(charts["bases"], w.pick("各基地装机", "Installed power of the bases")))
    blocks += [
        heading(w.pick("公布方案与本次结果对照", "Published design beside ours")),
        table(
            [column(w.word("base"), right=False, width=1.2),
             column(w.word("published"), right=False, width=2.2), column(w.pick("本次结果", "Ours"), right=False, width=2.4),
             column(w.word("source"), right=False, width=2.2)],
            beside, size=7.6,
        ),
    ]  # fmt: skip
    for base_id, week in series.base_weeks.items():
        if f"base_{base_id}" in charts and base_id in w.summary.bases:
            caption = f"{w.name(w.summary.bases[base_id])}: {w.pick(week.title_zh, week.title_en)}"
            blocks.append(figure(charts[f"base_{base_id}"], caption))
    return section(title, blocks)


def _ours(w: Writer, b: BaseResult) -> str:
    parts = [
        f"{w.word(t)} {w.figure(mw, 'power_mw')}"
        for t in ("wind", "pv", "hydro", "coal")
        if (mw := b.capacity_mw.get(t, 0.0)) > 0
    ]
    text_ = f"{w.pick('、', ', ').join(parts)} {w.unit('power_mw')}"
    if b.storage_mwh > 0:
        text_ += w.pick("；储能 ", "; storage ") + w.with_unit(b.storage_mwh, "storage_mwh")
    return text_ + w.pick("；送出 ", "; delivers ") + w.with_unit(b.delivered_mwh, "energy_mwh")


def _where(w: Writer, b: BaseResult) -> str:
    if "source" not in b.published:
        return "–"
    return f"{shipped_words(b.published['source'], w.language)}（{w.tier(b.published.get('tier', ''))}）"


def corridors(w: Writer, charts: dict[str, str]) -> Section:
    """Long-distance lines, then the AC interfaces, the largest first."""
    title = w.pick("输电通道", "Corridors")
    lines = sorted(w.summary.corridors.values(), key=lambda c: (-c.sent_mwh, c.id))
    blocks: list[Block] = []
    for wanted, name in (
        (("dc", "b2b"), w.pick("直流与背靠背", "DC and back-to-back")),
        (("ac",), w.pick("交流断面", "AC interfaces")),
    ):
        chosen = [c for c in lines if c.kind in wanted]
        if not chosen:
            continue
        blocks += [heading(name), _corridor_table(w, chosen)]
        if wanted[0] == "dc" and "duration" in charts:
            caption = w.pick("容量最大的通道：送电负荷持续曲线", "Largest corridors: load duration")
            blocks.append(figure(charts["duration"], caption))
    return section(title, blocks or [text(w.pick("本情景没有通道。", "This scenario has no corridor."))])


def _corridor_table(w: Writer, lines: list[CorridorResult]) -> Block:
    priced = any(c.tariff_cny_per_mwh is not None for c in lines)
    columns = [
        column(w.word("corridor"), right=False, width=w.wide(2.2, 3.4)), w.column("capacity", "power_mw"),
        w.column("sent", "energy_mwh"), w.column("delivered", "energy_mwh"), w.column("loss_share"),
        column(w.word("full_load_hours"), "h"), w.column("green_share"),
        column(w.pick("最高负载率", "Peak loading")),
        *([column(w.pick("输电价", "Tariff"), w.unit("price_cny_per_mwh"))] if priced else []), w.column("receipts", "money_cny"),
    ]  # fmt: skip
    rows = [
        (w.name(c), w.figure(c.capacity_mw, "power_mw"), w.figure(c.sent_mwh, "energy_mwh"),
         w.figure(c.delivered_mwh, "energy_mwh"), percent(c.loss_share, 2), number(c.full_load_hours),
         percent(c.green_share, 0), percent(c.peak_loading, 0),
         *([_tariff(w, c)] if priced else []),
         w.figure(c.cash_cny, "money_cny"))
        for c in lines
    ]  # fmt: skip
    total = (
        w.pick("合计", "Total"), w.figure(sum(c.capacity_mw for c in lines), "power_mw"),
        w.figure(sum(c.sent_mwh for c in lines), "energy_mwh"),
        w.figure(sum(c.delivered_mwh for c in lines), "energy_mwh"),
        percent(sum(c.loss_mwh for c in lines) / max(sum(c.sent_mwh for c in lines), 1e-9), 2), "", "", "",
        *([""] if priced else []), w.figure(sum(c.cash_cny or 0.0 for c in lines), "money_cny"),
    )  # fmt: skip
    return table(columns, [*rows, total], total=True, size=7.4)


def _tariff(w: Writer, line: CorridorResult) -> str:
    """The price, or that there is none on file: no price is not a price of 0."""
    if line.tariff_cny_per_mwh is None:
        return w.pick(*NO_TARIFF)
    return w.figure(line.tariff_cny_per_mwh, "price_cny_per_mwh")


def provinces(w: Writer) -> Section:
    """Energy and cash of each."""
    ps = list(w.summary.provinces.values())
    columns = [
        column(w.word("province"), right=False, width=w.wide(2.0, 1.7)),
        column(w.pick("风光装机", "Wind+PV"), w.unit("power_mw")),
        *(w.column(k, "energy_mwh") for k in ("generation", "load", "import", "export")),
        w.column("curtailment_rate"), w.column("receipts", "money_cny"), w.column("payments", "money_cny"),
        w.column("cash", "money_cny"), w.column("gdp_share"),
    ]  # fmt: skip
    rows = [
        (w.pick(p.name_zh, p.name_en),
         w.figure(p.capacity_mw.get("wind", 0.0) + p.capacity_mw.get("pv", 0.0), "power_mw"),
         *(w.figure(v, "energy_mwh") for v in (p.generation_mwh, p.load_mwh, p.import_mwh, p.export_mwh)),
         percent(p.curtailment_rate), w.figure(p.receipts_cny, "money_cny"), w.figure(p.payments_cny, "money_cny"),
         w.figure(p.cash_cny, "money_cny"), percent(p.gdp_share, 2))
        for p in ps
    ]  # fmt: skip
    note = w.pick(
        "净现金流 = 绿电收入 − 绿电支出；GDP 年份见命题检验。台湾省、香港、澳门缺数据，未参与调度。",
        "Net cash = green receipts − green payments. Taiwan, Hong Kong and Macau: no data, not dispatched.",
    )
    return section(w.pick("各省结果", "Provinces"), [table(columns, rows, note=note, size=7.4)])


def power_flow(w: Writer) -> Section:
    """The AC check of chosen hours."""
    flow = w.summary.power_flow
    title = w.pick("交流潮流校核", "AC power flow")
    if not flow.hours:
        return section(title, [text(w.pick("本次未作潮流计算。", "No power flow was run."))], new_page=False)
    columns = [
        column(w.pick("时刻", "Hour"), right=False, width=2.4), column(w.pick("收敛", "Converged")),
        column(w.pick("潮流损耗", "AC losses"), "MWh"), column(w.pick("调度损耗", "Dispatch losses"), "MWh"),
        column(w.pick("最高负载率", "Highest loading")), column(w.pick("线路", "Line"), right=False, width=2),
        column(w.pick("电压范围", "Voltage"), "p.u.", width=1.6), column(w.pick("与调度最大差", "Largest difference"), "MW"),
    ]  # fmt: skip
    names = {"peak": term("peak", w.language), "trough": term("trough", w.language)}
    named = {c.id: w.name(c) for c in w.summary.corridors.values()}
    rows, notes = [], []
    for h in flow.hours:
        label = names.get(h.label, h.label.replace("transfer-", w.pick("最大外送 ", "largest transfer ")))
        voltage = "–" if h.min_voltage_pu is None else f"{h.min_voltage_pu:.3f} – {h.max_voltage_pu:.3f}"
        rows.append(
            (f"{label}  {h.time}", w.pick("是" if h.converged else "否", "yes" if h.converged else "no"),
             number(h.loss_mwh), number(h.dispatch_loss_mwh), percent(h.max_loading),
             named.get(h.max_loading_line or "", "–"),
             voltage, number(h.max_flow_difference_mw))
        )  # fmt: skip
        if said := flow_note(h, named, w.language):
            notes.append(f"{label}  {h.time}{w.pick('：', ': ')}{said}")
    intro = w.pick(
        f"共算 {len(flow.hours)} 个时刻，{flow.converged} 个收敛。省间网架为等值网络，阻抗按电压等级与长度估计，"
        "结果用于核对调度的量级，不代替电网公司的安全校核。",
        f"{flow.converged} of {len(flow.hours)} hours converged. The network between provinces is an equivalent with "
        "impedances estimated from voltage and length: it checks the dispatch, it replaces no security assessment.",
    )
    return section(title, [text(intro), table(columns, rows, size=7.6), *([bullets(notes)] if notes else []),
                           *_ties(w, named), *flow_blocks(w, named)], new_page=False)  # fmt: skip


TIES_SHOWN = 10


def _ties(w: Writer, named: Mapping[str, str]) -> list[Block]:
    """All hours of the year on the AC ties: what they lose, where they are too weak, also after one outage."""
    year = w.summary.power_flow.year
    if year is None:
        return []
    check = "–" if year.check_mw is None else f"{year.check_mw:.0e}"
    words = w.pick(
        f"全年 {year.hours:,} 个时刻逐时求解，{year.converged:,} 个收敛；物理损耗 {w.with_unit(year.loss_mwh, 'energy_mwh')}，"
        f"同时刻结算损耗 {w.with_unit(year.settled_loss_mwh, 'energy_mwh')}；节点功率残差不超过 {year.max_balance_pu:.0e} p.u.，"
        f"与 pandapower 逐时校核相差不超过 {check} MW。N-1 为线性筛查。越限小时按估计的断面能力计。",
        f"All {year.hours:,} hours were solved, {year.converged:,} converged; physical losses "
        f"{w.with_unit(year.loss_mwh, 'energy_mwh')} beside {w.with_unit(year.settled_loss_mwh, 'energy_mwh')} as settled; power is "
        f"wrong by at most {year.max_balance_pu:.0e} p.u. at a bus, flows differ from pandapower's by at most {check} MW. "
        "N-1 is a linear screening. Hours above the limit count against estimated capabilities.",
    )
    columns = [
        column(w.pick("交流断面", "AC tie"), right=False, width=2.6), column(w.pick("送出电量", "Sent"), w.unit("energy_mwh")),
        column(w.pick("损耗", "Losses"), w.unit("energy_mwh")), column(w.pick("最高负载率", "Highest loading")),
        column(w.pick("越限小时", "Above limit"), "h"), column(w.pick("N-1 最高负载率", "Highest, N-1")),
        column(w.pick("N-1 越限小时", "Above limit, N-1"), "h"),
    ]  # fmt: skip
    heaviest = sorted(year.ties.items(), key=lambda item: -item[1].max_loading)[:TIES_SHOWN]
    rows = [
        (named.get(name, name), w.figure(tie.sent_mwh, "energy_mwh"),
         w.figure(tie.loss_mwh, "energy_mwh"), percent(tie.max_loading), number(tie.hours_over),
         percent(tie.max_outage_loading), number(tie.outage_hours_over))
        for name, tie in heaviest
    ]  # fmt: skip
    return [text(words), table(columns, rows, size=7.6)]
