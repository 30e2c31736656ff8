"""The short printed report of a siting in one language."""

from __future__ import annotations

from planning.report.blocks import Block, Section, bullets, column, facts, figure, heading, section, table
from planning.report.fonts import FAMILY
from planning.report.siting_charts import site_map, supply_chart
from planning.report.typeset import typeset
from planning.siting.area import Area
from planning.siting.candidates import LOW_SHARE
from planning.siting.document import judged_weights, note_text, notes_of
from planning.siting.rules import RuleSet
from planning.siting.site_run import SitingResult
from planning.siting.suitability import CRITERIA
from planning.words import Language, UnitSystem, number, percent, plain_unit, shown, term, unit

MOST_SITES = 40
"""Rows of the table of sites; all are in the files."""


def siting_pdf(
    result: SitingResult, area: Area, rules: RuleSet, language: Language, review_number: str = ""
) -> bytes:
    """The report as PDF."""
    words = _Words(language)
    pictures = {"map.png": site_map(result, language, review_number)}
    if result.curves[-1].steps:
        pictures["curve.svg"] = supply_chart(result, language)
    grade = term(result.grade, language)
    title = words.pick("选址与候选场址报告", "Siting and candidate sites")
    document = {
        "lang": language,
        "font": FAMILY,
        "title": f"{title} · {area.name}",
        "footer": f"{area.name}  ·  {words.pick('资源等级：', 'Grade: ')}{grade}",
        "cover": {
            "kicker": "energymap", "title": title, "subtitle": area.name,
            "contents": words.pick("目录", "Contents"),
            "banner": words.pick(
                f"数据等级：{grade}。土地规则、密度与成本多为估计值；结果用于比选，不作投资依据。",
                f"Grade of the data: {grade}. Rules, densities and costs are mostly estimates: for comparing sites, "
                "not for investment.",
            ),
            "rows": [
                [words.pick("规则集", "Rules"), words.pick(rules.title_zh, rules.title_en) or rules.name],
                [words.pick("面积", "Area"), f"{number(area.area_km2)} {words.plain('km²')}"],
                [words.pick("折现率", "Discount rate"), words.pick("实际 ", "real ") + percent(result.discount_rate)],
                [words.pick("审图号", "Map review no."), review_number or words.pick("未填", "none")],
            ],
        },
        "sections": [
            _overview(result, words), _account(result, words), _sites(result, words), _method(result, words),
        ],
    }  # fmt: skip
    return typeset(document, pictures)


