"""An ensemble as plain values: what `energymap ensemble --json` answers, and rows of its tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from planning.ensemble.answers import FIGURES, MemberAnswer
from planning.ensemble.members import Member
from planning.ensemble.run import Ensemble
from planning.ensemble.statistics import Difference, Group, Spread

Row = dict[str, Any]


def ensemble_document(ensemble: Ensemble) -> dict[str, Any]:
    """Every figure; P90 is exceeded by 90 % of the members."""
    return {
        "schema_version": 1,
        "members": member_rows(ensemble),
        "reused": ensemble.reused,
        "failed": [answer.name for answer in ensemble.failed],
        "workers": ensemble.workers,
        "figures": list(FIGURES),
        "groups": [
            {
                "variant": group.variant,
                "outage": group.outage,
                "asked": group.asked,
                "figures": {name: asdict(one) for name, one in group.figures.items()},
                "corridor_mwh": {id: asdict(one) for id, one in group.corridor_mwh.items()},
            }
            for group in ensemble.groups
        ],
        "differences": [
            {
                "variant": one.variant,
                "outage": one.outage,
                "figures": {name: asdict(spread) for name, spread in one.figures.items()},
                "corridor_mwh": {id: asdict(spread) for id, spread in one.corridor_mwh.items()},
            }
            for one in ensemble.differences
        ],
    }


def member_rows(ensemble: Ensemble) -> list[Row]:
    """A row a member: its axes, its figures (None where it failed), its own checks."""
    return [_row(m, a) for m, a in zip(ensemble.members, ensemble.answers, strict=True)]


def _row(member: Member, answer: MemberAnswer) -> Row:
    failure = answer.failure
    return {
        "name": member.name,
        "variant": member.variant,
        "seed": member.seed,
        "weather_year": member.weather_year,
        "water_exceedance_pct": member.water_pct,
        "outage": member.outage,
        "state": "done" if answer.done else "failed",
        **{name: answer.figures.get(name) for name in FIGURES},
        "max_residual_mw": answer.max_residual_mw if answer.done else None,
        "energy_residual_mwh": answer.energy_residual_mwh if answer.done else None,
        "money_residual_cny": answer.money_residual_cny if answer.done else None,
        "hours_converged": answer.hours_converged if answer.done else None,
        "seconds": answer.seconds,
        "failure": "" if failure is None else str(failure.error()),
    }


def statistic_rows(ensemble: Ensemble) -> list[Row]:
    """A row a group and figure."""
    return [
        {"variant": group.variant, "outage": group.outage, "figure": name, **_flat(one)}
        for group in ensemble.groups
        for name, one in group.figures.items()
    ]


def corridor_rows(ensemble: Ensemble) -> list[Row]:
    """A row a group and corridor: energy delivered. [MWh]"""
    return _of_corridors(ensemble, ensemble.groups)


def corridor_difference_rows(ensemble: Ensemble) -> list[Row]:
    """A row a group and corridor that changes against the first group in the same weather. [MWh]"""
    return _of_corridors(ensemble, ensemble.differences)


def _of_corridors(ensemble: Ensemble, groups: Iterable[Group | Difference]) -> list[Row]:
    names = corridor_names(ensemble)
    return [
        {
            "variant": group.variant, "outage": group.outage, "corridor": id, "name_zh": names[id][0],
            "name_en": names[id][1], **_flat(one),
        }
        for group in groups
        for id, one in group.corridor_mwh.items()
    ]  # fmt: skip


def corridor_names(ensemble: Ensemble) -> dict[str, tuple[str, str]]:
    """Chinese and English name of every corridor of any member."""
    return {id: name for answer in ensemble.answers for id, name in answer.corridor_names.items()}


def difference_rows(ensemble: Ensemble) -> list[Row]:
    """A row a group and figure: what it changes against the first group in the same weather."""
    return [
        {"variant": one.variant, "outage": one.outage, "figure": name, **_flat(spread)}
        for one in ensemble.differences
        for name, spread in one.figures.items()
    ]


def _flat(one: Spread) -> Row:
    return {"count": one.count, "mean": one.mean, **one.levels, "least": one.least, "most": one.most}
