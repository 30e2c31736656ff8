"""Problems of input in Chinese: what was found and what is expected, phrase by phrase.

The lower floors raise both in English, with figures and names in them. Here stand the phrases with their Chinese;
a phrase that is not listed is shown as it is. A test reads every phrase of the source and asks for each of them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Literal

from app.problem_cash import CASH
from app.problem_dispatch import DISPATCH
from app.problem_expected import EXPECTED
from app.problem_expected_more import EXPECTED_MORE
from app.problem_found import FOUND
from app.problem_lines import LINES
from app.problem_network import NETWORK
from app.problem_optimum import OPTIMUM
from app.problem_route import ROUTE

_SENTENCE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}|[A-Za-z:]\\|//")
DEEP = 6
SURE = 7
"""Letters a phrase must have of its own to be told from words that are not ours."""


def in_chinese(phrase: str) -> str:
    """What was found or is expected, for a Chinese reader.

    Values within a phrase are phrases themselves where they are known ('0 to 60 days'); names, figures, units and
    what a file itself says stay as they are.
    """
    return _said(phrase, DEEP)


def told(phrase: str, language: Literal["zh", "en"]) -> str:
    """What was found or is expected, for a reader of either language."""
    return in_chinese(phrase) if language == "zh" else phrase


def _said(phrase: str, deep: int) -> str:
    text = phrase.strip()
    known = _plain().get(text)
    if known is not None:
        return known
    if not deep or not re.search("[A-Za-z]", text):
        return phrase
    for pattern, words, loose in _patterns():
        if found := pattern.fullmatch(text):
            values = [_said(value, deep - 1) for value in found.groups()]
            if loose and any(_SENTENCE.search(value) for value in values):
                continue  # the words of a system or a file, which say something else
            return words.format(*values)
    return phrase


@functools.cache
def _table() -> Mapping[str, str]:
    return {**OPTIMUM, **LINES, **ROUTE, **CASH, **DISPATCH, **NETWORK, **FOUND, **EXPECTED_MORE, **EXPECTED}


@functools.cache
def _plain() -> Mapping[str, str]:
    return {english: chinese for english, chinese in _table().items() if "{}" not in english}


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str, bool], ...]:
    """The phrases with values in them, those that say the most first; and whether one says too little to be sure."""
    made = [(english, chinese) for english, chinese in _table().items() if "{}" in english]
    made.sort(key=lambda pair: (-len(_own(pair[0])), pair[0].count("{}")))
    return tuple(
        (
            re.compile("(.*?)".join(re.escape(part) for part in english.split("{}")), re.DOTALL),
            chinese,
            len(_own(english)) < SURE,
        )
        for english, chinese in made
    )


def _own(english: str) -> str:
    """The letters a phrase has of its own, without its values."""
    return re.sub("[^a-z]", "", english.replace("{}", "").lower())
