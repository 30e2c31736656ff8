"""The whole answer: all together, each province for itself, the value between them, and the replay over all hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gis_layers.errors import InfeasibleError
from gis_layers.progress import Progress, part, silent
from planning.expansion.case import Expansion, without_exchange
from planning.expansion.plan import optimise, plan_levels
from planning.expansion.provinces import ProvinceCost, province_costs
from planning.expansion.replay import Replay, replay
from planning.expansion.spec import Alone, OptimumSpec
from planning.expansion.told import Plan
from planning.expansion.weeks import choose_weeks

TOGETHER = "together"
System = str
"""together, existing, none."""
REPLAYS = ("together", "all", "none")


@dataclass(frozen=True, slots=True)
class Study:
    """The plans side by side."""

    plans: Mapping[System, Plan]
    """together, and those of `alone` that can be."""
    impossible: Mapping[System, InfeasibleError]
    """Where the target cannot be met without exchange: why."""
    replays: Mapping[System, Replay]
    provinces: Mapping[System, Mapping[str, ProvinceCost]]

    def value_cny(self, alone: Alone) -> float | None:
        """What planning together saves a year over the weeks; None where alone is impossible."""
        other = self.plans.get(alone)
        return None if other is None else other.total_cny - self.plans[TOGETHER].total_cny

    def replayed_value_cny(self, alone: Alone) -> float | None:
        """The same over all hours; None where one of the two was not replayed."""
        if alone not in self.replays or TOGETHER not in self.replays:
            return None
        return self.replays[alone].figures.total_cny - self.replays[TOGETHER].figures.total_cny


def study(
    x: Expansion,
    spec: OptimumSpec,
    progress: Progress = silent,
    *,
    alone: Sequence[Alone] = ("existing", "none"),
    replays: str = "together",
) -> Study:
    """Solve all that is asked with the same weeks, and replay.

    Parameters
    ----------
    alone
        existing: no new lines between provinces, those in service stay; none: no exchange between provinces.
        The target is the nation's in all of them, so that nothing but exchange differs.
    replays
        together, all, none: what is dispatched over all hours.

    Raises
    ------
    InfeasibleError, SolverError, BalanceError, Cancelled
        As `optimise` and `replay`; an infeasible plan without exchange is told, not raised.
    """
    weeks = choose_weeks(x, spec.weeks, spec.step_hours)
    progress(0.0, "reservoirs over the year")
    levels = plan_levels(x.case)
    systems: list[tuple[System, Expansion]] = [(TOGETHER, x)]
    systems += [(one, without_exchange(x, one)) for one in alone]
    wanted = {"together": 1, "all": len(systems), "none": 0}[replays]
    # In the measure of time each takes: a plan without lines is solved in no time.
    shares = [1.0 if name != "none" else 0.3 for name, _ in systems] + [1.0] * wanted
    ends = [0.03 + 0.97 * sum(shares[: k + 1]) / sum(shares) for k in range(len(shares))]
    starts = [0.03, *ends]
    plans: dict[System, Plan] = {}
    impossible: dict[System, InfeasibleError] = {}
    for k, (name, case) in enumerate(systems):
        step = part(progress, starts[k], ends[k])
        try:
            plans[name] = optimise(
                case, weeks, spec.step_hours, step, whole_lines=spec.whole_lines, levels=levels
            )
        except InfeasibleError as error:
            if name == TOGETHER:
                raise
            impossible[name] = error
    done: dict[System, Replay] = {}
    for k, name in enumerate([n for n, _ in systems][:wanted], start=len(systems)):
        if name in plans:
            done[name] = replay(plans[name], part(progress, starts[k], ends[k]))
    progress(1.0, "done")
    return Study(plans, impossible, done, {name: province_costs(plan) for name, plan in plans.items()})
