"""Work of an ensemble's member without the chain: figures that follow from its scenario by a simple rule."""

from __future__ import annotations

import os

from gis_layers.errors import InputError, Problem
from planning.ensemble.answers import MemberAnswer, answer_of, failure_of
from planning.ensemble.work import Task
from planning.scenario import Scenario
from tests.planning.summary_factory import make_summary

SLOW_SEED, DEADLY_SEED, BAD_SEED = 900, 901, 902


def made(task: Task) -> tuple[int, MemberAnswer | None]:
    """Wind is 1,000 TWh and the seed; an outage takes 5 TWh of transfer, each water per cent 1 TWh of hydro."""
    if task.until != "cash_flow":
        return task.number, None
    scenario = Scenario.model_validate_json(task.scenario_json)
    if scenario.seed == BAD_SEED:
        error = InputError(Problem("resource.weather", "x", "gone", "there"))
        return task.number, failure_of(task.name, task.key, 0.1, error)
    if scenario.seed == DEADLY_SEED:
        os._exit(1)  # as a process that ran out of memory
    plain = make_summary()
    generation = plain.national.generation_twh | {
        "wind": 1000.0 + scenario.seed,
        "hydro": 1400.0 - (scenario.resource.water_exceedance_pct or 0.0),
    }
    transfer = 500.0 - 5.0 * (len(scenario.lines.outages) + len(scenario.lines.without))
    corridors = dict(plain.corridors)
    if scenario.lines.outages:  # what it carried is gone, and another line carries 1 TWh more
        corridors["jiquan"] = corridors["jiquan"].model_copy(update={"delivered_mwh": 0.0})
        more = corridors["tianzhong"].delivered_mwh + 1e6
        corridors["tianzhong"] = corridors["tianzhong"].model_copy(update={"delivered_mwh": more})
    nation = plain.national.model_copy(update={"generation_twh": generation, "transfer_twh": transfer})
    answer = answer_of(
        task.name, task.key, 1.0, plain.model_copy(update={"national": nation, "corridors": corridors})
    )
    return task.number, answer
