"""The words for every error code, in Chinese and English; the only place where errors become sentences."""

from __future__ import annotations

import locale
import os
from typing import Literal

from gis_layers.errors import Cancelled, EnergyMapError, InfeasibleError, InputError

Language = Literal["zh", "en"]

WORDS: dict[str, tuple[str, str]] = {
    "bad_input": ("输入有误", "The input cannot be used"),
    "cancelled": (
        "已取消; 没有留下写了一半的文件",
        "Cancelled; no half-written file was left behind",
    ),
    "disk_full": (
        "磁盘空间不足, 无法写入 {path}; 原有文件未改动",
        "No space left on the disk for {path}; files that were there are unchanged",
    ),
    "validation_failed": (
        "{count} 项超出允许误差: {names}",
        "{count} check(s) beyond tolerance: {names}",
    ),
    "no_window": (
        "窗口库无法载入: {what}",
        "The window library does not load: {what}",
    ),
    "memory_full": ("内存不足, 已停止", "Not enough memory; stopped"),
    "system_error": ("系统报告: {what}", "The system reports: {what}"),
}

PROBLEM = (
    "  {where}: {field}: 读到 {found}; 应为 {expected}",
    "  {where}: {field}: found {found}; expected {expected}",
)
CONFLICT = ("  {limit}: 需放宽 {amount:,.4g} {unit}", "  {limit}: would have to give {amount:,.4g} {unit}")
UNKNOWN = ("程序错误 {code}: {detail}", "Program fault {code}: {detail}")


STEPS: dict[str, tuple[str, str]] = {}


def step(what: str, language: Language) -> str:
    """The words for a step of long work ('dispatch: window 3 of 52' keeps its tail)."""
    name, colon, tail = what.partition(":")
    if name in STEPS:
        return STEPS[name][0 if language == "zh" else 1] + colon + tail
    return what


def user_language() -> Language:
    """Chinese where the system speaks Chinese, else English; ENERGYMAP_LANG overrides."""
    for name in ("ENERGYMAP_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def say(error: EnergyMapError, language: Language) -> str:
    """One clear message for an error: the sentence, then a line per problem or conflicting limit."""
    column = 0 if language == "zh" else 1
    if error.code in WORDS:
        text = WORDS[error.code][column].format(**error.params)
    else:
        text = UNKNOWN[column].format(code=error.code, detail=error)
    lines = [text]
    if isinstance(error, InputError):
        for problem in error.problems:
            lines.append(
                PROBLEM[column].format(
                    where=problem.where, field=problem.field, found=problem.found, expected=problem.expected
                )
            )
    if isinstance(error, InfeasibleError):
        for conflict in error.conflicts:
            lines.append(
                CONFLICT[column].format(limit=conflict.limit, amount=conflict.amount, unit=conflict.unit)
            )
    return "\n".join(lines)


def exit_code(error: EnergyMapError) -> int:
    return error.exit_code


__all__ = ["WORDS", "Cancelled", "Language", "exit_code", "say", "user_language"]
