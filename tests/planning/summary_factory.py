"""A made-up result document of realistic size and shape for the report's tests: it adds up, but is no result.

Lines, coordinates and GDP come from the program's own tables; every energy is a simple invented rule.
"""

from __future__ import annotations

from functools import lru_cache

from gis_layers.province import PROVINCES
from planning.chain.sources import resource_sources
from planning.corridors import in_service, loss_share, tariff
from planning.results import (
    BalanceResult,
    BaseResult,
    ClaimResult,
    CorridorResult,
    LinkSource,
    NationalResult,
    PowerFlowHour,
    PowerFlowResult,
    PowerFlowTie,
    PowerFlowYear,
    ProvinceResult,
    Summary,
)
from planning.results_flow import LineLoss, NodeVoltage, PowerFlowOutage
from planning.tables import Tables, load_tables
from resources.served import Row, Served
from tests.planning.cash_cases import with_cash

HOURS = {"wind": 2200.0, "pv": 1350.0, "hydro": 3700.0, "nuclear": 7300.0, "coal": 4100.0, "gas": 2300.0}
GREEN = ("wind", "pv", "hydro")
SENDING = (150000, 220000, 510000, 530000, 540000, 620000, 630000, 640000, 650000)
PRICE_CNY_PER_MWH = 268.0
CERTIFICATE_CNY_PER_MWH = 20.0
SCENARIO_TOML = '# 情景 "测试"\nschema_version = 1\nid = "2030-1200GW"\nyear = 2030\n'


@lru_cache(maxsize=1)
def make_summary() -> Summary:
    """The document; frozen, so it is shared."""
    tables = load_tables()
    corridors = _corridors(tables)
    provinces = _provinces(tables, corridors)
    bases = _bases(tables)
    total = {t: sum(p.generation_mwh_by_technology[t] for p in provinces.values()) for t in HOURS}
    sold = sum(provinces[str(code)].green_export_mwh for code in SENDING)
    gdp = sum(provinces[str(code)].gdp_cny or 0.0 for code in SENDING)
    price = PRICE_CNY_PER_MWH + CERTIFICATE_CNY_PER_MWH
    summary = Summary(
        scenario="2030-1200GW",
        scenario_name_zh="2030 年 12 亿千瓦风光",
        scenario_name_en="2030 with 1,200 GW of wind and sun",
        year=2030,
        price_year=2024,
        grade="reference",
        national=NationalResult(
            generation_twh={t: v / 1e6 for t, v in total.items()},
            capacity_gw={t: v / HOURS[t] / 1e3 for t, v in total.items()}
            | {"battery": 100.0, "pumped": 120.0},
            load_twh=sum(p.load_mwh for p in provinces.values()) / 1e6,
            curtailment_rate=0.061,
            curtailment_rate_by_technology={"wind": 0.052, "pv": 0.069},
            unserved_mwh=0.0,
            transfer_twh=sum(c.delivered_mwh for c in corridors.values()) / 1e6,
            green_transfer_twh=sum(c.delivered_mwh * c.green_share for c in corridors.values()) / 1e6,
            loss_twh=sum(c.loss_mwh for c in corridors.values()) / 1e6,
            storage_loss_twh=sum(p.storage_loss_mwh for p in provinces.values()) / 1e6,
            co2_mt=4210.0,
            cost_cny=1.51e12,
        ),
        provinces=provinces,
        corridors=corridors,
        bases=bases,
        balance=BalanceResult(max_residual_mw=3.2e-6, money_residual_cny=0.0, energy_residual_mwh=0.02),
        power_flow=_power_flow(),
        claim=ClaimResult(
            sending_adcodes=SENDING,
            sending_names_zh=tuple(PROVINCES[str(code)].name_zh for code in SENDING),
            wind_pv_gw=1200.0,
            green_sold_mwh=sold,
            cash_cny=sold * price,
            gdp_cny=gdp,
            gdp_year=2024,
            gdp_share=sold * price / gdp,
            target_share=0.10,
            price_cny_per_mwh=price,
            price_for_target_cny_per_mwh=0.10 * gdp / sold,
            volume_for_target_mwh=0.10 * gdp / price,
            verdict="not met",
        ),
        seconds={"profiles": 21.4, "sizing": 92.7, "dispatch": 101.3, "power_flow": 6.2, "cash_flow": 0.4},
        sources=(
            LinkSource(
                what="load", source="9,869 TWh in 2024 growing 3.0 % a year", date="2030", tier="estimated"
            ),
            LinkSource(what="prices", source="benchmark prices of the tables", date="2024", tier="published"),
            *(
                LinkSource(what=f"price: {p.id}", source=p.source, date=p.date, tier=p.tier)
                for p in tables.prices
            ),
        ),
        notes=("台湾省、香港、澳门因缺少数据未参与调度。", "资源为参考级（重建），未经实测标定。"),
        resource=resource_sources(SERVED, 2020),
    )
    return with_cash(summary, tables)


