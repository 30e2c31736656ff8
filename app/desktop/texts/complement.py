"""Words of the panel that tells how pinned places complete each other."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "complement": ("多点互补", "Complementarity"),
    "complement_pins": ("比较标记点的风光互补…", "Complementarity of pinned places…"),
    "complement.matrix": ("逐时相关系数", "Hourly correlation"),
    "complement.empty": ("在地图上标记两处以上, 再点击计算", "Pin two places or more, then compute"),
    "complement.few": ("请先标记至少一处", "Pin a place first"),
    "complement.compute": ("计算标记点", "Compute pinned places"),
    "complement.both": ("风电与光伏", "wind and PV"),
    "complement.wind": ("仅风电", "wind alone"),
    "complement.pv": ("仅光伏", "PV alone"),
    "complement.technology": ("技术", "technology"),
    "complement.wind_of": ("{name} 风", "{name} wind"),
    "complement.pv_of": ("{name} 光", "{name} PV"),
    "complement.working": ("正在计算…", "Computing…"),
    "complement.order": ("逐个加入 (波动最小者先)", "added one by one (the steadiest first)"),
    "complement.variation": ("变差系数", "variation"),
    "complement.firm": ("95 % 保证出力", "firm output (95 %)"),
    "complement.drought": ("最长低谷 (小时)", "longest drought (h)"),
    "complement.storage": ("80 % 平稳储能 (小时)", "storage for 80 % firm (h)"),
    "complement.summary": (
        "合计 {hours} 小时 · 最长低谷 {longest} 小时, 共 {spells} 次 · 1 小时爬坡 1 % 分位 {ramp} · 等容量合成",
        "{hours} h together · longest drought {longest} h of {spells} · 1 h ramp, 1 % quantile {ramp} · equal capacity",
    ),
    "complement.source": (
        "模型结果 · 由内置图集生成的 {seed} 气象年 · 资源为参考级 · 低谷: 日均出力低于均值 30 %",
        "model result · generated weather of {seed} · reference grade · drought: daily mean below 30 % of the mean",
    ),
}
