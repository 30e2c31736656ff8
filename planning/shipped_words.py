"""The program's own words in its tables and scenarios, in the other language: sources, designs, descriptions.

What a user typed, an address and what is not here are shown as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from planning.operating_rules import SOURCES_ZH as RULE_SOURCES_ZH
from planning.plant_words import SOURCES_ZH
from planning.siting.siting_words import SITING_ZH
from planning.words import Language

_ZH: dict[str, str] = {
    "the planner's own assumption": "规划者自己的假设",
    # licences of the atlas's layers
    "Apache-2.0; made with pvlib (BSD-3-Clause), itur (MIT) and figures of GB 50736-2012": (
        "Apache-2.0; 由 pvlib (BSD-3-Clause)、itur (MIT) 与 GB 50736-2012 的数据制成"
    ),
    "Apache-2.0; made with pvlib (BSD-3-Clause) and windpowerlib (MIT; oedb data ODbL)": (
        "Apache-2.0; 由 pvlib (BSD-3-Clause) 与 windpowerlib (MIT; oedb 数据 ODbL) 制成"
    ),
    "MIT (itur); ITU-R software and data, free use with attribution": (
        "MIT (itur); ITU-R 软件与数据, 署名后可自由使用"
    ),
    "public domain (NOAA)": "公有领域 (NOAA)",
    "public domain": "公有领域",
    "MIT (itur); public domain (Natural Earth); facts of the named publications": (
        "MIT (itur); 公有领域 (Natural Earth); 所列出版物中的事实"
    ),
    "own work on itur (MIT), COADS (public domain), GB 50736-2012": (
        "自有成果, 依据 itur (MIT)、COADS (公有领域)、GB 50736-2012"
    ),
    # costs and constants the links name
    "CREEI report 2024, general knowledge, unverified": "水电总院 2024 年报告, 一般常识, 未核实",
    "CPIA roadmap 2024-25: 2,900 yuan per kW of DC, times 1.25 DC per AC, general knowledge, unverified": (
        "光伏行业协会路线图 2024-25: 每千瓦直流 2,900 元, 容配比 1.25, 一般常识, 未核实"
    ),
    "EPPEI reference costs, general knowledge, unverified": "电规总院参考造价, 一般常识, 未核实",
    "(850 x 4 - 950 x 2) / 2 from the full-station prices at 2 h and 4 h, both general knowledge": (
        "(850 x 4 - 950 x 2) / 2, 取自 2 小时与 4 小时储能电站整站价格, 均为一般常识"
    ),
    "textbook values of the line types": "各线型的教科书参数",
    "number of circuits: general knowledge, unverified; capability by docs/tables.md unless stated_mw is given": (
        "回数: 一般常识, 未核实; 能力按 docs/tables.md 估计, 除非给出 stated_mw"
    ),
    # scenarios
    "The claim of 2021 on its own terms: 1,200 GW of wind and sun (China passed that in 2024), the load then "
    "expected for 2030 or later, thirteen bases on the lines built or scheduled.": (
        "按 2021 年论断自身的条件: 1,200 GW 风光 (中国已于 2024 年超过), 当时预期的 2030 年或更晚的负荷, "
        "已建或规划线路上的十三个基地。"
    ),
    "Consumption of 2020; wind, PV and nuclear as they came in service during the year; lines from the day they opened, "
    "below the power they were held to; no new bases.": (
        "2020 年用电量; 风电、光伏、核电按年内投产进度计; 线路自投运日起按当时的限额运行; 不含新基地。"
    ),
    "Consumption of 2024; wind, PV and nuclear as they came in service during the year; lines by the end of 2024, "
    "below the power they were held to; water of a mean year. Fleets by province but for wind and PV are 2020's with "
    "the national increment allotted.": (
        "2024 年用电量; 风电、光伏、核电按年内投产进度计; 线路为 2024 年底在运, 按当时的限额运行; 来水取多年平均。"
        "除风电、光伏外, 分省装机为 2020 年装机加按规则分配的全国增量。"
    ),
    "NEA: 9,852.1 TWh in 2024, general knowledge": "国家能源局: 2024 年 9,852.1 TWh, 一般常识",
    "NEA, end of 2024 and of 2023, general knowledge; provinces as province_figures.csv has them": (
        "国家能源局 2024 年底与 2023 年底数据, 一般常识; 分省按 province_figures.csv"
    ),
    "thermal 1,444 GW at the end of 2024 less gas, with biomass and waste, general knowledge; where it stands is "
    "allotted": "火电 1,444 GW (2024 年底) 减去气电, 含生物质与垃圾发电, 一般常识; 分省按规则分配",
    "end of 2024, general knowledge; where it stands is allotted": "2024 年底, 一般常识; 分省按规则分配",
    "fleet of 2020 and the units since: Hongyanhe 5-6, Tianwan 6, Fuqing 5-6, Zhangzhou 1, Shidaowan and Guohe 1, "
    "Fangchenggang 3-4; NEA has 60.83 GW; general knowledge": (
        "2020 年在运机组与此后投产机组: 红沿河 5-6、田湾 6、福清 5-6、漳州 1、石岛湾与国和 1、防城港 3-4; "
        "国家能源局为 60.83 GW; 一般常识"
    ),
    "436 GW at the end of 2024 less pumped storage, general knowledge; Baihetan, Lianghekou, Yangfanggou, Jinsha, "
    "Suwalong, Batang; the last Wudongde units, Tuoba; Maerdang, Yangqu (hydro_stations.csv); the rest by 2020 "
    "capacity": (
        "436 GW (2024 年底) 减去抽蓄, 一般常识; 白鹤滩、两河口、杨房沟、金沙、苏洼龙、巴塘; 乌东德末批机组、托巴; "
        "玛尔挡、羊曲 (hydro_stations.csv); 其余按 2020 年装机分配"
    ),
    "new storage at the end of 2024: 73.76 GW, 168 GWh, general knowledge; where it stands is allotted": (
        "2024 年底新型储能: 73.76 GW、168 GWh, 一般常识; 分省按规则分配"
    ),
    "benchmark prices, tariffs and losses of the tables; certificate and carbon of 2024, general knowledge": (
        "表中的基准价、输电价与线损; 绿证价与碳价取 2024 年, 一般常识"
    ),
    "sum of the provinces; national total consumption 2020 (NEA)": "各省合计; 2020 年全社会用电量 (国家能源局)",
    "province_figures.csv, sum of nodes": "province_figures.csv, 各节点合计",
    "province_figures.csv: thermal less gas, holds biomass and waste": (
        "province_figures.csv: 火电减去气电, 含生物质与垃圾发电"
    ),
    "province_figures.csv, sum of nodes, without pumped storage": "province_figures.csv, 各节点合计, 不含抽水蓄能",
    "province_figures.csv, sum of nodes; national total published": (
        "province_figures.csv, 各节点合计; 全国总量为公布值"
    ),
    "electrochemical storage at the end of 2020, about 3.3 GW, general knowledge": (
        "2020 年底电化学储能约 3.3 GW, 一般常识"
    ),
    "no national carbon market and hardly any certificate trade in 2020; prices.csv": (
        "2020 年尚无全国碳市场, 绿证几无交易; prices.csv"
    ),
    "the claim of 2021 under test; the choice of provinces is ours: provinces of the west and north that send "
    "on balance": "待检验的 2021 年论断; 省份由本程序选取: 西部与北部净送出省份",
    "9,869 TWh in 2024 growing 3.0 % a year; near the outlooks for 2030 made when the target was set, general "
    "knowledge": "2024 年 9,869 TWh, 年增 3.0 %; 接近目标提出时对 2030 年的展望, 一般常识",
    "of the 1,200 GW (official target); the split of wind and sun is an assumption": (
        "取自 1,200 GW (官方目标); 风光分配为假设"
    ),
    "of the 1,200 GW (official target); 10 GW for the south-east Tibet line; the split is an assumption": (
        "取自 1,200 GW (官方目标); 其中 10 GW 配藏东南线路; 分配为假设"
    ),
    "about 1,190 GW of coal in 2024 and units under construction, with biomass and waste; general knowledge": (
        "2024 年煤电约 1,190 GW 加在建机组, 含生物质与垃圾发电; 一般常识"
    ),
    "about 145 GW in 2024, general knowledge": "2024 年约 145 GW, 一般常识",
    "units in service and under construction by 2024, general knowledge": "截至 2024 年在运与在建机组, 一般常识",
    "Baihetan, Lianghekou, Yangfanggou, Suwalong, Yebatan, Batang, Shuangjiangkou and Kala; the last Wudongde "
    "units and Tuoba; Tibet; Maerdang, Yangqu and the Laxiwa extension (hydro_stations.csv); the rest by 2020 "
    "capacity, general knowledge": (
        "白鹤滩、两河口、杨房沟、苏洼龙、叶巴滩、巴塘、双江口、卡拉; 乌东德末批机组与托巴; 西藏; "
        "玛尔挡、羊曲与拉西瓦扩机 (hydro_stations.csv); 其余按 2020 年装机, 一般常识"
    ),
    "national plan of 2021 for pumped storage: about 120 GW in 2030, general knowledge": (
        "2021 年国家抽水蓄能规划: 2030 年约 120 GW, 一般常识"
    ),
    "74 GW / 168 GWh at the end of 2024, general knowledge; batteries of the bases are in it": (
        "2024 年底 74 GW / 168 GWh, 一般常识; 含各基地的电池"
    ),
    "benchmark prices, tariffs and losses of the tables; certificate and carbon of prices.csv": (
        "各表中的基准价、输电价与线损; 绿证与碳价取自 prices.csv"
    ),
    "planning/data/bases.csv; split of the 10.2 GW general knowledge": (
        "planning/data/bases.csv; 10.2 GW 的分配为一般常识"
    ),
    "general knowledge, unverified": "一般常识, 未核实",
    # prices.csv
    "0.13 Gt traded for over 5.5 bn yuan by 20 December 2021: 5.5/0.13": (
        "截至 2021 年 12 月 20 日成交 0.13 Gt, 超过 55 亿元: 5.5/0.13"
    ),
    "national carbon market: CEA peaked at 106 yuan/t in 2024": "全国碳市场: CEA 2024 年最高 106 元/t",
    "the 2024 level, held in real terms; an assumption": "2024 年水平, 按不变价保持; 假设",
    "voluntary certificates of 2017-20 were hardly traded and left with the plant, not with the province; "
    "general knowledge": "2017-20 年自愿认购绿证几无交易, 收益归电站而非省份; 一般常识",
    "environmental premium of green power trade about 10-60 yuan/MWh in 2022-24, general knowledge, unverified": (
        "2022-24 年绿电交易环境溢价约 10-60 元/MWh, 一般常识, 未核实"
    ),
    "between the loan rate (3.0 %) and the benchmark return on capital (6.5 %), general knowledge": (
        "介于贷款利率 (3.0 %) 与资本金基准收益率 (6.5 %) 之间, 一般常识"
    ),
    "value-added tax on electricity since April 2019; all tariffs and benchmark prices hold it": (
        "2019 年 4 月起的电力增值税率; 所有输电价与基准价均含税"
    ),
    # designs of bases
    "Wind 4 GW, PV 8 GW, coal 4 GW, storage 5 GWh; 36 TWh a year, 60 % renewable; in service by the end of 2027": (
        "风电 4 GW, 光伏 8 GW, 煤电 4 GW, 储能 5 GWh; 年送电 36 TWh, 可再生占 60 %; 2027 年底前投运"
    ),
    "Wind 4 GW, PV 9 GW, coal 4.64 GW; 36-40 TWh a year, above 50 % renewable; line in service 2025-08": (
        "风电 4 GW, 光伏 9 GW, 煤电 4.64 GW; 年送电 36-40 TWh, 可再生占 50 % 以上; 线路 2025-08 投运"
    ),
    "Renewable 10.2 GW (wind about 7, PV 3, CSP 0.2), coal 4 GW; 36 TWh a year, above 50 % renewable; line in "
    "service 2025-06": (
        "新能源 10.2 GW (风电约 7, 光伏 3, 光热 0.2), 煤电 4 GW; 年送电 36 TWh, 可再生占 50 % 以上; "
        "线路 2025-06 投运"
    ),
    "Renewable 11.2 GW, coal 4 GW; 36 TWh a year, of it 21.2 TWh renewable; under construction": (
        "新能源 11.2 GW, 煤电 4 GW; 年送电 36 TWh, 其中可再生 21.2 TWh; 在建"
    ),
    "Renewable about 10.5 GW, coal 4 GW; 36 TWh a year; line in service 2025-05": (
        "新能源约 10.5 GW, 煤电 4 GW; 年送电 36 TWh; 线路 2025-05 投运"
    ),
    "Renewable about 11 GW (wind about 6, PV about 5), coal 4 GW; 36 TWh a year, above 50 % renewable; line in "
    "service 2026-06": (
        "新能源约 11 GW (风电约 6, 光伏约 5), 煤电 4 GW; 年送电 36 TWh, 可再生占 50 % 以上; 线路 2026-06 投运"
    ),
    "Wind 4 GW, PV 6 GW, CSP 0.05-0.15 GW, hydro of the upper Yellow; 40 TWh a year (published), all renewable; "
    "actual delivery far below the design": (
        "风电 4 GW, 光伏 6 GW, 光热 0.05-0.15 GW, 黄河上游水电; 年送电 40 TWh (公布), 全部可再生; "
        "实际送电远低于设计"
    ),
    "Wind 4 GW, PV 4 GW, coal 8 GW; 55 TWh a year, 40 % renewable": (
        "风电 4 GW, 光伏 4 GW, 煤电 8 GW; 年送电 55 TWh, 可再生占 40 %"
    ),
    "Wind 7 GW on the line, coal 8.6 GW": "线路配套风电 7 GW, 煤电 8.6 GW",
    "Wind 4.5 GW, PV 2.6 GW, Fengning pumped storage 3.6 GW; 14.1 TWh a year, all renewable": (
        "风电 4.5 GW, 光伏 2.6 GW, 丰宁抽水蓄能 3.6 GW; 年送电 14.1 TWh, 全部可再生"
    ),
    "Desert PV and wind with coal for Sichuan; planned for 2029": "沙漠光伏、风电配煤电送四川; 计划 2029 年",
    "Desert PV and wind for Sichuan and Chongqing; planned for 2029": "沙漠光伏、风电送川渝; 计划 2029 年",
    "Hydro of the middle Yalong with PV and wind, first Kela PV 1 GW beside Lianghekou 3 GW; above 80 GW of "
    "renewable planned on the river": (
        "雅砻江中游水电配光伏、风电, 首批为两河口 3 GW 旁的柯拉光伏 1 GW; 全流域规划可再生 80 GW 以上"
    ),
    # losses and tariffs
    "estimate: I2R of the AC circuits at surge impedance loading": "估算: 自然功率下交流线路的电阻损耗",
    "estimate: converters and I2R of the line": "估算: 换流站损耗与线路电阻损耗",
    # sources of the lines' other figures
    "end points approximate": "端点位置为近似",
    "told from the matched sources": "据配套电源归类",
    "earlier fact list of UHV lines": "早期特高压线路清单",
    "earlier fact list of UHV lines + channel_registry_26.csv": "早期特高压线路清单 + channel_registry_26.csv",
    "channel registry (MonteCarlo79/invest-etrm-intel)": "通道名录 (MonteCarlo79/invest-etrm-intel)",
    "invest C": "投资为 C 级",
    "221e8 C": "221e8 为 C 级",
    "investment shared by converter size": "投资按换流容量分摊",
    "4,000 MW a sending station, general knowledge": "每个送端站 4,000 MW, 一般常识",
    "investment halved": "投资均分",
    "another source gives 21.1 bn yuan": "另一来源为 211 亿元",
    "place approximate": "位置为近似",
    "converter kind and place general knowledge": "换流器型式与位置为一般常识",
    "3000 MW general knowledge": "3000 MW 为一般常识",
    "the planner's own figure": "规划人员自定数值",
    "estimate: circuits but one at surge impedance loading, St Clair multiple of the length": (
        "估算: 除一回外各回自然功率, 乘以按长度的 St Clair 系数"
    ),
    "estimate: textbook values of the line types, with transformers, at 500 kV": (
        "估算: 各线型教科书参数, 含变压器, 折算到 500 kV"
    ),
    **RULE_SOURCES_ZH,
    # what held lines below their rated power
    "between 8 GW of 2020 and the 11 GW of 2022, general knowledge, unverified": (
        "介于 2020 年的 8 GW 与 2022 年的 11 GW 之间, 一般常识, 未核实"
    ),
    "limit of the receiving grid of Henan": "河南受端电网限制",
    "matched coal plants of Changle in service": "常乐配套煤电投运",
    "matched coal plants of Shanghaimiao not complete": "上海庙配套煤电未建齐",
    "matched coal plants of Ximeng not complete": "锡盟配套煤电未建齐",
    "not yet in service": "尚未投运",
    "opened at the end of June 2020, general knowledge, unverified": "2020 年六月底投运, 一般常识, 未核实",
    "opened in mid 2020, general knowledge, unverified": "2020 年年中投运, 一般常识, 未核实",
    "strength of the north-east grid without condensers at Zhalute": "扎鲁特未装调相机时东北电网的强度",
    "strength of the sending grid until condensers and matched hydro stand": "调相机与配套水电建成前送端电网的强度",
    "the MW are ours": "功率值为本程序所取",
    # machines
    **SOURCES_ZH,
    **SITING_ZH,
}  # fmt: skip

TABLE_VALUE = "of the table: "
"""Before a figure of the lines' table that stands beside an empty input."""
_CIRCUITS = (
    r"number of circuits: general knowledge, unverified; "
    r"capability by docs/tables.md unless stated_mw is given"
)
_ZH_FORMS: tuple[tuple[str, str], ...] = (
    (r"estimate: annuity of an investment estimated from its length over (.+) h",
     r"估算: 按长度估计的投资年金, 摊于 \1 h"),
    (r"estimate: annuity of its investment over (.+) h", r"估算: 其投资年金, 摊于 \1 h"),
    (r"(https?://\S+) \(State Grid Shanxi: full power for the first time in summer (\d+)\)",
     r"\1 (山西电力: \2 年夏首次满功率)"),
    (r"(https?://\S+): not at its full (\d+) GW before the summer of (\d+); the (\d+) GW are general .+",
     r"\1: \3 年夏之前未达满功率 \2 GW; \4 GW 为一般常识, 未核实"),
    (r"(https?://\S+) \(State Grid Xinjiang: raised from (\d+) to (\d+) GW in July (\d+)\)",
     r"\1 (新疆电力: \4 年七月由 \2 GW 提至 \3 GW)"),
    (r"(https?://\S+) \(State Grid Xinjiang, March (\d+): largest power (\d+) GW\)",
     r"\1 (新疆电力, \2 年三月: 最大功率 \3 GW)"),
    (r"(https?://\S+) \(China Energy News: it always ran at slightly more than half of its power\)",
     r"\1 (中国能源报: 一直以略高于一半的功率运行)"),
    (TABLE_VALUE + r"yes", "表中: 是"),
    (TABLE_VALUE + r"no", "表中: 否"),
    (TABLE_VALUE + r"free", "表中: 不定曲线"),
    (TABLE_VALUE + r"by a day curve", "表中: 按日曲线"),
    (TABLE_VALUE + r"none on file", "表中: 无文件数值"),
    (TABLE_VALUE + r"none known", "表中: 无已知合同"),
    (TABLE_VALUE + r"not published", "表中: 未公布"),
    (TABLE_VALUE + r"([\d.,]+) CNY/MWh", r"表中: \1 元/兆瓦时"),
    (TABLE_VALUE + r"([^;]+)", r"表中: \1"),
    (_CIRCUITS + r": corridors.csv: (.+)", r"回数: 一般常识, 未核实; 能力取自 docs/tables.md 或 stated_mw: corridors.csv: \1"),
    (_CIRCUITS + r": two cables of (\d+) MW, general knowledge",
     r"回数: 一般常识, 未核实; 能力取自 docs/tables.md 或 stated_mw: 两条 \1 MW 电缆, 一般常识"),
    (r"(https?://\S+) \(km, (\S+) first pole\)", r"\1 (长度; \2 首极投运)"),
    (r"SGCC 2026 table row (\d+) \((.+)\)", r"国家电网 2026 年价目表第 \1 行 (\2)"),
    (r"(https?://\S+) \(energy\); capacities general knowledge", r"\1 (电量); 装机为一般常识"),
    (r"(https?://\S+) \(NDRC capacity price notice (.+)\)", r"\1 (国家发改委容量电价通知 \2)"),
)  # fmt: skip
_ZH_STATUS = {
    "(in force)": "(现行)",
    "(provisional)": "(临时)",
    "(filed)": "(已报备)",
    "(SGCC-disclosed)": "(国家电网公布)",
    "(filed by SGCC (not NDRC-approved))": "(国家电网报备, 未经国家发改委核准)",
    "(in force, price of the bundle ": "(现行, 打捆电价: ",
}
_EN_FORMS: tuple[tuple[str, str], ...] = (
    (r"发改价格〔(\d+)〕(\d+)号", r"NDRC price document [\1] No. \2"),
    (r"发改办价格〔(\d+)〕(\d+)号", r"NDRC office price document [\1] No. \2"),
    (r"云南送广东", "Yunnan to Guangdong"),
    (r"贵州送广东", "Guizhou to Guangdong"),
)


def shipped_words(text: str, language: Language) -> str:
    """A source, design or description of the program's own tables in the reader's language."""
    if language == "en":
        for pattern, words in _EN_FORMS:
            text = re.sub(pattern, words, text)
        return text
    if text in _ZH:
        return _ZH[text]
    known = _of_form(text)
    if known is None and "; " in text:
        return "; ".join(_pieces(text.split("; ")))
    text = text if known is None else known
    for status, words in _ZH_STATUS.items():
        text = text.replace(status, words)
    return text


def _of_form(text: str) -> str | None:
    """A text with a figure or a name in it, in Chinese; None where it is of no form we know."""
    for pattern, words in _ZH_FORMS:
        found = re.fullmatch(pattern, text)
        if found:
            return found.expand(words)
    return None


def _pieces(parts: list[str]) -> Iterator[str]:
    """Sources joined in one text, each in Chinese: as many parts at a time as are known together."""
    at = 0
    while at < len(parts):
        ends = range(len(parts), at, -1)
        joined = {end: "; ".join(parts[at:end]) for end in ends}
        known = next(
            (end for end, text in joined.items() if text in _ZH or _of_form(text) is not None), at + 1
        )
        yield shipped_words(joined[known], "zh")
        at = known
