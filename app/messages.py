"""The words for every error code, in Chinese and English; the only place where errors become sentences."""

from __future__ import annotations

import locale
import os
import re
from typing import Literal

from app.limit_words import limit_name, limit_unit
from app.optimum_words import CONFLICT_HEAD
from app.problem_words import told
from gis_layers.errors import Cancelled, EnergyMapError, InfeasibleError, InputError

Language = Literal["zh", "en"]

WORDS: dict[str, tuple[str, str]] = {
    "bad_input": ("输入有误", "The input cannot be used"),
    "cancelled": (
        "已取消; 没有留下写了一半的文件",
        "Cancelled; no half-written file was left behind",
    ),
    "disk_full": (
        "磁盘空间不足, 无法写入 {path}; 原有文件未改动",
        "No space left on the disk for {path}; files that were there are unchanged",
    ),
    "project_newer": (
        "此项目由更新版本的程序保存, 请升级程序后再打开; 文件未改动",
        "This project was saved by a newer version; update the program to open it. The file is unchanged",
    ),
    "validation_failed": (
        "{count} 项超出允许误差: {names}",
        "{count} check(s) beyond tolerance: {names}",
    ),
    "no_window": (
        "窗口库无法载入: {what}",
        "The window library does not load: {what}",
    ),
    "atlas_layer_missing": ("此安装缺少图层 {layer}", "This installation lacks the layer {layer}"),
    "atlas_layer_damaged": (
        "图层 {layer} 已损坏, 请重新安装",
        "The layer {layer} is damaged; install the program again",
    ),
    "outside_china": ("地点不在中国境内", "The place is not in China"),
    "inflow_energy": (
        "来水电量不守恒: {found_mwh} MWh, 应为 {expected_mwh} MWh",
        "Inflow energy does not add up: {found_mwh} MWh, expected {expected_mwh} MWh",
    ),
    "inflow_month": (
        "逐时来水的月平均不守恒: {found}, 应为 {expected} (对多年平均之比)",
        "A month of hourly inflow does not add up: {found}, expected {expected} (of the long-term mean)",
    ),
    "inflow_year": (
        "梯级来水不守恒: {found_m3_s} m³/s, 应为 {expected_m3_s} m³/s",
        "Inflow of the cascade does not add up: {found_m3_s} m³/s, expected {expected_m3_s} m³/s",
    ),
    "cascade_water": (
        "水电站 {station} 第 {step} 时段水量不平衡 (相对误差 {error})",
        "Water at station {station} is out of balance in step {step} (relative error {error})",
    ),
    "cascade_arrival": (
        "水电站 {station} 第 {step} 时段的来水与上游下泄不符 (相对误差 {error})",
        "What arrives at station {station} in step {step} is not what was let go above (relative error {error})",
    ),
    "cascade_storage": (
        "水电站 {station} 第 {step} 时段的蓄水越限 {error} m³",
        "Storage of station {station} passes its bounds in step {step} by {error} m³",
    ),
    "cascade_power": (
        "水电站 {station} 第 {step} 时段的出力与流量、水头不符 (相对误差 {error})",
        "Power of station {station} in step {step} does not follow from flow and head (relative error {error})",
    ),
    "load_energy": ("{node} 的负荷电量不守恒", "The load of {node} does not add up to its energy"),
    "fleet_total": (
        "{technology} 装机合计 {found}, 应为 {expected}",
        "Capacity of {technology} adds up to {found}, expected {expected}",
    ),
    "fleet_rounding": ("装机取整后相差 {missing_kw} 千瓦", "Rounding of capacities leaves {missing_kw} kW"),
    "bases_exceed_fleet": ("基地装机超过全国总量", "The bases hold more than the national fleet"),
    "fleet_below_fixed": ("全国总量低于已确定的装机", "The national total is below what is fixed"),
    "no_land_left": ("可开发土地不足", "There is not enough land"),
    "base_infeasible": (
        "基地 {base} 无可行方案; 相互冲突的限制及需放宽的量:",
        "Base {base} has no feasible design; the limits in conflict, and by how much each would have to give:",
    ),
    "base_balance": (
        "基地 {base} 的逐时电力不平衡 {residual_mw} MW",
        "Base {base} is out of balance by {residual_mw} MW in an hour",
    ),
    "flow_balance": (
        "第 {hour} 小时潮流不守恒: 注入 {injected_mw} MW, 损耗 {loss_mw} MW",
        "Power flow of hour {hour} does not add up: {injected_mw} MW in, {loss_mw} MW lost",
    ),
    "node_balance": (
        "潮流第 {case} 个时刻, 节点 {bus} 功率不守恒: 残差 {residual_pu} p.u.",
        "Power at bus {bus} does not add up in hour {case} of the power flow: {residual_pu} p.u. are wrong",
    ),
    "network_gap": (
        "节点 {node} 第 {hour} 小时收支相差 {gap_mw} MW, 电网未写出",
        "Bus {node} is out of balance by {gap_mw} MW in hour {hour}; the network was not written",
    ),
    "dc_grid_diverged": (
        "直流电网无解: {nodes} 之间的线路送不了这么多功率",
        "The DC grid has no solution: its lines cannot carry this power between {nodes}",
    ),
    "dc_balance": (
        "直流电网功率不守恒: 相差 {residual_mw} MW",
        "Power of the DC grid does not add up: {residual_mw} MW are wrong",
    ),
    "cluster_lost": (
        "计算集群失去联系或反复失败: {what}; 已完成的分块已保留, 重新运行即可继续",
        "The cluster is gone or failed again and again: {what}; finished tiles are kept, run it again to go on",
    ),
    "tiles": ("分块不全: {found} / {expected}", "Tiles are missing: {found} of {expected}"),
    "csp_heat": (
        "第 {place} 个光热电站的热量不守恒: 差 {gap_mwh} MWh/MW",
        "The heat of CSP plant {place} does not add up: {gap_mwh} MWh/MW are missing",
    ),
    "member_lost": (
        "计算进程中断 (多为内存不足): {what}",
        "Its process died, most often for want of memory: {what}",
    ),
    "member_fault": ("程序错误: {what}", "A fault of the program: {what}"),
    "route_length": (
        "线路各段之和 {found_km} km, 应为 {expected_km} km",
        "The stretches of the line add up to {found_km} km, expected {expected_km} km",
    ),
    "area": (
        "区域 {region} 的面积叠加不守恒: 分块合计 {found_km2} km², 应为 {expected_km2} km²",
        "The pieces of region {region} do not add up: {found_km2} km2, expected {expected_km2} km2",
    ),
    "area_joined": (
        "{count} 个图形已合并, 其中 {twice_km2} km² 重叠, 只计一次",
        "{count} outlines were taken together; {twice_km2} km2 lie in more than one and count once",
    ),
    "area_datum": (
        "GeoJSON 不注明基准, 按 WGS84 读取; 若来自 GCJ-02 或 BD-09 在线地图, 位置会偏移数百米",
        "GeoJSON does not tell its datum; it is read as WGS84. Outlines from GCJ-02 or BD-09 web maps lie some hundred metres off",
    ),
    "area_clipped": (
        "已裁去境外或海域 {cut_km2} km² (境外 {abroad_percent} %, 海域 {sea_percent} %)",
        "{cut_km2} km2 abroad or at sea were cut off ({abroad_percent} % abroad, {sea_percent} % at sea)",
    ),
    "site_area": (
        "场址土地不守恒 ({what}): 合计 {found}, 应为 {expected}",
        "The land of the sites does not add up ({what}): {found}, expected {expected}",
    ),
    "site_capacity": (
        "场址装机不守恒: 合计 {found} {what}, 应为 {expected}",
        "The capacity of the sites does not add up: {found} {what}, expected {expected}",
    ),
    "site_money": (
        "场址 {what} 的成本不守恒: {found} 元/年, 应为 {expected}",
        "The cost of site {what} does not add up: {found} CNY a year, expected {expected}",
    ),
    "site_curve": (
        "供给曲线与场址不符 ({what}): {found}, 应为 {expected}",
        "The supply curve is not what the sites hold ({what}): {found}, expected {expected}",
    ),
    "endowment": (
        "资源禀赋不守恒: {region} 的 {quantity}, 按 {level} 合计 {found}, 应为 {expected}",
        "The endowment does not add up: {quantity} of {region}, summed by {level} {found}, expected {expected}",
    ),
    "province_year": (
        "省份 {adcode} 全年电量不平衡 {residual_mwh} MWh",
        "Province {adcode} is out of balance by {residual_mwh} MWh over the year",
    ),
    "optimum_infeasible": CONFLICT_HEAD,
    "optimum_money": (
        "全国最优的成本不守恒: 合计 {found_cny} 元/年, 应为 {expected_cny}",
        "Costs of the national optimum do not add up: {found_cny} CNY a year, expected {expected_cny}",
    ),
    "dispatch_infeasible": ("调度无可行解", "The dispatch has no feasible solution"),
    "dispatch_stalled": (
        "第 {first_hour} 至 {last_hour} 小时的调度窗口未能解出 (热启动、从头开始与内点法均已尝试): {status}",
        "Hours {first_hour} to {last_hour} were not dispatched (tried warm, from nothing, interior point): {status}",
    ),
    "dispatch_balance": (
        "调度违反守恒 {law}: {where}, 第 {hour} 小时, {excess_mw} MW",
        "The dispatch breaks {law} at {where}, hour {hour}, by {excess_mw} MW",
    ),
    "lp_failed": (
        "求解器 {solver} 未给出可用结果 ({status})",
        "Solver {solver} gave no usable answer ({status})",
    ),
    "lp_malformed": ("线性规划有误: {part}", "Malformed programme: {part}"),
    "lp_infeasible": (
        "线性规划无可行解 ({rows} 行, {columns} 列)",
        "The programme is infeasible ({rows} rows, {columns} columns)",
    ),
    "lp_unbounded": ("线性规划无界", "The programme is unbounded"),
    "lp_time_limit": ("求解超过 {seconds} 秒", "The solver passed {seconds} seconds"),
    "lp_stalled": ("内点法停滞", "The interior-point method stalled"),
    "lp_structure": ("内点法不适用于此结构", "The interior-point method does not fit this structure"),
    "lp_numerics": ("内点法数值困难", "The interior-point method met numerical trouble"),
    "line_settlement": (
        "通道 {line} 结算不平: 账单 {bill_fen} 分, 应收 {due_fen} 分",
        "Settlement of {line} does not add up: bill {bill_fen} fen, due {due_fen} fen",
    ),
    "hour_settlement": (
        "通道 {line} 第 {hour} 小时结算不平: 账单 {bill_fen} 分, 应收 {due_fen} 分",
        "Settlement of {line} does not add up in hour {hour}: bill {bill_fen} fen, due {due_fen} fen",
    ),
    "money_hour": (
        "第 {hour} 小时资金不守恒, 差 {fen} 分",
        "Money of hour {hour} does not add up, by {fen} fen",
    ),
    "money_purpose": (
        "各方收支不守恒 ({purpose}), 差 {fen} 分",
        "Receipts and payments of all parties ({purpose}) differ by {fen} fen",
    ),
    "money_year": (
        "逐时付款合计 {found_fen} 分, 全年应为 {expected_fen} 分",
        "Payments of all hours come to {found_fen} fen, those of the year to {expected_fen} fen",
    ),
    "money_residual": ("资金不守恒, 差 {fen} 分", "Money does not add up, by {fen} fen"),
    "money_party": (
        "{party} 收支为 {found_fen} 分, 应为 {expected_fen} 分",
        "{party} holds {found_fen} fen, expected {expected_fen} fen",
    ),
    "claim_recheck": ("主张复算不符: {what}", "The claim does not recompute: {what}"),
    "memory_full": ("内存不足, 已停止", "Not enough memory; stopped"),
    "fault": (
        "程序内部错误: {what}; 详情见 {path}, 请一并报告",
        "A fault in the program: {what}; details in {path}, please send them along",
    ),
    "store_entry": (
        "存储的环节答案 {file} 不可用 ({why}), 已弃去并重新计算",
        "The stored answer {file} cannot be used ({why}); it was taken away and is computed again",
    ),
    "store_unwritten": (
        "环节答案未能存入 {path} ({why}); 本次结果不受影响, 下次需重新计算",
        "The answer of a link could not be stored in {path} ({why}); this run stands, the next must compute it again",
    ),
    "download_broken": (
        "下载 {url} 中断 {tries} 次 ({why}); 已收到的部分保留, 再次运行即可续传",
        "The download of {url} broke {tries} times ({why}); what has come is kept, run it again to go on",
    ),
    "download_stalled": (
        "{url} 久无数据, 已试 {tries} 次 ({why}); 已收到的部分保留, 再次运行即可续传",
        "Nothing came from {url} for too long, {tries} times ({why}); what has come is kept, run it again to go on",
    ),
    "download_refused": (
        "{url} 拒绝下载 (HTTP {status}): {said}",
        "{url} refuses the download (HTTP {status}): {said}",
    ),
    "download_size": (
        "{url} 所述大小不实: 声称 {said_bytes} 字节, 实为 {found_bytes} 字节或更多; 未保留",
        "{url} is wrong about the size: {said_bytes} bytes by its word, {found_bytes} or more in truth; not kept",
    ),
    "download_too_large": (
        "{url} 超过允许的 {most_bytes} 字节; 未保留",
        "{url} is larger than the {most_bytes} bytes allowed; not kept",
    ),
    "download_hash": (
        "{url} 的内容与已知校验值不符 (得 {found}, 应为 {expected}); 未保留",
        "{url} is not what its hash says (found {found}, expected {expected}); not kept",
    ),
    "download_page": (
        "{url} 送来的是网页而不是数据: {said}; 未保留",
        "{url} sends a web page instead of data: {said}; not kept",
    ),
    "download_redirects": (
        "{url} 转向超过 {most} 次",
        "{url} leads on more than {most} times",
    ),
    "download_insecure": (
        "{url} 不可信任: {why}",
        "{url} cannot be trusted: {why}",
    ),
    "download_proxy": (
        "代理不可用, 无法连接 {url}; 请检查 --proxy 或 ENERGYMAP_PROXY",
        "The proxy does not work, {url} is out of reach; check --proxy or ENERGYMAP_PROXY",
    ),
    "self_test": ("自检未通过: {part}", "The self-test failed: {part}"),
    "system_error": ("系统报告: {what}", "The system reports: {what}"),
}

