"""The base of every printed map: China complete, neighbours, ten-stroke line, inset, scale, review number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import from_albers, geometry_to_albers, to_albers
from planning.report.fonts import font_paths
from planning.words import Language

Array = NDArray[np.float64]

SEA = "#e4edf2"
LAND = "#f4f2ec"
INK = "#30363c"
NO_DATA = "#dcdcdc"
MAIN_BOX_M = (-2_900_000.0, 3_050_000.0, 1_790_000.0, 5_995_000.0)
"""Left, right, bottom, top of the main map in Albers metres: mainland, Taiwan and Hainan."""
INSET_BOX_M = (150_000.0, 2_080_000.0, 50_000.0, 2_620_000.0)
"""The South China Sea."""
SIZE_INCH = (9.6, 7.55)
DPI = 150

WORDS = {
    "inset": ("南海诸岛", "South China Sea"),
    "review": ("审图号", "Map review no."),
}


@dataclass(frozen=True)
class MapPage:
    """A figure with its main axes and its inset; content is drawn into both."""

    figure: Any
    main: Any
    inset: Any


def use_fonts() -> None:
    """Make matplotlib write with the bundled font, and only with it."""
    from matplotlib import font_manager, rcParams

    for path in font_paths():
        if not any(font.fname == str(path) for font in font_manager.fontManager.ttflist):
            font_manager.fontManager.addfont(str(path))
    rcParams["font.family"] = "Noto Sans CJK SC"
    rcParams["axes.unicode_minus"] = False


@lru_cache(maxsize=1)
def _shapes() -> dict[str, list[Array]]:
    """Rings and lines of the base layers in Albers metres."""
    import shapely

    from gis_layers import boundary

    shapes: dict[str, list[Array]] = {}
    for name, geometry in (
        ("neighbour", boundary.neighbour_land().geometry.to_numpy()),
        ("province", boundary.regions("province", 2).geometry),
        ("strokes", boundary.ten_stroke_line().geometry.to_numpy()),
        ("rivers", boundary.rivers().query("rank <= 7").geometry.to_numpy()),
    ):
        # Far corners of the window fold badly in this projection and are never in the picture.
        clipped = shapely.clip_by_rect(geometry, 62.0, 0.0, 146.0, 58.0)
        parts = shapely.get_parts(clipped[~shapely.is_empty(clipped)])
        line_layer = name in ("strokes", "rivers")
        parts = parts[shapely.get_type_id(parts) == (1 if line_layer else 3)]
        projected = geometry_to_albers(parts)
        # Outer rings only: a hole is another province's outer ring or a sliver of simplification.
        lines = projected if line_layer else shapely.get_exterior_ring(projected)
        shapes[name] = [shapely.get_coordinates(line) for line in lines]
    return shapes


def map_page(language: Language, title: str, note: str, review_number: str = "") -> MapPage:
    """A page with the base map drawn; the caller adds its layer and legend, then `save`s.

    Parameters
    ----------
    note
        Unit, period, source and grade of what is shown, printed under the map.
    """
    from matplotlib.figure import Figure

    use_fonts()
    column = 0 if language == "zh" else 1
    figure = Figure(figsize=SIZE_INCH, dpi=DPI, facecolor="white")
    main = figure.add_axes((0.02, 0.075, 0.96, 0.86))
    tall = (INSET_BOX_M[3] - INSET_BOX_M[2]) / (INSET_BOX_M[1] - INSET_BOX_M[0])
    inset = figure.add_axes((0.838, 0.085, 0.135, 0.135 * tall * SIZE_INCH[0] / SIZE_INCH[1]))
    for axes, box in ((main, MAIN_BOX_M), (inset, INSET_BOX_M)):
        axes.set_facecolor(SEA)
        axes.set_xlim(box[0], box[1])
        axes.set_ylim(box[2], box[3])
        axes.set_aspect("equal", adjustable="box")
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_color("#8a949c")
            spine.set_linewidth(0.6)
    figure.text(0.02, 0.955, title, fontsize=14, fontweight="bold", color=INK)
    figure.text(0.02, 0.022, note, fontsize=7.2, color="#59636b", va="bottom", wrap=True)
    colon = "：" if language == "zh" else ": "
    review = f"{WORDS['review'][column]}{colon}{review_number or '____________'}"
    figure.text(0.98, 0.955, review, fontsize=8.5, color=INK, ha="right")
    inset.text(
        0.5, 0.012, WORDS["inset"][column], transform=inset.transAxes, ha="center", fontsize=7, color=INK,
        bbox={"facecolor": "white", "alpha": 0.75, "pad": 0.8, "edgecolor": "none"}, zorder=20,
    )  # fmt: skip
    page = MapPage(figure, main, inset)
    for axes in (main, inset):
        _fill(axes, _shapes()["neighbour"], LAND, "#b9bfc4", 0.3, 1)
    _scale_and_north(main)
    return page


def borders(page: MapPage, colour: str = "#6b747b", fill: str | None = None) -> None:
    """Province borders and the ten-stroke line, over what was drawn before."""
    from matplotlib.collections import LineCollection

    for axes in (page.main, page.inset):
        if fill:
            _fill(axes, _shapes()["province"], fill, "none", 0.0, 2)
        lines = LineCollection(_shapes()["province"], colors=colour, linewidths=0.45, zorder=8)
        axes.add_collection(lines, autolim=False)
        strokes = LineCollection(_shapes()["strokes"], colors="#30363c", linewidths=1.6, zorder=9)
        axes.add_collection(strokes, autolim=False)


def rivers(page: MapPage) -> None:
    """The larger rivers of the window, thin."""
    from matplotlib.collections import LineCollection

    for axes in (page.main, page.inset):
        lines = LineCollection(_shapes()["rivers"], colors="#7fb0d0", linewidths=0.5, zorder=2.5)
        axes.add_collection(lines, autolim=False)


def image(
    page: MapPage, values: Array, place: tuple[float, float, float], palette: str, low: float, high: float
) -> Any:
    """A (row, col) grid in degrees, full colour inside China and pale around it; returns what a colour bar
    needs. `place` is the grid's west, north and step in degrees."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    china = Path.make_compound_path(*(Path(ring, closed=True) for ring in _shapes()["province"]))
    drawn = None
    for axes, box, pixels in ((page.main, MAIN_BOX_M, 1100), (page.inset, INSET_BOX_M, 300)):
        cells = warp(values, *place, box, pixels)
        clip = PathPatch(china, facecolor="none", edgecolor="none", transform=axes.transData)
        axes.add_patch(clip)
        for inside in (False, True):
            drawn = axes.imshow(
                cells, extent=box, cmap=palette, vmin=low, vmax=high, zorder=3, interpolation="nearest",
                alpha=1.0 if inside else 0.28,
            )  # fmt: skip
            if inside:
                drawn.set_clip_path(clip)
    return drawn


