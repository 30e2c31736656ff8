"""`energymap --self-test`: does this installation work? One check a part that a broken package would lack."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.commands.base import Command, Context
from gis_layers.errors import EnergyMapError


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-window", action="store_true", help="leave the window out")


def _atlas(folder: Path) -> str:
    from resources import atlas

    climate = atlas.climate_at([94.9], [36.4])
    return f"GHI of Golmud {climate.ghi_monthly_kwh_per_m2.sum():.0f} kWh/m2"


def _raster(folder: Path) -> str:
    import numpy as np
    import rasterio
    from rasterio.transform import Affine

    path = folder / "栅格 raster.tif"
    values = np.arange(64, dtype=np.float32).reshape(8, 8)
    with rasterio.open(
        path, "w", driver="GTiff", width=8, height=8, count=1, dtype="float32", crs="EPSG:4326",
        transform=Affine(0.1, 0.0, 100.0, 0.0, -0.1, 40.0),
    ) as sink:  # fmt: skip
        sink.write(values, 1)
    with rasterio.open(path) as source:
        if not np.array_equal(source.read(1), values):
            raise EnergyMapError("self_test", part="GeoTIFF")
        return f"GeoTIFF, {source.crs}"


def _netcdf(folder: Path) -> str:
    """What reads the user's own data, in pieces; the parts find each other by name, which freezing can break."""
    import dask
    import distributed
    import numpy as np
    import xarray

    path = folder / "小时 hours.nc"
    values = np.arange(48, dtype=np.float32).reshape(24, 2)
    made = xarray.Dataset({"wind_ms": (("hour", "place"), values)}, {"hour": np.arange(24)})
    made.to_netcdf(path, engine="h5netcdf")
    with (
        xarray.open_dataset(path, engine="h5netcdf", chunks={"hour": 12}) as read,
        dask.config.set(scheduler="threads"),
    ):
        total = float(read["wind_ms"].sum())
    if total != float(values.sum()):
        raise EnergyMapError("self_test", part="NetCDF")
    return f"NetCDF by chunks, dask {dask.__version__}, distributed {distributed.__version__}"


def _boundaries(folder: Path) -> str:
    from gis_layers.boundary import province_at

    found = province_at(94.9, 36.4)
    if found is None:
        raise EnergyMapError("self_test", part="boundaries")
    return found.name_en


def _profile(folder: Path) -> str:
    import numpy as np

    from resources import atlas
    from resources.profile import profiles_of_weather
    from resources.solar import PvSystem
    from resources.weather import generate
    from resources.wind import BASE_TURBINE

    climate = atlas.climate_at([109.8], [40.3])
    made = profiles_of_weather(generate(climate, 1), PvSystem(), BASE_TURBINE, climate.wind_speedup)
    return f"PV {np.mean(made.pv):.3f}, wind {np.mean(made.wind):.3f}"


def _solvers(folder: Path) -> str:
    import numpy as np

    from planning.lp import solve
    from planning.lp.builder import ProgramBuilder

    hours = 48
    b, stage = ProgramBuilder(), np.arange(48)
    capacity = b.columns(1, cost=10.0)
    made = b.columns(hours, upper=1.0, cost=1.0)
    free = b.columns(hours)
    balance = b.rows(1.0, np.inf, stage, hours)
    b.put(balance, made, 1.0)
    b.put(balance, free, 1.0)
    limit = b.rows(-np.inf, 0.0, stage, hours)
    b.put(limit, free, 1.0)
    b.put(limit, capacity[0], -np.clip(np.sin(stage / 24 * 2 * np.pi), 0, 1))
    program = b.program()
    ours, theirs = solve(program, "ipm"), solve(program, "highs")
    if abs(ours.objective - theirs.objective) > 1e-6 * abs(theirs.objective):
        raise EnergyMapError("self_test", part="LP")
    return f"{ours.objective:.4f} = {theirs.objective:.4f}"


def _power_flow(folder: Path) -> str:
    import numpy as np

    from planning.network.model import FlowCase, Network, Tie
    from planning.network.pandapower_adapter import solve_flows

    network = Network(("a", "b"), (Tie("a-b", 0, 1, 500.0, 2, 200.0, 3000.0),))
    hour = FlowCase(0, "peak", np.array([0.0, -800.0]), np.array([800.0]), 0.0, np.array([900.0, 800.0]))
    (answer,) = solve_flows(network, [hour])
    if not answer.converged or not answer.loss_mw:
        raise EnergyMapError("self_test", part="power flow")
    return f"{answer.loss_mw:.1f} MW lost on 200 km"


def _report(folder: Path) -> str:
    import typst

    from planning.report.fonts import font_paths

    source = folder / "page.typ"
    source.write_text("国家能源版图", encoding="utf-8")
    pdf: Any = typst.compile(str(source), font_paths=[str(path.parent) for path in font_paths()])
    return f"PDF of {len(pdf)} bytes"


def _window(folder: Path) -> str:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from app.desktop.main_window import MainWindow
    from app.desktop.start import make_application
    from app.desktop.state import WindowState

    application = make_application()
    began = time.perf_counter()
    window = MainWindow(WindowState("zh"))
    window.resize(1280, 800)
    window.show()
    for _ in range(5):
        QApplication.processEvents()
    picture = window.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(0, 1280, 16) for y in range(0, 800, 16)}
    window.close()
    application.processEvents()
    if len(colours) < 20:
        raise EnergyMapError("self_test", part="window")
    return f"{time.perf_counter() - began:.1f} s, {len(colours)} colours"


CHECKS: tuple[tuple[str, str, Callable[[Path], str]], ...] = (
    ("地图册", "atlas", _atlas),
    ("栅格", "rasters", _raster),
    ("NetCDF", "NetCDF", _netcdf),
    ("边界", "boundaries", _boundaries),
    ("出力", "profiles", _profile),
    ("优化求解", "solvers", _solvers),
    ("潮流", "power flow", _power_flow),
    ("报告", "report", _report),
    ("窗口", "window", _window),
)


def _run(options: argparse.Namespace, context: Context) -> None:
    rows = []
    with tempfile.TemporaryDirectory(prefix="energymap-") as folder:
        for number, (zh, en, check) in enumerate(CHECKS):
            if check is _window and options.no_window:
                continue
            name = context.pick(zh, en)
            context.progress(number / len(CHECKS), name)
            began = time.perf_counter()
            said = check(Path(folder))
            rows.append({"part": en, "found": said, "seconds": round(time.perf_counter() - began, 2)})
    context.answer(
        {"self_test": "passed", "checks": rows},
        "\n".join(
            [f"{row['part']:<12}{row['found']}" for row in rows] + [context.pick("全部通过", "all passed")]
        ),
    )


COMMAND = Command("self-test", "自检 · check this installation", _arguments, _run)
