"""Sets of rules: what a planner types is checked at once, kept, and read back the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gis_layers.errors import InputError
from planning.shipped_words import shipped_words
from planning.siting.density import LAND_CLASSES, load_density
from planning.siting.exclusion import eligibility_of
from planning.siting.rule_outlines import LAKES_SOURCE, TOWNS_SOURCE
from planning.siting.rules import (
    SlopeRule,
    drop_rules,
    load_rules,
    parse_rules,
    rule_set_names,
    rules_toml,
    save_rules,
)
from planning.tables import load_tables
from tests.planning.siting_rasters import rule_set, square


@pytest.mark.parametrize("name", ["desert_base", "hydro_valley"])
def test_built_in_sets_say_where_every_figure_is_from_and_claim_no_more(name: str) -> None:
    rules = load_rules(name)
    assert rules.technologies == ("wind", "pv", "csp")
    assert all(rule.source for rule in rules.rules)
    assert {rule.tier for rule in rules.rules} == {"estimated"}
    assert all(all(rule.titles) for rule in rules.rules)
    assert {"red_line", "farmland", "urban_boundary", "protected"} <= {rule.kind for rule in rules.rules}


def test_a_set_saved_is_the_set_read(tmp_path: Path) -> None:
    rules = load_rules().model_copy(update={"name": "我的规则", "note_zh": '引号 " 与\n换行'})
    path = save_rules(rules, tmp_path)
    assert load_rules("我的规则", tmp_path) == rules
    assert load_rules(path) == rules
    assert "我的规则" in rule_set_names(tmp_path)
    drop_rules("我的规则", tmp_path)
    assert "我的规则" not in rule_set_names(tmp_path)
    with pytest.raises(InputError, match="a set of yours"):
        drop_rules("我的规则", tmp_path)


def test_a_built_in_set_is_not_written_over(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no built-in set"):
        save_rules(load_rules(), tmp_path)
    with pytest.raises(InputError, match="desert_base"):
        load_rules("none_such", tmp_path)


def test_files_of_a_set_are_found_from_where_the_set_lies(tmp_path: Path) -> None:
    rules = rule_set({"id": "r", "kind": "road", "file": "roads.gpkg", "buffer_m": 100})
    path = tmp_path / "mine.toml"
    path.write_text(rules_toml(rules), encoding="utf-8")
    assert load_rules(path).rules[0].file == str(tmp_path / "roads.gpkg")


def test_every_bad_rule_is_told_at_once() -> None:
    text = """
name = "bad"
[[rules]]
id = "a"
kind = "slope"
source = "x"
[[rules]]
id = "b"
kind = "elevation"
max_m = nan
source = "x"
[[rules]]
id = "c"
kind = "land_cover"
classes = ["desert rose"]
source = "x"
[[rules]]
id = "d"
kind = "road"
buffer_m = -5
technologies = ["fusion"]
source = "x"
[[rules]]
id = "e"
kind = "raster"
file = "x.tif"
low = 2
high = 1
source = "x"
[[rules]]
id = "f"
kind = "moon"
source = "x"
"""
    with pytest.raises(InputError) as caught:
        parse_rules(text, "bad.toml")
    said = "\n".join(str(problem) for problem in caught.value.problems)
    for wanted in ("either max_percent or max_deg", "desert rose", "finite", "greater than or equal to 0",
                   "fusion", "low is above high", "moon"):  # fmt: skip
        assert wanted in said
    with pytest.raises(InputError, match="each id once"):
        parse_rules('name = "x"\n' + 2 * '[[rules]]\nid = "a"\nkind = "water"\nsource = "x"\n', "x.toml")


def test_a_limit_in_degrees_is_one_in_percent() -> None:
    rule = SlopeRule(id="s", kind="slope", max_deg=45.0, source="x")
    assert rule.limit_percent == pytest.approx(100.0)


def test_densities_name_classes_there_are_and_agree_with_the_table_of_technologies() -> None:
    table, tables = load_density(), load_tables()
    assert {land for _, land in table.figures} <= set(LAND_CLASSES)
    for technology in ("wind", "pv"):
        figure = table.of(technology, "bare")
        assert figure is not None
        per_gw = tables.technology(technology, "land_km2_per_gw")
        assert figure.mw_per_km2 == pytest.approx(1e3 / per_gw, rel=2e-3)
    assert table.of("csp", "water") is None


def test_bad_densities_are_told_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "density.csv"
    path.write_text(
        "technology,land_class,mw_per_km2,low,high,date,tier,source,note\n"
        "wind,sand,5,4,6,2024,estimated,x,\n"
        "pv,bare,30,40,50,2024,estimated,x,\n"
        "pv,grass,0,,,2024,estimated,x,\n"
        "pv,bare,30,,,2024,estimated,x,\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        load_density(path)
    said = "\n".join(str(problem) for problem in caught.value.problems)
    for wanted in ("sand", "40, 50", "row 4", "pv.bare"):
        assert wanted in said


def test_sources_of_rules_data_and_densities_are_said_in_both_languages_with_the_same_figures() -> None:
    answer = eligibility_of(square(3.0), load_rules())
    said = {rule.source for name in ("desert_base", "hydro_valley") for rule in load_rules(name).rules}
    said |= {row.source for row in (*answer.audit, *answer.served, *answer.by_class)}
    said |= {LAKES_SOURCE, TOWNS_SOURCE}
    for figure in load_density().figures.values():
        said |= {figure.source, figure.note}
    assert len(said) > 35
    figures = re.compile(r"(?<![A-Za-z])\d+(?:[.,/-]\d+)*")
    for text in said - {""}:
        chinese = shipped_words(text, "zh")
        assert re.search("[\u4e00-\u9fff]", chinese), text
        assert sorted(figures.findall(chinese)) == sorted(figures.findall(text)), text
