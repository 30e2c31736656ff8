"""A dispatched past year beside what was published of it: energies, curtailment, lines, exchange between regions.

Read by `energymap validate 2020` and by docs/chain.md. What is published stands in `national.csv` and
`line_energy_published.csv` with source and tier; nothing of it goes into the dispatch but what docs/chain.md says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from gis_layers.errors import InputError, Problem
from gis_layers.provenance import Tier
from planning.chain.accounts import is_interprovincial
from planning.chain.nation import Nation
from planning.dispatch.result import DispatchResult
from planning.table_rows import DATA, Row, read_table
from planning.tables import Tables

Array = NDArray[np.float64]
Words = tuple[str, str]
"""Chinese and English."""

JANUARY_TO_OCTOBER_HOURS = 24 * 304
LINE_LIMIT = 0.15
ENERGY_LIMITS = {"wind": 0.05, "pv": 0.05, "thermal": 0.03, "hydro": 0.03, "nuclear": 0.03}
CURTAILMENT_LIMIT = 0.02
_SOUTH_SENDERS, _SOUTH_RECEIVERS = ("520000", "530000"), ("440000", "450000")

_TECHNOLOGY: dict[str, Words] = {
    "wind": ("风电发电量", "wind energy"),
    "pv": ("光伏发电量", "PV energy"),
    "thermal": ("火电发电量", "thermal energy"),
    "hydro": ("水电发电量", "hydro energy"),
    "nuclear": ("核电发电量", "nuclear energy"),
}
_GROUPS: dict[str, Words] = {
    "ningxia": ("宁夏外送", "sent out of Ningxia"),
    "southwest-east": ("西南送华东", "Southwest to East"),
    "north-east": ("华北送华东", "North to East"),
    "central-east": ("华中送华东", "Central to East"),
    "northwest": ("西北送华北和华中", "Northwest to North and Central"),
    "northeast-north": ("东北送华北", "Northeast to North"),
    "uhv": ("特高压线路合计", "all lines of 800 kV and above"),
    "between-regions": ("跨区送电", "between grid regions"),
    "between-provinces": ("跨省送出", "between provinces"),
    "south-west-east": ("南方西电东送", "west to east in the South"),
}
_TEN_MONTHS: Words = ("1-10 月", "January to October")


class PublishedEnergy(Row):
    """Energy of a line, of some lines together, or of a section (`line_energy_published.csv`)."""

    id: str
    kind: Literal["line", "group", "total"]
    subject: str
    """Ids of lines, spaces between; of a total its name."""
    year: int
    twh: Annotated[float, Field(gt=0)]
    limit_known: bool | None = None
    """Whether it is known what power the lines were held to: only then is the comparison held to a limit."""
    note: str = ""

    @property
    def ten_months(self) -> bool:
        """Of January to October alone."""
        return self.id.endswith("m10")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure of ours beside the published one."""

    section: Literal["national", "lines", "exchange", "provinces"]
    name: Words
    unit: str
    ours: float
    published: float
    limit: float | None
    """Largest error, relative or (`points`) absolute; None: shown, held to nothing."""
    points: bool
    """The error is a difference of shares, not relative."""
    year: int
    source: str
    tier: Tier
    note: str = ""

    @property
    def error(self) -> float:
        """Ours less published, relative to it unless `points`. [-]"""
        difference = self.ours - self.published
        return difference if self.points else difference / self.published

    @property
    def met(self) -> bool | None:
        """None: held to nothing."""
        return None if self.limit is None else abs(self.error) <= self.limit


@lru_cache(maxsize=1)
def published_energies() -> tuple[PublishedEnergy, ...]:
    """The table; InputError with every bad row."""
    return read_table(DATA / "line_energy_published.csv", PublishedEnergy)


