from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from gis_layers.grid import TERRAIN
from gis_layers.zonal import zones
from resources.people import census, people_per_km2
from resources.rooftop import RoofRules, Rooftops, roof_share, rooftops, table

MAP_OF_PEOPLE = Path(__file__).parents[3] / "shared" / "reference" / "rasters" / "pop_density_china.nc"


@pytest.fixture(scope="module")
def provinces() -> Rooftops:
    return rooftops("province")


def test_roofs_of_one_cell_by_hand() -> None:
    rules = RoofRules()
    people = np.array([[0.0, 1500.0]])
    roofs, built = roof_share(people, None, rules)
    # Half in flats at 25 m2, half in houses at 50 m2: 37.5 m2 each.
    np.testing.assert_allclose(roofs, [[0.0, 1500 * 37.5 / 1e6]])
    assert (built == 0).all()
    roofs, built = roof_share(people, np.array([[0.5, np.nan]]), rules)
    np.testing.assert_allclose(roofs, [[0.1, 1500 * 37.5 / 1e6]])
    np.testing.assert_allclose(built, [[0.1, 0.0]])


def test_a_province_has_the_people_of_its_census(provinces: Rooftops) -> None:
    large = {code: people for code, people in census().items() if people > 2e6}
    for code, people in large.items():
        found = provinces.people[provinces.ids.index(code)]
        assert found == pytest.approx(people, rel=0.03), code  # cells on borders belong to both sides
    assert provinces.people.sum() == pytest.approx(sum(census().values()), rel=1e-6)
    mainland = sum(people for code, people in census().items() if code < "700000")
    assert mainland == pytest.approx(1_409_778_724, rel=1e-4)


def test_capacity_is_roofs_times_the_rules_and_energy_lies_between_the_worst_and_best_sun(
    provinces: Rooftops,
) -> None:
    rules = RoofRules()
    per_km2 = rules.usable_share * rules.module_kw_per_m2 * 1000
    np.testing.assert_allclose(provinces.capacity_mw, provinces.roof_km2 * per_km2)
    hours = provinces.full_load_hours
    assert ((hours > 600) & (hours < 1900)).all()
    by_id = dict(zip(provinces.ids, hours, strict=True))
    assert by_id["540000"] > by_id["110000"] > by_id["500000"]


def test_the_peopled_east_has_most_of_the_roofs(provinces: Rooftops) -> None:
    by_id = dict(zip(provinces.ids, provinces.capacity_mw, strict=True))
    assert by_id["370000"] > by_id["150000"] > by_id["630000"]


def test_the_table_has_every_region_largest_first_and_says_that_it_is_an_estimate(
    provinces: Rooftops,
) -> None:
    rows = table(provinces)
    assert {row["id"] for row in rows} == set(provinces.ids)
    capacities = [float(row["capacity_mw"]) for row in rows]
    assert capacities == sorted(capacities, reverse=True)
    assert sum(capacities) == pytest.approx(provinces.capacity_mw.sum(), rel=1e-6)
    assert {row["tier"] for row in rows} == {"estimated"}


def test_counties_add_up_to_their_provinces(provinces: Rooftops) -> None:
    parts = rooftops("county")
    assert len(parts.ids) == 2891
    codes = np.array([code[:2] for code in parts.ids])
    for code, whole in zip(provinces.ids, provinces.capacity_mw, strict=True):
        if code < "700000":
            assert parts.capacity_mw[codes == code[:2]].sum() == pytest.approx(whole, rel=0.01), code


def test_where_land_cover_is_known_roofs_follow_it(provinces: Rooftops) -> None:
    built = np.full(TERRAIN.shape, np.nan)
    built[:, TERRAIN.lon_deg > 110] = 0.1
    mixed = rooftops("province", built_share=built)
    by_id = dict(zip(mixed.ids, mixed.from_built_share, strict=True))
    assert by_id["310000"] == pytest.approx(1.0)
    assert by_id["650000"] == 0.0
    west = provinces.ids.index("650000")
    assert mixed.capacity_mw[west] == pytest.approx(provinces.capacity_mw[west])
    shanghai = mixed.ids.index("310000")
    assert mixed.roof_km2[shanghai] == pytest.approx(
        0.1 * 0.2 * zones("province").area_km2[[shanghai]].sum(), rel=1e-6
    )


def test_maps_that_cannot_be_are_refused_together() -> None:
    with pytest.raises(InputError) as caught:
        rooftops("province", people=np.full(TERRAIN.shape, -1.0), built_share=np.zeros((2, 2)))
    assert {p.field for p in caught.value.problems} == {"people", "built_share"}
    with pytest.raises(InputError, match="built_share"):
        rooftops("province", built_share=np.full(TERRAIN.shape, 30.0))  # percent


def test_the_spread_of_people_is_near_a_measured_map() -> None:
    if not MAP_OF_PEOPLE.is_file():
        pytest.skip("no population map beside the project (../shared/reference/rasters/pop_density_china.nc)")
    import xarray as xr

    with xr.open_dataset(MAP_OF_PEOPLE, engine="h5netcdf") as file:
        measured = (
            file["pop_density"]
            .fillna(0)
            .interp(x=TERRAIN.lon_deg, y=TERRAIN.lat_deg, method="nearest")
            .transpose("y", "x")
            .fillna(0)
            .to_numpy()
        )
    counties = zones("county")
    mainland = np.array([code < "700000" for code in counties.ids])
    ours, theirs = (counties.total(d)[mainland] for d in (people_per_km2(), measured))
    misplaced = np.abs(ours / ours.sum() - theirs / theirs.sum()).sum() / 2
    provinces = zones("province")
    even = np.zeros(
        TERRAIN.rows * TERRAIN.cols
    )  # each province's people spread evenly: what knowing no more gives
    for index, code in enumerate(provinces.ids):
        row = provinces.area_km2[[index]].tocoo()
        np.add.at(even, row.coords[1], row.data * census()[code] / row.data.sum())
    whole = np.asarray(provinces.area_km2.sum(axis=0)).ravel()
    even = np.divide(even, whole, out=np.zeros_like(even), where=whole > 0).reshape(TERRAIN.shape)
    level = counties.total(even)[mainland]
    level_misplaced = np.abs(level / level.sum() - theirs / theirs.sum()).sum() / 2
    assert misplaced < 0.32
    assert misplaced < level_misplaced - 0.05
