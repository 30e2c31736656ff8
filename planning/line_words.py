"""Words of lines, Chinese and English: inputs, kinds, states, what feeds them, figures; shared by forms and tables."""

from __future__ import annotations

LINE_WORDS: dict[str, tuple[str, str]] = {
    "changed": ("改动的线路", "changed lines"),
    "tariff_includes_loss": ("电价含线损", "tariff includes loss"),
    "rule": ("运行方式", "operation"),
    "min_power_share": ("最小功率", "least power"),
    "ramp_share_per_h": ("每小时最大变化", "ramp an hour"),
    "day_curve": ("日送电曲线", "day curve"),
    "annual_full_load_hours": ("合同利用小时", "contracted full-load hours"),
    "route": ("路径", "route"),
    "investment_cny": ("投资", "investment"),
}
"""Keys of own and changed lines beside those every form knows."""

LINE_CHOICES: dict[str, tuple[str, str]] = {"curve": ("按日曲线", "by a day curve")}

KINDS: dict[str, tuple[str, str]] = {
    "lcc": ("常规直流", "LCC DC"),
    "vsc": ("柔性直流", "VSC DC"),
    "hybrid": ("混合直流", "hybrid DC"),
    "b2b": ("背靠背", "back-to-back"),
    "uhvac": ("特高压交流", "UHV AC"),
    "radial_ac": ("交流点对网", "AC from plants"),
    "ac": ("交流", "AC"),
    "tie": ("交流断面", "AC tie"),
}
STATUSES: dict[str, tuple[str, str]] = {
    "in_service": ("在运", "in service"),
    "under_construction": ("在建", "under construction"),
    "planned": ("规划", "planned"),
    "own": ("自定", "own"),
}
SUPPLIES: dict[str, tuple[str, str]] = {
    "hydro": ("水电", "hydro"),
    "hydro_renewable": ("水电与风光", "hydro with wind and sun"),
    "coal": ("煤电", "coal"),
    "coal_hydro": ("煤电与水电", "coal and hydro"),
    "coal_renewable": ("煤电与风光", "coal with wind and sun"),
    "renewable": ("风光", "wind and sun"),
    "exchange": ("互济", "exchange"),
}
RULES: dict[str, tuple[str, str]] = {
    "free": ("不定曲线", "free"),
    "curve": ("按日曲线", "by a day curve"),
}
ROLES: dict[str, tuple[str, str]] = {
    "sending": ("送端", "sending"),
    "receiving": ("受端", "receiving"),
    "regulating": ("调节端", "regulating"),
    "either": ("双向", "either way"),
}
FIGURES: dict[str, tuple[str, str]] = {
    "kind": ("型式", "kind"),
    "kv": ("电压", "voltage"),
    "mw": ("额定功率", "rated power"),
    "held_mw": ("实际最大功率", "held to"),
    "km": ("长度", "length"),
    "from_node": ("送端电网", "from grid"),
    "to_node": ("受端电网", "to grid"),
    "status": ("状态", "status"),
    "date": ("投运", "in service from"),
    "bidirectional": ("可反送", "reverses"),
    "supply": ("电源类型", "kind of supply"),
    "matched_sources": ("配套电源", "matched sources"),
    "circuits": ("回数", "circuits"),
    "from_lon_deg": ("送端经度", "longitude of the sending end"),
    "from_lat_deg": ("送端纬度", "latitude of the sending end"),
    "to_lon_deg": ("受端经度", "longitude of the receiving end"),
    "to_lat_deg": ("受端纬度", "latitude of the receiving end"),
    "investment_cny": ("投资", "investment"),
    "approved_loss_share": ("核定线损率", "approved loss share"),
    "physics_loss_share": ("物理线损率", "physics loss share"),
    "tariff_cny_per_mwh": ("文件输电价", "tariff on file"),
    "tariff_includes_loss": ("电价含线损", "tariff includes loss"),
    "capacity_tariff_cny_per_kw_year": ("容量电价", "tariff on capacity"),
    "tariff_document": ("电价文件", "tariff document"),
    "tariff_status": ("文件状态", "state of the document"),
    "tariff_valid_from": ("执行起", "valid from"),
    "tariff_valid_to": ("执行止", "valid to"),
    "estimated_tariff_cny_per_mwh": ("估算输电价", "estimated tariff"),
    "rule": ("运行方式", "operation"),
    "min_power_share": ("最小功率", "least power"),
    "ramp_share_per_h": ("每小时最大变化", "ramp an hour"),
    "day_curve": ("日送电曲线", "day curve"),
    "annual_full_load_hours": ("合同利用小时", "contracted full-load hours"),
    "reactance_ohm": ("等值电抗", "equivalent reactance"),
}
"""Of `corridor_figures`."""
CAPABILITY = ("输送能力", "transfer capability")
STATES: dict[str, tuple[str, str]] = {
    "runs": ("计入", "runs"),
    "not_yet": ("未计入", "not counted"),
    "retired": ("退役", "left out"),
    "changed": ("已改动", "changed"),
}
"""Of a line in a scenario."""
TARIFF_STATUSES: dict[str, tuple[str, str]] = {
    "in force": ("现行", "in force"),
    "provisional": ("临时", "provisional"),
    "filed": ("已报备", "filed"),
    "SGCC-disclosed": ("国家电网公布", "SGCC-disclosed"),
    "filed by SGCC (not NDRC-approved)": ("国家电网报备, 未经国家发改委核准", "filed by SGCC (not NDRC-approved)"),
    "in force, price of the bundle 贵州送广东": (
        "现行, 打捆电价: 贵州送广东", "in force, price of the bundle Guizhou to Guangdong"
    ),
    "in force, price of the bundle 云南送广东": (
        "现行, 打捆电价: 云南送广东", "in force, price of the bundle Yunnan to Guangdong"
    ),
    "scenario": ("情景所给", "of the scenario"),
}  # fmt: skip

NO_FIGURE = ("未公布", "not published")
NO_TARIFF = ("无文件电价", "none on file")
NOT_STATED = ("文件未载明", "not stated")
NO_CONTRACT = ("无已知合同", "none known")
ESTIMATED = ("估算", "estimate")
_MISSING = {
    "tariff_cny_per_mwh": NO_TARIFF,
    "tariff_includes_loss": NO_TARIFF,
    "tariff_document": NO_TARIFF,
    "tariff_status": NO_TARIFF,
    "approved_loss_share": ("无文件线损", "none on file"),
    "tariff_valid_from": NOT_STATED,
    "tariff_valid_to": NOT_STATED,
    "annual_full_load_hours": NO_CONTRACT,
    "estimated_tariff_cny_per_mwh": ("无", "none"),
}


def missing_words(name: str) -> tuple[str, str]:
    """What stands where a figure is missing; never 0."""
    return _MISSING.get(name, NO_FIGURE)
