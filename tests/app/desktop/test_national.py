"""The national maps, duration curves, exchange, single line, outages and the export of the network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.charts.cells import OTHERS, gathered
from app.desktop.charts.exchange import OWNERS, pairs_of, region_of_province
from app.desktop.charts.look import Look
from app.desktop.charts.national import (
    Nation,
    Period,
    figures_of,
    line_years,
    mean_of,
    nation_of,
    outage_effects,
)
from app.desktop.charts.settlement import claim_cells, payment_cells
from app.desktop.charts.single_line_data import single_line
from app.desktop.control import lines as lines_module
from app.desktop.control import outage as outage_module
from app.desktop.control import runs as runs_module
from app.desktop.document import Document
from app.desktop.main_window import MainWindow
from app.desktop.map import line_colours
from app.desktop.map.flows import FlowOverlay
from app.desktop.map.national_layers import BALANCE, PRICE, balance_shown, price_scale, price_shown
from app.desktop.map.regions import RegionLayer
from app.desktop.panels.network_dialog import NetworkDialog
from app.desktop.state import WindowState
from gis_layers.province import GRID_REGIONS
from planning.chain.fault_documents import FaultAnswer, GridAfter, InfeedStrength, TieAfter
from planning.drawn import LINE_TYPES, line_between
from planning.edits import put_line
from planning.flow_words import OUTAGES
from planning.hourly import HOURS, HourlyResult
from planning.line_edits import OWN_SOURCE
from planning.project_file import StoredResult
from planning.results import Summary
from planning.results_flow import PowerFlowFailure
from planning.scenario import load_scenario
from planning.tables import load_tables
from planning.workspace import new_workspace
from tests.app.desktop.conftest import Answers
from tests.app.desktop.fake_job import FakeJob
from tests.planning.summary_factory import make_summary

SENT_MW, LINE = 4000.0, "qishao"


def steady_hours(summary: Summary) -> HourlyResult:
    """Every corridor sends half its capacity all year, at night back; loads and prices are one number a province."""
    provinces, bases = list(summary.provinces), list(summary.bases)
    nodes = [*provinces, *bases]
    at = {name: k for k, name in enumerate(nodes)}
    lines = list(summary.corridors.values())
    night = np.arange(HOURS) % 24 < 6
    flow = np.array([c.capacity_mw / 2 * np.where(night, -1.0, 1.0) for c in lines], dtype=np.float32)
    flat = np.ones((len(nodes), HOURS), dtype=np.float32)
    price = flat * (200.0 + 5.0 * np.arange(len(nodes)))[:, None]
    return HourlyResult(
        node_ids=tuple(nodes), base_nodes=tuple(bases), line_ids=tuple(c.id for c in lines),
        node_adcodes=tuple([int(p) for p in provinces] + [summary.bases[b].adcode for b in bases]),
        line_from=tuple(at[str(c.from_adcode)] for c in lines), line_to=tuple(at[str(c.to_adcode)] for c in lines),
        supply_mw={"coal": flat * 900, "wind": flat * 100}, charge_mw=flat * 0, load_mw=flat * 1000,
        curtailed_mw=flat * 0, price_cny_per_mwh=price.astype(np.float32), flow_mw=flow,
        green_share=np.full(flow.shape, 0.25, np.float32),
    )  # fmt: skip


@pytest.fixture(scope="module")
def summary() -> Summary:
    return make_summary()


@pytest.fixture(scope="module")
def hourly(summary: Summary) -> HourlyResult:
    return steady_hours(summary)


@pytest.fixture(scope="module")
def nation(summary: Summary, hourly: HourlyResult) -> Nation:
    return nation_of(summary, hourly)


# -- figures ---------------------------------------------------------------------------------------


def test_what_provinces_send_more_than_they_take_is_what_the_lines_lose(
    summary: Summary, nation: Nation, hourly: HourlyResult
) -> None:
    lost = sum(
        abs(hourly.flow_mw[k].astype(np.float64)) * summary.corridors[name].loss_share
        for k, name in enumerate(hourly.line_ids)
        if summary.corridors[name].from_adcode != summary.corridors[name].to_adcode
    )
    np.testing.assert_allclose(nation.net_export_mw.sum(axis=0, dtype=np.float64), lost, rtol=1e-5)


def test_a_line_counts_what_is_sent_at_one_end_and_what_arrives_at_the_other(
    summary: Summary, hourly: HourlyResult
) -> None:
    only = hourly.line(LINE)
    assert only is not None
    alone = np.zeros_like(hourly.flow_mw)
    alone[only] = SENT_MW
    alone[only, 3] = -SENT_MW
    made = nation_of(summary, replace(hourly, flow_mw=alone))
    line = summary.corridors[LINE]
    start, end = made.province(str(line.from_adcode)), made.province(str(line.to_adcode))
    assert start is not None
    assert end is not None
    kept = 1.0 - line.loss_share
    assert made.net_export_mw[start, 0] == pytest.approx(SENT_MW)
    assert made.net_export_mw[end, 0] == pytest.approx(-SENT_MW * kept)
    assert made.net_export_mw[start, 3] == pytest.approx(-SENT_MW * kept)
    assert made.net_export_mw[end, 3] == pytest.approx(SENT_MW)


def test_a_period_is_an_hour_a_month_or_the_year() -> None:
    values = np.arange(HOURS, dtype=np.float32)[None]
    assert mean_of(values, Period("hour", 4740))[0] == 4740
    assert mean_of(values, Period("month", 2))[0] == pytest.approx(31 * 24 + (28 * 24 - 1) / 2)
    assert mean_of(values, Period())[0] == pytest.approx((HOURS - 1) / 2)


def test_a_year_of_energy_is_the_sum_of_its_hours_in_the_readers_unit(nation: Nation) -> None:
    shown = balance_shown(nation, nation.adcodes, Period(), Look("zh", "cn"))
    want = nation.net_export_mw.sum(axis=1, dtype=np.float64) / 1e5  # 亿千瓦时
    np.testing.assert_allclose(shown.values, want, rtol=1e-5)
    si = balance_shown(nation, nation.adcodes, Period(), Look("en", "si"))
    np.testing.assert_allclose(si.values * 10.0, shown.values)
    assert (shown.unit, si.unit) == ("亿千瓦时", "TWh")


def test_colours_keep_their_meaning_while_the_hours_run(nation: Nation) -> None:
    look = Look("zh", "cn")
    for make in (balance_shown, price_shown):
        first, second = (make(nation, nation.adcodes, Period("hour", h), look) for h in (3, 12))
        assert first.style == second.style
        assert not np.allclose(first.values, second.values) or make is price_shown
    low, step = price_scale(nation, "hour")
    assert low <= float(np.quantile(nation.price_cny_per_mwh, 0.02))
    assert low + 7 * step >= float(np.quantile(nation.price_cny_per_mwh, 0.98)) - step


def test_provinces_outside_the_run_have_no_value_and_are_not_zero(nation: Nation) -> None:
    shown = balance_shown(nation, ("710000", nation.adcodes[0]), Period(), Look())
    assert np.isnan(shown.values[0])
    assert np.isfinite(shown.values[1])


def test_a_line_at_half_its_capacity_is_never_full_and_an_unscreened_one_is_grey(
    summary: Summary, hourly: HourlyResult
) -> None:
    years = line_years(summary, hourly)
    assert years[LINE].mean_loading == pytest.approx(0.5)
    assert years[LINE].full_hours == 0
    assert [line_colours.class_of("n1", v) for v in (0.5, 0.9, 1.0, 1.5, 6.0)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("mode", ["n1", "effect"])
def test_maps_of_outages_promise_no_power_by_width(summary: Summary, mode: Any) -> None:
    flows = FlowOverlay(list(summary.corridors.values()))
    flows.set_year(mode, dict.fromkeys(summary.corridors, 0.5))
    assert len(flows.legends("zh")) == 2
    flows.set_colour_mode(mode)
    assert len(flows.legends("zh")) == 1
    assert len(set(flows.widths_px().tolist())) == 1


def test_a_duration_curve_is_read_from_its_high_end() -> None:
    f = figures_of(np.arange(HOURS, dtype=float) - 100.0)
    assert f.highest == HOURS - 101
    assert f.p5 > f.p50 > f.p95
    assert f.hours_below_zero == 100


# -- exchange --------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["energy", "cash"])
@pytest.mark.parametrize("by", ["province", "region"])
def test_without_a_settlement_exchange_holds_what_the_lines_deliver_or_earn(
    summary: Summary, by: Any, what: Any
) -> None:
    pairs = pairs_of(summary.model_copy(update={"settlement": None}), by, what)
    lines = {name for pair in pairs for name in pair.lines}
    want = sum(
        (c.delivered_mwh if what == "energy" else c.cash_cny or 0.0)
        for c in summary.corridors.values()
        if c.id in lines
    )
    assert sum(p.flow.amount for p in pairs) == pytest.approx(want)
    assert all(p.flow.source != p.flow.target for p in pairs)
    if by == "region":
        assert {p.flow.source for p in pairs} <= set(GRID_REGIONS)
    assert region_of_province("440000") == "S"


def test_who_pays_whom_is_what_was_settled_to_the_fen(summary: Summary) -> None:
    settlement = summary.settlement
    assert settlement is not None
    flows = [p.flow for p in pairs_of(summary, "province", "cash")]
    paid = {
        (str(t.payer), str(t.payee)): sum(t.paid_cny.values())
        for t in settlement.trades
        if sum(t.paid_cny.values())
    }
    assert {(f.source, f.target) for f in flows} == set(paid)
    for f in flows:
        assert f.amount == pytest.approx(paid[f.source, f.target], abs=0.005)
    for code, account in settlement.accounts.items():
        net = sum(f.amount * ((f.target == code) - (f.source == code)) for f in flows)
        assert net == pytest.approx(account.net_cny, abs=0.05)
    regions = [p.flow for p in pairs_of(summary, "region", "cash")]
    assert {f.target for f in regions} <= {*GRID_REGIONS, OWNERS}
    inside = sum(f.amount for f in flows) - sum(f.amount for f in regions)
    assert inside > 0  # between provinces of one region; no region pays itself
    assert all(f.source != f.target for f in regions)


def test_payers_by_payees_keep_their_sum_when_small_ones_are_gathered(summary: Summary) -> None:
    cells = payment_cells(summary, Look())
    assert cells is not None
    total = np.nansum(cells.values)
    for most in ((3, 3), (4, 9), (99, 99)):
        less = gathered(cells, *most, "others")
        assert np.nansum(less.values) == pytest.approx(total)
        assert less.values.shape == tuple(min(n, m) for n, m in zip(cells.values.shape, most, strict=True))
        assert (OTHERS in less.rows.ids) == (most[0] < len(cells.rows.ids))


def test_the_grid_of_the_claim_has_the_run_at_no_change_and_the_line_at_its_target(summary: Summary) -> None:
    cells = claim_cells(summary.claim, Look())
    assert cells is not None
    assert cells.marked is not None
    assert cells.values[cells.marked] == pytest.approx(100 * summary.claim.gdp_share)
    assert cells.limit == pytest.approx(10.0)
    assert claim_cells(summary.claim.model_copy(update={"sensitivity": None}), Look()) is None


def test_money_runs_against_the_power(summary: Summary) -> None:
    line = summary.corridors[LINE]
    a, b = str(line.from_adcode), str(line.to_adcode)
    energy = {(p.flow.source, p.flow.target) for p in pairs_of(summary, "province", "energy")}
    cash = {(p.flow.source, p.flow.target) for p in pairs_of(summary, "province", "cash")}
    assert (a, b) in energy
    assert (b, a) in cash


# -- single line -----------------------------------------------------------------------------------


def test_the_single_line_loses_on_its_way_what_settlement_counts(
    summary: Summary, hourly: HourlyResult
) -> None:
    made = single_line(summary, hourly, load_tables(), LINE, 12)
    assert made is not None
    items = {(s.key, i.key): i for s in made.stages for i in s.items}
    sent, got = items["send", "sent"], items["receive", "received"]
    lost = items["line", "settled_loss"]
    assert sent.hour is not None
    assert got.hour is not None
    assert sent.hour - got.hour == pytest.approx(lost.hour)
    assert sent.hour == pytest.approx(summary.corridors[LINE].capacity_mw / 2)
    assert items["line", "kv"].fixed == 800
    back = single_line(summary, hourly, load_tables(), LINE, 2)
    assert back is not None
    assert back.hour_mw is not None
    assert back.hour_mw < 0


def test_what_a_line_does_not_have_is_missing_not_zero(summary: Summary) -> None:
    tie = next(c for c in summary.corridors.values() if c.kind == "ac")
    made = single_line(summary, None, load_tables(), tie.id, 0)
    assert made is not None
    items = {(s.key, i.key): i for s in made.stages for i in s.items}
    assert items["send", "sent"].hour is None
    assert ("send", "min_power") not in items  # power over AC follows the grid
    assert items["line", "tariff"].fixed is None
    assert items["line", "loading"].hour is None
    assert single_line(summary, None, load_tables(), "nowhere", 0) is None


# -- in the window ---------------------------------------------------------------------------------


class OutageJob(FakeJob):
    """Stands in for the worker process."""

    started: ClassVar[list[OutageJob]] = []


@pytest.fixture(scope="module")
def held(
    qapp: QApplication, summary: Summary, hourly: HourlyResult, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MainWindow]:
    """One window with a result for all of them: to make one takes longer than any of these tests."""
    document = Document(new_workspace(load_scenario("2030-1200GW")))
    made = MainWindow(WindowState("zh"), document, Answers(), tmp_path_factory.mktemp("window") / "state")
    made.resize(1280, 860)
    made.show()
    document.set_result(document.workspace.active, StoredResult(summary, document.scenario, hourly))
    yield made
    document._saved = (document.workspace, document._results_version)
    made.close()
    made.deleteLater()
    qapp.processEvents()


@pytest.fixture
def shown(
    held: MainWindow, summary: Summary, hourly: HourlyResult, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """The window as it was at first, at noon of 17 July; no worker starts."""
    monkeypatch.setattr(outage_module, "Job", OutageJob)
    monkeypatch.setattr(runs_module, "Job", OutageJob)
    OutageJob.started = []
    document = held.document
    if document.summary is not summary:
        document.set_result(document.workspace.active, StoredResult(summary, document.scenario, hourly))
    for identity in (BALANCE, PRICE):
        held.bench.stack.set_visible(identity, False)
    held.outages.clear()
    held.state.clear_selection()
    held.time_bar.set_mode("hour")
    held.state.set_hour(4740)
    return held


def answer(line: str = LINE) -> FaultAnswer:
    grids = tuple(
        GridAfter(end=end, node=node, nodes=(node,), lost_mw=mw, load_mw=1e5, running_mw=8e4, reserve_mw=3000.0,
                  reserve_short_mw=max(mw - 3000.0, 0.0), rate_hz_per_s=-0.1, lowest_hz=49.5, settled_hz=49.8)
        for end, node, mw in (("receiving", "430000", 7700.0), ("sending", "620000", -8000.0))
    )  # fmt: skip
    ties = (
        TieAfter(id="420000-430000-500", before_mw=2000.0, after_mw=4500.0, rating_mw=3705.0, loading_before=0.54,
                 loading_after=1.21),
    )  # fmt: skip
    infeeds = (InfeedStrength(id=line, node="430000", infeed_mw=7700.0, miscr=2.4),)
    return FaultAnswer(
        scenario="2030-1200GW", line=line, name_zh="祁韶", name_en="Qishao", fault="bipole", hour=4740, hours=1,
        hours_overloaded=1, hours_reserve_short=1, hours_unsolved=0, solved=True, flow_mw=8000.0, grids=grids,
        ties=ties, infeeds=infeeds, max_balance_pu=1e-9, uses=(), sources=(), notes=("fault_simplified",),
    )  # fmt: skip


def test_the_maps_follow_the_time_bar_and_only_one_is_in_sight(shown: MainWindow) -> None:
    stack, national = shown.bench.stack, shown.national
    rasters = [i.id for i in stack.items() if i.visible and i.group == "group.resource"]
    assert rasters
    shown._actions["show_balance"].trigger()
    layer = stack.layer(BALANCE)
    assert isinstance(layer, RegionLayer)
    field = layer.fields[0]
    noon = layer.column(field)
    assert noon is not None
    assert "万千瓦" in field
    assert national.values.visible
    assert not any(stack.item(i).visible for i in rasters)
    shown.state.set_hour(4740 - 12)
    night = layer.column(field)
    assert night is not None
    np.testing.assert_allclose(
        np.nan_to_num(noon), -np.nan_to_num(night), atol=0.15 * np.nanmax(np.abs(noon))
    )
    shown._actions["show_prices"].trigger()
    assert not stack.item(BALANCE).visible
    assert stack.item(PRICE).visible
    assert len(national.values.marks) > 30  # nodes, bases among them
    shown.time_bar.set_mode("month")
    shown.state.set_month(7)
    assert stack.item(PRICE).period == "month 7"
    shown._actions["show_prices"].trigger()
    assert not national.values.visible
    assert all(stack.item(i).visible for i in rasters)


def test_a_click_on_a_coloured_map_selects_the_province_and_the_row(shown: MainWindow) -> None:
    shown._actions["show_balance"].trigger()
    shown.results.show_tab("tab.provinces")
    shown.results_control.identify(80.5, 41.0, 0.0)  # Xinjiang, away from lines and bases
    assert shown.state.selected == ("province", "650000")
    table = shown.results.page("tab.provinces").table
    assert table is not None
    assert table.current_id() == "650000"
    assert shown.national._mark.code == "650000"
    marked = [m for m in shown.national.values.marks if m.selected]
    assert len(marked) == 1
    shown._actions["show_balance"].trigger()
    assert shown.national.region_at(80.5, 41.0) is None


def test_the_map_of_outages_marks_the_tie_and_the_outage_that_strains_it(
    shown: MainWindow, summary: Summary
) -> None:
    year = summary.power_flow.year
    assert year is not None
    tie = next(
        k for k, t in year.ties.items() if t.worst_outage in summary.corridors and k in summary.corridors
    )
    shown._actions["show_n1"].trigger()
    shown.state.select("corridor", tie)
    flows = shown.results_control.flows
    assert flows.also == {year.ties[tie].worst_outage}
    grey = [c.id for c, w in zip(flows.corridors, flows.widths_px(), strict=True) if w == 1.0]
    assert set(grey) == {c.id for c in flows.corridors if c.id not in year.ties}
    shown._actions["show_n1"].trigger()
    assert flows.also == frozenset()


def test_an_outage_is_asked_of_the_worker_shown_and_taken_away(shown: MainWindow) -> None:
    shown.state.select("corridor", LINE)
    shown._actions["outage"].trigger()
    assert shown.outage.line == LINE
    shown.outage.asked.emit()
    (job,) = OutageJob.started
    assert job.arguments[:2] == ["fault", LINE]
    assert job.arguments[job.arguments.index("--hour") + 1] == "4740"
    assert job.given("--scenario").is_file()
    assert job.given("--store").name == "links"
    shown.outage.asked.emit()  # one at a time
    assert len(OutageJob.started) == 1
    job.finished.emit(True, answer().model_dump_json())
    assert not job.given("--scenario").exists()
    said = shown.outage._verdict.text()
    assert "缺 470.0 万千瓦" in said
    assert "估算" in said
    assert "其中因故障越限 1 个" in said
    assert shown.outage.ties.current_id() is None
    assert shown.outages.overlay.answer is not None
    assert shown.layers.outage_legends
    shown.outage.ties.picked.emit("420000-430000-500")
    assert shown.state.selected == ("corridor", "420000-430000-500")
    shown.outage.cleared.emit()
    assert shown.outages.overlay.answer is None
    assert not shown.layers.outage_legends
    assert not shown.results_control.flows.faded


def test_a_stopped_outage_leaves_nothing_and_one_of_another_result_is_dropped(
    shown: MainWindow, summary: Summary
) -> None:
    shown.outage.choose(LINE)
    shown.outage.asked.emit()
    shown.outage.stopped.emit()
    assert not shown.outages.busy
    assert "已停止" in shown.statusBar().currentMessage()
    shown.outage.asked.emit()
    job = OutageJob.started[-1]
    other = summary.model_copy(update={"notes": ()})
    document = shown.document
    document.set_result(document.workspace.active, StoredResult(other, document.scenario, None))
    job.finished.emit(True, answer().model_dump_json())
    assert shown.outages.overlay.answer is None


def test_an_hour_without_solution_says_so_and_shows_no_ties(shown: MainWindow) -> None:
    shown.outages._of = shown.document.summary
    shown.outages._show(answer().model_copy(update={"solved": False, "ties": ()}))
    assert "无解" in shown.outage._verdict.text()
    assert not shown.outage._right.isTabVisible(0)
    assert shown.outage._right.isTabVisible(1)


def test_the_network_is_exported_by_the_worker_with_the_hours_chosen(
    shown: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    answers = shown.bench.dialogs
    assert isinstance(answers, Answers)
    shown._actions["network_export"].trigger()
    box = shown.network_export.box
    assert isinstance(box, NetworkDialog)
    box.go.click()
    assert "文件" in box._problem.text()
    answers.file = str(tmp_path / "电网.json")
    box._choose.click()
    box.format.setCurrentIndex(box.format.findData("pypsa"))
    box.hours.setCurrentIndex(box.hours.findData("week"))
    assert box.file.text().endswith("电网.nc")
    box.go.click()
    qtbot.waitUntil(lambda: bool(OutageJob.started), timeout=10_000)
    arguments = OutageJob.started[-1].arguments
    assert arguments[0] == "network"
    assert arguments[arguments.index("--hours") + 1] == "4740-4907"
    assert arguments[arguments.index("--format") + 1] == "pypsa"
    assert arguments[arguments.index("--out") + 1] == str(tmp_path / "电网.nc")
    assert shown.runs.busy
    OutageJob.started[-1].finished.emit(
        True, "x: 32 个节点\n  收敛 168/168; 最大功率不平衡 1.0e-09 p.u.\n/a/电网.nc"
    )
    assert "168/168" in shown.statusBar().currentMessage()
    assert not shown.runs.busy


# -- corridor table --------------------------------------------------------------------------------


def test_the_corridor_table_finds_a_line_and_a_missing_price_is_told_as_missing(shown: MainWindow) -> None:
    shown._actions["lines"].trigger()
    panel = shown.lines
    whole = len(panel.table.grid().rows)
    assert whole > 100
    panel.search.setText("祁韶")
    rows = panel.table.grid().rows
    assert 0 < len(rows) < 5
    panel.search.clear()
    panel.kind.setCurrentIndex(panel.kind.findData("ac_tie"))
    grid = panel.table.grid()
    price = next(k for k, h in enumerate(grid.headers) if h.startswith("文件输电价"))
    assert all(row[price] is None for row in grid.rows)  # not 0
    panel.kind.setCurrentIndex(0)
    assert len(panel.table.grid().rows) == whole


def test_a_figure_typed_is_an_edit_that_undoes_and_a_wrong_one_is_said_beside_it(shown: MainWindow) -> None:
    shown._actions["lines"].trigger()
    shown.lines.picked.emit(LINE)
    assert shown.state.selected == ("corridor", LINE)
    path = f"lines.changed.{LINE}.mw"
    editor = shown.lines._editors[path]
    assert editor.unit_words() == "万千瓦"
    shown.lines.edited.emit(LINE, path, 7000.0)
    (changed,) = shown.document.scenario.lines.changed
    assert (changed.id, changed.mw, changed.source) == (LINE, 7000.0, OWN_SOURCE)
    row = shown.lines.row(LINE)
    assert row is not None
    assert row.changed
    assert row.figures["mw"].tier == "estimated"
    shown.lines.edited.emit(LINE, f"lines.changed.{LINE}.min_power_share", 1.5)
    assert shown.lines._editors[f"lines.changed.{LINE}.min_power_share"].complaint.text()
    shown.document.undo()
    assert shown.document.scenario.lines.changed == ()
    back = shown.lines.row(LINE)
    assert back is not None
    assert not back.changed


def test_a_line_retires_and_comes_back(shown: MainWindow) -> None:
    shown._actions["lines"].trigger()
    tie = "420000-430000-500"
    shown.lines.picked.emit(tie)
    shown.lines.buttons["retire"].click()
    row = shown.lines.row(tie)
    assert row is not None
    assert row.state == "retired"
    assert not shown.lines.buttons["retire"].isVisible()
    shown.lines.buttons["restore"].click()
    again = shown.lines.row(tie)
    assert again is not None
    assert again.state == "runs"
    shown.document.undo()
    shown.document.undo()
    assert tie not in shown.document.scenario.lines.without


def test_an_own_line_gets_its_least_cost_way_from_the_worker(
    shown: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_module, "Job", OutageJob)
    document = shown.document
    line = line_between((103.0, 36.0), (113.0, 28.0), "my-line", "自定", "Mine", 8000.0, LINE_TYPES[0])
    document.apply(put_line(document.scenario.id, line))
    shown._actions["lines"].trigger()
    shown.lines.picked.emit("my-line")
    assert shown.line_edits.mark.way == line.way
    assert shown.lines.buttons["remove"].isVisible()
    shown.lines.buttons["route"].click()
    (job,) = OutageJob.started
    assert job.arguments[0] == "route"
    assert "--from=103.0,36.0" in job.arguments
    way = [[103.0, 36.0], [108.0, 33.0], [113.0, 28.0]]
    job.finished.emit(True, json.dumps({"km": 1500.0, "investment_cny": 2.2e10, "detour": 1.2, "route": way}))
    (made,) = document.scenario.lines.own
    assert (made.km, made.investment_cny) == (1500.0, 2.2e10)
    assert len(shown.line_edits.mark.way) == 3
    assert shown.line_edits.box_of("my-line") == (102.5, 27.5, 113.5, 36.5)
    shown.lines.buttons["remove"].click()
    assert document.scenario.lines.own == ()
    for _ in range(3):
        document.undo()


# -- places of the power flow ----------------------------------------------------------------------


def with_failures(summary: Summary) -> Summary:
    """Two hours without a solution: a tie beyond its limit, a voltage that collapses."""
    tie = PowerFlowFailure(
        cause="tie", hour=4766, share=0.86, line="610000-620000-750", angle_deg=71.0, asked_mw=5200.0, most_mw=4300.0,
        node="620000", voltage_pu=0.71, nodes=("610000", "620000"),
    )  # fmt: skip
    voltage = tie.model_copy(
        update={"cause": "voltage", "hour": 771, "share": 0.93, "line": None, "nodes": ()}
    )
    year = summary.power_flow.year
    assert year is not None
    year = year.model_copy(update={"failures": (voltage, tie)})
    return summary.model_copy(update={"power_flow": summary.power_flow.model_copy(update={"year": year})})


def test_a_row_of_an_hour_without_a_solution_marks_its_place_and_goes_to_its_hour(
    shown: MainWindow, summary: Summary, hourly: HourlyResult
) -> None:
    document, places = shown.document, shown.flow_places
    document.set_result(
        document.workspace.active, StoredResult(with_failures(summary), document.scenario, hourly)
    )
    shown.results.show_tab("tab.failures")
    page = shown.results.page("tab.failures")
    QApplication.processEvents()
    assert page.table is not None
    assert page.table._content.ids == ("4766", "771")  # the least solvable first
    page.table.setCurrentIndex(page.table.model().index(0, 0))
    assert shown.state.hour == 4766
    assert shown.state.selected == ("corridor", "610000-620000-750")
    nodes = {n.node_id: (n.lon_deg, n.lat_deg) for n in load_tables().nodes}
    assert {(m.lon_deg, m.lat_deg) for m in places.marks.marks} == {nodes["610000"], nodes["620000"]}
    assert places.marks.visible
    page.table.setCurrentIndex(page.table.model().index(1, 0))
    assert shown.state.selected == ("province", "620000")
    assert [m.selected for m in places.marks.marks] == [True]
    assert "0.71 p.u." in places.marks.marks[0].words
    shown.state.select("province", "440000")  # something else: the mark goes
    assert not places.marks.visible


def test_the_voltages_of_a_node_stand_on_the_map_and_in_the_inspector(shown: MainWindow) -> None:
    shown.results.show_tab("tab.voltages")
    QApplication.processEvents()
    table = shown.results.page("tab.voltages").table
    assert table is not None
    table.setCurrentIndex(table.model().index(0, 0))
    assert [m.words for m in shown.flow_places.marks.marks] == ["0.962 – 1.071 p.u."]
    assert "0.962 – 1.071 p.u." in shown.inspector._body.text()


def test_of_a_line_the_inspector_tells_what_its_outages_do(shown: MainWindow, summary: Summary) -> None:
    shown.state.select("corridor", "620000-640000-750")
    said = shown.inspector._body.text()
    assert OUTAGES["circuit"][0] in said
    assert "129.0 %" in said  # the AC check goes before the linear screening
    year = summary.power_flow.year
    assert year is not None
    assert outage_effects(year) == {"620000-640000-750": pytest.approx(212 / 8760)}
    parted = year.outages[0].model_copy(update={"cut_off": ("640000",)})
    assert outage_effects(year.model_copy(update={"outages": (parted,)})) == {"620000-640000-750": 1.0}


def test_a_result_of_an_older_program_says_what_it_lacks(
    shown: MainWindow, summary: Summary, hourly: HourlyResult
) -> None:
    claim = summary.claim.model_copy(update={"sensitivity": None})
    flow = summary.power_flow.model_copy(update={"year": None, "hours": summary.power_flow.hours[:3]})
    old = summary.model_copy(update={"settlement": None, "claim": claim, "power_flow": flow})
    document = shown.document
    document.set_result(document.workspace.active, StoredResult(old, document.scenario, hourly))
    for key, words in (
        ("tab.accounts", "没有结算"), ("tab.trades", "没有结算"), ("tab.settled", "没有结算"),
        ("tab.failures", "没有全年交流潮流"), ("tab.voltages", "没有全年交流潮流"),
    ):  # fmt: skip
        shown.results.show_tab(key)
        QApplication.processEvents()
        page = shown.results.page(key)
        assert page.table is not None
        assert [[cell.shown for cell in row] for row in page.table._content.rows] == [
            [page.table._content.rows[0][0].shown]
        ]
        assert words in page.table._content.rows[0][0].shown
        page.table.setCurrentIndex(page.table.model().index(0, 0))  # a row of words selects nothing
        assert shown.state.selected is None
        for chart in page.charts():
            assert words in chart._empty.text()
    shown.results.show_tab("tab.claim")
    QApplication.processEvents()
    chart = shown.results.page("tab.claim").charts()[0]
    assert "没有敏感性" in chart._empty.text()
    assert chart.grid() is None
