"""The project file: opened by a GIS, read back unchanged, and refused when it is not ours."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gis_layers.errors import InputError
from planning import edits
from planning.compare import stale_inputs
from planning.drawn import line_between
from planning.hourly import read_hourly
from planning.project_file import (
    FORMAT,
    HourlySource,
    StoredResult,
    canonical_json,
    read_project,
    read_workspace,
    write_project,
    write_workspace,
)
from planning.results import Summary
from planning.scenario import load_scenario, scenario_text
from planning.workspace import Drawing, LayerLook, LayersView, Pin, Workspace, new_workspace
from tests.planning.summary_factory import SCENARIO_TOML, make_summary
from tests.planning.test_hourly import made


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("项目 folder") / "project.gpkg"
    write_project(path, make_summary(), SCENARIO_TOML, {"program_version": "0.1.0"})
    return path


def _change(project: Path, target: Path, statement: str) -> Path:
    target.write_bytes(project.read_bytes())
    with closing(sqlite3.connect(target)) as database, database:
        database.execute(statement)
    return target


def test_what_was_written_is_read_back_unchanged(project: Path) -> None:
    back = read_project(project)
    assert back.summary == make_summary()
    assert back.scenario_toml == SCENARIO_TOML
    assert back.metadata == {"format": FORMAT, "schema_version": "3", "program_version": "0.1.0"}


def test_nothing_is_left_beside_the_file(project: Path) -> None:
    assert [p.name for p in project.parent.iterdir()] == ["project.gpkg"]


def test_a_gis_finds_the_layers_with_units_in_their_column_names(project: Path) -> None:
    import pyogrio

    layers = dict(pyogrio.list_layers(project))
    assert layers["bases"] == "Point"
    assert layers["corridors"] == "LineString"
    assert layers["provinces"] == "MultiPolygon"
    assert {"scenario", "summary", "metadata", "layer_styles"} <= set(layers)
    info = pyogrio.read_info(project, layer="corridors")
    assert info["crs"] == "EPSG:4326"
    assert {"capacity_mw", "sent_mwh", "cash_cny", "tariff_cny_per_mwh"} <= set(info["fields"])
    bases = pyogrio.read_info(project, layer="bases")
    assert {"wind_mw", "storage_mwh", "lcoe_cny_per_mwh"} <= set(bases["fields"])


def test_the_layers_carry_the_documents_figures(project: Path) -> None:
    import pyogrio

    summary = make_summary()
    lines = pyogrio.read_dataframe(project, layer="corridors").set_index("id")
    assert len(lines) == len(summary.corridors)
    for line_id, corridor in summary.corridors.items():
        assert lines.loc[line_id, "sent_mwh"] == corridor.sent_mwh
        start, *_, end = lines.loc[line_id, "geometry"].coords
        assert start == (corridor.from_lon, corridor.from_lat)
        assert start != end
    bases = pyogrio.read_dataframe(project, layer="bases").set_index("id")
    assert bases.loc["hami", "geometry"].coords[0] == (93.4, 43.3)


def test_all_of_china_is_drawn_and_a_province_without_data_has_none(project: Path) -> None:
    import pyogrio

    provinces = pyogrio.read_dataframe(project, layer="provinces").set_index("adcode")
    assert len(provinces) == 34
    assert provinces.geometry.is_valid.all()
    for adcode in (710000, 810000, 820000):
        assert provinces.loc[adcode, ["load_mwh", "gdp_share", "wind_mw"]].isna().all()
    assert provinces.loc[620000, "load_mwh"] == make_summary().provinces["620000"].load_mwh


def test_the_styles_are_well_formed_and_speak_of_columns_that_exist(project: Path) -> None:
    import pyogrio

    with closing(sqlite3.connect(project)) as database:
        styles = database.execute("SELECT f_table_name, styleQML, useAsDefault FROM layer_styles").fetchall()
    assert {name for name, _, _ in styles} == {"corridors", "provinces", "ten_stroke_line"}
    for layer, qml, default in styles:
        root = ElementTree.fromstring(qml)
        columns = set(pyogrio.read_info(project, layer=layer)["fields"])
        symbols = {symbol.get("name") for symbol in root.iter("symbol")}
        for rule in root.iter("rule"):
            assert set(re.findall(r'"(\w+)"', rule.get("filter", ""))) <= columns
            assert rule.get("symbol") in symbols
        assert default == 1


def test_the_style_draws_a_province_without_data_too(project: Path) -> None:
    """QGIS leaves out what no rule names; China must be whole on the map."""
    with closing(sqlite3.connect(project)) as database:
        ((qml,),) = database.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = 'provinces'")
    filters = [rule.get("filter") for rule in ElementTree.fromstring(qml).iter("rule")]
    assert '"gdp_share" IS NULL' in filters


def test_the_ten_strokes_are_in_the_file(project: Path) -> None:
    import pyogrio

    assert sorted(pyogrio.read_dataframe(project, layer="ten_stroke_line")["number"]) == list(range(1, 11))


def test_a_scenario_without_bases_or_lines_is_written_too(tmp_path: Path) -> None:
    bare = make_summary().model_copy(update={"bases": {}, "corridors": {}})
    write_project(tmp_path / "p.gpkg", bare, "")
    assert read_project(tmp_path / "p.gpkg").summary == bare


def test_the_same_answer_gives_the_same_text() -> None:
    summary = make_summary()
    turned = summary.model_copy(update={"corridors": dict(reversed(summary.corridors.items()))})
    assert canonical_json(turned) == canonical_json(summary)
    assert Summary.model_validate_json(canonical_json(summary)) == summary
    assert "库布齐" in canonical_json(summary)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"SQLite format 3\x00 cut short"])
def test_a_file_of_another_kind_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.gpkg"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_project(path)
    assert caught.value.problems[0].where == "other.gpkg"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.gpkg"):
        read_project(tmp_path / "nowhere.gpkg")


def test_a_geopackage_of_another_program_is_refused(tmp_path: Path) -> None:
    from gis_layers.boundary import GEOPACKAGE

    with pytest.raises(InputError, match="a project file of this program"):
        read_project(GEOPACKAGE)


def test_a_file_of_a_newer_program_is_refused(project: Path, tmp_path: Path) -> None:
    newer = _change(
        project, tmp_path / "newer.gpkg", "UPDATE metadata SET value = '4' WHERE name = 'schema_version'"
    )
    for read in (read_project, read_workspace):
        with pytest.raises(InputError, match="schema version 4, expected version 3") as caught:
            read(newer)
        assert caught.value.code == "project_newer"


def test_a_damaged_answer_is_refused_naming_the_field(project: Path, tmp_path: Path) -> None:
    damaged = _change(
        project,
        tmp_path / "d.gpkg",
        'UPDATE summary SET json = replace(json, \'"year": 2030\', \'"year": "x"\')',
    )
    with pytest.raises(InputError, match="year"):
        read_project(damaged)
    empty = _change(project, tmp_path / "e.gpkg", "DELETE FROM summary")
    with pytest.raises(InputError, match="without its result"):
        read_project(empty)


def test_a_failed_write_leaves_the_old_file_as_it_was(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.gpkg"
    path.write_bytes(project.read_bytes())

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("planning.project_file._styles", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_project(path, make_summary(), "changed")
    assert path.read_bytes() == project.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["p.gpkg"]


CLAIM = "2030-1200GW"


def full_workspace() -> Workspace:
    workspace = new_workspace(load_scenario(CLAIM))
    for edit in (
        edits.duplicate_scenario(workspace, CLAIM),
        edits.put_line(
            f"{CLAIM}-2", line_between((94.9, 36.4), (114.3, 30.6), "g-w", "格—武", "G-W", 8000.0)
        ),
        edits.put_item(Pin(id="p", name="格尔木", lon_deg=94.9, lat_deg=36.4)),
        edits.put_item(Drawing(id="d", name="线", kind="line", rings=(((94.0, 36.0), (95.0, 36.0)),))),
        edits.set_review_number("GS(2024)0650号"),
    ):
        workspace = edit(workspace)
    return workspace


def test_a_project_of_several_scenarios_comes_back_with_results_and_hours(tmp_path: Path) -> None:
    workspace, path = full_workspace(), tmp_path / "项目 1.gpkg"
    run = workspace.scenario(CLAIM)
    assert write_workspace(path, workspace, {CLAIM: StoredResult(make_summary(), run, made())}) == ()
    back = read_workspace(path)
    assert back.workspace == workspace
    assert set(back.results) == {CLAIM}
    result = back.results[CLAIM]
    assert (result.summary, result.inputs) == (make_summary(), run)
    assert result.hourly == HourlySource(path, CLAIM)
    hours = read_hourly(path, CLAIM)
    assert hours is not None
    assert hours.node_ids == made().node_ids
    assert read_project(path).summary == make_summary()
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_saving_again_keeps_the_hours_that_lie_in_the_old_file(tmp_path: Path) -> None:
    workspace, path = full_workspace(), tmp_path / "p.gpkg"
    write_workspace(path, workspace, {CLAIM: StoredResult(make_summary(), workspace.scenario(CLAIM), made())})
    first = read_workspace(path)
    dearer = edits.set_field(first.workspace, CLAIM, "prices.carbon_cny_per_t", 150.0)(first.workspace)
    assert write_workspace(path, dearer, first.results) == ()
    again = read_workspace(path)
    assert read_hourly(path, CLAIM) is not None
    run = again.results[CLAIM].inputs
    assert run is not None
    stale = stale_inputs(run, again.workspace.scenario(CLAIM))
    assert [row.path for row in stale] == ["prices.carbon_cny_per_t"]


def test_hours_whose_file_is_gone_are_named_and_the_rest_is_saved(tmp_path: Path) -> None:
    workspace, path = full_workspace(), tmp_path / "p.gpkg"
    gone = HourlySource(tmp_path / "gone.gpkg", CLAIM)
    damaged = tmp_path / "damaged.gpkg"
    damaged.write_bytes(b"SQLite format 3\x00 cut short")
    for source in (gone, HourlySource(damaged, CLAIM)):
        result = StoredResult(make_summary(), workspace.scenario(CLAIM), source)
        assert write_workspace(path, workspace, {CLAIM: result}) == (CLAIM,)
        assert read_workspace(path).results[CLAIM].hourly is None


def test_a_project_never_run_is_saved_too_and_says_it_has_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    write_workspace(path, new_workspace(load_scenario("2020")), {})
    assert read_workspace(path).results == {}
    with pytest.raises(InputError, match="without its result"):
        read_project(path)


def test_a_gis_sees_what_was_drawn(tmp_path: Path) -> None:
    import pyogrio

    path = tmp_path / "p.gpkg"
    write_workspace(path, full_workspace(), {})
    drawn = pyogrio.read_dataframe(path, layer="drawings")
    assert list(drawn["name"]) == ["线"]
    assert list(drawn.geometry[0].coords) == [(94.0, 36.0), (95.0, 36.0)]


def test_the_file_of_a_run_opens_as_a_project(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    write_project(path, make_summary(), scenario_text(CLAIM), {"map_review_number": "GS"}, made())
    back = read_workspace(path)
    assert back.workspace.scenario() == load_scenario(CLAIM)
    assert back.workspace.map_review_number == "GS"
    assert back.results[CLAIM].inputs == load_scenario(CLAIM)
    assert back.results[CLAIM].hourly == HourlySource(path, CLAIM)


def test_a_file_of_version_1_still_opens(tmp_path: Path) -> None:
    path = tmp_path / "old.gpkg"
    write_project(path, make_summary(), scenario_text(CLAIM))
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(
            "CREATE TABLE s (fid INTEGER PRIMARY KEY, json TEXT NOT NULL);"
            "INSERT INTO s (json) SELECT json FROM summary; DROP TABLE summary; ALTER TABLE s RENAME TO summary;"
            "UPDATE metadata SET value = '1' WHERE name = 'schema_version';"
        )
    assert read_project(path).summary == make_summary()
    assert read_workspace(path).results[CLAIM].inputs == load_scenario(CLAIM)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE workspace SET json = '{'",
        "UPDATE workspace SET json = '{\"moon\": 1}'",
        "UPDATE scenario SET text = 'year = '",
        "DELETE FROM scenario",
        "DROP TABLE summary",
        "UPDATE summary SET json = 'x'",
    ],
)
def test_a_damaged_project_is_refused_with_its_name(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "mine.gpkg"
    write_workspace(path, full_workspace(), {CLAIM: StoredResult(make_summary(), None)})
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)
    with pytest.raises(InputError, match=r"mine\.gpkg"):
        read_workspace(path)


def test_how_layers_were_shown_comes_back_and_an_older_file_has_none(tmp_path: Path) -> None:
    view = LayersView(
        order=("layer.land", "pv_yield"),
        layers={"pv_yield": LayerLook(visible=False, opacity=0.4, style={"kind": "raster", "low": 1.0})},
    )
    workspace = new_workspace(load_scenario("2030-1200GW")).model_copy(update={"view": view})
    path = tmp_path / "view.gpkg"
    write_workspace(path, workspace, {})
    assert read_workspace(path).workspace == workspace
    two = _change(
        path, tmp_path / "two.gpkg", "UPDATE metadata SET value = '2' WHERE name = 'schema_version'"
    )
    older = _change(two, tmp_path / "older.gpkg", "UPDATE workspace SET json = json_remove(json, '$.view')")
    assert read_workspace(older).workspace.view == LayersView()
