"""What of an area may be built on: rules applied to pixels tile by tile, and the account of what each took.

Streamed: a tile is read with a margin as wide as the largest buffer, so that tile edges make no difference and
memory does not grow with the area. Pixels are of the equal-area map; the share of each inside the area is exact.
"""

from __future__ import annotations

import itertools
import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import ALBERS_CHINA, geometry_to_albers
from gis_layers.errors import BalanceError, InputError, Problem
from gis_layers.progress import Progress, part, silent
from planning.siting.account import LandOfTile, TileAccount, account_tile
from planning.siting.area import Area
from planning.siting.coverage import Coverage
from planning.siting.density import DensityTable, load_density
from planning.siting.eligibility import TECHNOLOGIES, AuditRow, Eligibility, ServedLayer, Technology
from planning.siting.land_classes import LandClasses, land_classes
from planning.siting.raster_tiles import Tile, TileReader, Window
from planning.siting.rule_data import Applied, GroundData, ground_of, rules_applied
from planning.siting.rule_masks import RuleMasks, reach_px
from planning.siting.rules import RuleSet
from resources.resource_data import EMBEDDED, ResourceData

Array = NDArray[np.float64]

TILE_PX: Final = 1000
"""Pixels along a tile, rounded to whole cells."""
WORKERS: Final = 2
MOST_PIXELS: Final = 4e9
MOST_CELLS: Final = 1.6e7
"""Of the answer: some seventy bytes each."""
SMALLEST_PIXEL_M: Final = 10.0
_HAIR_M: Final = 1e-3
OUTLINE_TOLERANCE: Final = 1e-4
"""Relative, of the area on the map's plane against that on the ellipsoid."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """The answer's cells and the pixels in them."""

    window: Window
    cell_m: float
    per_cell: int
    """Pixels along a cell."""

    @property
    def shape(self) -> tuple[int, int]:
        return self.window.rows // self.per_cell, self.window.cols // self.per_cell

    def tiles(self) -> list[Tile]:
        step = max(1, TILE_PX // self.per_cell) * self.per_cell
        return [
            Tile(row, col, min(step, self.window.rows - row), min(step, self.window.cols - col))
            for row in range(0, self.window.rows, step)
            for col in range(0, self.window.cols, step)
        ]


@dataclass(frozen=True, slots=True)
class _TileResult:
    tile: Tile
    account: TileAccount | None
    """None: the tile lies outside the area."""
    elevation_m: Array
    slope_percent: Array | None


def eligibility_of(
    area: Area,
    rules: RuleSet,
    data: ResourceData = EMBEDDED,
    *,
    cell_m: float = 1000.0,
    pixel_m: float = 100.0,
    density: DensityTable | None = None,
    progress: Progress = silent,
) -> Eligibility:
    """Apply a set of rules to an area.

    Parameters
    ----------
    cell_m
        Cells of the answer; a whole number of pixels.
    pixel_m
        Pixels the rules are applied on: as the finest land cover there is (100 m, 30 m).

    density
        MW per km2 by class of land; None: the program's own table.

    Raises
    ------
    InputError
        Sizes that do not fit, data of rules that cannot serve, land without a value where a rule's policy is
        'error' (all rules, with the area).
    BalanceError
        `area`: the pixels of the area are not the area, or the account does not add up.
    Cancelled
        From `progress`.

    Notes
    -----
    A pixel is taken where its centre lies in an outline or its buffer; of rasters, where the value at its centre is
    taken (nearest class, bilinear height), and within the buffer of the edge of such a pixel. Distances are those
    of the map, within 3 % of true ones between 20 and 52 N.
    """
    outline = geometry_to_albers(area.outline)
    progress(0.0, "siting: data of the rules")
    grid = _grid(outline, rules.largest_buffer_m, cell_m, pixel_m)
    applied = rules_applied(rules, data, grid.window)
    ground = ground_of(data, grid.window, rules)
    technologies = tuple(t for t in TECHNOLOGIES if any(t in rule.technologies for rule in applied))
    land = land_classes(rules, data, grid.window)
    table = density or load_density()
    total = _Total(grid, technologies, len(applied), land.names, ground.tells_slope)
    carries = {technology: table.by_class(technology, land.names) for technology in technologies}
    work = _Work(grid, applied, technologies, ground, land, carries, Coverage(outline, grid.window))
    tiles = grid.tiles()
    inner = part(progress, 0.02, 0.98)
    for done, result in enumerate(_in_order(work, tiles), start=1):
        total.add(result)
        inner(done / len(tiles), f"siting: tile {done} of {len(tiles)}")
    answer = total.answer(area, applied, ground, land, table)
    progress(1.0, "done")
    return answer


def _grid(outline: Any, buffer_m: float, cell_m: float, pixel_m: float) -> _Grid:
    problems = []
    if not pixel_m >= SMALLEST_PIXEL_M:
        problems.append(Problem("argument", "pixel_m", f"{pixel_m:g}", f"at least {SMALLEST_PIXEL_M:g} m"))
    per_cell = round(cell_m / pixel_m) if pixel_m > 0 and math.isfinite(cell_m / pixel_m) else 0
    if not (per_cell >= 1 and abs(per_cell * pixel_m - cell_m) < 1e-6 * cell_m):
        expected = f"a whole number of pixels of {pixel_m:g} m"
        problems.append(Problem("argument", "cell_m", f"{cell_m:g}", expected))
    if problems:
        raise InputError(problems)
    west, south, east, north = (float(edge) for edge in outline.bounds)
    # An outline along the edge of cells must not open a row of empty ones by rounding.
    west, south, east, north = west + _HAIR_M, south + _HAIR_M, east - _HAIR_M, north - _HAIR_M
    first_col, last_col = math.floor(west / cell_m), math.ceil(east / cell_m)
    first_row, last_row = math.floor(-north / cell_m), math.ceil(-south / cell_m)
    rows, cols = (last_row - first_row) * per_cell, (last_col - first_col) * per_cell
    if rows * cols > MOST_PIXELS:
        expected = f"at most {MOST_PIXELS:.0e} pixels: a coarser pixel_m, or a part of the area"
        raise InputError(Problem("argument", "pixel_m", f"{rows:,} x {cols:,} pixels", expected))
    if rows * cols > MOST_CELLS * per_cell**2:
        found = f"{rows // per_cell:,} x {cols // per_cell:,} cells"
        expected = (
            f"at most {MOST_CELLS:.2g} cells: a larger cell_m, or the distant parts of the area one by one"
        )
        raise InputError(Problem("argument", "cell_m", found, expected))
    pad = math.ceil(reach_px(buffer_m, pixel_m)) + 1
    window = Window(first_col * cell_m, -first_row * cell_m, rows, cols, pixel_m, pad)
    return _Grid(window, cell_m, per_cell)


# -- tiles --------------------------------------------------------------------------------------------------


class _Work:
    """What is the same for every tile; each thread has readers of its own."""

    def __init__(
        self,
        grid: _Grid,
        applied: Sequence[Applied],
        technologies: tuple[Technology, ...],
        ground: GroundData,
        land: LandClasses,
        carries: Mapping[Technology, Array],
        coverage: Coverage,
    ) -> None:
        self._grid, self._technologies, self._ground, self._coverage = grid, technologies, ground, coverage
        self._land, self._carries = land, carries
        self._masks = RuleMasks(applied, grid.window)
        self._margins = self._masks.margins()
        held = self._margins.get(ground.layer.base, 0)
        self._margins[ground.layer.base] = max(held, int(ground.tells_slope))
        self._own = threading.local()
        self._readers: list[TileReader] = []
        self._lock = threading.Lock()

    def run(self, tile: Tile) -> _TileResult:
        reader = self._reader()
        n = self._grid.per_cell
        inside = self._coverage.of(tile)
        height, known = reader.values(self._ground.layer, tile)
        elevation = _cell_means(height, known, n)
        slope = None
        if self._ground.tells_slope:
            slope = _cell_means(*reader.values(self._ground.slope_layer, tile), n)
        account = None
        if inside is not None:
            taken = self._masks.of(reader, tile)
            land = LandOfTile(self._land.of(reader, tile), self._carries)
            account = account_tile(inside, taken, land, self._technologies, n)
        return _TileResult(tile, account, elevation, slope)

    def _reader(self) -> TileReader:
        reader: TileReader | None = getattr(self._own, "reader", None)
        if reader is None:
            reader = self._own.reader = TileReader(self._grid.window, self._margins)
            with self._lock:
                self._readers.append(reader)
        return reader

    def close(self) -> None:
        for reader in self._readers:
            reader.close()


def _in_order(work: _Work, tiles: Sequence[Tile]) -> Iterator[_TileResult]:
    """Results tile by tile; a few are under way at once, so that sums do not depend on chance."""
    ahead: list[Future[_TileResult]] = []
    pool = ThreadPoolExecutor(WORKERS)
    try:
        queue = iter(tiles)
        for tile in itertools.islice(queue, 2 * WORKERS):
            ahead.append(pool.submit(work.run, tile))
        while ahead:
            result = ahead.pop(0).result()
            for tile in itertools.islice(queue, 1):
                ahead.append(pool.submit(work.run, tile))
            yield result
    finally:
        pool.shutdown(cancel_futures=True)
        work.close()


def _cell_means(values: Any, known: NDArray[np.bool_] | None, n: int) -> Array:
    """(row, col) means over cells of n by n pixels; NaN where a cell has no value."""
    rows, cols = values.shape[0] // n, values.shape[1] // n
    blocks = (rows, n, cols, n)
    if known is None:
        return np.asarray(values.reshape(blocks).mean(axis=(1, 3), dtype=np.float64))
    total = np.where(known, values, 0).reshape(blocks).sum(axis=(1, 3), dtype=np.float64)
    count = known.reshape(blocks).sum(axis=(1, 3))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(count > 0, total / count, np.nan))


