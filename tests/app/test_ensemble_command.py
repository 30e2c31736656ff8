"""The command line of ensembles: what is finished is told at once, what is refused is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import run
from planning.ensemble.members import EnsembleSpec, members_of
from planning.ensemble.run import run_ensemble
from planning.scenario import load_scenario
from tests.planning.ensemble_work import BAD_SEED, made

QUIET = ["--progress", "none"]
ASKED = ["ensemble", "2030-1200GW", "--seeds", "1-3", "--water", "50", "--without", "jiquan:07-01..07-15"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which all members of `ASKED` are kept."""
    folder = tmp_path_factory.mktemp("finished")
    spec = EnsembleSpec(seeds=(1, 2, 3), water_pct=(50.0,), outages=("jiquan 07-01..07-15",))
    members = members_of([("2030-1200GW", load_scenario("2030-1200GW"))], spec)
    run_ensemble(members, folder, workers=1, work=made)
    return folder


def test_the_answer_holds_members_groups_and_files(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*ASKED, "--out", str(finished), "--json", *QUIET]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (len(document["members"]), document["reused"], document["failed"]) == (6, 6, [])
    assert [(g["outage"], g["asked"]) for g in document["groups"]] == [("", 3), ("jiquan 07-01..07-15", 3)]
    assert document["groups"][0]["figures"]["wind_mwh"]["levels"]["p50"] == 1002e6
    assert document["differences"][0]["figures"]["transfer_mwh"]["mean"] == pytest.approx(-5e6)
    assert {Path(file).suffix for file in document["files"]} == {".csv", ".json", ".xlsx"}
    assert all(Path(file).stat().st_size > 0 for file in document["files"])


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "6 个成员: 完成 6 (沿用 6), 失败 0"), ("en", "6 members: 6 done (6 reused), 0 failed")],
)
def test_it_is_told_in_the_readers_language(
    finished: Path, language: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*ASKED, "--out", str(finished), "--lang", language, *QUIET]) == 0
    assert said in capsys.readouterr().out


def test_a_failed_member_is_said_in_words_of_both_languages() -> None:
    from app.messages import say
    from planning.ensemble.work import Task

    scenario = load_scenario("2030-1200GW").model_copy(update={"seed": BAD_SEED})
    _, answer = made(Task(0, "bad", "k", scenario.model_dump_json(), None, None, "cash_flow"))
    assert answer is not None
    assert answer.failure is not None
    for language in ("zh", "en"):
        assert "resource.weather" in say(answer.failure.error(), language)


def test_bad_axes_are_named_with_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for bad, said in (
        (["--seeds", "x"], "--seeds"),
        (["--water", "0"], "water_exceedance_pct"),
        (["--without", "nowhere"], "nowhere"),
        (["--years", "2015"], "--years"),
        (["--workers", "0"], "--workers"),
        (["--variants", "no-such-scenario"], "no-such-scenario"),
    ):
        out = ["--out", str(tmp_path), "--lang", "en", *QUIET]
        assert run(["ensemble", "2030-1200GW", *bad, *out]) == 2, bad
        assert said in capsys.readouterr().err
