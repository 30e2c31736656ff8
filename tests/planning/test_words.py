"""Terms, units and numbers as the reader sees them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planning.typed import unit_beside
from planning.words import (
    ITEMS,
    LINKS,
    NOTES,
    QUANTITIES,
    TERMS,
    converted,
    flow_note,
    item,
    link,
    note,
    number,
    percent,
    shown,
    term,
    unit,
)
from tests.planning.summary_factory import make_summary

NOMENCLATURE = Path(__file__).parents[2] / "docs" / "nomenclature.md"


@pytest.mark.parametrize(
    ("value", "kind", "cn", "si"),
    [
        (1000.0, "power_mw", 100.0, 1.0),  # 1 GW is 100 wan kW
        (1e6, "energy_mwh", 10.0, 1.0),  # 1 TWh is 10 yi kWh
        (1000.0, "storage_mwh", 100.0, 1.0),
        (450.0, "price_cny_per_mwh", 0.45, 450.0),
        (1e9, "money_cny", 10.0, 1.0),
        (1e6, "co2_t", 100.0, 1.0),
    ],
)
def test_a_figure_is_the_same_quantity_in_both_unit_systems(
    value: float, kind: str, cn: float, si: float
) -> None:
    assert converted(value, kind, "cn") == pytest.approx(cn, rel=1e-15)
    assert converted(value, kind, "si") == pytest.approx(si, rel=1e-15)


def test_a_unit_is_named_in_the_readers_language() -> None:
    assert unit("power_mw", "cn", "zh") == "万千瓦"
    assert unit("energy_mwh", "cn", "zh") == "亿千瓦时"
    assert unit("price_cny_per_mwh", "cn", "zh") == "元/千瓦时"
    assert unit("money_cny", "cn", "en") == "亿元"
    assert unit("price_cny_per_mwh", "cn", "en") == "CNY/kWh"
    assert unit("energy_mwh", "si") == "TWh"


def test_tables_and_forms_name_a_unit_alike() -> None:
    for kind, model in (("power_mw", "MW"), ("storage_mwh", "MWh"), ("price_cny_per_mwh", "CNY/MWh")):
        for language in ("zh", "en"):
            assert unit(kind, "cn", language) == unit_beside(model, "cn", language)  # type: ignore[arg-type]


def test_a_missing_figure_is_a_dash_and_never_a_zero() -> None:
    assert shown(None, "energy_mwh", "cn") == "–"
    assert percent(None) == "–"
    assert number(None) == "–"
    assert shown(0.0, "energy_mwh", "cn") == "0.0"


def test_a_number_has_a_true_minus_and_no_minus_zero() -> None:
    assert number(-1234.5, 1) == "−1,234.5"
    assert number(-0.04, 1) == "0.0"
    assert percent(-0.0017, 2) == "−0.17 %"
    assert percent(-0.00001) == "0.0 %"


def test_a_note_code_becomes_a_sentence_and_other_text_stays() -> None:
    assert "参考级" in note("resource_reference_grade", "zh")
    assert note("a remark of the user", "zh") == "a remark of the user"


def test_every_note_the_chain_may_give_has_words() -> None:
    from planning.chain import run

    assert set(run.NOTES) <= set(NOTES)


def test_a_source_is_named_in_the_readers_language() -> None:
    assert item("fleet: wind", "zh") == "装机目标：风电"
    assert item("load", "en") == "load"
    assert item("price: unheard_of", "zh") == "价格参数：unheard_of"
    assert link("dispatch", "zh") == "全国调度"
    assert link("unheard_of", "zh") == "unheard_of"


def test_every_word_is_there_in_both_languages() -> None:
    for table in (TERMS, NOTES, LINKS, ITEMS):
        for key, (zh, en) in table.items():
            assert zh.strip(), key
            assert en.strip(), key
    with pytest.raises(KeyError):
        term("unheard_of", "zh")


def _rows(heading: str) -> list[list[str]]:
    text = NOMENCLATURE.read_text("utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_the_nomenclature_page_lists_exactly_the_terms() -> None:
    page = {row[0].strip("`"): (row[1], row[2]) for row in _rows("Terms")}
    assert page == TERMS


def test_the_nomenclature_page_gives_the_units_and_factors() -> None:
    page = {row[0].strip("`"): row[1:] for row in _rows("Units")}
    assert set(page) == set(QUANTITIES)
    for kind, (zh, en, cn_factor, si, si_factor) in page.items():
        quantity = QUANTITIES[kind]
        assert (zh, en, si) == (quantity.cn_unit_zh, quantity.cn_unit_en, quantity.si_unit)
        assert (float(cn_factor), float(si_factor)) == (quantity.cn_factor, quantity.si_factor)


def test_an_overloaded_hour_names_ties_in_words_and_counts_the_rest() -> None:
    hour = (
        make_summary()
        .power_flow.hours[0]
        .model_copy(
            update={"note": "", "converged": True, "overloaded": {f"t{k}": 3.6 - k / 10 for k in range(8)}}
        )
    )
    names = {"t0": "北京-蒙西 500 kV"}
    said = flow_note(hour, names, "zh")
    assert said.startswith("8 条断面超过估计能力：北京-蒙西 500 kV 360%")
    assert said.endswith("等")
    assert flow_note(hour, names, "en").endswith("and 2 more")


def test_an_hour_that_diverged_says_where_and_what_is_shown() -> None:
    hour = (
        make_summary()
        .power_flow.hours[0]
        .model_copy(update={"note": "flow_diverged: t0, 98 deg; DC flow shown", "converged": False})
    )
    assert (
        flow_note(hour, {"t0": "甘肃-新疆 750 kV"}, "zh")
        == "不收敛：甘肃-新疆 750 kV 两端相角差 98°，改用直流潮流显示"
    )
    assert "98 degrees" in flow_note(hour, {}, "en")
