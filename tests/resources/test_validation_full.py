"""The full validation: its arithmetic by hand, its readers on made files, and that its limits can be broken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources import atlas
from resources import weather_solar as sun
from resources.hours import HOURS
from resources.validation_flows import flow_section
from resources.validation_full import default_reference, run_full, typical_years
from resources.validation_kernels import kernel_section, worst_at_noon
from resources.validation_provinces import LEAP_DAY, read_province_year
from resources.validation_published import published
from resources.validation_row import Row, Section, summarise
from resources.validation_sample import Land, carried, cells_sampled
from resources.validation_spread import DAM_YEARS, dam_flows, spread_section
from resources.validation_typical import closed, ks_distance, mean_day
from resources.validation_yields import reason, with_dni
from resources.weather import HourlyWeather, generate


@pytest.fixture(scope="module")
def weather() -> HourlyWeather:
    return generate(atlas.climate_at([97.37], [37.37]), 2020)


def _row(ours: float, low: float, high: float, **more: object) -> Row:
    return Row("g", ("甲", "a"), "h", ours, (low, high), **more)  # type: ignore[arg-type]


def test_an_error_is_signed_and_counted_from_the_nearer_end() -> None:
    assert _row(110, 100, 100).error == pytest.approx(0.10)
    assert _row(90, 100, 120).error == pytest.approx(-0.10)
    assert _row(126, 100, 120).error == pytest.approx(0.05)
    assert _row(110, 100, 120).error == 0
    assert Row("g", ("甲", "a"), "1", 3.0).error is None


def test_a_limit_holds_the_error_or_where_nothing_is_published_the_figure_itself() -> None:
    assert _row(100.4, 100, 100, limit=0.005).passed
    assert not _row(100.6, 100, 100, limit=0.005).passed
    assert not _row(99.4, 100, 100, limit=0.005).passed
    assert not Row("g", ("甲", "a"), "1", 0.03, limit=0.02).passed
    assert _row(500, 100, 100).passed  # no limit


def test_bias_spread_and_worst_of_a_group_by_hand() -> None:
    rows = [_row(110, 100, 100), _row(70, 100, 100), _row(120, 100, 100), Row("g", ("乙", "b"), "1", 9.0)]
    found = summarise("g", rows)
    assert found is not None
    # errors +0.1, -0.3, +0.2: mean 0, variance (0.01 + 0.09 + 0.04) / 3
    assert (found.count, found.bias) == (3, pytest.approx(0.0))
    assert found.spread == pytest.approx(np.sqrt(0.14 / 3))
    assert found.worst == pytest.approx(-0.3)
    assert summarise("g", rows[3:]) is None


def test_only_groups_with_several_errors_are_summed_up() -> None:
    rows = (_row(110, 100, 100), _row(90, 100, 100), replace(_row(1, 2, 2), group="h"))
    section = Section("s", ("节", "s"), rows, {"g": ("组", "g"), "h": ("另组", "h")})
    assert [one.group for one in section.summaries] == ["g"]


def test_the_ks_distance_is_the_largest_gap_between_two_distributions() -> None:
    a = np.array([1.0, 2.0, 3.0, 4.0])
    assert ks_distance(a, a) == 0
    assert ks_distance(a, a + 10) == 1
    assert ks_distance(a, np.array([3.0, 4.0, 5.0, 6.0])) == pytest.approx(0.5)


def test_the_mean_day_of_a_repeated_day_is_that_day() -> None:
    day = np.arange(24.0)
    np.testing.assert_allclose(mean_day(np.tile(day, 365)), day)


def test_closed_irradiance_adds_up_and_says_by_how_much_it_did_not(weather: HourlyWeather) -> None:
    # A tenth of GHI taken from the diffuse light: so much does not close.
    lacking = replace(weather, dhi_w_per_m2=weather.dhi_w_per_m2 - np.float32(0.1) * weather.ghi_w_per_m2)
    whole, gap = closed(lacking)
    assert gap == pytest.approx(-0.1, abs=1e-3)
    above = np.maximum(sun.cos_zenith(weather.lat_deg, sun.hour_angle(weather.lon_deg)), 0.0)
    total = whole.dni_w_per_m2 * above + whole.dhi_w_per_m2
    np.testing.assert_allclose(total, weather.ghi_w_per_m2, atol=0.01)


def test_a_changed_beam_leaves_the_global_light_as_it_is(weather: HourlyWeather) -> None:
    other = with_dni(weather, 0.8)
    assert other.dni_w_per_m2.sum(dtype=float) == pytest.approx(
        0.8 * weather.dni_w_per_m2.sum(dtype=float), rel=1e-5
    )
    above = np.maximum(sun.cos_zenith(weather.lat_deg, sun.hour_angle(weather.lon_deg)), 0.0)
    np.testing.assert_allclose(
        other.dni_w_per_m2 * above + other.dhi_w_per_m2, weather.ghi_w_per_m2, atol=0.02
    )


def _land() -> Land:
    count = 40
    index = np.arange(count)
    return Land(
        lon_deg=100.0 + 0.25 * index,
        lat_deg=np.full(count, 40.0),
        province=np.where(index < 30, "150000", "310000"),
        area=np.ones(count),
        pv_kwh_per_kwp=1000.0 + index,
        wind_cf_developable=0.2 + 0.001 * index,
        wind_cf_area_mean=0.1 + 0.001 * index,
        elevation_m=np.where(index == 29, 6000.0, 100.0),
        desert=index < 5,
    )


def test_a_sample_takes_few_cells_of_every_province_and_the_same_each_time() -> None:
    land = _land()
    cells = cells_sampled(land, 12)
    assert (land.province[cells] == "150000").sum() == 12
    assert (land.province[cells] == "310000").sum() == 10  # all there are
    assert len(set(cells.tolist())) == len(cells)
    np.testing.assert_array_equal(cells, cells_sampled(land, 12))


def test_what_goes_with_a_layer_is_carried_from_the_sample_without_error() -> None:
    land = _land()
    own, some = np.arange(30), np.array([2, 9, 27])
    values = 0.7 * land.wind_cf_developable
    found = carried(land, some, values[some], land.wind_cf_developable, own)
    assert found == pytest.approx(values[own].mean())


def test_the_best_ground_is_the_top_share_of_the_area_below_the_height() -> None:
    land = _land()
    best = land.best(land.province == "150000", land.wind_cf_developable, 0.1, 4500.0)
    # Cell 29 would be first but lies too high; a tenth of the other 29 is three cells.
    assert np.flatnonzero(best).tolist() == [26, 27, 28]
    everywhere = land.best(land.province == "150000", land.wind_cf_developable, 1.0, 9000.0)
    assert everywhere.sum() == 30


def test_every_published_figure_has_source_year_tier_and_both_names() -> None:
    rows = published()
    assert len({row.id for row in rows}) == len(rows)
    for row in rows:
        assert row.source, row.id
        assert row.year, row.id
        assert row.tier in ("official", "published", "estimated"), row.id
        assert all(row.name), row.id
        assert 0 < row.low <= row.high, row.id
        assert 0.5 < row.kept_share <= 1, row.id


def test_hours_of_a_province_are_output_over_either_capacity_with_cut_output_added_back() -> None:
    tibet = next(row for row in published() if row.id == "pv_540000")
    assert tibet.high == pytest.approx(1600 / 1.28)  # mid-2020
    assert tibet.low == pytest.approx(1600 / ((1.28 + 1.37) / 2))
    assert tibet.uncut == (pytest.approx(tibet.low / 0.746), pytest.approx(tibet.high / 0.746))


def test_a_reason_is_given_only_where_another_count_halves_the_error() -> None:
    row = _row(120, 100, 100)
    assert reason(row, [(("甲", "a"), 111.0), (("乙", "b"), 115.0)]) == ("", "")
    zh, en = reason(row, [(("甲", "a"), 111.0), (("乙", "b"), 95.0)])
    assert (zh, en) == ("乙: 95 (-5%)", "b: 95 (-5%)")
    assert reason(_row(104, 100, 100), [(("甲", "a"), 100.0)]) == ("", "")
    assert reason(row, []) == ("", "")


def _profiles(path: Path, hours: int, names: tuple[bytes, ...]) -> Path:
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "w") as file:
        file["bus"] = np.array(names)
        file["profile"] = np.tile(np.arange(hours, dtype=float)[:, None] / hours, (1, len(names)))
        file["x"], file["y"] = np.array([100.0, 100.25]), np.array([30.0, 30.25])
        file["potential"] = np.array([[1.0, 2.0], [3.0, np.nan]])
    return path


def test_a_leap_year_of_provinces_loses_its_29_february(tmp_path: Path) -> None:
    found = read_province_year(_profiles(tmp_path / "p.nc", HOURS + 24, (b"Tibet", b"InnerMongolia")))
    assert found.adcode == ("540000", "150000")
    assert found.factor.shape == (2, HOURS)
    before, after = found.factor[0, LEAP_DAY.start - 1], found.factor[0, LEAP_DAY.start]
    assert (after - before) * (HOURS + 24) == pytest.approx(25)
    np.testing.assert_allclose(
        found.potential_at(np.array([100.2, 100.3]), np.array([30.0, 30.2])), [2.0, 0.0]
    )


@pytest.mark.parametrize(("hours", "name"), [(100, b"Tibet"), (HOURS, b"Atlantis")])
def test_another_netcdf_is_refused_by_name(tmp_path: Path, hours: int, name: bytes) -> None:
    path = _profiles(tmp_path / "p.nc", hours, (name,))
    with pytest.raises(InputError) as caught:
        read_province_year(path)
    assert caught.value.problems[0].where == str(path)
    with pytest.raises(InputError):
        read_province_year(tmp_path / "absent.nc")


def test_dams_without_all_years_are_left_out(tmp_path: Path) -> None:
    triple = [f"1,2,{flow}" for flow in range(len(DAM_YEARS))]
    lines = ["head", "Full,0,0,r,p,1,9," + ",".join(triple), "Young,0,0,r,p,1,9,,,," + ",".join(triple[1:])]
    path = tmp_path / "dams.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    flows = dam_flows(path)
    assert list(flows) == ["Full"]
    assert flows["Full"].tolist() == list(range(len(DAM_YEARS)))
    path.write_text("head\nFull,0,0,r,p,1,9," + ",".join(["a,b,c"] * len(DAM_YEARS)), encoding="utf-8")
    with pytest.raises(InputError):
        dam_flows(path)


def test_two_years_that_differ_have_each_the_root_of_half_their_difference() -> None:
    wind = next(row for row in spread_section(None).rows if row.group == "spread_wind")
    assert wind.published is not None
    steps = np.log([2880 / 2639, 2745 / 2385, 2537 / 2553, 2837 / 2808])
    assert wind.published[0] == pytest.approx(np.sqrt((steps**2).mean() / 2))


def test_the_kernels_agree_with_the_reference_chains(weather: HourlyWeather) -> None:
    section = kernel_section({("德令哈", "Delingha"): weather})
    assert [row.group for row in section.rows if row.enforced].count("pv_year") == 2
    assert all(row.passed for row in section.rows), [row for row in section.rows if not row.passed]


def test_a_kernel_that_is_one_percent_off_breaks_the_limit(
    weather: HourlyWeather, monkeypatch: pytest.MonkeyPatch
) -> None:
    from resources import validation_kernels as kernels

    exact_pv, exact_wind = kernels.pv_capacity_factor, kernels.wind_capacity_factor
    monkeypatch.setattr(kernels, "pv_capacity_factor", lambda *a: exact_pv(*a) * np.float32(1.01))
    monkeypatch.setattr(kernels, "wind_capacity_factor", lambda *a: exact_wind(*a) * np.float32(0.99))
    rows = kernel_section({("德令哈", "Delingha"): weather}).rows
    assert not any(row.passed for row in rows if row.group in ("pv_year", "wind_year"))


def test_the_worst_noon_leaves_out_hours_with_hardly_any_power() -> None:
    theirs = np.zeros(HOURS)
    theirs[12], theirs[36], theirs[9] = 0.5, 0.001, 0.5
    ours = theirs.copy()
    ours[12], ours[36], ours[9] = 0.51, 0.1, 0.9
    assert worst_at_noon(ours, theirs) == pytest.approx(0.02)


def test_gauges_stand_in_their_tiers_and_dams_are_not_compared() -> None:
    section = flow_section()
    assert len(section.rows) > 20
    for row in section.rows:
        assert row.group == f"gauge_{row.tier}"
        assert row.group in section.groups


def test_a_reference_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        run_full(tmp_path / "absent")
    assert caught.value.problems[0].where == "--reference"


def test_without_a_reference_there_are_no_typical_years(tmp_path: Path) -> None:
    assert typical_years(None) == {}
    assert typical_years(tmp_path) == {}


@pytest.mark.slow
def test_the_whole_validation_holds_its_limits_and_says_what_it_left_out() -> None:
    reference = default_reference()
    shares: list[float] = []
    found = run_full(reference, lambda share, what: shares.append(share))
    assert found.failed == ()
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(found.enforced) >= 16
    for section in found.sections:
        assert section.rows or section.notes
        for row in section.rows:
            assert np.isfinite(row.ours), row.name
            assert all(row.name), row
            assert row.group in section.groups
    ids = [section.id for section in found.sections]
    assert ids == ["typical_years", "provinces_2020", "published_yields", "catchments", "kernels", "spread"]
    if reference is None:
        assert not found.sections[0].rows
        return
    provinces = found.sections[1]
    assert sum(row.group == "wind_alike" for row in provinces.rows) == 31
