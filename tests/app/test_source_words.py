"""Every code that a format can put into a report has words in both languages."""

from __future__ import annotations

import inspect
import re

import pytest

from app import source_words
from app.messages import Language
from gis_layers.errors import Problem
from gis_layers.importer import place
from resources.sources.contract import Finding, Guess, Question
from tests.app.source_codes import codes_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TABLES = ("FINDINGS", "QUESTIONS", "PREFIXES", "CHOICES", "WEIGHTS", "GRADES", "KINDS")


def test_every_finding_of_every_format_has_words() -> None:
    codes = codes_of("Finding")
    # The place of rasters and tables is judged as that of any map file, with the codes of that judge.
    assert codes.pop("?.code", "") != ""
    judged = set(re.findall(r'"((?:crs_|swapped|outside)\w*)"', inspect.getsource(place.judge_crs)))
    judged |= set(re.findall(r'return "(\w+)"', inspect.getsource(place.national_datum)))
    assert {"crs_missing", "swapped", "outside_china"} <= judged
    assert len(codes) > 60
    missing = {code: where for code, where in codes.items() if code not in source_words.FINDINGS}
    assert missing == {}
    assert sorted(judged - set(source_words.FINDINGS)) == []


def test_every_question_of_every_format_has_words() -> None:
    codes = codes_of("Question")
    assert len(codes) > 20
    missing = {id: where for id, where in codes.items() if not source_words.known_question(id)}
    assert missing == {}


@pytest.mark.parametrize("table", TABLES)
def test_both_languages_say_something_of_their_own(table: str) -> None:
    for key, (zh, en) in getattr(source_words, table).items():
        assert zh, key
        assert en, key
        assert not CHINESE.search(en), key
        assert CHINESE.search(zh), key


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_finding_is_a_sentence_and_its_figures(language: Language) -> None:
    finding = Finding("gap_short", "consent", Problem("a.csv", "T2M", "3 h missing", "no gaps"))
    text = source_words.finding_words(finding, language)
    for part in (
        source_words.FINDINGS["gap_short"][0 if language == "zh" else 1],
        "T2M",
        *(("3 h missing", "no gaps") if language == "en" else ("无空缺",)),
    ):
        assert part in text
    assert "gap_short" in text  # what --agree takes


def test_questions_of_a_column_name_it_and_unknown_ones_stand_for_themselves() -> None:
    say = source_words.question_words
    assert say(Question("height_m:ws80", ()), "en") == "Height above ground of 'ws80' (m)"
    assert say(Question("column:wind_speed_ms", ()), "zh") == "哪一列是风速"
    assert say(Question("column:gust", ()), "en") == "Which column is gust"
    assert say(Question("never_heard_of", ()), "en") == "never_heard_of"
    assert source_words.choice_words(Guess("yes", 1.0, "usual"), "zh") == "yes (是)"
    assert source_words.choice_words(Guess("0.2", 1.0, "usual"), "zh") == "0.2"
    assert not source_words.known_question("utc_ofset")
