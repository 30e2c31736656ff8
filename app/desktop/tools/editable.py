"""What the edit tool can take up: a drawing, a base or a line of the scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.desktop.tools.snapping import Screen
from gis_layers.measure import Place

REACH_PX = 9.0
Shape = Literal["vertices", "circle", "ends", "point"]


@dataclass(frozen=True)
class Editable:
    """One thing on the map with the geometry it has now."""

    kind: Literal["drawing", "base", "line"]
    id: str
    geometry: Any
    """Shapely, degrees."""
    shape: Shape = "vertices"
    """What of it the hand moves: any vertex, centre and rim, the two ends, or the whole."""

    @property
    def quick(self) -> bool:
        """Moved by one drag, without being finished by Enter."""
        return self.shape in ("ends", "point")


def topmost(things: Sequence[Editable], screen: Screen, px: float, py: float) -> Editable | None:
    """The thing under a pixel: points before lines before areas, of one kind the last."""
    import shapely

    lon, lat = screen.place_at(px, py)
    found: list[tuple[int, Editable]] = []
    for thing in things:
        kind = thing.geometry.geom_type
        if kind == "Polygon":
            reach_deg = REACH_PX * screen.viewport.metres_per_pixel / 111_000.0
            if shapely.dwithin(thing.geometry, shapely.Point(lon, lat), reach_deg):
                found.append((2, thing))
        elif _near(thing.geometry, screen, px, py):
            found.append((0 if kind == "Point" else 1, thing))
    return min(reversed(found), key=lambda pair: pair[0])[1] if found else None


def _near(geometry: Any, screen: Screen, px: float, py: float) -> bool:
    """Whether a point or line, as it is painted, passes a pixel."""
    import shapely

    from app.desktop.tools.pen import geodesic_px

    places: list[Place] = [(float(x), float(y)) for x, y in shapely.get_coordinates(geometry)]
    at = screen.places_px(places) if len(places) < 2 else geodesic_px(screen, places)
    painted = shapely.Point(at[0]) if len(at) < 2 else shapely.LineString(at)
    return bool(painted.distance(shapely.Point(px, py)) <= REACH_PX)
