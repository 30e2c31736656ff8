"""Prices that are not a line's or a technology's: carbon, certificates, discount rate, provincial grids."""

from __future__ import annotations

from planning.table_rows import Row


class Price(Row):
    """A price or rate (`prices.csv`); its id ends with its unit."""

    id: str
    value: float
    low: float | None = None
    high: float | None = None
    unit: str
    note: str = ""


class NationalFigure(Row):
    """A published national total that sums of nodes are checked against (`national.csv`)."""

    id: str
    value: float
    unit: str


class GridTariff(Row):
    """Prices of a provincial grid (`grid_tariffs.csv`); a node may have more than one grid."""

    node_id: str
    grid_zh: str
    td_220kv_cny_per_mwh: float | None = None
    """Transmission and distribution of a 220 kV user, two-part."""
    export_tariff_cny_per_mwh: float | None = None
    """For carrying power out of the province to a corridor."""
    export_loss_pct: float | None = None
    in_province_loss_pct: float | None = None
    gov_funds_cny_per_mwh: float | None = None
