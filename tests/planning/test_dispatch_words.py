"""What a dispatched year says of itself: every cause has words, figures stand in the reader's units."""

from __future__ import annotations

from planning.dispatch.cause import CAUSES
from planning.dispatch_words import AREA_WORDS, CAUSE_WORDS, year_lines
from planning.results import NationalResult, Shortage
from planning.tables import load_tables
from tests.planning.summary_factory import make_summary


def nation(**said: object) -> NationalResult:
    return make_summary().national.model_copy(update=said)


def test_every_cause_and_every_grid_has_words() -> None:
    assert set(CAUSES[1:]) | {"blocked"} == set(CAUSE_WORDS)
    assert {node.sync_area for node in load_tables().nodes} == set(AREA_WORDS)


def test_a_result_of_an_older_program_says_nothing_it_does_not_hold() -> None:
    bare = nation(gap_share=None, curtailed_twh_by_cause=None, reserve_short_mwh=None, shortages=())
    assert year_lines(bare, "zh", "cn") == []


def test_gap_causes_reserve_and_shortage_are_told_with_units() -> None:
    short = Shortage(
        node="330000",
        adcode=330000,
        mwh=121_900.0,
        hours=14,
        first_hour=4940,
        worst_hour=4954,
        worst_mw=21_990.0,
    )
    told = nation(
        gap_share=0.0031, curtailed_twh_by_cause={"blocked": 2.5, "line_limit": 0.4}, reserve_short_mwh={"NW": 2e6},
        shortages=(short,),
    )  # fmt: skip
    zh = {words[0]: figure for words, figure, _ in year_lines(told, "zh", "cn")}
    assert zh["与全年整体优化的差距（上限）"] == "0.31 %"
    assert zh["弃风弃光：省内送出受限"] == "25.0 亿千瓦时"
    assert zh["备用缺口：西北电网"] == "20.0 亿千瓦时"
    assert zh["弃风弃光：断面或通道满载"] == "40,000 万千瓦时"
    assert zh["缺电：浙江"].endswith("14 小时, 最大 2,199 万千瓦 (07-26 10:00)")
    en = {words[1]: figure for words, figure, _ in year_lines(told, "en", "si")}
    assert en["short of power: Zhejiang"].endswith("14 h, at most 21.99 GW (07-26 10:00)")


def test_a_reserve_that_is_kept_is_said() -> None:
    kept = nation(gap_share=None, curtailed_twh_by_cause=None, reserve_short_mwh={}, shortages=())
    assert year_lines(kept, "en", "si") == [(("旋转备用", "spinning reserve"), "kept in every hour", 0.0)]
