"""The table of lines against the facts it was made from, its figures with their sources, and lines of several ends."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from planning.corridor_figures import FEATURES, corridor_figures, document_year, tie_figures
from planning.corridor_objects import corridor_object, corridor_objects, load_terminals, multi_terminal
from planning.corridor_rows import figure_text, line_row, line_rows, tariff_text
from planning.corridors import Corridor, loss_share, physics_loss_share
from planning.scenario import load_scenario, parse_scenario
from planning.table_rows import DATA
from planning.tables import Tables, load_tables

FACTS = Path(__file__).parents[3] / "shared" / "facts"
CHINESE = re.compile("[\u4e00-\u9fff]")
BUNDLES = ("云南送广东", "贵州送广东")
"""Prices of several lines together: rows of the facts, no lines of their own."""
PARTED = {"昆柳龙": "kunliulong", "金上-湖北": "jinshang"}
"""Lines with one row an end in the table."""
OURS = ("fugu-hebei", "yangcheng-jiangsu")
"""Lines the facts do not have: plants tied to a foreign grid by 500 kV AC."""
OTHER_MW = {"zhangbei": 3000.0, "yuheng-weifang": 4000.0}
"""Where the table counts less than the facts' power: what the receiving converter or the plants behind allow."""


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def facts() -> list[dict[str, str]]:
    path = FACTS / "uhv_corridors.csv"
    if not path.is_file():
        pytest.skip("../shared/facts is absent")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [row for row in csv.DictReader(handle) if row["name_zh"] not in BUNDLES]


def rows_of(fact: dict[str, str], tables: Tables) -> list[Corridor]:
    name = fact["name_zh"]
    if name in PARTED:
        return [line for line in tables.corridors if line.parent == PARTED[name]]
    return [line for line in tables.corridors if line.name_zh == name]


# -- against the facts ---------------------------------------------------------------------------


def test_every_line_of_the_facts_is_in_the_table_and_the_others_are_named(
    facts: list[dict[str, str]], tables: Tables
) -> None:
    missing = [fact["name_zh"] for fact in facts if not rows_of(fact, tables)]
    assert missing == []
    known = {line.id for fact in facts for line in rows_of(fact, tables)}
    assert {line.id for line in tables.corridors} - known == set(OURS)
    assert sum(fact["tech"] == "UHVAC" for fact in facts) == sum(
        line.kv == 1000 and line.kind in ("uhvac", "radial_ac") for line in tables.corridors
    )


def test_power_length_and_investment_are_those_of_the_facts(
    facts: list[dict[str, str]], tables: Tables
) -> None:
    for fact in facts:
        lines = rows_of(fact, tables)
        mw = sum(line.mw or 0.0 for line in lines)
        expected = OTHER_MW.get(lines[0].id, float(fact["mw"] or 0.0))
        assert mw == expected, fact["name_zh"]
        assert lines[0].km == float(fact["km"])
        assert lines[0].kv == float(fact["kv"].split("/")[0])
        investment = sum(line.investment_cny or 0.0 for line in lines)
        assert investment == pytest.approx(float(fact["invest_1e8cny"] or 0.0) * 1e8)
        for line in lines:
            assert str(line.year) in fact["year"] or (line.status == "planned" and line.year in (2029, 2030))


def test_what_runs_and_what_is_being_built_is_told_as_the_facts_do(
    facts: list[dict[str, str]], tables: Tables
) -> None:
    words = {"in service": "in_service", "under construction": "under_construction", "planned": "planned"}
    for fact in facts:
        status = next(value for word, value in words.items() if fact["status"].startswith(word))
        assert {line.status for line in rows_of(fact, tables)} == {status}, fact["name_zh"]


def test_prices_and_losses_are_those_of_the_documents(facts: list[dict[str, str]], tables: Tables) -> None:
    for fact in facts:
        if not fact["tariff_document"]:
            continue
        for line in rows_of(fact, tables):
            assert line.loss_pct == float(fact["approved_loss_pct"]), line.id
            assert line.tariff_document == fact["tariff_document"]
            assert line.tariff_incl_loss_cny_per_mwh == _price(fact["tariff_incl_loss_cny_per_mwh"])
            assert line.tariff_excl_loss_cny_per_mwh == _price(fact["tariff_excl_loss_cny_per_mwh"])


def _price(cell: str) -> float | None:
    return float(cell) if cell else None


def test_a_price_without_a_line_of_its_own_is_that_of_the_bundle(tables: Tables) -> None:
    path = FACTS / "uhv_tariff_loss.csv"
    if not path.is_file():
        pytest.skip("../shared/facts is absent")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        bundles = {row["name_zh"]: row for row in csv.DictReader(handle) if row["name_zh"] in BUNDLES}
    for line in tables.corridors:
        for name, row in bundles.items():
            if name in line.tariff_status:
                assert line.tariff_excl_loss_cny_per_mwh == float(row["tariff_yuan_per_MWh"])
                assert line.loss_pct == float(row["loss_pct"])
    assert sum("bundle" in line.tariff_status for line in tables.corridors) == 6