PROBLEM = (
    "  {where}: {field}: 读到 {found}; 应为 {expected}",
    "  {where}: {field}: found {found}; expected {expected}",
)
CONFLICT = ("  {limit}: 需放宽 {amount:,.4g} {unit}", "  {limit}: would have to give {amount:,.4g} {unit}")
UNKNOWN = ("程序错误 {code}: {detail}", "Program fault {code}: {detail}")


STEPS: dict[str, tuple[str, str]] = {
    "profiles": ("资源与逐时出力", "resource and hourly profiles"),
    "sizing": ("基地定容", "sizing of bases"),
    "reservoirs over the year": ("水库年调度", "reservoirs over the year"),
    "outputs": ("输出文件", "outputs"),
    "reused resource": ("沿用资源", "resource reused"),
    "reused sizing": ("沿用定容", "sizing reused"),
    "reused dispatch": ("沿用调度", "dispatch reused"),
    "reused power_flow": ("沿用潮流", "power flow reused"),
    "hour": ("调度至第 {hour} 小时, 共 {hours} 小时", "dispatch, hour {hour} of {hours}"),
    "hourly weather": ("逐时气象", "hourly weather"),
    "dispatch": ("全国调度", "national dispatch"),
    "checking the balance of every node and hour": (
        "核对每个节点每小时的电量平衡",
        "checking the balance of every node and hour",
    ),
    "optimum": ("全国最优", "national optimum"),
    "ensemble": ("集合计算", "ensemble"),
    "power flow": ("潮流计算", "power flow"),
    "cash flow": ("现金流", "cash flow"),
    "inspect": ("查看文件", "looking at the files"),
    "convert": ("换算与核对", "converting and checking"),
    "imported": ("已入库", "imported"),
    "download": ("下载", "download"),
    "pack": ("打包", "packing"),
    "unpack": ("解包", "unpacking"),
    "verify": ("校验", "verifying"),
    "endowment": ("资源禀赋", "endowment"),
    "assessment": ("逐单元评估", "assessment cell by cell"),
    "siting": ("可用土地", "eligible land"),
    "sites": ("候选场址", "candidate sites"),
    "connection": ("接入路径", "ways to the grid"),
    "done": ("完成", "done"),
}


