"""results.xlsx: the answer as tables a planner can check and rework; sums, shares, LCOE, NPV and IRR are live.

Figures stand in the units of Chinese planning (万千瓦, 亿千瓦时, 亿元); summary.json has the base units.
"""

from __future__ import annotations

from pathlib import Path

from planning.dispatch_words import year_lines
from planning.report.excel_assets import ac_ties, bases, cash_flows, corridors, monthly, power_flow
from planning.report.excel_cash import cash_sheets
from planning.report.excel_columns import both_units, cn, known, plain, quantity, said, tier
from planning.report.excel_flow import flow_sheets
from planning.report.series import ReportSeries
from planning.report.sheets import (
    Cell,
    Column,
    Formula,
    Sheet,
    column_sum,
    excel_row,
    ratio,
    write_sheets,
)
from planning.results import Summary
from planning.shipped_words import shipped_words
from planning.words import NOTES, TERMS, converted, item, link, note, term


def write_workbook(path: Path, summary: Summary, series: ReportSeries) -> None:
    """Write all sheets to `path`; the same content gives the same bytes."""
    write_sheets(path, summary.scenario_name_zh, sheets(summary, series), summary.price_year)


def sheets(summary: Summary, series: ReportSeries) -> list[Sheet]:
    """All sheets in order; a sheet whose data is not there is left out."""
    answer = [
        about(summary),
        claim(summary),
        claim_provinces(summary),
        *cash_sheets(summary),
        national(summary),
        provinces(summary),
        corridors(summary),
        bases(summary),
    ]
    if series.base_flows:
        answer.append(cash_flows(summary, series.base_flows))
    answer.append(power_flow(summary))
    if summary.power_flow.year is not None:
        answer += [ac_ties(summary), *flow_sheets(summary)]
    if series.monthly_generation_twh:
        answer.append(monthly(series))
    return [*answer, balance(summary), sources(summary)]


def about(summary: Summary) -> Sheet:
    rows: list[tuple[Cell, ...]] = [
        ("情景", "scenario", f"{summary.scenario} · {summary.scenario_name_zh} · {summary.scenario_name_en}"),
        ("水平年", "year", str(summary.year)),
        ("价格年（实际价）", "price year (real)", str(summary.price_year)),
        ("资源等级", "resource grade", f"{term(summary.grade, 'zh')} / {term(summary.grade, 'en')}"),
        ("缺失值", "missing figures", "以 – 表示, 从不写作 0 / shown as –, never as 0"),
        (
            "公式",
            "formulas",
            "合计、占比、度电成本、净现值为活公式 / sums, shares, LCOE, NPV are live formulas",
        ),
    ]
    rows += [
        ("说明", "note", f"{note(code, 'zh')} {note(code, 'en')}" if code.split("|")[0] in NOTES else code)
        for code in summary.notes
    ]
    columns = (
        Column("项目", "item", width=20),
        Column("", "", width=20),
        Column("内容", "content", width=100),
    )
    return Sheet("说明", "全国能源地图推演结果 · Results", columns, tuple(rows), frozen_columns=0)


