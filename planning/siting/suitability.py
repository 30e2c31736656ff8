"""How well land suits, 0 to 1, by weighted criteria: stated value functions, weights from pairwise judgements.

A weighted overlay says what a planner holds to be important; it is no cost. The economic ranking stands beside it
(`candidates`), and the two may differ.
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gis_layers.errors import InputError, Problem
from planning.siting.ahp import Weights, require_consistent, weights_of
from planning.table_rows import problems_of

Array = NDArray[np.float64]

CRITERIA: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "resource": ("资源品质", "quality of the resource"),
        "grid": ("接入距离", "way to the grid"),
        "slope": ("坡度", "slope"),
        "elevation": ("海拔", "elevation"),
        "land": ("可用土地占比", "usable share of the land"),
        "roads": ("距公路", "distance to roads"),
    }
)
"""zh, en."""
Points = tuple[tuple[float, float], ...]
VALUES: Final[Mapping[str, Points]] = MappingProxyType(
    {
        "wind": ((1500.0, 0.0), (3000.0, 1.0)),
        "pv": ((1200.0, 0.0), (2200.0, 1.0)),
        "csp": ((2000.0, 0.0), (4000.0, 1.0)),
        "grid": ((0.0, 1.0), (50.0, 0.8), (200.0, 0.3), (400.0, 0.0)),
        "slope": ((0.0, 1.0), (5.0, 0.9), (15.0, 0.4), (30.0, 0.0)),
        "elevation": ((1500.0, 1.0), (3000.0, 0.6), (4500.0, 0.0)),
        "land": ((0.0, 0.0), (0.3, 1.0)),
        "roads": ((0.0, 1.0), (10.0, 0.7), (50.0, 0.0)),
    }
)
"""Of what -> (figure, value), straight between, level beyond. Units: full-load hours of wind, PV (AC) and CSP; km of
flat-ground cost; per cent; m; share of the cell; km. Tier estimated."""
_NAMES: Final = ("resource", "grid", "slope", "elevation", "land", "roads")
_JUDGED: Final = (
    (1, 2, 4, 6, 4, 5),
    (1 / 2, 1, 2, 3, 2, 3),
    (1 / 4, 1 / 2, 1, 2, 1, 1),
    (1 / 6, 1 / 3, 1 / 2, 1, 1 / 2, 1 / 2),
    (1 / 4, 1 / 2, 1, 2, 1, 1),
    (1 / 5, 1 / 3, 1, 2, 1, 1),
)
"""The judgements used where none are given (estimated): yield first, then the way to the grid."""


class Judgements(BaseModel):
    """WEIGHTS.toml: criteria, how they compare, and value functions in place of ours."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    schema_version: Literal[1] = 1
    name: str = Field(default="default", max_length=200)
    criteria: tuple[str, ...] = _NAMES
    matrix: tuple[tuple[float, ...], ...] = _JUDGED
    """[i][j]: how many times as important criterion i is as j."""
    allow_inconsistent: bool = False
    """Use judgements whose consistency ratio is above 0.1 all the same."""
    values: Mapping[str, Points] = Field(default_factory=dict)
    """Of some of `VALUES`: points of a value function, figures rising, values 0 to 1."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        if unknown := sorted(set(self.criteria) - set(CRITERIA)):
            raise ValueError(f"{', '.join(unknown)}: no such criterion; there are {', '.join(CRITERIA)}")
        if unknown := sorted(set(self.values) - set(VALUES)):
            raise ValueError(f"{', '.join(unknown)}: no such value function; there are {', '.join(VALUES)}")
        for name, points in self.values.items():
            figures = [point[0] for point in points]
            if len(points) < 2 or any(b <= a for a, b in itertools.pairwise(figures)):
                raise ValueError(f"values of {name}: two points or more, their figures rising")
            if any(not 0 <= point[1] <= 1 for point in points):
                raise ValueError(f"values of {name}: values from 0 to 1")
        return self

    def weights(self, where: str = "weights") -> Weights:
        """The weights; InputError as `weights_of` and, unless allowed, `require_consistent`."""
        found = weights_of(self.criteria, self.matrix, where)
        return found if self.allow_inconsistent else require_consistent(found, where)

    def points(self, name: str) -> Points:
        return self.values.get(name, VALUES[name])


def read_judgements(path: Path) -> Judgements:
    """Judgements of a file.

    Raises
    ------
    InputError
        Not to be read, not TOML, unknown keys, judgements that are none or contradict each other.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(Problem(str(path), "file", error.strerror or "unreadable", "a TOML file")) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(Problem(str(path), "TOML", str(error)[:120], "UTF-8 text in TOML")) from error
    return parse_judgements(document, str(path))


