"""What a siting in the window needs beside it: areas read, rules tried out coarsely, answers read back.

Called in threads; what computes is loaded by the first call.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from app.desktop.map.siting_layers import LandGrid
from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing
from gis_layers.progress import Progress

if TYPE_CHECKING:
    from planning.siting.area import Area
    from planning.siting.rules import RuleSet
    from resources.choice import ResourceChoice

Array = NDArray[np.float64]
AREA_FILE, RULES_FILE, WEIGHTS_FILE = "area.geojson", "asked_rules.toml", "asked_weights.toml"
DOCUMENT, LAYERS = "siting.json", "siting.gpkg"
ASKED: Final = frozenset({AREA_FILE, RULES_FILE, WEIGHTS_FILE})
"""What was asked; the rest of a folder is the answer."""
FORMAT: Final = "1"
"""Of what is kept; another makes answers of before be computed anew."""
TRIED_PIXELS: Final = 250_000
"""Of a try: about a second."""
TRIED_PIXELS_M: Final = (100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0)
KEPT: Final = 12
"""Answers kept on the disk, the latest."""
FILE_KINDS: Final = (".geojson", ".json", ".gpkg", ".shp")


@dataclass(frozen=True, slots=True)
class AskedArea:
    """An area as it was drawn or read, and as it was checked."""

    shape: Any
    """Shapely (multi)polygon in degrees, as given."""
    name: str
    checked: Area
    geojson: str
    """As the command reads it."""


def _asked(shape: Any, name: str, checked: Area) -> AskedArea:
    import shapely

    feature = {
        "type": "Feature", "properties": {"name": name}, "geometry": json.loads(shapely.to_geojson(shape)),
    }  # fmt: skip
    return AskedArea(shape, name, checked, json.dumps(feature, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class Tried:
    """Rules tried on an area at a coarse cell."""

    grid: LandGrid
    audit: tuple[dict[str, Any], ...]
    """Rows as `siting.json` has them."""
    area_km2: float
    pixel_m: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A siting read back from its folder."""

    folder: Path
    key: str
    document: Mapping[str, Any]
    outlines: Mapping[str, Any]
    """Site -> shapely multipolygon in degrees."""
    grid: LandGrid

    def site(self, identity: str) -> Mapping[str, Any] | None:
        return next((one for one in self.document["candidates"] if one["id"] == identity), None)

    def way(self, identity: str) -> Array | None:
        """(n, 2) degrees of the line of a site."""
        site = self.site(identity)
        link = site["connection"] if site else None
        return None if link is None else np.array(link["path_lon_lat_deg"], dtype=np.float64)


# -- areas ----------------------------------------------------------------------------------------------------


def area_of_rings(rings: Any, name: str, clip: bool) -> AskedArea:
    """The area of a shape drawn on the map; InputError as `planning.siting.area.area_of`."""
    import shapely

    from planning.siting.area import area_of

    shape = shapely.Polygon(rings[0], rings[1:])
    return _asked(shape, name, area_of(shape, name, clip=clip))


def area_of_file(path: Path, clip: bool) -> AskedArea:
    """The polygons of a GeoJSON, GeoPackage or Shapefile together.

    Raises
    ------
    InputError
        No such kind, nothing to read, no coordinate system, no polygons, or as `planning.siting.area`.
    """
    import shapely

    from planning.siting.area import area_of, read_area

    kind = path.suffix.lower()
    if kind not in FILE_KINDS:
        raise InputError(Problem(path.name, "file", kind or "no ending", ", ".join(FILE_KINDS)))
    if kind in (".geojson", ".json"):
        checked = read_area(path, clip=clip)
        return _asked(checked.outline, checked.name, checked)
    import geopandas

    try:
        table = geopandas.read_file(path)
    except Exception as error:  # GDAL's own words, whatever its type
        raise InputError(
            Problem(path.name, "file", str(error)[:160], "a file of polygons that can be read")
        ) from error
    if table.crs is None:
        raise InputError(Problem(path.name, "crs", "none", "a file that names its coordinate system"))
    found = table.geometry[table.geometry.geom_type.isin(("Polygon", "MultiPolygon"))]
    if found.empty:
        raise InputError(Problem(path.name, "features", "none", "at least one polygon"))
    shape = shapely.union_all(shapely.force_2d(shapely.make_valid(found.to_crs("EPSG:4326").to_numpy())))
    parts = [p for p in shapely.get_parts(shapely.get_parts(shape)) if p.geom_type == "Polygon"]
    whole = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return _asked(whole, path.stem, area_of(whole, path.stem, clip=clip))


# -- trying rules ---------------------------------------------------------------------------------------------


def tried_pixel_m(area_km2: float) -> float:
    """Pixels of a try on an area of this size. [m]"""
    fits = (m for m in TRIED_PIXELS_M if area_km2 * 1e6 / m**2 <= TRIED_PIXELS)
    return next(fits, TRIED_PIXELS_M[-1])