def test_grid_tariffs_are_those_of_the_facts_and_what_they_lack_is_missing(tables: Tables) -> None:
    path = FACTS / "province_td_export_tariff_2026.csv"
    if not path.is_file():
        pytest.skip("../shared/facts is absent")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        facts = {row["grid"]: row for row in csv.DictReader(handle)}
    ours = {grid.grid_zh: grid for grid in tables.grid_tariffs}
    assert set(ours) == set(facts)
    columns = {
        "td_220kV_two_part_yuan_MWh": "td_220kv_cny_per_mwh",
        "export_tariff_yuan_MWh": "export_tariff_cny_per_mwh",
        "export_loss_pct": "export_loss_pct",
        "in_province_loss_pct": "in_province_loss_pct",
        "gov_funds_yuan_MWh": "gov_funds_cny_per_mwh",
    }
    for name, fact in facts.items():
        for theirs, own in columns.items():
            assert getattr(ours[name], own) == _price(fact[theirs]), (name, own)


def test_a_scenarios_own_line_stands_in_the_table_with_what_its_source_gave(tables: Tables) -> None:
    data = load_scenario("2030-1200GW").model_dump(mode="json")
    data["lines"]["own"] = [
        {
            "id": "mine", "name_zh": "自", "name_en": "mine", "kv": 800.0, "mw": 8000.0, "km": 2000.0,
            "from_node": "630000", "to_node": "420000", "from_lon_deg": 94.9, "from_lat_deg": 36.4,
            "to_lon_deg": 114.3, "to_lat_deg": 30.6, "source": "drawn", "tier": "estimated",
        }
    ]  # fmt: skip
    scenario = parse_scenario(data, "mine.toml")
    row = line_row(tables, "mine", scenario)
    assert row.own
    assert row.state == "runs"
    assert row.figures["mw"].source == "drawn"
    assert row.figures["tariff_document"].missing
    assert tariff_text(row, tables, "en").startswith("none on file (estimate ")
    assert [end.role for end in row.ends] == ["sending", "receiving"]


# -- figures -------------------------------------------------------------------------------------


def test_every_figure_has_a_source_and_a_tier_or_is_missing(tables: Tables) -> None:
    for line in tables.corridors:
        figures = corridor_figures(line)
        assert list(figures) == [name for name in FEATURES if name in figures]
        for name, figure in figures.items():
            assert figure.missing == (figure.tier is None) == (figure.source == ""), (line.id, name)
    for tie in tables.interfaces:
        assert all(figure.tier and figure.source for figure in tie_figures(tie).values())


def test_approved_and_physics_loss_stand_side_by_side(tables: Tables) -> None:
    line = tables.corridor("chaila")
    figures = corridor_figures(line)
    assert figures["approved_loss_share"].value == pytest.approx(0.137)
    assert figures["approved_loss_share"].year == "2019"
    assert figures["physics_loss_share"].value == physics_loss_share(line) != loss_share(line).share
    assert figures["physics_loss_share"].tier == "estimated"


def test_a_line_without_a_document_has_no_price_and_its_estimate_stands_apart(tables: Tables) -> None:
    rows = {row.id: row for row in line_rows(tables)}
    for line in tables.corridors:
        figures, row = corridor_figures(line), rows[line.id]
        on_file = line.tariff_incl_loss_cny_per_mwh or line.tariff_excl_loss_cny_per_mwh
        assert figures["tariff_cny_per_mwh"].value == on_file
        assert ("estimated_tariff_cny_per_mwh" in figures) <= (on_file is None)
        if on_file is None:
            assert tariff_text(row, tables, "zh").startswith("无文件电价")
            assert tariff_text(row, tables, "en").startswith("none on file")
            assert figures["tariff_includes_loss"].missing
    estimate = corridor_figures(tables.corridor("gansu-zhejiang"))["estimated_tariff_cny_per_mwh"]
    assert estimate.tier == "estimated"


def test_no_document_here_says_from_when_to_when_it_holds(tables: Tables) -> None:
    for line in tables.corridors:
        figure = corridor_figures(line)["tariff_valid_from"]
        assert figure.missing
    row = line_row(tables, "jinsu")
    assert figure_text("tariff_valid_to", row.figures["tariff_valid_to"], row, tables, "zh") == "文件未载明"


def test_a_price_on_capacity_is_told_as_what_it_is(tables: Tables) -> None:
    row = line_row(tables, "yunxiao")
    assert row.figures["capacity_tariff_cny_per_kw_year"].value == 115.0
    assert tariff_text(row, tables, "en") == "none on file (on capacity 115.0 CNY/(kW a))"


