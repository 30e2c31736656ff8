"""What may be built on: rules that each leave a share of every cell, and the account of what they took.

For the assessment of provinces and the sites of the chain, at the 5' of the atlas; rules at the resolution of a
land-cover map belong to siting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InputError, Problem
from gis_layers.grid import CLIMATE, TERRAIN
from gis_layers.provenance import Tier
from gis_layers.raster import cell_area_km2
from gis_layers.zonal import Zones, overlay_outlines
from resources.resource_data import EMBEDDED, ResourceData

Array = NDArray[np.float64]
Technology = Literal["wind", "pv"]
KINDS: tuple[Technology, ...] = ("wind", "pv")

HIGHEST_M = 4000.0
"""No large farms above: thin air, permafrost, no roads."""
STEEP_M = 300.0
"""A climate cell whose 5' cells differ by more is hilly."""
STEEP_KEPT = 0.3
KIND_SHARES: Mapping[Technology, tuple[float, float, float]] = {
    "wind": (0.08, 0.25, 0.20),
    "pv": (0.015, 0.15, 0.08),
}
"""Share of land that may be built on: elsewhere, in deserts, in steppe. Orders of magnitude of published
assessments (general knowledge), for want of a land-cover map."""
COVER_SHARES: Mapping[Technology, Mapping[str, float]] = {
    "wind": {
        "tree": 0.0, "shrub": 0.30, "grass": 0.30, "crop": 0.15, "built": 0.0, "bare": 0.40, "snow": 0.0,
        "water": 0.0, "wetland": 0.0, "moss": 0.0, "sea": 0.0,
    },
    "pv": {
        "tree": 0.0, "shrub": 0.05, "grass": 0.06, "crop": 0.0, "built": 0.0, "bare": 0.20, "snow": 0.0,
        "water": 0.0, "wetland": 0.0, "moss": 0.0, "sea": 0.0,
    },
}  # fmt: skip
"""The same by class of a land-cover map (general knowledge: no forest, no water, no settlement; fields take
turbines between them, but no modules)."""
ESTIMATED = "orders of magnitude of published assessments (general knowledge)"
ESTIMATED_ZH = "已发表评估的数量级 (通用知识)"


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason why not all of a cell may be built on."""

    id: str
    title_zh: str
    title_en: str
    kept: Array
    """(row, col) share of the cell that the rule leaves, 0..1; terrain grid."""
    source: str
    source_zh: str
    tier: Tier

    def __post_init__(self) -> None:
        if not ((self.kept >= 0) & (self.kept <= 1)).all():
            bad = self.kept[~((self.kept >= 0) & (self.kept <= 1))][0]
            raise InputError(Problem("rule", self.id, f"{bad:g}", "shares from 0 to 1"))
        self.kept.flags.writeable = False


@dataclass(frozen=True, slots=True)
class LandCover:
    """A land-cover map as shares of each terrain cell."""

    fractions: Mapping[str, Array]
    """class -> (row, col), classes of `COVER_SHARES`; they sum to 1 where the map has values, to 0 elsewhere."""
    source: str
    source_zh: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What the rules took of each region; areas in km2."""

    rule_ids: tuple[str, ...]
    total_km2: Array
    """(region,)"""
    alone_km2: Array
    """(region, rule) what the rule would take if it were the only one."""
    taken_km2: Array
    """(region, rule) what it takes of what the rules before it left."""
    eligible_km2: Array
    """(region,)"""


def rules_for(
    technology: Technology,
    data: ResourceData = EMBEDDED,
    cover: LandCover | None = None,
    more: Sequence[Rule] = (),
) -> tuple[Rule, ...]:
    """The rules of a technology, in the order in which an audit lists them.

    Parameters
    ----------
    cover
        A land-cover map; where it has no value, and without one, desert and steppe are told by climate.
    more
        The user's own: protected areas, red lines; they come after water.
    """
    height = np.nan_to_num(data.read("elevation").values[0])
    spread = height.reshape(CLIMATE.rows, 3, CLIMATE.cols, 3)
    hilly = np.repeat(np.repeat(np.ptp(spread, axis=(1, 3)) > STEEP_M, 3, axis=0), 3, axis=1)
    elevation = "elevation of the run", "所用高程"
    return (
        _water(),
        *more,
        Rule(
            "height", f"海拔 {HIGHEST_M:,.0f} m 以上", f"above {HIGHEST_M:,.0f} m",
            np.where(height > HIGHEST_M, 0.0, 1.0), *elevation, "estimated",
        ),
        Rule(
            "steep", f"山地 (0.25° 内高差超过 {STEEP_M:g} m)", f"hills (more than {STEEP_M:g} m within 0.25°)",
            np.where(hilly, STEEP_KEPT, 1.0), *elevation, "estimated",
        ),
        _land(technology, data, cover),
    )  # fmt: skip


