"""The links of the chain by name, what each may read of a scenario, and the keys of their answers.

A link is handed a view of the scenario that shows what is declared here and raises at anything else, so the
key of its answer, a hash of what is declared, cannot miss an input.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MethodType
from typing import Any, Literal, cast, get_args

from pydantic import BaseModel

from planning.scenario import BaseSpec, Part, Scenario

Link = Literal["resource", "sizing", "dispatch", "power_flow", "cash_flow"]
LINKS: tuple[Link, ...] = get_args(Link)
"""In the order in which one feeds the next."""

RESOURCE = frozenset((
    "seed", "resource.rasters", "resource.weather", "resource.weather_year", "resource.level",
    "resource.land_cover", "resource.excluded", "plant",
))  # fmt: skip
"""Wind, sun and land; the water of the section is read where stations are."""
WATER = frozenset((
    "year", "seed", "resource.water_exceedance_pct", "resource.flows", "resource.flow_year",
    "resource.flow_stations",
))  # fmt: skip
RESOURCE_OF_BASE = frozenset({"wind_sites", "pv_sites", "plant"})
SIZING = frozenset({"price_year", "prices.discount_rate"})
SIZING_WITH_COAL = frozenset({"prices.carbon_cny_per_t"})
SIZING_WITH_WATER = WATER
SIZING_OF_BASE = frozenset((
    "id", "name_zh", "name_en", "node", "wind_sites", "pv_sites", "channel_mw", "channel_full_load_hours",
    "capacity", "wind_mw", "pv_mw", "battery_mw", "battery_mwh", "coal_mw", "wind_max_mw", "pv_max_mw",
    "land_max_km2", "renewable_share_min", "curtailment_share_max", "cascade", "cascade_stations",
))  # fmt: skip
"""Names among them: `without_words` has put the id in their place."""
DISPATCH = WATER | frozenset((
    "load.consumption_twh", "load.shares_of_year", "fleet.total_gw", "fleet.weights",
    "fleet.rank_power", "fleet.nodes", "fleet.fixed_mw", "fleet.duration_h", "fleet.opening_gw", "fleet.yields",
    "fleet.taken", "lines.in_service_by", "lines.operation",
    "lines.also", "lines.without", "lines.own", "lines.changed", "lines.outages", "bases.id", "bases.node", "bases.corridor_id",
    "bases.channel_mw", "bases.cascade", "bases.cascade_stations", "bases.in_fleet_2020_wind_mw",
    "bases.in_fleet_2020_pv_mw",
))  # fmt: skip
POWER_FLOW: frozenset[str] = frozenset()
"""The dispatch is all it asks for."""

_NOWHERE = {"from_lon_deg": 105.0, "from_lat_deg": 36.0, "to_lon_deg": 105.0, "to_lat_deg": 36.0}


class UndeclaredInput(Exception):
    """A link read an input it does not declare: a fault of ours, found by the first run that meets it."""


def without_words(scenario: Scenario) -> Scenario:
    """The scenario with what goes into no figure made the same in all: names, sources, places of map symbols."""
    bases = tuple(b.model_copy(update={"name_zh": b.id, "name_en": b.id}) for b in scenario.bases)
    own = tuple(
        line.model_copy(
            update={
                "name_zh": line.id,
                "name_en": line.id,
                "source": "-",
                "tier": "estimated",
                "route": (),
                **_NOWHERE,
            }
        )
        for line in scenario.lines.own
    )
    changed = tuple(
        line.model_copy(update={"source": "-", "tier": "estimated"}) for line in scenario.lines.changed
    )
    lines = scenario.lines.model_copy(update={"own": own, "changed": changed})
    return scenario.model_copy(update={"bases": bases, "lines": lines})


# -- what a link sees ----------------------------------------------------------------------------

Tree = dict[str, "Tree | None"]
"""Declared names; None: the whole of what is under the name."""


def _tree(paths: Iterable[str]) -> Tree:
    root: Tree = {}
    for path in paths:
        *heads, last = path.split(".")
        place = root
        for head in heads:
            inner = place.setdefault(head, {})
            assert inner is not None, path
            place = inner
        place[last] = None
    return root


class View:
    """A part of a scenario of which only declared names can be read; lists and tables of parts likewise."""

    __slots__ = ("_part", "_tree", "_where")

    def __init__(self, part: BaseModel, tree: Tree, where: str) -> None:
        self._part, self._tree, self._where = part, tree, where

    def __getattr__(self, name: str) -> Any:
        cls = type(self._part)
        if name not in cls.model_fields:
            member = getattr(cls, name)
            if isinstance(member, property) and member.fget is not None:
                return member.fget(self)
            # A method of the part sees what we see.
            return MethodType(member, self) if callable(member) else member
        if name not in self._tree:
            raise UndeclaredInput(f"{self._where}{name}")
        value, inner = getattr(self._part, name), self._tree[name]
        return value if inner is None else _seen(value, inner, f"{self._where}{name}.")


def _seen(value: Any, tree: Tree, where: str) -> Any:
    if isinstance(value, BaseModel):
        return View(value, tree, where)
    if isinstance(value, tuple):
        return tuple(_seen(item, tree, where) for item in value)
    if isinstance(value, Mapping):
        return {key: _seen(item, tree, where) for key, item in value.items()}
    raise UndeclaredInput(where)


def seen(scenario: Scenario, declared: Iterable[str]) -> Scenario:
    """A scenario that shows what is declared, `bases.node` of every base; UndeclaredInput at anything else."""
    return cast(Scenario, View(without_words(scenario), _tree(declared), "scenario."))


def seen_base(scenario: Scenario, base_id: str, declared: Iterable[str]) -> BaseSpec:
    """The same of one base."""
    base = without_words(scenario).base(base_id)
    return cast(BaseSpec, View(base, _tree(declared), f"bases.{base_id}."))


def sizing_declares(base: BaseSpec) -> frozenset[str]:
    """What the sizing of a base reads of the scenario, beside the base: carbon burns with coal only."""
    declared = SIZING
    if base.coal_mw > 0:
        declared |= SIZING_WITH_COAL
    if base.cascade is not None:
        declared |= SIZING_WITH_WATER
    return declared


# -- keys ----------------------------------------------------------------------------------------


def declared_values(part: Part, declared: Iterable[str]) -> dict[str, Any]:
    """The declared inputs of a part as plain values, for a hash."""
    tree = _tree(declared)
    return {name: _plain(getattr(part, name), inner) for name, inner in sorted(tree.items())}


def _plain(value: Any, tree: Tree | None) -> Any:
    if isinstance(value, tuple):
        return [_plain(item, tree) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item, tree) for key, item in value.items()}
    if isinstance(value, BaseModel):
        if tree is None:
            return value.model_dump(mode="json")
        return {name: _plain(getattr(value, name), inner) for name, inner in sorted(tree.items())}
    return value


def hashed(value: Any) -> str:
    """SHA-256 (hex) of a value of plain parts; equal values, equal hash."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Keys:
    """The key of every answer of a scenario's chain, known before anything is computed."""

    nodes: str
    profiles: Mapping[str, str]
    """By base."""
    designs: Mapping[str, str]
    """By base."""
    dispatch: str
    power_flow: str
    cash_flow: str

    def of(self, link: Link) -> tuple[str, ...]:
        """All keys of a link."""
        return {
            "resource": (self.nodes, *self.profiles.values()),
            "sizing": tuple(self.designs.values()),
            "dispatch": (self.dispatch,),
            "power_flow": (self.power_flow,),
            "cash_flow": (self.cash_flow,),
        }[link]