def test_a_figure_that_is_estimated_in_a_published_row_says_so(tables: Tables) -> None:
    for line_id, name in (
        ("jinshang-sc", "mw"),
        ("lugu", "investment_cny"),
        ("kunliulong-gd", "investment_cny"),
    ):
        line = tables.corridor(line_id)
        assert line.tier == "published"
        figures = corridor_figures(line)
        assert figures[name].tier == "estimated"
        assert figures["kv"].tier == "published"
    for line in tables.corridors:
        assert set(line.estimated_fields) <= set(FEATURES)


def test_the_year_of_a_document_is_in_its_number() -> None:
    assert document_year("发改价格〔2019〕842号") == "2019"
    assert document_year("SGCC 2026 table row 27") == "2026"
    assert document_year("drawn") == ""


def test_every_word_of_the_table_is_said_in_both_languages(tables: Tables) -> None:
    for row in line_rows(tables):
        for name, figure in row.figures.items():
            zh, en = (figure_text(name, figure, row, tables, language) for language in ("zh", "en"))
            assert not CHINESE.search(en), (row.id, name, en)
            if isinstance(figure.value, str) and name not in ("date", "matched_sources"):
                assert CHINESE.search(zh) or zh.startswith("SGCC"), (row.id, name, zh)
        line = row.line
        if isinstance(line, Corridor):
            assert bool(line.note) == bool(line.note_zh)
            assert bool(line.matched_sources) == bool(line.matched_sources_zh)


def test_a_line_held_below_its_rated_power_says_so_with_year_and_source(tables: Tables) -> None:
    held = line_row(tables, "jiquan").figures["held_mw"]
    assert (held.value, held.year, held.tier) == (11000.0, "2022", "published")
    early = line_row(tables, "jiquan", load_scenario("2020")).figures["held_mw"]
    assert (early.value, early.year) == (8000.0, "2020")
    assert "held_mw" not in line_row(tables, "jiquan", load_scenario("2030-1200GW")).figures
    assert "held_mw" not in line_row(tables, "jinsu").figures


# -- several ends --------------------------------------------------------------------------------


def test_kunliulong_zhangbei_and_jinshang_are_one_object_each_with_their_ends(tables: Tables) -> None:
    found = {corridor.id: corridor for corridor in multi_terminal(tables)}
    assert set(found) == {"kunliulong", "zhangbei", "jinshang"}
    power = {
        key: {end.name_en.split(" (")[0]: end.mw for end in corridor.ends} for key, corridor in found.items()
    }
    assert power["kunliulong"] == {"Kunbei": 8000, "Liubei": 3000, "Longmen": 5000}
    assert power["zhangbei"] == {"Zhangbei": 3000, "Kangbao": 1500, "Fengning": 1500, "Beijing": 3000}
    assert found["kunliulong"].mw == 8000
    assert {end.node for end in found["kunliulong"].ends} == {"530000", "440000", "450000"}
    assert [end.converter for end in found["kunliulong"].ends] == ["lcc", "vsc", "vsc"]


def test_the_rows_of_a_line_carry_what_its_receiving_stations_take(tables: Tables) -> None:
    for corridor in multi_terminal(tables):
        received = sum(end.mw or 0.0 for end in corridor.ends if end.role == "receiving")
        sent = sum(end.mw or 0.0 for end in corridor.ends if end.role == "sending")
        assert received == corridor.mw
        assert sent >= received


def test_every_row_is_in_one_object_and_has_two_ends_or_more(tables: Tables) -> None:
    objects = corridor_objects(tables)
    rows = [line.id for corridor in objects for line in corridor.lines]
    assert sorted(rows) == sorted(line.id for line in tables.corridors)
    for corridor in objects:
        assert len(corridor.ends) >= 2
        assert {end.node for end in corridor.ends} == {
            node for line in corridor.lines for node in (line.from_node, line.to_node)
        }
    assert corridor_object(tables, "kunliulong-gx").id == "kunliulong"
    with pytest.raises(KeyError):
        corridor_object(tables, "nowhere")


def test_stations_stand_at_lines_of_the_table(tables: Tables) -> None:
    assert {station.line_id for station in load_terminals()} <= set(tables.corridor_by_id)
    assert load_terminals(DATA) == load_terminals()


# -- in a scenario -------------------------------------------------------------------------------


def test_a_line_says_whether_it_runs_in_a_scenario(tables: Tables) -> None:
    scenario = load_scenario("2030-1200GW")
    lines = scenario.lines.model_copy(update={"without": ("jinsu", "kunliulong", "140000-410000-1000")})
    rows = {row.id: row for row in line_rows(tables, scenario.model_copy(update={"lines": lines}))}
    assert rows["jinsu"].state == rows["kunliulong-gx"].state == rows["140000-410000-1000"].state == "retired"
    assert rows["gansu-zhejiang"].state == "runs"
    assert rows["tengger-jiangxi"].state == "not_yet"
    # A 1,000 kV line runs with its tie; without the tie it does not.
    assert rows["shandong-hebei"].state == "runs"
    assert rows["changnanjing"].state == "not_yet"
    assert rows["yongfu"].state == "not_yet"
    assert all(row.state is None for row in line_rows(tables))
