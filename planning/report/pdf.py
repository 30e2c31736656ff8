"""report.pdf: the printed report, set with typst from the template and the content of one language."""

from __future__ import annotations

from collections.abc import Mapping

from planning.report import charts, charts_cash, content, content_cash, content_grid, content_notes
from planning.report.blocks import Section
from planning.report.content_writer import Writer
from planning.report.fonts import FAMILY
from planning.report.series import ReportSeries
from planning.report.typeset import typeset
from planning.results import Summary
from planning.words import Language, term


def report_pdf(
    summary: Summary,
    series: ReportSeries,
    maps: Mapping[str, bytes],
    language: Language = "zh",
    review_number: str = "",
) -> bytes:
    """The report as PDF.

    Parameters
    ----------
    maps
        File name -> PNG; those of `language` (`*_zh.png`) are printed, in this order.
    """
    writer = Writer(summary, language)
    drawn, pictures = _charts(summary, series, language)
    printed = {file: png for file, png in maps.items() if file.endswith(f"_{language}.png")}
    document = _document(writer, series, drawn, {file: file for file in printed}, review_number)
    return typeset(document, pictures | printed)


def _charts(
    summary: Summary, series: ReportSeries, language: Language
) -> tuple[dict[str, str], dict[str, bytes]]:
    """Draw what there are series for; name -> file, and file -> what it holds."""
    drawn: dict[str, bytes] = {}
    if series.monthly_generation_twh:
        drawn["monthly"] = charts.monthly_chart(series.monthly_generation_twh, language)
    for number, week in enumerate(series.weeks):
        drawn[f"week{number}"] = charts.week_chart(week, language)
    if series.corridor_duration_mw:
        drawn["duration"] = charts.duration_chart(series.corridor_duration_mw, summary.corridors, language)
    for number, (base_id, week) in enumerate(series.base_weeks.items()):
        if number < 4:
            drawn[f"base_{base_id}"] = charts.week_chart(week, language)
    if summary.bases:
        drawn["bases"] = charts.base_chart(list(summary.bases.values()), language)
    if summary.claim.sensitivity is not None and summary.claim.price_cny_per_mwh is not None:
        drawn["tornado"] = charts_cash.tornado_chart(summary.claim, language)
    files = {name: f"chart{number}.svg" for number, name in enumerate(drawn)}
    return files, {files[name]: svg for name, svg in drawn.items()}


def _document(
    w: Writer, series: ReportSeries, drawn: dict[str, str], pictures: dict[str, str], review_number: str
) -> dict[str, object]:
    s = w.summary
    sections: list[Section] = [
        content.overview(w),
        content.claim(w),
        *content_cash.cash(w, drawn),
        content.national(w, series, drawn),
        content_grid.bases(w, series, drawn),
        content_grid.corridors(w, drawn),
        content_grid.provinces(w),
        content_grid.power_flow(w),
        *([content_notes.maps(w, pictures)] if pictures else []),
        content_notes.method(w),
        content_notes.conservation(w),
        content_notes.limits(w, content_notes.left_out(w, series, pictures), review_number),
    ]
    grade = term(s.grade, w.language)
    banner = w.pick(f"资源等级：{grade}。", f"Grade of the resource: {grade}. ") + (
        w.pick(
            "所用风、光资源由公开资料重建并经校验，未经场址实测标定；结果供方案比较，不作投资依据。",
            "Wind and sun are reconstructed from public material and validated, not measured at sites: for comparing "
            "plans, not for investment.",
        )
        if s.grade == "reference"
        else ""
    )
    title = w.pick("全国能源地图推演报告", "Redrawing the national energy map")
    return {
        "lang": w.language,
        "font": FAMILY,
        "title": f"{title} · {w.scenario()}",
        "footer": f"{w.scenario()}  ·  {w.pick('资源等级：', 'Grade: ')}{grade}",
        "cover": {
            "kicker": "energymap",
            "title": title,
            "subtitle": w.scenario(),
            "contents": w.pick("目录", "Contents"),
            "banner": banner,
            "rows": [
                [w.pick("情景", "Scenario"), s.scenario],
                [w.pick("水平年", "Year"), str(s.year)],
                [w.pick("价格", "Prices"), w.pick(f"{s.price_year} 年实际价", f"real, of {s.price_year}")],
                [w.pick("审图号", "Map review no."), review_number or w.pick("未填", "none")],
            ],
        },
        "sections": sections,
    }
