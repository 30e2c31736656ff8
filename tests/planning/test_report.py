"""What a planner opens: workbook, printed report, maps; the same figures as the result document."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gis_layers.errors import Cancelled
from planning.chain.summary import link_sources
from planning.report.excel import write_workbook
from planning.report.fonts import font_paths
from planning.report.maps import all_maps
from planning.report.pdf import report_pdf
from planning.report.series import BaseFlows, ReportSeries, Week, duration_curve, monthly_twh
from planning.report.write import write_outputs
from planning.results import Summary
from planning.scenario import load_scenario
from planning.tables import load_tables
from tests.planning.formulas import Evaluator
from tests.planning.summary_factory import SCENARIO_TOML, make_summary


def make_series() -> ReportSeries:
    summary = make_summary()
    hours = np.arange(8760)
    sun = np.clip(np.sin((hours % 24 - 6) / 12 * np.pi), 0.0, None)
    week = Week(
        "夏季典型周",
        "a summer week",
        4704,
        {"coal": np.full(168, 4e5), "wind": np.full(168, 1e5), "pv": 5e5 * sun[:168]},
        np.full(168, 6e5),
    )
    return ReportSeries(
        monthly_generation_twh={t: np.full(12, v / 12) for t, v in summary.national.generation_twh.items()},
        weeks=(week,),
        corridor_duration_mw={i: duration_curve(c.capacity_mw * sun) for i, c in summary.corridors.items()},
        base_weeks={"kubuqi": week},
        base_flows={
            i: BaseFlows(
                discount_rate=0.05,
                cost_cny=(b.investment_cny, *[0.02 * b.investment_cny] * 25),
                revenue_cny=(0.0, *[b.delivered_mwh * 288.0] * 25),
                delivered_mwh=(0.0, *[b.delivered_mwh] * 25),
            )
            for i, b in summary.bases.items()
        },
    )


@dataclass(frozen=True)
class Run:
    """What `write_outputs` left."""

    folder: Path
    files: list[Path]
    steps: list[float]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("run") / "结果"
    steps: list[float] = []
    files = write_outputs(
        folder, make_summary(), make_series(), SCENARIO_TOML, "", lambda share, _: steps.append(share)
    )
    return Run(folder, files, steps)


@pytest.fixture(scope="module")
def workbook(run: Run) -> Path:
    return run.folder / "results.xlsx"


@pytest.fixture(scope="module")
def report(run: Run) -> bytes:
    return (run.folder / "report.pdf").read_bytes()


def _book(path: Path, **kinds: bool) -> Any:
    openpyxl = pytest.importorskip("openpyxl")
    return openpyxl.load_workbook(path, **kinds)


@lru_cache(maxsize=4)
def _text(pdf: bytes) -> str:
    """The words of a PDF without the white space its typesetting adds."""
    pypdf = pytest.importorskip("pypdf")
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


# Workbook


def test_every_formula_comes_to_the_value_stored_beside_it(workbook: Path) -> None:
    formulas, values = _book(workbook), _book(workbook, data_only=True)
    checked = 0
    for sheet in formulas:
        evaluator = Evaluator(sheet)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    stored = values[sheet.title][cell.coordinate].value
                    assert evaluator.cell(cell.coordinate) == pytest.approx(stored, rel=1e-9, abs=1e-7), (
                        sheet.title,
                        cell.coordinate,
                        cell.value,
                    )
                    checked += 1
    assert checked > 600


def test_the_sheets_show_the_documents_figures(workbook: Path) -> None:
    summary, book = make_summary(), _book(workbook, data_only=True)
    claim = {row[1].value: row[2].value for row in book["命题检验"].iter_rows(min_row=7)}
    assert claim["share reached"] == pytest.approx(summary.claim.gdp_share, rel=1e-12)
    price = summary.claim.price_for_target_cny_per_mwh
    volume = summary.claim.volume_for_target_mwh
    assert price is not None
    assert volume is not None
    assert claim["price that would meet the target"] == pytest.approx(price / 1e3, rel=1e-12)
    assert claim["volume that would meet the target"] == pytest.approx(volume / 1e5, rel=1e-12)
    lines = {row[0].value: row for row in book["输电通道"].iter_rows(min_row=7)}
    corridor = summary.corridors["zhongheng"]
    assert lines["zhongheng"][6].value == pytest.approx(corridor.capacity_mw / 10, rel=1e-12)
    assert lines["zhongheng"][7].value == pytest.approx(corridor.sent_mwh / 1e5, rel=1e-12)
    assert lines["zhongheng"][11].value == pytest.approx(corridor.full_load_hours, rel=1e-12)


def test_provinces_balance_in_the_sheet(workbook: Path) -> None:
    sheet = _book(workbook, data_only=True)["省份"]
    residual = next(c.column for c in sheet[4] if c.value == "平衡残差")
    for row in sheet.iter_rows(min_row=7, min_col=residual, max_col=residual):
        assert abs(row[0].value) < 1e-6


def test_panes_are_frozen_below_a_header_with_units(workbook: Path) -> None:
    for sheet in _book(workbook):
        assert sheet.freeze_panes is not None
        assert sheet.freeze_panes.endswith("7")
    header = [c.value for c in _book(workbook)["基地"][6]]
    assert "万千瓦 / 10 MW" in header
    assert "元/千瓦时 / CNY/kWh" in header


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "https://x.example/"])
def test_a_name_that_looks_like_a_formula_stays_text(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_workbook(path, _renamed(name), ReportSeries())
    cells = [c for row in _book(path)["基地"].iter_rows() for c in row if c.value == name]
    assert cells
    assert all(c.data_type == "s" and c.hyperlink is None for c in cells)


def _renamed(name: str) -> Summary:
    summary = make_summary()
    base = summary.bases["hami"].model_copy(update={"name_zh": name, "name_en": name})
    return summary.model_copy(
        update={"bases": {**summary.bases, "hami": base}, "scenario_name_zh": name, "scenario_name_en": name}
    )


def test_a_missing_figure_is_a_dash_in_the_sheet(workbook: Path) -> None:
    sheet = _book(workbook)["基地"]
    irr = next(c.column for c in sheet[4] if c.value == "内部收益率")
    name = {row[0].value: row[irr - 1].value for row in sheet.iter_rows(min_row=7)}
    assert name["yalong"] == "–"
    assert name["hami"] == pytest.approx(0.064)


# Printed report


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_prints_the_claims_answer(language: Any, report: bytes) -> None:
    pdf = report if language == "zh" else report_pdf(make_summary(), make_series(), {}, "en")
    words = _text(pdf)
    assert "0.66%" in words
    assert ("未达到" if language == "zh" else "notmet") in words
    assert ("参考级（重建）" if language == "zh" else "reference(reconstructed)") in words
    assert ("4.3604元/千瓦时" if language == "zh" else "4,360.4CNY/MWh") in words


def test_the_report_prints_every_base_corridor_and_province(report: bytes) -> None:
    words, summary = _text(report), make_summary()
    for name in (
        *(b.name_zh for b in summary.bases.values()),
        *(p.name_zh for p in summary.provinces.values()),
        *(c.name_zh for c in summary.corridors.values()),
    ):
        assert "".join(name.split()) in words, name


def test_only_the_bundled_font_is_in_the_report(report: bytes) -> None:
    pypdf = pytest.importorskip("pypdf")
    fonts: set[str] = set()
    for page in pypdf.PdfReader(io.BytesIO(report)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            fonts.add(str(font.get_object()["/BaseFont"]))
    assert fonts
    assert all("NotoSansCJKsc" in font for font in fonts)


def test_names_enter_the_report_as_data_and_never_as_markup() -> None:
    name = '#panic() *x* $y$ <a> \\ "q" @b = _u_ `c` //'
    words = _text(report_pdf(_renamed(name), ReportSeries(), {}))
    assert "#panic()*x*$y$<a>" in words
    assert '"q"@b=_u_`c`' in words


def test_a_report_without_curves_says_what_it_leaves_out() -> None:
    words = _text(report_pdf(make_summary(), ReportSeries(), {}))
    assert "以下图未列出：逐月发电量、全国典型周、通道负荷持续曲线、基地典型周" in words


def test_a_report_of_a_nation_without_bases_or_lines_is_printed() -> None:
    bare = make_summary().model_copy(update={"bases": {}, "corridors": {}})
    assert "本情景没有基地" in _text(report_pdf(bare, ReportSeries(), {}))


def test_the_same_run_prints_the_same_bytes(run: Run, report: bytes, workbook: Path, tmp_path: Path) -> None:
    maps = {f.name: f.read_bytes() for f in run.files if f.suffix == ".png"}
    assert report_pdf(make_summary(), make_series(), maps) == report
    assert all_maps(make_summary(), "")["cash_zh.png"]() == maps["cash_zh.png"]
    write_workbook(tmp_path / "again.xlsx", make_summary(), make_series())
    assert (tmp_path / "again.xlsx").read_bytes() == workbook.read_bytes()


# Curves


def test_the_months_add_up_to_the_year() -> None:
    power = np.arange(8760, dtype=float)
    months = monthly_twh(power)
    assert months.sum() == pytest.approx(power.sum() / 1e6, rel=1e-12)
    assert months[0] == pytest.approx(power[:744].sum() / 1e6, rel=1e-12)
    assert months[11] == pytest.approx(power[-744:].sum() / 1e6, rel=1e-12)


def test_a_duration_curve_falls_from_the_highest_to_the_lowest_hour() -> None:
    power = np.random.default_rng(1).uniform(0.0, 100.0, 8760)
    curve = duration_curve(power)
    assert (np.diff(curve) <= 0).all()
    assert (curve[0], curve[-1]) == (power.max(), power.min())


# Maps and font


@pytest.mark.parametrize("name", ["ghi", "wind_100m", "corridors", "cash", "curtailment"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_map_is_drawn_in_both_languages(name: str, language: str, run: Run) -> None:
    """Without a missing sign: matplotlib warns of one the font lacks, and warnings are errors here."""
    image = pytest.importorskip("PIL.Image")
    picture = np.asarray(image.open(run.folder / "maps" / f"{name}_{language}.png").convert("L"))
    assert picture.shape[1] == 1440
    assert picture.std() > 10.0


def test_all_ten_strokes_and_all_of_china_are_in_the_picture() -> None:
    from gis_layers import boundary
    from gis_layers.crs import geometry_to_albers
    from planning.report.map_base import INSET_BOX_M, MAIN_BOX_M

    def inside(bounds: tuple[float, ...], box: tuple[float, ...]) -> bool:
        return box[0] < bounds[0] and bounds[2] < box[1] and box[2] < bounds[1] and bounds[3] < box[3]

    strokes = geometry_to_albers(boundary.ten_stroke_line().geometry.to_numpy())
    for stroke in strokes:
        assert inside(stroke.bounds, MAIN_BOX_M) or inside(stroke.bounds, INSET_BOX_M)
    parts = [p for shape in geometry_to_albers(boundary.regions("province", 2).geometry) for p in shape.geoms]
    assert len(parts) > 34
    for part in parts:
        assert inside(part.bounds, MAIN_BOX_M) or inside(part.bounds, INSET_BOX_M)


def test_the_review_number_is_printed_where_it_is_given() -> None:
    from planning.report.map_base import map_page

    def words(number: str) -> list[str]:
        return [text.get_text() for text in map_page("zh", "t", "n", number).figure.texts]

    assert "审图号：GS(2024)0001号" in words("GS(2024)0001号")
    assert "审图号：____________" in words("")


def test_the_font_has_every_sign_of_our_words_and_tables() -> None:
    from fontTools.ttLib import TTFont

    from gis_layers.province import PROVINCES
    from planning.report import content, content_grid, content_notes, pdf
    from planning.words import ITEMS, LINKS, NOTES, QUANTITIES, TERMS

    text = "".join(a + b for table in (TERMS, NOTES, LINKS, ITEMS) for a, b in table.values())
    text += "".join(q.cn_unit_zh + q.si_unit for q in QUANTITIES.values())
    text += "".join(p.name_zh + p.name_en for p in PROVINCES.values())
    for module in (content, content_grid, content_notes, pdf):
        text += Path(str(module.__file__)).read_text("utf-8")
    data = Path(str(content.__file__)).parents[1] / "data"
    for name in ("corridors.csv", "nodes.csv", "bases.csv", "scenarios/2030-1200GW.toml"):
        text += (data / name).read_text("utf-8")
    wanted = {ord(c) for c in text if c.isprintable() and c != "\u200b"}
    for path in font_paths():
        assert path.stat().st_size <= 4e6
        with TTFont(path) as font:
            assert not {chr(c) for c in wanted - set(font.getBestCmap())}, path.name
            assert font["name"].getDebugName(1).startswith("Noto Sans CJK SC")


# All files


def test_a_run_leaves_exactly_its_files_each_whole(run: Run) -> None:
    on_disk = {p.relative_to(run.folder).as_posix() for p in run.folder.rglob("*") if p.is_file()}
    assert {p.relative_to(run.folder).as_posix() for p in run.files} == on_disk
    assert {"summary.json", "results.xlsx", "report.pdf", "project.gpkg"} <= on_disk
    document = json.loads((run.folder / "summary.json").read_text("utf-8"))
    assert Summary.model_validate(document) == make_summary()
    assert run.steps == sorted(run.steps)
    assert run.steps[-1] == 1.0


def test_a_cancelled_run_leaves_no_half_written_file(tmp_path: Path) -> None:
    def stop(share: float, what: str) -> None:
        if what.endswith("project.gpkg"):
            raise Cancelled

    with pytest.raises(Cancelled):
        write_outputs(tmp_path, make_summary(), None, SCENARIO_TOML, "", stop)
    assert {p.name for p in tmp_path.iterdir()} == {"summary.json", "results.xlsx", "maps"}


def test_a_failure_while_a_file_is_written_leaves_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path, *_: object) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr("planning.report.write.write_workbook", broken)
    with pytest.raises(KeyboardInterrupt):
        write_outputs(tmp_path, make_summary(), None, SCENARIO_TOML)
    assert {p.name for p in tmp_path.iterdir()} == {"summary.json", "maps"}


CHINESE_COLUMNS = {"来源": ["来源"], "输电通道": ["线损来源", "电价来源"], "基地": ["公布方案", "来源"]}


def shipped_summary() -> Summary:
    """The made-up figures with the sources and designs of the scenario the program ships."""
    scenario, summary = load_scenario("2030-1200GW"), make_summary()
    bases = {
        key: base.model_copy(
            update={
                "published": {
                    k: str(v)
                    for k, v in scenario.base(key).published.model_dump().items()
                    if k in ("design", "source", "tier") and v
                }
            }
        )
        for key, base in summary.bases.items()
        if key in {b.id for b in scenario.bases}
    }
    return summary.model_copy(update={"bases": bases, "sources": link_sources(scenario, load_tables())})


@pytest.mark.parametrize("name", list(CHINESE_COLUMNS))
def test_sources_and_designs_stand_in_chinese_with_english_beside_them(tmp_path: Path, name: str) -> None:
    write_workbook(tmp_path / "x.xlsx", shipped_summary(), ReportSeries())
    chinese = re.compile("[\u4e00-\u9fff]")
    sheet = _book(tmp_path / "x.xlsx")[name]
    heads = [cell.value for cell in sheet[4]]
    for head in CHINESE_COLUMNS[name]:
        column, seen = heads.index(head), 0
        for row in sheet.iter_rows(min_row=7, values_only=True):
            zh, en = row[column], row[column + 1]
            if zh in (None, "", "–"):
                assert en in (None, "", "–")
                continue
            seen += 1
            plain = re.sub(r"https?://\S+|[\w./]+\.csv", "", str(zh))
            assert chinese.search(plain) or not re.search("[a-z]{3}", plain), zh
            assert not chinese.search(str(en)), en
        assert seen > 0, head


def test_every_title_note_and_header_of_the_workbook_is_in_both_languages(workbook: Path) -> None:
    chinese, latin = re.compile("[\u4e00-\u9fff]"), re.compile("[A-Za-z]{2}")
    for sheet in _book(workbook):
        for words in (sheet["A1"].value, sheet["A2"].value):
            if words:
                assert chinese.search(words), (sheet.title, words)
                assert latin.search(words), (sheet.title, words)
        for column in range(1, sheet.max_column + 1):
            zh, en = (sheet.cell(row, column).value or "" for row in (4, 5))
            assert not chinese.search(en), (sheet.title, en)
            assert not en or chinese.search(zh) or zh in ("CO2",), (sheet.title, zh)
            unit = sheet.cell(6, column).value or ""
            if chinese.search(unit):
                assert re.search("[A-Za-z]", unit), (sheet.title, unit)
