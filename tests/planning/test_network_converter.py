"""Converter stations against values by hand, direct-current grids against what must add up."""

from __future__ import annotations

import numpy as np
import pytest

from gis_layers.errors import InputError, SolverError
from planning.network.converter import FilterBanks, LccBridge, Vsc, lcc_injection
from planning.network.dc_grid import DcGrid, solve_dc
from planning.network.stations import kunliulong, line_ohm, station, zhangbei
from planning.tables import load_tables


@pytest.mark.parametrize(
    ("angle_deg", "tan_phi"),
    # cos(15) - 0.10 = 0.865926, cos(18) - 0.10 = 0.851057; tan(arccos of each).
    [(15.0, 0.577616), (18.0, 0.616967)],
)
def test_reactive_power_at_rated_power_follows_from_the_angle(angle_deg: float, tan_phi: float) -> None:
    bridge = LccBridge(8000.0, 1600.0, angle_deg, 0.10)
    assert bridge.current_ka(8000.0) == pytest.approx(5.0)
    assert bridge.reactive_mvar(8000.0) == pytest.approx(8000.0 * tan_phi, rel=2e-6)


def test_at_part_load_voltage_current_and_power_fit_the_equations() -> None:
    bridge = LccBridge(3000.0, 1000.0, 15.0, 0.09)
    power = np.array([0.0, 300.0, 1500.0, 3000.0])
    current = bridge.current_ka(power)
    voltage = bridge.no_load_kv * bridge.cos_angle - bridge.commutation_ohm * current
    assert voltage * current == pytest.approx(power)
    cos_phi = voltage / bridge.no_load_kv
    assert bridge.reactive_mvar(power) == pytest.approx(power * np.tan(np.arccos(cos_phi)))
    # V_d / V_d0 is also the mean of the cosines at both ends of the commutation.
    inner = np.cos(np.deg2rad(15.0 + bridge.overlap_deg(power)))
    assert (bridge.cos_angle + inner) / 2 == pytest.approx(cos_phi)


def test_more_power_than_commutation_carries_is_refused() -> None:
    with pytest.raises(InputError, match="at most"):
        LccBridge(1000.0, 500.0, 15.0, 0.30).current_ka(5000.0)
    with pytest.raises(InputError) as caught:
        LccBridge(-1.0, 0.0, 95.0, 0.1)
    assert [p.field for p in caught.value.problems] == ["rated_mw", "rated_kv", "angle_deg"]


def test_banks_move_only_when_the_exchange_leaves_its_band() -> None:
    banks = FilterBanks(100.0, 5, 1, 80.0)
    demand = [0.0, 60.0, 170.0, 190.0, 250.0, 175.0, 119.0, 900.0, 0.0]
    # 170: 70 off is inside; 190: 90 off, two; 250 and 175: inside; 119: 81 off, one; 900: all; 0: off.
    assert banks.switched(demand).tolist() == [0, 1, 1, 2, 2, 2, 1, 5, 0]


def test_a_station_takes_its_losses_and_says_when_filters_are_not_enough() -> None:
    bridge, banks = LccBridge(1000.0, 500.0, 15.0, 0.10), FilterBanks(200.0, 2, 1, 150.0)
    given = lcc_injection(bridge, banks, [-1000.0, 0.0, 500.0], 0.01)
    assert given.power_mw == pytest.approx([990.0, 0.0, -505.0])
    assert given.at_limit.tolist() == [True, False, False]
    assert given.reactive_mvar[0] == pytest.approx(400.0 - 577.616, abs=1e-2)


def test_a_voltage_source_station_keeps_power_before_reactive_power() -> None:
    vsc = Vsc(1000.0, "pq", loss_no_load_share=0.0, loss_share=0.0)
    given = vsc.injection([-600.0, -600.0], [700.0, 900.0])
    assert given.power_mw == pytest.approx([600.0, 600.0])
    assert given.reactive_mvar == pytest.approx([700.0, 800.0])
    assert given.at_limit.tolist() == [False, True]
    droop = Vsc(1000.0, "droop", droop_mw_per_pu=10_000.0)
    assert droop.direct_mw(500.0, 1.02) == pytest.approx(300.0)
    assert Vsc(1000.0, "pv").holds_voltage


def test_two_ends_of_a_direct_line_are_the_hand_solution() -> None:
    grid = DcGrid(("a", "b"), np.array([0]), np.array([1]), np.array([10.0]), 1000.0, holds=1)
    state = solve_dc(grid, np.array([2000.0, 0.0]))
    # V^2 - 1000 V - 20000 = 0.
    v = 500.0 + np.sqrt(500.0**2 + 20_000.0)
    assert state.voltage_kv == pytest.approx([v, 1000.0])
    assert state.loss_mw == pytest.approx([(2000.0 / v) ** 2 * 10.0])
    with pytest.raises(SolverError):
        solve_dc(grid, np.array([-30_000.0, 0.0]))


def test_stations_and_grids_of_the_table_add_up() -> None:
    lines = load_tables().corridor_by_id
    state = solve_dc(kunliulong(lines["kunliulong-gd"]), np.array([8000.0, -3000.0, 0.0]))
    assert state.power_mw.sum() == pytest.approx(state.loss_mw.sum())
    assert 0.02 < state.loss_mw.sum() / 8000.0 < 0.06
    ring = solve_dc(zhangbei(lines["zhangbei"]), np.array([2500.0, -2800.0, 0.0, 1200.0]))
    assert ring.power_mw.sum() == pytest.approx(ring.loss_mw.sum())
    for line in lines.values():
        if line.kind not in ("lcc", "vsc", "hybrid", "b2b") or line.mw is None:
            continue
        for end, sign in (("from", 1.0), ("to", -1.0)):
            one = station(line, end)  # type: ignore[arg-type]
            given = one.injection(np.array([sign * line.mw, 0.0]))
            assert given.power_mw + sign * np.array([line.mw, 0.0]) + given.loss_mw == pytest.approx(0.0)
            if one.lcc is not None:
                assert 0.4 < one.lcc.reactive_mvar(line.mw) / line.mw < 0.7
                assert not given.at_limit.any()
    # Usual loss of an 800 kV line of 1,720 km at rated power: about 5 %.
    ling = lines["lingshao"]
    assert ling.mw is not None
    assert line_ohm(ling) * (ling.mw / 1600.0) ** 2 / ling.mw == pytest.approx(0.05, abs=0.01)
    with pytest.raises(InputError):
        station(lines["changnanjing"], "from")
