"""Back and forward."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.desktop.map.view_history import MOST_VIEWS, View, ViewHistory


def view(lon: float, scale: float = 1000.0) -> View:
    return View(lon, 35.0, scale, "albers")


def walked(*lons: float) -> ViewHistory:
    history = ViewHistory()
    for number, lon in enumerate(lons):
        history = history.record(view(lon), 10.0 * number)
    return history


def test_back_and_forward_walk_the_same_views() -> None:
    history = walked(90, 100, 110)
    assert history.present == view(110)
    back = history.back().back()
    assert back.present == view(90)
    assert back.back() == back
    assert back.forward().forward().present == view(110)
    assert not history.can_go_forward


def test_a_new_view_forgets_what_was_forward() -> None:
    history = walked(90, 100, 110).back().record(view(120), 99.0)
    assert [v.lon_deg for v in history.views] == [90, 100, 120]


def test_one_sweep_of_the_wheel_is_one_step() -> None:
    history = walked(90)
    for tick in range(5):
        history = history.record(view(95, 1000.0 - 100 * tick), 20.0 + 0.3 * tick)
    assert len(history.views) == 2
    assert history.present == view(95, 600.0)


def test_going_back_is_itself_not_recorded() -> None:
    back = walked(90, 100).back()
    assert back.present is not None
    assert back.record(back.present, 50.0) == back


@given(st.lists(st.floats(80, 130), max_size=150))
def test_the_history_never_grows_without_end(lons: list[float]) -> None:
    history = walked(*lons)
    assert len(history.views) <= MOST_VIEWS
    assert history.present is None or history.present.near(view(lons[-1]))
