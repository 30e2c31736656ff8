"""Words of the endowment page."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "endowment": ("资源禀赋", "Endowment"),
    "endowment.level": ("分级", "Level"),
    "endowment.level.province": ("省", "Provinces"),
    "endowment.level.city": ("市", "Cities"),
    "endowment.level.county": ("县", "Counties"),
    "endowment.hours": ("利用小时", "Hours from"),
    "endowment.hours.atlas": ("内置图集", "embedded atlas"),
    "endowment.hours.assess": ("全国逐单元评估 (0.25°)", "national assessment (0.25°)"),
    "endowment.hours.file": ("评估文件…", "assessment file…"),
    "endowment.hours_hint": (
        "内置图集: 建库时算好的利用小时; 全国逐单元评估: 现在用逐时链重算约 1.5 万个单元, 需数分钟, 可停可续; 评估文件: 以前评估所得",
        "Embedded atlas: hours computed when it was built. National assessment: some 15,000 cells by the hourly chain, now; takes minutes, can be stopped and goes on. File: a result of energymap assess",
    ),
    "endowment.cluster": ("集群地址", "Cluster address"),
    "endowment.cluster.none": ("本机单进程", "one process here"),
    "endowment.cluster_hint": (
        (
            "留空: 本机单进程; local 或 local:4: 本机多进程; tcp://主机:8786: 已运行的 Dask 调度器, 其工作进程须装有本程序。"
            "结果与本机计算相同; 停止后已完成的分块保留"
        ),
        (
            "Empty: one process here. local or local:4: processes of this machine. tcp://host:8786: a running Dask scheduler "
            "whose workers have this program installed. The result is the same; finished tiles are kept when stopped"
        ),
    ),
    "endowment.files": ("评估结果 (*.nc)", "Assessments (*.nc)"),
    "endowment.choose": ("打开评估文件", "Open an assessment"),
    "endowment.technology": ("资源", "Resource"),
    "endowment.shows": ("地图显示", "Map shows"),
    "endowment.run": ("评估", "Assess"),
    "endowment.cancel": ("停止", "Stop"),
    "endowment.export": ("导出…", "Export…"),
    "endowment.export_title": (
        "导出资源禀赋 (工作簿、CSV、GeoPackage、地图)",
        "Export the endowment (workbook, CSV, GeoPackage, maps)",
    ),
    "endowment.exported": ("资源禀赋已导出到 {path}", "The endowment was exported to {path}"),
    "endowment.none": (
        "按 省、市、县 汇总可开发的风、光、水资源: 选择分级后点“评估”",
        "How much wind, sun and water every province, city or county has: choose a level and press Assess",
    ),
    "endowment.failed": ("资源禀赋评估未完成: {words}", "The endowment failed: {words}"),
    "endowment.cancelled": ("资源禀赋评估已停止", "The endowment was stopped"),
    "endowment.left": ("约剩 {s:.0f} 秒", "about {s:.0f} s left"),
    "endowment.source": (
        "{period} · {grade} · 土地规则、密度、屋顶与海域比例为估计",
        "{period} · {grade} · rules for land, densities, shares of roofs and sea are estimates",
    ),
    "endowment.assessed": (
        "逐单元评估覆盖可用土地 {share}",
        "assessed hours on {share} of the eligible land",
    ),
    "endowment.tech.all": ("总览", "Overview"),
    "endowment.tech.wind": ("陆上风电", "Onshore wind"),
    "endowment.tech.pv": ("地面光伏", "Ground PV"),
    "endowment.tech.roof": ("屋顶光伏", "Rooftop PV"),
    "endowment.tech.sea": ("海上风电", "Wind at sea"),
    "endowment.tech.hydro": ("水能", "Water"),
    "endowment.region": ("地区", "Region"),
    "endowment.land": ("土地面积", "land"),
    "endowment.eligible": ("可用土地", "eligible land"),
    "endowment.capacity": ("可开发容量", "capacity"),
    "endowment.capacity_ac": ("可开发容量 (交流)", "capacity (AC)"),
    "endowment.capacity_dc": ("可开发容量 (组件)", "capacity (modules)"),
    "endowment.energy": ("年电量", "energy a year"),
    "endowment.density": ("单位面积容量", "capacity over land"),
    "endowment.flh": ("利用小时", "full-load hours"),
    "endowment.class": ("质量等级", "class of quality"),
    "endowment.total": ("风光年电量", "wind and sun, energy a year"),
    "endowment.wind_energy": ("陆上风电电量", "onshore wind, energy"),
    "endowment.pv_energy": ("地面光伏电量", "ground PV, energy"),
    "endowment.roof_energy": ("屋顶光伏电量", "rooftop PV, energy"),
    "endowment.sea_energy": ("海上风电电量", "wind at sea, energy"),
    "endowment.roof_area": ("屋顶面积", "roofs"),
    "endowment.people": ("人口", "people"),
    "endowment.hydro_mean": ("理论蕴藏量 (平均功率)", "theoretical mean power"),
    "endowment.hydro_energy": ("理论年电量", "theoretical energy a year"),
    "endowment.rain": ("年降水", "rain a year"),
    "endowment.complementarity": ("风光互补性", "complementarity"),
    "endowment.sea.monopile": ("单桩", "monopile"),
    "endowment.sea.jacket": ("导管架", "jacket"),
    "endowment.sea.floating": ("漂浮式", "floating"),
    "endowment.sea_note": (
        "海域按最近海岸作技术性归集, 不表示任何界线或管辖",
        "sea by nearest coast: plain geometry that says nothing of boundaries or jurisdiction",
    ),
    "endowment.p_note": (
        "单年; 区域内误差视为同向, 不可相加",
        "of one year; errors go the same way within a region: do not add up",
    ),
    "endowment.hydro_note": (
        "1 万千瓦及以上河流, 河段计入起点所在地区",
        "rivers of 10 MW and more; a reach counts where it begins",
    ),
    "endowment.card.audit": ("土地去向", "Where the land goes"),
    "endowment.card.left": ("剩余可用", "eligible"),
    "endowment.card.classes": ("按利用小时的容量", "Capacity by hours"),
    "endowment.card.months": ("逐月", "By month"),
    "endowment.card.wind": ("风速", "wind"),
    "endowment.card.sun": ("辐照", "sun"),
    "endowment.card.rain": ("降水", "rain"),
    "endowment.card.none": ("在表中或地图上选一个地区", "Pick a region in the table or on the map"),
}
