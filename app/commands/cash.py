"""`energymap cash RUN|SCENARIO`: who pays whom for what; with --line the hours of one line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.base import Command, Context, add_store, open_store
from app.commands.resource_options import add_resource, add_water, with_choice
from gis_layers.errors import InputError, Problem

if TYPE_CHECKING:
    from planning.chain.settle import TradedHours
    from planning.results import ClaimResult
    from planning.results_cash import SettlementResult
    from planning.scenario import Scenario
    from planning.tables import Tables

SHOWN = 12


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run", metavar="RUN|SCENARIO", help="project.gpkg of a run, or a scenario (id or TOML)"
    )
    parser.add_argument("--line", metavar="ID", help="hours of this line, of both ways")
    parser.add_argument(
        "--hours", metavar="HOURS", help="with --line: N, N-M, all (default), or several with commas"
    )
    parser.add_argument("--csv", type=Path, metavar="FILE.csv", help="write the table")
    parser.add_argument("--xlsx", type=Path, metavar="FILE.xlsx", help="write a workbook with live sums")
    add_store(parser)
    add_resource(parser)
    add_water(parser)


def _run(options: argparse.Namespace, context: Context) -> None:
    problems = [
        Problem(f"--{kind}", "file", str(path), f"a name ending in .{kind}")
        for kind, path in (("csv", options.csv), ("xlsx", options.xlsx))
        if path is not None and path.suffix.lower() != f".{kind}"
    ]
    if options.hours is not None and options.line is None:
        problems.append(Problem("--hours", "hours", options.hours, "a line as well"))
    if problems:
        raise InputError(problems)
    if options.line is not None:
        _line(options, context)
    else:
        _year(options, context)


def _trade(options: argparse.Namespace, context: Context) -> tuple[Scenario, Tables, TradedHours]:
    """The hours of a project, or of a scenario's chain as far as the dispatch."""
    from planning.chain.settle_project import trade_of_project

    path = _project(options)
    if path is not None:
        return trade_of_project(path)
    from planning.chain.run import Chain
    from planning.chain.settle import trade_of_chain
    from planning.scenario import load_scenario

    scenario = with_choice(load_scenario(options.run), options)
    store = open_store(options, context)
    return trade_of_chain(Chain(scenario, context.progress, store, "dispatch", library=options.library))


def _project(options: argparse.Namespace) -> Path | None:
    path = Path(options.run)
    project = path / "project.gpkg" if path.is_dir() else path
    return project if project.suffix.lower() == ".gpkg" else None


