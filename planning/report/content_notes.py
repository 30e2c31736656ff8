"""The printed report's maps, method, sources, checks and limits."""

from __future__ import annotations

from collections.abc import Mapping

from planning.report.blocks import Block, Section, bullets, column, figure, heading, section, table
from planning.report.content_writer import Writer
from planning.report.maps import RESOURCE_MAPS
from planning.report.series import ReportSeries
from planning.shipped_words import shipped_words
from planning.words import item, link, note

MAP_WIDTH = 85
"""Per cent of the text width: two maps fill a page."""


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
        ("Resource: the built-in atlas (0.25° and 5′ grids) holds monthly irradiation, wind, temperature, rain and "
        "rivers; the hourly year comes from a seeded generator that keeps monthly means, daily cycle, persistence and "
        "correlation in space."),
        ("Bases: one linear programme over 8,760 hours sizes wind, PV, storage, coal and hydro for least annual cost "
        "under the delivery profile, renewable share, curtailment and land."),
        ("Dispatch: provinces and bases are nodes; an hourly linear programme over the year in rolling windows that "
        "hand over storage, with DC losses, reservoirs, pumped storage, batteries and minimum coal output."),
        "Power flow: AC power flow of the peak, the trough and the hours of largest transfer.",
        ("Cash flow: prices, tariffs and losses of the approved documents; where there is none, an estimate by a "
        "stated rule, marked so; settled to the fen, paid equals received."),
        "Green power: the share of wind, PV and hydro in every line is traced hour by hour in proportion.",
    )  # fmt: skip
    rows = [
        (item(s.what, w.language), shipped_words(s.source, w.language), s.date, w.tier(s.tier))
        for s in w.summary.sources
    ]
    own = [
        (w.pick(r.what_zh, r.what_en), (f"{r.entry}: " if r.entry else "") + w.pick(r.source_zh, r.source_en),
         w.pick(r.period_zh, r.period_en), w.word(r.grade), f"{r.share:.0%}", shipped_words(r.licence, w.language))
        for r in w.summary.resource
    ]  # fmt: skip
    resource = [] if not own else [
        heading(w.pick("风、光与土地取自", "What wind, sun and land are of")),
        table([
            column(w.pick("项目", "Item"), right=False, width=1.1), column(w.word("source"), right=False, width=3),
            column(w.pick("年份", "Date"), right=False, width=1.1), column(w.pick("等级", "Grade"), right=False, width=0),
            column(w.word("share_of_places"), width=0), column(w.pick("许可", "Licence"), right=False, width=1),
        ], own, size=7.0),
    ]  # fmt: skip
    columns = [
        column(w.pick("项目", "Item"), right=False, width=1.1), column(w.word("source"), right=False, width=4),
        column(w.pick("年份", "Date"), right=False, width=0), column(w.word("tier"), right=False, width=0),
    ]  # fmt: skip
    return section(w.pick("方法与来源", "Method and sources"), [
        bullets(zh if w.language == "zh" else en), heading(w.pick("数据来源", "Sources")),
        table(columns, rows, size=7.4), *resource,
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
    two = [column("", right=False), column("", width=0)]
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