def key_panel(page: MapPage, colours: Any, label: str, no_data: str = "") -> Any:
    """The colour bar on a pale panel above the scale; `no_data` names what is grey. Returns the bar."""
    from matplotlib.patches import FancyBboxPatch, Rectangle

    height = 0.172 if no_data else 0.147
    panel = FancyBboxPatch(
        (0.032, 0.086), 0.232, height, boxstyle="round,pad=0,rounding_size=0.004",
        transform=page.figure.transFigure, facecolor="white", alpha=0.86, edgecolor="none", zorder=14,
    )  # fmt: skip
    page.main.add_patch(panel)
    axes = page.figure.add_axes((0.045, 0.178, 0.205, 0.013))
    bar = page.figure.colorbar(colours, cax=axes, orientation="horizontal")
    bar.ax.tick_params(labelsize=7, colors=INK, length=2, pad=2)
    bar.ax.set_title(label, fontsize=7.5, color=INK, pad=4, loc="left")
    bar.outline.set_linewidth(0.4)
    if no_data:
        swatch = Rectangle(
            (0.045, 0.232), 0.014, 0.011, transform=page.figure.transFigure, facecolor=NO_DATA,
            edgecolor="#8a949c", linewidth=0.4,
        )  # fmt: skip
        page.figure.add_artist(swatch)
        page.figure.text(0.064, 0.2325, no_data, fontsize=7, color=INK)
    return bar


