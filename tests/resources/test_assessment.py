"""A country in tiles: the same answer whatever the tiles, the order, the machine, and who died on the way."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gis_layers.errors import Cancelled, InputError
from resources import assessment, spread
from resources.assessment import (
    AssessmentSpec,
    assess_tile,
    lay_out,
    read_assessment,
    run_assessment,
    tasks_of,
)
from resources.assessment_file import assessment_head
from resources.profile import site_profiles
from resources.resource_data import EMBEDDED, ResourceChoice
from tests.resources.library_factory import weather_entry

NINGXIA = (105.0, 37.0, 106.5, 38.5)
SMALL = AssessmentSpec(bounds=NINGXIA, cells_per_tile=8)
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_assessment(SMALL, tmp_path_factory.mktemp("whole") / "评估.nc")


def same(a: Path, b: Path) -> bool:
    one, other = read_assessment(a), read_assessment(b)
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        for name in ("wind_hours", "pv_hours", "complementarity", "drought_days", "profile")
    )


def test_a_cell_has_the_hours_of_its_own_chain(whole: Path) -> None:
    held = read_assessment(whole)
    cells = lay_out(SMALL, EMBEDDED)
    row, col = divmod(int(cells.index[10]), cells.grid.cols)
    climate = EMBEDDED.climate_at(cells.lon_deg[10:11], cells.lat_deg[10:11])
    alone = site_profiles(climate, 2020)
    assert held.wind_hours[0, :, row, col].sum() == pytest.approx(alone.wind.sum(), rel=1e-4)
    assert held.pv_hours[0, :, row, col].sum() == pytest.approx(alone.pv.sum() / 1.2, rel=1e-4)
    expected = -np.corrcoef(alone.wind[0], alone.pv[0])[0, 1]
    assert held.complementarity[0, row, col] == pytest.approx(expected, abs=1e-4)
    assert np.isfinite(held.wind_hours).sum() == 12 * len(cells.index)


def test_a_provinces_profile_is_the_mean_of_its_cells_by_eligible_land(whole: Path) -> None:
    held = read_assessment(whole)
    cells = lay_out(SMALL, EMBEDDED)
    for number, code in enumerate(held.regions):
        own = cells.region == cells.regions.index(code)
        hours = held.wind_hours[0].sum(axis=0).ravel()[cells.index[own]]
        mean = np.average(hours, weights=cells.weight_km2[0, own])
        assert held.profile[0, 0, number].sum() == pytest.approx(mean, rel=1e-4)
    assert "640000" in held.regions


def test_tiles_of_another_size_change_nothing(whole: Path, tmp_path: Path) -> None:
    other = run_assessment(SMALL.model_copy(update={"cells_per_tile": 1000}), tmp_path / "one.nc")
    a, b = read_assessment(whole), read_assessment(other)
    assert np.nanmax(np.abs(a.wind_hours - b.wind_hours)) < 1e-2
    assert np.nanmax(np.abs(a.profile - b.profile)) < 1e-5


def test_a_stopped_assessment_goes_on_where_it_was(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "again.nc"

    def stop(share: float, what: str) -> None:
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_assessment(SMALL, out, progress=stop)
    assert not out.exists()
    worked: list[int] = []
    plain = assess_tile

    def counted(task: Any) -> Any:
        worked.append(task.number)
        return plain(task)

    monkeypatch.setattr(assessment, "assess_tile", counted)
    run_assessment(SMALL, out)
    every = len(list(tasks_of(SMALL, lay_out(SMALL, EMBEDDED), None)))
    assert 0 < len(worked) < every
    assert same(whole, out)
    assert [p.name for p in tmp_path.iterdir()] == ["again.nc"]


def test_a_torn_tile_is_made_anew(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "torn.nc"

    def stop(share: float, what: str) -> None:
        if share > 0.6:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_assessment(SMALL, out, progress=stop)
    tile = next(tmp_path.glob(".torn.tiles-*/0.npz"))
    tile.write_bytes(tile.read_bytes()[:500])
    assert same(whole, run_assessment(SMALL, out))


def test_another_specification_does_not_take_up_tiles(tmp_path: Path) -> None:
    keys = {
        assessment._key(spec)
        for spec in (
            SMALL,
            SMALL.model_copy(update={"years": (2021,)}),
            SMALL.model_copy(update={"cells_per_tile": 9}),
        )
    }
    assert len(keys) == 3


def test_imported_hours_are_those_of_their_year(tmp_path: Path) -> None:
    spec = AssessmentSpec(bounds=(105.9, 38.2, 106.2, 38.5), cells_per_tile=50)
    cells = lay_out(spec, EMBEDDED)
    other = EMBEDDED.weather_at(EMBEDDED.climate_at(cells.lon_deg, cells.lat_deg), 77).weather
    entry = weather_entry(tmp_path, "era5", other)
    with_hours = spec.model_copy(
        update={"years": (2021,), "choice": ResourceChoice(weather=(entry.ref,), level="own")}
    )
    found = read_assessment(run_assessment(with_hours, tmp_path / "a.nc", library=tmp_path))
    seeded = read_assessment(
        run_assessment(spec.model_copy(update={"years": (77,)}), tmp_path / "b.nc", library=tmp_path)
    )
    assert np.nanmax(np.abs(found.wind_hours - seeded.wind_hours)) < 0.02
    wrong = with_hours.model_copy(update={"years": (1999,)})
    with pytest.raises(InputError, match="1999"):
        run_assessment(wrong, tmp_path / "c.nc", library=tmp_path)


def test_a_step_that_does_not_divide_the_window_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="divides"):
        run_assessment(AssessmentSpec(step_deg=0.3), tmp_path / "a.nc")
    with pytest.raises(InputError, match="land of China"):
        run_assessment(AssessmentSpec(bounds=(74.0, 16.0, 75.0, 17.0)), tmp_path / "a.nc")
    assert list(tmp_path.iterdir()) == []


def test_an_address_nobody_answers_at_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "ANSWER_TIMEOUT_S", 1)
    with pytest.raises(InputError, match="scheduler that answers"):
        list(spread.answers(abs, [1, 2], 2, "tcp://127.0.0.1:9"))
    with pytest.raises(InputError, match="local:1"):
        list(spread.answers(abs, [1, 2], 2, "local:many"))


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.nc").write_bytes(b"nothing")
    for read in (read_assessment, assessment_head):
        with pytest.raises(InputError, match="assessment"):
            read(tmp_path / "x.nc")


def test_years_read_one_by_one_are_those_of_the_whole(whole: Path) -> None:
    held, head = read_assessment(whole), assessment_head(whole)
    assert (head.grid, head.years) == (held.grid, held.years)
    (year,) = head.read_years()
    for name in ("wind_hours", "pv_hours"):
        months = getattr(held, name)[0]
        assert np.array_equal(getattr(year, name), months.sum(axis=0), equal_nan=True)
    assert np.array_equal(year.complementarity, held.complementarity[0], equal_nan=True)


def _die_once(task: tuple[int, str]) -> int:
    """Kills its own worker the first time it sees task 3."""
    number, folder = task
    mark = Path(folder) / "died"
    if number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_cluster_gives_all_answers_though_a_worker_is_killed(tmp_path: Path) -> None:
    tasks = [(number, str(tmp_path)) for number in range(12)]
    found = sorted(spread.answers(_die_once, tasks, 12, "local:2"))
    assert (tmp_path / "died").exists()
    assert found == [n * n for n in range(12)]


@pytest.mark.slow
def test_a_cluster_assesses_what_one_process_does(whole: Path, tmp_path: Path) -> None:
    assert same(whole, run_assessment(SMALL, tmp_path / "cluster.nc", cluster="local:2"))


def _sleep(task: float) -> float:
    time.sleep(task)
    return task


def test_a_cluster_lets_go_when_cancelled_though_its_tasks_take_minutes() -> None:
    asked: list[float] = []

    def cancel(share: float, what: str) -> None:
        asked.append(share)
        if len(asked) > 3:
            raise Cancelled

    began = time.monotonic()
    with pytest.raises(Cancelled):
        list(spread.answers(_sleep, [300.0] * 4, 4, "local:1", cancel))
    assert time.monotonic() - began < 60  # starting and ending the cluster; not the tasks


@pytest.mark.parametrize(
    "address", ["", "local", "local:3", "tcp://host:8786", "10.0.0.1:8786", "tls://a-b.c:1"]
)
def test_addresses_of_clusters_are_taken_without_the_spaces_around_them(address: str) -> None:
    assert spread.check_address(f" {address} ") == address


@pytest.mark.parametrize(
    "address", ["local:0", "local:257", "local:", "host", "http://a:1", "tcp://a b:1", "a:１"]
)
def test_what_is_no_address_of_a_cluster_is_refused_before_anything_starts(address: str) -> None:
    with pytest.raises(InputError):
        spread.check_address(address)