class _Words:
    """Words and units of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.units: UnitSystem = "cn" if language == "zh" else "si"

    def pick(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def plain(self, name: str) -> str:
        return plain_unit(name, self.language)

    def term(self, key: str) -> str:
        return term(key, self.language)

    def shown(self, value: float | None, kind: str) -> str:
        return shown(value, kind, self.units)

    def unit(self, kind: str) -> str:
        return unit(kind, self.units, self.language)


def _overview(r: SitingResult, w: _Words) -> Section:
    best = r.candidates[0]
    everything = r.curves[-1]
    items = [
        (w.pick("可用土地 (任一技术)", "Land eligible for any"), number(float(r.divided.used.sum()) * r.land.cell_km2), w.plain("km²")),
        (w.pick("候选场址", "Candidate sites"), number(len(r.candidates)), w.pick("个", "")),
        (w.pick("场址装机", "Capacity of sites"), w.shown(sum(r.capacity_mw.values()), "power_mw"), w.unit("power_mw")),
        (w.pick("年送出电量", "Delivered a year"), w.shown(everything.delivered_mwh, "energy_mwh"), w.unit("energy_mwh")),
        (w.pick("最低度电成本 (含接入)", "Lowest LCOE with connection"), w.shown(best.lcoe_cny_per_mwh, "price_cny_per_mwh"), w.unit("price_cny_per_mwh")),
        (w.pick("未成场址", "Left aside"), w.shown(r.left_aside_mw, "power_mw"), w.unit("power_mw")),
    ]  # fmt: skip
    notes = [note_text(code, r, w.language) for code in notes_of(r)]
    blocks: list[Block] = [facts(items)]
    if notes:
        blocks.append(bullets(notes))
    blocks += [
        figure("map.png", w.pick(
            "绿色：可用土地占比；色块：候选场址（按含接入度电成本）；红线：最小费用接入路径；灰线：省界。地图来源见方法一节。",
            "Green: usable share of the land; patches: candidate sites by LCOE with connection; red: least-cost lines; "
            "grey: provinces. Sources of the map: see the method.",
        ), 82),
    ]  # fmt: skip
    if everything.steps:
        blocks.append(
            figure(
                "curve.svg",
                w.pick(
                    "供给曲线（含接入度电成本，按场址累计）",
                    "Supply curve: LCOE with connection, site by site",
                ),
                82,
            )
        )
    return section(w.pick("概览", "Overview"), blocks)


def _account(r: SitingResult, w: _Words) -> Section:
    blocks: list[Block] = []
    columns = [
        column(w.pick("规则", "Rule"), right=False, width=2.6),
        column(w.pick("缓冲", "Buffer"), "m", width=0.8),
        column(w.pick("单独扣除", "Alone"), w.plain("km²")),
        column(w.pick("依次扣除", "In order"), w.plain("km²")),
        column(w.pick("剩余", "Left"), w.plain("km²")),
        column(w.pick("无数据", "No data"), w.plain("km²")),
    ]
    for name in r.request.technologies:
        rows = [
            [
                w.pick(row.title_zh, row.title_en) + ("" if row.applied else w.pick("（无数据，未扣除）", " (no data, took nothing)")),
                number(row.buffer_m), number(row.alone_km2), number(row.in_order_km2), number(row.left_km2),
                number(row.nodata_km2),
            ]
            for row in r.land.rows_of(name)
        ]  # fmt: skip
        share = r.land.eligible_km2[name] / r.land.area_km2
        foot = w.pick(
            f"{w.term(name)}：{number(r.land.area_km2)} 平方公里中可用 {number(r.land.eligible_km2[name])} 平方公里（{percent(share)}），"
            f"若独占可装 {w.shown(r.capacity_alone_mw[name], 'power_mw')} {w.unit('power_mw')}。",
            f"{w.term(name)}: {number(r.land.eligible_km2[name])} of {number(r.land.area_km2)} km² eligible "
            f"({percent(share)}), {w.shown(r.capacity_alone_mw[name], 'power_mw')} {w.unit('power_mw')} if it had all of it.",
        )
        blocks.append(table(columns, rows, note=foot))
    return section(w.pick("排除与可用土地", "What is excluded and what is left"), blocks)


def _sites(r: SitingResult, w: _Words) -> Section:
    names = [n for n in ("wind", "pv", "csp") if n in r.capacity_mw]
    columns = [
        column(w.pick("编号", "Site"), right=False, width=0),
        column(w.pick("地点", "Place"), right=False, width=1.9),
        *(column(w.term(n), w.unit("power_mw"), width=0.9) for n in names),
        *(column(w.pick(f"{w.term(n)}小时", f"{w.term(n)} hours"), w.plain("h/a"), width=0.9) for n in names),
        column(w.pick("电站成本", "At plant"), w.unit("price_cny_per_mwh")),
        column(w.pick("含接入", "Connected"), w.unit("price_cny_per_mwh")),
        column(w.pick("接入点", "To"), right=False, width=1.7),
        column(w.pick("线路", "Line"), w.plain("km"), width=0.7),
        column(w.pick("电压 × 回路", "Circuits"), "kV", width=0.9),
        column(w.pick("适宜性", "Score"), width=0.9),
    ]
    rows = []
    for c in r.candidates[:MOST_SITES]:
        link = c.connection
        rows.append([
            c.id, w.pick(c.name_zh, c.name_en),
            *(w.shown(c.shares[n].capacity_mw if n in c.shares else None, "power_mw") for n in names),
            *(number(c.shares[n].full_load_hours if n in c.shares else None) for n in names),
            w.shown(c.lcoe_plant_cny_per_mwh, "price_cny_per_mwh"), w.shown(c.lcoe_cny_per_mwh, "price_cny_per_mwh"),
            "–" if link is None else w.pick(link.target.name_zh, link.target.name_en),
            number(None if link is None else link.km),
            "–" if link is None else f"{link.line.kv}×{link.line.circuits}",
            f"{c.suitability:.2f} ({c.rank_suitability})",
        ])  # fmt: skip
    more = len(r.candidates) - len(rows)
    foot = w.pick(
        "按含接入度电成本排序；适宜性为 0 至 1 的评分，括号内为名次。"
        + (f"另有 {more} 个场址见表格文件。" if more else ""),
        "Cheapest first; score: suitability from 0 to 1, in brackets its rank."
        + (f" {more} more are in the files." if more else ""),
    )
    return section(w.pick("候选场址", "Candidate sites"), [table(columns, rows, note=foot, size=7.0)])


def _method(r: SitingResult, w: _Words) -> Section:
    judged = judged_weights(r)
    weights = w.pick("、", ", ").join(
        f"{CRITERIA[name][0 if w.language == 'zh' else 1]} {percent(weight)}"
        for name, weight in r.suitability.weight.items()
    )
    use = r.request.land_use
    parts = ", ".join(f"{w.term(n)} {percent(getattr(use, n))}" for n in r.request.technologies)
    rule = (
        w.pick(f"共同可用的土地按比例划分（{parts}）", f"land eligible for several is divided ({parts})")
        if use.rule == "divided"
        else w.pick("光伏、光热布置在风机之间", "PV and CSP stand between the turbines")
    )
    cost = "; ".join(
        f"{w.term(n)} {number(c.cny_per_mw / 1e3)} {w.plain('CNY')}/kW, {number(c.cny_per_mw_year / 1e3)} "
        f"{w.plain('CNY')}/kW/a"
        for n, c in r.costs.items()
    )
    items = [
        w.pick(f"土地：{rule}；场址为相连土地，{number(r.request.least_mw)} 至 {number(r.request.most_mw)} MW。",
               f"Land: {rule}; a site is connected land of {number(r.request.least_mw)} to {number(r.request.most_mw)} MW."),
        w.pick("出力：场址所在 5′ 网格的逐时出力按装机加权；风机为现有机型，光伏为单轴跟踪（利用小时按交流容量）。",
               "Hours: those of the 5' cells of a site by capacity; present wind machines, PV on single-axis trackers (hours per AC capacity)."),
        w.pick(f"成本：投资年金（实际折现率 {percent(r.discount_rate)}）加固定运维，除以年送出电量；税前，不含弃电、储能与特高压通道。{cost}。",
               f"Cost: annuity (real rate {percent(r.discount_rate)}) and fixed operation over the energy delivered; before tax, without curtailment, storage and the long-distance channel. {cost}."),
        w.pick("接入：16 邻域最小费用路径（平地上比直线最多长 2.75 %），坡度、海拔、沙地加价，湖泊、海域与境外不得穿越；线路按全年最大出力选电压与回路。所有线路单价均为估计。",
               "Connection: least-cost path over 16 neighbours (at most 2.75 % over the straight line on even ground); slope, height and sand cost more, lakes, sea and foreign land are closed; voltage and circuits by the highest hour. All unit costs of lines are estimates."),
        w.pick(f"适宜性：层次分析法权重（{weights}），一致性比率 {judged.consistency_ratio:.3f}；评分不是成本，两种排序可以不同。",
               f"Suitability: weights by the analytic hierarchy process ({weights}), consistency ratio {judged.consistency_ratio:.3f}. It is no cost, and the two ranks may differ."),
        w.pick(f"低出力指全场出力低于年均值 {percent(LOW_SHARE, 0)} 的小时。接入点是否有间隔、通道是否有余量未作核实。",
               f"Hours of low output give less than {percent(LOW_SHARE, 0)} of the mean. Whether a station has bays, or a channel room, is not checked."),
    ]  # fmt: skip
    titles = {"ground": ("高程", "elevation"), "land_class": ("土地类型", "class of land")}
    titles |= {row.rule_id: (row.title_zh, row.title_en) for row in r.land.audit}
    by_source: dict[str, list[str]] = {}
    for layer in r.land.served:
        told = w.pick(*titles.get(layer.name, (layer.name, layer.name)))
        by_source.setdefault(f"{layer.source} ({term(layer.grade, w.language)})", []).append(told)
    sources = [
        w.pick("、", ", ").join(dict.fromkeys(names)) + w.pick("：", ": ") + source
        for source, names in by_source.items()
    ]
    return section(
        w.pick("方法与来源", "Method and sources"),
        [bullets(items), heading(w.pick("土地数据", "Data of the land")), bullets(sources)],
    )
