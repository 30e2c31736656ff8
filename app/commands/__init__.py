"""The commands of the program, in the order in which help lists them."""

from __future__ import annotations

from app.commands.assess import COMMAND as ASSESS
from app.commands.base import Command
from app.commands.cascade import COMMAND as CASCADE
from app.commands.cash import COMMAND as CASH
from app.commands.complement import COMMAND as COMPLEMENT
from app.commands.corridors import COMMAND as CORRIDORS
from app.commands.data import COMMAND as DATA
from app.commands.demo import COMMAND as DEMO
from app.commands.endowment import COMMAND as ENDOWMENT
from app.commands.ensemble import COMMAND as ENSEMBLE
from app.commands.fault import COMMAND as FAULT
from app.commands.gui import COMMAND as GUI
from app.commands.inspect_file import COMMAND as INSPECT
from app.commands.mcp import COMMAND as MCP
from app.commands.network import COMMAND as NETWORK
from app.commands.optimum import COMMAND as OPTIMUM
from app.commands.plant import COMMAND as PLANT
from app.commands.point import COMMAND as POINT
from app.commands.profile import COMMAND as PROFILE
from app.commands.route import COMMAND as ROUTE
from app.commands.run import COMMAND as RUN
from app.commands.scenarios import COMMAND as SCENARIOS
from app.commands.self_test import COMMAND as SELF_TEST
from app.commands.site import COMMAND as SITE
from app.commands.size import COMMAND as SIZE
from app.commands.validate import COMMAND as VALIDATE

COMMANDS: tuple[Command, ...] = (
    DEMO,
    GUI,
    INSPECT,
    DATA,
    POINT,
    PROFILE,
    PLANT,
    COMPLEMENT,
    CASCADE,
    MCP,
    RUN,
    ENSEMBLE,
    OPTIMUM,
    FAULT,
    NETWORK,
    CASH,
    CORRIDORS,
    SITE,
    ROUTE,
    SIZE,
    ENDOWMENT,
    ASSESS,
    VALIDATE,
    SCENARIOS,
    SELF_TEST,
)
