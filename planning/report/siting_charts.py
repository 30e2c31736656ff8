"""The pictures of a siting: its supply curve, and the area with sites and lines."""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import geometry_to_albers, to_albers
from planning.report.charts import chart_figure, chart_legend, chart_svg
from planning.report.map_base import INK, LAND, WORDS, province_rings, use_fonts
from planning.siting.site_run import SitingResult
from planning.siting.supply_curve import TOGETHER
from planning.words import TECHNOLOGY_COLOURS, Language, UnitSystem, converted, plain_unit, term, unit

Array = NDArray[np.float64]

DPI: Final = 170
MOST_LABELS: Final = 40
"""Sites named on the map; of more the cheapest are."""
_TOGETHER_COLOUR = "#c3cbd0"


def supply_chart(result: SitingResult, language: Language) -> bytes:
    """LCOE with connection against capacity, a line a technology, as SVG."""
    figure, axes = chart_figure(6.8, 2.5)
    figure.get_layout_engine().set(h_pad=0.1)
    system: UnitSystem = "cn" if language == "zh" else "si"
    top = 0.0
    # All together first, pale and broad, so that it hides none of its parts.
    for curve in result.curves[::-1]:
        if not curve.steps or (curve.technology == TOGETHER and len(result.curves) == 2):
            continue
        mw = np.array([0.0, *(s.cumulative_mw for s in curve.steps)])
        cost = np.array([curve.steps[0].lcoe_cny_per_mwh, *(s.lcoe_cny_per_mwh for s in curve.steps)])
        together = curve.technology == TOGETHER
        axes.step(
            [converted(v, "power_mw", system) for v in mw],
            [converted(v, "price_cny_per_mwh", system) for v in cost],
            where="pre", linewidth=3.6 if together else 1.4,
            color=_TOGETHER_COLOUR if together else TECHNOLOGY_COLOURS[curve.technology],
            label=term("together" if together else curve.technology, language),
        )  # fmt: skip
        top = max(top, converted(float(cost[-1]), "price_cny_per_mwh", system))
    axes.set_xlim(left=0)
    axes.set_ylim(0, 1.12 * top if top > 0 else None)
    axes.set_xlabel(f"{term('capacity', language)} ({unit('power_mw', system, language)})")
    axes.set_ylabel(f"{term('lcoe', language)} ({unit('price_cny_per_mwh', system, language)})")
    chart_legend(axes)
    return chart_svg(figure)