def _line(options: argparse.Namespace, context: Context) -> None:
    from planning.cash_words import missing_name, purpose_name
    from planning.chain.cash_table import chosen_hours, hour_rows, hours_of_line, line_workbook, totals_of
    from planning.report.csv_table import table_text

    scenario, tables, hours = _trade(options, context)
    ways = []
    for settled in hours_of_line(scenario, tables, hours, options.line):
        chosen = chosen_hours(options.hours or "all", len(settled.sent_kwh))
        ways.append((settled, hour_rows(settled, chosen, hours.start_hour)))
    corridor = tables.corridor_by_id.get(options.line)
    names = (options.line, options.line) if corridor is None else (corridor.name_zh, corridor.name_en)
    files = []
    if options.csv is not None:
        _write(options.csv, "\ufeff" + table_text([row for _, rows in ways for row in rows]))
        files.append(options.csv)
    if options.xlsx is not None:
        from gis_layers.files import replacing

        with replacing(options.xlsx) as temporary:
            line_workbook(temporary, names, ways)
        files.append(options.xlsx)
    pick, said = context.pick, []
    for settled, rows in ways:
        way = pick("反送", "back") if rows and rows[0]["way"] == "back" else pick("正送", "forward")
        totals, spot_sold = totals_of(rows), bool(settled.spot_kwh.any())
        said.append(f"{pick(*names)}, {way}: {pick(f'{len(rows):,} 小时', f'{len(rows):,} hours')}")
        for row in rows[:SHOWN]:
            spot = row["spot_cny_per_mwh"]
            said.append(
                f"  {row['time']}  {row['sent_mwh']:>10,.1f} MWh  "
                f"{pick('绿电', 'green')} {row['green_sent_mwh']:>10,.1f}  "
                f"{pick('合约', 'contract')} {row['contract_cny_per_mwh']:>8,.2f}  "
                f"{pick('现货', 'spot')} {'–' if spot is None else format(spot, ',.2f'):>8}  "
                f"{pick('账单', 'bill')} {row['bill_cny']:>16,.2f} CNY"
            )
        if len(rows) > SHOWN:
            more = len(rows) - SHOWN
            said.append(
                pick(
                    f"  另有 {more:,} 小时, 用 --csv 或 --xlsx 写出",
                    f"  and {more:,} hours more: --csv, --xlsx",
                )
            )
        for key, value in totals.items():
            purpose = key.removesuffix("_cny")
            if not key.endswith("_cny") or purpose in ("bill", *(() if spot_sold else ("energy_spot",))):
                continue
            amount = "–" if value is None else f"{value:,.2f}"
            owner = purpose == "loss" and settled.line.tariff_includes_loss
            by = pick(" (线路业主支付)", " (paid by the owner of the line)") if owner else ""
            said.append(f"  {amount:>20} CNY  {purpose_name(purpose, context.language)}{by}")
        if rows:
            bill = pick("受端账单合计", "bill of the buyer")
            said.append(f"  {totals['bill_cny'] or 0.0:>20,.2f} CNY  {bill}")
        for what in settled.missing:
            said.append(
                f"  {missing_name(what, context.language)}: {pick('账单不含此项', 'not in the bill')}"
            )
    if not ways:
        said.append(pick(f"{names[0]}: 全年未送电", f"{names[1]}: carried nothing all year"))
    document = {
        "scenario": scenario.id,
        "line": options.line,
        "by": "year" if scenario.market.empty else "hour",
        "missing": sorted({what for settled, _ in ways for what in settled.missing}),
        "totals": [totals_of(rows) | {"way": rows[0]["way"]} for _, rows in ways if rows],
        "hours": [row for _, rows in ways for row in rows],
        "files": [str(path) for path in files],
    }
    context.answer(document, "\n".join([*said, *map(str, files)]))


def _write(path: Path, text: str) -> None:
    from gis_layers.files import replacing

    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def _year(options: argparse.Namespace, context: Context) -> None:
    from planning.report.csv_table import table_text

    summary = _summary(options, context)
    settlement, claim = summary.settlement, summary.claim
    assert settlement is not None
    files = []
    if options.csv is not None:
        _write(options.csv, "\ufeff" + table_text(_line_rows(settlement)))
        files.append(options.csv)
    if options.xlsx is not None:
        from gis_layers.files import replacing
        from planning.report.excel import claim as claim_sheet
        from planning.report.excel_cash import cash_sheets
        from planning.report.sheets import write_sheets

        with replacing(options.xlsx) as temporary:
            write_sheets(temporary, summary.scenario_name_zh, (claim_sheet(summary), *cash_sheets(summary)))
        files.append(options.xlsx)
    said = [*claim_lines(claim, context), *settlement_lines(settlement, summary.provinces, context)]
    document: dict[str, Any] = {
        "scenario": summary.scenario,
        "claim": claim.model_dump(mode="json"),
        "settlement": settlement.model_dump(mode="json"),
        "files": [str(path) for path in files],
    }
    context.answer(document, "\n".join([*said, *map(str, files)]))


def _summary(options: argparse.Namespace, context: Context) -> Any:
    """The document of a run; a project's hours are settled again, so that older ones have a settlement too."""
    path = _project(options)
    if path is None:
        from planning.chain.run import run_chain
        from planning.scenario import load_scenario

        scenario = with_choice(load_scenario(options.run), options)
        return run_chain(scenario, context.progress, open_store(options, context), options.library).summary
    from planning.chain.settle_project import settled_again

    return settled_again(path)


