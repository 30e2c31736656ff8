"""Links of the chain: what they may read, when their answers are made anew, and what is kept of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args, get_origin

import numpy as np
import pytest
from pydantic import BaseModel

from planning.chain import run as chain_run
from planning.chain.bases import base_case, water_of_base
from planning.chain.link_results import answer_sources
from planning.chain.links import (
    DISPATCH,
    LINKS,
    SIZING_OF_BASE,
    Link,
    UndeclaredInput,
    first_stale,
    keys_of,
    seen,
    seen_base,
    sizing_declares,
    without_words,
)
from planning.chain.profile_values import BaseProfiles, NodeProfiles
from planning.chain.run import Chain
from planning.chain.sources import resource_sources
from planning.expansion.spec import CapacityBound, OptimumSpec
from planning.fleet import NodeResource
from planning.scenario import ChangedLine, OwnLine, Scenario, load_scenario
from planning.tables import load_tables
from resources.library import DataRef
from resources.served import LAYERS_OF_HOURS, LAYERS_OF_LAND, WEATHER, Row, Served

OWN = OwnLine(
    id="mine", name_zh="自绘", name_en="drawn", kind="vsc", kv=800.0, mw=8000.0, km=1500.0, from_node="630000",
    to_node="410000", from_lon_deg=100.0, from_lat_deg=36.0, to_lon_deg=113.0, to_lat_deg=34.0,
    source="the test", tier="estimated",
)  # fmt: skip

CHANGED = ChangedLine(id="lingshao", mw=7000.0, source="the test", tier="estimated")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """The claim with one line of the planner's own, and a line of the table with another power."""
    whole = load_scenario("2030-1200GW")
    lines = whole.lines.model_copy(update={"own": (OWN,), "changed": (CHANGED,), "outages": ("jiquan",)})
    bound = CapacityBound(node="630000", technology="wind", max_mw=5000.0)
    optimum = OptimumSpec(co2_max_mt=4000.0, bounds=(bound,))
    return whole.model_copy(update={"lines": lines, "optimum": optimum})


# -- keys ----------------------------------------------------------------------------------------

FIRST: tuple[tuple[str, Link | None], ...] = (
    (r"schema_version", None),
    (r"id|name_zh|name_en|description", "cash_flow"),
    (r"seed", "resource"),
    # two bases stand on rivers; wind and sun ask nothing of the water
    (r"resource\.(water_exceedance_pct|flows|flow_year|flow_stations)", "sizing"),
    (r"resource\.\w+", "resource"),
    (r"bases\.\d+\.(wind|pv)_sites\.\d+\.\w+", "resource"),
    (r"(bases\.\d+\.)?plant\.(pv|wind)\.\w+", "resource"),
    (r"year", "sizing"),  # two bases stand on rivers: which stations exist
    (r"price_year", "sizing"),
    (r"prices\.(discount_rate|carbon_cny_per_t)", "sizing"),
    (r"prices\..+", "cash_flow"),
    (r"claim\..+", "cash_flow"),
    (r"market\..+", "cash_flow"),
    (r"optimum\..+", "cash_flow"),  # no link reads it; the document's key holds the whole scenario
    (r"(load|fleet\.\w+|lines\.(own|changed)\.\d+)\.(source|tier)", "cash_flow"),
    (r"load\..+", "dispatch"),
    (r"fleet\..+", "dispatch"),
    (r"lines\.own\.\d+\.(name_zh|name_en|route|(from|to)_(lon|lat)_deg)", "cash_flow"),
    (r"lines\..+", "dispatch"),
    (r"bases\.\d+\.(name_zh|name_en|lon_deg|lat_deg|published.*)", "cash_flow"),
    (r"bases\.\d+\.(corridor_id|in_fleet_2020_\w+)", "dispatch"),
    (r"bases\.\d+\..+", "sizing"),
)
"""Which link is the first that a change of an input makes stale: written by hand, from what the links mean."""


def expected(path: str) -> Link | None:
    return next(link for pattern, link in FIRST if re.fullmatch(pattern, path))


