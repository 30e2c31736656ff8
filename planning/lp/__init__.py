"""Linear programmes of the planning floor: the model, the solvers, one `solve`."""

from planning.lp.model import LinearProgram, Optimality, Solution, optimality
from planning.lp.solve import Method, solve

__all__ = ["LinearProgram", "Method", "Optimality", "Solution", "optimality", "solve"]
