"""Linear programmes of the planning floor: the model, the solvers, one `solve`, one `solve_family`."""

from planning.lp.family import Outcome, solve_family
from planning.lp.model import LinearProgram, Optimality, Solution, optimality
from planning.lp.points import Start
from planning.lp.solve import Method, solve

__all__ = [
    "LinearProgram",
    "Method",
    "Optimality",
    "Outcome",
    "Solution",
    "Start",
    "optimality",
    "solve",
    "solve_family",
]
