"""The files of an ensemble: a workbook, five CSV tables, and the document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from gis_layers.files import replacing
from planning.ensemble.answers import FIGURES
from planning.ensemble.document import (
    Row,
    corridor_difference_rows,
    corridor_rows,
    difference_rows,
    ensemble_document,
    member_rows,
    statistic_rows,
)
from planning.ensemble.run import Ensemble
from planning.report.csv_table import table_text
from planning.report.excel_columns import STYLE_OF, both_units, cn
from planning.report.sheets import Cell, Column, Sheet, Style, write_sheets

NOTE = "P90 为 90 % 的成员超过的值 / P90 is exceeded by 90 % of the members"
_LEVELS = ("mean", "p10", "p50", "p90", "least", "most")
_LEVEL_WORDS = {
    "mean": ("平均", "mean"), "p10": ("P10", "P10"), "p50": ("P50", "P50"), "p90": ("P90", "P90"),
    "least": ("最小", "least"), "most": ("最大", "most"),
}  # fmt: skip


def write_ensemble(folder: Path, ensemble: Ensemble) -> list[Path]:
    """Write all files, each whole or not at all.

    Raises
    ------
    EnergyMapError, InputError
        A full disk; a folder that cannot be written.
    """
    tables = {
        "members.csv": member_rows(ensemble),
        "statistics.csv": statistic_rows(ensemble),
        "corridors.csv": corridor_rows(ensemble),
        "differences.csv": difference_rows(ensemble),
        "corridor_differences.csv": corridor_difference_rows(ensemble),
    }
    written = []
    for name, rows in tables.items():
        with replacing(folder / name) as temporary:
            # A byte order mark, so that Excel reads the Chinese.
            Path(temporary).write_text(table_text(rows), encoding="utf-8-sig", newline="")
        written.append(folder / name)
    with replacing(folder / "ensemble.json") as temporary:
        text = json.dumps(ensemble_document(ensemble), ensure_ascii=False, indent=1, allow_nan=False)
        Path(temporary).write_text(text + "\n", encoding="utf-8")
    with replacing(folder / "ensemble.xlsx") as temporary:
        write_sheets(Path(temporary), "集合计算 · Ensemble", ensemble_sheets(ensemble))
    return [*written, folder / "ensemble.json", folder / "ensemble.xlsx"]


def ensemble_sheets(ensemble: Ensemble) -> list[Sheet]:
    """Members, statistics, corridors, differences, differences of corridors."""
    against = "同一气象、来水下与首个方案 (线路全部在运) 相减 / less the first variant with all lines in service, in the same weather"
    return [
        _members(ensemble),
        _by_figure("统计", "统计 · Statistics", statistic_rows(ensemble), NOTE),
        _corridors("通道", "各通道受端电量 · Delivered by corridor", corridor_rows(ensemble), NOTE),
        _by_figure("差异", "与首个方案之差 · Differences", difference_rows(ensemble), f"{against}; {NOTE}"),
        _corridors(
            "通道差异", "各通道受端电量之差 · Differences by corridor", corridor_difference_rows(ensemble),
            f"{against}; {NOTE}",
        ),
    ]  # fmt: skip


def _members(ensemble: Ensemble) -> Sheet:
    plain = (
        ("name", Column("成员", "member", "", "text", 36)),
        ("variant", Column("方案", "variant", "", "text", 18)),
        ("seed", Column("气象种子", "seed")),
        ("weather_year", Column("气象年", "weather year")),
        ("water_exceedance_pct", Column("来水频率", "exceedance of water", "%")),
        ("outage", Column("停运线路", "out of service", "", "text", 24)),
        ("state", Column("状态", "state")),
    )
    after = (
        ("max_residual_mw", Column("功率不平衡", "imbalance of power", "MW", "four")),
        ("energy_residual_mwh", Column("电量不平衡", "imbalance of energy", "MWh", "four")),
        ("money_residual_cny", Column("收支不平衡", "imbalance of money", "元 / CNY", "four")),
        ("seconds", Column("用时", "time", "s", "one")),
        ("failure", Column("失败原因", "why it failed", "", "text", 60)),
    )
    figures = tuple(Column(zh, en, _unit(kind), _style(kind), 14) for zh, en, kind in FIGURES.values())
    columns = (*(c for _, c in plain), *figures, *(c for _, c in after))
    rows = []
    for row in member_rows(ensemble):
        cells: list[Cell] = [_text(row[name]) for name, _ in plain]
        cells += [_cell(row[name], kind) for name, (_, _, kind) in FIGURES.items()]
        cells += [row[name] for name, _ in after]
        rows.append(tuple(cells))
    return Sheet("成员", "集合成员 · Members", columns, tuple(rows), "", None, 1)


def _by_figure(name: str, title: str, source: Sequence[Row], note: str) -> Sheet:
    columns = (
        Column("方案", "variant", "", "text", 18), Column("停运线路", "out of service", "", "text", 24),
        Column("指标", "figure", "", "text", 18), Column("", "figure (en)", "", "text", 26),
        Column("单位", "unit", "", "text", 20), Column("成员数", "members", "", "whole"),
        *(Column(*_LEVEL_WORDS[level], "", "four", 14) for level in _LEVELS),
    )  # fmt: skip
    rows = []
    for row in source:
        zh, en, kind = FIGURES[row["figure"]]
        cells: list[Cell] = [row["variant"], row["outage"], zh, en, _unit(kind) or "1", row["count"]]
        cells += [_cell(row[level], kind) for level in _LEVELS]
        rows.append(tuple(cells))
    return Sheet(name, title, columns, tuple(rows), note, None, 4)


def _corridors(name: str, title: str, source: Sequence[Row], note: str) -> Sheet:
    unit = both_units("energy_mwh")
    columns = (
        Column("方案", "variant", "", "text", 18), Column("停运线路", "out of service", "", "text", 24),
        Column("编号", "id", "", "text", 18), Column("通道", "corridor", "", "text", 22),
        Column("", "corridor (en)", "", "text", 30), Column("成员数", "members", "", "whole"),
        *(Column(*_LEVEL_WORDS[level], unit, "two", 14) for level in _LEVELS),
    )  # fmt: skip
    rows = tuple(
        (
            row["variant"], row["outage"], row["corridor"], row["name_zh"], row["name_en"], row["count"],
            *(_cell(row[level], "energy_mwh") for level in _LEVELS),
        )
        for row in source
    )  # fmt: skip
    return Sheet(name, title, columns, rows, note, None, 4)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _cell(value: float | None, kind: str) -> Cell:
    return value if kind == "share" else cn(value, kind)


def _unit(kind: str) -> str:
    return "" if kind == "share" else both_units(kind)


def _style(kind: str) -> Style:
    return "share2" if kind == "share" else STYLE_OF[kind]
