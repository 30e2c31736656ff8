"""How lines are operated: what is usual by kind and supply, and what a row gives in its place."""

from __future__ import annotations

import pytest

from planning.corridors import AC_KINDS, Corridor
from planning.operating_rules import TWO_STEP_CURVE, operating_rule
from planning.tables import Tables, load_tables


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def with_(line: Corridor, **given: object) -> Corridor:
    """The row as if the table held more."""
    return Corridor.model_validate({**line.model_dump(), **given})


def test_the_two_steps_add_up_to_the_hours_a_day_they_say() -> None:
    assert len(TWO_STEP_CURVE) == 24
    assert sum(TWO_STEP_CURVE) == pytest.approx(16 * 1.0 + 8 * 0.6)  # 7-23 h full, the night at 60 %
    assert TWO_STEP_CURVE[6:8] == (0.6, 1.0)
    assert TWO_STEP_CURVE[22:] == (1.0, 0.6)


@pytest.mark.parametrize(
    ("line_id", "rule", "least", "ramp"),
    [
        ("lingshao", "curve", 0.1, 0.4),  # LCC, coal beside wind and sun
        ("jinsu", "free", 0.1, 0.4),  # LCC, hydropower
        ("kunliulong-gd", "free", 0.1, 0.4),  # hybrid: its rectifier is line-commutated
        ("qingyu", "free", 0.1, 0.4),  # LCC, no coal
        ("gansu-zhejiang", "curve", 0.0, 1.0),  # VSC with coal
        ("zhangbei", "free", 0.0, 1.0),  # VSC, wind and sun
        ("debao", "free", 0.0, 0.4),  # LCC that reverses
        ("gaoling", "free", 0.0, 1.0),  # back-to-back
        ("yuheng-weifang", "free", 0.0, None),  # AC
    ],
)
def test_the_usual_rule_follows_from_kind_and_supply(
    tables: Tables, line_id: str, rule: str, least: float, ramp: float | None
) -> None:
    found = operating_rule(tables.corridor(line_id))
    assert (found.rule, found.min_power_share, found.ramp_share_per_h) == (rule, least, ramp)
    assert (found.day_curve is not None) == (rule == "curve")


def test_every_rule_says_why_and_claims_no_document(tables: Tables) -> None:
    for line in tables.corridors:
        rule = operating_rule(line)
        assert rule.source
        assert rule.tier == "estimated"
        assert rule.annual_full_load_hours is None
        assert not (line.bidirectional and rule.min_power_share)
        assert not (line.kind in AC_KINDS and rule.ramp_share_per_h is not None)


def test_a_curve_never_asks_for_a_step_above_the_ramp(tables: Tables) -> None:
    for line in tables.corridors:
        rule = operating_rule(line)
        if rule.day_curve is not None and rule.ramp_share_per_h is not None:
            steps = [abs(b - a) for a, b in zip(rule.day_curve, rule.day_curve[1:], strict=False)]
            assert max(steps) <= rule.ramp_share_per_h + 1e-12
            # The lowest step of a full day is above the least power.
            assert min(rule.day_curve) >= rule.min_power_share


def test_what_a_row_gives_is_kept_and_the_rest_stays_usual_and_estimated(tables: Tables) -> None:
    line = with_(
        tables.corridor("lingshao"),
        min_power_share=0.3, annual_full_load_hours=5000.0, operating_source="the contract", operating_tier="official",
    )  # fmt: skip
    rule = operating_rule(line)
    assert (rule.min_power_share, rule.ramp_share_per_h, rule.rule) == (0.3, 0.4, "curve")
    assert rule.annual_full_load_hours == 5000.0
    assert rule.source.startswith("the contract; estimate")
    assert rule.tier == "estimated"


def test_a_rule_given_whole_has_its_own_source_and_tier(tables: Tables) -> None:
    curve = " ".join(["0.5"] * 12 + ["1"] * 12)
    line = with_(
        tables.corridor("jinsu"),
        min_power_share=0.2, ramp_share_per_h=0.5, day_curve=curve, operating_source="the contract",
        operating_tier="official",
    )  # fmt: skip
    rule = operating_rule(line)
    assert rule.rule == "curve"
    assert rule.day_curve == (0.5,) * 12 + (1.0,) * 12
    assert (rule.source, rule.tier) == ("the contract", "official")


def test_a_line_set_free_has_no_curve(tables: Tables) -> None:
    rule = operating_rule(with_(tables.corridor("lingshao"), rule="free"))
    assert (rule.rule, rule.day_curve) == ("free", None)


def test_a_line_put_on_a_curve_without_one_follows_the_two_steps(tables: Tables) -> None:
    rule = operating_rule(with_(tables.corridor("jinsu"), rule="curve"))
    assert rule.day_curve == TWO_STEP_CURVE