def site_map(result: SitingResult, language: Language, review_number: str = "") -> bytes:
    """Eligible land, sites by cost and their lines, on the Albers map, as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    use_fonts()
    box = _frame(result)
    width = 9.2
    height = float(np.clip(width * (box[3] - box[2]) / (box[1] - box[0]), 4.2, 6.4))
    figure = Figure(figsize=(width, height + 0.7), dpi=DPI, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    axes.set_facecolor("#e9ecee")
    axes.set_xlim(box[0], box[1])
    axes.set_ylim(box[2], box[3])
    axes.set_aspect("equal", adjustable="box")
    axes.set_xticks([])
    axes.set_yticks([])
    _ground(axes)
    land = result.land
    share = np.where(result.divided.used > 0, result.divided.used, np.nan)
    rows, cols = land.shape
    extent = (
        land.west_m, land.west_m + cols * land.cell_m, land.north_m - rows * land.cell_m, land.north_m,
    )  # fmt: skip
    axes.imshow(
        share, extent=extent, cmap="Greens", vmin=0, vmax=0.6, alpha=0.55, zorder=3, interpolation="nearest"
    )
    colours = _sites(axes, result, language)
    if colours is not None:
        system: UnitSystem = "cn" if language == "zh" else "si"
        bar = figure.colorbar(colours, ax=axes, orientation="horizontal", shrink=0.5, aspect=40, pad=0.02)
        bar.ax.tick_params(labelsize=7, colors=INK, length=2)
        bar.set_label(
            f"{term('lcoe', language)}, {unit('price_cny_per_mwh', system, language)}", fontsize=8, color=INK
        )
    _scale(axes, box, language)
    colon = "：" if language == "zh" else ": "
    review = f"{WORDS['review'][0 if language == 'zh' else 1]}{colon}{review_number or '____________'}"
    axes.text(
        0.99, 0.985, review, transform=axes.transAxes, fontsize=8, color=INK, ha="right", va="top", zorder=20,
        bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1.5},
    )  # fmt: skip
    FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _frame(result: SitingResult) -> tuple[float, float, float, float]:
    """Left, right, bottom, top: the area, and the ends of its lines."""
    land = result.land
    x, y = [land.x_m[0], land.x_m[-1]], [land.y_m[-1], land.y_m[0]]
    for site in result.candidates:
        if site.connection is not None:
            end_x, end_y = to_albers(site.connection.lon_deg, site.connection.lat_deg)
            x += [float(end_x.min()), float(end_x.max())]
            y += [float(end_y.min()), float(end_y.max())]
    margin = 0.06 * max(max(x) - min(x), max(y) - min(y)) + 5_000.0
    return min(x) - margin, max(x) + margin, min(y) - margin, max(y) + margin


def _ground(axes: Any) -> None:
    from matplotlib.collections import LineCollection, PolyCollection

    rings = [ring for _, own, _, _ in province_rings() for ring in own]
    axes.add_collection(PolyCollection(rings, facecolors=LAND, edgecolors="none", zorder=1), autolim=False)
    axes.add_collection(LineCollection(rings, colors="#6b747b", linewidths=0.7, zorder=5), autolim=False)


def _sites(axes: Any, result: SitingResult, language: Language) -> Any:
    """Outlines coloured by cost, lines, ends and names; what a colour bar needs."""
    import shapely
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.collections import LineCollection, PolyCollection
    from matplotlib.colors import Normalize
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=1.6, foreground="white")]
    system: UnitSystem = "cn" if language == "zh" else "si"
    linked = [c for c in result.candidates if c.lcoe_cny_per_mwh is not None]
    costs = [converted(c.lcoe_cny_per_mwh or 0.0, "price_cny_per_mwh", system) for c in linked]
    scale = (
        Normalize(min(costs), max(costs) if max(costs) > min(costs) else min(costs) * 1.01) if costs else None
    )
    palette = colormaps["viridis_r"]
    for number, site in enumerate(result.candidates):
        cost = site.lcoe_cny_per_mwh
        face = (
            "#bbbbbb"
            if cost is None or scale is None
            else palette(scale(converted(cost, "price_cny_per_mwh", system)))
        )
        parts = shapely.get_parts(geometry_to_albers(site.outline))
        rings = [shapely.get_coordinates(shapely.get_exterior_ring(part)) for part in parts]
        axes.add_collection(
            PolyCollection(
                rings, facecolors=[face], edgecolors="white", linewidths=0.6, alpha=0.72, zorder=6
            ),
            autolim=False,
        )
        x, y = to_albers(site.lon_deg, site.lat_deg)
        axes.plot(x, y, marker="o", markersize=2.2, color=INK, zorder=9)
        if number < MOST_LABELS:
            axes.annotate(
                site.id, (float(x), float(y)), (3, 3), textcoords="offset points", fontsize=6.5, color=INK, zorder=10,
                path_effects=halo,
            )  # fmt: skip
    ways = [
        np.column_stack(to_albers(c.connection.lon_deg, c.connection.lat_deg)) for c in linked if c.connection
    ]
    axes.add_collection(LineCollection(ways, colors="#b3361c", linewidths=0.9, zorder=8), autolim=False)
    ends = {c.connection.target.id: c.connection.target for c in linked if c.connection}
    for end in ends.values():
        x, y = to_albers(end.lon_deg, end.lat_deg)
        axes.plot(x, y, marker="s", markersize=5, color="#b3361c", markeredgecolor="white", zorder=11)
        name = end.name_zh if language == "zh" else end.name_en
        # A name near the right edge stands left of its place, so that it stays in the picture.
        left = float(x) > 0.35 * axes.get_xlim()[0] + 0.65 * axes.get_xlim()[1]
        axes.annotate(
            name, (float(x), float(y)), (-5 if left else 5, -9), textcoords="offset points", fontsize=7.5,
            ha="right" if left else "left", color="#7d2412", zorder=12, path_effects=halo,
        )  # fmt: skip
    return ScalarMappable(scale, palette) if scale is not None else None


def _scale(axes: Any, box: tuple[float, float, float, float], language: Language) -> None:
    """A bar of a round length in the lower left corner."""
    width_km = (box[1] - box[0]) / 1e3
    length = max(v for v in (1, 2, 5, 10, 20, 50, 100, 200, 500) if v <= max(width_km / 4, 1))
    x, y = box[0] + 0.03 * (box[1] - box[0]), box[2] + 0.04 * (box[3] - box[2])
    axes.plot([x, x + length * 1e3], [y, y], color=INK, linewidth=2.5, solid_capstyle="butt", zorder=20)
    axes.text(
        x,
        y + 0.012 * (box[3] - box[2]),
        f"{length} {plain_unit('km', language)}",
        fontsize=7.5,
        color=INK,
        zorder=20,
    )
