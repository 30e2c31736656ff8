"""Sheets of what is built and how it runs: corridors, bases, their cash flows, power flow, months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planning.cash_flow.investment import internal_rate
from planning.cash_words import without_lines
from planning.line_words import NO_TARIFF
from planning.report.excel_columns import both_units, cn, known, plain, quantity, said, tier
from planning.report.series import BaseFlows, ReportSeries
from planning.report.sheets import Cell, Column, Formula, Sheet, column_sum, excel_row, letter, ratio
from planning.results import Summary
from planning.words import TERMS, converted, flow_note


def corridors(summary: Summary) -> Sheet:
    columns = (
        Column("编号", "id", width=22), Column("通道", "corridor", width=22), Column("Corridor", "", width=30),
        Column("类型", "kind", width=7), Column("送端", "from", width=10), Column("受端", "to", width=10),
        known("capacity", "power_mw"), known("sent", "energy_mwh"), known("delivered", "energy_mwh"),
        known("loss", "energy_mwh"), Column(*TERMS["loss_share"], "1", "share2"),
        Column(*TERMS["full_load_hours"], plain("h"), "whole"), Column(*TERMS["green_share"], "1", "share"),
        Column("最高负载率", "peak loading", "1", "share"), known("tariff", "price_cny_per_mwh"),
        Column("电价含线损", "tariff includes loss", width=10), quantity("售电款", "sale", "money_cny"),
        quantity("输电费", "transmission fee", "money_cny"), quantity("线损费", "cost of losses", "money_cny"),
        quantity("绿证", "certificates", "money_cny"), quantity("碳价值", "carbon value", "money_cny"),
        known("receipts", "money_cny"), Column("状态", "status", width=14),
        Column("线损来源", "source of loss", width=40), Column("Source of loss", "", width=40),
        Column("电价来源", "source of tariff", width=40), Column("Source of tariff", "", width=40),
        Column("可信度", "tier", width=16),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    kept: list[list[float | None]] = []
    for i, c in enumerate(summary.corridors.values()):
        r = excel_row(i)
        power, sent, got = (
            converted(v, k, "cn")
            for v, k in (
                (c.capacity_mw, "power_mw"),
                (c.sent_mwh, "energy_mwh"),
                (c.delivered_mwh, "energy_mwh"),
            )
        )
        money = [
            cn(v, "money_cny")
            for v in (
                c.sale_cny,
                c.transmission_cny,
                c.loss_cny,
                c.certificate_cny,
                c.carbon_value_cny,
                c.cash_cny,
            )
        ]
        kept.append([power, sent, got, sent - got, *money])
        includes = (
            None if c.tariff_includes_loss is None else "是 / yes" if c.tariff_includes_loss else "否 / no"
        )
        # No price is not a price of 0.
        price: Cell = " / ".join(NO_TARIFF)
        if c.tariff_cny_per_mwh is not None:
            price = cn(c.tariff_cny_per_mwh, "price_cny_per_mwh")
        rows.append(
            (c.id, c.name_zh, c.name_en, c.kind.upper(), c.from_node, c.to_node, power, sent, got,
             Formula(f"=H{r}-I{r}", sent - got), ratio(f"J{r}", f"H{r}", sent - got, sent),
             Formula(f"=H{r}/G{r}*10000", sent / power * 1e4) if power else None, c.green_share, c.peak_loading,
             price, includes, *money, status(c.status),
             *said(c.loss_source), *said(c.tariff_source), tier(c.tier))
        )  # fmt: skip
    n = len(rows)
    s = [
        column_sum(k, [row[j] for row in kept], n) for j, k in enumerate((6, 7, 8, 9, 16, 17, 18, 19, 20, 21))
    ]
    end, sent_all = excel_row(n), sum(row[1] or 0.0 for row in kept)
    loss = ratio(f"J{end}", f"H{end}", sum(row[3] or 0.0 for row in kept), sent_all)
    total: tuple[Cell, ...] = (
        "", "合计", "total", "", "", "", *s[:4], loss, None, None, None, None, "", *s[4:], "", "", "", "", "", "",
    )  # fmt: skip
    unknown = sum(1 for c in summary.corridors.values() if c.transmission_cny is None)
    left_out = f"; 输电费合计{without_lines(unknown, 'zh')} · transmission {without_lines(unknown, 'en')}"
    return Sheet("输电通道", "输电通道与交流断面 · Corridors and interfaces", columns, tuple(rows),
                 "送端电量含反送 · sent energy counts both directions" + (left_out if unknown else ""), total, 3)  # fmt: skip


def bases(summary: Summary) -> Sheet:
    kinds = ("wind", "pv", "hydro", "coal", "battery")
    columns = (
        Column("编号", "id", width=16), Column("基地", "base", width=20), Column("Base", "", width=24),
        known("channel", "power_mw"), *(known(t, "power_mw") for t in kinds), known("storage", "storage_mwh"),
        known("sent", "energy_mwh"), Column("通道利用小时", "channel full-load hours", plain("h"), "whole"),
        Column(*TERMS["renewable_share"], "1", "share"), Column(*TERMS["curtailment_rate"], "1", "share"),
        known("investment", "money_cny"), quantity("年成本", "annual cost", "money_cny"),
        known("lcoe", "price_cny_per_mwh"), known("npv", "money_cny"), Column(*TERMS["irr"], "1", "share"),
        known_co2(), Column("占地", "land", plain("km²"), "whole"), Column("求解器", "solver", width=12),
        Column("公布方案", "published design", width=44), Column("Published design", "", width=44),
        Column("来源", "source", width=40), Column("Source", "", width=40),
        Column("可信度", "tier", width=16),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for i, b in enumerate(summary.bases.values()):
        r = excel_row(i)
        delivered, cost = (
            converted(b.delivered_mwh, "energy_mwh", "cn"),
            converted(b.annual_cost_cny, "money_cny", "cn"),
        )
        channel = converted(b.channel_mw, "power_mw", "cn")
        hours = Formula(f"=K{r}/D{r}*10000", delivered / channel * 1e4) if channel else None
        rows.append(
            (b.id, b.name_zh, b.name_en, channel, *(cn(b.capacity_mw.get(t, 0.0), "power_mw") for t in kinds),
             cn(b.storage_mwh, "storage_mwh"), delivered, hours, b.renewable_share, b.curtailment_rate,
             cn(b.investment_cny, "money_cny"), cost, ratio(f"P{r}", f"K{r}", cost, delivered),
             cn(b.npv_cny, "money_cny"), b.irr, cn(b.co2_t, "co2_t"), b.land_km2, b.solver,
             *said(b.published.get("design")), *said(b.published.get("source")),
             tier(b.published["tier"]) if "tier" in b.published else None)
        )  # fmt: skip
    return Sheet("基地", "综合能源基地 · Bases", columns, tuple(rows),
                 "度电成本 = 年成本 / 送出电量 (1 亿元 / 1 亿千瓦时 = 元/千瓦时) · LCOE = annual cost / energy sent",
                 None, 3)  # fmt: skip


def known_co2() -> Column:
    return quantity("二氧化碳", "CO2", "co2_t")


def cash_flows(summary: Summary, flows: Mapping[str, BaseFlows]) -> Sheet:
    """A block of columns per year: cost, revenue, net of every base, discounted live."""
    horizon = max(len(f.cost_cny) for f in flows.values())
    first = 6
    years = tuple(
        Column(f"第 {k} 年", f"year {k}", both_units("money_cny"), "two", 10) for k in range(horizon)
    )
    columns = (
        Column("基地", "base", width=36), Column("项目", "item", width=30),
        Column("折现率", "discount rate", "1", "share"), known("npv", "money_cny"),
        Column(*TERMS["irr"], "1", "share2"), quantity("度电成本", "LCOE", "price_cny_per_mwh"), *years,
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for base_id, f in flows.items():
        base = summary.bases.get(base_id)
        name = f"{base.name_zh} / {base.name_en}" if base is not None else base_id
        cost = [converted(v, "money_cny", "cn") for v in f.cost_cny]
        revenue = [converted(v, "money_cny", "cn") for v in f.revenue_cny]
        energy = [converted(v, "energy_mwh", "cn") for v in f.delivered_mwh]
        net = [b - a for a, b in zip(cost, revenue, strict=True)]
        top = excel_row(len(rows))
        a, b, z = letter(first), letter(first + 1), letter(first + len(cost) - 1)

        def present(row: int, lead: str = a, second: str = b, last: str = z, rate: int = top) -> str:
            return f"({lead}{row}+NPV($C{rate},{second}{row}:{last}{row}))"

        worth = {
            k: discounted(v, f.discount_rate) for k, v in (("cost", cost), ("energy", energy), ("net", net))
        }
        lcoe = worth["cost"] / worth["energy"] if worth["energy"] > 0 else None
        pad: tuple[Cell, ...] = ("",) * (horizon - len(cost))
        blank: tuple[Cell, ...] = ("", "", "", "")
        rate = internal_rate(net).irr
        rows.append((name, "成本 / cost", f.discount_rate, "", "",
                     Formula(f"={present(top)}/{present(top + 2)}", lcoe) if lcoe is not None else None,
                     *cost, *pad))  # fmt: skip
        rows.append((name, "收入 / revenue", *blank, *revenue, *pad))
        rows.append((name, f"送出电量 / delivered ({both_units('energy_mwh')})", *blank, *energy, *pad))
        irr = Formula(f"=IRR({a}{top + 3}:{z}{top + 3})", rate) if rate is not None else None
        rows.append(
            (name, "净现金流 / net", "", Formula(f"={present(top + 3)}", worth["net"]), irr, "",
             *(Formula(f"={letter(first + k)}{top + 1}-{letter(first + k)}{top}", v) for k, v in enumerate(net)), *pad)
        )  # fmt: skip
    return Sheet("基地现金流", "基地现金流（实际价, 税前）· Cash flows of the bases (real, before tax)", columns,
                 tuple(rows), "第 0 年投资, 第 1 年起运营; 期末残值冲减成本 · invested in year 0, running from year 1; the end value "
                 "lowers the cost", None, 2)  # fmt: skip


def discounted(flows: Sequence[float], rate: float) -> float:
    """Present value at the end of year 0."""
    return sum(flow / (1.0 + rate) ** year for year, flow in enumerate(flows))


def status(name: str) -> str:
    """Whether a line runs, in both languages."""
    zh = {"in_service": "在运", "under_construction": "在建", "planned": "规划"}.get(name)
    return f"{zh} / {name.replace('_', ' ')}" if zh else name


def hour_label(label: str) -> str:
    """What an hour was chosen for, in both languages."""
    if label in TERMS:
        return f"{TERMS[label][0]} / {TERMS[label][1]}"
    number = label.removeprefix("transfer-")
    return label if number == label else f"最大外送 {number} / largest transfer {number}"


def power_flow(summary: Summary) -> Sheet:
    names = {c.id: f"{c.name_zh} / {c.name_en}" for c in summary.corridors.values()}
    zh = {c.id: c.name_zh for c in summary.corridors.values()}
    en = {c.id: c.name_en for c in summary.corridors.values()}
    columns = (
        Column("时刻", "hour", width=14), Column("时间", "time", width=18), Column("收敛", "converged", width=10),
        Column("潮流损耗", "AC losses", plain("MWh"), "whole"),
        Column("调度损耗", "dispatch losses", plain("MWh"), "whole"),
        Column("最高负载率", "highest loading", "1", "share"), Column("线路", "line", width=24),
        Column("最低电压", "lowest voltage", "p.u.", "four"), Column("最高电压", "highest voltage", "p.u.", "four"),
        Column("与调度最大差", "largest flow difference", plain("MW"), "whole"),
        Column("说明", "note", width=60), Column("Note", "", width=60),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (hour_label(h.label), h.time, "是 / yes" if h.converged else "否 / no", h.loss_mwh, h.dispatch_loss_mwh, h.max_loading,
         names.get(h.max_loading_line or "", h.max_loading_line), h.min_voltage_pu, h.max_voltage_pu,
         h.max_flow_difference_mw, flow_note(h, zh, "zh"), flow_note(h, en, "en"))
        for h in summary.power_flow.hours
    ]  # fmt: skip
    return Sheet("潮流", "交流潮流校核 · AC power flow", columns, tuple(rows))


def ac_ties(summary: Summary) -> Sheet:
    """Every AC tie over the year."""
    year = summary.power_flow.year
    names = {c.id: f"{c.name_zh} / {c.name_en}" for c in summary.corridors.values()}
    columns = (
        Column("交流断面", "AC tie", width=34), quantity("送出电量", "energy sent", "energy_mwh"),
        quantity("物理损耗", "physical losses", "energy_mwh"), Column("最高负载率", "highest loading", "1", "share"),
        Column("越限小时", "hours above limit", "h", "whole"), Column("N-1 最高负载率", "highest loading, N-1", "1", "share"),
        Column("N-1 越限小时", "hours above limit, N-1", "h", "whole"), Column("最重的停运", "worst outage", width=34),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (names.get(name, name), converted(tie.sent_mwh, "energy_mwh", "cn"), converted(tie.loss_mwh, "energy_mwh", "cn"),
         tie.max_loading, tie.hours_over, tie.max_outage_loading, tie.outage_hours_over,
         "本线停运即解列 / parts the grid" if tie.bridge else names.get(tie.worst_outage or "", tie.worst_outage))
        for name, tie in sorted((year.ties if year else {}).items(), key=lambda item: -item[1].max_loading)
    ]  # fmt: skip
    return Sheet("交流断面", "交流断面全年 · AC ties over the year", columns, tuple(rows))


def monthly(series: ReportSeries) -> Sheet:
    months = series.monthly_generation_twh
    columns = (
        Column("月份", "month", width=8),
        *(known(t, "energy_mwh") for t in months), quantity("合计", "total", "energy_mwh"),
    )  # fmt: skip
    last = letter(len(months))
    values = [[converted(float(v[m]) * 1e6, "energy_mwh", "cn") for v in months.values()] for m in range(12)]
    rows: list[tuple[Cell, ...]] = [
        (f"{m + 1}", *row, Formula(f"=SUM(B{excel_row(m)}:{last}{excel_row(m)})", sum(row)))
        for m, row in enumerate(values)
    ]
    by_column = [*zip(*values, strict=True), tuple(sum(row) for row in values)]
    total: tuple[Cell, ...] = ("合计", *(column_sum(k + 1, column, 12) for k, column in enumerate(by_column)))
    return Sheet("逐月发电", "逐月发电量 · Monthly generation", columns, tuple(rows), "", total)
