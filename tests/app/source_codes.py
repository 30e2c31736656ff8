"""Every code that formats of sources can put into a finding or a question, read from their source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent.parent.parent / "resources" / "sources"


def codes_of(called: str) -> dict[str, str]:
    """First argument of every call of `called` -> where; of f-strings the text before the first figure.

    Names are followed to what is assigned to them in the same function or module, arguments of helpers to what
    their callers hand in. A name that leads nowhere is told as '?name', so that none is missed in silence.
    """
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call, function in _calls(tree, called):
            for code in _values(call.args[0], function, tree):
                found.setdefault(code, f"{path.name}:{call.lineno}")
    return found


def _calls(tree: ast.Module, called: str) -> Iterator[tuple[ast.Call, ast.AST]]:
    """Calls with a first argument, each with the innermost function it stands in."""

    def walk(node: ast.AST, function: ast.AST) -> Iterator[tuple[ast.Call, ast.AST]]:
        inner = node if isinstance(node, ast.FunctionDef) else function
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == called:
                yield node, inner
        for child in ast.iter_child_nodes(node):
            yield from walk(child, inner)

    yield from walk(tree, tree)


def _values(node: ast.AST, function: ast.AST, tree: ast.Module) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        first = node.values[0]
        if isinstance(first, ast.FormattedValue):  # f"{id}:{name}"
            after = node.values[1] if len(node.values) > 1 else None
            mark = str(after.value) if isinstance(after, ast.Constant) else ""
            yield from (f"{start}{mark}" for start in _values(first.value, function, tree))
        elif isinstance(first, ast.Constant):
            yield str(first.value)
    elif isinstance(node, ast.IfExp):
        yield from _values(node.body, function, tree)
        yield from _values(node.orelse, function, tree)
    elif isinstance(node, ast.Name):
        yield from _named(node.id, function, tree)
    elif isinstance(node, ast.Attribute):
        yield from _attribute(node.attr)
    else:
        yield f"?{ast.unparse(node)}"


def _named(name: str, function: ast.AST, tree: ast.Module) -> Iterator[str]:
    if isinstance(function, ast.FunctionDef):
        names = [argument.arg for argument in function.args.args if argument.arg != "self"]
        if name in names:
            own = function.name.startswith("_") and not _is_method(function, tree)
            files = () if own else sorted(FOLDER.glob("*.py"))
            for module in (tree, *(ast.parse(path.read_text(encoding="utf-8")) for path in files)):
                for call, caller in _calls(module, function.name):
                    at = names.index(name)
                    if at < len(call.args):
                        yield from _values(call.args[at], caller, module)
            return
    for scope in (function, tree):
        values = [
            (node.value, node.targets[0]) if isinstance(node, ast.Assign) else (node.value, node.target)
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        ]
        mine = [value for value, target in values if isinstance(target, ast.Name) and target.id == name]
        mine += [
            each
            for value, target in values
            if isinstance(target, ast.Tuple)
            for at, part in enumerate(target.elts)
            if isinstance(part, ast.Name) and part.id == name
            for each in _at(value, at)
        ]
        loops = [
            node.iter
            for node in ast.walk(scope)
            if isinstance(node, ast.For | ast.comprehension)
            and any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node.target))
        ]
        if mine or loops:
            for value in mine:
                yield from _values(value, scope, tree)
            for each in loops:
                rows = [
                    value for value, target in values if getattr(target, "id", 0) == getattr(each, "id", 1)
                ]
                for row in rows if isinstance(each, ast.Name) else [each]:
                    yield from _texts(row)
            return
    for path in sorted(FOLDER.glob("*.py")):  # imported from a neighbour
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Name) and target.id == name:
                    yield str(node.value.value)
                    return
    yield f"?{name}"


def _is_method(function: ast.FunctionDef, tree: ast.Module) -> bool:
    return any(isinstance(node, ast.ClassDef) and function in node.body for node in ast.walk(tree))


def _at(value: ast.AST, at: int) -> Iterator[ast.AST]:
    """One place of a tuple, of both sides where the tuple is chosen."""
    if isinstance(value, ast.IfExp):
        yield from _at(value.body, at)
        yield from _at(value.orelse, at)
    elif isinstance(value, ast.Tuple):
        yield value.elts[at]


def _attribute(name: str) -> Iterator[str]:
    """What classes of the folder give an attribute."""
    values = {
        str(node.value.value)
        for path in sorted(FOLDER.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.AnnAssign | ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and getattr(node.target if isinstance(node, ast.AnnAssign) else node.targets[0], "id", "") == name
    }
    yield from sorted(values) or [f"?.{name}"]


def _texts(node: ast.AST) -> Iterator[str]:
    """First texts of the rows a loop runs over."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "items":
        yield from _keys(node.func.value)
        return
    rows = node.elts if isinstance(node, ast.Tuple | ast.List) else []
    for row in rows:
        first = row.elts[0] if isinstance(row, ast.Tuple) else row
        if isinstance(first, ast.JoinedStr):
            first = first.values[0]
        if isinstance(first, ast.Constant):
            yield str(first.value)
    if not rows:
        yield f"?{ast.unparse(node)}"


def _keys(node: ast.AST) -> Iterator[str]:
    """Keys of a table of the folder."""
    found = [
        str(key.value)
        for path in sorted(FOLDER.glob("*.py"))
        for part in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(part, ast.Assign | ast.AnnAssign) and isinstance(part.value, ast.Dict)
        for target in [part.target if isinstance(part, ast.AnnAssign) else part.targets[0]]
        if isinstance(target, ast.Name) and isinstance(node, ast.Name) and target.id == node.id
        for key in part.value.keys
        if isinstance(key, ast.Constant)
    ]
    yield from found or [f"?{ast.unparse(node)}"]
