"""Sheets of the money: the claim's sensitivity, accounts by purpose, who pays whom, lines, losses; sums are live."""

from __future__ import annotations

from collections.abc import Sequence

from planning.cash_words import (
    ASSUMPTIONS,
    MISSING_WORDS,
    OWNER,
    PURPOSE_WORDS,
    assumption_value,
    without_lines,
)
from planning.report.excel_columns import both_units, cn, quantity
from planning.report.sheets import Cell, Column, Formula, Sheet, column_sum, excel_row, letter, ratio
from planning.results import Summary
from planning.results_cash import ClaimSensitivity, SettlementResult
from planning.words import TERMS, converted, percent

BACK = ":reverse"


def cash_sheets(summary: Summary) -> list[Sheet]:
    """What the document holds of them; none for documents of older programs."""
    found = []
    if summary.claim.sensitivity is not None and summary.claim.price_cny_per_mwh is not None:
        found += [claim_grid(summary, summary.claim.sensitivity), tornado(summary, summary.claim.sensitivity)]
    if summary.settlement is not None:
        s = summary.settlement
        found += [accounts(summary, s), who_pays(summary, s), who_sends(summary, s), lines(summary, s),
                  losses(summary, s)]  # fmt: skip
    return found


def claim_grid(summary: Summary, swing: ClaimSensitivity) -> Sheet:
    """Share of GDP by volume and price, and the price each volume needs; all live on three figures."""
    c = summary.claim
    energy, gdp = converted(c.green_sold_mwh, "energy_mwh", "cn"), converted(c.gdp_cny, "money_cny", "cn")
    price = converted(c.cash_cny, "money_cny", "cn") / energy
    at = {name: f"$B${excel_row(i)}" for i, name in enumerate(("gdp", "energy", "price", "target"))}
    steps, count = excel_row(4), len(swing.steps)
    last = count + 2
    columns = (
        Column("电量变化", "change of volume", "1", "share", 24),
        Column("外送绿电", "green energy sold", both_units("energy_mwh"), "four", 22),
        *(Column(f"电价 {percent(p, 0)}", f"price {percent(p, 0)}", "1", "share2", 12) for p in swing.steps),
        Column("达标所需均价", "price for the target", both_units("price_cny_per_mwh"), "four", 22),
    )
    blank: tuple[Cell, ...] = ("",) * (last - 1)
    rows: list[tuple[Cell, ...]] = [
        (f"送端 {c.gdp_year} 年 GDP / GDP of the senders, 亿元", gdp, *blank),
        ("外送绿电 / green energy sold, 亿千瓦时", energy, *blank),
        ("送端均价 / mean price, 元/千瓦时", price, *blank),
        ("命题目标 / target", c.target_share, *blank),
        ("电价变化 / change of price", "", *swing.steps, ""),
    ]
    for v in swing.steps:
        row = excel_row(len(rows))
        sold = energy * (1.0 + v)
        shares: list[Cell] = [
            Formula(
                f"=$B{row}*{at['price']}*(1+{letter(2 + k)}${steps})/{at['gdp']}",
                sold * price * (1.0 + p) / gdp,
            )
            for k, p in enumerate(swing.steps)
        ]
        needed = Formula(f"={at['target']}*{at['gdp']}/$B{row}", c.target_share * gdp / sold)
        rows.append((v, Formula(f"={at['energy']}*(1+A{row})", sold), *shares, needed))
    return Sheet(
        "命题敏感性", "电量与电价各变化多少, 占 GDP 多少 · The claim by volume and price", columns, tuple(rows),
        "均价含绿证; 改动前四行即重算 · the mean price holds certificates; change the first four rows and all "
        "is reckoned anew",
    )  # fmt: skip