def changed(value: Any, annotation: Any) -> Any:
    """Another value of the same kind; what it says need not make sense, it must differ."""
    choices = [c for a in (annotation, *get_args(annotation)) if get_origin(a) is not None
               and str(get_origin(a)) == "typing.Literal" for c in get_args(a)]  # fmt: skip
    if choices:
        return next((c for c in choices if c != value), value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if "DataRef" in str(annotation):
        other = DataRef(id="x", sha256="0" * 64)
        return other if value is None else (*value, other)
    if "tuple[tuple" in str(annotation).lower():
        return (*value, (105.0, 36.0))
    if value is None and "bool" in str(annotation):
        return True
    if value is None and "tuple" in str(annotation):
        return (0.5,) * 24
    if value is None and re.search(r"\bint\b", str(annotation)):
        return 2019
    if value is None:
        return "x" if str in get_args(annotation) else 7.0
    if isinstance(value, tuple):
        return (*value, 7.0 if "float" in str(annotation) else "x")
    assert isinstance(value, dict)
    return {**value, "630000": "x" if str in get_args(annotation)[1:] else 123.0}


def copies(part: BaseModel, path: str = "") -> Iterator[tuple[str, BaseModel]]:
    """Copies of a scenario, each with one leaf changed, and the leaf's path."""
    for name, info in type(part).model_fields.items():
        value, here = getattr(part, name), f"{path}{name}"
        if isinstance(value, BaseModel):
            for inner, other in copies(value, f"{here}."):
                yield inner, part.model_copy(update={name: other})
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            for i, item in enumerate(value[:2]):
                for inner, other in copies(item, f"{here}.{i}."):
                    yield inner, part.model_copy(update={name: (*value[:i], other, *value[i + 1 :])})
        elif isinstance(value, dict) and value and all(isinstance(v, BaseModel) for v in value.values()):
            for key, item in value.items():
                for inner, other in copies(item, f"{here}.{key}."):
                    yield inner, part.model_copy(update={name: {**value, key: other}})
        else:
            yield here, part.model_copy(update={name: changed(value, info.annotation)})


def test_every_input_makes_stale_the_first_link_it_means_and_all_behind_it(scenario: Scenario) -> None:
    before, count = keys_of(scenario, "g"), 0
    wrong = {}
    for path, other in copies(scenario):
        assert isinstance(other, Scenario)
        found = first_stale(scenario, other)
        if path == "schema_version":
            continue
        if found != expected(path):
            wrong[path] = found
            continue
        count += 1
        after = keys_of(other, "g")
        assert found is not None
        behind = [link for link in LINKS[LINKS.index(found) :] if link != "sizing"]
        assert all(before.of(link) != after.of(link) for link in behind), path
    assert wrong == {}
    assert count > 150


def test_a_change_of_one_base_leaves_the_others_designs(scenario: Scenario) -> None:
    first = scenario.bases[0].model_copy(update={"channel_mw": 7000.0})
    other = scenario.model_copy(update={"bases": (first, *scenario.bases[1:])})
    before, after = keys_of(scenario, "g"), keys_of(other, "g")
    differ = [b for b in before.designs if before.designs[b] != after.designs[b]]
    assert differ == [first.id]
    assert before.profiles == after.profiles
    assert before.dispatch != after.dispatch


def test_the_carbon_price_sizes_bases_with_coal_anew_and_no_others(scenario: Scenario) -> None:
    prices = scenario.prices.model_copy(update={"carbon_cny_per_t": 250.0})
    before, after = keys_of(scenario, "g"), keys_of(scenario.model_copy(update={"prices": prices}), "g")
    differ = {b for b in before.designs if before.designs[b] != after.designs[b]}
    assert differ == {b.id for b in scenario.bases if b.coal_mw > 0}
    assert 0 < len(differ) < len(scenario.bases)


def test_another_program_or_other_tables_make_all_keys_anew(scenario: Scenario) -> None:
    a, b = keys_of(scenario, "one"), keys_of(scenario, "two")
    for link in LINKS:
        assert not set(a.of(link)) & set(b.of(link))


def test_an_unchanged_scenario_is_nowhere_stale(scenario: Scenario) -> None:
    assert first_stale(scenario, Scenario.model_validate(scenario.model_dump())) is None


# -- what links see ------------------------------------------------------------------------------


def test_a_link_that_reads_what_it_does_not_declare_is_stopped(scenario: Scenario) -> None:
    view = seen(scenario, {"seed", "bases.node", "prices.discount_rate"})
    assert view.seed == scenario.seed
    assert [b.node for b in view.bases] == [b.node for b in scenario.bases]
    assert view.prices.discount_rate == scenario.prices.discount_rate
    for read in (lambda: view.year, lambda: view.bases[0].id, lambda: view.prices.carbon_cny_per_t):
        with pytest.raises(UndeclaredInput):
            read()


def test_a_method_of_a_view_sees_no_more_than_the_view(scenario: Scenario) -> None:
    assert seen(scenario, {"bases.id", "bases.node"}).base("kubuqi").node == scenario.base("kubuqi").node
    with pytest.raises(UndeclaredInput):
        seen(scenario, {"bases.node"}).base("kubuqi")


def light_chain(scenario: Scenario) -> Chain:
    """A chain whose resource and designs are made up, so that its case is built in a moment."""
    chain = Chain(scenario)
    nodes, hours = chain.tables.nodes, 8760
    flat = np.full((len(nodes), hours), 0.25)
    chain.__dict__["nodes"] = NodeProfiles(
        flat, flat, flat,
        {n.node_id: NodeResource(2000.0 + i, 1300.0 + i, 1e6, 1e6) for i, n in enumerate(nodes)},
        np.full((len(nodes), 12), 60.0),
    )  # fmt: skip
    for spec in scenario.bases:
        chain._profiles[spec.id] = BaseProfiles(flat[0], flat[0])
        water = water_of_base(scenario, chain.tables, spec)
        capacity = {"wind": 2000.0, "pv": 2000.0, "battery": 500.0}
        if spec.coal_mw:
            capacity["coal"] = 1000.0
        if water is not None:
            capacity["hydro"] = water.capacity_mw

        class Design:
            capacity_mw, storage_mwh = capacity, 1000.0

        chain._designs[spec.id] = Design()  # type: ignore[assignment]
    return chain


def test_the_case_of_the_dispatch_is_built_from_what_is_declared_alone(scenario: Scenario) -> None:
    nation, fleet = light_chain(scenario).nation
    assert fleet.total_mw("wind") == pytest.approx(scenario.fleet["wind"].total_gw * 1e3)
    mine = next(line for line in nation.lines if line.id == "mine")
    assert mine.corridor is not None
    # The dispatch knew the line by its id alone; for the settlement and the map it has its name and place again.
    assert (mine.corridor.name_zh, mine.corridor.from_lon_deg) == ("自绘", 100.0)


@pytest.mark.parametrize("path", sorted(DISPATCH))
def test_the_dispatch_reads_all_it_declares(
    scenario: Scenario, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is declared and never read would make answers stale for nothing."""
    monkeypatch.setattr(chain_run, "DISPATCH", DISPATCH - {path})
    with pytest.raises(UndeclaredInput, match=re.escape(path.rsplit(".", 1)[-1])):
        light_chain(scenario).nation  # noqa: B018


def test_the_sizing_of_every_base_reads_what_it_declares_and_no_more(scenario: Scenario) -> None:
    tables, read = load_tables(), set()
    fixed = scenario.base("hami").model_copy(
        update={"capacity": "fixed", "wind_mw": 9e3, "pv_mw": 3e3, "battery_mw": 1e3, "battery_mwh": 2e3}
    )
    scenario = scenario.model_copy(
        update={"bases": tuple(fixed if b.id == "hami" else b for b in scenario.bases)}
    )
    for spec in scenario.bases:
        view = seen(scenario, sizing_declares(spec))

        def asked(view: Scenario, declared: frozenset[str], base_id: str = spec.id) -> object:
            base = seen_base(scenario, base_id, declared)
            return base_case(view, tables, base, water_of_base(view, tables, base))

        whole = asked(view, SIZING_OF_BASE)
        plain = without_words(scenario)
        base = plain.base(spec.id)
        assert whole == base_case(plain, tables, base, water_of_base(plain, tables, base))
        for name in SIZING_OF_BASE - read:
            try:
                asked(view, SIZING_OF_BASE - {name})
            except UndeclaredInput:
                read.add(name)
        for name in sizing_declares(spec):
            with pytest.raises(UndeclaredInput):
                asked(seen(scenario, sizing_declares(spec) - {name}), SIZING_OF_BASE)
    assert read == SIZING_OF_BASE


def test_words_and_places_of_symbols_reach_no_link(scenario: Scenario) -> None:
    base = scenario.bases[0].model_copy(update={"name_zh": "改名", "lon_deg": 111.0, "published": None})
    line = OWN.model_copy(update={"name_en": "renamed", "to_lon_deg": 120.0, "tier": "official"})
    other = scenario.model_copy(
        update={
            "bases": (base, *scenario.bases[1:]),
            "lines": scenario.lines.model_copy(
                update={"own": (line,), "changed": (CHANGED.model_copy(update={"source": "told anew"}),)}
            ),
        }
    )
    assert first_stale(scenario, other) == "cash_flow"
    assert without_words(other).lines == without_words(scenario).lines


EMBEDDED_SERVED = Served(4, tuple(Row(what, "", 4) for what in (WEATHER, *LAYERS_OF_HOURS, *LAYERS_OF_LAND)))


@pytest.mark.parametrize("name", ["2020", "2030-1200GW"])
def test_every_source_an_answer_names_is_told_in_both_languages(name: str) -> None:
    for link in LINKS[:-1]:
        resource = resource_sources(EMBEDDED_SERVED, 7)
        sources = answer_sources(load_scenario(name), load_tables(), link, resource)
        assert sources
        for row in sources:
            assert re.search(r"[\u4e00-\u9fff]", row.what_zh)
            assert re.search(r"[\u4e00-\u9fff]", row.source_zh) or row.source_zh.startswith("http")
            assert not re.search(r"[\u4e00-\u9fff]", row.what_en + row.source_en + row.date_en)
            assert row.tier
