"""What plants cost, how long they live and what they burn; and the published designs of bases."""

from __future__ import annotations

from planning.table_rows import Row


class TechnologyFigure(Row):
    """One quantity of one technology, with the range of its sources (`technologies.csv`)."""

    technology: str
    quantity: str
    """Name with its unit, as `capex_cny_per_kw`."""
    value: float
    low: float | None = None
    high: float | None = None
    unit: str
    note: str = ""

    @property
    def id(self) -> str:
        return f"{self.technology}.{self.quantity}"


class PublishedDesign(Row):
    """A design of a wind-solar-coal-storage base as announced (`bases.csv`); text where sources give text.

    `date` is the state the source gives, as text."""

    base_id: str | None = None
    """Of the scenarios' base it belongs to."""
    design: str
    wind_gw: float | None = None
    pv_gw: float | None = None
    coal_gw: float | None = None
    storage: str = ""
    out_line: str = ""
    line_gw: float | None = None
    twh_per_year: str = ""
    renewable_share_pct: str = ""
    note: str = ""


def annuity_factor(rate: float, years: float) -> float:
    """Yearly payment on one yuan of investment, at the end of each year. [1/a]"""
    return rate / (1.0 - (1.0 + rate) ** -years) if rate > 0 else 1.0 / years
