"""Edits of a workspace: each a name and a pure function; what comes out is checked as a file would be.

Every edit raises InputError, with all that is wrong, and leaves the workspace it was given as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from gis_layers.errors import InputError, Problem
from planning.day_curve import curve_typed
from planning.history import EditName
from planning.line_choice import follow
from planning.market import BY_LINE, NUMBERS, numbers_typed
from planning.scenario import BaseSpec, OwnLine, Part, Scenario, parse_scenario
from planning.scenario_fields import SITES, Value, sites_typed, words_of
from planning.table_rows import problems_of
from planning.workspace import Bookmark, Drawing, Pin, Preferences, UserLayer, Workspace
from resources.choice import ResourceChoice
from resources.library import DataRef

BATTERY_HOURS = 2.0
"""What a battery holds when only its power is typed; the chain's own default."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A named change."""

    name: EditName
    change: Callable[[Workspace], Workspace]

    def __call__(self, workspace: Workspace) -> Workspace:
        return self.change(workspace)


def value_at(scenario: Scenario, path: str) -> Value:
    """The value a path names; KeyError where it names nothing."""
    return _walk(scenario.model_dump(mode="python"), path.split("."))  # type: ignore[no-any-return]


# -- scenarios -----------------------------------------------------------------------------------


def set_field(workspace: Workspace, scenario_id: str, path: str, value: Value) -> Edit:
    """Set one input, named by its path in `workspace`'s scenario; see `set_fields`."""
    return set_fields(workspace, scenario_id, {path: value})


def set_fields(workspace: Workspace, scenario_id: str, values: Mapping[str, Value]) -> Edit:
    """Set inputs that belong together.

    What only makes sense in pairs follows: a base given by hand starts from its published design, else from its
    channel; one that is to be sized forgets what was given; a battery has power and energy or neither.
    """
    scenario = _scenario(workspace, scenario_id)
    zh, en = words_of(next(iter(values)), scenario)

    def change(old: Workspace) -> Workspace:
        data = _scenario(old, scenario_id).model_dump(mode="json")
        for path, value in values.items():
            parts = path.split(".")
            parent = _walk(data, parts[:-1])
            if not isinstance(parent, dict):
                raise InputError(Problem(scenario_id, path, "nothing", "an input of the scenario"))
            if value is None and parts[-2:-1] and parts[-2] in ("fixed_mw", *BY_LINE):
                parent.pop(parts[-1], None)
                continue
            if parts[-1] in SITES and isinstance(value, str):
                parent[parts[-1]] = sites_typed(value, path)
            elif parts[-1] == "day_curve" and isinstance(value, str):
                parent[parts[-1]] = curve_typed(value, path)
            elif parts[-1] in NUMBERS and (value is None or isinstance(value, str)):
                parent[parts[-1]] = numbers_typed(value or "", path)
            elif (
                parts[0] == "market"
                and value is None
                and parts[-1] in ("peak_hours", "valley_hours", "source")
            ):
                parent[parts[-1]] = ""
            else:
                parent[parts[-1]] = list(value) if isinstance(value, tuple) else value
            if parts[0] == "bases":
                _follow(parent, parts[-1])
            elif parts[:2] == ["lines", "changed"]:
                follow(parent, parts[-1])
        return _with_scenario(old, _parsed(data, scenario_id), scenario_id)

    return Edit(EditName(f"修改{zh}", f"Change {en}"), change)


def _follow(base: dict[str, Any], key: str) -> None:
    published = base.get("published") or {}
    if key == "capacity":
        for name in ("wind_mw", "pv_mw"):
            if base["capacity"] == "sized":
                base[name] = None
            elif base[name] is None:
                base[name] = published.get(name) or base["channel_mw"]
    elif key == "battery_mw":
        power = base["battery_mw"]
        if power is None:
            base["battery_mwh"] = None
        elif base["battery_mwh"] is None and isinstance(power, int | float):
            base["battery_mwh"] = BATTERY_HOURS * power
    elif key == "battery_mwh":
        energy = base["battery_mwh"]
        if energy is None:
            base["battery_mw"] = None
        elif base["battery_mw"] is None and isinstance(energy, int | float):
            base["battery_mw"] = energy / BATTERY_HOURS
    elif key in ("wind_mw", "pv_mw") and base["capacity"] == "sized" and base[key] is not None:
        base["capacity"] = "fixed"
        _follow(base, "capacity")


