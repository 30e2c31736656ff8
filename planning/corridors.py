"""The long-distance lines and the AC ties between provinces: power, loss and price of each, with its source.

A loss or a tariff that no document gives is estimated by a stated rule and says so in its tier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import BeforeValidator, Field, field_validator

from gis_layers.provenance import Tier
from planning.table_rows import Row

CorridorKind = Literal["lcc", "vsc", "hybrid", "b2b", "uhvac", "radial_ac", "ac"]
"""ac: a scenario's own AC line; the AC lines of the table are parts of its ties."""
Status = Literal["in_service", "under_construction", "planned", "own"]
"""own: of a scenario, not of the table (`scenario_lines`)."""
Supply = Literal["hydro", "hydro_renewable", "coal", "coal_hydro", "coal_renewable", "renewable", "exchange"]
"""What the plants behind a line burn or catch; renewable is wind and sun, exchange no plants of its own."""


def _numbers(value: object) -> object:
    """A cell with numbers as one types them, spaces between."""
    return tuple(value.split()) if isinstance(value, str) else value


DayCurve = Annotated[
    tuple[Annotated[float, Field(ge=0, le=1)], ...],
    BeforeValidator(_numbers),
    Field(min_length=24, max_length=24),
]
"""24 shares, hour 0 is 0:00-1:00 UTC+8."""
Share = Annotated[float, Field(ge=0, le=1)]

AC_KINDS: tuple[CorridorKind, ...] = ("uhvac", "radial_ac", "ac")


