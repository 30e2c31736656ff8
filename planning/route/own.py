"""From a route to a line of a scenario: what the drawing tool adds."""

from __future__ import annotations

from planning.route.ends import End
from planning.route.figures import PRICE_YEAR, LineKind
from planning.route.plan import Route, plan_route
from planning.scenario import OwnLine
from resources.resource_data import EMBEDDED, ResourceData

SOURCE = "least-cost route over the embedded terrain, docs/route.md"


def routed_line(
    start: End,
    end: End,
    line_id: str,
    name_zh: str,
    name_en: str,
    *,
    kind: LineKind,
    kv: float,
    mw: float,
    circuits: int | None = None,
    price_year: int = PRICE_YEAR,
    data: ResourceData = EMBEDDED,
) -> OwnLine:
    """A line between two ends as a scenario holds it: way, length and investment of `plan_route`.

    Raises
    ------
    InputError
        As `plan_route` and `line_of`.
    """
    return line_of(
        plan_route(start, end, kind, kv, mw, circuits=circuits, price_year=price_year, data=data),
        line_id, name_zh, name_en,
    )  # fmt: skip


def line_of(route: Route, line_id: str, name_zh: str, name_en: str) -> OwnLine:
    """A route as a line of a scenario; loss and price are left to `corridors.loss_share` and `corridors.tariff`.

    Raises
    ------
    InputError
        An end where the dispatch has no node; both ends in one.
    """
    from planning.drawn import node_at

    start, end = route.start, route.end
    return OwnLine(
        id=line_id,
        name_zh=name_zh,
        name_en=name_en,
        kind=route.kind,
        kv=float(route.kv),
        mw=float(route.mw),
        circuits=route.circuits if route.kind == "ac" else 1,
        km=round(route.km, 1),
        from_node=start.node or node_at(start.lon_deg, start.lat_deg, line_id),
        to_node=end.node or node_at(end.lon_deg, end.lat_deg, line_id),
        from_lon_deg=start.lon_deg,
        from_lat_deg=start.lat_deg,
        to_lon_deg=end.lon_deg,
        to_lat_deg=end.lat_deg,
        investment_cny=round(route.investment_cny),
        route=tuple(
            (round(float(lon), 4), round(float(lat), 4))
            for lon, lat in zip(route.lon_deg, route.lat_deg, strict=True)
        ),
        source=SOURCE,
        tier="estimated",
    )
