"""Answers of links taken apart into arrays and plain values, and put together again.

What was computed goes through the same form as what was stored, so that a run with a store cannot differ from
one without by as little as the order in which memory is added up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from planning.chain.nation import HOURS
from planning.chain.profile_values import BaseProfiles, NodeProfiles
from planning.chain.store import Entry
from planning.dispatch.green import GreenTrace
from planning.dispatch.result import DispatchResult
from planning.fleet import NodeResource
from planning.results import PowerFlowResult
from planning.sizing import BaseDesign
from planning.sizing.case import BaseCase
from resources.served import from_plain

Made = TypeVar("Made")


def take_apart(value: object, left_out: tuple[str, ...] = ()) -> Entry:
    """A dataclass of numbers, texts, arrays and tables of arrays, one level deep."""
    values: dict[str, Any] = {}
    arrays: dict[str, NDArray[Any]] = {}
    for field in fields(value):  # type: ignore[arg-type]
        held = getattr(value, field.name)
        if field.name in left_out:
            continue
        if isinstance(held, np.ndarray):
            arrays[field.name] = np.ascontiguousarray(held)
        elif isinstance(held, Mapping) and any(isinstance(v, np.ndarray) for v in held.values()):
            values[field.name] = {"tables": list(held)}
            arrays |= {f"{field.name}.{key}": np.ascontiguousarray(v) for key, v in held.items()}
        else:
            values[field.name] = held if not isinstance(held, Mapping) else dict(held)
    return Entry(values, arrays)


def put_together(cls: type[Made], entry: Entry, **more: object) -> Made:
    """The dataclass again; KeyError, TypeError where the entry is not one of it."""
    held: dict[str, Any] = dict(entry.values)
    for name, value in entry.values.items():
        if isinstance(value, Mapping) and set(value) == {"tables"}:
            held[name] = {key: entry.arrays[f"{name}.{key}"] for key in value["tables"]}
        elif isinstance(value, list):
            held[name] = tuple(value)
    held |= {name: array for name, array in entry.arrays.items() if "." not in name}
    return cls(**(held | more))


def _need(good: bool, what: str) -> None:
    if not good:
        raise ValueError(f"{what} of another shape")


def pack_nodes(nodes: NodeProfiles) -> Entry:
    entry = take_apart(nodes, ("resource", "served"))
    resource = {
        node: {name: getattr(offer, name) for name in NodeResource.__slots__}
        for node, offer in nodes.resource.items()
    }
    return Entry({"resource": resource, "served": nodes.served.as_plain()}, entry.arrays)


def unpack_nodes(entry: Entry, count: int) -> NodeProfiles:
    """KeyError, TypeError, ValueError where the entry is not of `count` nodes; so do all of these."""
    resource = {node: NodeResource(**offer) for node, offer in entry.values["resource"].items()}
    nodes = NodeProfiles(resource=resource, served=from_plain(entry.values["served"]), **entry.arrays)
    profiles = (
        nodes.wind_2020,
        nodes.wind_new,
        nodes.pv,
        *([] if nodes.pv_2020 is None else [nodes.pv_2020]),
    )
    _need(all(a.shape == (count, HOURS) for a in profiles), "profiles")
    _need(nodes.rain_monthly_mm.shape == (count, 12) and len(resource) == count, "nodes")
    return nodes


def pack_profile(profile: BaseProfiles) -> Entry:
    entry = take_apart(profile, ("served",))
    return Entry({"served": profile.served.as_plain()}, entry.arrays)


def unpack_profile(entry: Entry) -> BaseProfiles:
    profile = BaseProfiles(served=from_plain(entry.values["served"]), **entry.arrays)
    _need(profile.wind.shape == profile.pv.shape == (HOURS,), "profile")
    return profile


def pack_design(design: BaseDesign) -> Entry:
    return take_apart(design, ("case",))


def unpack_design(entry: Entry, case: BaseCase) -> BaseDesign:
    """`case` is what was asked; it is made anew from the scenario."""
    design = put_together(BaseDesign, entry, case=case)
    _need(all(a.shape == (HOURS,) for a in design.hourly_mw.values()), "hours of the base")
    return design


def pack_dispatch(done: DispatchResult, trace: GreenTrace) -> Entry:
    result, green = take_apart(done), take_apart(trace)
    return Entry(
        {"result": result.values, "trace": green.values},
        {
            **{f"result/{k}": v for k, v in result.arrays.items()},
            **{f"trace/{k}": v for k, v in green.arrays.items()},
        },
    )


def unpack_dispatch(entry: Entry, nodes: int, lines: int) -> tuple[DispatchResult, GreenTrace]:
    def of(part: str) -> Entry:
        own = {k.removeprefix(f"{part}/"): v for k, v in entry.arrays.items() if k.startswith(f"{part}/")}
        return Entry(entry.values[part], own)

    done, trace = put_together(DispatchResult, of("result")), put_together(GreenTrace, of("trace"))
    _need(done.wind_mw.shape == (nodes, HOURS) and done.forward_mw.shape == (lines, HOURS), "dispatch")
    _need(trace.node_mix.shape[:2] == (nodes, HOURS) and len(trace.forward_mwh) == lines, "trace")
    return done, trace


def pack_flow(flow: PowerFlowResult) -> Entry:
    return Entry(flow.model_dump(mode="json"), {})


def unpack_flow(entry: Entry) -> PowerFlowResult:
    return PowerFlowResult.model_validate_json(json.dumps(entry.values))
