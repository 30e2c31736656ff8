"""Cheapest ways over a grid: straight lines, walls and dear ground by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gis_layers.errors import InputError
from planning.siting.least_cost import MOST_DETOUR, cheapest_ways


def at(shape: tuple[int, int], row: int, col: int) -> int:
    return row * shape[1] + col


def test_on_even_ground_a_way_is_never_shorter_than_the_line_and_at_most_275_permille_longer() -> None:
    shape = (81, 81)
    ways = cheapest_ways(np.ones(shape), 500.0, np.array([at(shape, 40, 40)]))
    row, col = np.indices(shape)
    line_m = np.hypot(row - 40, col - 40) * 500.0
    far = line_m > 0
    detour = ways.dear_m[far] / line_m[far]
    assert detour.min() >= 1 - 1e-12
    assert detour.max() <= MOST_DETOUR + 1e-12
    assert pytest.approx(1.0275, abs=1e-4) == MOST_DETOUR
    # Not a loose bound: some direction comes near it, so 8 neighbours (1.082) would fail and 32 would not need it.
    assert detour.max() > 1.027


def test_a_way_goes_round_a_wall_as_reckoned_by_hand() -> None:
    # A wall in column 2, rows 0 to 3 of five; from (0, 0) to (0, 4) the way must pass (4, 2).
    factor = np.ones((5, 5))
    factor[:4, 2] = np.inf
    ways = cheapest_ways(factor, 1.0, np.array([at((5, 5), 0, 4)]))
    # (0,0)-(2,1)-(3,1)-(4,2)-(3,3)-(2,3)-(0,4): two knights, two steps, two diagonals.
    assert ways.dear_m[0, 0] == pytest.approx(2 * np.sqrt(5) + 2 + 2 * np.sqrt(2))
    path = [divmod(int(c), 5) for c in ways.path(0)]
    assert path[0] == (0, 0)
    assert path[-1] == (0, 4)
    assert (4, 2) in path
    assert all(np.isfinite(factor[c]) for c in path)


def test_neither_a_knight_nor_a_diagonal_slips_through_a_closed_wall() -> None:
    factor = np.ones((6, 6))
    factor[:, 3] = np.inf
    assert np.isinf(cheapest_ways(factor, 1.0, np.array([0])).dear_m[:, 4:]).all()
    slanted = np.ones((6, 6))
    slanted[np.arange(6), np.arange(6)] = np.inf
    ways = cheapest_ways(slanted, 1.0, np.array([at((6, 6), 0, 5)]))
    below = np.tril_indices(6, -1)
    assert np.isinf(ways.dear_m[below]).all()
    assert (ways.source[below] == -1).all()
    assert ways.path(at((6, 6), 5, 0)).tolist() == [at((6, 6), 5, 0)]


def test_dear_ground_is_walked_round_where_that_is_cheaper_and_counted_where_it_is_not() -> None:
    # One row: three cells of factor 3 between flat ends: 0.5*1 + 0.5*3 + 3 + 3 + 0.5*3 + 0.5*1 = 10.
    row = np.array([[1.0, 3.0, 3.0, 3.0, 1.0]])
    assert cheapest_ways(row, 1.0, np.array([4])).dear_m[0, 0] == pytest.approx(10.0)
    # With a flat row beside it the way leaves the dear one: knight down is forbidden by nothing but price.
    two = np.vstack([row, np.ones((1, 5))])
    best = 2 * np.sqrt(2) + 2  # diagonal down, two steps, diagonal up
    assert cheapest_ways(two, 1.0, np.array([4])).dear_m[0, 0] == pytest.approx(best)


def test_every_cell_goes_to_the_cheapest_of_several_sources_and_a_metre_is_a_metre() -> None:
    ways = cheapest_ways(np.ones((1, 10)), 2000.0, np.array([9, 0]))
    assert ways.source[0].tolist() == [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    assert ways.dear_m[0].tolist() == [0, 2000, 4000, 6000, 8000, 8000, 6000, 4000, 2000, 0]
    assert ways.path(3).tolist() == [3, 2, 1, 0]


def test_doubling_every_factor_doubles_every_way_and_changes_none() -> None:
    rng = np.random.default_rng(5)
    factor = rng.uniform(1, 3, (20, 30))
    factor[rng.random(factor.shape) < 0.15] = np.inf
    source = np.array([int(np.flatnonzero(np.isfinite(factor.ravel()))[0])])
    one, two = (cheapest_ways(k * factor, 100.0, source) for k in (1.0, 2.0))
    assert two.dear_m == pytest.approx(2 * one.dear_m)
    assert (one.towards == two.towards).all()


@pytest.mark.parametrize(
    ("factor", "sources"),
    [
        (np.ones((2, 2)), []),
        (np.ones((2, 2)), [4]),
        (np.zeros((2, 2)), [0]),
        (np.full((2, 2), np.nan), [0]),
        (np.full((2, 2), np.inf), [0]),
    ],
)
def test_ground_or_sources_that_are_none_are_refused(factor: np.ndarray, sources: list[int]) -> None:
    with pytest.raises(InputError, match="cost surface"):
        cheapest_ways(factor, 1.0, np.array(sources, dtype=np.int64))
