"""Cuts the bundled fonts out of the Noto Sans CJK collections: the Simplified Chinese face, GB 2312 and
the signs we print.

    python -m planning.report.build_fonts NotoSansCJK-Regular.ttc NotoSansCJK-Bold.ttc
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from planning.report.fonts import FOLDER

FACE = "Noto Sans CJK SC"
EXTRA = "·•–—‘’“”…‰′″℃№←↑→↓∈∏∑−√∝∞≈≠≡≤≥⊥①②③④⑤⑥⑦⑧⑨⑩■□▲△▶▼◆◇○●★☆⇄⇆²³¹µαβγδεζηθλμνπρστφχψωΔΣΩ✓"


def characters() -> set[int]:
    """ASCII, Latin-1, GB 2312 and the signs above, as code points."""
    wanted = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100)) | {ord(c) for c in EXTRA}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                wanted |= {ord(c) for c in bytes((high, low)).decode("gb2312")}
            except UnicodeDecodeError:
                continue
    return wanted


def cut(collection: Path, target: Path) -> None:
    """Write the subset of one collection's Simplified Chinese face."""
    from fontTools import subset
    from fontTools.ttLib import TTCollection

    face: Any = next(f for f in TTCollection(str(collection)) if f["name"].getDebugName(1) == FACE)
    options = subset.Options()
    options.layout_features = ["kern", "tnum", "locl", "mark", "mkmk", "ccmp"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.hinting = False
    options.desubroutinize = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(characters()))
    cutter.subset(face)
    # The same bytes whenever it is built.
    face.recalcTimestamp = False
    face.save(str(target))


def main(arguments: list[str]) -> None:
    for name in arguments:
        weight = "Bold" if "Bold" in name else "Regular"
        target = FOLDER / f"NotoSansCJKsc-{weight}.otf"
        cut(Path(name), target)
        print(f"{target.name}: {target.stat().st_size / 1e6:.2f} MB", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
