"""`energymap data list | show | verify | remove | settings`: what the library holds."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.base import Context, plain
from app.commands.data_source import add_library, library_of, manifest_lines
from gis_layers.errors import InputError, Problem
from gis_layers.progress import part


def _list(options: argparse.Namespace, context: Context) -> None:
    from app.source_words import KINDS, provenance_rows, said
    from resources.library import entries

    folder = library_of(options)
    found, problems = entries(folder)
    rows = provenance_rows(found, context.language)
    document = {
        "library": str(folder),
        "entries": [
            {
                **plain(row),
                "kind": one.manifest.kind,
                "sha256": one.manifest.data_sha256,
                "size_bytes": one.data.stat().st_size,
            }
            for row, one in zip(rows, found, strict=True)
        ],
        "problems": plain(problems),
    }
    lines = [f"{folder}: {len(found)}"]
    for row, one in zip(rows, found, strict=True):
        size = one.data.stat().st_size / 1e6
        facts = (said(KINDS, one.manifest.kind, context.language), row.grade, row.period, f"{size:,.1f} MB")
        lines.append(
            f"  {row.id}  {row.sha256_short}\n    {', '.join(filter(None, facts))}\n    {row.source}"
        )
    lines += [f"  ✗ {problem}" for problem in problems]
    context.answer(document, "\n".join(lines))


def _ids(parser: argparse.ArgumentParser, many: str | int) -> None:
    parser.add_argument(
        "ids", nargs=many, metavar="ID", help="an entry of the library, as data list names it"
    )
    add_library(parser)


def _show(options: argparse.Namespace, context: Context) -> None:
    from resources.library import entry_of

    (id,) = options.ids
    entry = entry_of(library_of(options), id)
    document = {**entry.manifest.model_dump(mode="json"), "data_path": str(entry.data)}
    context.answer(document, "\n".join([entry.manifest.id, *manifest_lines(entry.manifest, context)]))


def _verify(options: argparse.Namespace, context: Context) -> None:
    from resources.library import PACK_SUFFIX, entries, entry_of

    folder = library_of(options)
    packs = [id for id in options.ids if id.endswith(PACK_SUFFIX)]
    if packs and options.ids == packs[:1]:
        from app.commands.data_pack import verify_file

        return verify_file(Path(packs[0]), context)
    problems: list[Problem] = []
    ids = [id for id in options.ids if id not in packs]
    problems += [Problem("argument", "ID", id, "ids of the library, or one pack alone") for id in packs]
    if not options.ids:
        found, broken = entries(folder)
        ids, problems = [one.manifest.id for one in found], list(broken)
    sound = []
    for number, id in enumerate(ids):
        part(context.progress, number / len(ids), (number + 1) / len(ids))(0.0, f"verify: {id}")
        try:
            sound.append(entry_of(folder, id, verify=True).manifest.id)
        except InputError as error:
            problems.extend(error.problems)
    context.progress(1.0, "verify")
    text = context.pick(f"{len(sound)} 项与入库时相同", f"{len(sound)} as they were imported")
    context.answer({"sound": sound, "problems": plain(problems)}, text)
    if problems:
        raise InputError(problems)
    return None


def _remove(options: argparse.Namespace, context: Context) -> None:
    from resources.library import drop

    (id,) = options.ids
    drop(library_of(options), id)
    context.answer({"removed": id}, context.pick(f"已移除: {id}", f"removed: {id}"))


def _settings_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--set-library", metavar="DIR", help="folder of imported data; '' for the user's own")
    parser.add_argument("--set-proxy", metavar="URL|none", help="proxy of downloads; '' for the system's")


def _settings(options: argparse.Namespace, context: Context) -> None:
    from resources.data_settings import library_folder, read_settings, settings_path, write_settings

    settings = read_settings()
    changed = {
        name: value
        for name, value in (("library", options.set_library), ("proxy", options.set_proxy))
        if value is not None
    }
    if changed:
        if changed.get("library"):
            changed["library"] = str(Path(changed["library"]).expanduser().absolute())
        settings = settings.model_copy(update=changed)
        write_settings(settings)
    document = {
        "file": str(settings_path()),
        "library_in_use": str(library_folder()),
        **settings.model_dump(),
    }
    pick = context.pick
    lines = [
        f"{pick('数据库', 'library')}: {library_folder()}",
        f"{pick('代理', 'proxy')}: {settings.proxy or pick('系统的', 'the system’s')}",
        f"{pick('设置文件', 'settings')}: {settings_path()}",
    ]
    context.answer(document, "\n".join(lines))


PARTS = (
    ("list", "库中数据 · what the library holds", add_library, _list),
    ("show", "来源、校验值与改正 · source, hashes, corrections", lambda parser: _ids(parser, 1), _show),
    (
        "verify",
        "重新校验库中数据或数据包 · hash entries or a pack again",
        lambda parser: _ids(parser, "*"),
        _verify,
    ),
    ("remove", "从库中移除 · take an entry out", lambda parser: _ids(parser, 1), _remove),
    ("settings", "数据库文件夹与代理 · library folder and proxy", _settings_arguments, _settings),
)
