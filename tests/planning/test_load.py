"""The made load: keeps its energy and peak, knows weekends and festivals, and resembles a real year."""

from __future__ import annotations

import csv
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from planning.load import hourly_load_mw, load_factor, scenario_consumption_mwh
from planning.scenario import load_scenario
from planning.tables import load_tables

TABLES = load_tables()
REFERENCE = (
    Path(__file__).parents[2]
    / "../shared/reference/province_profiles_2020/Hourly_demand_of_31_province_China_modified_V2.1.csv"
)
USE_2020 = {node.node_id: node.consumption_2020_mwh for node in TABLES.nodes}
MONTH_ENDS = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
CODES = (
    "AH34 BJ11 CQ50 FJ35 GS62 GD44 GX45 GZ52 HI46 HE13 HL23 HA41 HB42 HN43 JS32 JX36 "
    "JL22 LN21 NM15 NX64 QH63 SN61 SD37 SH31 SX14 SC51 TJ12 XJ65 XZ54 YN53 ZJ33"
)
ADCODES = {pair[:2]: int(pair[2:]) * 10_000 for pair in CODES.split()}


def test_every_node_uses_exactly_its_energy_and_never_less_than_a_quarter_of_its_mean() -> None:
    load = hourly_load_mw(TABLES.nodes, USE_2020, 2020)
    assert load.shape == (32, 8760)
    for node, row in zip(TABLES.nodes, load, strict=True):
        assert row.sum() == pytest.approx(node.consumption_2020_mwh, rel=1e-9)
        assert row.min() >= 0.2499 * row.mean()


def test_the_peak_is_the_mean_over_the_load_factor_where_the_floor_does_not_bind() -> None:
    load = hourly_load_mw(TABLES.nodes, USE_2020, 2020)
    near = [
        row.mean() / row.max() == pytest.approx(load_factor(node), rel=1e-6)
        for node, row in zip(TABLES.nodes, load, strict=True)
    ]
    assert sum(near) >= 26


def test_a_dispatched_peak_below_the_mean_load_does_not_count() -> None:
    node = TABLES.node("150000W")
    assert node.consumption_2024_mwh / 8760 > node.peak_load_2024_mw
    assert load_factor(node) == 0.90
    assert load_factor(replace(node, peak_load_2024_mw=1e9)) == 0.50


def test_sundays_and_the_spring_festival_are_quiet() -> None:
    node = TABLES.node("440000")
    load = hourly_load_mw([node], {"440000": 700e6}, 2023)[0].reshape(365, 24).mean(axis=1)
    assert load[21] < 0.75 * load[5]  # 22 January 2023 was New Year's Day of the old calendar
    assert load[176] < load[177]  # Sunday 25 and Monday 26 June
    moved = hourly_load_mw([node], {"440000": 700e6}, 2024)[0].reshape(365, 24).mean(axis=1)
    assert int(load[:60].argmin()) < int(moved[:60].argmin())


def test_a_leap_year_has_8760_hours_too() -> None:
    assert hourly_load_mw(TABLES.nodes[:1], USE_2020, 2024).shape == (1, 8760)


def test_the_west_peaks_later_than_the_east() -> None:
    load = hourly_load_mw([TABLES.node("650000"), TABLES.node("310000")], USE_2020, 2020)
    day = load.reshape(2, 365, 24).mean(axis=1)
    assert day[0, :12].argmin() > day[1, :12].argmin()


def test_a_scenario_keeps_the_shares_of_its_year() -> None:
    use = scenario_consumption_mwh(load_scenario("2030-1200GW"), TABLES)
    assert sum(use.values()) == pytest.approx(11_800e6)
    one, other = TABLES.node("440000"), TABLES.node("630000")
    assert use["440000"] / use["630000"] == pytest.approx(
        one.consumption_2024_mwh / other.consumption_2024_mwh
    )


def test_missing_or_negative_consumption_is_refused_by_name() -> None:
    with pytest.raises(InputError) as caught:
        hourly_load_mw(TABLES.nodes[:2], {"110000": -1.0}, 2020)
    assert [p.field for p in caught.value.problems] == ["110000", "120000"]


@pytest.mark.skipif(
    not REFERENCE.is_file(), reason="the reference load of 2018 is not in ../shared/reference"
)
def test_the_shape_resembles_the_reconstruction_of_2018() -> None:
    with REFERENCE.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    head, values = rows[0][1:], np.array([row[1:] for row in rows[1:]], dtype=float)
    load = hourly_load_mw(TABLES.nodes, USE_2020, 2018)
    adcodes = np.array([node.adcode for node in TABLES.nodes])

    def months(series: np.ndarray) -> np.ndarray:
        return np.array([series[a * 24 : b * 24].mean() for a, b in itertools.pairwise(MONTH_ENDS)])

    scores = []
    for column, code in enumerate(head):
        theirs, ours = values[:, column], load[adcodes == ADCODES[code]].sum(axis=0)
        scores.append(
            (
                np.corrcoef(months(theirs), months(ours))[0, 1],
                np.corrcoef(theirs.reshape(365, 24).mean(1), ours.reshape(365, 24).mean(1))[0, 1],
                np.corrcoef(theirs.reshape(365, 24).mean(0), ours.reshape(365, 24).mean(0))[0, 1],
                np.corrcoef(theirs, ours)[0, 1],
            )
        )
    month, day, hour, every = np.median(np.array(scores), axis=0)
    assert month > 0.85
    assert day > 0.80
    assert hour > 0.85
    assert every > 0.80
    nation, made = values.sum(axis=1), load.sum(axis=0)
    assert np.corrcoef(nation, made)[0, 1] > 0.9
    assert made.mean() / made.max() == pytest.approx(nation.mean() / nation.max(), abs=0.02)