class Corridor(Row):
    """A line of `corridors.csv`: DC, back-to-back, 1,000 kV AC, or AC from plants tied to a foreign grid."""

    id: str
    name_zh: str
    name_en: str
    kind: CorridorKind
    kv: Annotated[float, Field(gt=0)]
    mw: Annotated[float, Field(gt=0)] | None = None
    """Rated power at the sending end; None where no document gives one (some 1,000 kV AC lines)."""
    km: Annotated[float, Field(ge=0)]
    """0 of a back-to-back station alone."""
    from_node: str | None = None
    """None beyond the border."""
    to_node: str
    from_lon_deg: Annotated[float, Field(ge=-180, le=180)]
    from_lat_deg: Annotated[float, Field(ge=-90, le=90)]
    to_lon_deg: Annotated[float, Field(ge=-180, le=180)]
    to_lat_deg: Annotated[float, Field(ge=-90, le=90)]
    status: Status
    scope: Literal["interprovincial", "intra", "foreign"]
    bidirectional: bool
    circuits: Annotated[int, Field(ge=1)] = 1
    """Of an AC line; `mw` is that of all together."""
    parent: str | None = None
    """Of a line with several ends, modelled as one row an end: the line's own name."""
    interface_id: str | None = None
    """Of a 1,000 kV AC line: the AC tie that already holds its capability."""
    supply: Supply | None = None
    """Kind of what feeds the line; None: not known."""
    matched_sources: str = ""
    """The plants or the base that feed it, as sources put it."""
    matched_sources_zh: str = ""
    investment_cny: Annotated[float, Field(gt=0)] | None = None
    loss_pct: Annotated[float, Field(ge=0, lt=50)] | None = None
    """Settlement loss of the tariff document, of the energy sent."""
    tariff_incl_loss_cny_per_mwh: Annotated[float, Field(ge=0)] | None = None
    tariff_excl_loss_cny_per_mwh: Annotated[float, Field(ge=0)] | None = None
    capacity_tariff_cny_per_kw_year: Annotated[float, Field(ge=0)] | None = None
    """Price on rated power in place of one on energy; part of no settlement yet."""
    tariff_document: str = ""
    tariff_status: str = ""
    tariff_valid_from: str = ""
    """Day, month or year from which the document holds; empty where it does not say."""
    tariff_valid_to: str = ""
    tariff_tier: Tier | None = None
    rule: Literal["free", "curve"] | None = None
    """How it is operated; this and the next four: None for what is usual (`operating_rules`)."""
    min_power_share: Share | None = None
    """Least power while it runs, of the rated power."""
    ramp_share_per_h: Annotated[float, Field(gt=0, le=2)] | None = None
    """Largest change from hour to hour, of the rated power; 2 is from full one way to full the other."""
    day_curve: DayCurve | None = None
    """Shares of the level of the day."""
    annual_full_load_hours: Annotated[float, Field(gt=0, le=8760)] | None = None
    """Contracted energy of a year over the rated power, at the sending end. [h/a]"""
    operating_source: str = ""
    operating_tier: Tier | None = None
    estimated_fields: tuple[str, ...] = ()
    """Columns whose figure is estimated though the row's source gives the rest; the note says how."""
    note: str = ""
    note_zh: str = ""
    changed_fields: tuple[str, ...] = ()
    """Figures a scenario gives in place of the table's (`scenario_lines`), with the next three; never in the file."""
    changed_source: str = ""
    changed_tier: Tier | None = None
    table_tier: Tier | None = None
    """Of what was not changed; `tier` is then the weaker of the two."""

    @field_validator("estimated_fields", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @property
    def year(self) -> int:
        """Calendar year of commissioning, done or planned; `date` may tell the month and day too."""
        return int(self.date[:4])

    @property
    def dispatched(self) -> bool:
        """A line of its own in the dispatch: between two provinces, not part of an AC tie."""
        return self.scope == "interprovincial" and self.kind != "uhvac" and self.mw is not None

    @property
    def result_kind(self) -> Literal["dc", "ac", "b2b"]:
        """The three kinds results speak of."""
        if self.kind == "b2b":
            return "b2b"
        return "ac" if self.kind in AC_KINDS else "dc"


class Interface(Row):
    """An AC tie between two nodes of one synchronous grid, all circuits of one voltage (`interfaces.csv`)."""

    id: str
    from_node: str
    to_node: str
    kv: float
    circuits: int
    km: float
    """Length of one circuit between its substations."""
    stated_mw: float | None = None
    """Capability some source gives; None: by `interface_capability_mw`."""
    note: str = ""

    @property
    def year(self) -> int:
        return int(self.date)

    @property
    def mw(self) -> float:
        """Transfer capability, either way. [MW]"""
        if self.stated_mw is not None:
            return self.stated_mw
        return interface_capability_mw(self.kv, self.circuits, self.km)


@dataclass(frozen=True, slots=True)
class LossFigure:
    """Share of the energy sent that settlement counts as lost. [-]"""

    share: float
    source: str
    tier: Tier


@dataclass(frozen=True, slots=True)
class Tariff:
    """Transmission price on the energy delivered, VAT included."""

    cny_per_mwh: float
    includes_loss: bool
    """True: the price already pays the loss, so the loss is not charged again."""
    source: str
    tier: Tier


# Loss of the line itself at rated power, share per 1,000 km: P = 2 I^2 R of a bipole at rated current.
_LINE_LOSS_PER_1000_KM = {500.0: 0.060, 660.0: 0.034, 800.0: 0.025, 1100.0: 0.015}
_CONVERTER_LOSS = {"lcc": 0.007, "hybrid": 0.0085, "vsc": 0.010, "b2b": 0.007}
"""At each end, rated power (IEC 61803 order of magnitude)."""
# Of the line loss at rated power, the part that the year's mean flow makes: mean(P^2) / (mean(P) rated).
_LOSS_LOAD_FACTOR = 0.75
_AC_LOSS_PER_100_KM = {500.0: 0.0076, 750.0: 0.0047, 1000.0: 0.0034}
"""At surge impedance loading."""

AC_KV = tuple(_AC_LOSS_PER_100_KM)
"""Voltages an AC line may have. [kV]"""
_SIL_MW = {500.0: 950.0, 750.0: 2200.0, 1000.0: 4600.0}
"""Surge impedance loading of one circuit: V^2 / Zc, Zc about 263, 256 and 217 ohm."""
_ST_CLAIR_KM = (320.0, 480.0, 640.0, 800.0, 960.0)
_ST_CLAIR = (1.3, 1.0, 0.8, 0.67, 0.55)
"""Loadability over length in SIL (Dunlop, Gutman, Marchenko 1979); capped at 1.3: stability of the
interface, not heat, binds short lines in meshed provinces."""
_SINGLE_CIRCUIT = 0.6
"""Of a single circuit's loadability: what the grid can lose with it."""

# Least squares over Longdong-Shandong, Ningxia-Hunan, Hami-Chongqing (planning/data/technologies.csv, uhvdc).
_CAPEX_CNY_PER_KW, _CAPEX_CNY_PER_KW_KM = 1946.0, 0.778
_AC_CAPEX_CNY_PER_CIRCUIT_KM = {500.0: 3.5e6, 750.0: 6.0e6, 1000.0: 11.4e6}
"""Lines with their substations. 1,000 kV: half the median of investment over length of the table's lines in
service, most of which have two circuits; 500 and 750 kV: general knowledge, unverified."""
_TARIFF_HOURS, _TARIFF_RATE, _TARIFF_YEARS, _TARIFF_OM = 4500.0, 0.05, 35, 0.02


def in_service(lines: Iterable[Corridor], year: int, also: Iterable[str] = ()) -> tuple[Corridor, ...]:
    """Dispatched lines that run by the end of `year`, and those named in `also` whatever their state.

    A line under construction or planned counts only if named: a date on paper is not a line. A scenario's own
    line always counts.
    """
    named = set(also)
    return tuple(
        line
        for line in lines
        if line.dispatched
        and (
            line.status == "own"
            or line.id in named
            or line.parent in named
            or (line.status == "in_service" and line.year <= year)
        )
    )


def interface_capability_mw(kv: float, circuits: int, km: float) -> float:
    """Transfer capability of parallel AC circuits with one of them out. [MW]

    (n - 1) circuits at their surge impedance loading times the St Clair multiple for the length; a single
    circuit counts 0.6 of its own.

    Raises
    ------
    KeyError
        A voltage without a line constant (500, 750 and 1,000 kV have one).
    """
    multiple = float(np.interp(km, _ST_CLAIR_KM, _ST_CLAIR))
    usable = circuits - 1 if circuits > 1 else _SINGLE_CIRCUIT
    return round(usable * _SIL_MW[kv] * multiple, 1)


def physics_loss_share(line: Corridor) -> float:
    """Loss of a line from its voltage, length and converters at the year's mean flow. [-]"""
    if line.kind in AC_KINDS:
        return _AC_LOSS_PER_100_KM[line.kv] * line.km / 100.0
    converters = 2.0 * _CONVERTER_LOSS[line.kind]
    if line.kind == "b2b":
        return converters
    # Between the voltages of the table the loss at rated power goes with 1/V.
    volts = sorted(_LINE_LOSS_PER_1000_KM)
    per_1000_km = float(np.interp(line.kv, volts, [_LINE_LOSS_PER_1000_KM[v] for v in volts]))
    return converters + _LOSS_LOAD_FACTOR * per_1000_km * line.km / 1000.0


def loss_share(line: Corridor | Interface) -> LossFigure:
    """The document's settlement loss where there is one, else the estimate."""
    if isinstance(line, Interface):
        share = _AC_LOSS_PER_100_KM[line.kv] * line.km / 100.0
        return LossFigure(share, "estimate: I2R of the AC circuits at surge impedance loading", "estimated")
    if line.loss_pct is not None and "approved_loss_share" in line.changed_fields:
        return LossFigure(line.loss_pct / 100.0, line.changed_source, line.changed_tier or line.tier)
    if line.loss_pct is not None:
        return LossFigure(
            line.loss_pct / 100.0,
            f"{line.tariff_document} ({line.tariff_status})",
            line.tariff_tier or "published",
        )
    return LossFigure(physics_loss_share(line), "estimate: converters and I2R of the line", "estimated")


def tariff(line: Corridor) -> Tariff | None:
    """The document's transmission price where there is one, else the price its investment needs.

    The estimate spreads the annuity of the investment (5 % real, 35 years) and 2 % a year of operation
    over 4,500 hours of rated power, without loss. None for AC lines of the table and back-to-backs without a
    price: their cost is in the provinces' own grid tariffs.
    """
    text = f"{line.tariff_document} ({line.tariff_status})"
    tier = line.tariff_tier or "published"
    if "tariff_cny_per_mwh" in line.changed_fields:
        text, tier = line.changed_source, line.changed_tier or line.tier
    if line.tariff_incl_loss_cny_per_mwh is not None:
        return Tariff(line.tariff_incl_loss_cny_per_mwh, True, text, tier)
    if line.tariff_excl_loss_cny_per_mwh is not None:
        return Tariff(line.tariff_excl_loss_cny_per_mwh, False, text, tier)
    if line.kind not in ("lcc", "vsc", "hybrid", "ac") or line.mw is None:
        return None
    annuity = _TARIFF_RATE / (1.0 - (1.0 + _TARIFF_RATE) ** -_TARIFF_YEARS)
    if line.investment_cny is not None:
        invest, basis = line.investment_cny, "its investment"
    elif line.kind == "ac":
        invest = _AC_CAPEX_CNY_PER_CIRCUIT_KM[line.kv] * line.circuits * line.km
        basis = "an investment estimated from its length and circuits"
    else:
        invest = (_CAPEX_CNY_PER_KW + _CAPEX_CNY_PER_KW_KM * line.km) * line.mw * 1e3
        basis = "an investment estimated from its length"
    price = invest * (annuity + _TARIFF_OM) / (line.mw * _TARIFF_HOURS)
    return Tariff(round(price, 2), False, f"estimate: annuity of {basis} over 4,500 h", "estimated")
