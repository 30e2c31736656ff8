"""What was solved as tables: a row a line and hour, a row a bus and hour; CSV, Parquet or GeoPackage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing
from planning.network.exchange.case import CaseFlows, GridCase

if TYPE_CHECKING:
    import pandas

Array = NDArray[np.float64]


def line_table(case: GridCase, flows: CaseFlows) -> pandas.DataFrame:
    """Every branch and DC line in every hour; what has no value is nan.

    Columns: hour (of the year, UTC+8), id, kind (`ac` or that of the DC line), from_bus, to_bus, capability_mw,
    from_mw and to_mw (into the line at its ends), from_mvar and to_mvar, linear_mw (DC flow), loss_mw, loading
    (sending end over capability), converged.
    """
    import pandas

    b, dc, names = case.network.branches, case.dc, np.array(case.network.bus_ids)
    hours, lines, links = len(case.hours), b.count, len(dc.ids)
    at_from, at_to = dc.into_mw
    sent = dc.sent_mw
    capacity = np.where(sent >= 0, dc.capacity_mw, dc.reverse_capacity_mw)
    with np.errstate(divide="ignore", invalid="ignore"):
        loading = np.where(capacity > 0, np.abs(sent) / capacity, np.nan)
    nothing = np.full((hours, links), np.nan)
    reactive = np.where(flows.converged[:, None], 1.0, np.nan)
    capability = np.where(np.isfinite(b.rating_mva), b.rating_mva, np.nan)

    def both(of_ac: Array, of_dc: Array) -> Array:
        return np.concatenate([of_ac, of_dc], axis=1).ravel()

    def each(of_ac: object, of_dc: object) -> NDArray[np.object_]:
        one = np.concatenate([np.asarray(of_ac, dtype=object), np.asarray(of_dc, dtype=object)])
        return np.tile(one, hours)

    return pandas.DataFrame(
        {
            "hour": np.repeat(np.array(case.hours, dtype=np.int64), lines + links),
            "id": each(b.ids, dc.ids),
            "kind": each(["ac"] * lines, dc.kinds),
            "from_bus": each(names[b.from_bus], names[dc.from_bus]),
            "to_bus": each(names[b.to_bus], names[dc.to_bus]),
            "capability_mw": both(np.repeat(capability[None], hours, axis=0), capacity),
            "from_mw": both(flows.from_mva.real, -at_from),
            "to_mw": both(flows.to_mva.real, -at_to),
            "from_mvar": both(flows.from_mva.imag * reactive, nothing),
            "to_mvar": both(flows.to_mva.imag * reactive, nothing),
            "linear_mw": both(flows.linear_mw, -at_from),
            "loss_mw": both(flows.loss_mw, np.abs(sent) - dc.arriving_mw),
            "loading": both(flows.loading, loading),
            "converged": np.repeat(flows.converged, lines + links),
        }
    )


def bus_table(case: GridCase, flows: CaseFlows) -> pandas.DataFrame:
    """Every bus in every hour.

    Columns: hour, bus, name_zh, name_en, kv, voltage_pu, angle_deg, shunt_mvar (filters and compensation on, at 1
    p.u.), q_min_mvar and q_max_mvar (what it can give to hold its voltage), holds (whether it does), injection_mw
    (into the branches), slack_mw (what the solver added to it), a column `gen_<carrier>_mw` each carrier, `demand_<kind>_mw` each kind, dc_mw (net from DC
    lines), converged.
    """
    import pandas

    n, hours = case.network.buses, len(case.hours)
    at_from, at_to = case.dc.into_mw
    from_dc = np.zeros((hours, n))
    np.add.at(from_dc.T, case.dc.from_bus, at_from.T)
    np.add.at(from_dc.T, case.dc.to_bus, at_to.T)
    names, support = case.names or (("", ""),) * n, case.support
    unknown = np.full((hours, n), np.nan)
    low, high = (unknown, unknown) if support is None else (
        np.where(case.network.holds_voltage & np.isfinite(limit), limit, np.nan)
        for limit in (support.low_mvar, support.high_mvar)
    )  # fmt: skip
    columns: dict[str, object] = {
        "hour": np.repeat(np.array(case.hours, dtype=np.int64), n),
        "bus": np.tile(np.array(case.network.bus_ids, dtype=object), hours),
        "name_zh": np.tile(np.array([zh for zh, _ in names], dtype=object), hours),
        "name_en": np.tile(np.array([en for _, en in names], dtype=object), hours),
        "kv": np.tile(case.base_kv, hours),
        "voltage_pu": np.abs(flows.voltage).ravel(),
        "angle_deg": np.degrees(np.angle(flows.voltage)).ravel(),
        "shunt_mvar": case.shunt_mva.imag.ravel(),
        "q_min_mvar": low.ravel(),
        "q_max_mvar": high.ravel(),
        "holds": case.holds.ravel(),
        "injection_mw": case.injection_mw.ravel(),
        "slack_mw": flows.slack_mw.ravel(),
        "dc_mw": from_dc.ravel(),
    }
    columns |= {f"gen_{name}_mw": values.ravel() for name, values in case.generation_mw.items()}
    columns |= {f"demand_{name}_mw": values.ravel() for name, values in case.demand_mw.items()}
    columns["converged"] = np.repeat(flows.converged, n)
    return pandas.DataFrame(columns)


def write_tables(
    case: GridCase, flows: CaseFlows, path: Path, form: Literal["csv", "parquet", "gpkg"]
) -> tuple[Path, ...]:
    """Both tables: two files (`NAME` and `NAME_buses`), or the layers `lines` and `buses` of a GeoPackage.

    Raises
    ------
    InputError
        A GeoPackage of a network whose places are not known; a file that cannot be written.
    """
    lines, buses = line_table(case, flows), bus_table(case, flows)
    if form == "gpkg":
        _write_layers(case, lines, buses, path)
        return (path,)
    beside = path.with_name(f"{path.stem}_buses{path.suffix}")
    for table, target in ((lines, path), (buses, beside)):
        with replacing(target) as temporary:
            if form == "parquet":
                table.to_parquet(temporary, index=False)
            else:
                _harmless(table).to_csv(temporary, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return path, beside


def _harmless(table: pandas.DataFrame) -> pandas.DataFrame:
    """Text that a spreadsheet would take for a formula, marked as text; heads too."""
    from planning.report.csv_table import harmless

    plain = table.rename(columns=lambda name: str(harmless(name)))
    for name in plain.columns:
        if plain[name].dtype == object:
            plain[name] = plain[name].map(harmless)
    return plain


def _write_layers(case: GridCase, lines: pandas.DataFrame, buses: pandas.DataFrame, path: Path) -> None:
    import geopandas
    import shapely

    from planning.project_layers import write_frames

    if case.place_deg is None:
        raise InputError(Problem(case.name, "place", "no places of buses", "a network of a run, for a map"))
    at = dict(zip(case.network.bus_ids, case.place_deg.tolist(), strict=True))
    drawn = [
        shapely.LineString([at[start], at[end]])
        for start, end in zip(lines["from_bus"], lines["to_bus"], strict=True)
    ]
    points = [shapely.Point(at[bus]) for bus in buses["bus"]]
    with replacing(path) as temporary:
        write_frames(
            temporary,
            [
                ("lines", geopandas.GeoDataFrame(lines, geometry=drawn, crs="EPSG:4326"), "LineString"),
                ("buses", geopandas.GeoDataFrame(buses, geometry=points, crs="EPSG:4326"), "Point"),
            ],
        )
