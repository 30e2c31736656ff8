"""Frames of the map at 1920x1080, offscreen: pan, zoom, hour step, and how long the event loop was held.

A frame is what `repaint()` takes after the hand or the clock moved; a repaint at rest happens in the
background and is reported as the time until its picture is shown.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

SIZE = (1920, 1080)
SIX = ("layer.land", "layer.lake", "layer.river", "layer.county", "layer.city", "layer.province")
SCALES_M = (3500.0, 2400.0, 1200.0, 600.0, 200.0)
"""Metres per pixel at which whole repaints are measured."""


def measure_frames(frames: int = 120) -> dict[str, float]:
    """Milliseconds: p95 of frames, longest wait for a whole picture, longest hold of the event loop."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from app.desktop.map.canvas import MapCanvas
    from app.desktop.map.content import build_stack
    from app.desktop.map.flows import FlowOverlay
    from app.desktop.map.furniture import Furniture
    from app.desktop.map.labels import LabelLayer
    from app.desktop.start import make_application

    application: QApplication = make_application()
    stack = build_stack()
    for item in stack.items():
        raster = hasattr(stack.layer(item.id), "sample")
        stack.set_visible(item.id, item.visible if raster else item.id in SIX)
    canvas = MapCanvas()
    canvas.set_furniture(Furniture(canvas))
    canvas.set_layers([*stack.layers(), LabelLayer()])
    canvas.resize(*SIZE)
    canvas.show()
    application.processEvents()
    canvas.wait_painted()
    answer = _rests(canvas, application)
    canvas.show_all()
    canvas.wait_painted()
    home = canvas.viewport

    def frame_p95(move: Callable[[int], Any]) -> float:
        spent = []
        for number in range(frames):
            began = time.perf_counter()
            move(number)
            canvas.repaint()
            spent.append((time.perf_counter() - began) * 1e3)
        canvas.set_viewport(home)
        return round(float(np.percentile(spent, 95)), 2)

    def zoom(number: int) -> None:
        factor = 1.06 if number % 24 < 12 else 1 / 1.06
        canvas.set_viewport(canvas.viewport.zoomed(factor, 1200, 400))

    def pan(number: int) -> None:
        canvas.set_viewport(canvas.viewport.panned(9 if number % 40 < 20 else -9, 4))

    answer["pan_p95_ms"] = frame_p95(pan)
    answer["zoom_p95_ms"] = frame_p95(zoom)
    flows = FlowOverlay(*_made_flows())
    canvas.add_overlay(flows)
    answer["hour_step_p95_ms"] = frame_p95(lambda number: flows.set_hour(number * 7))
    answer["arrows_p95_ms"] = frame_p95(lambda number: flows.advance(1 / 60))
    answer["pan_with_flows_p95_ms"] = frame_p95(pan)
    canvas.close()
    return answer


def _rests(canvas: Any, application: Any) -> dict[str, float]:
    """Go to several scales, let the map settle, and watch the event loop meanwhile."""
    longest_wait = longest_hold = 0.0
    for _ in range(2):
        for scale in SCALES_M:
            shown: list[float] = []
            connection = canvas.painted.connect(lambda shown=shown: shown.append(time.perf_counter()))
            canvas.center_on(112.0, 33.0, scale)
            began = last = time.perf_counter()
            while not shown and last - began < 20.0:
                application.processEvents()
                now = time.perf_counter()
                longest_hold, last = max(longest_hold, now - last), now
                time.sleep(0.001)
                last = time.perf_counter()
            canvas.painted.disconnect(connection)
            longest_wait = max(longest_wait, last - began)
    return {
        "whole_picture_max_ms": round(longest_wait * 1e3, 1),
        "event_loop_held_max_ms": round(longest_hold * 1e3, 1),
    }


def _made_flows() -> tuple[Any, Any]:
    """The corridors and ties of the tables with made hours."""
    from planning.hourly import HOURS, HourlyResult
    from tests.planning.summary_factory import make_summary

    corridors = list(make_summary().corridors.values())
    count = len(corridors)
    random = np.random.default_rng(1)
    capacity_mw = np.array([c.capacity_mw for c in corridors])[:, None]
    flow = (random.uniform(-0.3, 1.0, (count, HOURS)) * capacity_mw).astype(np.float32)
    green = random.uniform(0, 1, (count, HOURS)).astype(np.float32)
    none = np.zeros((1, HOURS), np.float32)
    ids, ends = tuple(c.id for c in corridors), (0,) * count
    return corridors, HourlyResult(("n",), (1,), (), ids, ends, ends, {}, none, none, none, none, flow, green)


if __name__ == "__main__":
    for name, value in measure_frames().items():
        print(f"{name:26} {value:8.2f}")
