"""Words, sources and offers of the machines a scenario may choose, for forms and for the sources of a run."""

from __future__ import annotations

from typing import Literal

from gis_layers.provenance import Tier
from resources.machine_tables import WINDPOWERLIB, listed, machine_types, machines
from resources.plant_choice import BY_SITE_CLASS

PLANT_WORDS: dict[str, tuple[str, str]] = {
    "plant": ("机型", "machines"),
    "pv": ("光伏", "PV"),
    "wind": ("风电", "wind"),
    "mounting": ("安装方式", "mounting"),
    "tilt_deg": ("固定式倾角", "tilt of fixed modules"),
    "azimuth_deg": ("固定式朝向（北起顺时针）", "direction of fixed modules, from north"),
    "module": ("组件", "module"),
    "faces": ("单面/双面", "faces"),
    "gcr": ("阵列占地比", "ground coverage of the rows"),
    "albedo": ("地面反照率", "albedo of the ground"),
    "inverter": ("逆变器", "inverter"),
    "dc_ac_ratio": ("容配比", "DC/AC ratio"),
    "soiling": ("积尘", "dust"),
    "cleaning_every_days": ("清洗间隔", "cleaned every"),
    "snow": ("积雪", "snow"),
    "year_of_operation": ("运行第几年", "year of operation"),
    "yearly_loss_share": ("首年后逐年衰减", "loss each year after the first"),
    "machine": ("风机机型", "turbine"),
    "rated_mw": ("单机容量", "rated power"),
    "rotor_m": ("风轮直径", "rotor"),
    "hub_m": ("轮毂高度", "hub height"),
    "curve": ("导入的功率曲线", "imported power curve"),
    "wake": ("尾流模型", "wakes"),
    "farm_mw": ("风电场规模", "size of a farm"),
    "density_mw_per_km2": ("布置密度", "density of the farm"),
    "shear_exponent": ("风切变指数", "wind shear exponent"),
    "turbulence_intensity": ("湍流强度", "turbulence intensity"),
    "storm_end_ms": ("大风降出力至停机风速", "storm ramp ends at"),
    "restart_ms": ("大风停机后重启风速", "restart after storm below"),
    "ice": ("覆冰", "ice"),
    "availability_loss_share": ("不可用损失", "loss to availability"),
    "other_loss_share": ("其他损失", "other losses"),
}
"""Chinese and English of the keys of `[plant]`."""

PLANT_CHOICES: dict[str, tuple[str, str]] = {
    "fixed_tilt": ("固定式", "fixed"),
    "single_axis": ("平单轴跟踪", "single-axis tracker"),
    "monofacial": ("单面", "one face"),
    "bifacial": ("双面（计入背面发电）", "two faces, light on the rear counts"),
    "flat": ("按固定比例", "a flat share"),
    "desert_class": ("按荒漠类别、降雨与清洗", "by desert class, rain and washing"),
    "by_climate": ("按当地气候", "by the climate of the place"),
    "none": ("不计", "not counted"),
    "dena_mean": ("实测风电场均值（dena）", "mean of measured farms (dena)"),
    "knorr_mean": ("实测风电场均值（Knorr）", "mean of measured farms (Knorr)"),
    "jensen": ("Jensen 模型，按规模与密度", "Jensen, by size and density"),
}

NAMES: dict[str, tuple[str, str]] = {
    "mono_perc": ("单晶 PERC", "mono PERC"),
    "topcon": ("N 型 TOPCon", "n-type TOPCon"),
    "hjt": ("N 型异质结", "n-type heterojunction"),
    "cdte": ("碲化镉薄膜", "cadmium telluride"),
    "central": ("集中式", "central"),
    "string": ("组串式", "string"),
    "class_3": ("低风速机型（III 类）", "weak wind (class III)"),
    "class_2": ("中风速机型（II 类）", "medium wind (class II)"),
    "class_1": ("高风速机型（I 类）", "strong wind (class I)"),
    "fleet_2020": ("2020 年存量机型", "fleet of 2020"),
    BY_SITE_CLASS: ("按场址风况等级选机型", "by the wind class of each site"),
}
"""Of modules, inverters and machines; other types stand for themselves."""

