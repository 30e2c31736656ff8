"""From a document to a PDF: the program's own template and fonts, no clock, so the same document gives the same bytes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planning.report.fonts import FOLDER

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


def typeset(document: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """A document of blocks (`blocks`) as PDF; `pictures`: file names of its figures and what they hold."""
    import typst

    with tempfile.TemporaryDirectory(prefix="energymap-report-") as name:
        folder = Path(name)
        (folder / "report.typ").write_text(TEMPLATE.read_text("utf-8"), "utf-8")
        for file, content in pictures.items():
            (folder / file).write_bytes(content)
        # Only the bundled fonts and no clock: the same run prints the same bytes on every machine.
        pdf = typst.compile(
            str(folder / "report.typ"),
            root=str(folder),
            font_paths=[str(FOLDER)],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(document, ensure_ascii=False)},
            timestamp=0,
        )
    return bytes(pdf)