SERVED = Served(
    500,
    (
        Row("weather", "", 380),
        Row("weather", "era5-2020", 120, "ERA5, ECMWF", "Copernicus licence", "reanalysis", "2020"),
        Row("wind_speed_100m", "", 300),
        Row("wind_speed_100m", "gwa-100m", 200, "GWA 3", "CC BY 4.0", "reanalysis", "2008-2017"),
        Row("ghi_monthly", "", 500),
    ),
)
"""A run with a wind raster and a year of hours of the user's in part of the country."""


def _corridors(tables: Tables) -> dict[str, CorridorResult]:
    answers = {}
    lines = in_service(tables.corridors, 2030, ("gansu-zhejiang", "mengxi-jingjinji"))
    for number, line in enumerate(lines):
        if not line.dispatched or line.from_node is None or line.to_node is None:
            continue
        start, end = tables.node(line.from_node), tables.node(line.to_node)
        price = tariff(line)
        answers[line.id] = _corridor(
            line.id, line.name_zh, line.name_en, line.result_kind, (line.from_node, line.to_node),
            (start.adcode, end.adcode),
            (line.from_lon_deg, line.from_lat_deg, line.to_lon_deg, line.to_lat_deg),
            line.mw, 2600.0 + 370.0 * (number % 9), ((number * 7) % 11) / 10.0,
            loss_share(line).share, price.cny_per_mwh if price else None, line.tier, loss_share(line).source,
        )  # fmt: skip
    for number, tie in enumerate(tables.interfaces_by(2030)):
        start, end = tables.node(tie.from_node), tables.node(tie.to_node)
        if start.adcode == end.adcode:
            continue
        answers[tie.id] = _corridor(
            tie.id, f"{start.name_zh}-{end.name_zh} {tie.kv:.0f} kV", f"{start.name_en}-{end.name_en} {tie.kv:.0f} kV",
            "ac", (tie.from_node, tie.to_node), (start.adcode, end.adcode),
            (start.lon_deg, start.lat_deg, end.lon_deg, end.lat_deg), tie.mw, 900.0 + 150.0 * (number % 7),
            ((number * 3) % 7) / 10.0, loss_share(tie).share, None, tie.tier, loss_share(tie).source,
        )  # fmt: skip
    return answers


def _corridor(
    id_: str, zh: str, en: str, kind: str, nodes: tuple[str, str], adcodes: tuple[int, int],
    ends: tuple[float, float, float, float], mw: float, hours: float, green: float, loss: float,
    tariff_cny_per_mwh: float | None, tier: str, source: str,
) -> CorridorResult:  # fmt: skip
    sent = mw * hours
    return CorridorResult.model_validate(
        {
            "id": id_, "name_zh": zh, "name_en": en, "kind": kind,
            "from_node": nodes[0], "to_node": nodes[1], "from_adcode": adcodes[0], "to_adcode": adcodes[1],
            "from_lon": ends[0], "from_lat": ends[1], "to_lon": ends[2], "to_lat": ends[3],
            "capacity_mw": mw, "sent_mwh": sent, "delivered_mwh": sent * (1 - loss), "loss_mwh": sent * loss,
            "reverse_sent_mwh": 0.0, "full_load_hours": hours, "green_share": green, "loss_share": loss,
            "loss_source": source, "tariff_cny_per_mwh": tariff_cny_per_mwh,
            "tariff_includes_loss": None if tariff_cny_per_mwh is None else False,
            "tariff_source": "" if tariff_cny_per_mwh is None else "NDRC", "tier": tier,
            "sale_cny": sent * PRICE_CNY_PER_MWH,
            "transmission_cny": None if tariff_cny_per_mwh is None else sent * (1 - loss) * tariff_cny_per_mwh,
            "loss_cny": sent * loss * PRICE_CNY_PER_MWH,
            "certificate_cny": sent * green * CERTIFICATE_CNY_PER_MWH,
            "carbon_value_cny": sent * green * 60.0,
            "cash_cny": sent * green * (PRICE_CNY_PER_MWH + CERTIFICATE_CNY_PER_MWH),
            "peak_loading": min(0.55 + hours / 12000.0, 1.0), "status": "in_service",
        }
    )  # fmt: skip