def add_scenario(scenario: Scenario) -> Edit:
    """Add a scenario and make it the active one; its id must be new."""

    def change(old: Workspace) -> Workspace:
        return _checked(old, scenarios=(*old.scenarios, scenario), active=scenario.id)

    return Edit(EditName(f"新建情景{scenario.name_zh}", f"New scenario {scenario.name_en}"), change)


def duplicate_scenario(workspace: Workspace, scenario_id: str) -> Edit:
    """Add a copy under a new id and name, and make it the active one."""
    source = _scenario(workspace, scenario_id)

    def change(old: Workspace) -> Workspace:
        scenario = _scenario(old, scenario_id)
        copy = scenario.model_copy(
            update={
                "id": new_id(scenario.id, (s.id for s in old.scenarios)),
                "name_zh": f"{scenario.name_zh}（副本）",
                "name_en": f"{scenario.name_en} (copy)",
            }
        )
        return _checked(old, scenarios=(*old.scenarios, copy), active=copy.id)

    return Edit(EditName(f"复制情景{source.name_zh}", f"Duplicate scenario {source.name_en}"), change)


def rename_scenario(scenario_id: str, name_zh: str, name_en: str) -> Edit:
    """Give a scenario other names; its id stays."""

    def change(old: Workspace) -> Workspace:
        data = _scenario(old, scenario_id).model_dump(mode="json")
        data |= {"name_zh": name_zh.strip(), "name_en": name_en.strip()}
        return _with_scenario(old, _parsed(data, scenario_id), scenario_id)

    return Edit(EditName(f"情景改名为{name_zh}", f"Rename scenario to {name_en}"), change)


def remove_scenario(workspace: Workspace, scenario_id: str) -> Edit:
    """Take a scenario out; the last one stays."""
    gone = _scenario(workspace, scenario_id)

    def change(old: Workspace) -> Workspace:
        _scenario(old, scenario_id)
        rest = tuple(s for s in old.scenarios if s.id != scenario_id)
        if not rest:
            raise InputError(Problem(scenario_id, "scenarios", "the last scenario", "one at least"))
        return _checked(old, scenarios=rest, active=old.active if old.active != scenario_id else rest[0].id)

    return Edit(EditName(f"删除情景{gone.name_zh}", f"Delete scenario {gone.name_en}"), change)


def activate_scenario(workspace: Workspace, scenario_id: str) -> Edit:
    """Work on another scenario."""
    chosen = _scenario(workspace, scenario_id)

    def change(old: Workspace) -> Workspace:
        _scenario(old, scenario_id)
        return _checked(old, active=scenario_id)

    return Edit(EditName(f"切换到情景{chosen.name_zh}", f"Switch to scenario {chosen.name_en}"), change)


def set_resource(
    workspace: Workspace, scenario_id: str, resource: ResourceChoice, verb: Verb, what: str
) -> Edit:
    """Use other imported data; `what` was added, removed or moved."""
    _scenario(workspace, scenario_id)

    def change(old: Workspace) -> Workspace:
        data = _scenario(old, scenario_id).model_dump(mode="json")
        data["resource"] = resource.model_dump(mode="json")
        return _with_scenario(old, _parsed(data, scenario_id), scenario_id)

    return Edit(EditName(f"{verb[0]}资源数据 {what}", f"{verb[1]} resource data {what}"), change)


def set_flow_station(workspace: Workspace, scenario_id: str, series: str, station: str) -> Edit:
    """The station a discharge series is the water of; "" leaves it to the program."""
    choice = _scenario(workspace, scenario_id).resource
    said = {name: id for name, id in choice.flow_stations.items() if name != series}
    if station:
        said[series] = station
    chosen = choice.model_copy(update={"flow_stations": said})
    return set_resource(workspace, scenario_id, chosen, PLACE, series)


