"""The report's picture of the claim's assumptions: a tornado of the share of GDP."""

from __future__ import annotations

from planning.cash_words import assumption_name, assumption_value
from planning.report.charts import GRID, LINE_COLOURS, chart_figure, chart_svg
from planning.report.map_base import INK
from planning.results import ClaimResult
from planning.words import Language


def tornado_chart(claim: ClaimResult, language: Language) -> bytes:
    """Each assumption from its low to its high value, the widest on top; a line at the run, one at the target."""
    assert claim.sensitivity is not None
    bars = [b for b in claim.sensitivity.bars if b.low_share is not None and b.high_share is not None]
    figure, axes = chart_figure(6.8, 0.7 + 0.34 * len(bars))
    run = claim.gdp_share * 100
    for place, b in enumerate(reversed(bars)):
        for share, colour in ((b.low_share, LINE_COLOURS[2]), (b.high_share, LINE_COLOURS[1])):
            assert share is not None
            axes.barh(place, share * 100 - run, left=run, height=0.62, color=colour)
        # Words stand outside the bar, each on the side its value moves the share to.
        ends = sorted(((b.low_share or 0.0, b.low), (b.high_share or 0.0, b.high)))
        for (share, value), side in zip(ends, ("right", "left"), strict=True):
            text = assumption_value(b.assumption, value, language)
            at = min(share * 100, run) if side == "right" else max(share * 100, run)
            axes.annotate(
                text, (at, place), xytext=(-3 if side == "right" else 3, 0), textcoords="offset points",
                ha=side, va="center", fontsize=6.5, color=INK,
            )  # fmt: skip
    axes.axvline(run, color=INK, linewidth=0.9)
    axes.set_yticks(
        range(len(bars)), [assumption_name(b.assumption, language) for b in reversed(bars)], fontsize=7.5
    )
    axes.margins(x=0.32)
    low, high = axes.get_xlim()
    axes.set_xlim(low, high)
    axes.set_xlabel("占送端 GDP（%）" if language == "zh" else "share of the senders' GDP (%)")
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color=GRID, linewidth=0.5)
    return chart_svg(figure)
