"""All that a project holds and an edit can change: scenarios, drawings, pins, bookmarks, the user's layers.

Frozen: an edit returns a new checked workspace (`planning.edits`), so undo is a pointer into a list.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, model_validator

from planning.scenario import Identifier, Part, Scenario

Degrees180 = Annotated[float, Field(ge=-180, le=180)]
Degrees90 = Annotated[float, Field(ge=-90, le=90)]
Position = tuple[Degrees180, Degrees90]
"""Longitude and latitude. [degrees, WGS84]"""
Name = Annotated[str, Field(min_length=1, max_length=200)]

DrawingKind = Literal["point", "line", "polygon", "rectangle", "circle"]
_AREAS = ("polygon", "rectangle", "circle")


class Drawing(Part):
    """A shape the planner drew."""

    id: Identifier
    name: Name
    kind: DrawingKind
    """How it was drawn; a rectangle or circle is kept as the polygon it is on the ellipsoid."""
    rings: tuple[tuple[Position, ...], ...] = Field(min_length=1)
    """Of an area: the outline, then holes, each closed; of a point or line: one row of positions."""

    @model_validator(mode="after")
    def _shaped(self) -> Drawing:
        if self.kind in _AREAS:
            for ring in self.rings:
                if len(ring) < 4 or ring[0] != ring[-1]:
                    raise ValueError("an outline needs three corners and ends where it began")
        elif len(self.rings) != 1 or len(self.rings[0]) < (1 if self.kind == "point" else 2):
            raise ValueError("a point needs one position, a line two or more")
        elif self.kind == "point" and len(self.rings[0]) != 1:
            raise ValueError("a point has one position")
        return self

    def geojson(self) -> dict[str, Any]:
        """The geometry as GeoJSON has it."""
        if self.kind in _AREAS:
            return {"type": "Polygon", "coordinates": self.rings}
        if self.kind == "line":
            return {"type": "LineString", "coordinates": self.rings[0]}
        return {"type": "Point", "coordinates": self.rings[0][0]}


class Pin(Part):
    """A place kept for comparison."""

    id: Identifier
    name: Name
    lon_deg: Degrees180
    lat_deg: Degrees90


class Bookmark(Part):
    """A view of the map to come back to."""

    id: Identifier
    name: Name
    lon_deg: Degrees180
    lat_deg: Degrees90
    metres_per_pixel: Annotated[float, Field(gt=0)]


class UserLayer(Part):
    """A file of the user's on the map; the file itself stays where it is."""

    id: Identifier
    name: Name
    path: Annotated[str, Field(min_length=1)]
    kind: Literal["raster", "vector", "table", "weather"]
    visible: bool = True
    opacity: Annotated[float, Field(ge=0, le=1)] = 1.0
    style: dict[str, JsonValue] = Field(default_factory=dict)


class Preferences(Part):
    """What goes with the project rather than with the person at the screen."""

    units: Literal["cn", "si"] | None = None
    """None: as the program is set."""
    projection: Literal["albers", "mercator", "plate_carree"] = "albers"


class LayerLook(Part):
    """How one layer of the map is shown."""

    visible: bool
    opacity: Annotated[float, Field(ge=0, le=1)] = 1.0
    style: dict[str, JsonValue] | None = None
    """In the window's own words, which checks them."""


class LayersView(Part):
    """The layers of the map as they were shown when the project was written; empty in older files."""

    version: Literal[1] = 1
    order: tuple[str, ...] = ()
    """Ids of layers, bottom first."""
    layers: dict[str, LayerLook] = Field(default_factory=dict)


class Workspace(Part):
    """A project."""

    schema_version: Literal[1] = 1
    scenarios: tuple[Scenario, ...] = Field(min_length=1)
    active: Identifier
    drawings: tuple[Drawing, ...] = ()
    pins: tuple[Pin, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    user_layers: tuple[UserLayer, ...] = ()
    map_review_number: Annotated[str, Field(max_length=200)] = ""
    preferences: Preferences = Preferences()
    view: LayersView = LayersView()
    """Written with the project, no edit of it: looking at other layers is nothing to undo or to be asked about."""

    @model_validator(mode="after")
    def _one_of_each(self) -> Workspace:
        for field in ("scenarios", "drawings", "pins", "bookmarks", "user_layers"):
            for identity, count in Counter(item.id for item in getattr(self, field)).items():
                if count > 1:
                    raise ValueError(f"{field}: {identity} {count} times, expected once")
        if self.active not in {scenario.id for scenario in self.scenarios}:
            raise ValueError(f"active: no scenario {self.active}")
        return self

    def scenario(self, scenario_id: str | None = None) -> Scenario:
        """A scenario by id, the active one without; KeyError where there is none."""
        wanted = self.active if scenario_id is None else scenario_id
        for scenario in self.scenarios:
            if scenario.id == wanted:
                return scenario
        raise KeyError(wanted)


def new_workspace(scenario: Scenario) -> Workspace:
    """A project that begins with one scenario."""
    return Workspace(scenarios=(scenario,), active=scenario.id)