def claim(summary: Summary) -> Sheet:
    """The claim's closed forms, live: share, price and volume that would meet the target."""
    c = summary.claim
    energy = converted(c.green_sold_mwh, "energy_mwh", "cn")
    cash, gdp = converted(c.cash_cny, "money_cny", "cn"), converted(c.gdp_cny, "money_cny", "cn")
    at = {
        name: f"C{excel_row(i)}"
        for i, name in enumerate(("gw", "energy", "cash", "gdp", "target", "share", "price"))
    }
    u = {k: both_units(k) for k in ("power_mw", "energy_mwh", "money_cny")}
    per_kwh = "元/千瓦时 / CNY/kWh"
    # 1e8 yuan over 1e8 kWh is yuan a kilowatt-hour: no factor in these formulas.
    price = None if c.price_cny_per_mwh is None else cash / energy
    rows: list[tuple[Cell, ...]] = [
        ("风电与光伏装机", "wind and PV", cn(c.wind_pv_gw * 1e3, "power_mw"), u["power_mw"]),
        ("售出绿电（送端）", "green energy sold (sending end)", energy, u["energy_mwh"]),
        ("绿电收入", "cash from green power", cash, u["money_cny"]),
        (f"送端省份 {c.gdp_year} 年 GDP", f"GDP of the sending provinces, {c.gdp_year}", gdp, u["money_cny"]),
        ("命题目标占比", "target share of the claim", c.target_share, "1"),
        ("实际占比", "share reached", ratio(at["cash"], at["gdp"], cash, gdp), "1"),
        ("送端绿电均价", "mean price at the sending end", ratio(at["cash"], at["energy"], cash, energy), per_kwh),
        ("达标所需电价", "price that would meet the target",
         Formula(f"={at['target']}*{at['gdp']}/{at['energy']}", c.target_share * gdp / energy) if energy else None,
         per_kwh),
        ("达标所需电量", "volume that would meet the target",
         Formula(f"={at['target']}*{at['gdp']}/{at['price']}", c.target_share * gdp / price) if price else None,
         u["energy_mwh"]),
        ("结论", "verdict", f"{term(c.verdict, 'zh')} / {term(c.verdict, 'en')}", ""),
        ("送端省份", "sending provinces", "、".join(c.sending_names_zh) + " / " + ", ".join(
            summary.provinces[str(code)].name_en for code in c.sending_adcodes
        ), ""),
    ]  # fmt: skip
    columns = (
        Column("项目", "item", width=24), Column("", "", width=34),
        Column("数值", "value", "", "four", 22), Column("单位", "unit", width=22),
    )  # fmt: skip
    return Sheet("命题检验", "送端省份绿电收入占 GDP · The claim", columns, tuple(rows),
                 "只计送端省份作为一个整体卖给其他省份的绿电 · only green power sold out of the group counts")  # fmt: skip


