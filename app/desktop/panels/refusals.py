"""Why an edit was refused, in the words of the form: the input by its name, the finding in the user's language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.desktop.texts import text
from app.messages import Language, say
from app.problem_words import in_chinese
from gis_layers.errors import EnergyMapError, InputError, Problem
from planning.scenario import BaseSpec, ChangedLine, OwnLine, Scenario
from planning.scenario_fields import CHOICES, unit_of, words_of
from planning.scenario_options import CASCADES
from planning.typed import with_unit
from planning.words import TERMS, UnitSystem, plain_unit, term

_PATTERN = ("{field}: {found}，应为{expected}", "{field}: {found}, expected {expected}")

_CHINESE: tuple[tuple[str, str], ...] = (
    (r"at most the line's (.+)", r"不超过该通道的 \1"),
    (r"at most the node's (.+)", r"不超过该地区已有的 \1"),
    (r"a line from (.*)", r"从 \1 出发的通道"),
    (r"a line that runs in this scenario \(lines\.also\)", "本情景中运行的通道（可在“线路”中另计入）"),
    (r"a line id of corridors\.csv or interfaces\.csv", "通道表或断面表中的线路"),
    (r"a line id of corridors\.csv or of the scenario", "通道表或本情景中的线路"),
    (r"a line id of corridors\.csv", "通道表中的通道"),
    (r"a line of corridors\.csv not in service, or an own line", "通道表中未投运的线路, 或自定线路"),
    (r"both, or capacity = 'sized'", "同时给定风电与光伏, 或改为优化定容"),
    (r"capacity = 'fixed', or neither", "改为给定, 或都不填"),
    (r"both or neither", "同时填写或都不填"),
    (r"a weight above 0, for there is an increment to allot", "至少一项权重大于 0, 因为有新增装机要分配"),
    (r"these weights for wind and PV only", "此权重只用于风电和光伏"),
    (r"this weight for storage only", "此权重只用于储能"),
    (r"no more than (.+) in all", r"合计不超过 \1"),
    (r"at least the fleet of 2020 and the fixed bases, (.+)", r"不低于 2020 年装机与给定基地之和 \1"),
    (r"hours of storage", "填写储能时长"),
    (r"an id that no other line has", "其他通道没有用过的标识"),
    (r"another node than from_node", "与送端不同的地区"),
    (r"each once", "各出现一次"),
    (r"a river of hydro_stations\.csv", "水电站表中的河流"),
    (r"a station of (.*)", r"\1 上的电站"),
    (r"cascade", "先选梯级水电"),
    (r"longitude, latitude; \.\.\.", "经度, 纬度; 下一处前用分号"),
    (r"(?:a number|Input should be) greater than or equal to (.+)", r"不小于 \1"),
    (r"(?:a number|Input should be) less than or equal to (.+)", r"不大于 \1"),
    (r"(?:a number|Input should be) greater than (.+)", r"大于 \1"),
    (r"(?:a number|Input should be) less than (.+)", r"小于 \1"),
    (r"a value in (.+)", r"一个数值 (\1)"),
    (r"a value", "一个值"),
    (r"a bare number(?: in (.+))?, no quotes.*", r"只填数字 \1"),
    (r"Input should be a (?:valid|finite) (?:number|integer).*", "一个数"),
    (r"Input should be a valid (?:string|tuple|list|dictionary|boolean).*", "另一种类型的值"),
    (r"Input should be ('?\w.*) or ('?\w.*)", r"\1 或 \2"),
    (r"String should match pattern .*", "以字母或数字开头, 只含字母、数字与连字符, 不超过 64 个字符"),
    (r"String should have at most (\d+) characters?", r"不超过 \1 个字符"),
    (r"no such (?:key|field)(?:; perhaps (.+))?", "没有这一项"),
    (r"a node id(?:: an adcode.*)?", "一个省级节点"),
    (r"an id that is no node's", "不与地区代码相同的标识"),
    (r"a target in GW", "一个全国装机目标"),
    (r"a scenario of this project", "本项目中的情景"),
    (r"a part of this scenario", "本情景中的部分"),
    (r"an input of the scenario", "情景中的一项输入"),
    (r"one at least", "至少一个"),
    (r"(?:String|Tuple) should have at least 1 (?:character|item).*", "不能为空"),
    (r"farm_mw and density_mw_per_km2 with wake 'jensen' only", "规模与布置密度只用于 'jensen'"),
    (r"machine 'by_site_class' without rated_mw and rotor_m: .*", "按场址等级选机型时不填单机容量与风轮直径"),
    (
        r"an imported curve without machine, rated_mw and rotor_m: .*",
        "导入曲线时不填机型、单机容量与风轮直径",
    ),
)
"""What checks of a scenario expect, in Chinese; what is not here is shown as it is."""

_FOUND = {"nothing": "无", "None": "无", "the last scenario": "最后一个情景", "''": "空", "": "空"}
"""What was found where it is a word and not a value."""


def refusal_words(
    error: EnergyMapError, scenario: Scenario, language: Language, units: UnitSystem = "cn"
) -> str:
    """One line for the form; ids of bases and keys become their names, figures stand in the reader's units."""
    if not isinstance(error, InputError):
        return say(error, language)
    return text(
        "scenario.refused",
        language,
        why="; ".join(_one(p, scenario, language, units) for p in error.problems),
    )