def set_curve(workspace: Workspace, scenario_id: str, path: str, curve: DataRef | None) -> Edit:
    """An imported power curve for the machines at `path` ('plant.wind', 'bases.kubuqi.plant.wind'), or none.

    A curve has its own rated power and rotor, so the machine chosen before goes.
    """
    zh, en = words_of(f"{path}.curve", _scenario(workspace, scenario_id))

    def change(old: Workspace) -> Workspace:
        data = _scenario(old, scenario_id).model_dump(mode="json")
        wind = _walk(data, path.split("."))
        wind["curve"] = None if curve is None else curve.model_dump(mode="json")
        if curve is not None:
            wind.update(machine=None, rated_mw=None, rotor_m=None)
        return _with_scenario(old, _parsed(data, scenario_id), scenario_id)

    return Edit(EditName(f"修改{zh}", f"Change {en}"), change)


# -- bases and lines of a scenario ---------------------------------------------------------------


Verb = tuple[str, str]
"""What an edit does, Chinese and English, before the name of the thing."""
DRAW, MOVE, RESITE = ("绘制", "Draw"), ("移动", "Move"), ("重新选址", "Find sites anew for")
USE, LEAVE = ("采用", "Use"), ("停用", "Stop using")
PLACE = ("对应电站:", "Place")


def put_base(scenario_id: str, base: BaseSpec, verb: Verb = DRAW) -> Edit:
    """Add a base, or replace the one of the same id."""
    return Edit(
        EditName(f"{verb[0]}基地{base.name_zh}", f"{verb[1]} base {base.name_en}"),
        lambda old: _with_parts(old, scenario_id, ("bases",), lambda bases: _put(bases, base)),
    )


def remove_base(workspace: Workspace, scenario_id: str, base_id: str) -> Edit:
    """Take a base out."""
    zh, en = words_of(f"bases.{base_id}", _scenario(workspace, scenario_id))
    return Edit(
        EditName(f"删除基地{zh}", f"Delete base {en}"),
        lambda old: _with_parts(old, scenario_id, ("bases",), lambda bases: _without(bases, base_id)),
    )


def put_line(scenario_id: str, line: OwnLine, verb: Verb = DRAW) -> Edit:
    """Add an own line, or replace the one of the same id."""
    return Edit(
        EditName(f"{verb[0]}通道{line.name_zh}", f"{verb[1]} corridor {line.name_en}"),
        lambda old: _with_parts(old, scenario_id, ("lines", "own"), lambda own: _put(own, line)),
    )


def remove_line(workspace: Workspace, scenario_id: str, line_id: str) -> Edit:
    """Take an own line out; a base that feeds it must find another first."""
    zh, en = words_of(f"lines.own.{line_id}", _scenario(workspace, scenario_id))
    return Edit(
        EditName(f"删除通道{zh}", f"Delete corridor {en}"),
        lambda old: _with_parts(old, scenario_id, ("lines", "own"), lambda own: _without(own, line_id)),
    )


# -- what is on the map --------------------------------------------------------------------------

Item = Drawing | Pin | Bookmark | UserLayer
_KINDS: dict[type[Part], tuple[str, str, str]] = {
    Drawing: ("drawings", "图形", "drawing"),
    Pin: ("pins", "标记", "pin"),
    Bookmark: ("bookmarks", "书签", "bookmark"),
    UserLayer: ("user_layers", "图层", "layer"),
}


def put_item(item: Item, verb: Verb = ("放置", "Place")) -> Edit:
    """Add a drawing, pin, bookmark or layer, or replace the one of the same id."""
    field, zh, en = _KINDS[type(item)]

    def change(old: Workspace) -> Workspace:
        items: tuple[Item, ...] = getattr(old, field)
        if any(x.id == item.id for x in items):
            return _checked(old, **{field: tuple(item if x.id == item.id else x for x in items)})
        return _checked(old, **{field: (*items, item)})

    return Edit(EditName(f"{verb[0]}{zh} {item.name}", f"{verb[1]} {en} {item.name}"), change)