def keys_of(scenario: Scenario, ground: str) -> Keys:
    """The keys of a scenario.

    Parameters
    ----------
    ground
        What all links stand on: program, tables, atlas, and what the library says of imported data
        (`planning.chain.ground`).
    """
    plain = without_words(scenario)

    def key(link: str, inputs: Any, upstream: Iterable[str] = ()) -> str:
        return hashed({"ground": ground, "link": link, "inputs": inputs, "upstream": list(upstream)})

    nodes = key("nodes", declared_values(plain, RESOURCE))
    profiles, designs = {}, {}
    for base in plain.bases:
        site = [declared_values(plain, RESOURCE), declared_values(base, RESOURCE_OF_BASE)]
        profiles[base.id] = key("profile", site)
        asked = [declared_values(plain, sizing_declares(base)), declared_values(base, SIZING_OF_BASE)]
        designs[base.id] = key("design", asked, [profiles[base.id]])
    dispatch = key(
        "dispatch", declared_values(plain, DISPATCH), [nodes, *profiles.values(), *designs.values()]
    )
    flow = key("power_flow", declared_values(plain, POWER_FLOW), [dispatch])
    # The document holds names and sources as well: the cash flow depends on every word.
    cash = key("cash_flow", scenario.model_dump(mode="json"), [*designs.values(), dispatch, flow])
    return Keys(nodes, profiles, designs, dispatch, flow, cash)


def first_stale(run: Scenario, now: Scenario) -> Link | None:
    """The first link whose answer another scenario would change; None: all of them stand."""
    before, after = keys_of(run, ""), keys_of(now, "")
    return next((link for link in LINKS if before.of(link) != after.of(link)), None)


__all__ = [
    "LINKS",
    "Keys",
    "Link",
    "UndeclaredInput",
    "View",
    "declared_values",
    "first_stale",
    "hashed",
    "keys_of",
    "seen",
    "seen_base",
    "sizing_declares",
    "without_words",
]
