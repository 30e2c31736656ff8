"""Which machines the profiles of a run are of, in both languages, for its list of sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from planning.plant_words import NAMES, PLANT_CHOICES, PLANT_WORDS
from planning.results import ResourceSource
from planning.scenario import Scenario
from resources.machine_tables import machines, size_of
from resources.plant_choice import BY_SITE_CLASS, PlantChoice, PvChoice, WindChoice, over

Pair = tuple[str, str]
Mounting = Literal["fixed_tilt", "single_axis"]

WHAT: dict[str, Pair] = {
    "pv": ("机型：新增光伏", "machines: PV that is built"),
    "wind": ("机型：新增风电", "machines: wind that is built"),
    "pv_2020": ("机型：2020 年存量光伏", "machines: PV that stood in 2020"),
    "wind_2020": ("机型：2020 年存量风电", "machines: wind that stood in 2020"),
}


def machine_sources(scenario: Scenario, node_count: int) -> tuple[ResourceSource, ...]:
    """A row for every set of machines with the share of provinces and bases that build them."""
    places: dict[tuple[str, Pair, bool], int] = {}

    def add(plant: PlantChoice, count: int, tracked: bool) -> None:
        for kind, said, chosen in (
            ("wind", wind_words(plant.wind), plant.wind != WindChoice()),
            ("pv", pv_words(plant.pv, tracked), plant.pv != PvChoice()),
        ):
            places[kind, said, chosen] = places.get((kind, said, chosen), 0) + count

    add(scenario.plant, node_count, False)
    for base in scenario.bases:
        add(over(scenario.plant, base.plant), 1, True)
    total = node_count + len(scenario.bases)
    rows = [_row(WHAT[kind], said, chosen, count / total) for (kind, said, chosen), count in places.items()]
    rows.sort(key=lambda row: row.what_zh)
    old = wind_words(WindChoice(machine="fleet_2020")), pv_words(PvChoice(), False)
    for kind, said in zip(("wind_2020", "pv_2020"), old, strict=True):
        rows.append(_row(WHAT[kind], said, False, node_count / total))
    return tuple(rows)


def wind_row(choice: WindChoice) -> ResourceSource:
    """The wind farms of one base alone."""
    return _row(WHAT["wind"], wind_words(choice), choice != WindChoice(), 1.0)


def pv_row(choice: PvChoice, tracked: bool, mounting: Mounting | None = None) -> ResourceSource:
    """The PV of one base alone; `tracked` as in `pv_words`, `mounting` in place of the choice's."""
    built = choice if mounting is None else choice.model_copy(update={"mounting": mounting})
    return _row(WHAT["pv"], pv_words(built, tracked), choice != PvChoice(), 1.0)


def pv_words(choice: PvChoice, tracked: bool) -> Pair:
    """A PV plant in words; `tracked`: the usual mounting and ratio of a base, else those of a province."""
    mounting = choice.mounting or ("single_axis" if tracked else "fixed_tilt")
    parts: list[Pair] = [PLANT_CHOICES[mounting]]
    if mounting == "fixed_tilt":
        tilt = (
            ("最佳倾角", "optimal tilt")
            if choice.tilt_deg is None
            else _value("tilt_deg", choice.tilt_deg, "°")
        )
        parts.append(tilt)
        if choice.azimuth_deg is not None:
            parts.append(_value("azimuth_deg", choice.azimuth_deg, "°"))
    ratio = choice.dc_ac_ratio if choice.dc_ac_ratio is not None else (1.2 if tracked else 1.0)
    parts.append(_value("dc_ac_ratio", ratio))
    parts.append(_named("module", choice.module) if choice.module else ("常规单晶组件", "plain mono module"))
    if choice.inverter:
        parts.append(_named("inverter", choice.inverter))
    if choice.faces == "bifacial":
        parts.append(("双面", "bifacial"))
    parts += _numbers(choice, ("gcr", ""), ("albedo", ""))
    if choice.soiling == "desert_class":
        parts.append(_choice("soiling", "desert_class"))
        parts += _numbers(choice, ("cleaning_every_days", " d"))
    if choice.snow == "by_climate":
        parts.append(_choice("snow", "by_climate"))
    parts += _numbers(choice, ("year_of_operation", ""), ("yearly_loss_share", ""))
    return _joined(parts)


def wind_words(choice: WindChoice) -> Pair:
    """A wind farm in words."""
    parts: list[Pair] = []
    if choice.machine == BY_SITE_CLASS:
        parts.append(NAMES[BY_SITE_CLASS])
        parts += _numbers(choice, ("hub_m", " m"))
    elif choice.curve is not None:
        parts.append(
            (f"{PLANT_WORDS['curve'][0]} {choice.curve.id}", f"{PLANT_WORDS['curve'][1]} {choice.curve.id}")
        )
        parts += _numbers(choice, ("hub_m", " m"))
    else:
        size = size_of(choice)
        if choice.machine is not None and choice.machine in machines():
            parts.append(NAMES[choice.machine])
        elif size.type:
            parts.append((size.type, size.type))
        figures = f"{size.rated_mw:g} MW"
        parts.append((f"{figures}, 风轮 {size.rotor_m:g} m, 轮毂 {size.hub_m:g} m",
                      f"{figures}, rotor {size.rotor_m:g} m, hub {size.hub_m:g} m"))  # fmt: skip
    jensen = choice.wake == "jensen" or choice.farm_mw is not None or choice.density_mw_per_km2 is not None
    parts.append(_choice("wake", "jensen" if jensen else choice.wake or "dena_mean"))
    parts += _numbers(
        choice, ("farm_mw", " MW"), ("density_mw_per_km2", " MW/km²"), ("shear_exponent", ""),
        ("turbulence_intensity", ""), ("storm_end_ms", " m/s"), ("restart_ms", " m/s"),
    )  # fmt: skip
    if choice.ice == "by_climate":
        parts.append(_choice("ice", "by_climate"))
    parts += _numbers(choice, ("availability_loss_share", ""), ("other_loss_share", ""))
    return _joined(parts)


def _numbers(choice: PvChoice | WindChoice, *keys: Pair) -> Iterator[Pair]:
    for key, unit in keys:
        value = getattr(choice, key)
        if value is not None:
            yield _value(key, value, unit)


def _value(key: str, value: float, unit: str = "") -> Pair:
    zh, en = PLANT_WORDS[key]
    shown = f"{value * 100:g} %" if key.endswith("_share") else f"{value:g}{unit}"
    return f"{zh} {shown}", f"{en} {shown}"


def _choice(key: str, value: str) -> Pair:
    (zh, en), (zh_value, en_value) = PLANT_WORDS[key], PLANT_CHOICES[value]
    return f"{zh} {zh_value}", f"{en} {en_value}"


def _named(key: str, id: str) -> Pair:
    (zh, en), (zh_name, en_name) = PLANT_WORDS[key], NAMES.get(id, (id, id))
    return f"{zh} {zh_name}", f"{en} {en_name}"


def _joined(parts: list[Pair]) -> Pair:
    return "; ".join(zh for zh, _ in parts), "; ".join(en for _, en in parts)


def _row(what: Pair, said: Pair, chosen: bool, share: float) -> ResourceSource:
    return ResourceSource(
        what_zh=what[0], what_en=what[1], entry="", source_zh=said[0], source_en=said[1], licence="",
        period_zh="", period_en="", grade="user" if chosen else "reference", share=share,
    )  # fmt: skip
