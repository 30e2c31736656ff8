"""Bases everybody knows: their files, and the published design beside ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planning.base_run import size_base_file
from planning.built_in_cases import (
    beside_published,
    built_in_ids,
    case_path,
    published_figures,
    with_published,
)
from planning.sizing import load_base_case


@pytest.mark.parametrize("case_id", built_in_ids())
def test_every_case_is_read_and_bears_the_name_of_its_file(case_id: str) -> None:
    case = load_base_case(case_path(case_id))
    assert case.id == case_id
    assert case.name_zh != case.name_en


def test_the_named_bases_are_all_there() -> None:
    named = {"kubuqi", "dalad", "longyangxia", "longyangxia-without-reservoir", "upper-yellow",
             "jinsha-yalong", "lianghekou-kela"}  # fmt: skip
    assert named <= set(built_in_ids())


def test_published_figures_belong_to_cases_and_say_why_ours_may_differ() -> None:
    rows = published_figures()
    assert {row.case for row in rows} <= set(built_in_ids())
    assert all(row.source and row.why_zh and row.why_en for row in rows)
    keys = [(row.case, row.quantity) for row in rows]
    assert len(keys) == len(set(keys))


def test_a_file_goes_before_a_built_in_case_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert case_path("kubuqi").name == "kubuqi.toml"
    monkeypatch.chdir(tmp_path)
    Path("kubuqi").write_text("mine", encoding="utf-8")
    assert case_path("kubuqi") == Path("kubuqi")
    assert case_path("no-such-case") == Path("no-such-case")


def test_a_difference_is_ours_less_the_published_over_the_published() -> None:
    document: dict[str, Any] = {"id": "kubuqi", "capacity_mw": {"wind": 3000.0}, "renewable_share": 0.54}
    rows = {row.quantity: row for row in beside_published("kubuqi", document)}
    assert rows["capacity_mw.wind"].difference_share == pytest.approx(-0.25)
    assert rows["renewable_share"].difference_share == pytest.approx(-0.1)
    assert rows["capacity_mw.pv"].ours is None
    assert rows["capacity_mw.pv"].difference_share is None
    assert with_published({"id": "mine"}) == {"id": "mine"}


@pytest.fixture(scope="module")
def longyangxia() -> tuple[dict[str, Any], dict[str, Any]]:
    with_, without = (
        size_base_file(case_path(name), 2020) for name in ("longyangxia", "longyangxia-without-reservoir")
    )
    return with_, without


def test_the_reservoir_of_longyangxia_firms_the_sun(
    longyangxia: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    with_, without = longyangxia
    assert with_["unmet_mwh"] < 1.0
    # Without it floods pass by unused and still evenings stay dark: more than a fifth of the energy is missing.
    assert without["unmet_mwh"] > 0.2 * with_["delivered_mwh"]
    assert with_["delivered_mwh"] == pytest.approx(without["delivered_mwh"] + without["unmet_mwh"], rel=1e-4)


def test_longyangxia_generates_as_designed_within_a_tenth(
    longyangxia: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    rows = {row.quantity: row for row in beside_published("longyangxia", longyangxia[0])}
    for quantity in ("generation_mwh.yellow-04", "generation_mwh.pv_fixed"):
        assert rows[quantity].ours is not None
        assert abs(rows[quantity].difference_share or 1.0) < 0.1
