"""Primal-dual interior-point method for programmes that are chains of hours with a few long links.

Mehrotra's predictor-corrector with Gondzio's centrality corrections, on the regularised normal
equations of `normal_equations`. For sizing (a year of one base) and dispatch (a week of all nodes).

Mehrotra, SIAM J. Optim. 2 (1992) 575-601; Gondzio, Comput. Optim. Appl. 6 (1996) 137-156;
regularisation: Altman and Gondzio, Optim. Methods Softw. 11 (1999) 275-302.
"""

from __future__ import annotations

import time

import numpy as np

from gis_layers.errors import SolverError
from gis_layers.progress import Progress, part, silent
from planning.blas import one_blas_thread
from planning.lp.infeasible import infeasible, least_violation, proves_infeasible
from planning.lp.model import FloatArray, LinearProgram, Solution, optimality
from planning.lp.normal_equations import LEAST_SHIFT, NormalEquations
from planning.lp.points import LEVELS, Point, Start
from planning.lp.standard_form import StandardForm, standard_form

_MOST_ITERATIONS = 200
_MOST_SHIFT = 1e-4
_FEW_MISSED, _MOST_MISSED = 1.0, 4.0


def solve_interior_point(
    program: LinearProgram,
    *,
    tolerance: float = 1e-8,
    progress: Progress = silent,
    start: Start | None = None,
    keep: list[Start] | None = None,
) -> Solution:
    """Solve to `tolerance` as `optimality` measures it on the programme as posed.

    Parameters
    ----------
    start
        What another programme of the family left: the point of it that suits this one is gone on from.
    keep
        Where given, what this programme leaves to others is appended.

    Raises
    ------
    InfeasibleError
        'lp_infeasible', proved by a ray of duals (Farkas).
    SolverError
        'lp_structure' (not a chain), 'lp_stalled' or 'lp_numerics': ask another solver.
    """
    started = time.perf_counter()
    with one_blas_thread():
        if start is not None:
            try:
                return _iterate(program, tolerance, progress, started, start, keep)
            except SolverError:
                pass  # a start that leads nowhere is no verdict
        return _solved_or_refuted(program, tolerance, progress, started, keep)


def _solved_or_refuted(
    program: LinearProgram,
    tolerance: float,
    progress: Progress,
    started: float,
    keep: list[Start] | None,
) -> Solution:
    try:
        return _iterate(program, tolerance, part(progress, 0.0, 0.9), started, keep=keep)
    except SolverError as stalled:
        if stalled.code not in ("lp_stalled", "lp_numerics"):
            raise
        # Either no point is feasible, and then the least total violation proves it, or it is numerics.
        try:
            phase_one = _iterate(least_violation(program), tolerance, part(progress, 0.9, 1.0), started)
        except SolverError:
            raise stalled from None
        if proves_infeasible(program, phase_one.row_duals):
            raise infeasible(program) from None
        raise


def _iterate(
    program: LinearProgram,
    tolerance: float,
    progress: Progress,
    started: float,
    start: Start | None = None,
    keep: list[Start] | None = None,
) -> Solution:
    form = standard_form(program, None if start is None else start.form)
    solver = _InteriorPoint(form, start)
    first = None
    passed: dict[float, Point] = {}
    for iteration in range(_MOST_ITERATIONS):
        solver.measure()
        worst = solver.worst()
        if keep is not None:
            for level in LEVELS:
                if worst < level and level not in passed and worst > 1e-2 * level:
                    passed[level] = solver.point.small()
        first = max(worst, 100 * tolerance) if first is None else first
        if worst <= tolerance * 10 or solver.stuck():
            x, y = form.recover(solver.point.x, solver.point.y, program)
            proof = optimality(program, x, y)
            if proof.within(tolerance):
                if keep is not None:
                    keep.append(Start(form, solver.equations.analysis, passed))
                progress(1.0, "interior point")
                return Solution(
                    x=x,
                    row_duals=y,
                    reduced_costs=program.cost - program.matrix.T @ y,
                    objective=float(program.cost @ x),
                    primal_residual=proof.primal_residual,
                    dual_residual=proof.dual_residual,
                    gap=proof.gap,
                    solver="banded-ipm",
                    iterations=iteration,
                    seconds=time.perf_counter() - started,
                )
            if solver.stuck():
                break
        if iteration % 10 == 9 and proves_infeasible(program, form.recover_duals(solver.point.y, program)):
            raise infeasible(program)
        done = np.log(first / max(worst, tolerance)) / np.log(first / tolerance)
        progress(min(max(float(done), 0.0), 0.99), f"interior point, iteration {iteration + 1}")
        solver.step()
    raise SolverError("lp_stalled", iterations=solver.iterations, worst=solver.worst())


