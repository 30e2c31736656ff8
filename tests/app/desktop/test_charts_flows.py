"""Flows between provinces: nothing is lost between the run and the picture."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.desktop.charts.flows import (
    OTHERS,
    Flow,
    imbalance_mwh,
    lay_out,
    province_flows,
    top_flows,
)
from tests.planning.summary_factory import make_summary


def test_all_energy_delivered_between_provinces_is_in_the_flows() -> None:
    summary = make_summary()
    flows = province_flows(summary)
    want = sum(c.delivered_mwh for c in summary.corridors.values() if c.from_adcode != c.to_adcode)
    assert sum(f.mwh for f in flows) == pytest.approx(want)
    assert all(f.source != f.target for f in flows)
    assert [f.mwh for f in flows] == sorted((f.mwh for f in flows), reverse=True)


@pytest.mark.parametrize("most", [1, 5, 25, 10_000])
def test_the_picture_holds_what_flows_whatever_is_gathered_under_others(most: int) -> None:
    flows = province_flows(make_summary())
    drawn = lay_out(top_flows(flows, most))
    assert imbalance_mwh(flows, drawn) < 1e-3
    assert (OTHERS in {n.id for n in drawn.nodes}) == (most < len(flows))


def test_a_lost_flow_is_found() -> None:
    flows = province_flows(make_summary())
    drawn = lay_out(flows[:-1])
    assert imbalance_mwh(flows, drawn) == pytest.approx(flows[-1].mwh)


def test_nodes_and_bands_stay_inside_the_picture_and_do_not_overlap() -> None:
    drawn = lay_out(top_flows(province_flows(make_summary()), 20))
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
    assert top_flows((Flow("a", "b", 5.0, 0.5),), 3) == (Flow("a", "b", 5.0, 0.5),)
