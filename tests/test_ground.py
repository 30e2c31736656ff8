"""The ground itself: locks, contracts and the embedded files' sizes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ["requirements.lock", "requirements-atlas.lock", "requirements-uv.lock"]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_by_hash_and_holds_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    requirements = re.findall(r"^[A-Za-z0-9_.-]+==", text, flags=re.MULTILINE)
    assert requirements
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        assert "--hash=sha256:" in block or block.startswith("#"), block[:80]


def test_the_shell_script_is_posix() -> None:
    text = (ROOT / "run").read_text(encoding="utf-8")
    assert text.startswith("#!/bin/sh")
    assert "[[" not in text
    assert "function " not in text


def test_no_uv_lock_is_committed() -> None:
    assert "uv.lock" in (ROOT / ".gitignore").read_text(encoding="utf-8")
