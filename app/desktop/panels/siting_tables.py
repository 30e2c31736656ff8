"""The tables of a siting: account of the rules, candidate sites, sites side by side; in the reader's units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Final, cast

from app.desktop.panels.results_tables import Columns, tier_words
from app.desktop.panels.table import Cell, TableContent
from app.desktop.texts import text
from planning.shipped_words import shipped_words
from planning.siting.candidates import Candidate
from planning.siting.compare import compare_candidates
from planning.words import percent, plain_unit, term

Row = Mapping[str, Any]
SUM_ROWS: Final = ("+taken", "+left", "+area")
MOST_COMPARED: Final = 8
UNPICKED: Final = 5
"""Sites compared while fewer than two are selected, the cheapest."""
_KINDS: Final = {
    "CNY/MWh": "price_cny_per_mwh", "MW": "power_mw", "MWh": "energy_mwh", "CNY": "money_cny", "t": "co2_t",
}  # fmt: skip


def audit_table(audit: Sequence[Row], technology: str, area_km2: float, c: Columns) -> TableContent:
    """What each rule took of one technology's land, and that it adds up to the area."""
    rows, ids = [], []
    own = [row for row in audit if row["technology"] == technology]
    for row in own:
        name = c.words(row["title_zh"], row["title_en"])
        if not row["applied"]:
            words = text("siting.not_applied", c.language)
            none = Cell("–", float("-inf"))
            cells = (name, none, Cell(words, 0.0, words), none, c.number(row["left_km2"], 1), none)
        else:
            cells = (
                name,
                c.number(row["alone_km2"], 1),
                c.number(row["in_order_km2"], 1),
                c.share(row["in_order_km2"] / area_km2),
                c.number(row["left_km2"], 1),
                c.number(row["nodata_km2"], 1),
            )
        rows.append((*cells, c.number(row["buffer_m"]), _data(row, c), _tier(row["tier"], c)))
        ids.append(row["rule"])
    taken = sum(row["in_order_km2"] for row in own)
    left = own[-1]["left_km2"] if own else area_km2
    none, blank = Cell("–", float("-inf")), Cell("", "")
    for identity, key, km2 in zip(
        SUM_ROWS, ("audit_sum", "audit_left", "audit_area"), (taken, left, taken + left), strict=True
    ):
        words = text(f"siting.{key}", c.language)
        rows.append(
            (
                Cell(words, words), none, c.number(km2, 1), c.share(km2 / area_km2), none, none, none, blank, blank,
            )
        )  # fmt: skip
        ids.append(identity)

    def head(key: str, unit: str = "") -> str:
        name = text(f"siting.{key}", c.language)
        return c.plain(name, unit) if unit else name

    headers = (
        head("rule"), head("alone", "km²"), head("in_order", "km²"), head("share_of_area"), head("left_share", "km²"),
        head("no_value", "km²"), head("buffer", "m"), head("data"), head("source"),
    )  # fmt: skip
    return TableContent(headers, tuple(rows), tuple(ids))


def _data(row: Row, c: Columns) -> Cell:
    if not row["applied"]:
        return Cell("–", "")
    words = shipped_words(row["source"], c.language)
    grade = f" · {term(row['grade'], c.language)}" if row["grade"] else ""
    return Cell(f"{words}{grade}", words, f"{words}{grade}")


def _tier(tier: str, c: Columns) -> Cell:
    words = tier_words(tier, c.language)
    return Cell(words, words)


def sites_table(document: Mapping[str, Any], c: Columns) -> TableContent:
    """All sites, cheapest first."""
    technologies = [t for t in ("wind", "pv", "csp") if t in document["capacity_mw"]]
    rows = []
    for site in document["candidates"]:
        link, name = site["connection"], c.words(site["name_zh"], site["name_en"])
        own = [site["technologies"].get(t) for t in technologies]
        rows.append(
            (
                Cell(f"{site['id']} {name.shown}", site["id"]),
                c.figure(site["lcoe_cny_per_mwh"], "price_cny_per_mwh"),
                c.number(site["rank_lcoe"]),
                c.number(site["suitability"], 2),
                c.number(site["rank_suitability"]),
                c.figure(site["capacity_mw"], "power_mw"),
                *(c.figure(s["capacity_mw"] if s else None, "power_mw") for s in own),
                *(c.number(s["full_load_hours"] if s else None) for s in own),
                c.figure(site["lcoe_plant_cny_per_mwh"], "price_cny_per_mwh"),
                c.figure(site["delivered_mwh_per_year"], "energy_mwh"),
                c.number(site["land_km2"]),
                c.words(link["target_zh"], link["target_en"]) if link else _words("no_way", c),
                c.number(link["km"] if link else None),
                _line(link, c),
                c.figure(site["investment_cny"], "money_cny"),
                c.figure(site["chosen_mw"] or None, "power_mw"),
            )
        )

    def head(key: str, kind: str = "", unit: str = "") -> str:
        name = text(f"siting.{key}", c.language)
        if kind:
            return f"{name}\n{c.header('capacity', kind).split(chr(10))[1]}"
        return c.plain(name, unit) if unit else name

    headers = (
        head("site"), head("lcoe_link", "price_cny_per_mwh"), head("rank_lcoe"),
        term("suitability", c.language), head("rank_suitability"), c.header("capacity", "power_mw"),
        *(c.header(t, "power_mw") for t in technologies),
        *(c.plain(hours_words(t, c), "h/a") for t in technologies),
        head("lcoe_plant", "price_cny_per_mwh"), head("delivered", "energy_mwh"),
        c.plain(term("eligible_land", c.language), "km²"), head("target"), head("way", unit="km"), head("voltage"),
        c.header("investment", "money_cny"), head("chosen", "power_mw"),
    )  # fmt: skip
    return TableContent(headers, tuple(rows), tuple(site["id"] for site in document["candidates"]))


