"""What the printed report answers first: summary, the claim under test, the nation's balance."""

from __future__ import annotations

from planning.dispatch_words import year_lines
from planning.report.blocks import Block, Section, column, facts, figure, heading, section, table, text
from planning.report.content_writer import Writer
from planning.report.series import ReportSeries
from planning.words import number, percent, term


def overview(w: Writer) -> Section:
    """The answer on one page."""
    s, c, n = w.summary, w.summary.claim, w.summary.national
    zh = (
        f"情景“{s.scenario_name_zh}”：{s.year} 年全国风电与光伏装机 {w.with_unit(c.wind_pv_gw * 1e3, 'power_mw')}。"
        f"{len(c.sending_adcodes)} 个送端省份向其他省份售出绿电 {w.with_unit(c.green_sold_mwh, 'energy_mwh')}，"
        f"收入 {w.with_unit(c.cash_cny, 'money_cny')}（{s.price_year} 年价），相当于其 {c.gdp_year} 年地区生产总值的 "
        f"{percent(c.gdp_share, 2)}。待检验的命题为 {percent(c.target_share, 0)}，结论：{term(c.verdict, 'zh')}。"
    )
    en = (
        f"Scenario '{s.scenario_name_en}': {w.with_unit(c.wind_pv_gw * 1e3, 'power_mw')} of wind and PV in {s.year}. "
        f"{len(c.sending_adcodes)} sending provinces sell {w.with_unit(c.green_sold_mwh, 'energy_mwh')} of green "
        f"power to other provinces for {w.with_unit(c.cash_cny, 'money_cny')} (prices of {s.price_year}), "
        f"{percent(c.gdp_share, 2)} of their GDP of {c.gdp_year}. The claim under test is {percent(c.target_share, 0)}; "
        f"it is {term(c.verdict, 'en')}."
    )
    cards = (
        (w.pick("风电与光伏装机", "Wind and PV"), c.wind_pv_gw * 1e3, "power_mw"),
        (w.pick("用电量", "Load"), n.load_twh * 1e6, "energy_mwh"),
        (w.pick("跨省输电", "Inter-provincial transfer"), n.transfer_twh * 1e6, "energy_mwh"),
        (w.pick("其中绿电", "Of it green"), n.green_transfer_twh * 1e6, "energy_mwh"),
        (w.pick("送端绿电收入", "Cash of the sending provinces"), c.cash_cny, "money_cny"),
    )
    items = [(label, w.figure(value, kind), w.unit(kind)) for label, value, kind in cards]
    items.append((w.pick("占送端 GDP", "Share of their GDP"), percent(c.gdp_share, 2), ""))
    items.append((w.pick("弃风弃光率", "Curtailment of wind and PV"), percent(n.curtailment_rate), ""))
    items.append((w.pick("缺供电量", "Unserved energy"), number(n.unserved_mwh), "MWh"))
    items.append((w.pick("发电二氧化碳", "CO2 of power"), w.figure(n.co2_mt * 1e6, "co2_t"), w.unit("co2_t")))
    return section(
        w.pick("摘要", "Summary"),
        [text(w.pick(zh, en)), facts(items), text(w.pick(*_needed(w)))],
        new_page=True,
    )


def _needed(w: Writer) -> tuple[str, str]:
    c = w.summary.claim
    price, volume = c.price_for_target_cny_per_mwh, c.volume_for_target_mwh
    if price is None or volume is None:
        return ("送端没有售出绿电，无从推算达标所需的电价或电量。",
                "No green power was sold: no price or volume can be given that would meet the target.")  # fmt: skip
    p, e = "price_cny_per_mwh", "energy_mwh"
    return (
        (
            f"要达到 {percent(c.target_share, 0)}：电量不变时，送端均价须为 {w.with_unit(price, p)}"
            f"（本次为 {w.with_unit(c.price_cny_per_mwh, p)}）；电价不变时，外送绿电须为 {w.with_unit(volume, e)}"
            f"（本次为 {w.with_unit(c.green_sold_mwh, e)}）。"
        ),
        (
            f"To reach {percent(c.target_share, 0)}, the same energy would need a price of {w.with_unit(price, p)} at the "
            f"sending end (now {w.with_unit(c.price_cny_per_mwh, p)}), or the same price a volume of "
            f"{w.with_unit(volume, e)} (now {w.with_unit(c.green_sold_mwh, e)})."
        ),
    )