def try_rules(area: Area, rules: RuleSet, choice: ResourceChoice, progress: Progress) -> Tried:
    """Apply rules at a coarse pixel; InputError and Cancelled as `planning.siting.exclusion`."""
    from planning.siting.exclusion import eligibility_of
    from resources.resource_data import open_resource

    pixel_m = tried_pixel_m(area.area_km2)
    data = open_resource(choice)
    land = eligibility_of(area, rules, data, cell_m=pixel_m, pixel_m=pixel_m, progress=progress)
    outside = land.inside_share <= 0.0
    shares = {
        name: np.where(outside, np.nan, share.astype(np.float32))
        for name, share in land.eligible_share.items()
    }
    audit = tuple(
        {
            "technology": row.technology, "rule": row.rule_id, "title_zh": row.title_zh, "title_en": row.title_en,
            "buffer_m": row.buffer_m, "alone_km2": row.alone_km2, "in_order_km2": row.in_order_km2,
            "left_km2": row.left_km2, "nodata_km2": row.nodata_km2, "applied": row.applied, "grade": row.grade,
            "tier": row.tier, "source": row.source, "resolution_m": row.resolution_m,
        }
        for row in land.audit
    )  # fmt: skip
    return Tried(LandGrid(shares, land.west_m, land.north_m, land.cell_m), audit, land.area_km2, pixel_m)


# -- what was asked, and the answer ---------------------------------------------------------------------------


def key_of(area: AskedArea, rules: RuleSet, arguments: list[str], weights: str) -> str:
    """What tells one question from another."""
    from planning.siting.rules import rules_toml

    told = [FORMAT, area.geojson, rules_toml(rules), weights, *arguments]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()[:20]


def write_question(folder: Path, area: AskedArea, rules: RuleSet, weights: str) -> None:
    """The files a run of the command begins with."""
    from planning.siting.rules import rules_toml

    folder.mkdir(parents=True, exist_ok=True)
    for name, words in (
        (AREA_FILE, area.geojson), (RULES_FILE, rules_toml(rules)), (WEIGHTS_FILE, weights),
    ):  # fmt: skip
        with replacing(folder / name) as temporary:
            temporary.write_text(words, "utf-8")


def read_answer(folder: Path) -> Answer:
    """A folder the command wrote.

    Raises
    ------
    InputError
        The files are not there, or not what the command writes.
    """
    import geopandas

    try:
        document = json.loads((folder / DOCUMENT).read_text("utf-8"))
        sites = geopandas.read_file(folder / LAYERS, layer="candidates")
        cells = geopandas.read_file(folder / LAYERS, layer="eligible_cells")
        outlines = dict(zip((str(i) for i in sites["id"]), sites.geometry, strict=True))
        grid = _grid(cells, float(document["cell_m"]), tuple(document["eligible_km2"]))
        document["candidates"].sort(key=lambda one: one["rank_lcoe"] or math.inf)
    except Exception as error:  # whatever a damaged file raises
        found = f"{type(error).__name__}: {error}"[:160]
        raise InputError(Problem(str(folder), "file", found, "the files of energymap site")) from error
    return Answer(folder, folder.name, document, outlines, grid)


def _grid(cells: Any, cell_m: float, technologies: tuple[str, ...]) -> LandGrid:
    """The grid the cells were cut from; cells without eligible land are not among them."""
    import shapely

    from gis_layers.crs import to_albers

    if len(cells) == 0:
        return LandGrid({name: np.full((1, 1), np.nan) for name in technologies}, 0.0, 0.0, cell_m)
    # The middle of the corners: a square of the plane stays one to within a hair.
    corners = shapely.get_coordinates(shapely.get_exterior_ring(cells.geometry.to_numpy()))
    x, y = to_albers(corners[:, 0], corners[:, 1])
    x, y = x.reshape(-1, 5)[:, :4].mean(axis=1), y.reshape(-1, 5)[:, :4].mean(axis=1)
    west = round((float(x.min()) - cell_m / 2) / cell_m) * cell_m
    north = round((float(y.max()) + cell_m / 2) / cell_m) * cell_m
    col, row = np.floor((x - west) / cell_m).astype(int), np.floor((north - y) / cell_m).astype(int)
    shares: dict[str, Array] = {}
    for name in technologies:
        values = np.full((int(row.max()) + 1, int(col.max()) + 1), np.nan)
        values[row, col] = cells[f"{name}_eligible_share"].to_numpy(dtype=np.float64)
        shares[name] = values
    return LandGrid(shares, west, north, cell_m)


def forget_old(folder: Path, keep: int = KEPT) -> None:
    """Leave the latest answers; what a window cut off left behind goes after a day."""
    import time

    if not folder.is_dir():
        return
    held = sorted((p for p in folder.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime, reverse=True)
    made = [p for p in held if not p.name.startswith("new-")]
    stale = [p for p in held if p.name.startswith("new-") and time.time() - p.stat().st_mtime > 86_400]
    for path in (*made[keep:], *stale):
        shutil.rmtree(path, ignore_errors=True)


def export_answer(answer: Answer, target: Path) -> Path:
    """Copy what the command wrote to a folder of the user's."""
    from gis_layers.files import writable_folder

    writable_folder(target)
    for path in sorted(answer.folder.iterdir()):
        if path.is_file() and path.name not in ASKED:
            with replacing(target / path.name) as temporary:
                shutil.copyfile(path, temporary)
    return target


def largest_rings(outline: Any) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Rings of the largest part of an outline, as a drawing holds them."""
    import shapely

    part = max(shapely.get_parts(outline), key=lambda one: one.area)
    part = shapely.simplify(part, 1e-7)  # corners on a straight edge go
    rings = (part.exterior, *part.interiors)
    return tuple(tuple((round(float(x), 6), round(float(y), 6)) for x, y in ring.coords) for ring in rings)
