"""A block of a direct-current line and the strength of its receiving grid, against values by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gis_layers.errors import InputError
from planning.network.ac import AcNetwork, Branches
from planning.network.contingency import bridges
from planning.network.dc_fault import DcLine, block
from planning.network.frequency import LOAD_DAMPING, dip
from planning.network.strength import POWER_FACTOR, SOURCE_X_PU, impedance, miscr
from planning.network.support import Held
from tests.planning.network_cases import random_case


def grids(r: float = 0.0) -> AcNetwork:
    """Two grids of two buses each, a-b and c-d; b and d take twice the share of the slack."""
    one = np.ones(2)
    branches = Branches(
        ("a-b", "c-d"), np.array([0, 2]), np.array([1, 3]), r * one, 0.1 * one, 0 * one, 0 * one, one, 0 * one,
        300.0 * one,
    )  # fmt: skip
    return AcNetwork(
        ("a", "b", "c", "d"), 100.0, branches, np.zeros(4, dtype=np.complex128), np.ones(4, dtype=bool),
        np.array([1.0, 2.0, 1.0, 2.0]),
    )  # fmt: skip


def test_a_bipole_block_is_shared_by_both_grids_and_adds_up() -> None:
    # a sends 90 MW to c over the line, 85 arrive; nothing else moves.
    line = DcLine("x", 0, 2, np.array([90.0]), np.array([85.0]))
    power = np.array([[-0.9 + 0.9, 0.0, 0.0, 0.0]])
    found = block(grids(), power, Held.unlimited((1, 4)), np.ones(4), line, 1.0)
    assert found.lost_mw == pytest.approx([85.0])
    assert found.surplus_mw == pytest.approx([90.0])
    assert found.solved.all()
    assert found.balance_pu < 1e-6
    # b takes two thirds of the surplus of 90, d gives two thirds of the missing 85.
    assert found.after.from_mva[0].real == pytest.approx([60.0, -85.0 * 2 / 3])
    half = block(grids(), power, Held.unlimited((1, 4)), np.ones(4), line, 0.5)
    assert half.after.from_mva[0].real == pytest.approx([30.0, -85.0 / 3])
    back = DcLine("x", 0, 2, np.array([-40.0]), np.array([-42.0]))
    turned = block(grids(), power, Held.unlimited((1, 4)), np.ones(4), back, 1.0)
    assert (turned.lost_mw[0], turned.surplus_mw[0]) == (pytest.approx(40.0), pytest.approx(42.0))
    assert (turned.receiving_bus[0], turned.sending_bus[0]) == (0, 2)


def test_a_block_no_flow_survives_is_nan_and_not_zero() -> None:
    line = DcLine("x", 0, 2, np.array([3000.0]), np.array([2900.0]))
    found = block(grids(), np.zeros((1, 4)), Held.unlimited((1, 4)), np.ones(4), line, 1.0)
    assert not found.solved[0]
    assert np.isnan(found.after.from_mva).all()
    assert found.before.from_mva[0].real == pytest.approx([0.0, 0.0])


def test_the_ratio_of_two_infeeds_is_the_hand_value() -> None:
    # Machines of 900 MW at each of c and d: 1,000 MVA behind 0.35, on 100 MVA 0.035 p.u.; the line between 0.1.
    running = np.array([900.0, 900.0, 900.0, 900.0])
    z = impedance(grids(), running)
    source = SOURCE_X_PU * 100.0 / (900.0 / POWER_FACTOR)
    # One source beside (the line and the other source): delta of the two ends.
    whole = 2 * source + 0.1
    own, other = source * (source + 0.1) / whole, source * source / whole
    assert abs(z[2, 2]) == pytest.approx(own)
    assert abs(z[2, 3]) == pytest.approx(other)
    ratio = miscr(z, np.array([2, 3]), np.array([400.0, 200.0]), 100.0)
    assert ratio == pytest.approx([1 / (4 * own + 2 * other), 1 / (4 * other + 2 * own)])
    with pytest.raises(InputError, match="machine"):
        impedance(grids(), np.array([900.0, 0.0, 0.0, 0.0]))


def test_frequency_begins_with_the_swing_equation_and_rests_where_droop_and_load_meet() -> None:
    found = dip(np.array([1000.0, 1000.0]), np.array([50_000.0] * 2), np.array([200_000.0] * 2),
                np.array([40_000.0] * 2), np.array([5000.0, 200.0]))  # fmt: skip
    assert found.rate_hz_per_s == pytest.approx([-1000.0 / 400_000.0 * 50.0] * 2)
    enough = -1000.0 / (40_000.0 / 0.05 + LOAD_DAMPING * 50_000.0)
    short = -800.0 / (LOAD_DAMPING * 50_000.0)
    assert found.settled_hz == pytest.approx([50.0 * (1 + enough), 50.0 * (1 + short)])
    assert found.reserve_short_mw.tolist() == [0.0, 800.0]
    assert found.lowest_hz[0] < found.settled_hz[0] < 50.0
    assert found.lowest_hz[1] == pytest.approx(found.settled_hz[1], abs=0.02)
    rise = dip(*(np.array([v]) for v in (-1000.0, 50_000.0, 200_000.0, 40_000.0, 0.0)))
    assert rise.lowest_hz[0] > 50.0
    assert rise.settled_hz[0] == pytest.approx(50.0 * (1 - enough))


def test_bridges_are_the_branches_without_which_an_island_falls_apart() -> None:
    for seed in range(6):
        network = random_case(seed, buses=15).network
        found, whole = bridges(network), len(network.islands())
        for k in range(network.branches.count):
            parts = network.islands(without=k)
            assert (k in found) == (len(parts) > whole)
            if k in found:
                assert any(set(found[k]) == set(part) for part in parts)
                assert len(found[k]) <= network.buses / 2
