"""Lines out of service: days as they are typed, what is refused, and what the dispatch is then handed."""

from __future__ import annotations

import numpy as np
import pytest

from gis_layers.errors import InputError
from planning.chain.nation_lines import lines_of
from planning.outages import hours_out, outage_problems, read_outage
from planning.scenario import Scenario, load_scenario, parse_scenario
from planning.scenario_lines import with_own_lines
from planning.tables import load_tables

TABLES = load_tables()


def with_outages(*texts: str) -> Scenario:
    data = load_scenario("2030-1200GW").model_dump(mode="json")
    data["lines"]["outages"] = list(texts)
    return parse_scenario(data, "mine")


def test_days_are_those_of_a_year_of_365_and_both_ends_are_out() -> None:
    july = read_outage("jiquan 07-01..07-15").out()
    assert july.sum() == 15 * 24
    assert np.flatnonzero(july)[0] == 181 * 24  # 1 July is the 182nd day
    winter = read_outage("jiquan:12-20..01-10")
    assert winter.out().sum() == (12 + 10) * 24
    assert winter.out()[[0, -1]].all()
    assert winter.text == "jiquan 12-20..01-10"
    whole = read_outage(" jiquan ")
    assert whole.whole_year
    assert whole.out().all()
    assert whole.text == "jiquan"
    both = hours_out(["a 01-01..01-02", "a 01-02..01-03", "b"])
    assert both["a"].sum() == 72
    assert set(both) == {"a", "b"}


@pytest.mark.parametrize(
    "text", ["", "a b", "jiquan 02-29..03-01", "jiquan 13-01..13-02", "jiquan 07-01", "../x"]
)
def test_what_is_no_outage_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_outage(text)


def test_an_unknown_line_and_an_ac_line_are_named_with_the_rest() -> None:
    problems = outage_problems(["nowhere", "fuzhou-xiamen", "jiquan 99-99..01-01", "jiquan"], TABLES, "x")
    assert len(problems) == 3
    assert "lines.without" in problems[1].expected
    with pytest.raises(InputError, match="nowhere"):
        with_outages("nowhere")


def test_the_dispatch_gets_a_line_that_carries_nothing_in_those_hours_and_must_carry_less() -> None:
    at = {node.node_id: number for number, node in enumerate(TABLES.nodes)}
    plain, scenario = load_scenario("2030-1200GW"), with_outages("jiquan 07-01..07-15", "kunliulong")
    before, _ = lines_of(plain, TABLES, (), at)
    after, infos = lines_of(scenario, with_own_lines(TABLES, scenario), (), at)
    ids = [info.id for info in infos]
    assert ids == list(before.ids)
    out = hours_out(scenario.lines.outages)["jiquan"]
    assert before.available_share is not None
    assert after.available_share is not None
    row = ids.index("jiquan")
    assert (after.available_share[row, out] == 0.0).all()
    assert (after.available_share[row, ~out] == before.available_share[row, ~out]).all()
    for end in ("kunliulong-gd", "kunliulong-gx"):  # the name of the line stands for all its ends
        assert (after.available_share[ids.index(end)] == 0.0).all()
    others = [i for i, name in enumerate(ids) if name != "jiquan" and not name.startswith("kunliulong")]
    assert (after.available_share[others] == before.available_share[others]).all()
    if before.least_sent_mwh is not None and after.least_sent_mwh is not None:
        assert after.least_sent_mwh[row] <= before.least_sent_mwh[row]
