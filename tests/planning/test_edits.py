"""Edits give new, checked workspaces with the change and nothing else, or say all that is wrong."""

from __future__ import annotations

import pytest

from gis_layers.errors import InputError
from planning import edits
from planning.compare import input_differences
from planning.drawn import line_between
from planning.scenario import load_scenario
from planning.scenario_fields import form_fields
from planning.workspace import Bookmark, Drawing, Pin, Preferences, UserLayer, Workspace, new_workspace

ID = "2030-1200GW"


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return new_workspace(load_scenario(ID))


def paths_changed(before: Workspace, after: Workspace) -> set[str]:
    return {row.path for row in input_differences(before.scenario(), after.scenario())}


def test_one_field_is_set_and_the_edit_says_which(workspace: Workspace) -> None:
    edit = edits.set_field(workspace, ID, "prices.carbon_cny_per_t", 150.0)
    after = edit(workspace)
    assert after.scenario().prices.carbon_cny_per_t == 150.0
    assert paths_changed(workspace, after) == {"prices.carbon_cny_per_t"}
    assert (edit.name.zh, edit.name.en) == ("修改价格 · 碳价", "Change prices · carbon price")
    assert workspace.scenario().prices.carbon_cny_per_t == 100.0


def test_value_at_reads_what_set_field_sets(workspace: Workspace) -> None:
    assert edits.value_at(workspace.scenario(), "bases.kubuqi.channel_mw") == 8000.0
    after = edits.set_field(workspace, ID, "bases.kubuqi.channel_mw", 6000.0)(workspace)
    assert edits.value_at(after.scenario(), "bases.kubuqi.channel_mw") == 6000.0


@pytest.mark.parametrize(
    "path", ["bases.nowhere.wind_mw", "prices.moon", "prices.sale_rule.deeper", "bases.kubuqi"]
)
def test_a_path_to_nowhere_is_refused(workspace: Workspace, path: str) -> None:
    with pytest.raises(InputError):
        edits.set_field(workspace, ID, path, 1.0)(workspace)


def test_a_wrong_value_is_refused_with_field_and_unit(workspace: Workspace) -> None:
    with pytest.raises(InputError) as caught:
        edits.set_field(workspace, ID, "bases.kubuqi.channel_mw", -5.0)(workspace)
    (problem,) = caught.value.problems
    assert problem.field == "bases.0.channel_mw"
    assert "greater than 0" in problem.expected


def test_a_base_given_by_hand_starts_from_its_published_design_and_back(workspace: Workspace) -> None:
    fixed = edits.set_field(workspace, ID, "bases.kubuqi.capacity", "fixed")(workspace)
    base = fixed.scenario().base("kubuqi")
    assert (base.wind_mw, base.pv_mw) == (4000.0, 8000.0)
    sized = edits.set_field(fixed, ID, "bases.kubuqi.capacity", "sized")(fixed)
    assert sized == workspace


def test_typing_wind_makes_a_base_given(workspace: Workspace) -> None:
    base = edits.set_field(workspace, ID, "bases.kubuqi.wind_mw", 5000.0)(workspace).scenario().base("kubuqi")
    assert (base.capacity, base.wind_mw, base.pv_mw) == ("fixed", 5000.0, 8000.0)


def test_a_battery_has_power_and_energy_or_neither(workspace: Workspace) -> None:
    with_power = edits.set_field(workspace, ID, "bases.kubuqi.battery_mw", 500.0)(workspace)
    assert with_power.scenario().base("kubuqi").battery_mwh == 1000.0
    without = edits.set_field(with_power, ID, "bases.kubuqi.battery_mwh", None)(with_power)
    assert without == workspace


def test_sites_are_typed_as_places(workspace: Workspace) -> None:
    path = "bases.kubuqi.pv_sites"
    shown = {field.path: field.value for field in form_fields(workspace.scenario())}[path]
    assert shown == "109.9, 40.2; 109, 40.25"
    assert edits.set_field(workspace, ID, path, shown)(workspace) == workspace
    moved = edits.set_field(workspace, ID, path, "110.5°E 40.1°N；109，40.25")(workspace)
    assert [site.lon_deg for site in moved.scenario().base("kubuqi").pv_sites] == [110.5, 109.0]
    for typed in ("somewhere", "110.5", "10, 40", "1.2.3, 40"):
        with pytest.raises(InputError):
            edits.set_field(workspace, ID, path, typed)(workspace)


def test_a_fixed_addition_is_set_and_taken_away(workspace: Workspace) -> None:
    more = edits.set_field(workspace, ID, "fleet.pv.fixed_mw.630000", 3000.0)(workspace)
    assert more.scenario().fleet["pv"].fixed_mw == {"540000": 10000.0, "630000": 3000.0}
    assert edits.set_field(more, ID, "fleet.pv.fixed_mw.630000", None)(more) == workspace