def years_published(tables: Tables) -> tuple[int, ...]:
    """Years whose national energies the tables hold."""
    ids = {figure.id for figure in tables.national}
    return tuple(year for year in range(2000, 2101) if all(f"{t}_{year}_mwh" in ids for t in _TECHNOLOGY))


def require_year(year: int, tables: Tables) -> None:
    """InputError where nothing is published here of a year."""
    known = years_published(tables)
    if year not in known:
        expected = f"a year with published energies: {', '.join(map(str, known))}"
        raise InputError(Problem("validate", "year", str(year), expected))


def compare_nation(
    nation: Nation, result: DispatchResult, tables: Tables, year: int
) -> tuple[Comparison, ...]:
    """Every published figure of a year beside the dispatched year's.

    Parameters
    ----------
    nation, result
        8,760 hours.

    Raises
    ------
    InputError
        A year of which nothing is published here.
    """
    require_year(year, tables)
    rows = [*_national(nation, result, tables, year), *_lines(nation, result, tables, year)]
    if year == 2020:
        rows += _provinces(nation, result, tables)
    return tuple(rows)


def _thermal_mwh(result: DispatchResult) -> Array:
    return np.asarray(sum(mw.sum(axis=1) for mw in result.thermal_mw.values()))


def _national(nation: Nation, result: DispatchResult, tables: Tables, year: int) -> Iterable[Comparison]:
    figures = {figure.id: figure for figure in tables.national}
    pumped = result.discharge_mw.get("pumped")
    pumped_figure = figures.get(f"pumped_{year}_mwh")
    given_back = 0.0 if pumped_figure is None else pumped_figure.value
    ours = {
        "wind": result.wind_mw.sum(),
        "pv": result.pv_mw.sum(),
        "thermal": _thermal_mwh(result).sum(),
        "hydro": result.hydro_mw.sum(),
        "nuclear": result.nuclear_mw.sum(),
    }
    for technology, words in _TECHNOLOGY.items():
        figure = figures[f"{technology}_{year}_mwh"]
        published, note = figure.value, ""
        if technology == "hydro":
            published, note = (
                figure.value - given_back,
                "rivers alone: what pumped storage gave back is a row of its own",
            )
        yield Comparison(
            "national", words, "TWh", float(ours[technology]) / 1e6, published / 1e6,
            ENERGY_LIMITS[technology], False, year, figure.source, figure.tier, note,
        )  # fmt: skip
    if pumped is not None and pumped_figure is not None:
        yield Comparison(
            "national", ("抽蓄发电量", "given back by pumped storage"), "TWh", float(pumped.sum()) / 1e6,
            given_back / 1e6, None, False, year, pumped_figure.source, pumped_figure.tier,
        )  # fmt: skip
    blocked = nation.blocked_mwh()
    for technology, curtailed, whole, words in (
        ("wind", result.curtailed_wind_mw, nation.case.wind_mw, ("弃风率", "wind curtailed")),
        ("pv", result.curtailed_pv_mw, nation.case.pv_mw, ("弃光率", "PV curtailed")),
    ):
        utilisation = figures.get(f"{technology}_utilisation_{year}_pct")
        if utilisation is None:
            continue
        held = float(blocked[technology].sum())
        share = (float(curtailed.sum()) + held) / (float(whole.sum()) + held)
        yield Comparison(
            "national", words, "1", share, 1.0 - utilisation.value / 100.0, CURTAILMENT_LIMIT, True, year,
            utilisation.source, utilisation.tier,
        )  # fmt: skip
        if held > 0:
            yield Comparison(
                "national", (f"{words[0]}: 其中调度自己得出的", f"{words[1]}: of it found by the dispatch"), "1",
                float(curtailed.sum()) / (float(whole.sum()) + held), 1.0 - utilisation.value / 100.0, None, True, year,
                utilisation.source, utilisation.tier,
                "the rest lies beyond limits inside provinces that published shares were put into: no test of them",
            )  # fmt: skip


