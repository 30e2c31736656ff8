"""What problems of input can say they found and expect, read from the source of the whole program."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("gis_layers", "resources", "planning", "app")
FIELDS = ("where", "field", "found", "expected")
DEEP = 4


@dataclass(frozen=True)
class Phrase:
    """One text a problem can hold, its changing parts filled with what could stand there."""

    part: str
    """found or expected"""
    text: str
    where: str


@functools.cache
def modules() -> dict[str, ast.Module]:
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    }


_FUNCTIONS: dict[str, list[tuple[ast.FunctionDef, str]]] = {}
"""Name -> the functions of ours that bear it, with their files; filled by `calls`."""


@functools.cache
def calls() -> dict[str, list[tuple[ast.Call, ast.AST, str]]]:
    """Name of what is called -> every call with the innermost function it stands in, and the file."""
    found: dict[str, list[tuple[ast.Call, ast.AST, str]]] = {}

    def walk(node: ast.AST, function: ast.AST, name: str) -> None:
        inner = node if isinstance(node, ast.FunctionDef) else function
        if isinstance(node, ast.FunctionDef):
            _FUNCTIONS.setdefault(node.name, []).append((node, name))
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found.setdefault(called, []).append((node, inner, name))
        for child in ast.iter_child_nodes(node):
            walk(child, inner, name)

    for name, tree in modules().items():
        walk(tree, tree, name)
    return found


def phrases() -> tuple[list[Phrase], list[Phrase]]:
    """Every text of every `Problem(`, and the places whose text is made where this reading cannot follow."""
    said: dict[tuple[str, str], Phrase] = {}
    lost: dict[tuple[str, str], Phrase] = {}
    for call, function, name in calls()["Problem"]:
        given = dict(zip(FIELDS, call.args, strict=False))
        given |= {word.arg: word.value for word in call.keywords if word.arg in FIELDS}
        for part in ("found", "expected"):
            if part not in given:
                continue
            where = f"{name}:{call.lineno}"
            for text in texts(given[part], function, name, DEEP):
                into = lost if text.startswith("?") else said
                into.setdefault((part, text), Phrase(part, text, where))
    return list(said.values()), list(lost.values())


_READ: dict[tuple[int, int, int], tuple[str, ...]] = {}


def texts(node: ast.AST, function: ast.AST, name: str, deep: int) -> tuple[str, ...]:
    """The texts an expression can be, each once; '?code' where it cannot be told."""
    key = (id(node), id(function), deep)  # the trees are kept, so that no id is used twice
    if key not in _READ:
        _READ[key] = ()  # while it is being read: a circle adds nothing
        _READ[key] = tuple(dict.fromkeys(_texts(node, function, name, deep)))
    return _READ[key]


def _texts(node: ast.AST, function: ast.AST, name: str, deep: int) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(_filled(part) for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body, function, name, deep)
        yield from texts(node.orelse, function, name, deep)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from texts(value, function, name, deep)
    elif isinstance(node, ast.Name) and deep:
        yield from _named(node.id, function, name, deep - 1)
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and deep:
        yield from _of_table(node.value.id, name) or [f"?{ast.unparse(node)}"]
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        yield from texts(node.value, function, name, deep)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and deep:
        yield from _returned(node.func.id, deep - 1) or [f"?{ast.unparse(node)}"]
    else:
        yield f"?{ast.unparse(node)}"


def _filled(part: ast.AST) -> str:
    """A part of an f-string: its words, or something that could stand there."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    if part.format_spec is not None:
        return "7"
    if isinstance(part.value, ast.Call) and getattr(part.value.func, "id", "") == "len":
        return "7"
    return "X7"


@functools.cache
def _inside(scope: ast.AST) -> tuple[ast.AST, ...]:
    """Assignments and loops of a scope."""
    kinds = ast.Assign | ast.AnnAssign | ast.For | ast.comprehension
    return tuple(node for node in ast.walk(scope) if isinstance(node, kinds))


def _named(wanted: str, function: ast.AST, name: str, deep: int) -> Iterator[str]:
    """What a name holds: assigned in the function or module, an argument of callers, a row of a loop."""
    found: list[str] = []
    for scope in (function, modules()[name]):
        for node in _inside(scope):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Name) and target.id == wanted:
                        found += texts(node.value, function, name, deep)
                    elif isinstance(target, ast.Tuple):
                        for at, part in enumerate(target.elts):
                            if isinstance(part, ast.Name) and part.id == wanted:
                                for value in _at(node.value, at):
                                    found += texts(value, function, name, deep)
            elif isinstance(node, ast.For | ast.comprehension):
                found += _rows(node, wanted, function, name, deep)
        if found:
            yield from found
            return
    if isinstance(function, ast.FunctionDef):
        arguments = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        every = arguments + [a.arg for a in function.args.kwonlyargs]
        if wanted in every:
            own = arguments[1:] if arguments[:1] in (["self"], ["cls"]) else arguments
            for call, caller, file in calls().get(function.name, []):
                value = next((w.value for w in call.keywords if w.arg == wanted), None)
                if value is None and wanted in own and own.index(wanted) < len(call.args):
                    value = call.args[own.index(wanted)]
                if value is not None:
                    yield from texts(value, caller, file, deep)
            return
    yield f"?{wanted}"


def _at(value: ast.AST, at: int) -> Iterator[ast.AST]:
    if isinstance(value, ast.Tuple) and at < len(value.elts):
        yield value.elts[at]
    elif isinstance(value, ast.IfExp):
        yield from _at(value.body, at)
        yield from _at(value.orelse, at)


def _rows(
    node: ast.For | ast.comprehension, wanted: str, function: ast.AST, name: str, deep: int
) -> Iterator[str]:
    """Texts of a loop's own variable, where the loop runs over rows written down there or in the module."""
    target, rows = node.target, node.iter
    parts = list(target.elts) if isinstance(target, ast.Tuple) else [target]
    places = [at for at, part in enumerate(parts) if isinstance(part, ast.Name) and part.id == wanted]
    if not places:
        return
    if isinstance(rows, ast.Name):
        for scope in (function, modules()[name]):
            for other in _inside(scope):
                if isinstance(other, ast.Assign | ast.AnnAssign) and other.value is not None:
                    held = other.targets[0] if isinstance(other, ast.Assign) else other.target
                    if isinstance(held, ast.Name) and held.id == rows.id:
                        rows = other.value
                        break
            else:
                continue
            break
    if isinstance(rows, ast.Tuple | ast.List):
        for row in rows.elts:
            if isinstance(target, ast.Tuple):
                if isinstance(row, ast.Tuple) and places[0] < len(row.elts):
                    yield from texts(row.elts[places[0]], function, name, deep)
            else:
                yield from texts(row, function, name, deep)


def _of_table(table: str, name: str) -> list[str]:
    """Values of a table written down in the module."""
    found: list[str] = []
    for node in modules()[name].body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id == table:
                for value in node.value.values:
                    found += [t for t in texts(value, node, name, 0) if not t.startswith("?")]
    return found


def _returned(called: str, deep: int) -> list[str]:
    """What a function of ours gives back."""
    found: list[str] = []
    for node, name in _FUNCTIONS.get(called, []):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return) and inner.value is not None:
                found += texts(inner.value, node, name, deep)
    return found
