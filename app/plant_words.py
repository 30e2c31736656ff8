"""Words and forms of what is told of a plant, for the command line and the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.messages import Language

if TYPE_CHECKING:
    from resources.plant import Figure

KINDS: dict[str, tuple[str, str]] = {
    "pv": ("光伏电站", "PV plant"),
    "wind": ("陆上风电场", "wind farm on land"),
    "offshore": ("海上风电场", "wind farm at sea"),
    "csp": ("塔式光热电站", "solar tower"),
}
TIERS: dict[str, tuple[str, str]] = {
    "official": ("官方", "official"),
    "published": ("已发表", "published"),
    "estimated": ("估计", "estimated"),
    "given": ("给定", "given"),
}
FIGURES: dict[str, tuple[str, str, str, int, float]] = {
    "ghi_kwh_per_m2": ("水平面总辐照", "global horizontal irradiation", "kWh/m²", 0, 1.0),
    "yield_kwh_per_kwp": ("单位组件年发电量", "yearly yield of modules", "kWh/kWp", 0, 1.0),
    "clipped_share": ("逆变器削峰损失", "lost to clipping", "%", 1, 100.0),
    "module": ("组件", "module", "", 0, 1.0),
    "module_efficiency": ("组件效率", "module efficiency", "%", 1, 100.0),
    "temperature_coefficient_per_k": ("功率温度系数", "temperature coefficient", "%/K", 2, 100.0),
    "bifaciality": ("双面率", "bifaciality", "%", 0, 100.0),
    "dust_snow_age_lost_share": ("积尘、积雪与衰减损失", "lost to dust, snow and age", "%", 1, 100.0),
    "hub_speed_ms": ("轮毂高度平均风速", "mean wind at the hub", "m/s", 2, 1.0),
    "density_kg_per_m3": ("空气密度", "air density", "kg/m³", 3, 1.0),
    "specific_power_w_per_m2": ("单位扫风面积功率", "specific power", "W/m²", 0, 1.0),
    "wake_lost_share": ("尾流损失", "lost to wakes", "%", 1, 100.0),
    "iec_class": ("建议机组等级 (IEC 61400-1)", "class suggested (IEC 61400-1)", "", 0, 1.0),
    "iec_class_cautious": ("偏保守的风速等级", "wind class on the safe side", "", 0, 1.0),
    "vref_ms": ("五十年一遇最大风速", "wind of fifty years", "m/s", 1, 1.0),
    "turbulence": ("15 m/s 湍流强度", "turbulence at 15 m/s", "%", 1, 100.0),
    "iced_h": ("叶片覆冰小时", "hours with ice on blades", "h", 0, 1.0),
    "ice_class": ("IEA 覆冰等级", "IEA ice class", "", 0, 1.0),
    "depth_m": ("水深", "depth of water", "m", 0, 1.0),
    "shore_km": ("离岸距离", "distance to shore", "km", 0, 1.0),
    "foundation": ("基础型式", "foundation", "", 0, 1.0),
    "capex_cny_per_kw": ("单位造价", "capital cost", "CNY/kW", 0, 1.0),
    "availability_and_link_lost_share": ("可利用率与送出损失", "lost to failures and link", "%", 1, 100.0),
    "dni_kwh_per_m2": ("法向直射辐照", "direct normal irradiation", "kWh/m²", 0, 1.0),
    "mirror_m2_per_mw": ("镜场面积", "mirrors", "m²/MW", 0, 1.0),
    "refused_share": ("弃热比例", "heat refused", "%", 1, 100.0),
    "starts": ("年启动次数", "starts a year", "", 0, 1.0),
    "solar_to_electric_share": ("光电转换效率", "solar to electric efficiency", "%", 1, 100.0),
}
"""Chinese, English, unit shown, digits, factor to that unit."""
VALUES: dict[str, tuple[str, str]] = {
    "monopile": ("单桩", "monopile"),
    "jacket": ("导管架", "jacket"),
    "floating": ("漂浮式", "floating"),
}
_UNITS_ZH = {"CNY/kW": "元/kW", "h": "小时"}


def told(figure: Figure, language: Language) -> tuple[str, str, str]:
    """Name, value with unit, and tier of a figure."""
    zh, en, unit, digits, factor = FIGURES[figure.id]
    chinese = language == "zh"
    if isinstance(figure.value, str):
        value = VALUES.get(figure.value, (figure.value, figure.value))[0 if chinese else 1]
    else:
        value = (
            f"{figure.value * factor:,.{digits}f} {_UNITS_ZH.get(unit, unit) if chinese else unit}".strip()
        )
    return zh if chinese else en, value, TIERS[figure.tier][0 if chinese else 1]
