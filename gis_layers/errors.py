"""The errors of the whole program: a code and parameters here, words (zh/en) only in `app.messages`.

EnergyMapError            exit 1   anything we raise on purpose
├── InputError            exit 2   what the user gave cannot be used; carries every problem found
├── InfeasibleError       exit 3   the wish cannot be met; carries the limits in conflict
├── BalanceError          exit 1   energy, money or area does not add up: our fault, never rounded away
├── SolverError           exit 1   a solver gave no usable answer
└── Cancelled             exit 130 the user stopped the work
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Param = str | int | float


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where, what was found, what is expected."""

    where: str
    """File, or 'argument', as the user knows it; with the row where there is one (`x.csv row 7`)."""
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.where}: {self.field}: found {self.found}, expected {self.expected}"


class EnergyMapError(Exception):
    """Base of all deliberate errors; `code` picks the sentence, `params` fill it."""

    exit_code = 1

    def __init__(self, code: str, **params: Param) -> None:
        self.code = code
        self.params: Mapping[str, Param] = params
        text = ", ".join(f"{k}={v}" for k, v in params.items())
        super().__init__(f"{code} ({text})" if text else code)


class InputError(EnergyMapError):
    """Bad input; all problems of one input are collected and raised once."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem] | Problem, code: str = "bad_input") -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(code)
        self.args = ("\n".join(str(p) for p in self.problems),)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A limit that takes part in an infeasible wish, and by how much it would have to give."""

    limit: str
    amount: float
    unit: str


class InfeasibleError(EnergyMapError):
    """The wish cannot be met; `conflicts` are ordered by how much each must give."""

    exit_code = 3

    def __init__(self, code: str, conflicts: Iterable[Conflict] = (), **params: Param) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__(code, **params)


class BalanceError(EnergyMapError):
    """A conservation law is broken beyond its stated tolerance."""


class SolverError(EnergyMapError):
    """A solver ended without a usable answer."""


class Cancelled(EnergyMapError):
    """Raised by a progress callback when the user cancels."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("cancelled")