def _provinces(tables: Tables, corridors: dict[str, CorridorResult]) -> dict[str, ProvinceResult]:
    answers = {}
    lines = tuple(corridors.values())
    for adcode in dict.fromkeys(node.adcode for node in tables.nodes):
        own = [node for node in tables.nodes if node.adcode == adcode]
        coal = sum(node.coal_2020_mw for node in own)
        capacity = {
            "wind": 3_000.0 + 0.45 * coal, "pv": 5_000.0 + 0.5 * coal,
            "hydro": 60_000.0 if adcode in (510000, 530000) else 4_000.0,
            "nuclear": 18_000.0 if adcode in (440000, 350000, 330000) else 0.0, "coal": coal, "gas": 2_000.0,
        }  # fmt: skip
        generation = {t: mw * HOURS[t] for t, mw in capacity.items()}
        out = [c for c in lines if c.from_adcode == adcode]
        into = [c for c in lines if c.to_adcode == adcode]
        export, gain = sum(c.sent_mwh for c in out), sum(c.delivered_mwh for c in into)
        green_out = sum(c.sent_mwh * c.green_share for c in out)
        green_in = sum(c.delivered_mwh * c.green_share for c in into)
        receipts = green_out * (PRICE_CNY_PER_MWH + CERTIFICATE_CNY_PER_MWH)
        payments = sum(c.sent_mwh * c.green_share for c in into) * (
            PRICE_CNY_PER_MWH + CERTIFICATE_CNY_PER_MWH
        )
        made = sum(generation.values())
        gdp = sum(node.gdp_cny(2024) for node in own)
        answers[str(adcode)] = ProvinceResult(
            adcode=adcode,
            name_zh=PROVINCES[str(adcode)].name_zh,
            name_en=PROVINCES[str(adcode)].name_en,
            generation_mwh=made,
            generation_mwh_by_technology=generation,
            capacity_mw=capacity | {"battery": 0.08 * coal},
            load_mwh=made + gain - export - 1.0e6,
            import_mwh=gain,
            export_mwh=export,
            green_export_mwh=green_out,
            green_import_mwh=green_in,
            storage_loss_mwh=1.0e6,
            internal_loss_mwh=0.0,
            unserved_mwh=0.0,
            curtailment_rate=0.005 * (adcode // 10000 % 17),
            cash_cny=receipts - payments,
            receipts_cny=receipts,
            payments_cny=payments,
            gdp_cny=gdp,
            gdp_year=2024,
            gdp_share=(receipts - payments) / gdp,
        )
    return answers


def _bases(tables: Tables) -> dict[str, BaseResult]:
    rows = (
        ("kubuqi", "库布齐基地", "Kubuqi base", 150000, 109.6, 40.2, "mengxi-jingjinji", (5200.0, 7900.0, 4000.0, 0.0), 5100.0),
        ("hami", "哈密基地", "Hami base", 650000, 93.4, 43.3, "kunyu", (7300.0, 3900.0, 4000.0, 0.0), 3300.0),
        ("tengger", "腾格里（宁夏）基地", "Tengger (Ningxia) base", 640000, 105.3, 37.6, "zhongheng", (4100.0, 9200.0, 4640.0, 0.0), 7000.0),
        ("hexi", "河西基地", "Hexi base", 620000, 102.6, 38.2, "gansu-zhejiang", (6100.0, 6800.0, 4000.0, 0.0), 4200.0),
        ("qinghai", "青海海南基地", "Qinghai Hainan base", 630000, 100.6, 36.3, "qingyu", (4000.0, 10500.0, 0.0, 5600.0), 2600.0),
        ("yalong", "雅砻江水风光基地", "Yalong hydro-wind-PV base", 510000, 101.4, 28.6, "yahu", (1200.0, 5200.0, 0.0, 9000.0), 0.0),
    )  # fmt: skip
    designs = {d.base_id: d for d in tables.designs}
    answers = {}
    for id_, zh, en, adcode, lon, lat, corridor, (wind, pv, coal, hydro), storage in rows:
        capacity = {"wind": wind, "pv": pv, "coal": coal, "hydro": hydro, "battery": storage / 4.0}
        generation = {t: capacity[t] * HOURS[t] for t in ("wind", "pv", "coal", "hydro")}
        made = sum(generation.values())
        delivered = 0.94 * made
        investment = 1e3 * (5200.0 * wind + 3600.0 * pv + 3800.0 * coal) + 9e5 * storage
        annual = investment * 0.0802 + generation["coal"] * 260.0
        published = {
            "design": "风电 4 GW + 光伏 8 GW + 煤电 4 GW",
            "source": "public press",
            "tier": "published",
        }
        if id_ not in designs and id_ != "tengger":
            published = {}
        answers[id_] = BaseResult(
            id=id_, name_zh=zh, name_en=en, adcode=adcode, lon=lon, lat=lat, corridor_id=corridor,
            channel_mw=8000.0, capacity_mw=capacity, storage_mwh=storage, generation_mwh=generation,
            delivered_mwh=delivered, channel_full_load_hours=delivered / 8000.0,
            renewable_share=1.0 - generation["coal"] / made, curtailment_rate=0.06,
            lcoe_cny_per_mwh=annual / delivered, investment_cny=investment, annual_cost_cny=annual,
            npv_cny=delivered * 20.0 - 1.0e9, irr=0.064 if hydro == 0 else None, co2_t=generation["coal"] * 0.82,
            land_km2=wind * 0.02 + pv * 0.025, solver="HiGHS", gap=0.0, max_balance_residual_mw=1.1e-7,
            published=published,
        )  # fmt: skip
    return answers


def _power_flow() -> PowerFlowResult:
    hours = tuple(
        PowerFlowHour(
            hour=hour, label=label, time=time, converged=True, loss_mwh=loss, dispatch_loss_mwh=0.9 * loss,
            max_loading=loading, max_loading_line="610000-620000-750", min_voltage_pu=0.962, max_voltage_pu=1.071,
            max_flow_difference_mw=812.0, note="",
        )
        for hour, label, time, loss, loading in (
            (4938, "peak", "2030-07-25 18:00", 31_200.0, 0.91), (771, "trough", "2030-02-02 03:00", 14_800.0, 0.55),
            (4766, "transfer-1", "2030-07-18 14:00", 36_400.0, 0.97), (4790, "transfer-2", "2030-07-19 14:00", 36_100.0, 0.96),
        )
    )  # fmt: skip
    failed = hours[3].model_copy(
        update={"converged": False, "loss_mwh": None, "max_loading": None, "max_loading_line": None,
                "min_voltage_pu": None, "max_voltage_pu": None, "max_flow_difference_mw": None,
                "note": "不收敛：西北断面无功不足"}
    )  # fmt: skip
    ties = {
        "610000-620000-750": PowerFlowTie(
            sent_mwh=21.4e6, loss_mwh=0.31e6, max_loading=0.97, max_loading_hour=4766, hours_over=0,
            max_outage_loading=1.31, outage_hours_over=212, worst_outage="620000-640000-750", bridge=False,
        ),
        "620000-640000-750": PowerFlowTie(
            sent_mwh=30.2e6, loss_mwh=0.52e6, max_loading=1.12, max_loading_hour=4938, hours_over=41,
            max_outage_loading=1.12, outage_hours_over=41, worst_outage=None, bridge=True,
        ),
    }  # fmt: skip
    year = PowerFlowYear(
        hours=8760, converged=8760, loss_mwh=17.6e6, settled_loss_mwh=16.4e6, max_balance_pu=1e-9, check_mw=8e-5,
        ties=ties,
        losses={
            "610000-620000-750": LineLoss(kind="ac", physics_loss_mwh=0.31e6, settled_loss_mwh=0.36e6, sent_mwh=21.4e6)
        },
        outages=(
            PowerFlowOutage(
                kind="circuit", line="620000-640000-750", hour=4766, worst_tie="610000-620000-750", loading_before=0.97,
                loading_linear=1.31, loading_ac=1.29, solved=True, hours_over=212, lost_mw=2600.0,
            ),
        ),
        voltages={
            "620000": NodeVoltage(min_pu=0.962, min_bus="620000/750kV", min_hour=4766, max_pu=1.071,
                                  max_bus="620000/750kV", max_hour=771, hours_short=12, hours_surplus=0),
        },
    )  # fmt: skip
    return PowerFlowResult(
        hours=(*hours[:3], failed), converged=3, loss_mwh=82_400.0, max_loading=0.97, year=year
    )