def _line_rows(settlement: SettlementResult) -> list[dict[str, object]]:
    from planning.cash_words import PURPOSE_WORDS

    return [
        {
            "line": line_id,
            "from_adcode": a.from_adcode,
            "to_adcode": a.to_adcode,
            "sent_mwh": a.sent_mwh,
            "delivered_mwh": a.delivered_mwh,
            "green_sent_mwh": a.green_sent_mwh,
            "spot_mwh": a.spot_mwh,
            "contract_cny_per_mwh": a.contract_cny_per_mwh,
            "spot_cny_per_mwh": a.spot_cny_per_mwh,
            **{f"{purpose}_cny": a.paid_cny.get(purpose) for purpose in PURPOSE_WORDS},
            "loss_payer": a.loss_payer,
            "missing": " ".join(a.missing),
        }
        for line_id, a in settlement.lines.items()
    ]


def claim_lines(claim: ClaimResult, context: Context) -> list[str]:
    """The claim, what would meet it, and what it hangs on most."""
    from planning.cash_words import assumption_name, assumption_value
    from planning.words import percent

    pick, language = context.pick, context.language
    lines = [
        pick(
            f"送端绿电收入 {claim.cash_cny / 1e8:,.1f} 亿元, 占 {claim.gdp_year} 年 GDP {claim.gdp_share:.2%} "
            f"(主张 {claim.target_share:.0%})",
            f"green power brings the senders {claim.cash_cny / 1e9:,.2f} bn CNY, {claim.gdp_share:.2%} of their "
            f"GDP of {claim.gdp_year} (the claim: {claim.target_share:.0%})",
        )
    ]
    price, volume = claim.price_for_target_cny_per_mwh, claim.volume_for_target_mwh
    if price is not None and volume is not None and claim.price_cny_per_mwh is not None:
        lines.append(
            pick(
                f"  达标需均价 {price / 1e3:,.3f} 元/千瓦时 (本次 {claim.price_cny_per_mwh / 1e3:,.3f}), "
                f"或电量 {volume / 1e5:,.0f} 亿千瓦时 (本次 {claim.green_sold_mwh / 1e5:,.0f})",
                f"  it would take {price:,.0f} CNY/MWh (now {claim.price_cny_per_mwh:,.0f}), or "
                f"{volume / 1e6:,.0f} TWh (now {claim.green_sold_mwh / 1e6:,.0f})",
            )
        )
    if claim.sensitivity is None:
        return lines
    for b in claim.sensitivity.bars:
        low, high = (assumption_value(b.assumption, v, language) for v in (b.low, b.high))
        lines.append(
            f"  {assumption_name(b.assumption, language)}: {low} {percent(b.low_share, 2)}, "
            f"{high} {percent(b.high_share, 2)}"
        )
    return lines


def settlement_lines(settlement: SettlementResult, provinces: Any, context: Context) -> list[str]:
    """Parties by what they net, and what no sum holds."""
    from planning.cash_words import OWNER, without_lines
    from planning.words import number, percent

    pick = context.pick
    unit, scale = ("亿元", 1e8) if context.language == "zh" else ("bn CNY", 1e9)
    lines = [pick("各方净收 (全部电量):", "net of the parties, all energy:")]
    for code, account in sorted(settlement.accounts.items(), key=lambda item: -item[1].net_cny):
        if not any(account.receipts_cny.values()) and not any(account.payments_cny.values()):
            continue
        province = provinces.get(code)
        name = pick(*OWNER) if province is None else pick(province.name_zh, province.name_en)
        share = percent(account.gdp_share, 2)
        lines.append(
            f"  {number(account.net_cny / scale, 2):>10} {unit}  {pick('占 GDP', 'of GDP')} {share:>8}  {name}"
        )
    for ids, zh, en in (
        (settlement.without_tariff, "输电费", "transmission"),
        (settlement.without_export_tariff, "送出省输电费", "export tariff"),
    ):
        if ids:
            lines.append(f"  {pick(zh, en)}: {without_lines(len(ids), context.language)}")
    return lines


COMMAND = Command("cash", "谁付给谁, 逐时结算 · who pays whom, hour by hour", _arguments, _run)
