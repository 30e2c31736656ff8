"""Why an edit was refused, in the words of the form: the input by its name, the finding in the user's language."""

from __future__ import annotations

import re

from app.desktop.texts import text
from app.messages import Language, say
from gis_layers.errors import EnergyMapError, InputError, Problem
from planning.scenario import Scenario
from planning.scenario_fields import words_of

_PATTERN = ("{field}: {found}，应为{expected}", "{field}: {found}, expected {expected}")

_CHINESE: tuple[tuple[str, str], ...] = (
    (r"at most the line's (.+)", r"不超过该通道的 \1 MW"),
    (r"at most the node's (.+)", r"不超过该地区已有的 \1 MW"),
    (r"a line from (.+)", r"从 \1 出发的通道"),
    (r"a line that runs in this scenario \(lines\.also\)", "本情景中运行的通道（可在“线路”中另计入）"),
    (r"a line id of corridors\.csv", "通道表中的通道"),
    (r"both, or capacity = 'sized'", "同时给定风电与光伏, 或改为优化定容"),
    (r"capacity = 'fixed', or neither", "改为给定, 或都不填"),
    (r"both or neither", "同时填写或都不填"),
    (r"a weight above 0, for there is an increment to allot", "至少一项权重大于 0, 因为有新增装机要分配"),
    (r"these weights for wind and PV only", "此权重只用于风电和光伏"),
    (r"this weight for storage only", "此权重只用于储能"),
    (r"no more than (.+) GW in all", r"合计不超过 \1 GW"),
    (r"at least the fleet of 2020 and the fixed bases, (.+)", r"不低于 2020 年装机与给定基地之和 \1 GW"),
    (r"hours of storage", "填写储能时长"),
    (r"an id that no other line has", "其他通道没有用过的标识"),
    (r"another node than from_node", "与送端不同的地区"),
    (r"each once", "各出现一次"),
    (r"a river of hydro_stations\.csv", "水电站表中的河流"),
    (r"a station of (.+)", r"\1 上的电站"),
    (r"cascade", "先选梯级水电"),
    (r"longitude, latitude; \.\.\.", "经度, 纬度; 下一处前用分号"),
    (r"a number greater than or equal to (.+) in degrees", r"不小于 \1°"),
    (r"a number less than or equal to (.+) in degrees", r"不大于 \1°"),
    (r"one at least", "至少一个"),
    (r"(?:String|Tuple) should have at least 1 (?:character|item).*", "不能为空"),
)
"""What checks of a scenario expect, in Chinese; what is not here is shown as it is."""


def refusal_words(error: EnergyMapError, scenario: Scenario, language: Language) -> str:
    """One line for the form; ids of bases and keys become their names."""
    if not isinstance(error, InputError):
        return say(error, language)
    return text(
        "scenario.refused", language, why="; ".join(_one(p, scenario, language) for p in error.problems)
    )


def _one(problem: Problem, scenario: Scenario, language: Language) -> str:
    column = 0 if language == "zh" else 1
    expected = problem.expected
    if language == "zh":
        for pattern, words in _CHINESE:
            found = re.fullmatch(pattern, expected)
            if found:
                expected = found.expand(words)
                break
    field = words_of(_path(problem.field, scenario), scenario)[column]
    return _PATTERN[column].format(field=field, found=problem.found, expected=expected)


def _path(field: str, scenario: Scenario) -> str:
    """`bases.0.channel_mw (kubuqi)` as `bases.kubuqi.channel_mw`."""
    parts = field.split(" (")[0].split(".")
    for number, part in enumerate(parts):
        if part.isdecimal():
            items = scenario.bases if parts[number - 1] == "bases" else scenario.lines.own
            if parts[number - 1] in ("bases", "own") and int(part) < len(items):
                parts[number] = items[int(part)].id
    return ".".join(parts)
