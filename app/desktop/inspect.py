"""Fills the inspector with a place, a corridor, a base or a province; no business rules of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.desktop.charts.data import Array, ScopeKind, balance, line_flow
from app.desktop.charts.look import LINE_COLOURS, SERIES_COLOURS, Look
from app.desktop.panels.inspector import Bars, Inspector, Line, Trace
from app.desktop.panels.results_tables import Columns
from app.desktop.state import WindowState
from app.desktop.texts import text
from gis_layers.boundary import province_at
from gis_layers.raster import sample
from planning.flow_words import OUTAGES, node_word, outage_effect
from planning.hourly import HourlyResult
from planning.results import BaseResult, CorridorResult, ProvinceResult, Summary
from planning.shipped_words import shipped_words
from planning.tables import load_tables
from planning.words import number, percent, plain_unit, term, unit
from resources import atlas
from resources.resource_data import EMBEDDED, TYPICAL_YEAR, Origin, ResourceData
from resources.served import GRADES, entry_at

YIELDS = (
    ("pv_yield", "kWh/kWp·a", 0, "pv_yield"),
    ("wind_cf", "", 3, "wind_cf"),
    ("complementarity", "", 2, "complementarity"),
)
"""Layers made by the hourly chain: id, unit shown, digits, explanation."""


def warm_up() -> None:
    """Read what the first look at a place needs (boundaries, climate), about 3 s: call it from a thread at the
    start, then a look takes a few milliseconds."""
    province_at(104.0, 36.0)
    atlas.climate_at([104.0], [36.0])
    for identity, *_ in YIELDS:
        if identity in atlas.layer_ids():
            atlas.read(identity)


def show_place(
    inspector: Inspector,
    state: WindowState,
    lon: float,
    lat: float,
    more: Sequence[Line] = (),
    data: ResourceData = EMBEDDED,
    about_data: str = "",
) -> None:
    """The monthly climate at a place in China; elsewhere only where it is.

    Parameters
    ----------
    more
        Values of the user's layers.
    data
        What the active scenario takes wind and sun from.
    about_data
        Why that is not what the scenario names.
    """
    language = state.language
    ref = province_at(lon, lat)
    where = f"{lon:.3f}E {lat:.3f}N"
    if ref is None:
        outside = [Line(text("outside", language), ""), *more]
        inspector.show_thing(where, outside, dark=state.dark, language=language)
        return
    climate = data.climate_at(np.array([lon]), np.array([lat]))
    ghi, wind = climate.ghi_monthly_kwh_per_m2[0], climate.wind_speed_monthly_ms[0]
    warmth = climate.temperature_monthly_c[0]

    def line(key: str, value: str, layer: str = "", how: str = "") -> Line:
        words = text(
            "charts.complementarity_index" if key == "complementarity" else f"charts.{key}", language
        )
        return Line(
            words, value, _behind(layer, state, entry_at(data, layer, lon, lat)) if layer else "", how
        )

    lines = [
        Line(text("province", language), ref.name_zh if language == "zh" else ref.name_en),
        line("elevation", f"{number(climate.elevation_m[0])} m", "elevation", "elevation"),
        line("ghi", f"{ghi.sum():,.0f} kWh/m²·a", "ghi_monthly", "ghi"),
        line("wind_100m", f"{wind.mean():.2f} m/s", "wind_speed_100m", "wind_100m"),
        line("speedup", f"{climate.wind_speedup[0]:.2f}", "wind_speedup", "speedup"),
        line("density", f"{climate.air_density_kg_per_m3[0]:.3f} kg/m³", "air_density", "density"),
        line("warmth", f"{number(float(warmth.mean()), 1)} °C", "temperature_monthly", "warmth"),
    ]
    for layer, shown, digits, how in YIELDS:
        if layer in atlas.layer_ids():
            value = float(sample(atlas.read(layer), [lon], [lat])[0][0])
            if not np.isnan(value):
                lines.append(line(layer, f"{number(value, digits)} {shown}".rstrip(), layer, how))
    hours = data.hours_at(climate)[0]
    if hours is not None:
        lines.append(
            Line(term("hourly_weather", language), f"{hours.id} · {hours.period}", _of_entry(hours, state))
        )
    lines += more
    bars = [
        Bars(text("charts.bars.ghi", language), ghi.tolist(), SERIES_COLOURS["pv"], "kWh/m²"),
        Bars(text("charts.bars.wind", language), wind.tolist(), SERIES_COLOURS["wind"], "m/s"),
        Bars(text("charts.bars.warmth", language), warmth.tolist(), "#c46b5a", "°C"),
    ]
    behind = [entry_at(data, layer, lon, lat) for layer in ("ghi_monthly", "wind_speed_100m")]
    worst = min((o.grade if o is not None else "reference" for o in behind), key=GRADES.index)
    grade = f"{text('grade', language)}: {text(f'grade.{worst}', language)}"
    own = ", ".join(dict.fromkeys(o.id for o in behind if o is not None))
    if own:
        grade = f"{grade} ({own})"
    if about_data:
        grade = f"{grade}\n{about_data}"
    inspector.show_thing(
        where, lines, bars, grade, state.dark, language=language, subject=("place", f"{lon:.5f},{lat:.5f}")
    )


def _of_entry(origin: Origin, state: WindowState) -> str:
    """Source, licence, period and grade of imported data."""
    language = state.language
    period = term("typical_year", language) if origin.period == TYPICAL_YEAR else origin.period
    grade = f"{text('grade', language)}: {text(f'grade.{origin.grade}', language)}"
    return "\n".join(
        part
        for part in (f"{origin.id}: {origin.source}", origin.licence, f"{period} · {grade}".lstrip(" ·"))
        if part
    )


def _behind(layer: str, state: WindowState, own: Origin | None = None) -> str:
    """Source, period and grade of a layer, or of the imported data in its place."""
    if own is not None:
        return _of_entry(own, state)
    info = atlas.layer(layer)
    grade = text(f"grade.{info.grade}", state.language)
    zh = state.language == "zh"
    source, period = (info.source_zh, info.period_zh) if zh else (info.source, info.period)
    return f"{source}\n{period} · {text('grade', state.language)}: {grade}"


def traces_of(hourly: HourlyResult | None, kind: str, identity: str, look: Look) -> list[Trace]:
    """The hours of a corridor, base or province for the week's chart; none where the run has none."""
    if hourly is None:
        return []
    shown, language = look.unit("power_mw"), look.language

    def trace(name: str, values: Array, colour: str) -> Trace:
        return Trace(name, values * look.value(1.0, "power_mw"), colour, shown)

    if kind == "corridor":
        flow = line_flow(hourly, identity)
        if flow is None:
            return []
        return [trace(text("charts.line_flow", language), flow, LINE_COLOURS[0])]
    scope: ScopeKind = "base" if kind == "base" else "province"
    b = balance(hourly, scope, identity)
    if b is None:
        return []
    first = (
        trace(text("charts.sent_out", language), b.sent, "")
        if scope == "base"
        else trace(text("charts.load", language), b.load, "")
    )
    own = [trace(term(t, language), b.supply[t], SERIES_COLOURS[t]) for t in ("wind", "pv") if t in b.supply]
    return [first, *own]


