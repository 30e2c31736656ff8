"""Places that take turns, droughts cut by hand, stores counted by hand, and the order of places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gis_layers.errors import Cancelled, InputError
from resources import complementarity
from resources.complementarity import combined, correlations, ramps, storage_for_firm
from resources.droughts import droughts, running_mean
from resources.place_gain import gain_beside, gain_of_places, memory_bytes

RNG = np.random.default_rng(1)
HOURS = 240


def places(count: int, hours: int = HOURS) -> np.ndarray:
    return np.random.default_rng(count).random((count, hours)).astype(np.float32)


# Correlations


@pytest.mark.parametrize("kept_bytes", [0, 2 * 8 * 4 * HOURS, 10**9], ids=["none", "one block", "all"])
def test_matrices_are_those_of_numpy_and_scipy_across_blocks(
    monkeypatch: pytest.MonkeyPatch, kept_bytes: int
) -> None:
    from scipy.stats import spearmanr

    values = places(11)
    values[3, :100] = 0.0  # ties
    values[7] = 1 - values[2]
    monkeypatch.setattr(complementarity, "PLACES_AT_ONCE", 4)
    monkeypatch.setattr(complementarity, "KEPT_BYTES", kept_bytes)
    found = correlations(values)
    np.testing.assert_allclose(found.pearson, np.corrcoef(values.astype(float)), atol=1e-12)
    np.testing.assert_allclose(found.rank, spearmanr(values, axis=1).statistic, atol=1e-12)
    np.testing.assert_allclose(found.covariance, np.cov(values.astype(float), ddof=0), atol=1e-12)
    assert found.pearson[2, 7] == pytest.approx(-1.0)
    assert (found.pearson == found.pearson.T).all()


def test_a_place_that_never_changes_has_no_correlation_but_does_no_harm() -> None:
    values = places(3)
    values[1] = 0.4
    found = correlations(values)
    assert np.isnan(found.pearson[1]).all()
    assert found.covariance[1].tolist() == [0.0, 0.0, 0.0]
    assert np.isfinite(found.pearson[0, 2])


def test_results_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        correlations(places(3)).pearson[0, 0] = 2.0


def test_series_on_disk_are_read_a_few_places_at_a_time() -> None:
    values = places(100)

    class Disk:
        shape = values.shape
        most = 0

        def __getitem__(self, key: slice) -> np.ndarray:
            part = values[key]
            Disk.most = max(Disk.most, len(part))
            return part

    disk = Disk()
    np.testing.assert_allclose(correlations(disk).pearson, correlations(values).pearson)
    np.testing.assert_allclose(combined(disk), values.mean(axis=0), rtol=1e-6)
    gain_of_places(disk, most=3, goal="firm")
    assert Disk.most <= complementarity.PLACES_AT_ONCE


def test_the_stated_memory_is_not_exceeded() -> None:
    import tracemalloc

    values = np.random.default_rng(2).random((80, 8760)).astype(np.float32)
    tracemalloc.start()
    correlations(values)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.5 * memory_bytes(80, 8760) < peak < memory_bytes(80, 8760)


def test_a_missing_hour_is_named_with_its_place() -> None:
    values = places(40)
    values[35, 17] = np.nan
    with pytest.raises(InputError, match="place p35 hour 17"):
        correlations(values, [f"p{i}" for i in range(40)])


def test_wrong_weights_and_names_are_named_together() -> None:
    with pytest.raises(InputError) as error:
        gain_of_places(places(3), np.array([1.0, -1.0, 1.0]), ["a", "a", "b"])
    assert {p.field for p in error.value.problems} == {"weight", "names"}


def test_the_user_can_stop_it() -> None:
    def stop(share: float, text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        correlations(places(5), progress=stop)


# Ramps


def test_ramps_of_a_square_wave_by_hand() -> None:
    output = np.tile(np.repeat([0.0, 1.0], 12), 10)
    hour, half_day = ramps(output, steps_h=(1, 12))
    assert (hour.lowest, hour.highest, hour.step_h) == (-1.0, 1.0, 1)
    # Ten times down and nine times up: the mean is not quite 0.
    assert half_day.sigma == pytest.approx(1.0, abs=0.002)
    with_load = ramps(output, load=output + 3.0, steps_h=(1,))[0]
    assert with_load.sigma == 0.0
    assert with_load.highest == 0.0


def test_residual_ramps_turn_the_sign_of_the_output() -> None:
    output = np.concatenate([np.zeros(50), np.ones(50)])
    assert ramps(output, steps_h=(1,))[0].highest == 1.0
    assert ramps(output, load=np.full(100, 5.0), steps_h=(1,))[0].lowest == -1.0


# Storage


def test_a_store_by_hand_without_losses() -> None:
    # Twelve hours of 2, twelve of 0: mean 1; firm 1 draws 1 for twelve hours.
    output = np.tile(np.repeat([2.0, 0.0], 12), 5)
    store = storage_for_firm(output, (0.5, 1.0))
    assert store.capacity_h.tolist() == pytest.approx([6.0, 12.0])
    assert store.charge_peak.tolist() == [1.5, 1.0]
    assert store.discharge_peak.tolist() == [0.5, 1.0]


def test_losses_make_the_store_larger_and_full_output_impossible() -> None:
    output = np.tile(np.repeat([2.0, 0.0], 12), 5)
    store = storage_for_firm(output, (0.5, 1.0), round_trip=0.81)
    assert store.capacity_h[0] == pytest.approx(6.0 / 0.9)
    assert np.isnan(store.capacity_h[1])


def test_a_shortage_across_the_years_end_counts_as_one() -> None:
    output = np.ones(480)
    output[:24] = output[-24:] = 0.0
    assert storage_for_firm(output, (0.5,)).capacity_h[0] == pytest.approx(48 * 0.5)


@settings(max_examples=30, deadline=None)
@given(hnp.arrays(np.float64, 96, elements=st.floats(0.05, 1.0)), st.floats(0.6, 1.0))
def test_a_store_of_the_found_size_carries_the_firm_output_and_a_smaller_one_does_not(
    output: np.ndarray, round_trip: float
) -> None:
    store = storage_for_firm(output, (0.8,), round_trip=round_trip)
    size = store.capacity_h[0] * output.mean()

    def carries(capacity: float) -> bool:
        level = capacity
        for made in np.tile(output, 3):
            short = store.firm[0] - made
            level -= short / np.sqrt(round_trip) if short > 0 else short * np.sqrt(round_trip)
            level = min(level, capacity)
            if level < -1e-9:
                return False
        return True

    if np.isnan(size):
        return
    assert carries(size)
    assert size < 1e-9 or not carries(0.99 * size - 1e-6)


# Droughts


def test_a_drought_by_hand() -> None:
    output = np.ones(1000)
    output[100:150] = 0.1
    found = droughts(output, window_h=1, shortest_h=24, hours_per_year=1000)
    (spell,) = found.spells
    assert (spell.start_h, spell.hours) == (100, 50)
    assert spell.missing_h == pytest.approx(50 * (1 - 0.1 / output.mean()))
    assert spell.lowest_share == pytest.approx(0.1 / output.mean())
    assert found.hours_share == 0.05
    assert found.per_year((24, 50, 51)) == (1.0, 1.0, 0.0)


def test_a_drought_over_new_year_is_one_and_a_short_one_none() -> None:
    output = np.ones(1000)
    output[:30] = output[-20:] = 0.0
    output[500:510] = 0.0
    found = droughts(output, window_h=1, hours_per_year=1000)
    assert [(s.start_h, s.hours) for s in found.spells] == [(980, 50)]


def test_with_a_window_of_a_day_nights_are_no_droughts_of_the_sun() -> None:
    sun = np.tile(np.maximum(np.sin(np.arange(24) / 24 * 2 * np.pi), 0.0), 60)
    assert droughts(sun, window_h=24).spells == ()
    assert len(droughts(sun, window_h=1, shortest_h=6).spells) == 60
    dull = sun.copy()
    dull[30 * 24 : 34 * 24] *= 0.05
    (spell,) = droughts(dull).spells
    assert 72 <= spell.hours <= 100


def test_the_running_mean_keeps_the_mean_and_goes_round() -> None:
    values = np.zeros(100)
    values[0] = 24.0
    smooth = running_mean(values, 24)
    assert smooth.sum() == pytest.approx(24.0)
    assert np.flatnonzero(smooth > 0.5).tolist() == [*range(12), *range(88, 100)]


@pytest.mark.parametrize("bad", [{"threshold_share": 1.5}, {"window_h": 0}, {"shortest_h": 0}])
def test_questions_without_sense_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(InputError):
        droughts(np.ones(200), **bad)  # type: ignore[arg-type]


# Gain of places


def test_the_place_that_takes_turns_is_added_before_the_one_that_goes_along() -> None:
    wave = 0.5 + 0.4 * np.sin(2 * np.pi * np.arange(HOURS) / 24)
    values = np.stack([wave, 0.98 * wave + 0.01, 1 - wave])
    steps = gain_of_places(values, names=["a", "like a", "against a"], start=0)
    assert [s.name for s in steps] == ["a", "against a", "like a"]
    assert steps[1].variation == pytest.approx(0.0, abs=1e-6)
    assert steps[1].firm == pytest.approx(0.5)
    assert steps[2].variation_gain < 0


@pytest.mark.parametrize("goal", ["steady", "firm"])
def test_each_step_is_the_best_next_one_by_brute_force(goal: str) -> None:
    values = places(6) ** np.arange(1, 7)[:, None]
    weight = np.array([1.0, 2.0, 0.5, 1.0, 3.0, 1.0])
    steps = gain_of_places(values, weight, goal=goal)  # type: ignore[arg-type]
    chosen: list[int] = []
    for step in steps:

        def score(extra: int) -> float:
            both = [*chosen, extra]
            output = weight[both] @ values[both].astype(float) / weight[both].sum()
            return -output.std() / output.mean() if goal == "steady" else np.quantile(output, 0.05)

        best = max((i for i in range(6) if i not in chosen), key=score)
        assert score(step.place) == pytest.approx(score(best), abs=2e-6)
        chosen.append(step.place)
    assert sorted(chosen) == list(range(6))


def test_the_last_step_is_the_whole_set() -> None:
    values = places(5)
    weight = np.arange(1.0, 6.0)
    last = gain_of_places(values, weight)[-1]
    output = combined(values, weight)
    assert last.mean == pytest.approx(output.mean())
    assert last.variation == pytest.approx(output.std() / output.mean())
    assert last.storage_h == pytest.approx(storage_for_firm(output, (0.8,)).capacity_h[0])
    assert last.drought_h == droughts(output).longest_h


def test_gains_add_up_to_the_difference_of_first_and_last() -> None:
    steps = gain_of_places(places(7), goal="firm")
    assert sum(s.variation_gain for s in steps) == pytest.approx(steps[0].variation - steps[-1].variation)
    assert sum(s.firm_gain for s in steps) == pytest.approx(steps[-1].firm)


def test_beside_a_wave_its_opposite_brings_most_and_its_twin_nothing() -> None:
    wave = 0.5 + 0.4 * np.sin(2 * np.pi * np.arange(HOURS) / 24)
    values = np.stack([wave, 1 - wave, np.full(HOURS, 0.5)])
    found = gain_beside(values, wave, added_share=0.25)
    assert found.correlation[:2] == pytest.approx([1.0, -1.0])
    assert np.isnan(found.correlation[2])
    # Three quarters of the wave and one of its opposite leave half of it; of a still place, three quarters.
    before = 0.4 / np.sqrt(2) / 0.5
    assert found.variation_gain == pytest.approx([0.0, 0.5 * before, 0.25 * before])
    assert found.firm_gain[0] == pytest.approx(0.0)
    assert found.firm_gain[1] > found.firm_gain[2] > 0


def test_a_standing_output_of_another_length_is_refused() -> None:
    with pytest.raises(InputError, match="standing"):
        gain_beside(places(3), np.ones(HOURS - 1))