# -- sums ---------------------------------------------------------------------------------------------------


class _Total:
    """The answer as it grows, tile by tile."""

    def __init__(
        self,
        grid: _Grid,
        technologies: tuple[Technology, ...],
        rules: int,
        classes: Sequence[str],
        slope: bool,
    ) -> None:
        self._grid, self._technologies = grid, technologies
        shape = grid.shape
        self._inside = np.zeros(shape)
        self._eligible: dict[str, Array] = {technology: np.zeros(shape) for technology in technologies}
        self._density: dict[str, Array] = {technology: np.zeros(shape) for technology in technologies}
        self._classes = np.zeros((len(technologies), len(classes)))
        self._elevation = np.full(shape, np.nan)
        self._slope = np.full(shape, np.nan) if slope else None
        count = (len(technologies), rules)
        self._alone, self._taken, self._nodata = np.zeros(count), np.zeros(count), np.zeros(rules)

    def add(self, result: _TileResult) -> None:
        n, tile = self._grid.per_cell, result.tile
        at = (
            slice(tile.row // n, (tile.row + tile.rows) // n),
            slice(tile.col // n, (tile.col + tile.cols) // n),
        )
        self._elevation[at] = result.elevation_m
        if self._slope is not None and result.slope_percent is not None:
            self._slope[at] = result.slope_percent
        account = result.account
        if account is None:
            return
        self._inside[at] = account.inside_share
        for technology in self._technologies:
            self._eligible[technology][at] = account.eligible_share[technology]
            self._density[technology][at] = account.density[technology]
        self._classes += account.class_px
        self._alone += account.alone_px
        self._taken += account.taken_px
        self._nodata += account.nodata_px

    def answer(
        self,
        area: Area,
        applied: Sequence[Applied],
        ground: GroundData,
        land: LandClasses,
        table: DensityTable,
    ) -> Eligibility:
        pixel_km2 = self._grid.window.pixel_m**2 / 1e6
        area_km2 = float(self._inside.sum()) * self._grid.cell_m**2 / 1e6
        if abs(area_km2 - area.area_km2) > OUTLINE_TOLERANCE * area.area_km2:
            raise BalanceError("area", region=area.name, found_km2=area_km2, expected_km2=area.area_km2)
        self._check_nodata(applied, pixel_km2)
        rows: list[AuditRow] = []
        for at, technology in enumerate(self._technologies):
            left_km2 = area_km2
            for number, rule in enumerate(applied):
                if technology not in rule.technologies:
                    continue
                taken_km2 = float(self._taken[at, number]) * pixel_km2
                left_km2 -= taken_km2
                rows.append(
                    AuditRow(
                        technology=technology,
                        rule_id=rule.id,
                        title_zh=rule.title_zh,
                        title_en=rule.title_en,
                        source=rule.source,
                        tier=rule.tier,
                        buffer_m=rule.buffer_m,
                        alone_km2=float(self._alone[at, number]) * pixel_km2,
                        in_order_km2=taken_km2,
                        left_km2=left_km2,
                        nodata_km2=float(self._nodata[number]) * pixel_km2,
                        applied=rule.layer is not None,
                        grade=rule.grade,
                        resolution_m=rule.resolution_m,
                    )
                )
        window = self._grid.window
        return Eligibility(
            crs=ALBERS_CHINA,
            west_m=window.west_m,
            north_m=window.north_m,
            cell_m=self._grid.cell_m,
            inside_share=self._inside,
            eligible_share=self._eligible,
            slope_percent=self._slope,
            elevation_m=self._elevation,
            audit=tuple(rows),
            area_km2=area_km2,
            served=_served(applied, ground, land),
            density_mw_per_km2=self._density,
            by_class=tuple(
                table.row(technology, name, float(px) * pixel_km2)
                for at, technology in enumerate(self._technologies)
                for name, px in zip(land.names, self._classes[at], strict=True)
                if px > 0
            ),
        )

    def _check_nodata(self, applied: Sequence[Applied], pixel_km2: float) -> None:
        problems = [
            Problem("rules", rule.id, f"{lack * pixel_km2:,.1f} km2 without a value", f"values everywhere in {rule.source}")
            for rule, lack in zip(applied, self._nodata, strict=True)
            if rule.nodata == "error" and lack > 0
        ]  # fmt: skip
        if problems:
            raise InputError(problems)


def _served(applied: Sequence[Applied], ground: GroundData, land: LandClasses) -> tuple[ServedLayer, ...]:
    rows = [
        ServedLayer("ground", ground.source, ground.grade),
        ServedLayer("land_class", land.source, land.grade),
    ]
    for rule in applied:
        if rule.grade is not None:
            rows.append(ServedLayer(rule.id, rule.source, rule.grade))
    return tuple(rows)
