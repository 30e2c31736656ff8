"""What an ensemble says: levels its members exceed, and what a variant or an outage changes in the same weather."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planning.ensemble.answers import FIGURES, MemberAnswer
from planning.ensemble.members import Member

EXCEEDANCES = {"p10": 0.10, "p50": 0.50, "p90": 0.90}
"""P90 is exceeded by 90 % of the members, as in `resources.years`."""


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure over some members."""

    count: int
    mean: float
    least: float
    most: float
    levels: Mapping[str, float]
    """'p10', 'p50', 'p90': exceeded by so many of 100 members, straight between them."""


@dataclass(frozen=True, slots=True)
class Group:
    """Members of one variant and outage: they differ in weather and water alone."""

    variant: str
    outage: str
    asked: int
    figures: Mapping[str, Spread]
    """Of `FIGURES`; empty where no member has an answer."""
    corridor_mwh: Mapping[str, Spread]


@dataclass(frozen=True, slots=True)
class Difference:
    """A group less the first variant with all lines in service, member by member of the same weather and water."""

    variant: str
    outage: str
    figures: Mapping[str, Spread]
    corridor_mwh: Mapping[str, Spread]
    """Of corridors whose delivered energy changes at all."""


def spread_of(values: Iterable[float]) -> Spread:
    """Of one value or more."""
    held = np.array(list(values), dtype=np.float64)
    levels = {name: float(np.quantile(held, 1.0 - share)) for name, share in EXCEEDANCES.items()}
    return Spread(len(held), float(held.mean()), float(held.min()), float(held.max()), levels)


def groups_of(members: Sequence[Member], answers: Sequence[MemberAnswer]) -> tuple[Group, ...]:
    """Members and answers in one order; groups in the order of the members."""
    made = []
    for variant, outage in dict.fromkeys(member.group for member in members):
        own = [a for m, a in zip(members, answers, strict=True) if m.group == (variant, outage)]
        done = [answer for answer in own if answer.done]
        lines = dict.fromkeys(id for answer in done for id in answer.corridor_mwh)
        made.append(
            Group(
                variant,
                outage,
                len(own),
                {name: spread_of(a.figures[name] for a in done) for name in FIGURES} if done else {},
                # A line that a member does not have carries nothing in it.
                {id: spread_of(a.corridor_mwh.get(id, 0.0) for a in done) for id in lines},
            )
        )
    return tuple(made)


def differences_of(members: Sequence[Member], answers: Sequence[MemberAnswer]) -> tuple[Difference, ...]:
    """What each group changes against the first, in the weathers both have answers of."""
    by_group: dict[tuple[str, str], dict[object, MemberAnswer]] = {}
    for member, answer in zip(members, answers, strict=True):
        held = by_group.setdefault(member.group, {})
        if answer.done:
            held[member.weather] = answer
    if not by_group:
        return ()
    first, *others = by_group
    made = []
    for group in others:
        pairs = [(by_group[group][w], by_group[first][w]) for w in by_group[group] if w in by_group[first]]
        if not pairs:
            continue
        lines = dict.fromkeys(id for pair in pairs for answer in pair for id in answer.corridor_mwh)
        changes = {
            id: [one.corridor_mwh.get(id, 0.0) - other.corridor_mwh.get(id, 0.0) for one, other in pairs]
            for id in lines
        }
        made.append(
            Difference(
                *group,
                {
                    name: spread_of(one.figures[name] - other.figures[name] for one, other in pairs)
                    for name in FIGURES
                },
                {id: spread_of(values) for id, values in changes.items() if any(values)},
            )
        )
    return tuple(made)
