"""Chinese words for the years and sources of the validation's rows, which their tables hold in English."""

from __future__ import annotations

_PHRASES: dict[str, str] = {
    # years
    "long-term mean": "多年平均",
    "mean since 2012": "2012 年以来平均",
    "not stated": "未注明",
    "typical year of the 50 MW tower": "50 MW 塔式电站的典型年",
    "typical-year file (EPW)": "典型年文件 (EPW)",
    "typical year": "典型年",
    "assessment": "评估",
    # sources
    "CEC/NBS 2020 generation by province": "中电联、国家统计局 2020 年分省发电量",
    "NEA tables of mid-2020 and end of 2020": "国家能源局 2020 年年中与年末表",
    "NEA 2019 wind operation table": "国家能源局 2019 年风电运行表",
    "NEA 2021-01-30 press conference": "国家能源局 2021-01-30 发布会",
    "has the same provinces": "所列省份相同",
    "the Q1-Q3 2020 text": "2020 年前三季度文",
    "reproduces NEA 2019 table": "转载国家能源局 2019 年表",
    "CMA bulletins": "中国气象局公报",
    "from general knowledge, unverified": "据一般知识, 未核实",
    "general knowledge, unverified": "一般知识, 未核实",
    "thermal, solar": "火电、光伏",
    "capacity:": "装机:",
    "collected facts:": "收集的资料:",
    "mean hours about": "平均小时约",
    "utilisation": "利用率",
    "Dalad PV base, 2 TWh a year, near 50,000 mu (official)": "达拉特光伏基地, 年发电 20 亿千瓦时, 近 5 万亩 (官方)",
    "figure handed to the project without its source": "项目所得数字, 来源未给出",
    "1 GW handed to the project without its source": "1 GW 为项目所得数字, 来源未给出",
    "earlier fact list of bases; storage": "早先的基地资料表; 储能",
    "2.0 TWh C": "20 亿千瓦时为估计",
    "upper end:": "上限:",
    "SolarPACES project list": "SolarPACES 项目表",
    "repository": "代码库",
    "design generation": "设计电量",
    "design data": "设计资料",
    "mean of monthly flows": "逐月流量平均",
    "natural flow": "天然径流",
    "catchment undefined in the desert": "沙漠中流域界线不明",
    "e8 m3 a year": " 亿立方米每年",
    "annual 199.6e8 m3 (1956-2016), public repository text; catchment": "年径流 199.6 亿立方米 (1956-2016), 公开代码库文字; 流域面积",
    "large dams of PyPSA-China-PIK": "PyPSA-China-PIK 的大型水库表",
    "province profiles 2020: ERA5 through atlite": "各省 2020 年曲线: ERA5 经 atlite",
    "pvlib ModelChain, same models": "pvlib ModelChain, 同样的模型",
    "windpowerlib ModelChain, density-corrected curve": "windpowerlib ModelChain, 密度修正曲线",
    "after China Daily": "据《中国日报》",
    "seen at cricutcom-setup.com mirror": "见于 cricutcom-setup.com 镜像",
}
_DESIGN = {", design": ", 设计值", "design": "设计值"}
_LONGEST_FIRST = sorted(_PHRASES, key=len, reverse=True)


def year_zh(text: str) -> str:
    """The year of a row in Chinese."""
    for english, chinese in _DESIGN.items():
        text = text.replace(english, chinese)
    return source_zh(text)


def source_zh(text: str) -> str:
    """The source of a row with its English phrases in Chinese; names and addresses stay."""
    return " ".join(_phrases(word) if "://" not in word else word for word in _kept_addresses(text))


def _phrases(text: str) -> str:
    for english in _LONGEST_FIRST:
        text = text.replace(english, _PHRASES[english])
    return text


def _kept_addresses(text: str) -> list[str]:
    """The text in pieces: addresses alone, what is between them together."""
    pieces: list[str] = []
    for word in text.split(" "):
        if "://" in word or not pieces or "://" in pieces[-1]:
            pieces.append(word)
        else:
            pieces[-1] += f" {word}"
    return pieces
