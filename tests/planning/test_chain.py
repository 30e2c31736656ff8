"""The chain: water keeps its energy, a small nation balances, the year of 2020 runs end to end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import BalanceError, InputError
from planning.chain import packing
from planning.chain.accounts import ENERGY_TOLERANCE_MWH
from planning.chain.link_run import run_link
from planning.chain.run import Chain, ChainResult, run_chain
from planning.chain.store import Entry, Store
from planning.dispatch.result import check_balance
from planning.network.model import (
    BASE_KV,
    SET_VOLTAGE_PU,
    FlowCase,
    Network,
    Tie,
    choose_hours,
    tie_schedules,
)
from planning.network.year import solve_year
from planning.project_file import canonical_json
from planning.scenario import load_scenario
from planning.tables import load_tables


def two_buses(mw: float, km: float = 200.0) -> tuple[Network, FlowCase]:
    tie = Tie("a-b", 0, 1, 500.0, 2, km, 2000.0)
    injection, scheduled, loss = (
        values[..., 0] for values in tie_schedules([tie], 2, np.array([[mw]]), np.zeros((1, 1)), np.zeros(1))
    )
    return Network(("a", "b"), (tie,)), FlowCase(
        0, "peak", injection, scheduled, float(loss), np.array([1.0, 9.0])
    )


def test_two_buses_lose_what_the_textbook_says() -> None:
    from planning.network.pandapower_adapter import solve_flows

    network, case = two_buses(1000.0)
    answer = solve_flows(network, [case])[0]
    r, _ = network.ties[0].series_ohm
    assert answer.converged
    assert answer.loss_mw is not None
    # I2R at unity power factor; a little more for the reactive power of the line.
    textbook = r * (1000.0 / (BASE_KV * SET_VOLTAGE_PU)) ** 2
    assert answer.loss_mw == pytest.approx(textbook, rel=0.1)
    assert answer.loss_mw > 0


def test_a_line_asked_too_much_says_so_and_shows_no_losses() -> None:
    from planning.network.pandapower_adapter import solve_flows

    network, case = two_buses(30_000.0, km=800.0)
    answer = solve_flows(network, [case])[0]
    assert not answer.converged
    assert answer.loss_mw is None
    assert "a-b" in answer.note


def test_all_hours_at_once_are_those_of_pandapower_hour_by_hour() -> None:
    from planning.network.pandapower_adapter import solve_flows

    ties = (
        Tie("a-b", 0, 1, 500.0, 2, 200.0, 2000.0), Tie("b-c", 1, 2, 500.0, 2, 300.0, 2000.0),
        Tie("a-c", 0, 2, 1000.0, 2, 400.0, 5000.0), Tie("c-d", 2, 3, 750.0, 1, 250.0, 1500.0),
    )  # fmt: skip
    network = Network(("a", "b", "c", "d", "alone"), ties)
    injection = np.random.default_rng(4).normal(0.0, 900.0, (5, 24))
    injection -= injection.mean(axis=0)
    load = np.tile(np.array([[5.0], [9.0], [4.0], [2.0], [1.0]]), (1, 24))
    year = solve_year(network, injection, load)
    assert year.converged.all()
    assert [ties[k].id for k in year.bridges] == ["c-d"]
    injection[year.bus] += year.added_mw
    for hour in (0, 11, 23):
        case = FlowCase(hour, "", injection[:, hour], np.zeros(4), 0.0, load[:, hour])
        (answer,) = solve_flows(network, [case])
        assert answer.flow_mw == pytest.approx(year.flow_mw[:, hour], abs=1e-3)
        assert answer.loading == pytest.approx(year.loading[:, hour], abs=1e-6)
        assert answer.loss_mw == pytest.approx(year.loss_mw[:, hour].sum(), abs=1e-3)


def test_an_hour_beyond_the_network_has_no_losses_and_shows_the_dc_flow() -> None:
    tie = Tie("a-b", 0, 1, 500.0, 2, 800.0, 2000.0)
    sent = np.array([[500.0, 30_000.0], [-500.0, -30_000.0]])
    year = solve_year(Network(("a", "b"), (tie,)), sent, np.array([[0.0, 0.0], [9.0, 9.0]]))
    assert year.converged.tolist() == [True, False]
    assert np.isnan(year.loss_mw[0, 1])
    assert year.flow_mw[0, 1] == pytest.approx(30_000.0)
    assert year.loading[0, 1] == pytest.approx(15.0)


def test_a_tie_without_capability_is_named() -> None:
    with pytest.raises(InputError, match="capability_mw"):
        solve_year(
            Network(("a", "b"), (Tie("a-b", 0, 1, 500.0, 2, 80.0, 0.0),)), np.zeros((2, 1)), np.ones((2, 1))
        )


def test_islands_are_found() -> None:
    network = Network(("a", "b", "c"), (Tie("a-b", 0, 1, 500.0, 1, 100.0, 900.0),))
    assert sorted(len(island) for island in network.islands()) == [1, 2]


def test_chosen_hours_are_peak_trough_and_transfers_on_days_of_their_own() -> None:
    load = np.ones((1, 240))
    load[0, 30], load[0, 5] = 3.0, 0.5
    transfer = np.arange(240.0)
    hours = choose_hours(load, transfer)
    assert hours[0] == (30, "peak")
    assert hours[1] == (5, "trough")
    assert len({hour // 24 for hour, _ in hours}) == len(hours)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("links"))


@pytest.fixture(scope="module")
def year_2020(store: Store) -> ChainResult:
    return run_chain(load_scenario("2020"), store=store)


def without_times(result: ChainResult) -> str:
    """The document as it is written, timings apart."""
    return canonical_json(result.summary.model_copy(update={"seconds": {}}))


def did(result: ChainResult) -> dict[str, str]:
    return {u.link: "computed" if u.computed else "reused" for u in result.uses}


def test_a_second_run_computes_nothing_but_the_money_and_answers_to_the_byte(
    year_2020: ChainResult, store: Store
) -> None:
    assert set(did(year_2020).values()) == {"computed"}
    again = run_chain(load_scenario("2020"), store=store)
    assert did(again) == {
        "resource": "reused", "dispatch": "reused", "power_flow": "reused", "cash_flow": "computed",
    }  # fmt: skip
    assert without_times(again) == without_times(year_2020)
    assert again.dispatched.price_cny_per_mwh.tobytes() == year_2020.dispatched.price_cny_per_mwh.tobytes()


def test_another_price_settles_the_same_year_anew(year_2020: ChainResult, store: Store) -> None:
    scenario = load_scenario("2020")
    prices = scenario.prices.model_copy(update={"certificate_cny_per_mwh": 50.0})
    dearer = run_chain(scenario.model_copy(update={"prices": prices}), store=store)
    assert did(dearer)["dispatch"] == "reused"
    assert dearer.summary.national == year_2020.summary.national
    sold, paid = dearer.summary.claim.green_sold_mwh, year_2020.summary.claim.cash_cny
    assert sold == year_2020.summary.claim.green_sold_mwh
    # A certificate goes with every green megawatt-hour delivered, so the sender gains a little less than on all sold.
    gain = (dearer.summary.claim.cash_cny - paid) / (50.0 - scenario.prices.certificate_cny_per_mwh)
    assert 0.8 * sold < gain <= sold


def test_a_stored_dispatch_that_does_not_balance_is_not_believed(
    year_2020: ChainResult, store: Store, tmp_path: Path
) -> None:
    scenario, notes = load_scenario("2020"), []
    other = Store(tmp_path, note=notes.append)
    for file in store.folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    chain = Chain(scenario, store=other)
    entry = other.get("dispatch", chain.keys.dispatch)
    assert entry is not None
    wind = entry.arrays["result/wind_mw"].copy()
    wind[3, 100] += 1.0
    other.put("dispatch", chain.keys.dispatch, Entry(entry.values, {**entry.arrays, "result/wind_mw": wind}))
    case = chain.nation[0].case

    def unpack(found: Entry) -> float:
        return check_balance(case, packing.unpack_dispatch(found, case.nodes, case.lines.count)[0])

    assert chain._look("dispatch", chain.keys.dispatch, unpack) is None
    assert [e.code for e in notes] == ["store_entry"]
    assert not other.has("dispatch", chain.keys.dispatch)


def test_a_link_alone_answers_with_what_the_chain_answers(year_2020: ChainResult, store: Store) -> None:
    scenario, summary = load_scenario("2020"), year_2020.summary
    flow = run_link(scenario, "power_flow", store=store)
    assert flow.power_flow == summary.power_flow
    assert [u.link for u in flow.uses] == ["power_flow"]  # what is behind it need not even be read
    balance = run_link(scenario, "dispatch", store=store).dispatch
    assert balance is not None
    assert balance.national == summary.national
    assert balance.max_residual_mw == summary.balance.max_residual_mw
    for row in balance.provinces:
        province = summary.provinces[str(row.adcode)]
        assert row.generation_mwh == province.generation_mwh_by_technology
        for name in ("load_mwh", "import_mwh", "export_mwh", "storage_loss_mwh", "curtailment_rate"):
            assert getattr(row, name) == getattr(province, name)
        assert abs(row.residual_mwh) < ENERGY_TOLERANCE_MWH
    places = run_link(scenario, "resource", store=store).resource
    assert places is not None
    assert len(places) == len(load_tables().nodes)
    assert all(-1.0 <= p.wind_pv_correlation <= 1.0 and p.wind_full_load_hours > 500 for p in places)
    assert run_link(scenario, "sizing", store=store).sizing == ()


@pytest.mark.slow
def test_the_chain_answers_to_the_byte_the_same_without_a_store(year_2020: ChainResult) -> None:
    assert without_times(run_chain(load_scenario("2020"))) == without_times(year_2020)


def test_every_province_and_the_money_add_up(year_2020: ChainResult) -> None:
    summary = year_2020.summary
    for p in summary.provinces.values():
        left = p.generation_mwh + p.import_mwh + p.unserved_mwh
        right = p.load_mwh + p.export_mwh + p.storage_loss_mwh + p.internal_loss_mwh
        assert abs(left - right) < ENERGY_TOLERANCE_MWH
    assert summary.balance.max_residual_mw < 1e-3
    assert summary.balance.money_residual_cny == 0
    assert sum(p.cash_cny for p in summary.provinces.values()) == pytest.approx(0.0, abs=1.0)


def test_a_corridor_never_delivers_more_than_it_was_sent(year_2020: ChainResult) -> None:
    for c in year_2020.summary.corridors.values():
        assert c.delivered_mwh <= c.sent_mwh + 1e-6
        assert c.loss_mwh == pytest.approx(c.sent_mwh - c.delivered_mwh)
        assert 0 <= c.green_share <= 1
        assert c.peak_loading <= 1 + 1e-6


def test_the_fleet_of_2020_is_that_of_the_statistics(year_2020: ChainResult) -> None:
    capacity = year_2020.summary.national.capacity_gw
    assert capacity["wind"] == pytest.approx(281.7, rel=0.005)
    assert capacity["pv"] == pytest.approx(253.0, rel=0.005)
    assert year_2020.summary.national.unserved_mwh == pytest.approx(0.0, abs=1.0)


def test_the_rivers_of_2020_give_what_they_gave(year_2020: ChainResult) -> None:
    """Natural generation of the statistics, 1,321 TWh; what the dispatch spills of it is all that may lack.

    Lines out of Yunnan and Sichuan are full in September: 1.3 % pass the turbines.
    """
    recorded = sum(node.natural_hydro_2020_mwh() for node in load_tables().nodes)
    dispatched = year_2020.dispatched
    assert year_2020.nation.case.hydro.inflow_mw.sum() == pytest.approx(recorded, rel=1e-4)
    assert 0.98 * recorded < dispatched.hydro_mw.sum() <= recorded
    assert (dispatched.reservoir_mwh <= year_2020.nation.case.hydro.reservoir_mwh + 1e-3).all()
    row = next(r for r in year_2020.summary.resource if r.what_en == "inflow of rivers")
    assert row.period_en.startswith("as generated in 2020")


def test_all_chosen_hours_of_2020_converge_with_losses(year_2020: ChainResult) -> None:
    flows = year_2020.summary.power_flow
    assert flows.converged == len(flows.hours) == 5
    assert all(h.loss_mwh is not None and h.loss_mwh > 0 for h in flows.hours)


def test_a_lost_megawatt_is_found(year_2020: ChainResult) -> None:
    broken = year_2020.dispatched.wind_mw.copy()
    broken[3, 100] += 1.0
    import dataclasses

    with pytest.raises(BalanceError):
        check_balance(year_2020.nation.case, dataclasses.replace(year_2020.dispatched, wind_mw=broken))
