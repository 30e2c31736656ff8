"""Every figure of a line with its unit, year, source and tier: what the command line and the window show.

What no document gives is missing, never 0; what the program puts in its place stands beside it as an estimate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gis_layers.provenance import Tier
from planning.corridors import AC_KINDS, Corridor, Interface, loss_share, physics_loss_share, tariff
from planning.operating_rules import operating_rule

Value = float | int | str | bool | tuple[float, ...] | None

_ROW = (
    "kind", "kv", "mw", "km", "from_node", "to_node", "status", "date", "bidirectional", "supply", "matched_sources",
)  # fmt: skip
_PLACES = ("from_lon_deg", "from_lat_deg", "to_lon_deg", "to_lat_deg")
_UNITS = {
    "kv": "kV", "mw": "MW", "km": "km", "investment_cny": "CNY", "ramp_share_per_h": "1/h",
    "annual_full_load_hours": "h/a", "tariff_cny_per_mwh": "CNY/MWh", "estimated_tariff_cny_per_mwh": "CNY/MWh",
    "capacity_tariff_cny_per_kw_year": "CNY/(kW a)",
    **dict.fromkeys(_PLACES, "°"),
}  # fmt: skip
_SHARES = ("approved_loss_share", "physics_loss_share", "min_power_share", "day_curve")
PLACES_SOURCE = "end points approximate"
GENERAL_SOURCE = "general knowledge, unverified"
SUPPLY_SOURCE = "told from the matched sources"
PHYSICS_SOURCE = "estimate: converters and I2R of the line"
PHYSICS_AC_SOURCE = "estimate: I2R of the AC circuits at surge impedance loading"
CAPABILITY_SOURCE = "estimate: circuits but one at surge impedance loading, St Clair multiple of the length"
REACTANCE_SOURCE = "estimate: textbook values of the line types, with transformers, at 500 kV"
FEATURES: tuple[str, ...] = (
    *_ROW, "circuits", *_PLACES, "investment_cny", "approved_loss_share", "physics_loss_share", "tariff_cny_per_mwh",
    "tariff_includes_loss", "capacity_tariff_cny_per_kw_year", "tariff_document", "tariff_status", "tariff_valid_from", "tariff_valid_to",
    "estimated_tariff_cny_per_mwh", "rule", "min_power_share", "ramp_share_per_h", "day_curve",
    "annual_full_load_hours",
)  # fmt: skip
"""The figures of a line, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a line."""

    value: Value
    """None: missing; nobody may show it as 0."""
    unit: str
    """'1' of a share, '' of a word."""
    year: str
    """The figure stands for; '' where the source does not say."""
    source: str
    tier: Tier | None
    """None where the figure is missing."""

    @property
    def missing(self) -> bool:
        return self.value is None


def corridor_figures(line: Corridor) -> dict[str, Figure]:
    """The figures of a line by name, in the order of `FEATURES`; what does not apply to it is left out.

    `approved_loss_share` is the settlement loss of the document, `physics_loss_share` that of the line itself, side by
    side. `tariff_cny_per_mwh` is the document's and missing without one; then `estimated_tariff_cny_per_mwh` is what
    the program works with.
    """
    figures = {name: _row(line, name, getattr(line, name) or None) for name in _ROW}
    # "false" is an answer, 0 km is the length of a back-to-back station, and neither is missing.
    figures["km"] = _row(line, "km", line.km)
    reverses = _row(line, "bidirectional", line.bidirectional)
    told = line.status == "own" or "bidirectional" in line.changed_fields
    figures["bidirectional"] = reverses if told else _with(reverses, GENERAL_SOURCE, "estimated")
    if not figures["supply"].missing:
        figures["supply"] = _with(figures["supply"], SUPPLY_SOURCE, "estimated")
    if line.kind in AC_KINDS:
        figures["circuits"] = _row(line, "circuits", line.circuits)
    for name in _PLACES:
        place = _row(line, name, getattr(line, name))
        figures[name] = place if line.status == "own" else _with(place, PLACES_SOURCE, "estimated")
    figures["investment_cny"] = _row(line, "investment_cny", line.investment_cny)
    figures |= _money(line)
    if line.kind not in ("uhvac", "ac"):
        figures |= _operation(line)
    return {name: figures[name] for name in FEATURES if name in figures}


def tie_figures(tie: Interface) -> dict[str, Figure]:
    """The figures of an AC tie by name, as `corridor_figures`: its capability and impedance are of all circuits.

    The capability is a stated one or that of `interface_capability_mw`; the reactance, with transformers and series
    capacitors, is that of the power flow (`planning.network.model.Tie`), at 500 kV.
    """
    from planning.network.model import Tie

    year, stated = tie.date[:4], tie.stated_mw is not None
    loss = loss_share(tie)
    ohm = Tie(tie.id, 0, 1, tie.kv, tie.circuits, tie.km, tie.mw).series_ohm[1]
    told = {
        name: Figure(getattr(tie, name), _unit(name), year, tie.source, tie.tier)
        for name in ("kv", "circuits", "km", "from_node", "to_node", "date")
    }
    capability = Figure(
        tie.mw, "MW", year, tie.source if stated else CAPABILITY_SOURCE, tie.tier if stated else "estimated"
    )
    return {
        "kind": Figure("tie", "", year, tie.source, tie.tier),
        "kv": told["kv"],
        "mw": capability,
        **{name: told[name] for name in ("km", "from_node", "to_node", "date", "circuits")},
        "physics_loss_share": Figure(loss.share, "1", "", loss.source, loss.tier),
        "reactance_ohm": Figure(ohm, "ohm", "", REACTANCE_SOURCE, "estimated"),
    }


def document_year(document: str) -> str:
    """The year a document's number names: 2019 of 发改价格〔2019〕842号; '' where it names none."""
    found = re.search(r"(?<!\d)(20\d\d)(?!\d)", document)
    return found[1] if found else ""


