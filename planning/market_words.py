"""Chinese and English of the market part of a scenario: inputs and what one chooses from."""

from __future__ import annotations

MARKET_WORDS: dict[str, tuple[str, str]] = {
    "market": ("市场", "market"),
    "contract_share": ("合约电量占比", "share under contract"),
    "line_contract_share": ("分线路合约占比", "share under contract of a line"),
    "contract_rule": ("合约电价规则", "contract price rule"),
    "contract_cny_per_mwh": ("合约电价（送端）", "contract price (sending end)"),
    "line_contract_cny_per_mwh": ("分线路合约电价", "contract price of a line"),
    "peak_hours": ("高峰时段", "peak hours"),
    "valley_hours": ("低谷时段", "valley hours"),
    "peak_ratio": ("峰平比", "peak over flat price"),
    "valley_ratio": ("谷平比", "valley over flat price"),
    "keep_day_mean": ("日均价等于合约价", "mean of the day is the contract price"),
    "spot_from": ("现货电价取自", "spot price from"),
    "spot_at": ("现货电价所在端", "end of the spot price"),
    "spot_floor_cny_per_mwh": ("现货下限", "spot floor"),
    "spot_cap_cny_per_mwh": ("现货上限", "spot cap"),
    "spot_series_cny_per_mwh": ("现货电价序列", "series of spot prices"),
}

MARKET_CHOICES: dict[str, tuple[str, str]] = {
    "as_prices": ("按售电价规则", "the sale price rule"),
    "dispatch": ("调度节点电价", "nodal prices of the dispatch"),
    "series": ("自定序列", "own series"),
    "receiving": ("受端", "receiving end"),
    "sending": ("送端", "sending end"),
}
