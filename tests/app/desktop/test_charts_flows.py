"""Flows between provinces: nothing is lost between the run and the picture."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.desktop.charts.exchange import pairs_of
from app.desktop.charts.flows import (
    OTHERS,
    Flow,
    gather,
    imbalance,
    lay_out,
    spread,
)
from app.desktop.charts.sankey import SankeyChart
from gis_layers.province import PROVINCES
from planning.results import Summary
from tests.planning.summary_factory import make_summary


def province_flows(summary: Summary) -> tuple[Flow, ...]:
    return tuple(pair.flow for pair in pairs_of(summary, "province", "energy"))


def test_all_energy_delivered_between_provinces_is_in_the_flows() -> None:
    summary = make_summary()
    flows = province_flows(summary)
    want = sum(c.delivered_mwh for c in summary.corridors.values() if c.from_adcode != c.to_adcode)
    assert sum(f.amount for f in flows) == pytest.approx(want)
    assert all(f.source != f.target for f in flows)
    assert [f.amount for f in flows] == sorted((f.amount for f in flows), reverse=True)


@pytest.mark.parametrize("most", [1, 5, 12, 10_000])
def test_the_picture_holds_what_flows_whatever_is_gathered_under_others(most: int) -> None:
    flows = province_flows(make_summary())
    gathered = gather(flows, most)
    drawn = lay_out(gathered.flows)
    assert imbalance(flows, drawn) < 1e-3
    for side, count, ends in (
        ("left", gathered.senders, {f.source for f in flows}),
        ("right", gathered.receivers, {f.target for f in flows}),
    ):
        named = {n.id for n in drawn.nodes if n.side == side} - {OTHERS}
        assert len(named) + count == len(ends)
        assert len(named) == (len(ends) if len(ends) <= most else most - 1)
        assert (count > 0) == (len(ends) > most)
        assert count != 1 or most == 1


def test_what_stands_at_a_named_province_is_all_it_sends_or_receives() -> None:
    flows = province_flows(make_summary())
    drawn = lay_out(gather(flows, 6).flows)
    for node in drawn.nodes:
        if node.id != OTHERS:
            ends = (f.amount for f in flows if (f.source if node.side == "left" else f.target) == node.id)
            assert node.amount == pytest.approx(sum(ends))


def test_labels_are_spread_no_further_than_they_must() -> None:
    assert spread([10.0, 50.0], 10.0, 0.0, 100.0) == [10.0, 50.0]
    assert spread([20.0, 22.0], 10.0, 0.0, 100.0) == [16.0, 26.0]  # 21 ± 5
    assert spread([1.0, 2.0], 10.0, 0.0, 100.0) == [5.0, 15.0]
    assert spread([98.0, 99.0, 99.0], 10.0, 0.0, 100.0) == [75.0, 85.0, 95.0]
    assert spread([], 10.0, 0.0, 100.0) == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("height", [180, 300, 640])
def test_no_label_touches_another_or_leaves_the_picture(qtbot: QtBot, language: str, height: int) -> None:
    provinces = {p.adcode: (p.name_zh, p.name_en) for p in PROVINCES.values()}
    codes = list(provinces)[:24]
    rng = np.random.default_rng(3)
    flows = [
        Flow(a, b, float(mwh), 0.5)
        for a in codes for b in codes
        if a != b and (mwh := rng.pareto(0.4) * 1e5) > 2e5
    ]  # fmt: skip
    chart = SankeyChart()
    qtbot.addWidget(chart)
    chart.resize(620, height)
    chart.set_language(language)  # type: ignore[arg-type]
    chart.show()
    chart.show_flows(sorted(flows, key=lambda f: -f.amount), provinces, "", "s")
    labels = chart.view.labels()
    assert len(labels) == len(chart.view.sankey.nodes) >= 6
    for index, (_, box) in enumerate(labels):
        assert box.top() >= -0.01
        assert box.bottom() <= chart.view.height() + 0.01
        for _, other in labels[index + 1 :]:
            shared = box.intersected(other)
            assert shared.height() < 0.01 or shared.width() < 0.01
    names = [chart.view._name(node) for node, _ in labels]
    assert any(name.endswith(")") for name in names) == any(n.id == OTHERS for n in chart.view.sankey.nodes)


def test_a_lost_flow_is_found() -> None:
    flows = province_flows(make_summary())
    drawn = lay_out(flows[:-1])
    assert imbalance(flows, drawn) == pytest.approx(flows[-1].amount)


def test_nodes_and_bands_stay_inside_the_picture_and_do_not_overlap() -> None:
    drawn = lay_out(gather(province_flows(make_summary()), 20).flows)
    for side in ("left", "right"):
        own = sorted((n for n in drawn.nodes if n.side == side), key=lambda n: n.top)
        assert own[0].top >= -1e-9
        assert own[-1].top + own[-1].height <= 1 + 1e-9
        for upper, lower in pairwise(own):
            assert upper.top + upper.height < lower.top
    for band in drawn.bands:
        node = next(n for n in drawn.nodes if n.side == "left" and n.id == band.flow.source)
        assert node.top - 1e-9 <= band.left_top <= node.top + node.height - band.height + 1e-9


def test_nothing_flowing_is_an_empty_picture() -> None:
    assert lay_out(()).nodes == ()
    assert gather((Flow("a", "b", 5.0, 0.5),), 3).flows == (Flow("a", "b", 5.0, 0.5),)
