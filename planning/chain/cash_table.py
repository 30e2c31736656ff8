"""The hourly settlement of a line as rows: for a terminal, a CSV and a workbook with live sums."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gis_layers.errors import InputError, Problem
from planning.cash_flow.fen import mwh_of
from planning.cash_flow.hourly import HourlySettlement
from planning.cash_flow.market_prices import REVERSE
from planning.cash_flow.settlement import PURPOSES
from planning.cash_words import MISSING_WORDS, PURPOSE_WORDS
from planning.chain.settle import TradedHours, line_years, settled_line
from planning.report.excel_columns import plain
from planning.report.sheets import Cell, Column, Formula, Sheet, excel_row, letter, write_sheets
from planning.scenario import Scenario
from planning.tables import Tables

PRICE_UNIT = "CNY/MWh"
_PAYMENT_OF = {"tariff": "transmission", "export_tariff": "export_tariff"}


def chosen_hours(text: str, count: int) -> tuple[int, ...]:
    """'0-23, 4000', 'all' -> hours of the year, in the order asked for, each once.

    Raises
    ------
    InputError
        Anything else, or an hour the run has not.
    """
    hours: list[int] = []
    problems = []
    for word in (part.strip() for part in text.split(",")):
        found = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", word)
        if word == "all":
            hours += range(count)
        elif found and int(found[1]) <= int(found[2] or found[1]) < count:
            hours += range(int(found[1]), int(found[2] or found[1]) + 1)
        else:
            expected = f"hours 0 to {count - 1}, ranges as 0-23, or all"
            problems.append(Problem("--hours", "hour", word or "nothing", expected))
    if problems:
        raise InputError(problems)
    return tuple(dict.fromkeys(hours))


def hours_of_line(
    scenario: Scenario, tables: Tables, hours: TradedHours, line_id: str
) -> tuple[HourlySettlement, ...]:
    """Both ways of a line, those that carry energy.

    Raises
    ------
    InputError
        No such line between provinces in the run.
    """
    if line_id not in hours.ids:
        near = ", ".join(hours.ids[:5])
        raise InputError(
            Problem("--line", "line", line_id, f"a line between provinces of the run, as {near}")
        )
    return tuple(
        settled_line(scenario, tables, hours, number, back, year)
        for number, back, year in line_years(scenario, tables, hours, {line_id})
    )


def hour_rows(settled: HourlySettlement, hours: Sequence[int], start_hour: int = 0) -> list[dict[str, Any]]:
    """One row an hour; money in yuan to the fen, None for a payment whose price is not known."""
    missing = {_PAYMENT_OF[what] for what in settled.missing}
    bill = settled.bill_fen
    rows = []
    for hour in hours:
        spot = int(settled.spot_kwh[hour])
        sent = int(settled.sent_kwh[hour])
        row: dict[str, Any] = {
            "hour": start_hour + hour,
            "time": time_of(start_hour + hour),
            "way": "back" if settled.line.id.endswith(REVERSE) else "forward",
            "sent_mwh": mwh_of(sent),
            "delivered_mwh": mwh_of(settled.delivered_kwh[hour]),
            "green_sent_mwh": mwh_of(settled.green_sent_kwh[hour]),
            "contract_mwh": mwh_of(sent - spot),
            "contract_cny_per_mwh": int(settled.contract_micro[hour]) / 1e6,
            "spot_mwh": mwh_of(spot),
            "spot_cny_per_mwh": int(settled.spot_micro[hour]) / 1e6 if settled.spot_kwh.any() else None,
        }
        for purpose in PURPOSES:
            fen = settled.paid_fen.get(purpose)
            known = 0 if fen is None else int(fen[hour])
            row[f"{purpose}_cny"] = None if purpose in missing else known / 100
        row["bill_cny"] = int(bill[hour]) / 100
        rows.append(row)
    return rows


def time_of(hour: int) -> str:
    """'01-31 23:00' of an hour of a year without 29 February."""
    moment = datetime.datetime(2023, 1, 1) + datetime.timedelta(hours=hour % 8760)
    return moment.strftime("%m-%d %H:00")


def totals_of(rows: Sequence[dict[str, Any]]) -> dict[str, float | None]:
    """Sums of energies and money; None where the payment is not known."""
    keys = [key for key in rows[0] if key.endswith(("_mwh", "_cny")) and "_per_" not in key] if rows else []
    totals: dict[str, float | None] = {}
    for key in keys:
        values = [row[key] for row in rows]
        # Whole thousandths and hundredths add up exactly.
        unit = 1000 if key.endswith("_mwh") else 100
        totals[key] = None if None in values else sum(round(v * unit) for v in values) / unit
    return totals


def line_workbook(
    path: Path, names: tuple[str, str], ways: Sequence[tuple[HourlySettlement, list[dict[str, Any]]]]
) -> None:
    """A sheet for each way; bills and sums are live, names stay text."""
    write_sheets(path, names[0], [_sheet(names, settled, rows) for settled, rows in ways])


def _sheet(names: tuple[str, str], settled: HourlySettlement, rows: list[dict[str, Any]]) -> Sheet:
    back = settled.line.id.endswith(REVERSE)
    money = [f"{purpose}_cny" for purpose in PURPOSES]
    energies = ("sent_mwh", "delivered_mwh", "green_sent_mwh", "contract_mwh")
    columns = (
        Column("小时", "hour", "", "whole", 8), Column("时刻", "time", "UTC+8", width=14),
        Column("送端电量", "sent", plain("MWh"), "two"), Column("受端电量", "delivered", plain("MWh"), "two"),
        Column("其中绿电", "of it green", plain("MWh"), "two"), Column("合约电量", "contract", plain("MWh"), "two"),
        Column("合约电价", "contract price", plain(PRICE_UNIT), "two"), Column("现货电量", "spot", plain("MWh"), "two"),
        Column("现货电价", "spot price", plain(PRICE_UNIT), "two"),
        *(Column(zh, en, plain("CNY"), "two", 16) for zh, en in PURPOSE_WORDS.values()),
        Column("受端账单", "bill of the buyer", plain("CNY"), "two", 18),
    )  # fmt: skip
    first, last = letter(9), letter(8 + len(money))
    loss = letter(9 + PURPOSES.index("loss"))
    by_owner = settled.line.tariff_includes_loss
    cells: list[tuple[Cell, ...]] = []
    for i, row in enumerate(rows):
        r = excel_row(i)
        bill = f"=SUM({first}{r}:{last}{r})" + (f"-{loss}{r}" if by_owner else "")
        cells.append(
            (row["hour"], row["time"], *(row[k] for k in energies), row["contract_cny_per_mwh"], row["spot_mwh"],
             row["spot_cny_per_mwh"], *(row[k] for k in money), Formula(bill, row["bill_cny"]))
        )  # fmt: skip
    totals = totals_of(rows)

    def total(key: str, column: int) -> Cell:
        value = totals.get(key)
        if value is None:
            return None
        name = letter(column)
        return Formula(f"=SUM({name}{excel_row(0)}:{name}{excel_row(len(rows) - 1)})", value)

    bottom: tuple[Cell, ...] = (
        "合计", "total", *(total(k, 2 + j) for j, k in enumerate(energies)), "", total("spot_mwh", 7), "",
        *(total(k, 9 + j) for j, k in enumerate(money)), total("bill_cny", 9 + len(money)),
    )  # fmt: skip
    missing = "; ".join(" / ".join(MISSING_WORDS[what]) for what in settled.missing)
    note = (
        f"{settled.line.id}; " + ("线损由线路业主承担 · losses paid by the owner of the line" if by_owner
                                  else "线损由受端承担 · losses paid by the buyer")
        + (f"; {missing}: 账单不含 · not in the bill" if missing else "")
    )  # fmt: skip
    way = ("反送", "back") if back else ("正送", "forward")
    return Sheet(" ".join(way), f"{names[0]} {way[0]} 逐时结算 · {names[1]}, {way[1]}, by the hour", columns,
                 tuple(cells), note, bottom if rows else None, 2)  # fmt: skip