def outline_rule(id: str, title_zh: str, title_en: str, outlines: Sequence[object], source: str) -> Rule:
    """Nothing may be built inside some areas (shapely, WGS84; protected areas, red lines)."""
    import shapely

    together = shapely.union_all(np.asarray(outlines, dtype=object))
    return Rule(id, title_zh, title_en, 1.0 - _share_in([id], [together]), source, source, "official")


def share_left(rules: Sequence[Rule]) -> Array:
    """(row, col) share of each terrain cell that all rules leave."""
    left = np.ones(TERRAIN.shape)
    for rule in rules:
        left = left * rule.kept
    return left


def audit(rules: Sequence[Rule], zones: Zones) -> Audit:
    """What each rule takes of each region, alone and in order.

    Raises
    ------
    BalanceError
        What was taken and what is left are not the whole (`area`; names the region).
    """
    total = zones.total(np.ones(zones.grid.shape))
    alone = np.stack([total - zones.total(rule.kept) for rule in rules], axis=1)
    left = np.ones(zones.grid.shape)
    taken = np.empty_like(alone)
    for column, rule in enumerate(rules):
        taken[:, column] = zones.total(left * (1.0 - rule.kept))
        left = left * rule.kept
    eligible = zones.total(left)
    gap = np.abs(taken.sum(axis=1) + eligible - zones.region_km2)
    worst = int(np.argmax(gap))
    if gap[worst] > 1e-6 * max(zones.region_km2[worst], 1.0):
        raise BalanceError(
            "area",
            region=zones.ids[worst],
            found_km2=float(taken[worst].sum() + eligible[worst]),
            expected_km2=float(zones.region_km2[worst]),
        )
    return Audit(tuple(rule.id for rule in rules), total, alone, taken, eligible)


def _water() -> Rule:
    from gis_layers.boundary import table

    lakes = table("lake").geometry
    kept = 1.0 - _share_in([str(n) for n in range(len(lakes))], list(lakes))
    source = "GSHHG lakes of 100 km2 and more", "GSHHG, 100 km² 以上的湖泊"
    return Rule("water", "湖泊 (100 km² 以上)", "lakes (100 km2 and more)", kept, *source, "published")


def _share_in(ids: Sequence[str], outlines: Sequence[object]) -> Array:
    """(row, col) share of each terrain cell inside outlines that do not overlap each other."""
    pieces = overlay_outlines(ids, np.asarray(outlines, dtype=object))
    inside = np.asarray(pieces.area_km2.sum(axis=0)).reshape(TERRAIN.shape) / cell_area_km2(TERRAIN)
    return np.clip(inside, 0.0, 1.0)


def _land(technology: Technology, data: ResourceData, cover: LandCover | None) -> Rule:
    desert = np.nan_to_num(data.read("desert_class").values[0]).astype(int)
    shares = KIND_SHARES[technology]
    by_climate = np.choose(desert, [shares[0], shares[1], shares[1], shares[2]])
    kept = np.repeat(np.repeat(by_climate, 3, axis=0), 3, axis=1).astype(np.float64)
    if cover is None:
        return Rule(
            "land", "土地类型可用比例 (荒漠、草原、其他)", "share usable by kind of land (desert, steppe, other)",
            kept, ESTIMATED, ESTIMATED_ZH, "estimated",
        )  # fmt: skip
    unknown = sorted(set(cover.fractions) - set(COVER_SHARES[technology]))
    if unknown:
        expected = ", ".join(COVER_SHARES[technology])
        raise InputError(Problem("land cover", "class", ", ".join(unknown), expected))
    mapped = sum(cover.fractions.values(), np.zeros(TERRAIN.shape))
    by_class = sum(
        (COVER_SHARES[technology][name] * share for name, share in cover.fractions.items()),
        np.zeros(TERRAIN.shape),
    )
    # Where the map covers a cell in part, the rest goes by climate.
    kept = np.clip(by_class + np.clip(1.0 - mapped, 0.0, 1.0) * kept, 0.0, 1.0)
    return Rule(
        "land", "土地覆盖可用比例", "share usable by land cover", kept,
        f"{cover.source}; {ESTIMATED}", f"{cover.source_zh}；{ESTIMATED_ZH}", "estimated",
    )  # fmt: skip
