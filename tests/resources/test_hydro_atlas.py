"""The embedded rivers: water runs downhill into more water, and China's sums are the published ones."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE, TERRAIN
from gis_layers.raster import sample
from resources import atlas
from resources.build_atlas.hydro import fu_runoff_mm, main_upstream, potential_evaporation_mm, river_power_mw
from resources.build_atlas.hydro_network import OUT, Network, drain, open_sea, rows_of
from resources.river_gauges import river_gauges
from resources.validation_hydro import china_water_1e8_m3, hydro_checks, in_china, potential_gw_by_basin

Array = NDArray[np.float64]
SEEN = 50.0
"""Rivers that are followed from cell to cell. [m3/s]"""


def values(layer_id: str) -> Array:
    return np.asarray(atlas.read(layer_id).values[0])


def closed_ends() -> NDArray[np.bool_]:
    """(row, col) cells at or beside the sea, the window's edge, or a closed lake."""
    end = values("land_share") <= 0
    end[[0, -1], :] = end[:, [0, -1]] = True
    for row in rows_of("hydro_ends.csv"):
        if row["closed"]:
            r = int((55.0 - float(row["lat"])) * 12)
            end[r, int((float(row["lon"]) - 73.0) * 12)] = True
    return around(end.astype(float)) > 0


def around(field: Array) -> Array:
    """The largest value among each cell and its eight neighbours."""
    padded = np.pad(field, 1)
    rows, cols = field.shape
    return np.max([padded[r : r + rows, c : c + cols] for r in range(3) for c in range(3)], axis=0)


def test_units_and_grids_are_those_of_the_readers() -> None:
    units = {"runoff": "mm", "river_flow": "m3/s", "hydro_potential": "MW", "basin": "class"}
    for layer_id, unit in units.items():
        assert atlas.layer(layer_id).unit == unit
        assert atlas.layer(layer_id).grade == "reference"
    assert values("runoff").shape == CLIMATE.shape
    assert values("river_flow").shape == values("hydro_potential").shape == TERRAIN.shape


def test_potential_and_flow_are_on_land_and_never_below_zero() -> None:
    sea = values("land_share") <= 0
    lakes = ~open_sea(values("land_share"))
    for layer_id in ("hydro_potential", "river_flow", "basin"):
        assert not np.isfinite(values(layer_id)[sea & ~lakes]).any()
        assert np.nanmin(values(layer_id)) >= 0


def test_a_river_always_has_a_neighbour_with_as_much_water_until_it_ends() -> None:
    flow = np.nan_to_num(values("river_flow"))
    padded = np.pad(flow, 1)
    rows, cols = flow.shape
    others = [padded[r : r + rows, c : c + cols] for r in range(3) for c in range(3) if (r, c) != (1, 1)]
    lost = (flow >= SEEN) & (np.max(others, axis=0) < flow) & ~closed_ends()
    assert not lost.any(), np.argwhere(lost)


def test_power_is_drawn_only_where_a_river_flows() -> None:
    strong = np.nan_to_num(values("hydro_potential")) > 50.0
    assert strong.any()
    assert (np.nan_to_num(values("river_flow"))[strong] >= 1.0).all()


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("Datong", 24_000, 33_000),
        ("Yichang", 12_000, 16_000),
        ("Wuzhou", 5_500, 8_000),
        ("Pingshan", 3_800, 5_300),
        ("Lanzhou", 800, 1_200),
        ("Daojieba", 1_300, 2_000),
        ("Gongguoqiao", 850, 1_200),
        ("Shigu", 1_100, 1_600),
    ],
)
def test_the_great_rivers_carry_what_they_are_known_to_carry(name: str, low: float, high: float) -> None:
    gauge = next(g for g in river_gauges() if g.name == name and g.kind == "gauge")
    assert low < float(sample(atlas.read("river_flow"), gauge.lon_deg, gauge.lat_deg, "nearest")[0]) < high


def test_half_of_the_gauges_are_met_within_an_eighth() -> None:
    gauges = [g for g in river_gauges() if g.kind == "gauge"]
    flow = atlas.read("river_flow")
    ours = sample(flow, [g.lon_deg for g in gauges], [g.lat_deg for g in gauges], "nearest")[0]
    error = ours / np.array([g.mean_flow_m3_s for g in gauges]) - 1.0
    assert len(gauges) >= 20
    assert np.median(np.abs(error)) < 0.125


def test_the_three_parallel_rivers_are_kept_apart() -> None:
    # Latitude 27.5 crosses the Nu, the Lancang and the Jinsha within 70 km of each other.
    row = int((55.0 - 27.46) * 12)
    cols = slice(int((98.5 - 73.0) * 12), int((99.8 - 73.0) * 12))
    flow = np.nan_to_num(values("river_flow"))[row, cols]
    assert (flow > 500.0).sum() >= 3
    peaks = np.sort(flow)[-3:]
    assert peaks.max() < 2_000.0


def test_the_sum_of_china_is_near_the_national_survey_and_the_yangtze_leads() -> None:
    by_basin = potential_gw_by_basin()
    assert sum(by_basin.values()) == pytest.approx(694.0, rel=0.25)
    assert max(by_basin, key=lambda number: by_basin[number]) == 6
    assert china_water_1e8_m3() == pytest.approx(27_500, rel=0.05)


