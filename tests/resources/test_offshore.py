"""Offshore farms off coasts everyone knows, and the arithmetic of depth and distance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources import atlas, offshore
from resources.offshore import (
    figures,
    offshore_at,
    offshore_capacity_factor,
    offshore_grid,
    offshore_turbine,
)
from resources.weather import generate
from resources.wind import wind_capacity_factor

FACTS = Path(__file__).parents[3] / "shared" / "facts" / "technology_costs.csv"


def test_depth_at_sea_is_positive_and_land_is_refused_by_name() -> None:
    assert offshore_at(121.8, 32.7).depth_m[0] > 0
    with pytest.raises(InputError) as error:
        offshore_at([121.8, 105.0, 104.0], [32.7, 35.0, 30.0])
    assert [p.where for p in error.value.problems] == ["place 2 of 3", "place 3 of 3"]


def test_known_waters_get_the_foundations_that_stand_there() -> None:
    # Rudong (Jiangsu) and Yangjiang nearshore: monopiles; 18 N 116 E is deep sea.
    sites = offshore_at([121.8, 111.7, 116.0], [32.7, 21.2, 18.0])
    assert sites.foundation.tolist() == ["monopile", "monopile", ""]
    assert np.isnan(sites.capex_cny_per_kw[2])
    assert sites.distance_km[0] < 60 < 200 < sites.distance_km[2]


def test_classes_change_at_their_depths() -> None:
    depth = [1.0, 35.0, 35.1, 60.0, 60.1, 1000.0, 1000.1]
    sites = offshore_at(np.full(7, 121.8), np.full(7, 32.7), depth)
    classes = ["monopile", "monopile", "jacket", "jacket", "floating", "floating", ""]
    assert sites.foundation.tolist() == classes
    assert sites.link.tolist()[-1] == ""


def test_cost_by_hand_and_never_less_in_deeper_water() -> None:
    # Near the shore, half way down the monopile range: 11,000 x (0.96 + 1.03) / 2.
    at = offshore_at(111.5, 21.4, 17.5)
    assert at.distance_km[0] < figures()["near_shore_km"].value
    assert at.capex_cny_per_kw[0] == pytest.approx(11_000 * 0.995)
    depths = np.linspace(1, 1000, 200)
    cost = offshore_at(np.full(200, 111.5), np.full(200, 21.4), depths).capex_cny_per_kw
    assert (np.diff(cost) >= 0).all()
    assert cost[-1] == pytest.approx(11_000 * 2.10)


def test_the_low_and_the_high_cost_lie_either_side() -> None:
    sites = offshore_at([121.8, 123.5], [32.7, 30.5], [20.0, 55.0])
    assert (sites.capex_low_cny_per_kw < sites.capex_cny_per_kw).all()
    assert (sites.capex_high_cny_per_kw > sites.capex_cny_per_kw).all()


def test_far_farms_are_linked_by_direct_current_and_lose_more_days() -> None:
    lon = np.linspace(122.0, 126.0, 41)
    sites = offshore_at(lon, np.full(41, 31.5), np.full(41, 30.0))
    order = np.argsort(sites.distance_km)
    links = sites.link[order].tolist()
    assert links[0] == "ac"
    assert links[-1] == "dc"
    assert links == sorted(links)
    change = sites.distance_km[order][links.index("dc")]
    assert 80 < change < 250
    assert (np.diff(sites.availability_loss_share[order]) >= 0).all()
    assert (np.diff(sites.capex_cny_per_kw[order]) >= -1e-9).all()


def test_the_grid_holds_the_same_as_its_places() -> None:
    sites, cells = offshore_grid(120.0, 32.0, 123.0, 34.0)
    assert len(sites) == len(cells) > 500
    some = np.arange(0, len(sites), 97)
    alone = offshore_at(sites.lon_deg[some], sites.lat_deg[some])
    np.testing.assert_array_equal(alone.depth_m, sites.depth_m[some])
    np.testing.assert_allclose(alone.capex_cny_per_kw, sites.capex_cny_per_kw[some])
    with pytest.raises(InputError, match="with sea"):
        offshore_grid(100.0, 35.0, 102.0, 36.0)


def test_an_offshore_farm_yields_what_the_strait_and_jiangsu_are_known_for() -> None:
    lon, lat = [121.8, 120.2], [32.7, 25.3]
    sites = offshore_at(lon, lat)
    weather = generate(atlas.climate_at(lon, lat), 1)
    jiangsu, strait = offshore_capacity_factor(weather, sites).sum(axis=1, dtype=float)
    assert 2300 < jiangsu < 3700
    assert 3600 < strait < 5200


def test_losses_by_place_are_those_of_the_sites() -> None:
    lon, lat = [121.8, 120.2], [32.7, 25.3]
    sites = offshore_at(lon, lat)
    weather = generate(atlas.climate_at(lon, lat), 1)
    lossless = wind_capacity_factor(weather, offshore_turbine())
    kept = offshore_capacity_factor(weather, sites).sum(axis=1) / lossless.sum(axis=1)
    # 1 % array, AC 1 % + 0.03 %/km, availability 4 % + 0.03 %/km.
    away = 0.0003 * sites.distance_km
    assert sites.link.tolist() == ["ac", "ac"]
    np.testing.assert_allclose(kept, (1 - 0.02 - away) * (1 - 0.04 - away), rtol=1e-4)


def test_too_deep_a_place_gets_no_farm() -> None:
    weather = generate(atlas.climate_at([116.0], [18.0]), 1)
    with pytest.raises(InputError, match="at most 1000"):
        offshore_capacity_factor(weather, offshore_at(116.0, 18.0))


def test_every_figure_has_unit_year_source_and_tier() -> None:
    for figure in figures().values():
        assert figure.unit
        assert figure.provenance.source
        assert figure.provenance.date
        assert figure.provenance.tier == "estimated"


def test_costs_are_those_of_the_facts() -> None:
    import csv

    if not FACTS.is_file():
        pytest.skip("the facts are not here")
    with FACTS.open(encoding="utf-8-sig") as handle:
        row = next(
            r
            for r in csv.DictReader(handle)
            if r["item"] == "CAPEX 2024-25" and "offshore" in r["technology"]
        )
    assert [float(row[k]) for k in ("low", "value", "high")] == [
        figures()[k].value for k in ("capex_low", "capex", "capex_high")
    ]


def test_the_shore_is_chinas_and_islets_do_not_count() -> None:
    # South of Jeju the nearest land is Korean; the farm's cable goes to China.
    assert offshore.shore_distance_km(np.array([126.0]), np.array([32.5]))[0] > 350