def show_selected(inspector: Inspector, state: WindowState) -> None:
    """The corridor, base or province that is selected."""
    summary = state.summary
    if summary is None or state.selected is None:
        return
    kind, identity = state.selected
    c = Columns(state.language, state.units)
    foot = text("charts.source", state.language, grade=term(summary.grade, state.language))
    thing: CorridorResult | BaseResult | ProvinceResult
    if kind == "corridor" and identity in summary.corridors:
        thing = summary.corridors[identity]
        lines = [*_corridor(thing, c), *_outages(summary, identity, c), *_own_outages(summary, identity, c)]
    elif kind == "base" and identity in summary.bases:
        thing = summary.bases[identity]
        lines = _base(thing, c)
        if thing.published.get("design"):
            design = shipped_words(thing.published["design"], c.language)
            foot = f"{foot}\n{term('published', c.language)}: {design}"
    elif kind == "province" and identity in summary.provinces:
        thing = summary.provinces[identity]
        lines = [*_province(thing, c), *_voltages(summary, thing.adcode, c)]
    else:
        return
    inspector.show_thing(
        thing.name_zh if state.language == "zh" else thing.name_en,
        lines,
        foot=foot,
        dark=state.dark,
        language=state.language,
        traces=traces_of(inspector.hourly, kind, identity, Look(state.language, state.units, state.dark)),
        subject=(kind, identity),
    )


def _corridor(line: CorridorResult, c: Columns) -> list[Line]:
    tier = term("published_tier" if line.tier == "published" else line.tier, c.language)
    tariff = f"{shipped_words(line.tariff_source, c.language)}\n{term('tier', c.language)}: {tier}"
    loss = f"{shipped_words(line.loss_source, c.language)}\n{term('tier', c.language)}: {tier}"
    return [
        Line(
            text("charts.capacity", c.language),
            f"{c.figure(line.capacity_mw, 'power_mw').shown} {c.unit('power_mw')}",
            "",
            "line_capacity",
        ),
        _figure(c, "sent", line.sent_mwh, "energy_mwh", how="sent"),
        _figure(c, "delivered", line.delivered_mwh, "energy_mwh", how="delivered"),
        Line(term("loss_share", c.language), percent(line.loss_share, 2), loss, "loss_share"),
        Line(
            term("full_load_hours", c.language),
            f"{line.full_load_hours:,.0f} {plain_unit('h', c.language)}",
            "",
            "full_load_hours",
        ),
        Line(term("green_share", c.language), percent(line.green_share), "", "green_share"),
        _figure(c, "tariff", line.tariff_cny_per_mwh, "price_cny_per_mwh", tariff, "tariff")
        if line.tariff_cny_per_mwh is not None
        else Line(term("tariff", c.language), c.tariff(None).shown, tariff, "tariff"),
        _figure(c, "receipts", line.cash_cny, "money_cny", how="receipts"),
        Line(term("tier", c.language), tier),
    ]


