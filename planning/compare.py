"""What differs between two scenarios and between two results, as plain rows; and whether a result is stale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planning.day_curve import curve_text
from planning.results import Summary
from planning.scenario import Scenario
from planning.scenario_fields import unit_of, words_of
from planning.words import TERMS

Shown = float | int | str | bool | None
Area = Literal["national", "province", "corridor", "base", "claim"]


@dataclass(frozen=True, slots=True)
class InputDifference:
    """One input that differs; None where one side has no such input."""

    path: str
    label_zh: str
    label_en: str
    before: Shown
    after: Shown
    unit: str


@dataclass(frozen=True, slots=True)
class ResultDifference:
    """One figure of two results, in the base unit the quantity's name ends with; None where a side has none."""

    area: Area
    id: str
    name_zh: str
    name_en: str
    quantity: str
    """As `generation_mwh`; with the technology behind a dot where there is one (`capacity_gw.wind`)."""
    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


# -- inputs --------------------------------------------------------------------------------------

_LABELS = ("name_zh", "name_en", "description", "source", "tier", "text", "published")
"""Words that go into no figure."""


def input_differences(before: Scenario, after: Scenario) -> tuple[InputDifference, ...]:
    """Every input that differs, words too, in the order of the scenario."""
    old, new = _flat(before), _flat(after)
    rows = []
    for path in dict.fromkeys((*new, *old)):
        if old.get(path) == new.get(path) and type(old.get(path)) is type(new.get(path)):
            continue
        zh, en = words_of(path, after if path in new else before)
        key = path.rsplit(".", 1)[-1]
        unit = "MW" if ".fixed_mw." in path else unit_of(key)
        rows.append(InputDifference(path, zh, en, old.get(path), new.get(path), unit))
    return tuple(rows)


def stale_inputs(run: Scenario, now: Scenario) -> tuple[InputDifference, ...]:
    """The inputs that changed since a result was computed; empty: the result stands.

    Names, descriptions and sources change no figure and make nothing stale.
    """
    return tuple(row for row in input_differences(run, now) if _counts(row.path))


def _counts(path: str) -> bool:
    return path != "id" and not any(part in _LABELS for part in path.split("."))


def _data(ref: dict[str, str]) -> str:
    """Imported data: the same name may be other data."""
    return f"{ref['id']} ({ref['sha256'][:8]})"


