"""What a member answers: the figures that are compared, its own checks, or why it failed; kept on the disk by hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError

from gis_layers.errors import EnergyMapError, InputError, Problem
from gis_layers.files import replacing
from planning.frozen import Frozen
from planning.results import Summary

FORMAT: Final = "energymap ensemble member"

Kind = Literal["energy_mwh", "storage_mwh", "money_cny", "co2_t", "share"]
FIGURES: Final[Mapping[str, tuple[str, str, Kind]]] = {
    "wind_mwh": ("风电发电量", "wind energy", "energy_mwh"),
    "pv_mwh": ("光伏发电量", "PV energy", "energy_mwh"),
    "hydro_mwh": ("水电发电量", "hydro energy", "energy_mwh"),
    "curtailment_rate": ("弃电率", "curtailment rate", "share"),
    "unserved_mwh": ("缺供电量", "unserved energy", "storage_mwh"),
    "transfer_mwh": ("省间受端电量", "delivered between provinces", "energy_mwh"),
    "green_transfer_mwh": ("其中绿电", "green part delivered", "energy_mwh"),
    "line_loss_mwh": ("线损", "line losses", "energy_mwh"),
    "co2_t": ("二氧化碳排放", "CO2 emitted", "co2_t"),
    "cost_cny": ("运行成本", "variable cost", "money_cny"),
    "green_sold_mwh": ("送端绿电外送", "green energy sold", "energy_mwh"),
    "green_cash_cny": ("送端绿电收入", "green cash of the senders", "money_cny"),
    "claim_share": ("占送端 GDP", "share of the senders' GDP", "share"),
}
"""Figures of a member: Chinese, English, kind of quantity."""


class Failure(Frozen):
    """Why a member has no answer."""

    code: str
    params: dict[str, str | int | float]
    problems: tuple[tuple[str, str, str, str], ...] = ()
    """Where, field, found, expected."""

    def error(self) -> EnergyMapError:
        """As an error, for who says errors in words."""
        if self.problems:
            return InputError([Problem(*one) for one in self.problems], self.code)
        return EnergyMapError(self.code, **self.params)


class MemberAnswer(Frozen):
    """One member run."""

    name: str
    key: str
    """Hash of its scenario and of all it stands on; '' where it failed before there was one."""
    seconds: float
    figures: dict[str, float] = Field(default_factory=dict)
    """Of `FIGURES`; empty where it failed."""
    corridor_mwh: dict[str, float] = Field(default_factory=dict)
    """Delivered, by corridor."""
    corridor_names: dict[str, tuple[str, str]] = Field(default_factory=dict)
    max_residual_mw: float = 0.0
    """Checks of the run: energy of a node in an hour, ..."""
    energy_residual_mwh: float = 0.0
    """... of a province over the year, ..."""
    money_residual_cny: float = 0.0
    """... and money of all parties."""
    hours_converged: int = 0
    """Of the power flow's chosen hours."""
    failure: Failure | None = None

    @property
    def done(self) -> bool:
        return self.failure is None


def answer_of(name: str, key: str, seconds: float, summary: Summary) -> MemberAnswer:
    """The figures of a summary."""
    nation, claim, balance = summary.national, summary.claim, summary.balance
    energy = {t: nation.generation_twh.get(t, 0.0) * 1e6 for t in ("wind", "pv", "hydro")}
    return MemberAnswer(
        name=name,
        key=key,
        seconds=round(seconds, 1),
        figures={
            "wind_mwh": energy["wind"],
            "pv_mwh": energy["pv"],
            "hydro_mwh": energy["hydro"],
            "curtailment_rate": nation.curtailment_rate,
            "unserved_mwh": nation.unserved_mwh,
            "transfer_mwh": nation.transfer_twh * 1e6,
            "green_transfer_mwh": nation.green_transfer_twh * 1e6,
            "line_loss_mwh": nation.loss_twh * 1e6,
            "co2_t": nation.co2_mt * 1e6,
            "cost_cny": nation.cost_cny,
            "green_sold_mwh": claim.green_sold_mwh,
            "green_cash_cny": claim.cash_cny,
            "claim_share": claim.gdp_share,
        },
        corridor_mwh={id: line.delivered_mwh for id, line in summary.corridors.items()},
        corridor_names={id: (line.name_zh, line.name_en) for id, line in summary.corridors.items()},
        max_residual_mw=balance.max_residual_mw,
        energy_residual_mwh=balance.energy_residual_mwh,
        money_residual_cny=balance.money_residual_cny,
        hours_converged=summary.power_flow.converged,
    )


def failure_of(name: str, key: str, seconds: float, error: BaseException) -> MemberAnswer:
    """A member that has none, with the reason."""
    if isinstance(error, InputError):
        problems = tuple((p.where, p.field, p.found, p.expected) for p in error.problems)
        failure = Failure(code=error.code, params={}, problems=problems)
    elif isinstance(error, EnergyMapError):
        failure = Failure(code=error.code, params=dict(error.params))
    elif isinstance(error, MemoryError):
        failure = Failure(code="memory_full", params={})
    else:
        failure = Failure(code="member_fault", params={"what": f"{type(error).__name__}: {error}"[:300]})
    return MemberAnswer(name=name, key=key, seconds=round(seconds, 1), failure=failure)


def keep(folder: Path, answer: MemberAnswer) -> None:
    """Write a finished member, whole or not at all."""
    body = answer.model_dump(mode="json")
    text = json.dumps({"format": FORMAT, "sha256": _hash(body), "answer": body}, ensure_ascii=False, indent=1)
    with replacing(_path(folder, answer.key)) as temporary:
        Path(temporary).write_text(text, encoding="utf-8")


def kept(folder: Path, name: str, key: str) -> MemberAnswer | None:
    """A member finished before, under its present name; None where there is none that can be believed."""
    path = _path(folder, key)
    if not path.is_file():
        return None
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        body = held["answer"]
        if held["format"] != FORMAT or held["sha256"] != _hash(body) or body["key"] != key:
            return None
        found = MemberAnswer.model_validate(body)
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return None
    return found.model_copy(update={"name": name}) if found.done else None


def _path(folder: Path, key: str) -> Path:
    return folder / f"member-{key[:40]}.json"


def _hash(body: object) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