def test_every_cell_of_china_belongs_to_a_basin() -> None:
    mainland = in_china() & (values("land_share") == 1.0)
    assert np.isfinite(values("basin")[mainland]).all()
    share = {int(k): float((values("basin")[mainland] == k).mean()) for k in range(1, 12)}
    assert 0.15 < share[6] < 0.22
    assert 0.06 < share[4] < 0.10


def test_the_enforced_checks_of_the_water_pass() -> None:
    checks = hydro_checks()
    assert sum(check.enforced for check in checks) == 3
    assert [check.name_en for check in checks if check.enforced and not check.passed] == []


def test_the_published_water_follows_from_the_bulletin() -> None:
    for row in rows_of("hydro_water.csv"):
        mean = float(row["bulletin_2021_1e8_m3"]) / (1.0 + float(row["above_mean"]))
        assert float(row["surface_water_1e8_m3"]) == pytest.approx(mean, rel=0.003)


def test_runoff_is_never_more_than_rain_and_vanishes_in_the_desert() -> None:
    rain = np.array([10.0, 500.0, 2000.0])
    runoff = fu_runoff_mm(rain, np.array([1500.0, 800.0, 800.0]))
    assert (runoff < rain).all()
    assert runoff[0] < 0.1
    assert (np.diff(fu_runoff_mm(np.full(20, 1000.0), np.linspace(100, 3000, 20))) < 0).all()


def test_potential_evaporation_is_greater_where_it_is_warmer() -> None:
    cold, warm = (
        potential_evaporation_mm(np.broadcast_to(np.array(t)[None, None, None], (12, *CLIMATE.shape)))
        for t in (5.0, 20.0)
    )
    assert (warm > cold).all()
    assert potential_evaporation_mm(np.full((12, *CLIMATE.shape), -10.0)).max() == 0.0


def tilted() -> tuple[Array, NDArray[np.bool_]]:
    """A plain that rises to the east from a sea along the western edge, with noise."""
    _, cols = TERRAIN.shape
    noise = np.random.default_rng(7).normal(0.0, 30.0, TERRAIN.shape)
    height = np.broadcast_to(np.arange(cols) * 4.0, TERRAIN.shape) + noise
    sea = np.zeros(TERRAIN.shape, dtype=bool)
    sea[:, :20] = True
    return height, sea


def built(system: NDArray[np.int64] | None = None) -> tuple[Network, Array]:
    height, sea = tilted()
    rivers = np.zeros(height.size, dtype=np.int64) if system is None else system
    return drain(height, sea, rivers, set()), height


@pytest.mark.slow
def test_every_drop_reaches_an_end_and_none_is_lost() -> None:
    network, _ = built()
    total = network.accumulate(np.ones(network.downstream.size))
    ends = network.downstream == OUT
    assert total[ends].sum() == network.upstream_first.size
    assert np.array_equal(network.downstream, built()[0].downstream)


@pytest.mark.slow
def test_carved_and_filled_levels_never_rise_downstream_and_enclose_each_other() -> None:
    network, height = built()
    inside = network.downstream >= 0
    low, high = network.carve(height.ravel()), network.fill(height.ravel())
    for level in (low, high):
        assert (level[inside] >= level[network.downstream[inside]]).all()
    assert (low <= height.ravel()).all()
    assert (high >= height.ravel()).all()


@pytest.mark.slow
def test_a_mapped_river_never_flows_into_another_one() -> None:
    _, cols = TERRAIN.shape
    system = np.zeros(TERRAIN.shape, dtype=np.int64)
    system[100, 20:600] = 1
    system[102, 20:600] = 2  # one cell between the two
    system[101, 200:210] = 2  # and there none
    network, _ = built(system.ravel())
    inside = network.downstream >= 0
    upper, lower = network.system[inside], network.system[network.downstream[inside]]
    assert not ((upper > 0) & (lower > 0) & (upper != lower)).any()
    outlet = network.outlet()
    assert len({int(outlet[row * cols + col]) for row in (100, 102) for col in (30, 300, 590)}) == 2


def test_the_power_of_a_single_river_is_that_of_its_water_through_its_fall() -> None:
    n = TERRAIN.rows * TERRAIN.cols
    downstream = np.full(n, -2, dtype=np.int64)
    downstream[[10, 11, 12]] = [11, 12, OUT]
    network = Network(downstream, np.array([10, 11, 12]), np.zeros(n, dtype=np.int64))
    local = np.zeros(n)
    local[10] = 100.0
    flow = network.accumulate(local)
    level = np.zeros(n)
    level[[10, 11, 12]] = [300.0, 200.0, 50.0]
    power = river_power_mw(network, flow, local, level, main_upstream(network, flow))
    np.testing.assert_allclose(power[[10, 11, 12]], [9.80665 * 0.05 * 100, 9.80665 * 0.1 * 150, 0.0])


def test_a_brook_below_ten_megawatts_is_not_counted() -> None:
    n = TERRAIN.rows * TERRAIN.cols
    downstream = np.full(n, -2, dtype=np.int64)
    downstream[[10, 11]] = [11, OUT]
    network = Network(downstream, np.array([10, 11]), np.zeros(n, dtype=np.int64))
    local = np.zeros(n)
    local[10] = 2.0
    flow = network.accumulate(local)
    level = np.zeros(n)
    level[10] = 900.0  # 2 m3/s over half of 900 m: 8.8 MW
    assert river_power_mw(network, flow, local, level, main_upstream(network, flow)).max() == 0.0
