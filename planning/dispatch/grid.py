"""Kirchhoff's voltage law on the AC ties: the loops around which reactance times flow sums to zero.

With flows as variables the law needs one row a loop of a cycle basis and no angles (Hörsch, Ronellenfitsch,
Witthaut, Brown, Linear optimal power flow using cycle flows, Electric Power Systems Research 158 (2018)
126-135). The basis is a shortest one, so that the rows are sparse (Horton, A polynomial-time algorithm to find
the shortest cycle basis of a graph, SIAM J. Comput. 16 (1987) 358-366). Parallel ties are loops of two.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from planning.dispatch.case import Array, DispatchCase, Index


@dataclass(frozen=True, slots=True)
class Loops:
    """A cycle basis of the ties that obey Kirchhoff's law."""

    ties: Index
    """Lines in it: a reactance and a capacity."""
    matrix: sparse.csr_array
    """(loop, line) reactance with the sign of the line's direction around the loop, over the mean reactance."""

    def broken(self, case: DispatchCase) -> NDArray[np.bool_]:
        """(loop, hour) whether a tie of the loop is out of service, so that the law says nothing of it."""
        able = case.lines.available_share
        if able is None:
            return np.zeros((self.matrix.shape[0], case.hours), dtype=np.bool_)
        member = sparse.csr_array(self.matrix != 0).astype(np.float64)
        return np.asarray(member @ (able <= 0).astype(np.float64) > 0)

    def error_mw(self, flow_mw: Array) -> Array:
        """(loop, hour) sum of reactance times flow around a loop, over the mean reactance: 0 by the law."""
        return np.asarray(self.matrix @ flow_mw)


def kirchhoff_lines(case: DispatchCase) -> Index:
    """Lines whose flow is set by Kirchhoff's law; one without capacity is out of service."""
    lines = case.lines
    if lines.reactance_ohm is None:
        return np.zeros(0, dtype=np.int64)
    alive = np.maximum(lines.capacity_mw, lines.reverse_capacity_mw) > 0
    return np.flatnonzero(np.isfinite(lines.reactance_ohm) & alive).astype(np.int64)


def find_loops(case: DispatchCase) -> Loops:
    """A shortest cycle basis of the case's AC ties; it depends on the pattern of the ties alone."""
    ties = kirchhoff_lines(case)
    ends = [(int(case.lines.from_index[k]), int(case.lines.to_index[k])) for k in ties]
    reactance = case.lines.reactance_ohm
    scale = float(reactance[ties].mean()) if reactance is not None and ties.size else 1.0
    rows, columns, values = [], [], []
    able = case.lines.available_share
    sometimes = np.zeros(ties.size, dtype=np.bool_) if able is None else able[ties].min(axis=1) <= 0
    basis = _shortest_basis(ends, [_OUT if out else 1 for out in sometimes])
    for row, loop in enumerate(basis):
        for edge, sign in loop:
            assert reactance is not None
            rows.append(row)
            columns.append(int(ties[edge]))
            values.append(sign * float(reactance[ties[edge]]) / scale)
    shape = (len(basis), case.lines.count)
    return Loops(ties, sparse.csr_array((np.array(values, float), (rows, columns)), shape=shape))


_OUT = 10_000
"""Length of a tie that is out of service in some hours: it comes into as few loops as can be, for in those
hours its loops are without a law."""


def _shortest_basis(ends: list[tuple[int, int]], length: list[int]) -> list[list[tuple[int, int]]]:
    """Loops as (edge, +1 along or -1 against it); by elimination over GF(2) among all of Horton's candidates."""
    neighbours: dict[int, list[tuple[int, int]]] = {}
    for edge, (a, b) in enumerate(ends):
        neighbours.setdefault(a, []).append((b, edge))
        neighbours.setdefault(b, []).append((a, edge))
    candidates: set[tuple[int, ...]] = set()
    trees = {root: _tree(root, neighbours, length) for root in neighbours}
    for tree in trees.values():
        for edge, (a, b) in enumerate(ends):
            if a in tree:
                loop = set(_path(tree, a)) ^ set(_path(tree, b)) ^ {edge}
                if loop:
                    candidates.add(tuple(sorted(loop)))
    # what is left to find: edges less nodes plus islands
    islands = len({frozenset(tree) for tree in trees.values()})
    wanted = len(ends) - len(neighbours) + islands
    pivots: dict[int, int] = {}
    basis: list[list[tuple[int, int]]] = []
    for loop_edges in sorted(candidates, key=lambda c: (sum(length[e] for e in c), c)):
        if len(basis) == wanted:
            break
        bits = sum(1 << edge for edge in loop_edges)
        while bits and (top := bits.bit_length()) in pivots:
            bits ^= pivots[top]
        if bits:
            pivots[bits.bit_length()] = bits
            basis.append(_around(loop_edges, ends))
    return basis


def _tree(
    root: int, neighbours: dict[int, list[tuple[int, int]]], length: list[int]
) -> dict[int, tuple[int, int]]:
    """Shortest paths: node -> (node before, edge to it); the root -> (-1, -1)."""
    tree: dict[int, tuple[int, int]] = {}
    queue = [(0, root, -1, -1)]
    while queue:
        far, node, before, by = heapq.heappop(queue)
        if node in tree:
            continue
        tree[node] = (before, by)
        for other, edge in neighbours[node]:
            if other not in tree:
                heapq.heappush(queue, (far + length[edge], other, node, edge))
    return tree


def _path(tree: dict[int, tuple[int, int]], node: int) -> list[int]:
    """Edges from a node to the root of its tree."""
    path = []
    while (step := tree[node])[0] >= 0:
        path.append(step[1])
        node = step[0]
    return path


def _around(loop: tuple[int, ...], ends: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The edges of a loop with their direction when one walks around it."""
    left = list(loop)
    first = left.pop(0)
    walk, at = [(first, 1)], ends[first][1]
    while left:
        edge = next(e for e in left if at in ends[e])
        left.remove(edge)
        forward = ends[edge][0] == at
        walk.append((edge, 1 if forward else -1))
        at = ends[edge][1] if forward else ends[edge][0]
    return walk
