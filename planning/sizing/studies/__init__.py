"""Studies of a sized base: front, near-optimal alternatives, sensitivities, other years, imperfect forecasts."""

from planning.sizing.studies.alternatives import Alternatives, near_optimal
from planning.sizing.studies.pareto import Front, pareto_front
from planning.sizing.studies.replay import Replay, replay_year
from planning.sizing.studies.robust import Robust, robust_design
from planning.sizing.studies.tornado import Tornado, tornado

__all__ = [
    "Alternatives",
    "Front",
    "Replay",
    "Robust",
    "Tornado",
    "near_optimal",
    "pareto_front",
    "replay_year",
    "robust_design",
    "tornado",
]