def hours_words(technology: str, c: Columns) -> str:
    return text("siting.hours_of", c.language, technology=term(technology, c.language))


def _words(key: str, c: Columns) -> Cell:
    words = text(f"siting.{key}", c.language)
    return Cell(words, words)


def _line(link: Mapping[str, Any] | None, c: Columns) -> Cell:
    if link is None:
        return Cell("–", float("-inf"))
    words = f"{link['kv']:g} {plain_unit('kV', c.language)} × {link['circuits']}"
    return Cell(words, float(link["kv"]))


def compared(document: Mapping[str, Any], picked: Sequence[str]) -> tuple[str, ...]:
    """Sites to compare: those selected, or the cheapest while fewer than two are."""
    known = [site["id"] for site in document["candidates"]]
    chosen = [one for one in known if one in set(picked)]
    return tuple(chosen[:MOST_COMPARED] if len(chosen) > 1 else known[:UNPICKED])


def compare_table(document: Mapping[str, Any], ids: Sequence[str], c: Columns) -> TableContent:
    """A row a figure, a column a site; the best of a row has a star."""
    held = {site["id"]: site for site in document["candidates"]}
    sites = [held[one] for one in ids]
    column = 0 if c.language == "zh" else 1
    rows, keys = [], []
    for row in compare_candidates([_as_candidate(site) for site in sites]):
        kind = _KINDS.get(row.unit, "")
        name = (row.zh, row.en)[column]
        unit = c.header("capacity", kind).split("\n")[1] if kind else plain_unit(row.unit, c.language)
        title = f"{name} ({unit})" if unit and unit != "1" else name
        values = row.values
        if row.key == "target":
            key = "target_zh" if c.language == "zh" else "target_en"
            values = tuple(s["connection"][key] if s["connection"] else None for s in sites)
        cells = [_compared(v, row.key, kind, row.unit, at in row.best, c) for at, v in enumerate(values)]
        rows.append((Cell(title, title), *cells))
        keys.append(row.key)
    names = [f"{s['id']}\n{s['name_zh' if c.language == 'zh' else 'name_en']}" for s in sites]
    return TableContent((text("siting.figure", c.language), *names), tuple(rows), tuple(keys))


def _compared(value: float | str | None, key: str, kind: str, unit: str, best: bool, c: Columns) -> Cell:
    if isinstance(value, str):
        return Cell(value, value)
    if kind:
        cell = c.figure(value, kind)
    elif unit == "1":
        cell = Cell(percent(value, 1), value if value is not None else float("-inf"))
    else:
        cell = c.number(value, 2 if key in ("suitability", "correlation") else 0)
    return Cell(f"★ {cell.shown}", cell.key) if best else cell


def _as_candidate(site: Mapping[str, Any]) -> Candidate:
    """What `compare_candidates` reads of a site, from the document of one."""
    link = site["connection"]
    shares = {name: SimpleNamespace(**one) for name, one in site["technologies"].items()}
    connection = None
    if link is not None:
        connection = SimpleNamespace(
            target=SimpleNamespace(name_zh=link["target_zh"], name_en=link["target_en"]),
            km=link["km"],
            line=SimpleNamespace(kv=link["kv"], investment_cny=link["investment_cny"]),
        )
    return cast(
        Candidate,
        SimpleNamespace(
            id=site["id"],
            lcoe_cny_per_mwh=site["lcoe_cny_per_mwh"],
            lcoe_plant_cny_per_mwh=site["lcoe_plant_cny_per_mwh"],
            suitability=site["suitability"],
            capacity_mw=site["capacity_mw"],
            shares=shares,
            delivered_mwh=site["delivered_mwh_per_year"],
            land_km2=site["land_km2"],
            connection=connection,
            loss_share=link["loss_share"] if link else None,
            correlation=site["wind_sun_correlation"],
            low_share=site["low_output_hours_share"],
            co2_saved_t=site["co2_saved_t_per_year"],
            investment_cny=site["investment_cny"],
        ),
    )