def claim(w: Writer) -> Section:
    """The claim's table."""
    c = w.summary.claim
    rows = [w.summary.provinces[str(code)] for code in c.sending_adcodes]
    columns = [
        column(w.word("province"), right=False, width=1.8),
        column(w.pick("外送绿电", "Green export"), w.unit("energy_mwh")),
        w.column("receipts", "money_cny"), w.column("payments", "money_cny"), w.column("cash", "money_cny"),
        w.column("gdp", "money_cny"), w.column("gdp_share"),
    ]  # fmt: skip
    body = [
        (w.pick(p.name_zh, p.name_en), w.figure(p.green_export_mwh, "energy_mwh"),
         w.figure(p.receipts_cny, "money_cny"), w.figure(p.payments_cny, "money_cny"),
         w.figure(p.cash_cny, "money_cny"), w.figure(p.gdp_cny, "money_cny"), percent(p.gdp_share, 2))
        for p in rows
    ]  # fmt: skip
    p, e, m = "price_cny_per_mwh", "energy_mwh", "money_cny"
    gdp = w.pick(f"送端省份 {c.gdp_year} 年 GDP", f"GDP of the sending provinces, {c.gdp_year}")
    answer = (
        (w.pick("售出绿电（送端计量）", "Green energy sold (at the sending end)"), w.with_unit(c.green_sold_mwh, e)),
        (w.pick("绿电收入", "Cash from green power"), w.with_unit(c.cash_cny, m)),
        (gdp, w.with_unit(c.gdp_cny, m)),
        (w.pick("实际占比", "Share reached"), percent(c.gdp_share, 2)),
        (w.pick("命题目标", "Target of the claim"), percent(c.target_share, 0)),
        (w.pick("送端绿电均价", "Mean price at the sending end"), w.with_unit(c.price_cny_per_mwh, p)),
        (w.pick("达标所需电价（电量不变）", "Price that would meet it (same energy)"),
         w.with_unit(c.price_for_target_cny_per_mwh, p)),
        (w.pick("达标所需电量（电价不变）", "Energy that would meet it (same price)"),
         w.with_unit(c.volume_for_target_mwh, e)),
        (w.pick("结论", "Verdict"), term(c.verdict, w.language)),
    )  # fmt: skip
    intro = w.pick(
        "命题：送端省份靠出售绿电所得的现金接近其地区生产总值的十分之一。此处把送端省份看作一个卖方，"
        "只计卖给其他省份的风电、光伏和水电，收入含电能量与绿证，是毛收入而非利润。",
        "The claim: green power sold brings the sending provinces cash of nearly a tenth of their GDP. The sending "
        "provinces are taken as one seller; only wind, PV and hydro sold to other provinces count; cash is energy "
        "and certificates, gross and not profit.",
    )
    blocks: list[Block] = [
        text(intro),
        table([column("", right=False), column("", width=0)], answer, total=True, size=9),
        heading(w.pick("逐省", "Province by province")),
        table(columns, body, note=w.pick(
            "按各省自身边界计；送端省份之间的买卖在此表计入，在上表抵消。",
            "At each province's own border; trade among the sending provinces counts here and not above.")),
    ]  # fmt: skip
    return section(w.pick("命题检验", "The claim"), blocks, new_page=False)


def national(w: Writer, series: ReportSeries, charts: dict[str, str]) -> Section:
    """Capacity and energy by technology, and what became of it."""
    n = w.summary.national
    made = sum(n.generation_twh.values())
    keys = list(n.generation_twh) + [t for t in n.capacity_gw if t not in n.generation_twh]
    body = []
    for key in keys:
        gw, twh = n.capacity_gw.get(key), n.generation_twh.get(key)
        body.append(
            (w.word(key), w.figure(None if gw is None else gw * 1e3, "power_mw"),
             w.figure(None if twh is None else twh * 1e6, "energy_mwh"),
             percent(twh / made if twh is not None and made > 0 else None),
             number(twh * 1e3 / gw if twh is not None and gw else None),
             percent(n.curtailment_rate_by_technology.get(key)))
        )  # fmt: skip
    body.append((w.pick("合计", "Total"), "", w.figure(made * 1e6, "energy_mwh"), percent(1.0), "",
                 percent(n.curtailment_rate)))  # fmt: skip
    columns = [
        column(w.pick("电源", "Technology"), right=False, width=1.4),
        w.column("capacity", "power_mw", 1), w.column("generation", "energy_mwh", 1),
        column(w.pick("占发电量", "Share"), width=1), column(w.word("full_load_hours"), "h", width=1),
        w.column("curtailment_rate", width=1),
    ]  # fmt: skip
    e = "energy_mwh"
    ledger = [
        (w.pick("发电量", "Generation"), w.figure(made * 1e6, e)),
        (w.pick("用电量", "Load"), w.figure(n.load_twh * 1e6, e)),
        (w.pick("线损（结算口径）", "Line losses (as settled)"), w.figure(n.loss_twh * 1e6, e)),
        (w.pick("储能损耗", "Storage losses"), w.figure(n.storage_loss_twh * 1e6, e)),
        (w.pick("缺供电量", "Unserved"), w.figure(n.unserved_mwh, e)),
        (
            w.pick("跨省输电（受端）", "Inter-provincial transfer (received)"),
            w.figure(n.transfer_twh * 1e6, e),
        ),
        (w.pick("其中绿电", "Of it green"), w.figure(n.green_transfer_twh * 1e6, e)),
    ]
    facts_of_year = [(w.pick(*what), figure) for what, figure, _ in year_lines(n, w.language, w.units)]
    blocks: list[Block] = [
        table(columns, body, total=True, size=9),
        heading(w.pick("电量去向", "Where the energy went")),
        table(
            [
                column(w.pick("项目", "Item"), right=False, width=1),
                column(w.pick("电量", "Energy"), w.unit(e)),
            ],
            ledger,
            size=9,
        ),
    ]
    if facts_of_year:
        blocks += [
            heading(w.pick("调度的检验", "What the dispatch says of itself")),
            table(
                [column(w.pick("项目", "Item"), right=False, width=1), column("", width=1)],
                facts_of_year,
                size=9,
            ),
        ]
    if "monthly" in charts:
        blocks.append(figure(charts["monthly"], w.pick("逐月发电量", "Generation by month")))
    for number_, week in enumerate(series.weeks):
        if f"week{number_}" in charts:
            blocks.append(figure(charts[f"week{number_}"], w.pick(week.title_zh, week.title_en)))
    return section(w.pick("全国电力平衡", "National balance"), blocks)
