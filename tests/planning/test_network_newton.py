"""Power flow of many hours at once: against a hand solution, against pandapower, and in what must balance."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

from gis_layers.errors import BalanceError, InputError
from planning.network.ac import AcNetwork, Branches
from planning.network.branch_flow import branch_flows, check_balance
from planning.network.contingency import distribution_factors, screen, solve_outages
from planning.network.newton import dc_angles, solve_states, unknowns_of
from tests.planning.network_cases import RandomCase, in_pandapower, pandapower_voltage, random_case


def line(r: float, x: float) -> AcNetwork:
    """Two buses, both of which hold 1 p.u., and a line."""
    one = np.ones(1)
    branches = Branches(
        ("line",), np.array([0]), np.array([1]), r * one, x * one, 0 * one, 0 * one, one, 0 * one, 100 * one
    )
    return AcNetwork(
        ("a", "b"), 100.0, branches, np.zeros(2, dtype=np.complex128), np.array([True, True]), np.array([1.0, 0.0])
    )  # fmt: skip


def test_a_line_without_resistance_carries_the_sine_of_its_angle() -> None:
    found = solve_states(line(0.0, 0.1), np.array([[0.0, -5.0]]), np.zeros((1, 2)), np.ones(2))
    # P = sin(angle) / x: 5 p.u. over 0.1 are 30 degrees.
    assert found.converged.all()
    assert np.degrees(np.angle(found.voltage[0])) == pytest.approx([0.0, -30.0], abs=1e-6)
    assert found.slack_pu[0] == pytest.approx([5.0])


def test_losses_are_current_squared_times_resistance() -> None:
    network = line(0.01, 0.1)
    found = solve_states(network, np.array([[0.0, -2.0]]), np.zeros((1, 2)), np.ones(2))
    flows = branch_flows(network, found.voltage)
    current = (found.voltage[0, 0] - found.voltage[0, 1]) / (0.01 + 0.1j)
    assert flows.loss_mw[0, 0] == pytest.approx(abs(current) ** 2 * 0.01 * 100.0, rel=1e-9)
    assert found.slack_pu[0, 0] * 100.0 == pytest.approx(200.0 + flows.loss_mw[0, 0])


def test_more_than_the_line_can_carry_is_said_not_to_converge() -> None:
    found = solve_states(line(0.0, 0.1), np.array([[0.0, -10.5], [0.0, -1.0]]), np.zeros((2, 2)), np.ones(2))
    assert found.converged.tolist() == [False, True]
    assert found.mismatch_pu[0] > 1e-3


def compared(seed: int) -> float:
    case = random_case(seed)
    found = solve_states(case.network, case.power_pu, case.reactive_pu, case.voltage_pu)
    assert found.converged.all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its optional accelerators
        theirs = pandapower_voltage(in_pandapower(case))
    return float(np.abs(found.voltage[0] - theirs).max())


def test_a_few_random_networks_agree_with_pandapower() -> None:
    assert max(compared(seed) for seed in range(12)) < 1e-6


@pytest.mark.slow
def test_a_thousand_random_networks_agree_with_pandapower() -> None:
    assert max(compared(seed) for seed in range(1000)) < 1e-6


def solved_year() -> tuple[RandomCase, np.ndarray]:
    case = random_case(5, buses=20, hours=300)
    found = solve_states(case.network, case.power_pu, case.reactive_pu, case.voltage_pu)
    assert found.converged.all()
    return case, found.voltage


def test_all_hours_at_once_are_the_hours_one_by_one() -> None:
    case, voltage = solved_year()
    for hour in (0, 17, 299):
        alone = solve_states(case.network, case.power_pu[[hour]], case.reactive_pu[[hour]], case.voltage_pu)
        assert np.abs(alone.voltage[0] - voltage[hour]).max() < 1e-8


def test_power_adds_up_at_every_bus_and_an_error_is_found() -> None:
    case, voltage = solved_year()
    network = case.network
    found = solve_states(network, case.power_pu, case.reactive_pu, case.voltage_pu, start=voltage)
    injected = (case.power_pu + found.slack_pu @ unknowns_of(network).share.T) * network.base_mva
    flows = branch_flows(network, found.voltage)
    assert check_balance(network, found.voltage, flows, injected) < 1e-6
    injected[7, 3] += 0.01
    with pytest.raises(BalanceError):
        check_balance(network, found.voltage, flows, injected)


def test_slack_is_shared_as_asked_and_the_sum_of_losses_is_met() -> None:
    case = random_case(8, buses=12)
    share = np.zeros(12)
    share[[0, 3, 7]] = [2.0, 1.0, 1.0]
    network = replace(case.network, slack_share=share)
    found = solve_states(network, case.power_pu, case.reactive_pu, case.voltage_pu)
    injected = case.power_pu + found.slack_pu @ unknowns_of(network).share.T
    flows = branch_flows(network, found.voltage)
    check_balance(network, found.voltage, flows, injected * network.base_mva)
    added = (injected - case.power_pu)[0]
    assert added[[3, 7]] == pytest.approx([added[0] / 2] * 2)
    assert np.count_nonzero(added) == 3


def test_two_islands_have_their_own_balance() -> None:
    left, right = random_case(1, buses=5), random_case(2, buses=6)
    a, b = left.network, right.network
    branches = Branches(
        a.branches.ids + tuple(f"r-{k}" for k in b.branches.ids),
        *(
            np.concatenate([getattr(a.branches, f), getattr(b.branches, f) + (5 if f.endswith("_bus") else 0)])
            for f in ("from_bus", "to_bus", "r_pu", "x_pu", "g_pu", "b_pu", "ratio", "shift_rad", "rating_mva")
        ),
    )  # fmt: skip
    both = AcNetwork(
        tuple(str(k) for k in range(11)), 100.0, branches, np.zeros(11, dtype=np.complex128),
        np.concatenate([a.holds_voltage, b.holds_voltage]), np.concatenate([a.slack_share, b.slack_share]),
    )  # fmt: skip
    joined = [np.concatenate([getattr(left, f), getattr(right, f)], axis=-1) for f in
              ("power_pu", "reactive_pu", "voltage_pu")]  # fmt: skip
    found = solve_states(both, *joined)
    alone = [solve_states(c.network, c.power_pu, c.reactive_pu, c.voltage_pu).voltage for c in (left, right)]
    assert np.abs(found.voltage - np.concatenate(alone, axis=1)).max() < 1e-8


def without(network: AcNetwork, branch: int) -> AcNetwork:
    keep = np.arange(network.branches.count) != branch
    b = network.branches
    left = {f: getattr(b, f)[keep] for f in b.__dataclass_fields__ if f != "ids"}
    return replace(network, branches=Branches(ids=tuple(np.array(b.ids)[keep].tolist()), **left))


def test_an_outage_is_the_network_without_the_branch_and_a_bridge_says_what_it_cuts() -> None:
    case = random_case(5, buses=20)
    network = case.network
    base = solve_states(network, case.power_pu, case.reactive_pu, case.voltage_pu)
    found = solve_outages(
        network, case.power_pu[0], case.reactive_pu[0], case.voltage_pu, start=base.voltage[0]
    )
    assert found.splits.any()
    assert (~found.splits).sum() > 3
    for k in range(network.branches.count):
        if found.splits[k]:
            assert len(network.islands(without=k)) == 2
            assert 0 < len(found.cut_off[k]) <= 10
            assert np.isnan(found.flows.from_mva[k]).all()
            continue
        alone = solve_states(without(network, k), case.power_pu, case.reactive_pu, case.voltage_pu)
        assert found.states.converged[k]
        assert np.abs(alone.voltage[0] - found.states.voltage[k]).max() < 1e-7
        assert found.flows.from_mva[k, k] == 0.0


def test_the_factors_of_an_outage_are_those_of_the_dc_flow_without_the_branch() -> None:
    case = random_case(5, buses=20)
    network, power = case.network, case.power_pu
    b = network.branches
    ptdf, lodf = distribution_factors(network)

    def dc(net: AcNetwork) -> np.ndarray:
        angle = dc_angles(net, power, unknowns_of(net))[0]
        w = net.branches
        return np.asarray((angle[w.from_bus] - angle[w.to_bus]) / (w.x_pu * w.ratio))

    flow = dc(network)
    assert ptdf @ power[0] == pytest.approx(flow, abs=1e-9)
    for m in range(b.count):
        if np.isnan(lodf[m, m]):
            assert len(network.islands(without=m)) == 2
            continue
        after = flow + lodf[:, m] * flow[m]
        assert np.delete(after, m) == pytest.approx(dc(without(network, m)), abs=1e-8)
        assert after[m] == pytest.approx(0.0, abs=1e-12)


def test_the_screening_finds_the_worst_outage_of_every_branch() -> None:
    case = random_case(5, buses=20, hours=3)
    network = case.network
    flow = np.random.default_rng(0).normal(0, 50, (3, network.branches.count))
    loading, outage, bridges = screen(network, flow)
    _, lodf = distribution_factors(network)
    assert set(bridges) == {m for m in range(network.branches.count) if np.isnan(lodf[m, m])}
    for hour in range(3):
        for k in range(network.branches.count):
            after = [abs(flow[hour, k])] + [
                abs(flow[hour, k] + lodf[k, m] * flow[hour, m])
                for m in range(network.branches.count)
                if m != k and m not in bridges
            ]
            assert loading[hour, k] == pytest.approx(max(after) / network.branches.rating_mva[k])
    assert (outage >= -1).all()


def test_a_crooked_network_is_told_whole() -> None:
    network = random_case(3, buses=4).network
    b = network.branches
    bad = replace(
        b,
        r_pu=np.zeros(b.count),
        x_pu=np.where(np.arange(b.count) == 0, 0.0, b.x_pu),
        to_bus=np.where(np.arange(b.count) == 1, b.from_bus, b.to_bus),
    )
    with pytest.raises(InputError) as caught:
        replace(network, branches=bad)
    assert [p.where for p in caught.value.problems] == ["branch line-0", "branch line-1"]
    with pytest.raises(InputError, match="slack_share"):
        replace(network, slack_share=np.zeros(4))
