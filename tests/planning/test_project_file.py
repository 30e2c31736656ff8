"""The project file: opened by a GIS, read back unchanged, and refused when it is not ours."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gis_layers.errors import InputError
from planning.project_file import FORMAT, canonical_json, read_project, write_project
from planning.results import Summary
from tests.planning.summary_factory import SCENARIO_TOML, make_summary


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
    assert back.metadata == {"format": FORMAT, "schema_version": "1", "program_version": "0.1.0"}


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
        project, tmp_path / "newer.gpkg", "UPDATE metadata SET value = '2' WHERE name = 'schema_version'"
    )
    with pytest.raises(InputError, match="schema version 2, expected version 1"):
        read_project(newer)


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
