"""What the printed report says, section by section, in Chinese or English, from the result document."""

from __future__ import annotations

from collections.abc import Mapping

from planning.report.blocks import (
    Block,
    Section,
    bullets,
    column,
    facts,
    figure,
    heading,
    section,
    table,
    text,
)
from planning.report.maps import RESOURCE_MAPS
from planning.report.series import ReportSeries
from planning.results import BaseResult, CorridorResult, Summary
from planning.words import Language, UnitSystem, item, link, note, number, percent, shown, term, unit

MAP_WIDTH = 85
"""Per cent of the text width: two maps fill a page."""
TIER_KEYS = {"official": "official", "published": "published_tier", "estimated": "estimated"}


class Writer:
    """Figures and words in one language and its units."""

    def __init__(self, summary: Summary, language: Language) -> None:
        self.summary, self.language = summary, language
        self.units: UnitSystem = "cn" if language == "zh" else "si"

    def pick(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def word(self, key: str) -> str:
        name = term(key, self.language)
        return name if self.language == "zh" else name[0].upper() + name[1:]

    def unit(self, kind: str) -> str:
        return unit(kind, self.units, self.language)

    def figure(self, value: float | None, kind: str) -> str:
        return shown(value, kind, self.units)

    def with_unit(self, value: float | None, kind: str) -> str:
        return "–" if value is None else f"{self.figure(value, kind)} {self.unit(kind)}"

    def column(self, key: str, kind: str = "", width: float = 0) -> dict[str, object]:
        return column(self.word(key), self.unit(kind) if kind else "", width=width)

    def name(self, item: BaseResult | CorridorResult) -> str:
        return item.name_zh if self.language == "zh" else item.name_en

    def tier(self, tier: str) -> str:
        key = TIER_KEYS.get(tier)
        return term(key, self.language) if key else tier

    def scenario(self) -> str:
        return self.pick(self.summary.scenario_name_zh, self.summary.scenario_name_en)


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
        f"Scenario “{s.scenario_name_en}”: {w.with_unit(c.wind_pv_gw * 1e3, 'power_mw')} of wind and PV in {s.year}. "
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
    items.append((w.pick("发电二氧化碳", "CO₂ of power"), w.figure(n.co2_mt * 1e6, "co2_t"), w.unit("co2_t")))
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
        f"要达到 {percent(c.target_share, 0)}：电量不变时，送端均价须为 {w.with_unit(price, p)}"
        f"（本次为 {w.with_unit(c.price_cny_per_mwh, p)}）；电价不变时，外送绿电须为 {w.with_unit(volume, e)}"
        f"（本次为 {w.with_unit(c.green_sold_mwh, e)}）。",
        f"To reach {percent(c.target_share, 0)}, the same energy would need a price of {w.with_unit(price, p)} at the "
        f"sending end (now {w.with_unit(c.price_cny_per_mwh, p)}), or the same price a volume of "
        f"{w.with_unit(volume, e)} (now {w.with_unit(c.green_sold_mwh, e)}).",
    )


def claim(w: Writer) -> Section:
    """The claim's table."""
    c = w.summary.claim
    rows = [w.summary.provinces[str(code)] for code in c.sending_adcodes]
    columns = [
        column(w.word("province"), right=False, width=1),
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
        table([column("", right=False, width=1), column("")], answer, total=True, size=9),
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
        column(w.pick("电源", "Technology"), right=False, width=1), w.column("capacity", "power_mw"),
        w.column("generation", "energy_mwh"), column(w.pick("占发电量", "Share")),
        column(w.word("full_load_hours"), "h"), w.column("curtailment_rate"),
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
    blocks: list[Block] = [
        table(columns, body, total=True, size=9),
        heading(w.pick("电量去向", "Where the energy went")),
        table([column("", right=False, width=1), column("", w.unit(e))], ledger, size=9),
    ]
    if "monthly" in charts:
        blocks.append(figure(charts["monthly"], w.pick("逐月发电量", "Generation by month")))
    for number_, week in enumerate(series.weeks):
        if f"week{number_}" in charts:
            blocks.append(figure(charts[f"week{number_}"], w.pick(week.title_zh, week.title_en)))
    return section(w.pick("全国电力平衡", "National balance"), blocks)


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
        column(w.word("base"), right=False, width=1), *(w.column(t, "power_mw") for t in kinds),
        w.column("storage", "storage_mwh"), column(w.pick("送出电量", "Delivered"), w.unit("energy_mwh")),
        column(w.pick("通道小时", "Channel hours"), "h"), w.column("renewable_share"), w.column("curtailment_rate"),
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
        (w.name(b), b.published.get("design") or w.pick("未见公布方案", "no published design found"), _ours(w, b),
         _where(w, b))
        for b in items
    ]  # fmt: skip
    blocks: list[Block] = [
        table(columns, rows, size=7.2, note=w.pick(
            "内部收益率为实际、税前、全投资；– 表示不存在唯一收益率。",
            "IRR is real, before tax, on total investment; – where there is no single rate.")),
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
        for t, mw in b.capacity_mw.items()
        if mw > 0 and t != "battery"
    ]
    text_ = f"{w.pick('、', ', ').join(parts)} {w.unit('power_mw')}"
    if b.storage_mwh > 0:
        text_ += w.pick("；储能 ", "; storage ") + w.with_unit(b.storage_mwh, "storage_mwh")
    return text_ + w.pick("；送出 ", "; delivers ") + w.with_unit(b.delivered_mwh, "energy_mwh")


