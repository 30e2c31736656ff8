"""Fills the inspector with a place, a corridor, a base or a province; no business rules of its own."""

from __future__ import annotations

from app.desktop.panels.inspector import Bars, Inspector, Line
from app.desktop.panels.results import Columns
from app.desktop.state import WindowState
from app.desktop.texts import text
from gis_layers.boundary import province_at
from planning.words import percent, term, unit
from resources import atlas


def show_place(inspector: Inspector, state: WindowState, lon: float, lat: float) -> None:
    """The monthly climate at a place in China; elsewhere only where it is."""
    language = state.language
    ref = province_at(lon, lat)
    where = f"{lon:.3f}E {lat:.3f}N"
    if ref is None:
        inspector.show_thing(where, [Line(text("outside", language), "")], dark=state.dark)
        return
    climate = atlas.climate_at([lon], [lat])
    zh = language == "zh"
    ghi, wind = climate.ghi_monthly_kwh_per_m2[0], climate.wind_speed_monthly_ms[0]
    source = {
        name: atlas.layer(name).source for name in ("ghi_monthly", "wind_speed_100m", "temperature_monthly")
    }
    lines = [
        Line(text("province", language), ref.name_zh if zh else ref.name_en),
        Line("海拔" if zh else "elevation", f"{climate.elevation_m[0]:,.0f} m"),
        Line("水平面总辐照量" if zh else "GHI", f"{ghi.sum():,.0f} kWh/m²·a", source["ghi_monthly"]),
        Line("100 m 风速" if zh else "wind at 100 m", f"{wind.mean():.2f} m/s", source["wind_speed_100m"]),
        Line("场址增速比" if zh else "speed-up of sites", f"{climate.wind_speedup[0]:.2f}"),
        Line("空气密度" if zh else "air density", f"{climate.air_density_kg_per_m3[0]:.3f} kg/m³"),
        Line(
            "年均气温" if zh else "mean temperature",
            f"{climate.temperature_monthly_c[0].mean():.1f} °C",
            source["temperature_monthly"],
        ),
    ]
    bars = [
        Bars("逐月总辐照 kWh/m²" if zh else "monthly GHI, kWh/m²", ghi.tolist(), "#e8b23a"),
        Bars("逐月风速 m/s" if zh else "monthly wind, m/s", wind.tolist(), "#4f9bb8"),
    ]
    grade = f"{text('grade', language)}: {text('grade.reference', language)}"
    inspector.show_thing(where, lines, bars, grade, state.dark)


def show_selected(inspector: Inspector, state: WindowState) -> None:
    """The corridor, base or province that is selected."""
    if state.summary is None or state.selected is None:
        return
    kind, identity = state.selected
    c = Columns(state.language, state.units)

    def figure(key: str, value: float | None, of: str) -> Line:
        return Line(term(key, c.language), f"{c.figure(value, of).shown} {unit(of, c.units, c.language)}")

    zh = state.language == "zh"
    foot = text("modelled", state.language)
    if kind == "corridor":
        line = state.summary.corridors[identity]
        lines = [
            figure("capacity", line.capacity_mw, "power_mw"),
            figure("sent", line.sent_mwh, "energy_mwh"),
            figure("delivered", line.delivered_mwh, "energy_mwh"),
            Line(term("loss_share", c.language), percent(line.loss_share, 2), line.loss_source),
            Line(term("full_load_hours", c.language), f"{line.full_load_hours:,.0f} h"),
            Line(term("green_share", c.language), percent(line.green_share)),
            figure("tariff", line.tariff_cny_per_mwh, "price_cny_per_mwh"),
            figure("receipts", line.cash_cny, "money_cny"),
            Line(term("tier", c.language), line.tier),
        ]
        inspector.show_thing(line.name_zh if zh else line.name_en, lines, foot=foot, dark=state.dark)
    elif kind == "base":
        base = state.summary.bases[identity]
        lines = [figure_of(c, t, mw) for t, mw in base.capacity_mw.items()]
        lines += [
            figure("storage", base.storage_mwh, "storage_mwh"),
            figure("channel", base.channel_mw, "power_mw"),
            figure("delivered", base.delivered_mwh, "energy_mwh"),
            Line(term("renewable_share", c.language), percent(base.renewable_share)),
            Line(term("curtailment_rate", c.language), percent(base.curtailment_rate)),
            figure("lcoe", base.lcoe_cny_per_mwh, "price_cny_per_mwh"),
            figure("investment", base.investment_cny, "money_cny"),
            Line(term("irr", c.language), percent(base.irr)),
        ]
        published = base.published.get("design", "")
        foot = f"{foot}\n{term('published', c.language)}: {published}" if published else foot
        inspector.show_thing(base.name_zh if zh else base.name_en, lines, foot=foot, dark=state.dark)
    elif kind == "province":
        province = state.summary.provinces[identity]
        lines = [figure_of(c, t, mw) for t, mw in province.capacity_mw.items() if mw > 0]
        lines += [
            figure("generation", province.generation_mwh, "energy_mwh"),
            figure("load", province.load_mwh, "energy_mwh"),
            figure("import", province.import_mwh, "energy_mwh"),
            figure("export", province.export_mwh, "energy_mwh"),
            figure("cash", province.cash_cny, "money_cny"),
            Line(f"{term('gdp_share', c.language)} ({province.gdp_year})", percent(province.gdp_share, 2)),
        ]
        name = province.name_zh if zh else province.name_en
        inspector.show_thing(name, lines, foot=foot, dark=state.dark)


def figure_of(c: Columns, technology: str, mw: float) -> Line:
    """Capacity of one technology."""
    return Line(
        term(technology, c.language),
        f"{c.figure(mw, 'power_mw').shown} {unit('power_mw', c.units, c.language)}",
    )