def _one(problem: Problem, scenario: Scenario, language: Language, units: UnitSystem) -> str:
    column = 0 if language == "zh" else 1
    path = _path(problem.field, scenario)
    own = "MW" if ".fixed_mw." in path else unit_of(path.rsplit(".", 1)[-1])
    expected, found = _in_units(problem.expected, own, units, language), problem.found
    if own and (number := _number(found)) is not None:
        found = with_unit(number, own, units, language)
    if language == "zh":
        for pattern, words in _CHINESE:
            match = re.fullmatch(pattern, expected)
            if match:
                expected = match.expand(words).strip()
                break
        else:
            expected = _LISTED.sub(_named, in_chinese(expected))
        found = _FOUND[found] if found in _FOUND else in_chinese(found)
    for key, names in CHOICES.items():
        expected = expected.replace(f"'{key}'", names[column])
    if problem.field.split(" (")[0].endswith("cascade_stations"):
        for key, names in CASCADES.items():
            expected = re.sub(rf"\b{key}\b", names[column], expected, flags=re.ASCII)
    field = words_of(path, scenario)[column]
    return _PATTERN[column].format(field=field, found=found, expected=expected)


_LISTED = re.compile(r"[a-z]+(?:, [a-z]+)+")
"""Keys one after another, as technologies are."""


def _named(match: re.Match[str]) -> str:
    return "、".join(term(key, "zh") if key in TERMS else key for key in match[0].split(", "))


_FIGURE = r"[+-]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?"
_SPELT = {"degrees": "°", "hours": "h", "km2": "km²"}
_BARE = re.compile(r"(a bare number in) (\S+),")
_LIMIT = re.compile(
    rf"(greater than or equal to|less than or equal to|greater than|less than|no more than|the line's|"
    rf"the node's|the fixed bases,) ({_FIGURE})(?: (?:in )?([A-Za-z/²°2]+))?(?= in all|$)"
)
"""A limit in what a check expects, with its unit where it names one."""


def _in_units(expected: str, own: str, units: UnitSystem, language: Language) -> str:
    """Limits as the form shows figures; a limit without a unit is in the input's own."""

    def shown(match: re.Match[str]) -> str:
        unit = own if match[3] is None else _SPELT.get(match[3], match[3])
        return f"{match[1]} {with_unit(float(match[2].replace(',', '')), unit, units, language)}"

    bare = _BARE.sub(lambda m: f"{m[1]} {plain_unit(_SPELT.get(m[2], m[2]), language)},", expected)
    return _LIMIT.sub(shown, bare)


def _number(words: str) -> float | None:
    return float(words.replace(",", "")) if re.fullmatch(_FIGURE, words) else None


def _path(field: str, scenario: Scenario) -> str:
    """`bases.0.channel_mw (kubuqi)` as `bases.kubuqi.channel_mw`."""
    parts = field.split(" (")[0].split(".")
    for number, part in enumerate(parts):
        if part.isdecimal():
            lists: dict[str, Sequence[BaseSpec | OwnLine | ChangedLine]] = {
                "bases": scenario.bases, "own": scenario.lines.own, "changed": scenario.lines.changed,
            }  # fmt: skip
            items = lists.get(parts[number - 1], ())
            if int(part) < len(items):
                parts[number] = items[int(part)].id
    return ".".join(parts)
