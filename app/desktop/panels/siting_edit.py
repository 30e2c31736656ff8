"""Rules and wishes of a siting as they are being edited; frozen values, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from pydantic import ValidationError

from gis_layers.errors import InputError
from planning.siting.eligibility import Technology
from planning.siting.land_split import LandUse
from planning.siting.request import SitingRequest
from planning.siting.rules import (
    ElevationRule,
    LandCoverRule,
    LandUseRule,
    RasterRule,
    Rule,
    RuleSet,
    SlopeRule,
)
from planning.siting.suitability import Judgements
from planning.table_rows import problems_of

EDITED: Final = "-edited"
"""Ends the name of a set that is no longer the one it began as, so that no answer claims it is."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of a rule a planner sets, in the unit of the field."""

    field: str
    unit: str
    value: float
    low: float
    high: float
    step: float
    factor: float = 1.0
    """The rule's own figure is this part of the shown one."""


def thresholds(rule: Rule) -> tuple[Threshold, ...]:
    """The limits of a rule besides its buffer; of a raster one or two."""
    if isinstance(rule, SlopeRule):
        if rule.max_percent is not None:
            return (Threshold("max_percent", "%", rule.max_percent, 0.1, 500.0, 1.0),)
        return (Threshold("max_deg", "°", rule.max_deg or 0.0, 0.1, 78.9, 0.5),)
    if isinstance(rule, ElevationRule):
        return (Threshold("max_m", "m", rule.max_m, -500.0, 9000.0, 100.0),)
    if isinstance(rule, LandCoverRule):
        return (Threshold("taken_share", "%", 100.0 * rule.taken_share, 1.0, 100.0, 5.0, 0.01),)
    if isinstance(rule, RasterRule):
        found = [("low", rule.low), ("high", rule.high)]
        return tuple(Threshold(name, "", v, -1e9, 1e9, 1.0) for name, v in found if v is not None)
    return ()


def takes_buffer(rule: Rule) -> bool:
    """Whether a buffer around what the rule takes has a meaning."""
    if isinstance(rule, LandUseRule):
        return False
    return not (isinstance(rule, LandCoverRule) and rule.taken_share < 1.0)


@dataclass(frozen=True, slots=True)
class EditedRules:
    """A named set with what was changed in it."""

    base: RuleSet
    rules: tuple[Rule, ...]
    off: frozenset[str] = frozenset()

    @classmethod
    def of(cls, rules: RuleSet) -> EditedRules:
        return cls(rules, rules.rules)

    @property
    def changed(self) -> bool:
        return bool(self.off) or self.rules != self.base.rules

    def rule(self, identity: str) -> Rule:
        return next(rule for rule in self.rules if rule.id == identity)

    def switched(self, identity: str, on: bool) -> EditedRules:
        return replace(self, off=self.off - {identity} if on else self.off | {identity})

    def changed_rule(self, identity: str, **changes: Any) -> EditedRules:
        """The set with other figures in one rule; InputError where they cannot be."""
        rule = self.rule(identity)
        try:
            made = type(rule).model_validate(rule.model_dump() | changes)
        except ValidationError as error:
            raise InputError(problems_of(error, self.base.name)) from error
        return replace(self, rules=tuple(made if r.id == identity else r for r in self.rules))

    def effective(self, name: str = "") -> RuleSet:
        """The rules that are on, as a set of their own.

        Raises
        ------
        InputError
            None is on, or the name cannot be one.
        """
        held = [rule.model_dump(exclude_defaults=True) for rule in self.rules if rule.id not in self.off]
        own = name or (f"{self.base.name[: 60 - len(EDITED)]}{EDITED}" if self.changed else self.base.name)
        made = self.base.model_dump(exclude={"rules"}) | {"name": own, "rules": held}
        if name and name != self.base.name:
            made |= {"title_zh": "", "title_en": "", "note_zh": "", "note_en": ""}
        elif self.changed and not name:
            made |= {
                "title_zh": f"{self.base.title_zh[:110]} (已改)",
                "title_en": f"{self.base.title_en[:110]} (edited)",
            }
        try:
            return RuleSet.model_validate(made)
        except ValidationError as error:
            raise InputError(problems_of(error, "rules")) from error


LandRule = Literal["divided", "together"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the page asks for beside area and rules."""

    technologies: tuple[Technology, ...] = ("wind", "pv")
    channel: str = ""
    least_mw: float = 200.0
    most_mw: float = 2000.0
    total_mw: float | None = None
    land_rule: LandRule = "divided"
    pv_share: float = 0.25
    clip: bool = False
    judged: Judgements = field(default_factory=Judgements)

    def request(self) -> SitingRequest:
        """As the command takes it; InputError with every wish that cannot be met."""
        try:
            return SitingRequest(
                technologies=self.technologies,
                channel=self.channel,
                least_mw=self.least_mw,
                most_mw=self.most_mw,
                total_mw=self.total_mw,
                land_use=LandUse.model_validate(
                    {"rule": self.land_rule, "pv": self.pv_share, "wind": 1.0 - self.pv_share}
                ),
                judgements=self.judged,
            )
        except ValidationError as error:
            raise InputError(problems_of(error, "siting")) from error

    def arguments(self) -> list[str]:
        """The options of the command; weights go by a file of their own."""
        told = ["--technologies", ",".join(self.technologies), "--pv-share", f"{self.pv_share:g}"]
        told += ["--least-mw", f"{self.least_mw:.6g}", "--most-mw", f"{self.most_mw:.6g}"]
        if self.channel:
            told += [f"--channel={self.channel}"]
        if self.total_mw is not None:
            told += ["--total-mw", f"{self.total_mw:.6g}"]
        if self.land_rule == "together":
            told.append("--together")
        if self.clip:
            told.append("--clip")
        return told


def weights_toml(judged: Judgements) -> str:
    """Judgements as the command reads them."""
    import json

    lines = ["schema_version = 1", f"name = {json.dumps(judged.name, ensure_ascii=False)}"]
    lines.append(f"criteria = {json.dumps(list(judged.criteria))}")
    lines.append(f"matrix = {json.dumps([list(row) for row in judged.matrix])}")
    lines.append(f"allow_inconsistent = {json.dumps(judged.allow_inconsistent)}")
    if judged.values:
        lines += [
            "[values]",
            *(f"{k} = {json.dumps([list(p) for p in v])}" for k, v in judged.values.items()),
        ]
    return "\n".join(lines) + "\n"