def parse_judgements(document: Mapping[str, Any], where: str) -> Judgements:
    """Judgements of a parsed document; InputError as `read_judgements`."""
    try:
        judged = Judgements.model_validate(document)
    except ValidationError as error:
        raise InputError(problems_of(error, where)) from error
    judged.weights(where)
    return judged


def value(figures: Array, points: Points) -> Array:
    """0..1 of figures of any shape; NaN where there is none."""
    x, y = np.array(points).T
    return np.asarray(np.where(np.isnan(figures), np.nan, np.interp(figures, x, y)))


@dataclass(frozen=True, slots=True)
class Suitability:
    """Score of every cell and what it is made of."""

    score: Array
    """(row, col) 0..1; NaN where nothing may be built. [-]"""
    values: Mapping[str, Array]
    """Criterion -> (row, col) 0..1."""
    weight: Mapping[str, float]
    """Criterion -> weight used; sum 1."""
    left_out: tuple[str, ...]
    """Criteria for which there are no data; their weight went to the others in proportion."""


def suitability(
    figures: Mapping[str, Array | None],
    full_load_hours: Mapping[str, Array],
    capacity_mw: Mapping[str, Array],
    judged: Judgements,
    where: str = "weights",
) -> Suitability:
    """The weighted overlay.

    Parameters
    ----------
    figures
        Criterion -> (row, col) in the units of `VALUES`; None where there are no data. 'resource' is made of the next.
    full_load_hours, capacity_mw
        Technology -> (row, col). The resource's value is the mean of the technologies' by capacity.

    Raises
    ------
    InputError
        As `Judgements.weights`; no criterion with data.

    Notes
    -----
    A cell without a figure of a criterion that others have scores by the rest of its criteria.
    """
    weights = judged.weights(where).by_criterion
    total = sum(capacity_mw.values(), np.zeros(next(iter(capacity_mw.values())).shape))
    held: dict[str, Array] = {}
    with np.errstate(invalid="ignore", divide="ignore"):
        held["resource"] = (
            sum(
                np.where(mw > 0, mw * value(full_load_hours[t], judged.points(t)), 0.0)
                for t, mw in capacity_mw.items()
            )
            / total
        )
    for name, figure in figures.items():
        if figure is not None and not np.isnan(figure[total > 0]).all():
            # No way at all (inf) is the worst there is, not a gap in the data.
            held[name] = value(np.where(np.isinf(figure), 1e12, figure), judged.points(name))
    used = {name: weight for name, weight in weights.items() if name in held}
    if not used:
        raise InputError(Problem(where, "criteria", ", ".join(weights), "one for which there are data"))
    scale = sum(used.values())
    used = {name: weight / scale for name, weight in used.items()}
    score, known = np.zeros_like(total), np.zeros_like(total)
    for name, weight in used.items():
        there = np.isfinite(held[name])
        score += np.where(there, weight * np.nan_to_num(held[name]), 0.0)
        known += np.where(there, weight, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where((total > 0) & (known > 0), score / known, np.nan)
    left_out = tuple(name for name in weights if name not in used)
    score.flags.writeable = False
    return Suitability(score, MappingProxyType({n: held[n] for n in used}), MappingProxyType(used), left_out)
