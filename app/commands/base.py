"""What every command shares: its context and how it answers."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.messages import Language
from gis_layers.errors import EnergyMapError
from gis_layers.progress import Progress

if TYPE_CHECKING:
    from planning.chain.store import Store


@dataclass(frozen=True, slots=True)
class Context:
    """How this run answers: language, form, progress."""

    language: Language
    as_json: bool
    progress: Progress
    note: Callable[[EnergyMapError], None] = lambda error: None
    """Says on stderr what went wrong beside the work and did not stop it."""

    def pick(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def answer(self, document: Mapping[str, Any], text: str) -> None:
        """Print the document where --json was asked for, else the text."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False), file=sys.stdout)
        else:
            print(text, file=sys.stdout)


def add_answer_options(parser: argparse.ArgumentParser, *, nested: bool = False) -> None:
    """How a command answers; `nested` keeps what the command said before the name of its part."""

    def default(value: str | bool | None) -> Any:
        return argparse.SUPPRESS if nested else value

    parser.add_argument(
        "--json", action="store_true", default=default(False), help="one JSON document on stdout"
    )
    parser.add_argument(
        "--lang",
        choices=("zh", "en"),
        default=default(None),
        help="language of messages (default: the system's)",
    )
    parser.add_argument(
        "--progress", choices=("line", "json", "none"), default=default("line"), help="progress on stderr"
    )


def plain(value: Any) -> Any:
    """A report as JSON can hold it: no picture, not-a-number as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value) if one.name != "preview"}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, Path) else value


def add_store(parser: argparse.ArgumentParser) -> None:
    """The option --store."""
    parser.add_argument(
        "--store",
        type=Path,
        metavar="DIR",
        help="keep answers of links here; unchanged links are not run again",
    )


def open_store(options: argparse.Namespace, context: Context) -> Store | None:
    """The store that was asked for; what goes wrong with it is noted and stops nothing."""
    if options.store is None:
        return None
    from planning.chain.store import Store

    return Store(options.store, note=context.note)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the program."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Context], None]
