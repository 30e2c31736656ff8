"""Stations, transformers and reactive limits in the year's flow; single outages of all kinds; why an hour fails."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from gis_layers.errors import InputError
from planning.network.ac import AcNetwork
from planning.network.contingency import solve_outages
from planning.network.doctor import explain
from planning.network.field import DcHours, Field, StationHours, dc_loss_mw, station_hours, with_field
from planning.network.model import SET_VOLTAGE_PU, FlowCase, Network, Tie
from planning.network.n_minus_1 import check_worst, contingencies, screen_all
from planning.network.newton import solve_states, unknowns_of
from planning.network.stations import line_ohm, station
from planning.network.support import Held
from planning.network.year import BASE_MVA, FieldHours, YearFlows, linear_flows, solve_year
from planning.tables import load_tables

HOURS = 24
A, B, C = range(3)


@dataclass(frozen=True)
class Case:
    field: Field
    lines: tuple[DcHours, ...]
    stations: StationHours
    injection: np.ndarray
    load: np.ndarray
    given: FieldHours

    def year(self, **changed: np.ndarray) -> YearFlows:
        given = replace(self.given, **changed)
        return solve_year(self.field.network, self.injection, self.load, field=given)


@pytest.fixture(scope="module")
def case() -> Case:
    """Three provinces on 500 and 1,000 kV; an LCC line from a to b, a VSC line from b to c, all by the hour."""
    tables = load_tables()
    wave = np.sin(2 * np.pi * np.arange(HOURS) / 24)
    ties = (
        Tie("a-b", A, B, 500.0, 3, 200.0, 3000.0), Tie("b-c", B, C, 500.0, 2, 250.0, 2000.0),
        Tie("a-c", A, C, 1000.0, 2, 500.0, 5000.0),
    )  # fmt: skip
    plain = Network(("a", "b", "c"), ties)
    flow = np.stack([800 + 600 * wave, 500 * wave, 1500 - 900 * wave])
    plain_injection = np.stack([flow[0] + flow[2], flow[1] - flow[0], -flow[1] - flow[2]])
    sent = 5000.0 + 2900.0 * wave
    lines = (
        DcHours(tables.corridor("lingshao"), A, B, sent, 0.935 * sent),
        DcHours(tables.corridor("zhangbei"), B, C, 900.0 * wave, 900.0 * wave),
    )
    field = with_field(plain, lines)
    load = np.zeros((len(field.network.bus_ids), HOURS))
    load[:3] = [[9000.0], [20000.0], [11000.0]]
    stations = station_hours(field, lines, linear_flows(plain, plain_injection, load[:3]))
    injection = stations.injection_mw.copy()
    injection[:3] += plain_injection
    given = FieldHours(stations.reactive_mvar, stations.shunt_mvar, -stations.room_mvar, stations.room_mvar)
    return Case(field, lines, stations, injection, load, given)


def test_stations_and_high_voltage_buses_are_buses_of_their_own(case: Case) -> None:
    network = case.field.network
    assert network.bus_ids[3:] == (
        "a/1000kV", "c/1000kV", "a/lingshao", "b/lingshao", "b/zhangbei", "c/zhangbei"
    )  # fmt: skip
    assert network.free == (3, 4, 5, 6)
    assert network.helpers == (7, 8)
    # Two circuits: two banks of 3,000 MVA and 18 % at each end.
    assert network.joints[0].x_ohm == pytest.approx(0.18 * 500**2 / 3000 / 2)
    # What stations take and give moves between a province's own buses: no province has more or less.
    total = np.zeros((3, HOURS))
    np.add.at(total, list(network.node_of), case.stations.injection_mw)
    assert np.abs(total).max() < 1e-9


def test_filters_keep_the_exchange_of_a_station_within_its_band(case: Case) -> None:
    bus = case.field.network.bus_ids.index("a/lingshao")
    equipment = station(load_tables().corridor("lingshao"), "from")
    assert equipment.lcc is not None
    assert equipment.filters is not None
    direct = case.lines[0].sent_mw * (1 - 0.007)
    assert case.stations.reactive_mvar[bus] == pytest.approx(-equipment.lcc.reactive_mvar(direct))
    exchange = case.stations.shunt_mvar[bus] * SET_VOLTAGE_PU**2 + case.stations.reactive_mvar[bus]
    assert np.abs(exchange).max() <= equipment.filters.band_mvar + 1e-9
    assert np.unique(case.stations.shunt_mvar[bus]).size > 3
    assert (case.stations.shunt_mvar[bus] % equipment.filters.bank_mvar == 0).all()


@pytest.mark.parametrize("high_mvar", [np.inf, 250.0])
def test_voltages_and_flows_are_those_of_pandapower(case: Case, high_mvar: float) -> None:
    from planning.network.pandapower_adapter import solve_flows

    network = case.field.network
    high = case.given.high_mvar.copy()
    high[:3] = high_mvar
    year = case.year(high_mvar=high)
    assert year.converged.all()
    # The reference (b, the largest load) holds in any case.
    assert (year.released[:, B] == 0).all()
    assert (year.released[:, [A, C]] == 1).any() == np.isfinite(high_mvar)
    injection = case.injection.copy()
    injection[year.bus] += year.added_mw
    hours = (0, 6, 18)
    cases = []
    for h in hours:
        out = year.bus[year.released[h] != 0]
        reactive = case.given.reactive_mvar[:, h].copy()
        reactive[out] = np.where(
            year.released[h][year.released[h] != 0] > 0, high[out, h], case.given.low_mvar[out, h]
        )
        cases.append(
            FlowCase(
                h,
                "",
                injection[:, h],
                np.zeros(3),
                0.0,
                case.load[:, h],
                reactive,
                case.given.shunt_mvar[:, h],
                tuple(int(k) for k in out),
            )
        )
    for h, answer in zip(hours, solve_flows(network, cases), strict=True):
        assert answer.voltage_pu == pytest.approx(np.abs(year.voltage[h]), abs=1e-6)
        assert answer.flow_mw == pytest.approx(year.flow_mw[:, h], abs=1e-6 * BASE_MVA)
    size = np.abs(year.voltage)
    free = size[:, [3, 4, 5, 6]]
    # Compensated to a bank, they stay near what provinces hold, but are not held.
    assert 0.9 < free.min() < SET_VOLTAGE_PU < free.max() < 1.1
    assert np.ptp(free, axis=0).min() > 1e-4
    if np.isinf(high_mvar):
        assert size[:, [0, 1, 2, 7, 8]] == pytest.approx(SET_VOLTAGE_PU)
    else:
        short = year.released > 0
        assert (size[short] < SET_VOLTAGE_PU).all()


def test_reversed_reactive_limits_are_named(case: Case) -> None:
    with pytest.raises(InputError, match="reactive limits"):
        replace(
            case.given, low_mvar=np.where(np.isinf(case.given.low_mvar), 5.0, 5.0), high_mvar=0 * case.load
        )


def test_the_loss_of_a_dc_line_is_stations_and_current_squared_times_resistance() -> None:
    line = load_tables().corridor("lingshao")
    sent = np.array([0.0, 4000.0, 8000.0])
    found = dc_loss_mw(line, sent)
    assert found[0] == 0.0
    bridge = station(line, "from").lcc
    assert bridge is not None
    for k in (1, 2):
        into = sent[k] * 0.993
        ohmic = float(bridge.current_ka(into)) ** 2 * line_ohm(line)
        assert found[k] == pytest.approx(0.007 * sent[k] + ohmic + 0.007 * (into - ohmic))
    # At rated power current is power over voltage.
    assert float(bridge.current_ka(8000.0)) == pytest.approx(8000.0 / 1600.0)
    # Losses grow faster than power.
    assert found[2] > 2 * found[1]


def screened(case: Case) -> tuple[YearFlows, AcNetwork, list, list]:  # type: ignore[type-arg]
    year = case.year()
    assert year.ac is not None
    at = {n: k for k, n in enumerate(case.field.network.bus_ids)}
    ties = case.field.network.ties
    outages = contingencies(
        [t.id for t in ties], [t.circuits for t in ties],
        [(d.line.id, at[f"{'ab'[k]}/{d.line.id}"], at[f"{'bc'[k]}/{d.line.id}"], d.sent_mw, d.delivered_mw)
         for k, d in enumerate(case.lines)],
    )  # fmt: skip
    return year, year.ac, list(outages), screen_all(year.ac, year.flow_mw.T, outages)


def test_linear_outages_are_near_the_ac_ones_for_circuits_ties_poles_and_bipoles(case: Case) -> None:
    year, ac, outages, found = screened(case)
    kinds = [(o.kind, o.id) for o in outages]
    assert kinds == [
        ("circuit", "a-b"), ("tie", "a-b"), ("circuit", "b-c"), ("tie", "b-c"), ("circuit", "a-c"), ("tie", "a-c"),
        ("pole", "lingshao"), ("bipole", "lingshao"), ("pole", "zhangbei"), ("bipole", "zhangbei"),
    ]  # fmt: skip
    hour = np.array([o.hour for o in found])
    injection = case.injection.copy()
    injection[year.bus] += year.added_mw
    none = np.zeros((len(found), ac.buses))
    given, shunt = (v[:, hour].T / BASE_MVA for v in (case.given.reactive_mvar, case.given.shunt_mvar))
    held = Held(given, shunt, none, none)
    ac_loading = check_worst(
        ac,
        found,
        injection[:, hour].T / BASE_MVA,
        held,
        SET_VOLTAGE_PU,
        year.voltage[hour],
        year.released[hour],
    )
    for outcome, loading in zip(found, ac_loading, strict=True):
        assert outcome.tie >= 0
        assert loading is not None
        assert loading == pytest.approx(outcome.linear, abs=0.03)
        assert outcome.linear > outcome.before
    bipole = found[kinds.index(("bipole", "lingshao"))]
    pole = found[kinds.index(("pole", "lingshao"))]
    assert bipole.lost_mw == pytest.approx(0.935 * case.lines[0].sent_mw[bipole.hour])
    assert bipole.linear - bipole.before > pole.linear - pole.before


def test_a_circuit_lost_is_the_network_with_one_circuit_less(case: Case) -> None:
    year, ac, _, found = screened(case)
    o = found[0]
    ties = list(case.field.network.ties)
    ties[0] = replace(ties[0], circuits=2)
    fewer = replace(case.field.network, ties=tuple(ties))
    injection = case.injection.copy()
    injection[year.bus] += year.added_mw
    after = solve_year(fewer, injection[:, [o.hour]], case.load[:, [o.hour]],
                       field=FieldHours(*(getattr(case.given, n)[:, [o.hour]] for n in FieldHours.__slots__)))  # fmt: skip
    held = Held(
        case.given.reactive_mvar[:, [o.hour]].T / BASE_MVA, case.given.shunt_mvar[:, [o.hour]].T / BASE_MVA,
        np.zeros((1, ac.buses)), np.zeros((1, ac.buses)),
    )  # fmt: skip
    (loading,) = check_worst(
        ac, [o], injection[:, [o.hour]].T / BASE_MVA, held, SET_VOLTAGE_PU, year.voltage[[o.hour]],
        year.released[[o.hour]],
    )  # fmt: skip
    assert loading == pytest.approx(after.loading[o.tie, 0], abs=1e-6)


def test_a_whole_tie_lost_is_its_branch_lost(case: Case) -> None:
    year, ac, _, found = screened(case)
    o = found[1]
    injection = case.injection.copy()
    injection[year.bus] += year.added_mw
    plain = solve_outages(ac, injection[:, o.hour] / BASE_MVA, np.zeros(ac.buses), np.full(ac.buses, SET_VOLTAGE_PU),
                          np.array([0]))  # fmt: skip
    # Active power hardly feels the stations' reactive power.
    assert plain.flows.from_mva[0, 0] == 0.0
    flow = abs(plain.flows.from_mva.real[0, o.tie]) / ac.branches.rating_mva[o.tie]
    assert flow == pytest.approx(o.linear, abs=0.03)


def test_a_bridge_names_what_it_cuts_off_and_its_circuit_does_not() -> None:
    network = Network(("a", "b"), (Tie("a-b", 0, 1, 500.0, 2, 200.0, 2000.0),))
    sent = np.array([[500.0, -900.0], [-500.0, 900.0]])
    year = solve_year(network, sent, np.array([[1.0, 1.0], [9.0, 9.0]]))
    assert year.ac is not None
    circuit, tie = screen_all(year.ac, year.flow_mw.T, contingencies(["a-b"], [2], []))
    assert [len(o.cut_off) for o in (circuit, tie)] == [0, 1]
    assert tie.hour == 1
    assert tie.lost_mw == pytest.approx(900.0, rel=0.02)
    # One circuit carries what both did: the tie's flow does not change, so nothing is made worse.
    assert circuit.tie == -1
    with pytest.raises(InputError, match="circuits"):
        screen_all(year.ac, year.flow_mw.T, contingencies(["a-b"], [0], []))


def two(x: float, r: float = 0.0, holds: bool = True) -> AcNetwork:
    from planning.network.ac import Branches

    one, none = np.ones(1), np.zeros(1)
    line = Branches(
        ("line",), np.array([0]), np.array([1]), r * one, x * one, none, none, one, none, 10 * one
    )
    return AcNetwork(
        ("a", "b"), 100.0, line, np.zeros(2, dtype=np.complex128), np.array([True, holds]), np.array([1.0, 0.0])
    )  # fmt: skip


def test_too_much_power_over_a_line_is_told_with_the_line_and_what_it_carries() -> None:
    # P = 1 / x = 10 p.u. is all that goes; 16 p.u. are asked.
    why = explain(two(0.1), np.array([0.0, -16.0]), Held.unlimited((1, 2)), 1.0)
    assert why.cause == "tie"
    assert why.branch == 0
    assert why.share == pytest.approx(10.0 / 16.0, abs=0.01)
    assert why.most_mw == pytest.approx(1000.0, rel=0.02)
    assert why.asked_mw == pytest.approx(1600.0)
    assert why.angle_deg > 75


def test_a_voltage_that_falls_away_is_told_with_its_bus() -> None:
    # Reactive power alone: V falls to a half before Q = V^2 / 4 x = 2.5 p.u. is reached.
    network = two(0.1, holds=False)
    held = Held(
        np.array([[0.0, -2.4]]), *(np.zeros((1, 2)),), -np.full((1, 2), np.inf), np.full((1, 2), np.inf)
    )
    assert not solve_states(network, np.array([[0.0, -4.0]]), held.reactive, np.ones(2)).converged[0]
    why = explain(network, np.array([0.0, -4.0]), held, 1.0)
    assert (why.cause, why.bus) == ("voltage", 1)
    assert why.voltage_pu < 0.75
    assert 0 < why.share < 1


def test_an_hour_that_fails_at_any_power_is_told_as_bad_data() -> None:
    network = two(0.1, holds=False)
    held = Held(
        np.array([[0.0, -9.0]]), *(np.zeros((1, 2)),), -np.full((1, 2), np.inf), np.full((1, 2), np.inf)
    )
    why = explain(network, np.array([0.0, -1.0]), held, 1.0)
    assert (why.cause, why.branch, why.bus, why.share) == ("numeric", -1, -1, 0.0)


def test_islands_without_a_bus_that_holds_and_lines_without_impedance_are_named() -> None:
    with pytest.raises(InputError, match=r"island 1 \(a"):
        replace(two(0.1), slack_share=np.zeros(2))
    with pytest.raises(InputError, match="branch line"):
        two(0.0)


def test_shunts_by_the_hour_are_those_of_the_network() -> None:
    network, shunt = two(0.1, 0.01, holds=False), np.array([0.0, 0.4])
    power, reactive = np.array([[0.0, -2.0]]), np.array([[0.0, -0.7]])
    by_hour = solve_states(network, power, reactive, np.ones(2), shunt_pu=shunt[None])
    fixed = solve_states(replace(network, shunt_pu=1j * shunt), power, reactive, np.ones(2))
    assert by_hour.converged.all()
    assert by_hour.voltage == pytest.approx(fixed.voltage, abs=1e-8)
    many = solve_states(network, np.repeat(power, 20, axis=0), np.repeat(reactive, 20, axis=0), np.ones(2),
                        shunt_pu=np.outer(np.linspace(0, 2, 20), shunt))  # fmt: skip
    alone = solve_states(replace(network, shunt_pu=2j * shunt), power, reactive, np.ones(2))
    assert many.voltage[19] == pytest.approx(alone.voltage[0], abs=1e-8)
    assert unknowns_of(network).count == 3
