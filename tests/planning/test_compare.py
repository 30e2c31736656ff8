"""Two scenarios and two results side by side; a result is stale exactly when a figure behind it changed."""

from __future__ import annotations

from planning import edits
from planning.compare import input_differences, result_differences, stale_inputs
from planning.results import Summary
from planning.scenario import Scenario, load_scenario
from planning.scenario_fields import Value
from planning.workspace import new_workspace
from tests.planning.summary_factory import make_summary

SCENARIO = load_scenario("2030-1200GW")


def changed(path: str, value: Value) -> Scenario:
    workspace = new_workspace(SCENARIO)
    return edits.set_field(workspace, SCENARIO.id, path, value)(workspace).scenario()


def test_a_scenario_does_not_differ_from_itself() -> None:
    assert input_differences(SCENARIO, load_scenario("2030-1200GW")) == ()


def test_a_changed_input_is_named_with_both_values_and_the_unit() -> None:
    (row,) = input_differences(SCENARIO, changed("bases.kubuqi.coal_mw", 2000.0))
    assert (row.path, row.before, row.after, row.unit) == ("bases.kubuqi.coal_mw", 4000.0, 2000.0, "MW")
    assert (row.label_zh, row.label_en) == ("库布齐中北部 · 煤电装机", "Kubuqi mid-north · coal capacity")
    (row,) = input_differences(SCENARIO, changed("fleet.pv.fixed_mw.540000", 12000.0))
    assert row.unit == "MW"


def test_a_base_that_is_gone_differs_in_all_it_had() -> None:
    workspace = new_workspace(SCENARIO)
    fewer = edits.remove_base(workspace, SCENARIO.id, "kubuqi")(workspace).scenario()
    rows = input_differences(SCENARIO, fewer)
    assert all(row.path.startswith("bases.kubuqi.") and row.after is None for row in rows)
    assert {row.path: row.before for row in rows}["bases.kubuqi.channel_mw"] == 8000.0


def test_only_figures_make_a_result_stale() -> None:
    for path, value in (("name_zh", "别名"), ("load.source", "me"), ("claim.text", "other")):
        renamed = changed(path, value)
        assert input_differences(SCENARIO, renamed)
        assert stale_inputs(SCENARIO, renamed) == ()
        dearer = changed("prices.carbon_cny_per_t", 150.0)
    assert [row.path for row in stale_inputs(SCENARIO, dearer)] == ["prices.carbon_cny_per_t"]


def test_equal_results_have_no_rows() -> None:
    assert result_differences(make_summary(), make_summary()) == ()


def test_results_differ_where_their_figures_do() -> None:
    before = make_summary()
    province = before.provinces["620000"].model_copy(update={"export_mwh": 1e6, "gdp_share": None})
    nation = before.national.model_copy(
        update={"generation_twh": {**before.national.generation_twh, "wind": 1.0}}
    )
    bases = {key: base for key, base in before.bases.items() if key != "hami"}
    after: Summary = before.model_copy(
        update={
            "provinces": {**before.provinces, "620000": province},
            "national": nation,
            "bases": bases,
        }
    )
    rows = {(row.area, row.id, row.quantity): row for row in result_differences(before, after)}
    wind = rows["national", "", "generation_twh.wind"]
    assert wind.change == 1.0 - before.national.generation_twh["wind"]
    assert rows["province", "620000", "export_mwh"].after == 1e6
    assert rows["province", "620000", "gdp_share"].change is None
    assert rows["base", "hami", "storage_mwh"].after is None
    assert {area for area, _, _ in rows} == {"national", "province", "base"}
