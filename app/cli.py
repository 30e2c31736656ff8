"""The command line: parse, run one command, turn every error into one message and the right exit code.

Exit codes: 0 done, 2 bad input, 3 infeasible, 1 fault, 130 stopped by the user.
Nothing heavy is imported here: `energymap --help` must answer at once.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import signal
import sys
import tempfile
import traceback
from types import FrameType

from app import messages
from app.commands import COMMANDS
from app.commands.base import Context, add_answer_options
from app.console import note_to_stderr, progress_to_stderr
from gis_layers.errors import Cancelled, EnergyMapError, InputError, Problem


class Parser(argparse.ArgumentParser):
    """argparse that reports through our own errors, so that wording and exit code are ours."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise InputError(Problem("command line", self.prog, message, f"see {self.prog} --help"))


def build_parser() -> Parser:
    """The parser with all commands."""
    parser = Parser(
        prog="energymap",
        description="国家能源版图 · National energy map: resource, bases, dispatch, power flow, cash flow.",
    )
    parser.add_argument("--version", action="version", version=f"energymap {version()}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.help, description=command.help)
        add_answer_options(sub)
        command.add_arguments(sub)
        sub.set_defaults(command_object=command)
    return parser


def version() -> str:
    """The version of the installed program."""
    from importlib import metadata

    try:
        return metadata.version("energymap")
    except metadata.PackageNotFoundError:
        return "0.0.0"


def _stop(signal_number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; never raises."""
    language = messages.user_language()
    for stream in (sys.stdout, sys.stderr):
        # A Chinese message must not die on a C-locale terminal.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, _stop)
    try:
        if arguments[:1] == ["--self-test"]:  # so that an installer's check needs no command's name
            arguments = ["self-test", *arguments[1:]]
        options = build_parser().parse_args(arguments)
        language = options.lang or language
        context = Context(
            language=language,
            as_json=options.json,
            progress=progress_to_stderr(options.progress, lambda what: messages.step(what, language)),
            note=lambda error: note_to_stderr(options.progress, messages.say(error, language)),
        )
        options.command_object.run(options, context)
        sys.stdout.flush()
        return 0
    except SystemExit as stop:  # --help and --version
        return int(stop.code or 0)
    except KeyboardInterrupt:
        return _report(Cancelled(), language)
    except EnergyMapError as error:
        return _report(error, language)
    except BrokenPipeError:
        return 0
    except MemoryError:
        return _report(EnergyMapError("memory_full"), language)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _report(EnergyMapError("disk_full", path=str(error.filename or "")), language)
        return _report(EnergyMapError("system_error", what=str(error)), language)
    except Exception as error:  # a fault of ours: one message for the user, the whole of it for us
        return _report(
            EnergyMapError("fault", what=f"{type(error).__name__}: {error}", path=_trace_file()), language
        )


def _trace_file() -> str:
    """Where the traceback of the exception at hand was put; "-" where nothing can be written."""
    try:
        handle, path = tempfile.mkstemp(prefix="energymap-fault-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(traceback.format_exc())
    except OSError:
        return "-"
    return path


def _report(error: EnergyMapError, language: messages.Language) -> int:
    print(f"energymap: {messages.say(error, language)}", file=sys.stderr)
    return error.exit_code
