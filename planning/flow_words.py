"""The power flow in words, Chinese and English: why an hour failed, what fails in an outage."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from planning.results_flow import PowerFlowFailure, PowerFlowOutage

Language = Literal["zh", "en"]

OUTAGES: dict[str, tuple[str, str]] = {
    "circuit": ("一回线停运", "one circuit"),
    "tie": ("断面全停", "all circuits"),
    "pole": ("单极闭锁", "one pole"),
    "bipole": ("双极闭锁", "both poles"),
}


@cache
def _nodes() -> dict[str, tuple[str, str]]:
    from planning.tables import load_tables

    return {n.node_id: (n.name_zh, n.name_en) for n in load_tables().nodes}


def node_word(node: str | None, language: Language) -> str:
    """A node by name; an unknown one by its id."""
    if node is None:
        return "–"
    return _nodes().get(node, (node, node))[0 if language == "zh" else 1]


def failure_words(why: PowerFlowFailure, names: Mapping[str, str], language: Language) -> str:
    """Why an hour has no AC solution, where, and what is shown instead.

    Parameters
    ----------
    names
        Line id -> name in the language.
    """
    zh = language == "zh"
    line, node = names.get(why.line or "", why.line or "–"), node_word(why.node, language)
    share = f"{why.share:.0%}"
    if why.cause == "tie":
        return (
            f"不收敛：{line} 要送 {why.asked_mw:,.0f} MW，至多能送约 {why.most_mw:,.0f} MW（两端相角差已到 {why.angle_deg:.0f}°）；"
            f"全网功率降到 {share} 才有解。改用直流潮流显示，损耗缺"
            if zh
            else f"did not converge: {why.asked_mw:,.0f} MW asked over {line}, which carries at most about "
            f"{why.most_mw:,.0f} MW ({why.angle_deg:.0f} degrees across it); a solution exists up to {share} of the hour's "
            "power. The DC flow is shown instead, without losses"
        )
    if why.cause == "voltage":
        return (
            f"不收敛：{node} 电压崩溃（有解的最后一点为 {why.voltage_pu:.2f} p.u.），无功支撑不足；全网功率降到 {share} 才有解。"
            "改用直流潮流显示，损耗缺"
            if zh
            else f"did not converge: the voltage at {node} collapses ({why.voltage_pu:.2f} p.u. at the last solution), for want "
            f"of reactive power; a solution exists up to {share} of the hour's power. The DC flow is shown instead, without "
            "losses"
        )
    return (
        "不收敛：功率再小也无解，应检查线路阻抗与无功数据。改用直流潮流显示，损耗缺"
        if zh
        else "did not converge: no solution even of a small share of the power; look at the impedances and the reactive power "
        "of the network. The DC flow is shown instead, without losses"
    )


def outage_word(outage: PowerFlowOutage, names: Mapping[str, str], language: Language) -> str:
    """What fails: the line and which part of it."""
    column = 0 if language == "zh" else 1
    return f"{names.get(outage.line, outage.line)}, {OUTAGES[outage.kind][column]}"


def outage_effect(outage: PowerFlowOutage, names: Mapping[str, str], language: Language) -> str:
    """What it does: the tie it loads most, or the nodes it parts from their grid."""
    zh = language == "zh"
    if outage.cut_off:
        nodes = ("、" if zh else ", ").join(node_word(n, language) for n in outage.cut_off)
        return f"解列：{nodes}" if zh else f"parts {nodes} from the grid"
    if outage.worst_tie is None:
        return "不加重任何断面" if zh else "makes no tie worse"
    name = names.get(outage.worst_tie, outage.worst_tie)
    if outage.solved is False:
        return f"{name}（交流无解）" if zh else f"{name} (no AC solution)"
    return name
