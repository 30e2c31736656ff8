"""Which machines a scenario builds: PV and wind as a planner names them; what is left empty is as usual.

For scenarios and their bases (`over`: a base's choice over its scenario's). Nothing is computed here;
`plant_machines` makes systems and turbines of it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from resources.library import DataRef

Wake = Literal["none", "dena_mean", "knorr_mean", "jensen"]
BY_SITE_CLASS = "by_site_class"
"""In place of a machine: at each site that of its IEC class."""

Degrees = Annotated[float, Field(strict=True, ge=0, lt=360)]
Tilt = Annotated[float, Field(strict=True, ge=0, le=90)]
Ratio = Annotated[float, Field(strict=True, ge=0.5, le=3)]
Coverage = Annotated[float, Field(strict=True, gt=0, lt=1)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
LostShare = Annotated[float, Field(strict=True, ge=0, lt=1)]
YearlyLoss = Annotated[float, Field(strict=True, ge=0, le=0.05)]
Rated = Annotated[float, Field(strict=True, gt=0, le=30)]
Rotor = Annotated[float, Field(strict=True, gt=0, le=350)]
Hub = Annotated[float, Field(strict=True, gt=10, le=250)]
Farm = Annotated[float, Field(strict=True, gt=0, le=20000)]
Density = Annotated[float, Field(strict=True, gt=0, le=30)]
Shear = Annotated[float, Field(strict=True, ge=0, le=0.6)]
Turbulence = Annotated[float, Field(strict=True, gt=0, le=0.4)]
StormSpeed = Annotated[float, Field(strict=True, gt=0, le=40)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PvChoice(_Part):
    """PV that is built. Empty: as usual, fixed for provinces and tracked for bases, a plain module with flat losses."""

    mounting: Literal["fixed_tilt", "single_axis"] | None = None
    tilt_deg: Tilt | None = None
    """Of fixed modules; none: the yearly optimum of the latitude."""
    azimuth_deg: Degrees | None = None
    """Direction fixed modules face, clockwise from north; none: south."""
    module: str | None = Field(default=None, min_length=1, max_length=100)
    """Id of the module table."""
    faces: Literal["monofacial", "bifacial"] | None = None
    """Bifacial: light on the rear counts, by the module's bifaciality."""
    gcr: Coverage | None = None
    """Ground coverage of the rows of trackers, and of bifacial modules; none: 0.4."""
    albedo: Share | None = None
    """Of the ground; none: 0.2."""
    inverter: str | None = Field(default=None, min_length=1, max_length=100)
    """Id of the inverter table; none: 98 % by PVWatts' curve."""
    dc_ac_ratio: Ratio | None = None
    """Modules per inverter; none: 1.0 for provinces, 1.2 for bases."""
    soiling: Literal["flat", "desert_class"] | None = None
    """Dust: a flat 2 %, or by the desert class and rain of the place with washing."""
    cleaning_every_days: int | None = Field(default=None, strict=True, ge=1, le=365)
    """With dust by desert class; none: 60."""
    snow: Literal["none", "by_climate"] | None = None
    """Snow on the modules by the place's winter."""
    year_of_operation: int | None = Field(default=None, strict=True, ge=1, le=40)
    """Power as the module's warranty has it in that year; none: new."""
    yearly_loss_share: YearlyLoss | None = None
    """In place of the warranty's loss each year after the first; with `year_of_operation`."""


class WindChoice(_Part):
    """Wind farms that are built. Empty: as usual, 6.25 MW with a rotor of 200 m on 120 m."""

    machine: str | None = Field(default=None, min_length=1, max_length=100)
    """Id of the machine table or a type of windpowerlib's table, or 'by_site_class'."""
    rated_mw: Rated | None = None
    """In place of the machine's; another rating or rotor takes the curve of the nearest specific power."""
    rotor_m: Rotor | None = None
    hub_m: Hub | None = None
    curve: DataRef | None = None
    """An imported power curve in place of a machine; it has its own rated power and rotor."""
    wake: Wake | None = None
    """None: 'dena_mean', or 'jensen' where farm or density is told."""
    farm_mw: Farm | None = None
    """With Jensen's wakes; none: 200 MW."""
    density_mw_per_km2: Density | None = None
    """With Jensen's wakes; none: 5."""
    shear_exponent: Shear | None = None
    turbulence_intensity: Turbulence | None = None
    """Of the sites at the hub; none leaves the curve as measured."""
    storm_end_ms: StormSpeed | None = None
    restart_ms: StormSpeed | None = None
    ice: Literal["flat", "by_climate"] | None = None
    """Ice on the blades: within the other losses, or hour by hour from frost and cloud."""
    availability_loss_share: LostShare | None = None
    other_loss_share: LostShare | None = None

    @model_validator(mode="after")
    def _one_machine(self) -> Self:
        if self.curve is not None and any(
            value is not None for value in (self.machine, self.rated_mw, self.rotor_m)
        ):
            raise ValueError("an imported curve without machine, rated_mw and rotor_m: it has its own")
        if self.machine == BY_SITE_CLASS and (self.rated_mw is not None or self.rotor_m is not None):
            raise ValueError(
                "machine 'by_site_class' without rated_mw and rotor_m: the classes have their own"
            )
        if self.wake not in (None, "jensen") and not (self.farm_mw is self.density_mw_per_km2 is None):
            raise ValueError("farm_mw and density_mw_per_km2 with wake 'jensen' only")
        return self


class PlantChoice(_Part):
    """The machines of a scenario, or of one of its bases."""

    pv: PvChoice = PvChoice()
    wind: WindChoice = WindChoice()

    @property
    def empty(self) -> bool:
        """Whether all is as usual."""
        return self == USUAL


USUAL = PlantChoice()
_MACHINE = ("machine", "curve", "rated_mw", "rotor_m")
_FARM = ("farm_mw", "density_mw_per_km2")

PartT = TypeVar("PartT", PvChoice, WindChoice)


def over(scenario: PlantChoice, base: PlantChoice) -> PlantChoice:
    """What holds at a base: its own choice field by field, its scenario's elsewhere.

    What belongs together stays together: a base with a machine or curve of its own takes nothing of the scenario's
    machine, one with a wake of its own no farm, one with a farm of its own no other wake.
    """
    own = base.wind
    dropped: tuple[str, ...] = ()
    if own.machine is not None or own.curve is not None:
        dropped += _MACHINE
    elif own.rated_mw is not None or own.rotor_m is not None:
        dropped += ("curve", "machine") if scenario.wind.machine == BY_SITE_CLASS else ("curve",)
    if own.wake not in (None, "jensen"):
        dropped += _FARM
    elif own.farm_mw is not None or own.density_mw_per_km2 is not None:
        dropped += ("wake",)
    wind = scenario.wind.model_dump(exclude_none=True, exclude=set(dropped))
    return PlantChoice(pv=_laid(scenario.pv.model_dump(exclude_none=True), base.pv), wind=_laid(wind, own))


def _laid(below: dict[str, Any], above: PartT) -> PartT:
    return type(above).model_validate({**below, **above.model_dump(exclude_none=True)})