def tornado(summary: Summary, swing: ClaimSensitivity) -> Sheet:
    """Each assumption between a low and a high value, the widest first."""
    columns = (
        Column("假设", "assumption", width=20), Column("Assumption", "", width=28),
        Column("低值", "low", width=24), Column("Low", "", width=28), Column("高值", "high", width=24),
        Column("High", "", width=28), Column("低值占比", "share at low", "1", "share2"),
        Column("高值占比", "share at high", "1", "share2"), Column("本次占比", "share of the run", "1", "share2"),
        Column("低值之差", "low less run", "1", "share2"), Column("高值之差", "high less run", "1", "share2"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    run = summary.claim.gdp_share
    for i, b in enumerate(swing.bars):
        r = excel_row(i)
        zh, en = ASSUMPTIONS.get(b.assumption, (b.assumption, b.assumption))
        values = [assumption_value(b.assumption, v, lang) for v in (b.low, b.high) for lang in ("zh", "en")]
        rows.append(
            (zh, en, *values, b.low_share, b.high_share, run,
             None if b.low_share is None else Formula(f"=G{r}-I{r}", b.low_share - run),
             None if b.high_share is None else Formula(f"=H{r}-I{r}", b.high_share - run))
        )  # fmt: skip
    return Sheet(
        "命题假设", "逐项假设对占比的影响 · The claim, one assumption at a time", columns, tuple(rows),
        "调度不变, 线路按新价格重新结算; 由大到小 · the dispatch stays, lines are settled anew; the widest first",
    )  # fmt: skip


def accounts(summary: Summary, s: SettlementResult) -> Sheet:
    """Receipts and payments of every party by purpose; the sum of all nets is 0."""
    width = len(PURPOSE_WORDS)
    first, middle = 2, 2 + width
    net, gdp = letter(2 + 2 * width), letter(3 + 2 * width)
    columns = (
        Column("主体", "party", width=16), Column("Party", "", width=18),
        *(quantity(f"收{zh}", f"received: {en}", "money_cny") for zh, en in PURPOSE_WORDS.values()),
        *(quantity(f"付{zh}", f"paid: {en}", "money_cny") for zh, en in PURPOSE_WORDS.values()),
        quantity("净收", "net", "money_cny"), quantity(*TERMS["gdp"], "money_cny"),
        Column(*TERMS["gdp_share"], "1", "share2"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    kept: list[list[float | None]] = []
    for i, (code, account) in enumerate(s.accounts.items()):
        r = excel_row(i)
        got = [cn(account.receipts_cny.get(p, 0.0), "money_cny") or 0.0 for p in PURPOSE_WORDS]
        paid = [cn(account.payments_cny.get(p, 0.0), "money_cny") or 0.0 for p in PURPOSE_WORDS]
        province = summary.provinces.get(code)
        product = cn(province.gdp_cny, "money_cny") if province is not None else None
        total = sum(got) - sum(paid)
        kept.append([*got, *paid, total, product])
        formula = Formula(
            f"=SUM({letter(first)}{r}:{letter(middle - 1)}{r})-SUM({letter(middle)}{r}:{letter(middle + width - 1)}{r})",
            total,
        )
        rows.append(
            (
                *party(summary, code),
                *got,
                *paid,
                formula,
                product,
                ratio(f"{net}{r}", f"{gdp}{r}", total, product),
            )
        )
    sums = [column_sum(2 + k, [row[k] for row in kept], len(rows)) for k in range(2 * width + 2)]
    note = "全部电量, 不只绿电; 净收合计为 0 · all energy, not only green; nets add up to 0" + _without(s)
    return Sheet("结算科目", "各方收付, 分科目 · Accounts by purpose", columns, tuple(rows), note,
                 ("合计", "total", *sums, None), 2)  # fmt: skip


def party(summary: Summary, code: str) -> tuple[str, str]:
    """Names of a province or of the owners of lines."""
    province = summary.provinces.get(code)
    return OWNER if province is None else (province.name_zh, province.name_en)


def who_pays(summary: Summary, s: SettlementResult) -> Sheet:
    """Payer by payee, all purposes."""
    cells = {(t.payer, t.payee): sum(t.paid_cny.values()) for t in s.trades}
    return _matrix(
        summary, cells, "money_cny", "省际付款", "谁付给谁 · Who pays whom",
        ("付款方", "payer"), "行付给列 · the row pays the column" + _without(s),
    )  # fmt: skip


def who_sends(summary: Summary, s: SettlementResult) -> Sheet:
    """Sender by receiver, energy delivered."""
    cells = {(t.payee, t.payer): t.delivered_mwh for t in s.trades if t.delivered_mwh > 0}
    return _matrix(
        summary, cells, "energy_mwh", "省际电量", "谁送给谁 · Who sends to whom",
        ("送端", "sender"), "行送给列, 受端电量 · the row sends to the column, as delivered",
    )  # fmt: skip


def _matrix(
    summary: Summary, cells: dict[tuple[int, int], float], kind: str, name: str, title: str,
    corner: tuple[str, str], note: str,
) -> Sheet:  # fmt: skip
    down = sorted({a for a, _ in cells})
    across = sorted({b for _, b in cells})
    columns = (
        Column(*corner, width=16), Column(corner[1].capitalize(), "", width=18),
        *(quantity(*party(summary, str(b)), kind) for b in across), quantity("合计", "total", kind),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    kept: list[list[float | None]] = []
    for i, a in enumerate(down):
        r = excel_row(i)
        values = [cn(cells.get((a, b)), kind) for b in across]
        total = sum(v for v in values if v is not None)
        kept.append([*values, total])
        rows.append((*party(summary, str(a)), *(v if v is not None else "" for v in values),
                     Formula(f"=SUM(C{r}:{letter(1 + len(across))}{r})", total)))  # fmt: skip
    sums = [column_sum(2 + k, [row[k] for row in kept], len(rows)) for k in range(len(across) + 1)]
    return Sheet(name, title, columns, tuple(rows), note, ("合计", "total", *sums), 2)


def lines(summary: Summary, s: SettlementResult) -> Sheet:
    """Every direction of every line: prices, payments by purpose, what is missing."""
    first = 12
    columns = (
        Column("编号", "id", width=24), Column("通道", "corridor", width=22), Column("Corridor", "", width=30),
        Column("方向", "way", width=14), quantity("送端电量", "sent", "energy_mwh"),
        quantity("受端电量", "delivered", "energy_mwh"), quantity("其中绿电", "of it green", "energy_mwh"),
        Column("合约占比", "under contract", "1", "share"), quantity("合约均价", "mean contract price", "price_cny_per_mwh"),
        quantity("现货电量", "spot energy", "energy_mwh"), quantity("现货均价", "mean spot price", "price_cny_per_mwh"),
        Column("线损支付方", "losses paid by", width=16),
        *(quantity(zh, en, "money_cny") for zh, en in PURPOSE_WORDS.values()),
        quantity("合计", "total", "money_cny"), Column("缺失", "missing", width=22),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    kept: list[list[float | None]] = []
    end = letter(first + len(PURPOSE_WORDS) - 1)
    for i, (line_id, a) in enumerate(s.lines.items()):
        r, corridor = excel_row(i), summary.corridors.get(line_id.removesuffix(BACK))
        names = (line_id, line_id) if corridor is None else (corridor.name_zh, corridor.name_en)
        paid = [cn(a.paid_cny.get(p), "money_cny") for p in PURPOSE_WORDS]
        total = sum(v for v in paid if v is not None)
        energy = [cn(v, "energy_mwh") for v in (a.sent_mwh, a.delivered_mwh, a.green_sent_mwh)]
        spot = cn(a.spot_mwh, "energy_mwh") or 0.0
        kept.append([*energy, spot, *paid, total])
        sent = energy[0] or 0.0
        rows.append(
            (line_id.removesuffix(BACK), *names, "反送 / back" if line_id.endswith(BACK) else "正送 / forward",
             *energy, Formula(f"=(E{r}-J{r})/E{r}", (sent - spot) / sent) if sent else None,
             cn(a.contract_cny_per_mwh, "price_cny_per_mwh"), spot, cn(a.spot_cny_per_mwh, "price_cny_per_mwh"),
             "线路业主 / owner" if a.loss_payer == "line" else "受端 / buyer", *paid,
             Formula(f"=SUM({letter(first)}{r}:{end}{r})", total), _missing(a.missing))
        )  # fmt: skip
    count = len(rows)
    sums = [column_sum(k, [row[j] for row in kept], count) for j, k in ((0, 4), (1, 5), (2, 6), (3, 9))]
    money = [
        column_sum(first + k, [row[4 + k] for row in kept], count) for k in range(len(PURPOSE_WORDS) + 1)
    ]
    left_out = len(s.without_tariff)
    marked = " / ".join(without_lines(left_out, lang) for lang in ("zh", "en")) if left_out else ""
    total_row: tuple[Cell, ...] = (
        "", "合计", "total", "", *sums[:3], None, None, sums[3], None, "", *money, marked,
    )  # fmt: skip
    how = "逐时结算, 全年为各时之和" if s.by == "hour" else "全年按一个电价结算"
    how_en = (
        "settled by the hour, the year is their sum" if s.by == "hour" else "the year settled at one price"
    )
    return Sheet("线路结算", "各线路结算 · Settlement of lines", columns, tuple(rows),
                 f"{how} · {how_en}{_without(s)}", total_row, 4)  # fmt: skip


def losses(summary: Summary, s: SettlementResult) -> Sheet:
    """Settlement loss beside physics loss, in energy and yuan."""
    columns = (
        Column("编号", "id", width=24), Column("通道", "corridor", width=22), Column("Corridor", "", width=30),
        quantity("结算线损", "loss as settled", "energy_mwh"), quantity("结算线损费", "paid for it", "money_cny"),
        quantity("其中有潮流时段", "of it in hours with a power flow", "energy_mwh"),
        quantity("同时段物理线损", "physics loss of these hours", "energy_mwh"),
        quantity("送端均价", "mean price at the sending end", "price_cny_per_mwh"),
        quantity("差额", "settled less physics", "money_cny"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    kept: list[list[float | None]] = []
    for i, (line_id, loss) in enumerate(s.losses.items()):
        r, corridor = excel_row(i), summary.corridors.get(line_id)
        names = (line_id, line_id) if corridor is None else (corridor.name_zh, corridor.name_en)
        settled, paid = cn(loss.settled_mwh, "energy_mwh"), cn(loss.settled_cny, "money_cny")
        compared, physics = cn(loss.compared_mwh, "energy_mwh"), cn(loss.physics_mwh, "energy_mwh")
        gap = cn(loss.difference_cny, "money_cny")
        kept.append([settled, paid, compared, physics, None, gap])
        rows.append(
            (line_id, *names, settled, paid, compared, physics, cn(loss.price_cny_per_mwh, "price_cny_per_mwh"),
             None if gap is None else Formula(f"=(F{r}-G{r})*H{r}", gap))
        )  # fmt: skip
    unknown = sum(1 for loss in s.losses.values() if loss.difference_cny is None)
    sums: Sequence[Cell] = [
        None if k == 4 else column_sum(3 + k, [row[k] for row in kept], len(rows)) for k in range(6)
    ]
    note = "差额按送端均价 · the difference at the mean price of the sending end"
    if unknown:
        note += (f"; {unknown} 条线路物理线损未知, 合计不含 · physics loss of {unknown} line(s) not known, left out of "
                 "the sums")  # fmt: skip
    return Sheet("线损", "结算线损与物理线损 · Losses settled and physical", columns, tuple(rows), note,
                 ("", "合计", "total", *sums), 3)  # fmt: skip


def _missing(what: tuple[str, ...]) -> str:
    return "; ".join(" / ".join(MISSING_WORDS.get(w, (w, w))) for w in what)


def _without(s: SettlementResult) -> str:
    """Which sums leave lines out."""
    parts = []
    for lines_, zh, en in (
        (s.without_tariff, "输电费", "transmission"),
        (s.without_export_tariff, "送出省输电费", "export tariff"),
    ):
        if lines_:
            parts.append(
                f"; {zh}合计{without_lines(len(lines_), 'zh')} · {en} {without_lines(len(lines_), 'en')}"
            )
    return "".join(parts)
