"""What a place does to a PV plant besides its light: dust, snow and age in place of the flat shares of `PvLosses`.

`at_place` puts the single models together, so that nothing is counted twice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.raster import sample
from resources import atlas
from resources.climate import PlaceClimate
from resources.pv_ageing import kept_by_age
from resources.pv_equipment import PvModule
from resources.pv_snow import SnowClimate, kept_under_snow, snow_climate
from resources.pv_soiling import kept_by_climate
from resources.solar import PvSystem, optimal_tilt_deg

Array = NDArray[np.float64]


def at_place(
    climate: PlaceClimate,
    system: PvSystem,
    *,
    snow: SnowClimate | None = None,
    desert_class: Array | None = None,
    cleaning_every_days: int | None = 60,
    module: PvModule | None = None,
    year_of_operation: int | None = None,
    dust: bool = True,
    winter: bool = True,
) -> tuple[PvSystem, Array]:
    """The plant without the flat shares that are told in detail, and what it keeps in each month.

    Parameters
    ----------
    climate : PlaceClimate
    system : PvSystem
    snow : SnowClimate or None
        Measured; none: estimated from rain and temperature.
    desert_class : (place,) or None
        None: of the atlas.
    cleaning_every_days : int or None
        As `pv_soiling.kept_by_climate`.
    module, year_of_operation
        Both: the module's warranty in that year (1 the first). Neither: new modules with the flat loss to light.

    dust, winter : bool
        Whether dust and snow are told by the place; without dust the flat share of `PvLosses` stays.

    Returns
    -------
    (PvSystem, (place, 12))
        For `pv_capacity_factor(weather, system, kept)`.

    Raises
    ------
    InputError
        Only one of module and year, a module of unknown ageing, or as the single models.

    Notes
    -----
    Snow on a tracker is that of its steepest position (Townsend's advice); light on the plane is taken as GHI, which
    is less than winter light on tilted modules, so snow costs somewhat too much.
    """
    kept = np.ones((len(climate), 12))
    replaced: dict[str, float] = {}
    if dust:
        classes = desert_class_at(climate.lon_deg, climate.lat_deg) if desert_class is None else desert_class
        kept *= kept_by_climate(climate.rain_monthly_mm, classes, cleaning_every_days)
        replaced["soiling_share"] = 0.0
    if winter:
        fall = snow or snow_climate(climate.rain_monthly_mm, climate.temperature_monthly_c)
        kept *= kept_under_snow(
            fall, climate.temperature_monthly_c, climate.ghi_monthly_kwh_per_m2, _tilt_deg(climate, system)
        )
    if (module is None) != (year_of_operation is None):
        expected = "both, or neither"
        raise InputError(Problem("argument", "module and year_of_operation", "one of them", expected))
    if module is not None and year_of_operation is not None:
        if module.first_year_loss_share is None or module.yearly_loss_share is None:
            expected = "a module whose warranty is known"
            raise InputError(Problem("argument", "module", module.id, expected))
        years = kept_by_age(year_of_operation, module.first_year_loss_share, module.yearly_loss_share)
        kept *= years[-1]
        replaced["light_induced_share"] = 0.0
    losses = system.losses.model_copy(update=replaced)
    return system.model_copy(update={"losses": losses}), kept


def desert_class_at(lon_deg: Array, lat_deg: Array) -> Array:
    """(place,) class of the climate cell a place lies in; NaN at sea."""
    return np.asarray(sample(atlas.read("desert_class"), lon_deg, lat_deg, "nearest")[0], dtype=np.float64)


def _tilt_deg(climate: PlaceClimate, system: PvSystem) -> Array:
    if system.mounting == "single_axis":
        return np.full(len(climate), system.max_rotation_deg)
    if system.tilt_deg is not None:
        return np.full(len(climate), system.tilt_deg)
    return optimal_tilt_deg(climate.lat_deg)
