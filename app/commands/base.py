"""What every command shares: its context and how it answers."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.messages import Language
from gis_layers.progress import Progress


@dataclass(frozen=True, slots=True)
class Context:
    """How this run answers: language, form, progress."""

    language: Language
    as_json: bool
    progress: Progress

    def pick(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def answer(self, document: Mapping[str, Any], text: str) -> None:
        """Print the document where --json was asked for, else the text."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False), file=sys.stdout)
        else:
            print(text, file=sys.stdout)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the program."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Context], None]
