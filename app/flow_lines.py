"""The year's power flow in lines for the command line."""

from __future__ import annotations

from app.commands.base import Context
from planning.flow_words import failure_words, node_word, outage_effect, outage_word
from planning.results import PowerFlowYear

MOST = 8


def flow_year_lines(year: PowerFlowYear, names: dict[str, tuple[str, str]], context: Context) -> list[str]:
    """Hours solved, losses, voltages, the worst outages, and why hours failed.

    Parameters
    ----------
    names
        Line id -> (zh, en).
    """
    pick, language = context.pick, context.language
    named = {k: pick(*v) for k, v in names.items()}
    lines = [
        pick(
            f"  全年 {year.hours:,} 小时, {year.converged:,} 收敛; 物理损耗 {year.loss_mwh / 1e6:,.2f} TWh, "
            f"结算 {year.settled_loss_mwh / 1e6:,.2f} TWh (交流断面)",
            f"  {year.hours:,} hours, {year.converged:,} converged; physical losses {year.loss_mwh / 1e6:,.2f} TWh, "
            f"settled {year.settled_loss_mwh / 1e6:,.2f} TWh (AC ties)",
        )
    ]
    dc = [x for x in year.losses.values() if x.kind == "dc"]
    if dc:
        physics, settled = (
            sum(x.physics_loss_mwh for x in dc) / 1e6,
            sum(x.settled_loss_mwh for x in dc) / 1e6,
        )
        lines.append(
            pick(
                f"  直流: 物理损耗 {physics:,.2f} TWh, 结算 {settled:,.2f} TWh",
                f"  DC lines: physical losses {physics:,.2f} TWh, settled {settled:,.2f} TWh",
            )
        )
    if year.voltages:
        low = min(year.voltages.items(), key=lambda x: x[1].min_pu)
        high = max(year.voltages.items(), key=lambda x: x[1].max_pu)
        lines.append(
            f"  {pick('电压', 'voltages')} {low[1].min_pu:.3f} ({node_word(low[0], language)}) – "
            f"{high[1].max_pu:.3f} p.u. ({node_word(high[0], language)})"
        )
    for o in year.outages[:MOST]:
        loading = o.loading_ac if o.loading_ac is not None else o.loading_linear
        said = "" if o.worst_tie is None else f" {o.loading_before:.0%} -> {loading:.0%}"
        lines.append(f"  N-1 {outage_word(o, named, language)}: {outage_effect(o, named, language)}{said}")
    lines += [f"  h {why.hour}: {failure_words(why, named, language)}" for why in year.failures[:MOST]]
    return lines