def test_scenarios_are_duplicated_renamed_activated_and_removed(workspace: Workspace) -> None:
    two = edits.duplicate_scenario(workspace, ID)(workspace)
    assert [s.id for s in two.scenarios] == [ID, f"{ID}-2"]
    assert two.active == f"{ID}-2"
    named = edits.rename_scenario(f"{ID}-2", "高碳价", "dear carbon")(two)
    assert named.scenario().name_zh == "高碳价"
    back = edits.activate_scenario(named, ID)(named)
    assert back.active == ID
    assert edits.remove_scenario(back, f"{ID}-2")(back) == workspace
    with pytest.raises(InputError, match="last scenario"):
        edits.remove_scenario(workspace, ID)(workspace)
    with pytest.raises(InputError, match="2 times"):
        edits.add_scenario(workspace.scenario())(workspace)
    with pytest.raises(InputError):
        edits.rename_scenario(ID, " ", "x")(workspace)


def test_editing_one_scenario_leaves_the_others(workspace: Workspace) -> None:
    two = edits.add_scenario(load_scenario("2020"))(workspace)
    after = edits.set_field(two, ID, "year", 2035)(two)
    assert after.scenario("2020") == two.scenario("2020")
    assert after.scenario(ID).year == 2035


def test_an_own_line_is_drawn_edited_fed_and_removed(workspace: Workspace) -> None:
    line = line_between((94.9, 36.4), (114.3, 30.6), "g-w", "格尔木—武汉", "Golmud-Wuhan", 8000.0)
    drawn = edits.put_line(ID, line)(workspace)
    assert drawn.scenario().lines.own == (line,)
    slower = edits.set_field(drawn, ID, "lines.own.g-w.mw", 5000.0)(drawn)
    assert slower.scenario().lines.own[0].mw == 5000.0
    base = workspace.scenario().base("qinghai").model_copy(
        update={"id": "golmud", "corridor_id": "g-w", "channel_mw": 5000.0, "cascade": None,
                "cascade_stations": (), "in_fleet_2020_wind_mw": 0.0, "in_fleet_2020_pv_mw": 0.0}
    )  # fmt: skip
    fed = edits.put_base(ID, base)(slower)
    assert fed.scenario().base("golmud").corridor_id == "g-w"
    with pytest.raises(InputError, match="g-w"):
        edits.remove_line(fed, ID, "g-w")(fed)
    bare = edits.remove_base(fed, ID, "golmud")(fed)
    assert edits.remove_line(bare, ID, "g-w")(bare) == workspace


def test_items_on_the_map_are_placed_replaced_and_removed(workspace: Workspace) -> None:
    for item in (
        Drawing(id="a", name="a", kind="line", rings=(((94.0, 36.0), (95.0, 36.0)),)),
        Pin(id="a", name="a", lon_deg=94.9, lat_deg=36.4),
        Bookmark(id="a", name="a", lon_deg=94.9, lat_deg=36.4, metres_per_pixel=100.0),
        UserLayer(id="a", name="a", path="数据 folder/dem.tif", kind="raster"),
    ):
        placed = edits.put_item(item)(workspace)
        renamed = edits.put_item(item.model_copy(update={"name": "b"}))(placed)
        assert renamed != placed
        assert edits.remove_item(item)(renamed) == workspace
        with pytest.raises(InputError):
            edits.remove_item(item)(workspace)


def test_edits_made_together_are_one_and_refused_whole(workspace: Workspace) -> None:
    pin = Pin(id="a", name="a", lon_deg=94.9, lat_deg=36.4)
    both = edits.together(edits.put_item(pin), edits.set_review_number("GS"))
    assert both.name == edits.put_item(pin).name
    after = both(workspace)
    assert (after.pins, after.map_review_number) == ((pin,), "GS")
    with pytest.raises(InputError):
        edits.together(edits.put_item(pin), edits.remove_scenario(workspace, ID))(workspace)


def test_the_review_number_and_settings_are_edits_too(workspace: Workspace) -> None:
    assert edits.set_review_number(" GS(2024)0650号 ")(workspace).map_review_number == "GS(2024)0650号"
    after = edits.set_preferences(Preferences(projection="mercator"))(workspace)
    assert after.preferences.projection == "mercator"


def test_new_ids_are_new() -> None:
    assert edits.new_id("a", []) == "a"
    assert edits.new_id("a", ["a", "a-2"]) == "a-3"
    assert len(edits.new_id("x" * 64, ["x" * 64])) <= 64