def remove_item(item: Item) -> Edit:
    """Take a drawing, pin, bookmark or layer out."""
    field, zh, en = _KINDS[type(item)]

    def change(old: Workspace) -> Workspace:
        rest = tuple(x for x in getattr(old, field) if x.id != item.id)
        if len(rest) == len(getattr(old, field)):
            raise InputError(Problem(field, "id", item.id, f"a {en} of this project"))
        return _checked(old, **{field: rest})

    return Edit(EditName(f"删除{zh} {item.name}", f"Delete {en} {item.name}"), change)


def set_review_number(number: str) -> Edit:
    """The 审图号 printed on every map."""
    return Edit(
        EditName("修改审图号", "Change the map review number"),
        lambda old: _checked(old, map_review_number=number.strip()),
    )


def set_preferences(preferences: Preferences) -> Edit:
    return Edit(
        EditName("修改项目设置", "Change project settings"),
        lambda old: _checked(old, preferences=preferences),
    )


def together(first: Edit, *more: Edit) -> Edit:
    """Several edits as one step of undo, under the first one's name; refused whole if one is."""

    def change(old: Workspace) -> Workspace:
        for edit in (first, *more):
            old = edit(old)
        return old

    return Edit(first.name, change)


# -- shared --------------------------------------------------------------------------------------


def new_id(wanted: str, taken: Iterable[str]) -> str:
    """`wanted`, or with the first number behind it that makes it unused; 64 characters at most."""
    used = set(taken)
    if wanted not in used:
        return wanted
    number = 2
    while f"{wanted[:58]}-{number}" in used:
        number += 1
    return f"{wanted[:58]}-{number}"


def _scenario(workspace: Workspace, scenario_id: str) -> Scenario:
    try:
        return workspace.scenario(scenario_id)
    except KeyError:
        raise InputError(Problem("project", "scenario", scenario_id, "a scenario of this project")) from None


def _parsed(data: dict[str, Any], where: str) -> Scenario:
    return parse_scenario(data, where)


def _checked(workspace: Workspace, **changes: object) -> Workspace:
    """A copy with changes, every rule of the workspace checked."""
    fields = {name: getattr(workspace, name) for name in type(workspace).model_fields}
    try:
        return Workspace.model_validate({**fields, **changes})
    except ValidationError as error:
        raise InputError(problems_of(error, "project")) from error


def _with_scenario(workspace: Workspace, scenario: Scenario, scenario_id: str) -> Workspace:
    return _checked(
        workspace, scenarios=tuple(scenario if s.id == scenario_id else s for s in workspace.scenarios)
    )


def _with_parts(
    workspace: Workspace,
    scenario_id: str,
    keys: tuple[str, ...],
    change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]],
) -> Workspace:
    data = _scenario(workspace, scenario_id).model_dump(mode="json")
    parent = _walk(data, list(keys[:-1]))
    parent[keys[-1]] = change(parent[keys[-1]])
    return _with_scenario(workspace, _parsed(data, scenario_id), scenario_id)


PartT = TypeVar("PartT", BaseSpec, OwnLine)


def _put(parts: list[dict[str, Any]], part: PartT) -> list[dict[str, Any]]:
    data = part.model_dump(mode="json")
    if any(p["id"] == part.id for p in parts):
        return [data if p["id"] == part.id else p for p in parts]
    return [*parts, data]


def _without(parts: list[dict[str, Any]], identity: str) -> list[dict[str, Any]]:
    rest = [p for p in parts if p["id"] != identity]
    if len(rest) == len(parts):
        raise InputError(Problem("project", "id", identity, "a part of this scenario"))
    return rest


def _walk(data: Any, keys: list[str]) -> Any:
    """Down dicts by key and lists by id; InputError where a step leads nowhere."""
    at: Any = data
    found: Any
    for number, key in enumerate(keys):
        if isinstance(at, list | tuple):
            found = next((x for x in at if isinstance(x, dict) and x.get("id") == key), _NOTHING)
        else:
            found = at.get(key, _NOTHING) if isinstance(at, dict) else _NOTHING
        if found is _NOTHING or (found is None and number + 1 < len(keys)):
            raise InputError(
                Problem("project", ".".join(keys), "nothing", "the path of an input, as bases.kubuqi.wind_mw")
            )
        at = found
    return at


_NOTHING = object()