def _where(w: Writer, b: BaseResult) -> str:
    if "source" not in b.published:
        return "–"
    return f"{b.published['source']}（{w.tier(b.published.get('tier', ''))}）"


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
        column(w.word("corridor"), right=False, width=1), w.column("capacity", "power_mw"),
        w.column("sent", "energy_mwh"), w.column("delivered", "energy_mwh"), w.column("loss_share"),
        column(w.word("full_load_hours"), "h"), w.column("green_share"),
        column(w.pick("最高负载率", "Peak loading")),
        *([w.column("tariff", "price_cny_per_mwh")] if priced else []), w.column("receipts", "money_cny"),
    ]  # fmt: skip
    rows = [
        (w.name(c), w.figure(c.capacity_mw, "power_mw"), w.figure(c.sent_mwh, "energy_mwh"),
         w.figure(c.delivered_mwh, "energy_mwh"), percent(c.loss_share, 2), number(c.full_load_hours),
         percent(c.green_share, 0), percent(c.peak_loading, 0),
         *([w.figure(c.tariff_cny_per_mwh, "price_cny_per_mwh")] if priced else []),
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


def provinces(w: Writer) -> Section:
    """Energy and cash of each."""
    ps = list(w.summary.provinces.values())
    columns = [
        column(w.word("province"), right=False, width=1),
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
        column(w.pick("时刻", "Hour"), right=False, width=1), column(w.pick("收敛", "Converged")),
        column(w.pick("潮流损耗", "AC losses"), "MWh"), column(w.pick("调度损耗", "Dispatch losses"), "MWh"),
        column(w.pick("最高负载率", "Highest loading")), column(w.pick("线路", "Line"), right=False),
        column(w.pick("电压范围", "Voltage"), "p.u."), column(w.pick("与调度最大差", "Largest difference"), "MW"),
    ]  # fmt: skip
    names = {"peak": term("peak", w.language), "trough": term("trough", w.language)}
    rows = []
    for h in flow.hours:
        label = names.get(h.label, h.label.replace("transfer-", w.pick("最大外送 ", "largest transfer ")))
        voltage = "–" if h.min_voltage_pu is None else f"{h.min_voltage_pu:.3f} – {h.max_voltage_pu:.3f}"
        rows.append(
            (f"{label}  {h.time}", w.pick("是" if h.converged else "否", "yes" if h.converged else "no"),
             number(h.loss_mwh), number(h.dispatch_loss_mwh), percent(h.max_loading), h.max_loading_line or "–",
             voltage, number(h.max_flow_difference_mw))
        )  # fmt: skip
    notes = [f"{h.label} {h.time}: {h.note}" for h in flow.hours if h.note]
    intro = w.pick(
        f"共算 {len(flow.hours)} 个时刻，{flow.converged} 个收敛。省间网架为等值网络，阻抗按电压等级与长度估计，"
        "结果用于核对调度的量级，不代替电网公司的安全校核。",
        f"{flow.converged} of {len(flow.hours)} hours converged. The network between provinces is an equivalent with "
        "impedances estimated from voltage and length: it checks the dispatch, it replaces no security assessment.",
    )
    return section(title, [text(intro), table(columns, rows, size=7.6), *([bullets(notes)] if notes else [])],
                   new_page=False)  # fmt: skip


def maps(w: Writer, files: dict[str, str]) -> Section:
    """All maps of the language, two a page."""
    blocks: list[Block] = [figure(file, "", MAP_WIDTH) for file in files.values()]
    return section(w.pick("地图", "Maps"), blocks)


def method(w: Writer) -> Section:
    """How each link was computed, and every source."""
    zh = (
        "资源：内置图集（0.25° 与 5′ 网格）给出月均辐照、风速、气温、降水与河流；逐时年由带种子的发生器生成，保持月均值、日变化、持续性与空间相关。",
        "基地：每个基地以 8,760 小时的线性规划确定风、光、储、煤电与水电的配比，目标为年成本最低，约束为送出曲线、可再生占比、弃电率与占地。",
        "调度：省级节点与基地为节点，全年逐小时线性规划，滚动窗口衔接储能；含直流线损、水库、抽蓄、电池与煤电最小出力。",
        "潮流：取高峰、低谷和最大外送时刻作交流潮流。",
        "现金流：售电价、输电价、线损率取核准文件，无文件者按所述规则估计并标明；金额结算到分，付收相等。",
        "绿电：逐小时按比例追踪风电、光伏与水电在各线路送电中的占比。",
    )
    en = (
        "Resource: the built-in atlas (0.25° and 5′ grids) holds monthly irradiation, wind, temperature, rain and "
        "rivers; the hourly year comes from a seeded generator that keeps monthly means, daily cycle, persistence and "
        "correlation in space.",
        "Bases: one linear programme over 8,760 hours sizes wind, PV, storage, coal and hydro for least annual cost "
        "under the delivery profile, renewable share, curtailment and land.",
        "Dispatch: provinces and bases are nodes; an hourly linear programme over the year in rolling windows that "
        "hand over storage, with DC losses, reservoirs, pumped storage, batteries and minimum coal output.",
        "Power flow: AC power flow of the peak, the trough and the hours of largest transfer.",
        "Cash flow: prices, tariffs and losses of the approved documents; where there is none, an estimate by a "
        "stated rule, marked so; settled to the fen, paid equals received.",
        "Green power: the share of wind, PV and hydro in every line is traced hour by hour in proportion.",
    )  # fmt: skip
    rows = [(item(s.what, w.language), s.source, s.date, w.tier(s.tier)) for s in w.summary.sources]
    columns = [
        column(w.pick("项目", "Item"), right=False, width=1.1), column(w.word("source"), right=False, width=4),
        column(w.pick("年份", "Date"), right=False), column(w.word("tier"), right=False),
    ]  # fmt: skip
    return section(w.pick("方法与来源", "Method and sources"), [
        bullets(zh if w.language == "zh" else en), heading(w.pick("数据来源", "Sources")),
        table(columns, rows, size=7.4),
    ])  # fmt: skip


def conservation(w: Writer) -> Section:
    """What the program checked of itself, and how long the links took."""
    b = w.summary.balance
    rows = [
        (w.pick("任一节点任一小时最大电量不平衡", "Largest energy imbalance of a node in an hour"),
         f"{b.max_residual_mw:.2e} MW"),
        (w.pick("任一省份全年最大电量不平衡", "Largest energy imbalance of a province over the year"),
         f"{b.energy_residual_mwh:.2e} MWh"),
        (w.pick("全部付款减全部收款", "All money paid less all money received"), f"{b.money_residual_cny:.2f} CNY"),
        *((w.pick(f"基地 {x.name_zh}：逐小时最大不平衡", f"{x.name_en}: largest hourly imbalance"),
           f"{x.max_balance_residual_mw:.2e} MW") for x in w.summary.bases.values()),
    ]  # fmt: skip
    two = [column("", right=False, width=1), column("")]
    times = [(link(key, w.language), f"{seconds:,.1f} s") for key, seconds in w.summary.seconds.items()]
    return section(w.pick("守恒检查与用时", "Conservation and time"), [
        table(two, rows, size=8.4), heading(w.pick("各环节用时", "Time by link")), table(two, times, size=8.4),
    ])  # fmt: skip


def limits(w: Writer, missing: list[str], review_number: str) -> Section:
    """What the reader must know before using a figure."""
    items = [note(code, w.language) for code in w.summary.notes]
    items.append(w.pick(
        "全部金额为实际价，税前，不含补贴；收入是毛收入，未扣除成本。",
        "All money is real, before tax and without subsidy; cash is gross, costs are not deducted."))  # fmt: skip
    if w.summary.grade == "reference":
        items.append(w.pick(
            "风、光资源由公开资料重建，未用实测序列标定单个场址；单个场址的结论须以测风测光数据复核。",
            "Wind and sun are reconstructed from public material and not calibrated at single sites: check any site "
            "with measurements."))  # fmt: skip
    if not review_number:
        items.append(w.pick("地图未填审图号；公开使用前须送审。",
                            "The maps carry no review number; they need review before publication."))  # fmt: skip
    if missing:
        items.append(w.pick("缺少序列或图层，以下图未列出：", "Left out for want of a series or layer: ")
                     + w.pick("、", ", ").join(missing) + w.pick("。", "."))  # fmt: skip
    return section(w.pick("说明与限制", "Notes and limits"), [bullets(items)], new_page=False)


def left_out(w: Writer, series: ReportSeries, pictures: Mapping[str, str]) -> list[str]:
    """The names of the pictures for which the run gave no series, or the atlas no layer."""
    wanted: tuple[tuple[object, str, str], ...] = (
        (series.monthly_generation_twh, "逐月发电量", "generation by month"),
        (series.weeks, "全国典型周", "national weeks"),
        (series.corridor_duration_mw, "通道负荷持续曲线", "duration of corridors"),
        (series.base_weeks, "基地典型周", "weeks of the bases"),
    )
    answer = [w.pick(zh, en) for given, zh, en in wanted if not given]
    drawn = {file.rsplit("_", 1)[0] for file in pictures}
    return answer + [w.pick(*which.title) for which in RESOURCE_MAPS if which.file not in drawn]
