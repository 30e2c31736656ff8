"""Options that name imported data in place of the embedded atlas, shared by the commands that compute from it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planning.scenario import Scenario
    from resources.choice import ResourceChoice

LEVELS = ("auto", "climate", "own")
OPTIONS = {
    "weather_year": "--weather-year",
    "level": "--level",
    "water_exceedance_pct": "--water",
    "flow_year": "--flow-year",
}
"""Of the fields of a choice."""


def add_resource(parser: argparse.ArgumentParser) -> None:
    """The options --resource, --weather-year, --level and --library."""
    add_library(parser)
    parser.add_argument(
        "--resource",
        action="append",
        default=[],
        metavar="ID",
        help="imported data to use instead of the atlas, by its id in the library; may be given several times",
    )
    parser.add_argument(
        "--weather-year", type=int, metavar="YEAR", help="of imported hours (default: the last there is)"
    )
    parser.add_argument(
        "--level",
        choices=LEVELS,
        help="imported hours: move them to the level of the climate, or leave them (default: auto)",
    )


def add_water(parser: argparse.ArgumentParser) -> None:
    """The options --water and --flow-year."""
    parser.add_argument(
        "--water",
        type=float,
        metavar="PERCENT",
        help="year of the rivers' water by the share of years that are wetter: 10 wet, 50 normal, 90 dry "
        "(default: the long-term mean; in a scenario of 2020 what was generated)",
    )
    parser.add_argument(
        "--flow-year",
        type=int,
        metavar="YEAR",
        help="of imported discharge (default: the last all series have)",
    )


def add_library(parser: argparse.ArgumentParser) -> None:
    """The option --library."""
    parser.add_argument(
        "--library", type=Path, metavar="DIR", help="folder of imported data (default: the user's own)"
    )


def choice_of(options: argparse.Namespace, held: ResourceChoice | None = None) -> ResourceChoice:
    """What the options ask for; what they leave open stays as in `held`, a scenario's.

    Raises
    ------
    InputError
        An id the library does not hold, or data that serves no wind, sun, land or water; a figure out of range.
    """
    from pydantic import ValidationError

    from gis_layers.errors import InputError, Problem
    from resources.choice import ResourceChoice, choice_of_ids

    choice = held or ResourceChoice()
    if options.resource:
        choice = choice_of_ids(options.resource, options.library)
        # Other data does not make another year of the rivers.
        pct = (held or ResourceChoice()).water_exceedance_pct
        choice = choice.model_copy(update={"water_exceedance_pct": pct})
    changes = {
        "weather_year": options.weather_year,
        "level": options.level,
        "water_exceedance_pct": getattr(options, "water", None),
        "flow_year": getattr(options, "flow_year", None),
    }
    changes = {name: value for name, value in changes.items() if value is not None}
    try:
        return ResourceChoice.model_validate(choice.model_dump() | changes)
    except ValidationError as error:
        # What a library gave is right already: an option is wrong.
        raise InputError(
            [
                Problem("command line", OPTIONS[str(e["loc"][0])], str(e["input"]), _expected(e["msg"]))
                for e in error.errors(include_url=False)
            ]
        ) from error


def _expected(said: str) -> str:
    return said.replace("Input should be ", "a number ")


def with_choice(scenario: Scenario, options: argparse.Namespace) -> Scenario:
    """The scenario with what the options ask for."""
    return scenario.model_copy(update={"resource": choice_of(options, scenario.resource)})
