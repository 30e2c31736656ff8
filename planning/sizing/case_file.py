"""Reads a BASE.toml: quantities with units made plain numbers, all problems told at once."""

from __future__ import annotations

import difflib
import inspect
import tomllib
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from gis_layers.errors import InputError, Problem
from planning.sizing.case import BaseCase
from planning.sizing.units import quantity


def load_base_case(path: Path) -> BaseCase:
    """Read a BASE.toml.

    Raises
    ------
    InputError
        The file cannot be read, is not TOML, or has wrong keys, units or values: all problems at once.
    """
    return case_of_document(_read(path), str(path))


def read_base_document(path: Path) -> dict[str, Any]:
    """What a BASE.toml says, quantities with units as plain numbers, its values not looked at.

    Raises
    ------
    InputError
        The file cannot be read or is not TOML; a quantity that is none.
    """
    problems: list[Problem] = []
    plain = _plain(_read(path), BaseCase, "", str(path), problems)
    if problems:
        raise InputError(problems)
    return dict(plain)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(Problem(str(path), "file", error.strerror or "unreadable", "a TOML file")) from error
    except UnicodeDecodeError as error:
        raise InputError(
            Problem(str(path), "encoding", f"byte {error.start} is not UTF-8", "UTF-8")
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem(str(path), "syntax", str(error), "TOML")) from error


def case_of_document(document: dict[str, Any], where: str = "base") -> BaseCase:
    """The case of a document whose numbers may carry units.

    Raises
    ------
    InputError
        Wrong keys, units or values: all problems at once.
    """
    problems: list[Problem] = []
    plain = _plain(document, BaseCase, "", where, problems)
    bad = {problem.field for problem in problems}
    try:
        case = BaseCase.model_validate(plain)
    except ValidationError as error:
        problems += [p for p in _problems(where, error) if p.field not in bad]
        raise InputError(problems) from error
    if problems:
        raise InputError(problems)
    return case


def _plain(value: Any, kind: Any, path: str, where: str, problems: list[Problem]) -> Any:
    """The document with texts in the places of numbers read as quantities."""
    model = model_in(kind)
    if isinstance(value, dict) and model is not None:
        return {
            key: _plain(
                item,
                model.model_fields[key].annotation if key in model.model_fields else None,
                f"{path}.{key}" if path else key,
                where,
                problems,
            )
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_plain(item, kind, f"{path}.{i}", where, problems) for i, item in enumerate(value)]
    if isinstance(value, bool) and _takes_number(kind):
        problems.append(Problem(where, path, str(value).lower(), "a number"))
        return None
    if isinstance(value, str) and _takes_number(kind):
        key = next(part for part in reversed(path.split(".")) if not part.isdigit())
        found = quantity(value, key)
        if isinstance(found, str):
            problems.append(Problem(where, path, repr(value)[:60], found))
            return None
        return found
    return value


def _takes_number(kind: Any) -> bool:
    """Whether an annotation is of a number and of no text."""
    if kind in (float, int):
        return True
    return any(_takes_number(part) for part in get_args(kind) if part is not str) and str not in get_args(
        kind
    )


def _problems(where: str, error: ValidationError) -> list[Problem]:
    found = []
    for item in error.errors(include_url=False):
        place = ".".join(str(part) for part in item["loc"]) or "file"
        if item["type"] == "extra_forbidden":
            near = difflib.get_close_matches(str(item["loc"][-1]), _keys(item["loc"][:-1]), 1, 0.6)
            hint = f"a known key; did you mean {near[0]}?" if near else "a known key"
            found.append(Problem(where, place, "an unknown key", hint))
        elif item["type"] == "missing":
            found.append(Problem(where, place, "nothing", "a value"))
        elif item["type"] == "value_error":
            found.append(Problem(where, place, "a contradiction", item["msg"].removeprefix("Value error, ")))
        else:
            found.append(Problem(where, place, repr(item["input"])[:60], item["msg"].removeprefix("Input ")))
    return found


def _keys(location: tuple[int | str, ...]) -> list[str]:
    """The keys the model at `location` knows."""
    model: type[BaseModel] = BaseCase
    for part in location:
        if isinstance(part, int) or part not in model.model_fields:
            continue
        inner = model_in(model.model_fields[part].annotation)
        if inner is None:
            return []
        model = inner
    return list(model.model_fields)


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model an annotation speaks of, None where it is of plain values."""
    if inspect.isclass(annotation) and get_origin(annotation) is None:
        return annotation if issubclass(annotation, BaseModel) else None
    return next((model for part in get_args(annotation) if (model := model_in(part))), None)
