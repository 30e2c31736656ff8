"""The report's curves as SVG: months, weeks, duration of corridors, capacity of bases."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from planning.report.map_base import INK, use_fonts
from planning.report.series import MONTH_HOURS, Array, Week
from planning.results import BaseResult, CorridorResult
from planning.words import TECHNOLOGY_COLOURS, Language, UnitSystem, converted, term, unit

GRID = "#dde3e6"
LINE_COLOURS = ("#1f4e5f", "#d99a1c", "#4f9bb8", "#a0522d", "#5aa469", "#8c6bb1")


def monthly_chart(monthly_twh: Mapping[str, Array], language: Language) -> bytes:
    """Stacked columns by technology."""
    figure, axes = chart_figure(6.8, 2.5)
    system: UnitSystem = "cn" if language == "zh" else "si"
    bottom = np.zeros(12)
    for technology, twh in monthly_twh.items():
        height = np.array([converted(float(v) * 1e6, "energy_mwh", system) for v in twh])
        axes.bar(
            np.arange(1, 13), height, bottom=bottom, width=0.72, label=term(technology, language),
            color=TECHNOLOGY_COLOURS.get(technology, "#bbbbbb"),
        )  # fmt: skip
        bottom += height
    axes.set_xticks(range(1, 13))
    axes.set_xlabel("月" if language == "zh" else "month")
    axes.set_ylabel(unit("energy_mwh", system, language))
    chart_legend(axes)
    return chart_svg(figure)


def week_chart(week: Week, language: Language) -> bytes:
    """Stacked supply under the demand line."""
    figure, axes = chart_figure(6.8, 2.3)
    hours = np.arange(len(week.demand_mw))
    names = [t for t, mw in week.supply_mw.items() if float(np.max(mw, initial=0.0)) > 0.0]
    if names:
        axes.stackplot(
            hours, *(week.supply_mw[t] / 1e3 for t in names), labels=[term(t, language) for t in names],
            colors=[TECHNOLOGY_COLOURS.get(t, "#bbbbbb") for t in names], linewidth=0,
        )  # fmt: skip
    axes.plot(hours, week.demand_mw / 1e3, color=INK, linewidth=0.9, label=term("demand", language))
    axes.set_xlim(0, len(hours) - 1)
    days = np.arange(0, len(hours), 24)
    axes.set_xticks(days, [_day(week.start_hour + int(h)) for h in days])
    axes.set_ylabel("GW")
    chart_legend(axes)
    return chart_svg(figure)


def duration_chart(
    curves: Mapping[str, Array], corridors: Mapping[str, CorridorResult], language: Language
) -> bytes:
    """Power sent over the share of the year, the largest corridors."""
    figure, axes = chart_figure(6.8, 2.5)
    chosen = sorted(
        (i for i in curves if i in corridors),
        key=lambda i: (-corridors[i].capacity_mw, -corridors[i].sent_mwh),
    )[: len(LINE_COLOURS)]
    for colour, key in zip(LINE_COLOURS, chosen, strict=False):
        line = corridors[key]
        mw = curves[key]
        axes.plot(
            np.linspace(0, 8760, len(mw)), mw / 1e3, color=colour, linewidth=1.1,
            label=line.name_zh if language == "zh" else line.name_en,
        )  # fmt: skip
    axes.set_xlim(0, 8760)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("小时" if language == "zh" else "hours")
    axes.set_ylabel("GW")
    chart_legend(axes)
    return chart_svg(figure)


def base_chart(bases: Sequence[BaseResult], language: Language) -> bytes:
    """Installed power of each base, stacked."""
    figure, axes = chart_figure(6.8, 0.7 + 0.26 * len(bases))
    left = np.zeros(len(bases))
    places = np.arange(len(bases))[::-1]
    for technology in ("wind", "pv", "hydro", "coal", "battery"):
        size = np.array([b.capacity_mw.get(technology, 0.0) / 1e3 for b in bases])
        if size.max(initial=0.0) <= 0:
            continue
        axes.barh(
            places, size, left=left, height=0.62, color=TECHNOLOGY_COLOURS[technology],
            label=term(technology, language),
        )  # fmt: skip
        left += size
    axes.set_yticks(places, [b.name_zh if language == "zh" else b.name_en for b in bases])
    axes.set_xlabel("GW")
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color=GRID, linewidth=0.5)
    chart_legend(axes)
    return chart_svg(figure)


def _day(hour: int) -> str:
    edges = np.cumsum(MONTH_HOURS)
    hour %= int(edges[-1])
    month = int(np.searchsorted(edges, hour, side="right"))
    start = int(edges[month - 1]) if month else 0
    return f"{month + 1}-{(hour - start) // 24 + 1}"


def chart_figure(width: float, height: float) -> tuple[Any, Any]:
    """A figure of so many inches and its axes, in the report's manner."""
    from matplotlib.figure import Figure

    use_fonts()
    figure = Figure(figsize=(width, height), facecolor="none", layout="constrained")
    axes = figure.add_subplot()
    axes.set_facecolor("none")
    axes.grid(axis="y", color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#8a949c")
    axes.tick_params(labelsize=7, colors=INK, length=2)
    axes.xaxis.label.set_fontsize(7.5)
    axes.yaxis.label.set_fontsize(7.5)
    return figure, axes


def chart_legend(axes: Any) -> None:
    """Names beside the axes, in the order of the stack."""
    axes.legend(
        fontsize=7,
        frameon=False,
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        handlelength=1.1,
        reverse=True,
    )


def chart_svg(figure: Any) -> bytes:
    """The figure as SVG, its text as outlines; the same figure gives the same bytes."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    FigureCanvasSVG(figure)
    buffer = io.BytesIO()
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "energymap"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()