@lru_cache(maxsize=1)
def province_rings() -> tuple[tuple[str, list[Array], float, float], ...]:
    """Code, outer rings and label place of every province, in Albers metres."""
    import shapely

    from gis_layers import boundary

    table = boundary.regions("province", 2)
    answers = []
    for code, shape in zip(table.ids, geometry_to_albers(table.geometry), strict=True):
        parts = shapely.get_parts(shape)
        largest = parts[int(np.argmax(shapely.area(parts)))]
        # The roundest inner place of the main part: a label there crosses no border.
        place = shapely.maximum_inscribed_circle(largest, tolerance=20_000.0).coords[0]
        rings = [shapely.get_coordinates(shapely.get_exterior_ring(part)) for part in parts]
        answers.append((code, rings, float(place[0]), float(place[1])))
    return tuple(answers)


def _fill(axes: Any, rings: list[Array], face: str, edge: str, width: float, order: int) -> None:
    from matplotlib.collections import PolyCollection

    axes.add_collection(
        PolyCollection(rings, facecolors=face, edgecolors=edge, linewidths=width, zorder=order), autolim=False
    )


def _scale_and_north(axes: Any) -> None:
    left, _, bottom, top = MAIN_BOX_M
    x, y = left + 120_000, bottom + 150_000
    for start, end, colour in ((0, 250_000, INK), (250_000, 500_000, "white"), (500_000, 1_000_000, INK)):
        axes.fill_between(
            [x + start, x + end], y, y + 34_000, facecolor=colour, edgecolor=INK, linewidth=0.6, zorder=15
        )
    for km, label in ((0, "0"), (500, "500"), (1000, "1,000 km")):
        axes.text(x + km * 1000, y + 55_000, label, ha="center", fontsize=7, color=INK, zorder=15)
    # North at the arrow's own place: meridians lean in this projection.
    ax, ay = left + 260_000, top - 420_000
    lon, lat = from_albers(ax, ay)
    nx, ny = to_albers(lon, lat + 1.0)
    lean = np.array([float(nx) - ax, float(ny) - ay])
    lean *= 230_000 / np.hypot(*lean)
    axes.annotate(
        "", (ax + lean[0], ay + lean[1]), (ax, ay), zorder=15,
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.2},
    )  # fmt: skip
    axes.text(
        ax + lean[0] * 1.3,
        ay + lean[1] * 1.3,
        "N",
        ha="center",
        va="center",
        fontsize=9,
        color=INK,
        zorder=15,
    )


def warp(
    values: Array, west_deg: float, north_deg: float, step_deg: float, box: tuple[float, ...], pixels: int
) -> Array:
    """(row, col) of a map box in Albers metres, nearest cell of a grid in degrees; NaN outside."""
    left, right, bottom, top = box
    width = pixels
    height = int(pixels * (top - bottom) / (right - left))
    x = left + (np.arange(width) + 0.5) * (right - left) / width
    y = top - (np.arange(height) + 0.5) * (top - bottom) / height
    lon, lat = from_albers(*np.meshgrid(x, y))
    row = np.floor((north_deg - lat) / step_deg)
    col = np.floor((lon - west_deg) / step_deg)
    inside = (row >= 0) & (row < values.shape[0]) & (col >= 0) & (col < values.shape[1])
    out = np.full(lon.shape, np.nan)
    out[inside] = values[row[inside].astype(np.intp), col[inside].astype(np.intp)]
    return out


def png(page: MapPage) -> bytes:
    """The page as PNG, the same bytes for the same content."""
    import io

    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(page.figure)
    buffer = io.BytesIO()
    page.figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return buffer.getvalue()