def _row(line: Corridor, name: str, value: Value) -> Figure:
    """A column of the row, by the source that gave it."""
    if value is None:
        return Figure(None, _unit(name), "", "", None)
    if name in line.changed_fields:
        return Figure(value, _unit(name), "", line.changed_source, line.changed_tier)
    tier: Tier = "estimated" if name in line.estimated_fields else line.table_tier or line.tier
    source = line.source.removesuffix(f"; {PLACES_SOURCE}")
    if name in line.estimated_fields and line.note:
        source = f"{source}; {line.note}"
    return Figure(value, _unit(name), line.date[:4], source, tier)


def _with(figure: Figure, source: str, tier: Tier) -> Figure:
    return Figure(figure.value, figure.unit, figure.year, source, tier)


def _unit(name: str) -> str:
    return "1" if name in _SHARES else _UNITS.get(name, "")


def _money(line: Corridor) -> dict[str, Figure]:
    """Losses and price, of the document and of the program's own estimate."""
    year, tier = document_year(line.tariff_document), line.tariff_tier or "published"
    own = line.status == "own"
    source = line.source if own else f"{line.tariff_document} ({line.tariff_status})"
    # A scenario's own price has a source, but no document that says from when to when it holds.
    stated = not own and "tariff_cny_per_mwh" not in line.changed_fields

    def told(name: str, value: Value) -> Figure:
        if value is None:
            return Figure(None, _unit(name), "", "", None)
        if name in line.changed_fields:
            return Figure(value, _unit(name), "", line.changed_source, line.changed_tier)
        return Figure(value, _unit(name), year, source, tier)

    incl, excl = line.tariff_incl_loss_cny_per_mwh, line.tariff_excl_loss_cny_per_mwh
    on_file = incl if incl is not None else excl
    physics = PHYSICS_AC_SOURCE if line.kind in AC_KINDS else PHYSICS_SOURCE
    estimate = tariff(line) if on_file is None else None
    figures = {
        "approved_loss_share": told(
            "approved_loss_share", None if line.loss_pct is None else line.loss_pct / 100.0
        ),
        "physics_loss_share": Figure(physics_loss_share(line), "1", "", physics, "estimated"),
        "tariff_cny_per_mwh": told("tariff_cny_per_mwh", on_file),
        "tariff_includes_loss": told("tariff_includes_loss", None if on_file is None else incl is not None),
    }
    if line.capacity_tariff_cny_per_kw_year is not None:
        figures["capacity_tariff_cny_per_kw_year"] = told(
            "capacity_tariff_cny_per_kw_year", line.capacity_tariff_cny_per_kw_year
        )
    for name in ("tariff_document", "tariff_status", "tariff_valid_from", "tariff_valid_to"):
        figures[name] = told(name, (getattr(line, name) or None) if stated else None)
    if estimate is not None:
        figures["estimated_tariff_cny_per_mwh"] = Figure(
            estimate.cny_per_mwh, "CNY/MWh", "", estimate.source, estimate.tier
        )
    return figures


def _operation(line: Corridor) -> dict[str, Figure]:
    rule = operating_rule(line)

    def told(name: str, value: Value) -> Figure:
        if value is None:
            return Figure(None, _unit(name), "", "", None)
        return Figure(value, _unit(name), "", rule.source, rule.tier)

    figures = {
        "rule": told("rule", rule.rule),
        "min_power_share": told("min_power_share", rule.min_power_share),
        "annual_full_load_hours": told("annual_full_load_hours", rule.annual_full_load_hours),
    }
    # No ramp is no limit, and a line that is free has no curve: neither is a figure that is missing.
    if rule.ramp_share_per_h is not None:
        figures["ramp_share_per_h"] = told("ramp_share_per_h", rule.ramp_share_per_h)
    if rule.day_curve is not None:
        figures["day_curve"] = told("day_curve", rule.day_curve)
    return figures