def _lines(nation: Nation, result: DispatchResult, tables: Tables, year: int) -> Iterable[Comparison]:
    at = {line_id: row for row, line_id in enumerate(nation.case.lines.ids)}
    totals: dict[str, Callable[[], float]] = {
        "between_provinces": lambda: _sent(result, is_interprovincial(nation)),
        "between_regions": lambda: _sent(result, _between_regions(nation, tables)),
        "south_west_east": lambda: _south(nation, result),
    }
    for row in published_energies():
        if row.year != year:
            continue
        hours = JANUARY_TO_OCTOBER_HOURS if row.ten_months else nation.case.hours
        if row.kind == "total":
            if row.subject not in totals:
                continue
            ours = totals[row.subject]()
        else:
            ids = row.subject.split()
            if not all(line_id in at for line_id in ids):
                continue
            ours = float(sum(result.forward_mw[at[line_id], :hours].sum() for line_id in ids))
        limit = LINE_LIMIT if row.limit_known and row.kind == "line" else None
        section: Literal["lines", "exchange"] = "lines" if row.kind == "line" else "exchange"
        yield Comparison(
            section, _name(row, tables), "TWh", ours / 1e6, row.twh, limit, False, year, row.source, row.tier,
            row.note,
        )  # fmt: skip


def _name(row: PublishedEnergy, tables: Tables) -> Words:
    if row.kind == "line":
        line = tables.corridor(row.subject)
        return line.name_zh, line.name_en
    words = _GROUPS[row.id.rsplit("-", 1)[0]]
    if row.ten_months:
        return f"{words[0]}({_TEN_MONTHS[0]})", f"{words[1]}, {_TEN_MONTHS[1]}"
    return words


def _sent(result: DispatchResult, lines: NDArray[np.bool_]) -> float:
    return float(result.forward_mw[lines].sum() + result.reverse_mw[lines].sum())


def _between_regions(nation: Nation, tables: Tables) -> NDArray[np.bool_]:
    region = np.array([tables.node(home).region for home in nation.home_of_node])
    lines = nation.case.lines
    return np.asarray(region[lines.from_index] != region[lines.to_index])


def _south(nation: Nation, result: DispatchResult) -> float:
    """Net from Yunnan and Guizhou to Guangdong and Guangxi. [MWh]"""
    homes, lines = np.array(nation.home_of_node), nation.case.lines
    start, end = homes[lines.from_index], homes[lines.to_index]
    out = np.isin(start, _SOUTH_SENDERS) & np.isin(end, _SOUTH_RECEIVERS)
    into = np.isin(end, _SOUTH_SENDERS) & np.isin(start, _SOUTH_RECEIVERS)
    net = (result.forward_mw - result.reverse_mw).sum(axis=1)
    return float(net[out].sum() - net[into].sum())


def _provinces(nation: Nation, result: DispatchResult, tables: Tables) -> Iterable[Comparison]:
    """Energy that is in another province than statistics have it: half the sum of the differences, of the whole."""
    home = {node.node_id: row for row, node in enumerate(tables.nodes)}
    of = np.array([home[h] for h in nation.home_of_node])
    for technology, energy in (
        ("wind", result.wind_mw.sum(axis=1)),
        ("pv", result.pv_mw.sum(axis=1)),
        ("thermal", _thermal_mwh(result)),
    ):
        ours = np.bincount(of, energy, len(tables.nodes))
        theirs = np.array([getattr(node, f"{technology}_2020_mwh") for node in tables.nodes])
        ours *= theirs.sum() / ours.sum()
        name = _TECHNOLOGY[technology]
        yield Comparison(
            "provinces",
            (f"{name[0]}: 落在别省的份额", f"{name[1]}: share in another province"),
            "1", 0.5 * float(np.abs(ours - theirs).sum() / theirs.sum()), 0.0, None, True, 2020,
            "province_figures.csv", "estimated",
        )  # fmt: skip
