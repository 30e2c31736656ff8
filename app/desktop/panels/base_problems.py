"""Inputs of a base by name, and what is wrong with them, in the reader's language. No Qt."""

from __future__ import annotations

import re

from app.desktop.texts import TEXTS, text
from app.messages import Language
from app.problem_words import told
from gis_layers.errors import Problem
from planning.base_form import SECTIONS
from planning.scenario_fields import WORDS
from planning.words import term


def field_name(path: str, language: Language) -> str:
    """An input in words: a part's own where it has one."""
    part, key = path.split(".")[0], path.rsplit(".", 1)[-1]
    own = f"sizing.field.{part}.{key}"
    if part == "plant":
        column = 0 if language == "zh" else 1
        return " · ".join(
            WORDS[name][column] if name in WORDS else term(name, language) for name in path.split(".")[1:]
        )
    return text(own if own in TEXTS else f"sizing.field.{key}", language)


def problem_words(problem: Problem, language: Language, *, named: bool = True) -> str:
    """What is wrong, in the reader's language, with the name of the input where it is not said beside it."""
    parts = [p for p in problem.field.split(".") if not p.isdecimal()]
    # A place's own coordinate is told by its list.
    path = ".".join(parts[: parts.index("sites") + 1]) if "sites" in parts else ".".join(parts)
    found, expected = (_said(words, language) for words in (problem.found, problem.expected))
    if not named:
        return text("sizing.beside", language, found=found, expected=expected)
    section = path.split(".")[0]
    name = text(f"sizing.section.{section}", language) if section in SECTIONS else ""
    last = path.rsplit(".", 1)[-1]
    if "." in path and f"sizing.field.{last}" in TEXTS:
        name = f"{name} · {field_name(path, language)}"
    elif f"sizing.field.{path}" in TEXTS:
        name = field_name(path, language)
    return text("sizing.one_problem", language, field=name or path, found=found, expected=expected)


def _said(words: str, language: Language) -> str:
    """In the reader's language, keys of the file as the names of its inputs."""

    def named(match: re.Match[str]) -> str:
        key = f"sizing.field.{match[0]}"
        return text(key, language) if key in TEXTS else match[0]

    return re.sub(
        r"\b[a-z]+(?:_[a-z0-9]+)+\b", named, told(words.removeprefix("should be "), language), flags=re.ASCII
    )
