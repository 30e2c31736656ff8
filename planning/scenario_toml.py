"""A scenario as TOML text, as a planner would type it; `parse_scenario` reads it back unchanged."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gis_layers.errors import InputError, Problem
from planning.scenario import Scenario, load_scenario, parse_scenario, scenario_text

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_INLINE = ("weights", "fixed_mw", "wind_sites", "pv_sites", "rasters", "weather", "land_cover", "excluded",
           "flows", "flow_stations", "curve", "sites")  # fmt: skip
"""Small tables that read better on one line."""


def to_toml(scenario: Scenario) -> str:
    """The text; what is left at its default is left out."""
    return document_toml(scenario.model_dump(mode="json", exclude_defaults=True))


def document_toml(document: Mapping[str, Any]) -> str:
    """A document of plain values as TOML."""
    return "\n".join(_table(document, "")).strip() + "\n"


def from_toml(text: str, where: str) -> Scenario:
    """The scenario of a text; InputError as `parse_scenario`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem(where, "TOML", str(error), "valid TOML")) from error
    return parse_scenario(data, where)


def text_as_run(scenario: Scenario, name: str | Path) -> str:
    """The text a scenario was run from, comments and all; written anew where it was changed since."""
    return scenario_text(name) if load_scenario(name) == scenario else to_toml(scenario)


def _table(table: Mapping[str, Any], prefix: str) -> Iterator[str]:
    later: list[tuple[str, Any]] = []
    for key, value in table.items():
        if key not in _INLINE and (_is_tables(value) or isinstance(value, dict)):
            later.append((key, value))
        else:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in later:
        name = f"{prefix}{_key(key)}"
        for part in value if isinstance(value, list) else (value,):
            yield ""
            yield f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
            yield from _table(part, f"{name}.")


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    # JSON's numbers, booleans and escapes are TOML's too, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("\x7f", "\\u007f")