AS_SCENARIO = "empty: as the scenario's machines"
"""Beside an input of a base that is left empty."""
USUAL_SOURCE = "usual machine of this program (docs/pv.md, docs/wind.md)"
SOURCES: dict[str, tuple[str, Tier]] = {
    "tilt_deg": ("empty: optimum of the latitude, Jacobson and Jadhav (2018)", "published"),
    "gcr": ("empty: 0.4, usual of rows; general knowledge, not verified", "estimated"),
    "albedo": ("empty: 0.2, usual of soil and grass; general knowledge, not verified", "estimated"),
    "dc_ac_ratio": ("empty: 1.2 at bases, 1.0 in provinces; costs do not follow it", "estimated"),
    "soiling": ("Kimber et al. (2006) on the month's rain; rates by desert class estimated", "estimated"),
    "cleaning_every_days": ("empty: a crew after 60 dry days; estimated", "estimated"),
    "snow": ("Townsend and Powers (2011) on snow estimated from rain and temperature", "estimated"),
    "year_of_operation": ("the module's warranty; empty: new", "estimated"),
    "yearly_loss_share": ("empty: the module's warranty", "estimated"),
    "machine": ("empty: 6.25 MW, rotor 200 m, hub 120 m, typical of weak wind", "estimated"),
    "rated_mw": ("empty: the machine's", "estimated"),
    "rotor_m": ("empty: the machine's", "estimated"),
    "hub_m": ("empty: the machine's, 120 m where the table has none", "estimated"),
    "wake": ("empty: mean of measured German farms (windpowerlib); Jensen (1983)", "published"),
    "farm_mw": ("empty: 200 MW", "estimated"),
    "density_mw_per_km2": ("empty: 5 MW/km2", "estimated"),
    "shear_exponent": ("empty: 0.14; general knowledge, not verified", "estimated"),
    "turbulence_intensity": ("IEC 61400-12-1:2017 annex M; empty: the curve as measured", "published"),
    "ice": ("frost and cloud; limits and loss estimated", "estimated"),
    "availability_loss_share": ("empty: 3 %; general knowledge, not verified", "estimated"),
    "other_loss_share": ("empty: 3 %; general knowledge, not verified", "estimated"),
}
"""What an input of the section rests on, by key; others: `USUAL_SOURCE`."""