def step(what: str, language: Language) -> str:
    """The words for a step of long work ('dispatch: window 3 of 52' keeps its tail)."""
    if found := re.fullmatch(r"hour (\d+) of (\d+)", what):
        words = STEPS["hour"][0 if language == "zh" else 1]
        return words.format(hour=f"{int(found[1]):,}", hours=f"{int(found[2]):,}")
    name, colon, tail = what.partition(":")
    if name in STEPS:
        return STEPS[name][0 if language == "zh" else 1] + colon + tail
    return what


def user_language() -> Language:
    """Chinese where the system speaks Chinese, else English; ENERGYMAP_LANG overrides."""
    for name in ("ENERGYMAP_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def say(error: EnergyMapError, language: Language) -> str:
    """One clear message for an error: the sentence, then a line per problem or conflicting limit."""
    column = 0 if language == "zh" else 1
    if error.code in WORDS:
        text = WORDS[error.code][column].format(**error.params)
    else:
        text = UNKNOWN[column].format(code=error.code, detail=error)
    lines = [text]
    if isinstance(error, InputError):
        for problem in error.problems:
            lines.append(
                PROBLEM[column].format(
                    where="参数" if (problem.where, language) == ("argument", "zh") else problem.where,
                    field=problem.field,
                    found=told(problem.found, language),
                    expected=told(problem.expected, language),
                )
            )
    if isinstance(error, InfeasibleError):
        for conflict in error.conflicts:
            lines.append(
                CONFLICT[column].format(
                    limit=limit_name(conflict.limit, language),
                    amount=conflict.amount,
                    unit=limit_unit(conflict.unit, language),
                )
            )
    return "\n".join(lines)


def exit_code(error: EnergyMapError) -> int:
    return error.exit_code


__all__ = ["WORDS", "Cancelled", "Language", "exit_code", "say", "user_language"]
