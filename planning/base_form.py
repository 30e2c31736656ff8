"""The inputs of a base as a form shows them: a draft one edits, its fields with unit, range and source, its TOML.

A draft is the document of a BASE.toml. It may be wrong while it is being typed; `problems` says where. The models of the
sizing are loaded by who first needs them: a form with nothing in it must not load a solver.
"""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from gis_layers.errors import InputError, Problem
from planning.plant_words import offers, source_of
from planning.scenario_fields import FormField, Value, kind_of
from planning.scenario_fields import unit_of as scenario_unit_of
from planning.scenario_options import CASCADES, Option
from planning.scenario_toml import document_toml
from planning.tables import load_tables
from planning.typed import Complaint, parse
from planning.words import UnitSystem
from resources.cascade_tables import cascade_stations

if TYPE_CHECKING:
    from planning.sizing.case import BaseCase

Document = dict[str, Any]

ALWAYS: Final = ("channel", "delivery", "plant", "limits", "reference")
"""Parts every base has."""
PARTS: Final = ("wind", "pv", "pv_fixed", "pv_tracked", "csp", "storage", "pumped", "thermal", "hydro", "cascade",
                "electrolyser", "prices")  # fmt: skip
"""Parts a base may have."""
SECTIONS: Final = ("base", "channel", "delivery", *PARTS, "plant", "limits", "reference")
_LEFT_OUT: Final = ("schema_version", "inflow_hourly_mw", "weight", "curve")
_LISTS: Final = ("inflow_monthly_mw", "delivered_by_hour_cny_per_mwh")
_NAMED: Final = ("stations", "rivers")
_OWN_UNITS: Final = {
    "years": "a", "max_cycles_per_year": "1/a", "mip_time_limit_s": "s", "exceedance_pct": "%", "tower_height_m": "m",
    "design_dni_w_per_m2": "W/m²", "stow_wind_ms": "m/s", "storage_loss_per_h": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Default:
    """What a field left empty is taken to be, in the field's own unit."""

    value: float
    low: float | None
    high: float | None
    date: str
    tier: str
    source: str


@dataclass(frozen=True, slots=True)
class BaseField:
    """A field of the form; `default` where the technology table fills it in."""

    form: FormField
    default: Default | None = None


@dataclass(frozen=True)
class BaseDraft:
    """A base being written; every edit is a new one."""

    document: Document = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> BaseDraft:
        """Of a BASE.toml, whatever its values are worth; numbers with units become plain ones.

        Raises
        ------
        InputError
            Not a TOML file, or a text in a number's place that is none.
        """
        from planning.sizing.case_file import read_base_document

        return cls(read_base_document(path))

    @classmethod
    def of_case(cls, case: BaseCase) -> BaseDraft:
        """Of a base already filled in: what the technology table would say is left to it."""
        from planning.sizing.defaults import DEFAULTS

        document = case.model_dump(mode="json", exclude_defaults=True)
        for part, fields in DEFAULTS.items():
            for key in fields:
                held = document.get(part, {})
                known = default_of(part, key, held)
                if known is not None and held.get(key) == known.value:
                    del held[key]
        document.pop("reference", None)
        return cls(document)

    def has(self, part: str) -> bool:
        return part in ALWAYS or part in self.document

    def value(self, path: str) -> Any:
        """What stands at a path, None where nothing does."""
        found: Any = self.document
        for key in path.split("."):
            if not isinstance(found, Mapping) or key not in found:
                return None
            found = found[key]
        return found

    def with_value(self, path: str, value: Any) -> BaseDraft:
        """Another value at a path; None takes it away, so that the default holds."""
        # Only what the path goes through is copied: a year of inflow may stand beside it.
        document = dict(self.document)
        held, (*parents, key) = document, path.split(".")
        for parent in parents:
            held[parent] = dict(held.get(parent, {}))
            held = held[parent]
        if value is None or value == ():
            held.pop(key, None)
        else:
            held[key] = list(value) if isinstance(value, tuple) else value
        return BaseDraft(document)

    def with_part(self, part: str, on: bool) -> BaseDraft:
        """A part put in, with what is known of it, or taken out."""
        document = dict(self.document)
        if on and part not in document:
            document[part] = self._first(part)
        elif not on:
            document.pop(part, None)
        return BaseDraft(document)

    def with_site(self, part: str, lon_deg: float, lat_deg: float) -> BaseDraft:
        """A place more for a part."""
        sites = [*(self.value(f"{part}.sites") or ())]
        return self.with_value(
            f"{part}.sites", [*sites, {"lon_deg": round(lon_deg, 4), "lat_deg": round(lat_deg, 4)}]
        )

    def with_design(self, capacity_mw: Mapping[str, float], energy_mwh: Mapping[str, float]) -> BaseDraft:
        """The sizes of a design held; parts with none of it are left as they are."""
        draft = self
        fuel = self.value("thermal.fuel") or "coal"
        for part in ("wind", "pv", "pv_fixed", "pv_tracked", "csp", "pumped", "thermal", "electrolyser"):
            size = capacity_mw.get(fuel if part == "thermal" else part)
            if size is None or not draft.has(part):
                continue
            for key in ("min_capacity_mw", "max_capacity_mw"):
                draft = draft.with_value(f"{part}.{key}", None)
            draft = draft.with_value(f"{part}.capacity_mw", round(size, 6))
        if draft.has("storage") and "battery" in capacity_mw:
            for key in ("min_duration_h", "max_duration_h"):
                draft = draft.with_value(f"storage.{key}", None)
            for what, size in (
                ("power_mw", capacity_mw["battery"]),
                ("energy_mwh", energy_mwh.get("battery", 0.0)),
            ):
                for end in ("min", "max"):
                    draft = draft.with_value(f"storage.{end}_{what}", round(size, 6))
        return draft

    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong; the field of each is the path of an input, or a part."""
        from planning.sizing.case_file import case_of_document

        try:
            case_of_document(self.document)
        except InputError as error:
            return error.problems
        return ()

    def toml(self) -> str:
        """As a BASE.toml."""
        return document_toml({"schema_version": 1} | self.document)

    def _first(self, part: str) -> Document:
        from planning.sizing.case import SITED

        if part in SITED:
            for other in SITED:
                if sites := self.value(f"{other}.sites"):
                    return {"sites": copy.deepcopy(sites)}
            return {"sites": []}
        if part == "thermal":
            return _coal()
        return {}


@functools.cache
def _coal_figures() -> tuple[float, float]:
    """(CNY/MWh at full load, t CO2/MWh) of coal power of the technology table."""
    figure = load_tables().technology
    fuel = figure("coal", "fuel_gce_per_kwh_supplied") / 1e3
    cost = fuel * figure("coal", "fuel_price_cny_per_tce") + figure("coal", "variable_om_cny_per_mwh")
    return round(cost, 1), round(fuel * figure("coal", "co2_t_per_tce"), 3)


def _coal() -> Document:
    cost, co2 = _coal_figures()
    return {"fuel": "coal", "commitment": "relaxed", "marginal_cost_cny_per_mwh": cost, "co2_t_per_mwh": co2}


def default_of(part: str, key: str, document: Mapping[str, Any] | None = None) -> Default | None:
    """What the technology table says of a field left empty; None where it says nothing."""
    from planning.sizing.defaults import DEFAULTS, technology_of

    found = DEFAULTS.get(part, {}).get(key)
    if found is None:
        return None
    quantity, factor = found
    row = load_tables().technology_figure(
        technology_of(part, str((document or {}).get("fuel", "coal"))), quantity
    )
    low, high = (None if end is None else end * factor for end in (row.low, row.high))
    return Default(row.value * factor, low, high, row.date, row.tier, row.source)


def base_fields(draft: BaseDraft, section: str) -> tuple[BaseField, ...]:
    """The inputs of a section, in the order of the models; none of a part that is not in the base."""
    if not draft.document:
        return ()
    from planning.sizing.case import BaseCase

    if section == "base":
        return tuple(_of(BaseCase, draft.document, "", section))
    if not draft.has(section):
        return ()
    model = _model(BaseCase, section)
    held = draft.document.get(section, {})
    return tuple(_of(model, held if isinstance(held, Mapping) else {}, f"{section}.", section))


def _model(parent: type[BaseModel], key: str) -> type[BaseModel]:
    from planning.sizing.case_file import model_in

    model = model_in(parent.model_fields[key].annotation)
    assert model is not None
    return model


def _of(model: type[BaseModel], held: Mapping[str, Any], prefix: str, section: str) -> Iterator[BaseField]:
    from planning.sizing.case_file import model_in
    from planning.sizing.units import unit_of

    for key, info in model.model_fields.items():
        if key in _LEFT_OUT:
            continue
        value = held.get(key, None if info.is_required() else info.get_default(call_default_factory=True))
        own = scenario_unit_of(key) if section == "plant" else unit_of(key)
        path, unit = f"{prefix}{key}", _OWN_UNITS.get(key, own)
        if key == "sites":
            yield BaseField(FormField(path, section, key, "text", sites_text(value or ()), "°E, °N", False))
        elif key == "peak_hours":
            yield BaseField(FormField(path, section, key, "text", spans_text(value or ()), "", True))
        elif key in _LISTS:
            shown = "" if value is None else " ".join(f"{v:.10g}" for v in value)
            yield BaseField(FormField(path, section, key, "text", shown, unit, True))
        elif key in _NAMED:
            yield BaseField(FormField(path, section, key, "ids", tuple(value or ()), "", True))
        elif (inner := model_in(info.annotation)) is not None:
            if section != "base":
                yield from _of(inner, held.get(key, {}), f"{path}.", section)
        elif (spec := kind_of(info)) is not None:
            kind, choices, limits, optional = spec
            default = default_of(section, key, held)
            made = FormField(
                path,
                section,
                key,
                kind,
                value,
                unit if kind in ("number", "integer") else "",
                optional,
                *limits,
                choices,
            )
            if default is not None:
                made = replace(made, optional=True)
            elif section == "plant":
                source, tier = source_of(key, value)
                made = replace(made, source=source, tier=tier)
            yield BaseField(made, default)


def base_options(path: str) -> tuple[Option, ...]:
    """What an input may name; empty where it is typed."""
    if path.startswith("plant.") and path.endswith((".module", ".inverter", ".machine")):
        return tuple(Option(*offer) for offer in offers(path.rsplit(".", 1)[-1]))
    if path == "cascade.stations":
        return tuple(Option(s.id, s.name_zh, s.name_en) for s in cascade_stations())
    if path == "cascade.rivers":
        rivers = dict.fromkeys(s.river for s in cascade_stations())
        return tuple(Option(river, *CASCADES.get(river, (river, river))) for river in rivers)
    return ()


def read_typed(typed: str, field: FormField, system: UnitSystem) -> float | int | Complaint | None:
    """A number as typed with any unit of its kind, in the field's own unit."""
    from planning.sizing.units import quantity, unit_of

    found = parse(typed, field, system)
    if not isinstance(found, Complaint) or found.code != "other_unit" or field.unit != unit_of(field.key):
        return found
    own = quantity(typed, field.key)
    return found if isinstance(own, str) else parse(repr(own), replace(field, unit=""), system)


def typed_value(path: str, value: Value) -> Any:
    """A value of a form as the document has it.

    Raises
    ------
    InputError
        A text that is no list of places, hours or numbers.
    """
    key = path.rsplit(".", 1)[-1]
    if not isinstance(value, str):
        return value
    if key == "sites":
        return _sites(value, path)
    if key == "peak_hours":
        return _spans(value, path)
    if key in _LISTS:
        return _numbers(value, path) if value else None
    return value


def sites_text(sites: Any) -> str:
    """Places as one types them: longitude, latitude, a weight behind an asterisk where it is not 1."""
    parts = []
    for site in sites:
        weight = float(site.get("weight", 1.0))
        tail = "" if weight == 1.0 else f" *{weight:.10g}"
        parts.append(f"{site['lon_deg']:.10g}, {site['lat_deg']:.10g}{tail}")
    return "; ".join(parts)


def spans_text(spans: Any) -> str:
    """Hours of the day as one types them: 8-12; 17-22."""
    return "; ".join(f"{start}-{stop}" for start, stop in spans)


def _sites(typed: str, where: str) -> list[dict[str, float]]:
    found, problems = [], []
    for place in filter(str.strip, re.split(r"[;；\n]", typed)):
        match = re.fullmatch(
            r"\s*(-?[\d.]+)\s*°?E?\s*[,，\s]\s*(-?[\d.]+)\s*°?N?\s*(?:[*×x]\s*([\d.]+)\s*)?", place
        )
        try:
            if match is None:
                raise ValueError(place)
            site = {"lon_deg": float(match[1]), "lat_deg": float(match[2])}
            if match[3] is not None and float(match[3]) != 1.0:
                site["weight"] = float(match[3])
            found.append(site)
        except ValueError:
            problems.append(Problem("base", where, place.strip(), "longitude, latitude; ..."))
    if problems:
        raise InputError(problems)
    return found


def _spans(typed: str, where: str) -> list[list[int]]:
    found = []
    for word in filter(str.strip, re.split(r"[;；,，\n]", typed)):
        match = re.fullmatch(r"\s*(\d{1,2})(?::00)?\s*[-–—~至]\s*(\d{1,2})(?::00)?\s*", word)
        if match is None:
            raise InputError(Problem("base", where, word.strip(), "hours of the day as 8-12; 17-22"))
        found.append([int(match[1]), int(match[2])])
    return found


def _numbers(typed: str, where: str) -> list[float]:
    found = []
    for word in filter(None, re.split(r"[\s,，;；]+", typed)):
        try:
            found.append(float(word))
        except ValueError:
            raise InputError(Problem("base", where, word, "numbers with spaces between")) from None
    return found
