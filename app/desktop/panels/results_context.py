"""What every page of the results shows from: the answer, its hours, the scenario, the reader and the selection."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from app.desktop.charts.data import Balance, ScopeKind, balance
from app.desktop.charts.look import Look
from app.desktop.texts import text
from planning.hourly import HourlyResult
from planning.results import Summary
from planning.scenario import Scenario
from planning.words import term

Selection = tuple[str, str] | None
"""Kind (corridor, base, province) and id."""


@dataclass(frozen=True)
class Context:
    """Frozen: any change makes a new one, and only the page in sight is filled from it."""

    summary: Summary
    hourly: HourlyResult | None
    scenario: Scenario | None
    look: Look
    selected: Selection
    scope: tuple[ScopeKind, str]
    """Of the hourly charts: nation, or a province or base by id."""

    @property
    def source(self) -> str:
        """The line under every chart: which scenario, and of what grade."""
        s = self.summary
        grade = text("charts.source", self.look.language, grade=term(s.grade, self.look.language))
        return f"{self.look.pick(s.scenario_name_zh, s.scenario_name_en)} · {grade}"

    def name(self, kind: str, identity: str) -> str:
        """A thing's name in the reader's language; an unknown one keeps its id."""
        s = self.summary
        things = {"province": s.provinces, "base": s.bases, "corridor": s.corridors}.get(kind, {})
        thing = things.get(identity)  # type: ignore[attr-defined]
        if thing is None:
            return text("charts.nation", self.look.language) if kind == "nation" else identity
        return self.look.pick(thing.name_zh, thing.name_en)

    def balance(self) -> Balance | None:
        return None if self.hourly is None else _balance(_Same(self.hourly), *self.scope)

    def chosen(self, kind: str) -> str | None:
        """The id of what is selected, if it is of that kind."""
        return self.selected[1] if self.selected is not None and self.selected[0] == kind else None


class _Same:
    """Arrays cannot be keys: the same object is."""

    def __init__(self, hourly: HourlyResult) -> None:
        self.hourly = hourly

    def __hash__(self) -> int:
        return id(self.hourly)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.hourly is self.hourly


@lru_cache(maxsize=4)
def _balance(same: _Same, kind: ScopeKind, identity: str) -> Balance | None:
    return balance(same.hourly, kind, identity)
