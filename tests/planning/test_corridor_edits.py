"""Lines of the tables in a scenario: changed, taken back, retired, restored; and what every link makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from gis_layers.errors import InputError
from planning.chain.nation_lines import lines_of
from planning.compare import input_differences
from planning.corridor_figures import corridor_figures
from planning.corridors import in_service, loss_share, tariff
from planning.day_curve import curve_text, curve_typed
from planning.edits import set_field
from planning.line_edits import change_line, restore_line, retire_line, unchange_line
from planning.operating_rules import TWO_STEP_CURVE, operating_rule
from planning.scenario import Scenario, load_scenario, parse_scenario
from planning.scenario_fields import form_fields
from planning.scenario_lines import with_own_lines
from planning.scenario_toml import from_toml, to_toml
from planning.shipped_words import shipped_words
from planning.tables import load_tables
from planning.workspace import Workspace, new_workspace

ID = "2030-1200GW"
TIE = "140000-410000-1000"


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return new_workspace(load_scenario(ID))


def with_changed(*lines: dict[str, Any], **choice: Any) -> Scenario:
    data = load_scenario(ID).model_dump(mode="json")
    data["lines"] |= {
        "changed": [{"source": "mine", "tier": "estimated", **line} for line in lines],
        **choice,
    }
    return parse_scenario(data, "mine.toml")


def refused(*lines: dict[str, Any], **choice: Any) -> dict[str, tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        with_changed(*lines, **choice)
    assert all(problem.where == "mine.toml" for problem in caught.value.problems)
    return {problem.field: (problem.found, problem.expected) for problem in caught.value.problems}


# -- what links read -----------------------------------------------------------------------------


def test_a_changed_line_is_in_the_tables_with_its_figures_and_their_source() -> None:
    scenario = with_changed(
        {"id": "lingshao", "mw": 7000.0, "loss_share": 0.05, "tariff_cny_per_mwh": 60.0, "tariff_includes_loss": False}
    )  # fmt: skip
    line = with_own_lines(load_tables(), scenario).corridor("lingshao")
    assert line.mw == 7000.0
    loss, price = loss_share(line), tariff(line)
    assert price is not None
    assert loss.share == pytest.approx(0.05)
    assert (loss.source, loss.tier) == ("mine", "estimated")
    assert (price.cny_per_mwh, price.includes_loss, price.source) == (60.0, False, "mine")
    # What was not changed keeps its own source.
    figures = corridor_figures(line)
    assert figures["mw"].source == "mine"
    assert figures["km"].source != "mine"
    assert figures["km"].tier == "published"
    assert figures["tariff_document"].missing
    assert line.tier == "estimated"


def test_a_price_alone_leaves_the_loss_its_document() -> None:
    scenario = with_changed({"id": "lingshao", "tariff_cny_per_mwh": 60.0, "tariff_includes_loss": True})
    line = with_own_lines(load_tables(), scenario).corridor("lingshao")
    assert loss_share(line) == loss_share(load_tables().corridor("lingshao"))
    price = tariff(line)
    assert price is not None
    assert price.includes_loss


def test_the_lines_of_the_dispatch_have_what_the_scenario_changed() -> None:
    scenario = with_changed(
        {"id": "lingshao", "mw": 7000.0, "bidirectional": True}, {"id": TIE, "mw": 3000.0},
        without=["tianzhong", "410000-420000-500"],
    )  # fmt: skip
    tables = with_own_lines(load_tables(), scenario)
    at = {node.node_id: number for number, node in enumerate(tables.nodes)}
    lines, infos = lines_of(scenario, tables, (), at)
    ids = [info.id for info in infos]
    row, tie = ids.index("lingshao"), ids.index(TIE)
    assert lines.capacity_mw[row] == lines.reverse_capacity_mw[row] == 7000.0
    assert lines.capacity_mw[tie] == lines.reverse_capacity_mw[tie] == 3000.0
    assert not {"tianzhong", "410000-420000-500"} & set(ids)
    before = lines_of(load_scenario(ID), load_tables(), (), at)[1]
    assert len(before) == len(ids) + 2


def test_a_line_with_a_year_of_the_planners_runs_from_that_year_on() -> None:
    plain = {line.id for line in in_service(load_tables().corridors, 2030)}
    assert "tengger-jiangxi" not in plain
    for year, runs in ((2029, True), (2031, False)):
        tables = with_own_lines(load_tables(), with_changed({"id": "tengger-jiangxi", "year": year}))
        assert ("tengger-jiangxi" in {line.id for line in in_service(tables.corridors, 2030)}) == runs
    later = with_own_lines(load_tables(), with_changed({"id": "jintang", "year": 2031}))
    assert "jintang" not in {line.id for line in in_service(later.corridors, 2030)}


def test_a_rated_power_of_the_planners_is_what_the_line_carries() -> None:
    at = {node.node_id: number for number, node in enumerate(load_tables().nodes)}
    data = load_scenario("2020").model_dump(mode="json")

    def most(changed: list[dict[str, Any]]) -> float:
        scenario = parse_scenario({**data, "lines": {**data["lines"], "changed": changed}}, "mine")
        tables = with_own_lines(load_tables(), scenario)
        lines, infos = lines_of(scenario, tables, (), at)
        row = [info.id for info in infos].index("jiquan")
        assert lines.available_share is not None
        return float(lines.available_share[row].max() * lines.capacity_mw[row])

    # In the second half of 2020 it was held to 8 of its 12 GW; months of high load have no planned outages.
    assert most([]) == pytest.approx(8_000)
    mine = {"id": "jiquan", "mw": 11_500.0, "source": "mine", "tier": "estimated"}
    assert most([mine]) == pytest.approx(11_500)


def test_a_changed_operation_is_the_rule_the_dispatch_reads() -> None:
    curve = [0.5] * 12 + [1.0] * 12
    scenario = with_changed(
        {"id": "jinsu", "day_curve": curve, "min_power_share": 0.2, "ramp_share_per_h": 0.5,
         "annual_full_load_hours": 4000.0}
    )  # fmt: skip
    rule = operating_rule(with_own_lines(load_tables(), scenario).corridor("jinsu"))
    assert rule.day_curve == tuple(curve)
    assert (rule.rule, rule.min_power_share, rule.annual_full_load_hours) == ("curve", 0.2, 4000.0)
    assert (rule.source, rule.tier) == ("mine", "estimated")


def test_an_own_line_has_the_same_operation() -> None:
    own = {
        "id": "mine", "name_zh": "自", "name_en": "mine", "kv": 800.0, "mw": 8000.0, "km": 2000.0,
        "from_node": "630000", "to_node": "420000", "from_lon_deg": 94.9, "from_lat_deg": 36.4, "to_lon_deg": 114.3,
        "to_lat_deg": 30.6, "source": "drawn", "tier": "estimated", "min_power_share": 0.3, "rule": "curve",
        "tariff_cny_per_mwh": 50.0, "tariff_includes_loss": True,
    }  # fmt: skip
    line = with_own_lines(load_tables(), with_changed(own=[own])).corridor("mine")
    rule, price = operating_rule(line), tariff(line)
    assert (rule.min_power_share, rule.day_curve) == (0.3, TWO_STEP_CURVE)
    assert price is not None
    assert price.includes_loss


def test_a_scenario_without_changes_uses_the_tables_as_they_are() -> None:
    assert with_own_lines(load_tables(), with_changed(without=["tianzhong"])) is load_tables()


# -- bad input -----------------------------------------------------------------------------------


def test_every_contradiction_of_changed_lines_is_named_at_once() -> None:
    said = refused(
        {"id": "nowhere", "mw": 1.0},
        {"id": "jinsu"},
        {"id": "shandong-hebei", "mw": 9000.0},
        {"id": "yongfu", "mw": 9000.0},
        {"id": TIE, "min_power_share": 0.1},
        {"id": "lingshao", "tariff_cny_per_mwh": 60.0},
        {"id": "debao", "min_power_share": 0.1},
        {"id": "fufeng", "min_power_share": 0.7, "rule": "curve"},
        {"id": "xitai", "ramp_share_per_h": 0.2},
        {"id": "jiquan", "annual_full_load_hours": 8000.0},
        {"id": "binjin", "rule": "free", "day_curve": [0.5] * 24},
    )
    assert said["lines.changed.0.id (nowhere)"][1] == "a line id of corridors.csv or interfaces.csv"
    assert said["lines.changed.1.mw (jinsu)"][0] == "nothing"
    assert said["lines.changed.2.id (shandong-hebei)"][1] == "the tie, 130000-370000-1000"
    assert said["lines.changed.3.id (yongfu)"][1] == "a line between two nodes"
    assert said[f"lines.changed.4.min_power_share ({TIE})"][1] == "mw or year"
    assert said["lines.changed.5.tariff_cny_per_mwh, tariff_includes_loss (lingshao)"][1] == "both or neither"
    assert said["lines.changed.6.min_power_share (debao)"][1] == "0: its power passes through 0"
    assert said["lines.changed.7.day_curve (fufeng)"] == (
        "0.6 in its lowest hour", "at least min_power_share, 0.7",
    )  # fmt: skip
    assert said["lines.changed.8.ramp_share_per_h (xitai)"][1].endswith("largest step of the day curve, 0.4")
    # 16 h in full and 8 h at 60 %: 365 x 20.8 = 7,592 h at most.
    assert said["lines.changed.9.annual_full_load_hours (jiquan)"][1].startswith("876 to 7592")
    assert said["lines.changed.10.day_curve (binjin)"][0] == "a curve with rule = 'free'"
    assert len(said) == 11


@pytest.mark.parametrize(
    "line",
    [
        {"id": "jinsu", "mw": 0.0},
        {"id": "jinsu", "mw": -1.0},
        {"id": "jinsu", "min_power_share": 1.2},
        {"id": "jinsu", "loss_share": 0.5},
        {"id": "jinsu", "ramp_share_per_h": 0.0},
        {"id": "jinsu", "day_curve": [0.5] * 23},
        {"id": "jinsu", "day_curve": [1.5] * 24},
        {"id": "jinsu", "km": 100.0},
    ],
)
def test_a_figure_out_of_its_range_is_refused_by_name(line: dict[str, Any]) -> None:
    key = next(name for name in line if name != "id")
    assert any(field.startswith(f"lines.changed.0.{key}") for field in refused(line))


def test_what_is_left_out_must_be_a_line_that_can_be_left_out_by_itself() -> None:
    said = refused(without=["nowhere", "kunliulong", TIE])
    assert said == {"lines.without": ("nowhere", "a line id of corridors.csv or interfaces.csv")}
    said = refused(without=["shandong-hebei"])
    assert said["lines.without"][1] == "the tie, 130000-370000-1000"


# -- edits ---------------------------------------------------------------------------------------


def test_change_and_take_back_leave_the_scenario_as_it_was(workspace: Workspace) -> None:
    edit = change_line(
        ID, "lingshao", {"mw": 7000.0, "day_curve": "0-8 50 %; 8-24 90 %"}, "contract", "official"
    )
    assert edit.name.zh == "修改通道灵绍"
    changed = edit(workspace)
    (line,) = changed.scenario().lines.changed
    assert (line.mw, line.rule, line.source, line.tier) == (7000.0, "curve", "contract", "official")
    assert line.day_curve == (0.5,) * 8 + (0.9,) * 16
    assert unchange_line(ID, "lingshao")(changed) == workspace
    back = change_line(ID, "lingshao", {"mw": None, "day_curve": None, "rule": None})(changed)
    assert back == workspace
    assert workspace.scenario().lines.changed == ()


def test_a_refused_change_says_why_and_changes_nothing(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="min_power_share"):
        change_line(ID, "debao", {"min_power_share": 0.1})(workspace)
    with pytest.raises(InputError, match="is left out"):
        restore_line(ID, "jinsu")(workspace)
    with pytest.raises(InputError, match="changes"):
        unchange_line(ID, "jinsu")(workspace)


def test_retire_and_restore_are_each_others_undoing(workspace: Workspace) -> None:
    for line_id in ("jinsu", TIE, "kunliulong"):
        gone = retire_line(ID, line_id)(workspace)
        assert line_id in gone.scenario().lines.without
        assert restore_line(ID, line_id)(gone) == workspace
        with pytest.raises(InputError, match="not yet left out"):
            retire_line(ID, line_id)(gone)


def test_a_line_that_feeds_from_a_base_is_not_retired_before_the_base_has_another(
    workspace: Workspace,
) -> None:
    with pytest.raises(InputError, match="kunyu"):
        retire_line(ID, "kunyu")(workspace)


def test_a_price_set_in_the_form_knows_whether_it_pays_the_loss(workspace: Workspace) -> None:
    changed = change_line(ID, "lingshao", {"mw": 7000.0})(workspace)
    priced = set_field(changed, ID, "lines.changed.lingshao.tariff_cny_per_mwh", 61.0)(changed)
    (line,) = priced.scenario().lines.changed
    assert (line.tariff_cny_per_mwh, line.tariff_includes_loss) == (61.0, False)
    cleared = set_field(priced, ID, "lines.changed.lingshao.tariff_cny_per_mwh", None)(priced)
    assert cleared == changed


def test_form_comparison_and_file_know_changed_lines(workspace: Workspace) -> None:
    after = change_line(
        ID, "jinsu", {"mw": 7000.0, "day_curve": "0-12 50%; 12-24 100%", "ramp_share_per_h": 0.5}
    )(workspace).scenario()
    fields = {field.path: field for field in form_fields(after)}
    assert fields["lines.changed.jinsu.mw"].value == 7000.0
    assert fields["lines.changed.jinsu.day_curve"].value == "0-12 50 %; 12-24 100 %"
    assert fields["lines.changed.jinsu.ramp_share_per_h"].unit == ""
    rows = {row.path: row for row in input_differences(load_scenario(ID), after)}
    assert rows["lines.changed.jinsu.mw"].label_zh == "锦苏 · 额定功率"
    assert rows["lines.changed.jinsu.day_curve"].after == "0-12 50 %; 12-24 100 %"
    assert from_toml(to_toml(after), "again") == after


def test_an_empty_input_of_a_changed_line_tells_what_the_table_has(workspace: Workspace) -> None:
    after = change_line(ID, "lingshao", {"mw": 7000.0}, "mine")(workspace).scenario()
    fields = {field.key: field for field in form_fields(after) if field.section == "lines.changed.lingshao"}
    assert fields["mw"].source == "mine"
    assert fields["year"].source.startswith("of the table: 2016; ")
    loss, tied = fields["loss_share"], fields["bidirectional"]
    assert shipped_words(loss.source, "zh") == "表中: 4.26 %; 发改价格〔2022〕558号 (现行)"
    assert loss.tier == "published"
    assert shipped_words(tied.source, "zh") == "表中: 否; 一般常识, 未核实"
    assert shipped_words(fields["annual_full_load_hours"].source, "zh") == "表中: 无已知合同"


def test_a_tie_shows_only_what_can_be_changed_of_it(workspace: Workspace) -> None:
    after = change_line(ID, TIE, {"mw": 4000.0})(workspace).scenario()
    keys = {field.key for field in form_fields(after) if field.section == f"lines.changed.{TIE}"}
    assert keys == {"mw", "year", "source", "tier"}
    rows = {row.path: row for row in input_differences(load_scenario(ID), after)}
    assert rows[f"lines.changed.{TIE}.mw"].label_zh == "山西-河南 1000 kV · 额定功率"


# -- curves as text ------------------------------------------------------------------------------


def test_a_curve_is_typed_as_it_is_shown() -> None:
    assert curve_text(TWO_STEP_CURVE) == "0-7 60 %; 7-23 100 %; 23-24 60 %"
    assert curve_typed(curve_text(TWO_STEP_CURVE), "x") == list(TWO_STEP_CURVE)
    assert curve_typed(" ".join(["50"] * 24) + " %", "x") == [0.5] * 24
    assert curve_typed(", ".join(["0.5"] * 24), "x") == [0.5] * 24
    assert curve_typed("", "x") is None
    assert curve_text(None) == ""


@pytest.mark.parametrize("typed", ["0-7 60 %", "0-24 a", "1 2 3", "0-12 1; 11-24 1", "7-7 1; 0-24 1", "x"])
def test_a_curve_that_does_not_cover_the_day_is_refused(typed: str) -> None:
    with pytest.raises(InputError) as caught:
        curve_typed(typed, "lines.changed.jinsu.day_curve")
    (problem,) = caught.value.problems
    assert problem.field == "lines.changed.jinsu.day_curve"
