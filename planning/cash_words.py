"""Chinese and English of settlements: purposes, what is missing, assumptions of the claim and their values."""

from __future__ import annotations

from planning.words import Language, converted, number, percent, unit

Pair = tuple[str, str]

PURPOSE_WORDS: dict[str, Pair] = {
    "energy": ("合约电能量", "energy, contract"),
    "energy_spot": ("现货电能量", "energy, spot"),
    "loss": ("线损", "losses"),
    "transmission": ("输电费", "transmission"),
    "export_tariff": ("送出省输电费", "export tariff"),
    "certificate": ("绿证", "certificates"),
    "carbon": ("碳收益", "carbon"),
}
MISSING_WORDS: dict[str, Pair] = {
    "tariff": ("缺输电价", "no tariff"),
    "export_tariff": ("缺送出省输电价", "no export tariff"),
}
OWNER: Pair = ("线路业主", "owners of lines")
ASSUMPTIONS: dict[str, Pair] = {
    "price": ("送端均价", "mean price at the sending end"),
    "volume": ("外送绿电量", "green energy sold"),
    "certificate": ("绿证价格", "certificate price"),
    "carbon": ("碳收益归送端", "carbon value to the sender"),
    "sale_rule": ("售电价规则", "sale price rule"),
    "export_tariff": ("送出省输电价", "export tariff"),
    "green": ("绿电口径", "what counts as green"),
    "senders": ("送端口径", "who counts as sender"),
    "purchases": ("购入绿电", "green power bought"),
    "gdp_year": ("GDP 年份", "GDP of the year"),
}
_VALUES: dict[str, Pair] = {
    "sending_benchmark": ("送端煤电基准价", "sending benchmark"),
    "receiving_benchmark": ("受端基准价倒推", "netback of the receiving benchmark"),
    "yes": ("计收", "charged"),
    "no": ("不计收", "not charged"),
    "wind_pv": ("仅风光", "wind and PV alone"),
    "all": ("全部送电", "all that is sent"),
    "net_senders": ("全国净送出省份", "all net senders"),
    "best_senders": ("占比最高的五个送端", "the five with the largest share"),
    "deducted": ("扣除", "deducted"),
    "left": ("不扣除", "not deducted"),
}


def column_of(language: Language) -> int:
    """0 for Chinese, 1 for English."""
    return 0 if language == "zh" else 1


def purpose_name(purpose: str, language: Language) -> str:
    """What a payment is for; an unknown one as it is."""
    return PURPOSE_WORDS[purpose][column_of(language)] if purpose in PURPOSE_WORDS else purpose


def missing_name(what: str, language: Language) -> str:
    """What is not known of a line's prices."""
    return MISSING_WORDS[what][column_of(language)] if what in MISSING_WORDS else what


def assumption_name(assumption: str, language: Language) -> str:
    """An assumption of the claim."""
    return ASSUMPTIONS[assumption][column_of(language)] if assumption in ASSUMPTIONS else assumption


def assumption_value(assumption: str, value: str, language: Language) -> str:
    """The value of an assumption: a choice's words, or a figure with its unit."""
    if value in _VALUES:
        return _VALUES[value][column_of(language)]
    zh = language == "zh"
    try:
        figure = float(value)
    except ValueError:
        return value
    if assumption in ("price", "volume"):
        return ("+" if figure > 0 else "") + percent(figure, 0)
    if assumption == "certificate":
        kind, system = "price_cny_per_mwh", "cn" if zh else "si"
        digits = 3 if zh else 0
        return f"{number(converted(figure, kind, system), digits)} {unit(kind, system, language)}"  # type: ignore[arg-type]
    if assumption == "carbon":
        if not figure:
            return "不归送端" if zh else "none passed on"
        return f"{number(figure)} 元/吨, 全归送端" if zh else f"{number(figure)} CNY/t, all passed on"
    return value


def without_lines(count: int, language: Language) -> str:
    """Said beside a sum that leaves out lines whose price is not known; empty for none."""
    if not count:
        return ""
    return f"不含 {count} 条缺价线路" if language == "zh" else f"without {count} line(s) of unknown tariff"
