"""The commands of the program, in the order in which help lists them."""

from __future__ import annotations

from app.commands import demo, gui, point, profile, scenarios, size, validate
from app.commands.base import Command

COMMANDS: tuple[Command, ...] = (
    demo.COMMAND,
    gui.COMMAND,
    point.COMMAND,
    profile.COMMAND,
    size.COMMAND,
    validate.COMMAND,
    scenarios.COMMAND,
)