SOURCES_ZH: dict[str, str] = {
    AS_SCENARIO: "留空: 同情景的机型",
    USUAL_SOURCE: "本程序常用机型 (docs/pv.md, docs/wind.md)",
    "empty: optimum of the latitude, Jacobson and Jadhav (2018)": "留空: 按纬度最佳倾角, Jacobson 与 Jadhav (2018)",
    "empty: 0.4, usual of rows; general knowledge, not verified": "留空: 0.4, 阵列常用值; 一般常识, 未核实",
    "empty: 0.2, usual of soil and grass; general knowledge, not verified": "留空: 0.2, 土壤与草地常用值; 一般常识, 未核实",
    "empty: 1.2 at bases, 1.0 in provinces; costs do not follow it": "留空: 基地 1.2, 省份 1.0; 造价不随之变化",
    "Kimber et al. (2006) on the month's rain; rates by desert class estimated": (
        "Kimber 等 (2006), 按月降雨; 各荒漠类别的积尘速率为估计"
    ),
    "empty: a crew after 60 dry days; estimated": "留空: 连续 60 个无雨日后人工清洗; 估计",
    "Townsend and Powers (2011) on snow estimated from rain and temperature": (
        "Townsend 与 Powers (2011), 降雪由降水与气温估计"
    ),
    "the module's warranty; empty: new": "按组件质保; 留空: 新投产",
    "empty: the module's warranty": "留空: 按组件质保",
    "empty: 6.25 MW, rotor 200 m, hub 120 m, typical of weak wind": (
        "留空: 6.25 MW, 风轮 200 m, 轮毂 120 m, 低风速典型机型"
    ),
    "empty: the machine's": "留空: 取所选机型的",
    "empty: the machine's, 120 m where the table has none": "留空: 取所选机型的, 表中没有时为 120 m",
    "empty: mean of measured German farms (windpowerlib); Jensen (1983)": (
        "留空: 德国实测风电场均值 (windpowerlib); Jensen (1983)"
    ),
    "empty: 200 MW": "留空: 200 MW（兆瓦）",
    "empty: 5 MW/km2": "留空: 5 MW/km2（兆瓦/平方公里）",
    "empty: 0.14; general knowledge, not verified": "留空: 0.14; 一般常识, 未核实",
    "IEC 61400-12-1:2017 annex M; empty: the curve as measured": "IEC 61400-12-1:2017 附录 M; 留空: 按实测曲线",
    "frost and cloud; limits and loss estimated": "按霜冻与云量; 界限与损失为估计",
    "empty: 3 %; general knowledge, not verified": "留空: 3 %; 一般常识, 未核实",
    "IEC 61400-1:2019 table 1; machines of each class estimated": "IEC 61400-1:2019 表 1; 各等级机型为估计",
    WINDPOWERLIB: "windpowerlib, 开放能源数据库 (oedb) 机型表",
    "typical of makers' data sheets and warranties, general knowledge, not verified": (
        "厂家数据表与质保的典型值, 一般常识, 未核实"
    ),
    "typical of makers' efficiency curves at rated voltage, general knowledge, not verified": (
        "厂家额定电压下效率曲线的典型值, 一般常识, 未核实"
    ),
    "large rotor for weak wind, 199 W/m2: typical of makers' offers for class III sites, general knowledge, not "
    "verified": "低风速大风轮, 199 W/m2: 厂家 III 类风区机型的典型值, 一般常识, 未核实",
    "269 W/m2: typical of makers' offers for class II sites, general knowledge, not verified": (
        "269 W/m2: 厂家 II 类风区机型的典型值, 一般常识, 未核实"
    ),
    "small rotor for strong wind, 331 W/m2: typical of makers' offers for class I sites, general knowledge, not "
    "verified": "高风速小风轮, 331 W/m2: 厂家 I 类风区机型的典型值, 一般常识, 未核实",
    "240 W/m2: stands for the onshore fleet of 2019-2020": "240 W/m2: 代表 2019-2020 年陆上存量机组",
}
"""The same in Chinese, for `shipped_words`."""

BASE_INPUTS: dict[str, tuple[str, ...]] = {
    "pv": ("mounting", "module", "faces", "dc_ac_ratio"),
    "wind": ("machine", "hub_m", "wake"),
}
"""What differs from base to base, in the form of a base; the rest is shown there once it is set."""


_TABLES: dict[str, Literal["pv_modules", "pv_inverters"]] = {
    "module": "pv_modules",
    "inverter": "pv_inverters",
}


def source_of(key: str, value: object) -> tuple[str, Tier]:
    """Source and tier of an input; of a chosen module, inverter or machine its table's."""
    if isinstance(value, str):
        if key in ("module", "inverter"):
            found = listed(_TABLES[key]).get(value)
            if found is not None:
                return found
        if key == "machine":
            if value in machines():
                return machines()[value].source, machines()[value].tier
            if value == BY_SITE_CLASS:
                return "IEC 61400-1:2019 table 1; machines of each class estimated", "estimated"
            return WINDPOWERLIB, "published"
    return SOURCES.get(key) or (USUAL_SOURCE, "estimated")


def offers(key: str) -> tuple[tuple[str, str, str], ...]:
    """Id, Chinese and English name of what an input of the section may name, in the order of the tables."""
    if key in ("module", "inverter"):
        return tuple((id, *NAMES.get(id, (id, id))) for id in listed(_TABLES[key]))
    if key != "machine":
        return ()
    rows = [(BY_SITE_CLASS, *NAMES[BY_SITE_CLASS])]
    for one in machines().values():
        size = f"{one.rated_mw:g} MW, {one.rotor_m:g} m"
        zh, en = NAMES.get(one.id, (one.id, one.id))
        rows.append((one.id, f"{zh} {size}", f"{en}, {size}"))
    for name, (rated_mw, rotor_m) in sorted(machine_types().items()):
        size = f"{name} ({rated_mw:g} MW, {rotor_m:g} m)"
        rows.append((name, size, size))
    return tuple(rows)