def claim_provinces(summary: Summary) -> Sheet:
    """The sending provinces one by one, each with its own border."""
    columns = (
        Column("省份", "province", width=16), Column("Province", "", width=16),
        known("export", "energy_mwh", "绿电", "green"), known("receipts", "money_cny"),
        known("payments", "money_cny"), known("cash", "money_cny"), known("gdp", "money_cny"),
        Column(*TERMS["gdp_share"], "1", "share2"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    kept: list[tuple[float | None, ...]] = []
    for i, code in enumerate(summary.claim.sending_adcodes):
        p, row = summary.provinces[str(code)], excel_row(i)
        green = cn(p.green_export_mwh, "energy_mwh")
        got, paid, gdp = (cn(v, "money_cny") for v in (p.receipts_cny, p.payments_cny, p.gdp_cny))
        net = (got or 0.0) - (paid or 0.0)
        kept.append((green, got, paid, net, gdp))
        rows.append(
            (p.name_zh, p.name_en, green, got, paid, Formula(f"=D{row}-E{row}", net), gdp,
             ratio(f"F{row}", f"G{row}", net, gdp))
        )  # fmt: skip
    n = len(rows)
    sums = [column_sum(2 + k, [row[k] for row in kept], n) for k in range(5)]
    end = excel_row(n)
    total_net, total_gdp = (sum(row[k] or 0.0 for row in kept) for k in (3, 4))
    total: tuple[Cell, ...] = ("合计", "total", *sums, ratio(f"F{end}", f"G{end}", total_net, total_gdp))
    return Sheet("送端省份", "送端省份逐省 · Sending provinces one by one", columns, tuple(rows),
                 "按各省边界计; 送端省份之间的买卖在此计入, 在命题检验中抵消 · at each province's own border; "
                 "trade among sending provinces counts here, not in the claim", total)  # fmt: skip


def national(summary: Summary) -> Sheet:
    n = summary.national
    keys = list(n.generation_twh) + [t for t in n.capacity_gw if t not in n.generation_twh]
    end = excel_row(len(keys))
    power = [cn(n.capacity_gw[t] * 1e3, "power_mw") if t in n.capacity_gw else None for t in keys]
    energy = [cn(n.generation_twh[t] * 1e6, "energy_mwh") if t in n.generation_twh else None for t in keys]
    made = sum(v for v in energy if v is not None)
    rows: list[tuple[Cell, ...]] = []
    for i, key in enumerate(keys):
        row, gw, twh = excel_row(i), power[i], energy[i]
        # 1e8 kWh over 1e4 kW is 1e4 hours.
        hours = Formula(f"=D{row}/C{row}*10000", twh / gw * 1e4) if gw and twh is not None else None
        rows.append((term(key, "zh"), term(key, "en"), gw, twh, ratio(f"D{row}", f"D${end}", twh, made), hours,
                     n.curtailment_rate_by_technology.get(key)))  # fmt: skip
    columns = (
        Column("电源", "technology", width=16), Column("Technology", "", width=18),
        known("capacity", "power_mw"), known("generation", "energy_mwh"), Column("占发电量", "share", "1", "share"),
        Column(*TERMS["full_load_hours"], plain("h"), "whole"), Column(*TERMS["curtailment_rate"], "1", "share"),
    )  # fmt: skip
    total: tuple[Cell, ...] = (
        "合计", "total", column_sum(2, power, len(rows)), column_sum(3, energy, len(rows)), None, None,
        n.curtailment_rate,
    )  # fmt: skip
    zh = (
        f"用电量 {n.load_twh * 10:,.0f} 亿千瓦时; 跨省输电 {n.transfer_twh * 10:,.0f} 亿千瓦时, "
        f"其中绿电 {n.green_transfer_twh * 10:,.0f}; 线损 {n.loss_twh * 10:,.0f}; "
        f"储能损耗 {n.storage_loss_twh * 10:,.0f}; 缺供 {n.unserved_mwh:,.0f} 兆瓦时; "
        f"二氧化碳 {n.co2_mt * 100:,.0f} 万吨"
    )
    en = (
        f"load {n.load_twh:,.0f} TWh; transfer {n.transfer_twh:,.0f}, of it green {n.green_transfer_twh:,.0f}; "
        f"line losses {n.loss_twh:,.0f}; storage losses {n.storage_loss_twh:,.0f} TWh; "
        f"unserved {n.unserved_mwh:,.0f} MWh; CO2 {n.co2_mt:,.0f} Mt"
    )
    zh += "".join(f"; {words[0]} {figure}" for words, figure, _ in year_lines(n, "zh", "cn"))
    en += "".join(f"; {words[1]} {figure}" for words, figure, _ in year_lines(n, "en", "si"))
    return Sheet("全国", "全国电力平衡 · National balance", columns, tuple(rows), f"{zh} · {en}", total)


def provinces(summary: Summary) -> Sheet:
    made = ("wind", "pv", "hydro", "nuclear", "coal", "gas")
    columns = (
        Column("代码", "adcode", width=9), Column("省份", "province", width=16), Column("Province", "", width=16),
        *(known(t, "energy_mwh") for t in made),
        quantity("发电量合计", "generation", "energy_mwh"), known("import", "energy_mwh"),
        known("export", "energy_mwh"), quantity("储能与省内损耗", "storage and internal losses", "energy_mwh"),
        known("unserved", "energy_mwh"), known("load", "energy_mwh"),
        quantity("平衡残差", "balance residual", "energy_mwh"), Column(*TERMS["curtailment_rate"], "1", "share"),
        known("receipts", "money_cny"), known("payments", "money_cny"), known("cash", "money_cny"),
        known("gdp", "money_cny"), Column("GDP 年份", "GDP year", width=9), Column(*TERMS["gdp_share"], "1", "share2"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    kept: list[list[float | None]] = []
    for i, p in enumerate(summary.provinces.values()):
        r = excel_row(i)
        parts = [cn(p.generation_mwh_by_technology.get(t, 0.0), "energy_mwh") or 0.0 for t in made]
        gain, out, lost, unserved, load = (
            converted(v, "energy_mwh", "cn")
            for v in (p.import_mwh, p.export_mwh, p.storage_loss_mwh + p.internal_loss_mwh, p.unserved_mwh, p.load_mwh)
        )  # fmt: skip
        total = sum(parts)
        residual = total + gain - out - lost + unserved - load
        got, paid, gdp = (cn(v, "money_cny") for v in (p.receipts_cny, p.payments_cny, p.gdp_cny))
        net = (got or 0.0) - (paid or 0.0)
        kept.append([*parts, total, gain, out, lost, unserved, load, residual, None, got, paid, net, gdp])
        rows.append(
            (str(p.adcode), p.name_zh, p.name_en, *parts, Formula(f"=SUM(D{r}:I{r})", total), gain, out, lost,
             unserved, load, Formula(f"=J{r}+K{r}-L{r}-M{r}+N{r}-O{r}", residual), p.curtailment_rate, got, paid,
             Formula(f"=R{r}-S{r}", net), gdp, str(p.gdp_year), ratio(f"T{r}", f"U{r}", net, gdp))
        )  # fmt: skip
    n = len(rows)
    sums: list[Cell] = [
        column_sum(3 + k, [row[k] for row in kept], n) if k != 13 else None for k in range(18)
    ]
    total_row: tuple[Cell, ...] = ("", "合计", "total", *sums, "", None)
    return Sheet("省份", "各省电力与现金流 · Provinces", columns, tuple(rows),
                 "发电 + 受入 − 外送 − 损耗 + 缺供 = 用电; 净现金流为绿电收入减绿电支出 · generation + import − export − "
                 "losses + unserved = load; net cash is green receipts less green payments", total_row, 3)  # fmt: skip


def balance(summary: Summary) -> Sheet:
    b = summary.balance
    rows: list[tuple[Cell, ...]] = [
        ("任一节点任一小时最大不平衡", "largest imbalance of any node in any hour", f"{b.max_residual_mw:.3e}", plain("MW")),
        ("任一省份全年最大不平衡", "largest imbalance of any province over the year", f"{b.energy_residual_mwh:.3e}", plain("MWh")),
        ("付款与收款之差", "money paid less money received", f"{b.money_residual_cny:.2f}", plain("CNY")),
        *(
            (f"{base.name_zh} 逐小时最大不平衡", f"{base.name_en}, largest hourly imbalance",
             f"{base.max_balance_residual_mw:.3e}", plain("MW"))
            for base in summary.bases.values()
        ),
        *((f"用时：{link(key, 'zh')}", f"time: {link(key, 'en')}", f"{seconds:.1f}", plain("s")) for key, seconds in summary.seconds.items()),
    ]  # fmt: skip
    columns = (
        Column("项目", "item", width=36), Column("", "", width=48), Column("数值", "value", width=16),
        Column("单位", "unit", width=14),
    )  # fmt: skip
    return Sheet("守恒", "守恒检查 · Conservation", columns, tuple(rows), frozen_columns=0)


def sources(summary: Summary) -> Sheet:
    columns = (
        Column("项目", "what", width=30), Column("", "", width=34), Column("来源", "source", width=90),
        Column("Source", "", width=90), Column("年份", "date", width=16), Column("可信度", "tier", width=18),
        Column("占地点比例", "share of places", width=12), Column("许可", "licence", width=30),
        Column("数据编号", "library entry", width=24),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (r.what_zh, r.what_en, r.source_zh, r.source_en, _both(r.period_zh, r.period_en),
         _both(term(r.grade, "zh"), term(r.grade, "en")),
         f"{r.share:.0%}", _both(shipped_words(r.licence, "zh"), r.licence), r.entry)
        for r in summary.resource
    ]  # fmt: skip
    rows += [
        (item(s.what, "zh"), item(s.what, "en"), *said(s.source), s.date, tier(s.tier), "", "", "")
        for s in summary.sources
    ]
    return Sheet("来源", "数据来源 · Sources", columns, tuple(rows))


def _both(zh: str, en: str) -> str:
    return zh if zh == en else f"{zh} / {en}"
