"""A candidate site becomes a base of the scenario, as one drawn on the map does: an edit that undoes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from app.desktop.control.map_edits import apply, outline_id
from app.desktop.workbench import Workbench
from gis_layers.errors import InputError
from planning.edits import new_id, put_base, put_item, together
from planning.scenario import BaseSpec
from planning.typed import with_unit
from planning.workspace import Drawing

if TYPE_CHECKING:
    from app.desktop.control.siting_work import Answer

LEAST_MW = 50.0


def make_base(bench: Workbench, answer: Answer, identity: str) -> None:
    """Add a site to the active scenario, computed beside the window.

    The outline is that of the site's largest part, the land that of all of it, as the rules left it; the channel carries
    the site's highest hour. The line it feeds is the one the siting was asked for, else none: the province's grid.
    """
    from planning.drawn import base_from_polygon
    from planning.scenario_lines import with_own_lines
    from planning.tables import load_tables

    site, outline = answer.site(identity), answer.outlines.get(identity)
    if site is None or outline is None:
        return
    scenario = bench.document.scenario
    base_id = new_id("own-base", (b.id for b in scenario.bases))
    names = [f"{site['name_zh']} {identity}", f"{site['name_en']} {identity}"]
    wished = str(answer.document["request"]["channel"])
    corridor = wished if wished in load_tables().corridor_by_id else None
    channel_mw = max(math.ceil(float(site["peak_mw"]) / 10.0) * 10.0, LEAST_MW)
    land_km2 = round(float(site["land_km2"]), 1)
    parts = len(outline.geoms) if outline.geom_type == "MultiPolygon" else 1
    bench.say(bench.text("draw.looking"))

    def work() -> tuple[BaseSpec, Drawing]:
        from app.desktop.control.siting_work import largest_rings

        name = names[0 if bench.state.language == "zh" else 1]
        drawing = Drawing(id=outline_id(base_id), name=name, kind="polygon", rings=largest_rings(outline))
        base = base_from_polygon(
            drawing, base_id, names[0], names[1], corridor, channel_mw, with_own_lines(load_tables(), scenario),
            scenario.resource,
        )  # fmt: skip
        return base.model_copy(update={"land_max_km2": land_km2}), drawing

    def done(made: tuple[BaseSpec, Drawing]) -> None:
        base, drawing = made
        if not apply(bench, together(put_base(scenario.id, base), put_item(drawing))):
            return
        state = bench.state
        power = with_unit(channel_mw, "MW", state.units, state.language)
        words = bench.text("siting.base_made", name=drawing.name, km2=f"{land_km2:,.0f}", mw=power)
        bench.say(words + (bench.text("siting.base_parts", n=parts) if parts > 1 else ""), 30.0)

    try:
        bench.document.background.run(work, done, bench.complain)
    except InputError as error:
        bench.complain(error)
