"""`energymap data ...`: the user's own data, from looking at a file to packs and downloads."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from app.commands import data_download, data_library, data_pack, data_source
from app.commands.base import Command, Context, add_answer_options

Part = tuple[
    str, str, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace, Context], None]
]

PARTS: tuple[Part, ...] = (*data_source.PARTS, *data_library.PARTS, *data_pack.PARTS, *data_download.PARTS)
"""Name, help, arguments, run."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parts = parser.add_subparsers(dest="part", metavar="WHAT", required=True)
    for name, help, add_arguments, run in PARTS:
        sub = parts.add_parser(name, help=help, description=help)
        add_answer_options(sub, nested=True)
        add_arguments(sub)
        sub.set_defaults(part_run=run)


def _run(options: argparse.Namespace, context: Context) -> None:
    options.part_run(options, context)


COMMAND = Command("data", "自有数据: 查看、入库、打包、下载 · your own data", _arguments, _run)