def _flat(scenario: Scenario) -> dict[str, Shown]:
    return dict(_leaves(scenario.model_dump(mode="json"), ""))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Shown]]:
    if isinstance(value, dict) and set(value) == {"id", "sha256"}:
        yield path, _data(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        if set(value[0]) == {"id", "sha256"}:
            yield path, ", ".join(map(_data, value))  # their order counts
            return
        if "id" not in value[0]:  # sites
            places = (f"{site['lon_deg']:g}°E {site['lat_deg']:g}°N" for site in value)
            yield path, ", ".join(places)
            return
        for item in value:
            yield from _leaves({k: v for k, v in item.items() if k != "id"}, f"{path}.{item['id']}")
    elif isinstance(value, list) and path.endswith(".day_curve"):
        yield path, curve_text(value)
    elif isinstance(value, list):
        yield path, ", ".join(map(str, value))
    else:
        yield path, value


# -- results -------------------------------------------------------------------------------------

QUANTITIES: dict[str, tuple[str, str]] = {
    "generation_twh": TERMS["generation"],
    "generation_mwh": TERMS["generation"],
    "capacity_gw": TERMS["capacity"],
    "capacity_mw": TERMS["capacity"],
    "load_twh": TERMS["load"],
    "load_mwh": TERMS["load"],
    "curtailment_rate": TERMS["curtailment_rate"],
    "unserved_mwh": TERMS["unserved"],
    "transfer_twh": ("省间送电量", "energy between provinces"),
    "green_transfer_twh": ("省间绿电", "green energy between provinces"),
    "loss_twh": TERMS["loss"],
    "loss_mwh": TERMS["loss"],
    "co2_mt": ("二氧化碳排放", "CO2 emitted"),
    "cost_cny": ("变动成本", "variable cost"),
    "import_mwh": TERMS["import"],
    "export_mwh": TERMS["export"],
    "cash_cny": TERMS["cash"],
    "gdp_share": TERMS["gdp_share"],
    "sent_mwh": TERMS["sent"],
    "delivered_mwh": TERMS["delivered"],
    "full_load_hours": TERMS["full_load_hours"],
    "green_share": TERMS["green_share"],
    "storage_mwh": TERMS["storage"],
    "channel_full_load_hours": TERMS["full_load_hours"],
    "renewable_share": TERMS["renewable_share"],
    "lcoe_cny_per_mwh": TERMS["lcoe"],
    "investment_cny": TERMS["investment"],
    "npv_cny": TERMS["npv"],
    "irr": TERMS["irr"],
    "wind_pv_gw": ("风光装机", "wind and PV"),
    "green_sold_mwh": ("外售绿电", "green energy sold"),
    "price_cny_per_mwh": ("送端售电价", "price at the sending end"),
}
"""The figures that are compared, with their words."""

_NATIONAL = ("generation_twh", "capacity_gw", "load_twh", "curtailment_rate", "unserved_mwh", "transfer_twh",
             "green_transfer_twh", "loss_twh", "co2_mt", "cost_cny")  # fmt: skip
_PROVINCE = ("generation_mwh", "load_mwh", "import_mwh", "export_mwh", "curtailment_rate", "unserved_mwh",
             "cash_cny", "gdp_share", "capacity_mw")  # fmt: skip
_CORRIDOR = ("capacity_mw", "sent_mwh", "delivered_mwh", "loss_mwh", "full_load_hours", "green_share",
             "cash_cny")  # fmt: skip
_BASE = ("capacity_mw", "storage_mwh", "delivered_mwh", "channel_full_load_hours", "renewable_share",
         "curtailment_rate", "lcoe_cny_per_mwh", "investment_cny", "npv_cny", "irr")  # fmt: skip
_CLAIM = ("wind_pv_gw", "green_sold_mwh", "cash_cny", "gdp_share", "price_cny_per_mwh")


def result_differences(before: Summary, after: Summary) -> tuple[ResultDifference, ...]:
    """Figures of two results that differ: nation and claim first, then provinces, corridors, bases."""
    rows = [
        *_rows("national", "", ("全国", "nation"), before.national, after.national, _NATIONAL),
        *_rows("claim", "", ("主张", "claim"), before.claim,
               after.claim, _CLAIM),
        *_each("province", before.provinces, after.provinces, _PROVINCE),
        *_each("corridor", before.corridors, after.corridors, _CORRIDOR),
        *_each("base", before.bases, after.bases, _BASE),
    ]  # fmt: skip
    return tuple(row for row in rows if row.before != row.after)


def _each(
    area: Area, before: Mapping[str, Any], after: Mapping[str, Any], quantities: tuple[str, ...]
) -> Iterator[ResultDifference]:
    for key in dict.fromkeys((*after, *before)):
        old, new = before.get(key), after.get(key)
        named: Any = new if new is not None else old
        yield from _rows(area, key, (named.name_zh, named.name_en), old, new, quantities)


def _rows(
    area: Area, identity: str, name: tuple[str, str], old: Any, new: Any, quantities: tuple[str, ...]
) -> Iterator[ResultDifference]:
    for quantity in quantities:
        a, b = (None if side is None else getattr(side, quantity) for side in (old, new))
        if isinstance(a, dict) or isinstance(b, dict):
            a, b = a or {}, b or {}
            for technology in dict.fromkeys((*b, *a)):
                yield ResultDifference(
                    area, identity, *name, f"{quantity}.{technology}", a.get(technology), b.get(technology)
                )
        else:
            yield ResultDifference(area, identity, *name, quantity, a, b)