class _InteriorPoint:
    """The iterate and the moves on it."""

    def __init__(self, form: StandardForm, start: Start | None = None) -> None:
        self.form = form
        self.matrix = form.matrix
        self.transposed = form.matrix.T.tocsr()
        analysis = None if start is None else start.analysis
        self.equations = NormalEquations(form.matrix, form.stage, analysis)
        self.capped = np.flatnonzero(np.isfinite(form.upper))
        self.cap = form.upper[self.capped]
        self.bounded = ~form.free
        self.floor = np.where(form.free, 1e-8, 1e-11)
        self.all_bounded = bool(self.bounded.all())
        self.pairs = int(np.count_nonzero(self.bounded)) + self.capped.size
        self.shift = LEAST_SHIFT
        self.iterations = 0
        self.small_steps = 0
        self.best, self.since_best = np.inf, 0
        if start is None or not self._go_on_from(start):
            self.point = self._start()
        self.best, self.since_best = np.inf, 0

    def _go_on_from(self, start: Start) -> bool:
        """Take the latest point whose products outweigh what this programme misses there, if there is one.

        Measured on fronts of bases: from such a point a programme takes 8 to 20 iterations instead of 35 to
        45; from a later one it stalls, from an earlier one it takes longer.
        """
        if start.form is not self.form and not start.form.alike(self.form):
            return False
        best, least = None, _MOST_MISSED
        for level in sorted(start.points):
            self.point = p = start.points[level].full()
            self.measure()
            missed = float(np.abs(self.primal_miss) @ np.abs(p.y) + np.abs(self.cap_miss) @ p.t)
            missed += float(np.abs(self.dual_miss) @ np.abs(p.x))
            share = missed / max(self.mu * self.pairs, 1e-300)
            if share < _FEW_MISSED:
                return True
            if share < least:
                best, least = p, share
        if best is None:
            return False
        self.point = best
        return True

    def _start(self) -> Point:
        """Mehrotra's starting point: least squares for x and for y, then a shift into the interior."""
        form, capped = self.form, self.capped
        weight = np.ones(form.cost.size)
        weight[capped] = 0.5
        f = np.zeros(form.cost.size)
        f[capped] = -self.cap
        self.equations.factor(weight, 10 * LEAST_SHIFT)
        x, _ = self.equations.solve(f, form.rhs)
        _, y = self.equations.solve(form.cost, np.zeros(form.rhs.size))
        r = form.cost - self.transposed @ y
        r[form.free] = 0.0
        z = r.copy()
        z[capped] = 0.5 * r[capped]
        t = -0.5 * r[capped]
        v = self.cap - x[capped]
        primal = max(float(-x[self.bounded].min(initial=0.0)), float(-v.min(initial=0.0)))
        dual = max(float(-z[self.bounded].min(initial=0.0)), float(-t.min(initial=0.0)))
        xs = np.where(self.bounded, x + 1.5 * primal, 0.0)
        vs = v + 1.5 * primal
        zs = np.where(self.bounded, z + 1.5 * dual, 0.0)
        ts = t + 1.5 * dual
        products = float(xs @ zs + vs @ ts)
        sums = float(zs.sum() + ts.sum()), float(xs.sum() + vs.sum())
        more_primal = 0.5 * products / max(sums[0], 1e-12)
        more_dual = 0.5 * products / max(sums[1], 1e-12)
        primal = 1.5 * primal + max(more_primal, 1e-3)
        dual = 1.5 * dual + max(more_dual, 1e-3)
        x[self.bounded] += primal
        z[self.bounded] += dual
        z[form.free] = 0.0
        return Point(x, y, z, v + primal, t + dual)

    def measure(self) -> None:
        """Residuals, mean complementarity and relative gap of the iterate."""
        p, form = self.point, self.form
        self.primal_miss = form.rhs - self.matrix @ p.x
        self.cap_miss = self.cap - p.x[self.capped] - p.v
        self.dual_miss = form.cost - self.transposed @ p.y - p.z
        self.dual_miss[self.capped] += p.t
        self.xz = p.x * p.z
        self.vt = p.v * p.t
        self.mu = (float(self.xz.sum()) + float(self.vt.sum())) / max(self.pairs, 1)
        primal = float(form.cost @ p.x)
        dual = float(form.rhs @ p.y - self.cap @ p.t)
        self.gap = abs(primal - dual) / (1e-3 + abs(primal))
        self.primal = max(_largest(self.primal_miss), _largest(self.cap_miss))
        self.dual = _largest(self.dual_miss)
        worst = self.worst()
        if worst < 0.9 * self.best:
            self.best, self.since_best = worst, 0
        else:
            self.since_best += 1

    def worst(self) -> float:
        return max(self.gap, self.primal, self.dual)

    def stuck(self) -> bool:
        return self.since_best >= 15 or self.small_steps >= 12

    def step(self) -> None:
        """One predictor, one corrector, and centrality corrections while they lengthen the step."""
        p = self.point
        inverse = np.where(self.bounded, p.z / np.where(self.bounded, p.x, 1.0), 0.0)
        self.t_over_v = p.t / p.v
        inverse[self.capped] += self.t_over_v
        # Primal regularisation: a free column has no barrier of its own, a basic one hardly any.
        weight = 1.0 / (inverse + self.floor)
        while True:
            try:
                self.equations.factor(weight, self.shift)
                break
            except SolverError:
                self.shift *= 100.0
                if self.shift > _MOST_SHIFT:
                    raise
        self.inverse = 1.0 / weight

        move = self._direction(-self.xz, -self.vt)
        primal, dual = self._longest(move)
        ahead = (
            float((p.x + primal * move.x) @ (p.z + dual * move.z))
            if self.all_bounded
            else float(((p.x + primal * move.x) * (p.z + dual * move.z))[self.bounded].sum())
        )
        ahead += float((p.v + primal * move.v) @ (p.t + dual * move.t))
        sigma = (ahead / max(self.pairs, 1) / self.mu) ** 3 if self.mu > 0 else 0.0
        sigma = min(max(sigma, 1e-6), 1.0)
        target = sigma * self.mu
        comp_x = target - self.xz - move.x * move.z
        comp_v = target - self.vt - move.v * move.t
        move = self._direction(comp_x, comp_v)
        primal, dual = self._longest(move)
        for _ in range(2):
            if min(primal, dual) > 0.95:
                break
            trial_p, trial_d = min(1.0, primal * 1.08 + 0.1), min(1.0, dual * 1.08 + 0.1)
            fix_x = _pull((p.x + trial_p * move.x) * (p.z + trial_d * move.z), target)
            fix_v = _pull((p.v + trial_p * move.v) * (p.t + trial_d * move.t), target)
            other = self._direction(comp_x + fix_x, comp_v + fix_v)
            new_primal, new_dual = self._longest(other)
            if new_primal + new_dual < primal + dual + 0.02:
                break
            comp_x, comp_v = comp_x + fix_x, comp_v + fix_v
            move, primal, dual = other, new_primal, new_dual
        damp = max(1.0 - self.mu, 0.995) if self.mu < 1 else 0.995
        damp = min(damp, 0.99995)
        primal, dual = min(1.0, damp * primal), min(1.0, damp * dual)
        p.x += primal * move.x
        p.v += primal * move.v
        p.y += dual * move.y
        p.z += dual * move.z
        p.t += dual * move.t
        self.iterations += 1
        self.small_steps = self.small_steps + 1 if max(primal, dual) < 1e-3 else 0
        self.steps = (primal, dual)

    def _direction(self, comp_x: FloatArray, comp_v: FloatArray) -> Point:
        """Newton's direction for the complementarity changes asked for, with refinement."""
        p, capped = self.point, self.capped
        over_x = np.where(self.bounded, comp_x / np.where(self.bounded, p.x, 1.0), 0.0)
        over_v = comp_v / p.v
        f = self.dual_miss - over_x
        f[capped] += over_v - self.t_over_v * self.cap_miss
        g = self.primal_miss
        dx, dy = self.equations.solve(f, g)
        miss = g - self.matrix @ dx
        error = _largest(miss)
        for _ in range(3):
            if error <= max(1e-3 * self.primal, 1e-13):
                break
            f_miss = f - (self.transposed @ dy - self.inverse * dx)
            ex, ey = self.equations.solve(f_miss, miss)
            new_miss = miss - self.matrix @ ex
            new_error = _largest(new_miss)
            if not new_error < 0.9 * error:
                break
            dx, dy, miss, error = dx + ex, dy + ey, new_miss, new_error
        self.refined = error
        dz = over_x - np.where(self.bounded, p.z / np.where(self.bounded, p.x, 1.0), 0.0) * dx
        dv = self.cap_miss - dx[capped]
        dt = over_v - self.t_over_v * dv
        return Point(dx, dy, dz, dv, dt)

    def _longest(self, move: Point) -> tuple[float, float]:
        """The longest primal and dual steps that keep x, v and z, t positive, at most 1."""
        p = self.point
        held = slice(None) if self.all_bounded else self.bounded
        x = _room(p.x[held], move.x[held])
        primal = min(1.0, x, _room(p.v, move.v))
        dual = min(1.0, _room(p.z[held], move.z[held]), _room(p.t, move.t))
        return primal, dual


def _pull(product: FloatArray, target: float) -> FloatArray:
    """Gondzio's correction: move outlying complementarity products back to [0.1, 10] x target."""
    wish = np.clip(product, 0.1 * target, 10.0 * target) - product
    return np.maximum(wish, -10.0 * target)


def _room(value: FloatArray, change: FloatArray) -> float:
    """How many times `change` fits before a component of `value` > 0 is used up."""
    steepest = float((change / value).min(initial=0.0))
    return -1.0 / steepest if steepest < 0 else np.inf


def _largest(values: FloatArray) -> float:
    return float(np.abs(values).max(initial=0.0))
