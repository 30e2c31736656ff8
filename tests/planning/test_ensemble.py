"""Ensembles: who is a member, what is kept and gone on with, who failed, and what all say together."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from gis_layers.errors import Cancelled, EnergyMapError, InputError
from planning.chain.store import Entry, Store
from planning.ensemble import run as ensemble_run
from planning.ensemble.answers import FIGURES, MemberAnswer, failure_of
from planning.ensemble.document import difference_rows, ensemble_document, member_rows
from planning.ensemble.lists import numbers, outages, whole_numbers
from planning.ensemble.members import EnsembleSpec, Member, members_of
from planning.ensemble.room import MEMBER_BYTES, SPARE_BYTES, free_memory_bytes, workers_here
from planning.ensemble.run import Ensemble, run_ensemble
from planning.ensemble.statistics import spread_of
from planning.ensemble.work import Task, run_task
from planning.report.ensemble import write_ensemble
from planning.scenario import Scenario, load_scenario
from tests.planning.ensemble_work import BAD_SEED, DEADLY_SEED, made


@pytest.fixture(scope="module")
def plain() -> Scenario:
    """Without bases, so that a scenario is read and hashed in a moment."""
    whole = load_scenario("2030-1200GW")
    return whole.model_copy(update={"bases": ()})


def all_of(plain: Scenario, **axes: tuple) -> tuple[Member, ...]:  # type: ignore[type-arg]
    return members_of([("plain", plain)], EnsembleSpec(**axes))


def counted(work: Callable[[Task], tuple[int, MemberAnswer | None]]) -> tuple[list[Task], Callable]:  # type: ignore[type-arg]
    done: list[Task] = []

    def watched(task: Task) -> tuple[int, MemberAnswer | None]:
        done.append(task)
        return work(task)

    return done, watched


def test_members_are_every_combination_and_the_intact_ones_come_first(plain: Scenario) -> None:
    more = plain.model_copy(update={"seed": 7})
    members = members_of(
        [("plain", plain), ("more", more)],
        EnsembleSpec(
            seeds=(1, 2), water_pct=(10.0, 90.0), outages=("jiquan 07-01..07-15", "lingshao+jiquan")
        ),
    )
    assert len(members) == 2 * 2 * 2 * 3
    assert len({member.name for member in members}) == len(members)
    assert [member.group for member in members[:5]] == [("plain", "")] * 4 + [
        ("plain", "jiquan 07-01..07-15")
    ]
    last = members[-1]
    assert last.name == "more, seed 2, P 90 %, without lingshao+jiquan"
    assert last.scenario.seed == 2
    assert last.scenario.resource.water_exceedance_pct == 90.0
    assert last.scenario.lines.outages == ("lingshao", "jiquan")
    assert members[0].scenario.lines.outages == ()
    # Axes not given stay as the scenario has them.
    (alone,) = all_of(plain)
    assert (alone.scenario, alone.name) == (plain, "plain")


def test_an_ac_tie_is_left_out_for_the_year_and_not_for_a_part_of_it(plain: Scenario) -> None:
    tie = "130000-140000-500"
    assert all_of(plain, outages=(tie,))[1].scenario.lines.without[-1] == tie
    with pytest.raises(InputError, match=r"lines\.without"):
        all_of(plain, outages=(f"{tie} 07-01..07-15",))


def test_all_that_is_wrong_with_the_axes_is_said_at_once(plain: Scenario) -> None:
    with pytest.raises(InputError) as error:
        all_of(plain, seeds=(1, 1), weather_years=(2015,), water_pct=(50.0,) * 2, outages=("a",) * 2)
    assert {p.field for p in error.value.problems} == {"--seeds", "--years", "--water", "--without"}
    with pytest.raises(InputError) as error:
        all_of(plain, water_pct=(0.0, 50.0), outages=("nowhere", "jiquan"))
    said = " ".join(str(p) for p in error.value.problems)
    assert "water_exceedance_pct" in said
    assert "nowhere" in said
    with pytest.raises(InputError, match="at most 2,000"):
        all_of(plain, seeds=tuple(range(3000)))


def test_lists_are_read_as_they_are_typed() -> None:
    assert whole_numbers("1-4, 9，12", "--seeds") == (1, 2, 3, 4, 9, 12)
    assert numbers("10,50.5", "--water") == (10.0, 50.5)
    assert outages("jiquan,lingshao:07-01..07-15+a") == ("jiquan", "lingshao 07-01..07-15+a")
    for text in ("4-1", "x", "1.5", "-3", "1-99999"):
        with pytest.raises(InputError):
            whole_numbers(text, "--seeds")
    for text in ("a", "nan", "1-3"):
        with pytest.raises(InputError):
            numbers(text, "--water")
    with pytest.raises(InputError) as error:
        outages("a b,jiquan 99-01..99-02")
    assert len(error.value.problems) == 2


def test_finished_members_are_kept_and_only_the_rest_is_run_again(plain: Scenario, tmp_path: Path) -> None:
    members = all_of(plain, seeds=(1, 2, 3))
    done, work = counted(made)
    first = run_ensemble(members, tmp_path, workers=1, work=work)
    assert (len(done), first.reused, len(first.failed)) == (3, 0, 0)
    again = run_ensemble(members, tmp_path, workers=1, work=work)
    assert (len(done), again.reused) == (3, 3)
    assert again.answers == first.answers
    # A figure changed by hand is not believed; another scenario is another member.
    file = sorted((tmp_path / "members").iterdir())[0]
    held = json.loads(file.read_text(encoding="utf-8"))
    held["answer"]["figures"]["wind_mwh"] += 1.0
    file.write_text(json.dumps(held), encoding="utf-8")
    third = run_ensemble(members, tmp_path, workers=1, work=work)
    assert (len(done), third.reused) == (4, 2)
    assert third.answers == first.answers
    file.write_bytes(file.read_bytes()[:100])
    run_ensemble(members, tmp_path, workers=1, work=work)
    assert len(done) == 5
    other = plain.model_copy(update={"price_year": plain.price_year + 1})
    assert run_ensemble(all_of(other, seeds=(1, 2, 3)), tmp_path, workers=1, work=work).reused == 0


def test_one_member_that_fails_is_named_and_the_others_have_their_answers(
    plain: Scenario, tmp_path: Path
) -> None:
    members = all_of(plain, seeds=(1, BAD_SEED, 3))
    done, work = counted(made)
    ensemble = run_ensemble(members, tmp_path, workers=1, work=work)
    assert [answer.done for answer in ensemble.answers] == [True, False, True]
    (failed,) = ensemble.failed
    assert failed.name == f"plain, seed {BAD_SEED}"
    assert failed.failure is not None
    assert isinstance(failed.failure.error(), InputError)
    (group,) = ensemble.groups
    assert (group.asked, group.figures["wind_mwh"].count) == (3, 2)
    # It is tried again; what is finished is not.
    run_ensemble(members, tmp_path, workers=1, work=work)
    assert [task.name for task in done[3:]] == [failed.name]


def test_imported_data_that_is_not_at_hand_fails_its_member_alone(plain: Scenario, tmp_path: Path) -> None:
    data = plain.model_dump(mode="json")
    data["resource"]["rasters"] = [{"id": "gone", "sha256": "0" * 64}]
    lacking = Scenario.model_validate(data)
    members = members_of([("plain", plain), ("lacking", lacking)], EnsembleSpec())
    ensemble = run_ensemble(members, tmp_path, workers=1, library=tmp_path / "library", work=made)
    assert [answer.done for answer in ensemble.answers] == [True, False]


def test_a_cancelled_ensemble_goes_on_where_it_stopped(plain: Scenario, tmp_path: Path) -> None:
    members = all_of(plain, seeds=(1, 2, 3, 4))
    done, work = counted(made)

    def stop(share: float, what: str) -> None:
        if share >= 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_ensemble(members, tmp_path, workers=1, work=work, progress=stop)
    assert len(done) == 2
    assert not [path for path in (tmp_path / "members").iterdir() if path.name.startswith(".")]
    whole = run_ensemble(members, tmp_path, workers=1, work=work)
    assert (len(done), whole.reused) == (4, 2)


def test_what_members_share_is_computed_first_and_once(plain: Scenario, tmp_path: Path) -> None:
    # Two seeds, each with two waters: the weather of a seed serves both.
    members = all_of(plain, seeds=(1, 2), water_pct=(10.0, 90.0))
    keys = [ensemble_run._keys(member, None) for member in members]
    tasks = {
        number: Task(number, m.name, "k", m.scenario.model_dump_json(), tmp_path, None, "cash_flow")
        for number, m in enumerate(members)
    }
    (weather,) = ensemble_run._shared(tasks, keys, Store(tmp_path))
    assert [task.until for task in weather] == ["resource", "resource"]
    assert {Scenario.model_validate_json(task.scenario_json).seed for task in weather} == {1, 2}
    # Stored already: not computed again.
    key = keys[0]
    assert not isinstance(key, MemberAnswer)
    Store(tmp_path).put("resource", key.nodes, Entry({}, {"a": np.zeros(1)}))
    (weather,) = ensemble_run._shared(tasks, keys, Store(tmp_path))
    assert len(weather) == 1


def test_levels_are_those_that_so_many_members_exceed_by_hand() -> None:
    spread = spread_of(range(1, 12))  # 1 ... 11: one tenth of the way is a whole member
    assert spread.levels == pytest.approx({"p10": 10.0, "p50": 6.0, "p90": 2.0})
    assert (spread.count, spread.mean, spread.least, spread.most) == (11, 6.0, 1.0, 11.0)
    one = spread_of([3.5])
    assert set(one.levels.values()) == {3.5}


@pytest.fixture(scope="module")
def both(plain: Scenario, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ensemble, Path]:
    """Eleven seeds with and without a line."""
    folder = tmp_path_factory.mktemp("ensemble")
    members = all_of(plain, seeds=tuple(range(1, 12)), outages=("jiquan",))
    return run_ensemble(members, folder, workers=1, work=made), folder


def test_groups_differ_in_weather_alone_and_differences_are_taken_in_the_same_weather(
    both: tuple[Ensemble, Path],
) -> None:
    ensemble, _ = both
    intact, out = ensemble.groups
    assert (intact.outage, out.outage) == ("", "jiquan")
    wind = intact.figures["wind_mwh"]  # 1,001 to 1,011 TWh
    assert wind.levels == pytest.approx({"p10": 1010e6, "p50": 1006e6, "p90": 1002e6})
    (change,) = ensemble.differences
    assert change.figures["wind_mwh"].most == 0.0
    assert change.figures["transfer_mwh"].mean == pytest.approx(-5e6)
    assert change.figures["transfer_mwh"].least == pytest.approx(change.figures["transfer_mwh"].most)
    assert set(intact.corridor_mwh) == set(out.corridor_mwh)
    assert set(change.corridor_mwh) == {"jiquan", "tianzhong"}
    assert change.corridor_mwh["tianzhong"].mean == pytest.approx(1e6)
    assert change.corridor_mwh["jiquan"].mean == pytest.approx(-intact.corridor_mwh["jiquan"].mean)


def test_a_difference_has_only_weathers_that_both_have(plain: Scenario, tmp_path: Path) -> None:
    members = all_of(plain, seeds=(1, 2), outages=("jiquan",))

    def work(task: Task) -> tuple[int, MemberAnswer | None]:
        if task.number == 0:
            return 0, failure_of(task.name, task.key, 0.0, EnergyMapError("disk_full", path="x"))
        return made(task)

    ensemble = run_ensemble(members, tmp_path, workers=1, work=work)
    assert ensemble.differences[0].figures["transfer_mwh"].count == 1


def test_the_files_hold_what_the_answer_holds(both: tuple[Ensemble, Path]) -> None:
    ensemble, folder = both
    files = {path.name: path for path in write_ensemble(folder, ensemble)}
    document = json.loads(files["ensemble.json"].read_text(encoding="utf-8"))
    assert document == json.loads(json.dumps(ensemble_document(ensemble)))
    assert [row["name"] for row in document["members"]] == [member.name for member in ensemble.members]
    text = files["members.csv"].read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 1 + len(ensemble.members)
    book = openpyxl.load_workbook(files["ensemble.xlsx"])
    assert book.sheetnames == ["成员", "统计", "通道", "差异", "通道差异"]
    sheet = book["成员"]
    assert sheet.max_row == 6 + len(ensemble.members)
    column = [cell.value for cell in sheet[5]].index("wind energy") + 1
    assert sheet.cell(7, column).value == pytest.approx(member_rows(ensemble)[0]["wind_mwh"] / 1e5)
    assert book["差异"].max_row == 6 + len(difference_rows(ensemble)) == 6 + len(FIGURES)


def test_workers_are_as_many_as_cores_and_memory_carry() -> None:
    assert workers_here(SPARE_BYTES + 4 * MEMBER_BYTES, 16) == 4
    assert workers_here(SPARE_BYTES + 40 * MEMBER_BYTES, 16) == 16
    assert workers_here(0, 16) == 1
    free = free_memory_bytes()
    assert free is None or free > 2**20


def test_workers_that_are_none_and_no_members_are_refused(plain: Scenario, tmp_path: Path) -> None:
    members = all_of(plain)
    with pytest.raises(InputError) as error:
        run_ensemble((), tmp_path, workers=0, cluster="local:2")
    assert [p.field for p in error.value.problems] == ["members", "--workers", "--workers, --cluster"]
    with pytest.raises(InputError, match="Dask scheduler"):
        run_ensemble(members, tmp_path, cluster="no address")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError):
        run_ensemble(members, tmp_path / "file", workers=1, work=made)


def test_a_fault_of_a_member_is_its_answer_and_not_the_end(tmp_path: Path) -> None:
    task = Task(3, "broken", "k", "{}", tmp_path, None, "cash_flow")
    number, answer = run_task(task)
    assert number == 3
    assert answer is not None
    assert answer.failure is not None
    assert answer.failure.code == "member_fault"
    # What only fills the store fails silently: the member itself will say it.
    assert run_task(replace(task, until="sizing")) == (3, None)


@pytest.mark.slow
def test_processes_of_this_machine_give_the_same_and_one_that_dies_loses_only_its_member(
    plain: Scenario, tmp_path: Path
) -> None:
    members = all_of(plain, seeds=(1, 2, DEADLY_SEED, 4, 5))
    ensemble = run_ensemble(members, tmp_path / "here", workers=2, work=made)
    assert [answer.done for answer in ensemble.answers] == [True, True, False, True, True]
    (failed,) = ensemble.failed
    assert failed.failure is not None
    assert failed.failure.code == "member_lost"
    alone = run_ensemble(all_of(plain, seeds=(1, 2, 4, 5)), tmp_path / "alone", workers=1, work=made)
    assert [a for a in ensemble.answers if a.done] == list(alone.answers)


@pytest.mark.slow
def test_a_dask_scheduler_runs_the_members(plain: Scenario, tmp_path: Path) -> None:
    import distributed

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
        silence_logs="CRITICAL",
    ) as cluster:  # fmt: skip
        members = all_of(plain, seeds=(1, 2, 3))
        ensemble = run_ensemble(members, tmp_path, cluster=cluster.scheduler_address, work=made)
    assert not ensemble.failed
    assert ensemble.workers == 0
    assert [a.figures["wind_mwh"] for a in ensemble.answers] == [1001e6, 1002e6, 1003e6]
