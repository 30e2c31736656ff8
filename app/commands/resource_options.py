"""Options that name imported data in place of the embedded atlas, shared by the commands that compute from it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planning.scenario import Scenario
    from resources.choice import ResourceChoice

LEVELS = ("auto", "climate", "own")


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
        An id the library does not hold, or data that serves no wind, sun or land.
    """
    from resources.choice import ResourceChoice, choice_of_ids

    choice = held or ResourceChoice()
    if options.resource:
        choice = choice_of_ids(options.resource, options.library)
    changes = {"weather_year": options.weather_year, "level": options.level}
    changes = {name: value for name, value in changes.items() if value is not None}
    return ResourceChoice.model_validate(choice.model_dump() | changes)


def with_choice(scenario: Scenario, options: argparse.Namespace) -> Scenario:
    """The scenario with what the options ask for."""
    return scenario.model_copy(update={"resource": choice_of(options, scenario.resource)})
