"""The guides name the keys the window has, and show pictures that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.desktop.actions import ACTIONS

DOCS = Path(__file__).parents[3] / "docs"
GUIDES = ("user_guide.md", "user_guide.zh.md")


@pytest.mark.parametrize("guide", GUIDES)
def test_the_guide_lists_every_shortcut_of_the_window_and_no_other(guide: str) -> None:
    keys = re.findall(r"^\| (\S+) \| ", (DOCS / guide).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert keys[1:] == [spec.shortcut for spec in ACTIONS if spec.shortcut], (
        "write it: ./run screenshots --keys"
    )


@pytest.mark.parametrize("page", [*GUIDES, "../README.md", "../README.zh.md"])
def test_every_picture_a_page_shows_is_there(page: str) -> None:
    file = DOCS / page
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", file.read_text(encoding="utf-8"))
    assert pictures
    assert [p for p in pictures if not (file.parent / p).is_file()] == []