def _own_outages(summary: Summary, line: str, c: Columns) -> list[Line]:
    """What the loss of a circuit or all, of a pole or both, does in its worst hour."""
    year = summary.power_flow.year
    named = {k: x.name_zh if c.language == "zh" else x.name_en for k, x in summary.corridors.items()}
    lines = []
    for o in year.outages if year is not None else ():
        if o.line != line:
            continue
        loading = o.loading_ac if o.loading_ac is not None else o.loading_linear
        effect = outage_effect(o, named, c.language)
        said = f"{effect} {percent(loading)}" if o.worst_tie is not None and not o.cut_off else effect
        over = f"{text('national.n1_hours', c.language)} {number(o.hours_over)}"
        lost = f"{c.figure(o.lost_mw, 'power_mw').shown} {c.unit('power_mw')}"
        hint = f"{over}; {text('outage.own_lost', c.language)} {lost}"
        part = OUTAGES[o.kind][0 if c.language == "zh" else 1]
        lines.append(Line(text("outage.own", c.language, part=part), said, hint, "outage"))
    return lines


def _voltages(summary: Summary, adcode: int, c: Columns) -> list[Line]:
    """Lowest and highest voltage of each node of a province over the year."""
    year = summary.power_flow.year
    own = [n.node_id for n in load_tables().nodes if n.adcode == adcode]
    lines = []
    for node in own if year is not None else ():
        v = year.voltages.get(node) if year is not None else None
        if v is None:
            continue
        name = text("voltage.range", c.language)
        if len(own) > 1:
            name = f"{name}, {node_word(node, c.language)}"
        lines.append(Line(name, f"{v.min_pu:.3f} – {v.max_pu:.3f} p.u.", "", "voltage"))
    return lines


def _outages(summary: Summary, line: str, c: Columns) -> list[Line]:
    """Of an AC tie: the year's highest loading, and what single outages do to it."""
    tie = summary.power_flow.year.ties.get(line) if summary.power_flow.year is not None else None
    if tie is None:
        return []
    worst = summary.corridors.get(tie.worst_outage or "")
    name = tie.worst_outage or "–"
    if worst is not None:
        name = worst.name_zh if c.language == "zh" else worst.name_en
    hours = f"{tie.outage_hours_over:,} {plain_unit('h', c.language)}"
    return [
        Line(text("national.peak", c.language), percent(tie.max_loading), "", "tie_peak"),
        Line(text("national.n1", c.language), percent(tie.max_outage_loading), "", "tie_n1"),
        Line(text("national.n1_hours", c.language), hours, "", "tie_n1"),
        Line(text("national.worst", c.language), name),
    ]


def _base(base: BaseResult, c: Columns) -> list[Line]:
    return [
        *(_figure(c, t, mw, "power_mw", how="sized") for t, mw in base.capacity_mw.items() if mw > 0),
        _figure(c, "storage", base.storage_mwh, "storage_mwh", how="sized"),
        _figure(c, "channel", base.channel_mw, "power_mw", how="line_capacity"),
        _figure(c, "sent", base.delivered_mwh, "energy_mwh", how="base_delivered"),
        Line(term("renewable_share", c.language), percent(base.renewable_share), "", "renewable_share"),
        Line(term("curtailment_rate", c.language), percent(base.curtailment_rate), "", "curtailment_rate"),
        _figure(c, "lcoe", base.lcoe_cny_per_mwh, "price_cny_per_mwh", how="lcoe"),
        _figure(c, "investment", base.investment_cny, "money_cny", how="investment"),
        Line(term("irr", c.language), percent(base.irr), "", "irr"),
    ]


def _province(p: ProvinceResult, c: Columns) -> list[Line]:
    gdp = f"{term('gdp', c.language)} {p.gdp_year}"
    return [
        *(_figure(c, t, mw, "power_mw", how="fleet") for t, mw in p.capacity_mw.items() if mw > 0),
        _figure(c, "generation", p.generation_mwh, "energy_mwh", how="dispatched"),
        _figure(c, "load", p.load_mwh, "energy_mwh", how="load"),
        _figure(c, "import", p.import_mwh, "energy_mwh", how="dispatched"),
        _figure(c, "export", p.export_mwh, "energy_mwh", how="dispatched"),
        Line(term("curtailment_rate", c.language), percent(p.curtailment_rate), "", "curtailment_rate"),
        _figure(c, "cash", p.cash_cny, "money_cny", how="cash"),
        Line(f"{term('gdp_share', c.language)} ({p.gdp_year})", percent(p.gdp_share, 2), gdp, "gdp_share"),
    ]


def _figure(c: Columns, key: str, value: float | None, kind: str, hint: str = "", how: str = "") -> Line:
    """A figure in the reader's unit; a missing one is a dash without a unit."""
    shown = c.figure(value, kind).shown
    if value is not None:
        shown = f"{shown} {unit(kind, c.units, c.language)}"
    return Line(term(key, c.language), shown, hint, how)
