"""The power flow in words and tables: failures, outages, losses in money, voltages."""

from __future__ import annotations

from typing import Any

import pytest

from planning.chain.line_loss import with_physical_losses
from planning.flow_words import OUTAGES, failure_words, node_word, outage_effect, outage_word
from planning.report.content_flow import flow_blocks
from planning.report.content_writer import Writer
from planning.report.excel_flow import flow_sheets
from planning.results import Summary
from planning.results_flow import LineLoss, NodeVoltage, PowerFlowFailure, PowerFlowOutage
from planning.words import flow_note
from tests.planning.summary_factory import make_summary

WHY = PowerFlowFailure(
    cause="tie", hour=7, share=0.62, line="t", angle_deg=81.0, asked_mw=16_000.0, most_mw=9900.0, node="640000",
    voltage_pu=0.93,
)  # fmt: skip


@pytest.fixture(scope="module")
def summary() -> Summary:
    """The made-up document with a corridor's losses, two outages and a voltage."""
    plain = make_summary()
    name = next(k for k, c in plain.corridors.items() if c.sale_cny is not None and c.kind == "dc")
    c = plain.corridors[name]
    assert plain.power_flow.year is not None
    outage = PowerFlowOutage(
        kind="bipole", line=name, hour=12, worst_tie=next(iter(plain.power_flow.year.ties)), loading_before=0.7,
        loading_linear=1.2, loading_ac=1.18, solved=True, hours_over=40, lost_mw=7400.0,
    )  # fmt: skip
    cut = outage.model_copy(
        update={"kind": "tie", "worst_tie": None, "loading_ac": None, "cut_off": ("640000",)}
    )
    year = plain.power_flow.year.model_copy(update={
        "losses": {name: LineLoss(kind="dc", physics_loss_mwh=0.04 * c.sent_mwh, settled_loss_mwh=0.065 * c.sent_mwh,
                                  sent_mwh=c.sent_mwh)},
        "outages": (outage, cut),
        "voltages": {"640000": NodeVoltage(min_pu=0.96, min_bus="640000/lingshao", min_hour=3, max_pu=1.04, max_bus="640000",
                                           max_hour=5, hours_short=9, hours_surplus=0)},
    })  # fmt: skip
    flow = plain.power_flow.model_copy(update={"year": year})
    corridors = with_physical_losses(plain.corridors, flow)
    return plain.model_copy(update={"power_flow": flow, "corridors": corridors})


def older() -> Summary:
    """As programs before this wrote it."""
    plain = make_summary()
    assert plain.power_flow.year is not None
    year = plain.power_flow.year.model_copy(update={"losses": {}, "outages": (), "voltages": {}})
    return plain.model_copy(update={"power_flow": plain.power_flow.model_copy(update={"year": year})})


def test_what_is_settled_beyond_physics_is_told_at_the_price_of_what_is_sent(summary: Summary) -> None:
    assert summary.power_flow.year is not None
    (name,) = summary.power_flow.year.losses
    c = summary.corridors[name]
    assert c.sale_cny is not None
    assert c.physics_loss_mwh == pytest.approx(0.04 * c.sent_mwh)
    assert c.loss_difference_cny == pytest.approx(0.025 * c.sale_cny)
    unknown = {name: c.model_copy(update={"sale_cny": None})}
    missing = with_physical_losses(unknown, summary.power_flow)[name]
    assert missing.loss_difference_cny is None
    assert missing.physics_loss_mwh is not None
    others = [x for k, x in summary.corridors.items() if k != name]
    assert all(x.physics_loss_mwh is None and x.loss_difference_cny is None for x in others)


def test_why_an_hour_failed_is_said_with_place_and_figures_in_both_languages() -> None:
    names = {"t": "灵州—绍兴"}
    said = failure_words(WHY, names, "zh")
    assert all(part in said for part in ("灵州—绍兴", "16,000", "9,900", "62%", "直流潮流"))
    assert "carries at most about 9,900 MW" in failure_words(WHY, {}, "en")
    fallen = WHY.model_copy(update={"cause": "voltage", "voltage_pu": 0.58})
    assert "宁夏 电压崩溃" in failure_words(fallen, {}, "zh")
    assert "voltage at Ningxia collapses (0.58 p.u." in failure_words(fallen, {}, "en")
    bad = WHY.model_copy(update={"cause": "numeric", "line": None, "node": None})
    assert "impedances" in failure_words(bad, {}, "en")
    assert "阻抗" in failure_words(bad, {}, "zh")
    hour = make_summary().power_flow.hours[0].model_copy(update={"converged": False, "failure": WHY})
    assert flow_note(hour, names, "zh") == said


def test_outages_are_named_by_line_and_part_and_what_they_do(summary: Summary) -> None:
    assert summary.power_flow.year is not None
    first, cut = summary.power_flow.year.outages
    assert outage_word(first, {first.line: "灵绍"}, "zh") == "灵绍, 双极闭锁"
    assert outage_effect(cut, {}, "en") == "parts Ningxia from the grid"
    lost = first.model_copy(update={"solved": False, "loading_ac": None})
    assert outage_effect(lost, {}, "zh").endswith("（交流无解）")
    assert set(OUTAGES) == {"circuit", "tie", "pole", "bipole"}
    assert node_word("nowhere", "zh") == "nowhere"


def test_workbook_and_report_have_losses_outages_and_voltages(summary: Summary) -> None:
    assert flow_sheets(older()) == []
    sheets = flow_sheets(summary)
    assert [s.name for s in sheets] == ["线损对照", "N-1", "电压"]
    assert [len(s.rows) for s in sheets] == [1, 2, 1]
    assert all(len(row) == len(s.columns) for s in sheets for row in s.rows)
    assert list(sheets[0].rows[0][4:6]) == pytest.approx([0.04, 0.065])
    for language in ("zh", "en"):
        blocks: list[Any] = flow_blocks(Writer(summary, language), {})
        assert [b["kind"] for b in blocks] == ["heading", "text", "table", "heading", "text", "table", "text"]
    assert flow_blocks(Writer(older(), "zh"), {}) == []
